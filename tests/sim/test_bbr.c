// SPDX-License-Identifier: MIT
/* BBR over the whole stack, through links. */
#include "tests/sim/transfer.h"

#include <glib.h>

static const TcpBbr *
bbr_of (const Transfer *transfer)
{
  return &transfer_tcp (transfer)->cc.state.bbr;
}

/* 10 Mbit/s, 40 ms, a queue of ten times that. */
static TransferPath
small_path (void)
{
  return (TransferPath){ .congestion = TCP_CONGESTION_BBR,
                         .rate_bps = 10000000,
                         .queue_packets = 330,
                         .trip = 40 * MILLISECOND };
}

/* 100 Mbit/s, 100 ms. */
static TransferPath
large_path (TcpCongestion congestion)
{
  return (TransferPath){ .congestion = congestion,
                         .rate_bps = 100000000,
                         .queue_packets = 3000,
                         .trip = 100 * MILLISECOND };
}

static void
run_until (Transfer *transfer, TcpBbrState state)
{
  Time limit = transfer->network->sim.now + 20 * SECOND;

  while (bbr_of (transfer)->state == state)
    transfer_run (transfer, MILLISECOND);
  while (bbr_of (transfer)->state != state)
    {
      g_assert_cmpint (transfer->network->sim.now, <, limit);
      transfer_run (transfer, MILLISECOND);
    }
}

/* What the link leaves for payload, bytes a second. */
static int64_t
payload_rate (const Transfer *transfer, const TransferPath *path)
{
  int64_t mss = transfer_tcp (transfer)->send.mss;

  return (int64_t) path->rate_bps / 8 * mss / 1500;
}

/* The link is full, and its bandwidth known. req: TCP-BBR-1 TCP-BBR-4 */
static void
test_fills_link (void)
{
  TransferPath path = small_path ();
  Transfer transfer;
  int64_t rate;

  transfer_init (&transfer, &path);
  transfer_run (&transfer, 3 * SECOND);
  rate = payload_rate (&transfer, &path);
  g_assert_cmpint (ABS (bbr_of (&transfer)->bw - rate), <=, rate / 50);
  g_assert_cmpint (transfer_use (&transfer, &path, 30 * SECOND), >=, 91);
  g_assert_cmpint (ABS (bbr_of (&transfer)->bw - rate), <=, rate / 50);
  g_assert_cmpuint (transfer_tcp (&transfer)->retransmissions, ==, 0);
  transfer_clear (&transfer);
}

/* Within a second it knows the bandwidth, and the queue that this made is
 * gone; CUBIC's stays. req: TCP-BBR-2 TCP-BBR-3 */
static void
test_no_queue (void)
{
  TransferPath path = small_path ();
  Transfer transfer;

  transfer_init (&transfer, &path);
  run_until (&transfer, TCP_BBR_PROBE_CRUISE);
  g_assert_cmpint (transfer.network->sim.now, <, SECOND);
  transfer_run (&transfer, 500 * MILLISECOND);
  g_assert_cmpint (transfer_tcp (&transfer)->rtt.srtt, <, 48 * MILLISECOND);
  transfer_clear (&transfer);
  path.congestion = TCP_CONGESTION_CUBIC;
  transfer_init (&transfer, &path);
  transfer_run (&transfer, 10 * SECOND);
  g_assert_cmpint (transfer_tcp (&transfer)->rtt.srtt, >, 100 * MILLISECOND);
  transfer_clear (&transfer);
}

/* A lost packet in a hundred: nine tenths of the link are still full; of Reno
 * nothing is left. req: TCP-BBR-6 */
static void
test_random_loss (void)
{
  TransferPath path = large_path (TCP_CONGESTION_BBR);
  Transfer transfer;

  path.loss_ppb = 10000000;
  transfer_init (&transfer, &path);
  g_assert_cmpint (transfer_use (&transfer, &path, 10 * SECOND), >=, 84);
  g_assert_cmpint (transfer_use (&transfer, &path, 30 * SECOND), >=, 90);
  transfer_clear (&transfer);
  path.congestion = TCP_CONGESTION_RENO;
  transfer_init (&transfer, &path);
  g_assert_cmpint (transfer_use (&transfer, &path, 30 * SECOND), <=, 8);
  transfer_clear (&transfer);
}

/* Five in a hundred are too many: it is slower. req: TCP-BBR-6 */
static void
test_heavy_loss (void)
{
  TransferPath path = large_path (TCP_CONGESTION_BBR);
  Transfer transfer;

  transfer_init (&transfer, &path);
  transfer_run (&transfer, 3 * SECOND);
  path.loss_ppb = 50000000;
  transfer_change (&transfer, &path);
  transfer_run (&transfer, 20 * SECOND);
  g_assert_cmpint (bbr_of (&transfer)->inflight_longterm, <, 1000000);
  g_assert_cmpint (transfer_use (&transfer, &path, 10 * SECOND), <=, 60);
  transfer_clear (&transfer);
}

/* From now on each packet is marked. */
static void
mark_all (Transfer *transfer)
{
  RuleSpec rule = { .match = (char *) "tcp", .action = RULE_MARK };

  g_assert_true (link_add_rule (transfer->links[0], &rule, NULL));
}

/* Marks count as congestion, also where repairs never end: the rate falls,
 * and nothing is sent again for them. req: TCP-BBR-6 TCP-ECN-5 */
static void
test_marks (void)
{
  for (uint32_t loss_ppb = 0; loss_ppb <= 10000000; loss_ppb += 10000000)
    {
      TransferPath path = large_path (TCP_CONGESTION_BBR);
      Transfer transfer;
      int64_t bw;

      path.loss_ppb = loss_ppb;
      transfer_init (&transfer, &path);
      run_until (&transfer, TCP_BBR_PROBE_CRUISE);
      transfer_run (&transfer, 300 * MILLISECOND);
      bw = bbr_of (&transfer)->bw;
      mark_all (&transfer);
      transfer_run (&transfer, 450 * MILLISECOND);
      g_assert_cmpint (bbr_of (&transfer)->bw, <=, bw * 71 / 100);
      transfer_run (&transfer, 3 * SECOND);
      g_assert_cmpint (transfer_use (&transfer, &path, 30 * SECOND), <=, 25);
      if (loss_ppb == 0)
        g_assert_cmpuint (transfer_tcp (&transfer)->retransmissions, ==, 0);
      transfer_clear (&transfer);
    }
}

/* A queue of a tenth of what the path holds: full, with few losses. req:
 * TCP-BBR-4 TCP-BBR-6 */
static void
test_shallow_queue (void)
{
  TransferPath path = large_path (TCP_CONGESTION_BBR);
  Transfer transfer;
  uint64_t repairs;

  path.queue_packets = 83;
  transfer_init (&transfer, &path);
  transfer_run (&transfer, 5 * SECOND);
  repairs = transfer_tcp (&transfer)->retransmissions;
  g_assert_cmpint (transfer_use (&transfer, &path, 20 * SECOND), >=, 80);
  repairs = transfer_tcp (&transfer)->retransmissions - repairs;
  g_assert_cmpuint (repairs, <=, 20 * 8333 / 100);
  transfer_clear (&transfer);
}

/* req: TCP-BBR-5 */
static void
test_probe_rtt (void)
{
  TransferPath path = small_path ();
  Transfer transfer;
  int64_t held;

  transfer_init (&transfer, &path);
  run_until (&transfer, TCP_BBR_PROBE_RTT);
  g_assert_cmpint (transfer.network->sim.now, >=, 5 * SECOND);
  g_assert_cmpint (transfer.network->sim.now, <=, 5300 * MILLISECOND);
  held = tcp_pace_bytes (bbr_of (&transfer)->bw, bbr_of (&transfer)->min_rtt);
  transfer_run (&transfer, 100 * MILLISECOND);
  g_assert_cmpint (tcp_sent_pipe (&transfer_tcp (&transfer)->sent), <=,
                   held / 2);
  run_until (&transfer, TCP_BBR_PROBE_CRUISE);
  g_assert_cmpint (transfer.network->sim.now, <=, 5600 * MILLISECOND);
  g_assert_cmpint (bbr_of (&transfer)->min_rtt, <=, 43 * MILLISECOND);
  transfer_clear (&transfer);
}

/* The way becomes longer: it takes note, and fills it again. req: TCP-BBR-5 */
static void
test_longer_way (void)
{
  TransferPath path = small_path ();
  Transfer transfer;

  transfer_init (&transfer, &path);
  transfer_run (&transfer, 3 * SECOND);
  path.trip = 120 * MILLISECOND;
  transfer_change (&transfer, &path);
  transfer_run (&transfer, 17 * SECOND);
  g_assert_cmpint (bbr_of (&transfer)->min_rtt, >=, 120 * MILLISECOND);
  g_assert_cmpint (bbr_of (&transfer)->min_rtt, <=, 130 * MILLISECOND);
  g_assert_cmpint (transfer_use (&transfer, &path, 15 * SECOND), >=, 85);
  transfer_clear (&transfer);
}

/* More room on the way, and less. req: TCP-BBR-4 */
static void
test_other_bandwidth (void)
{
  TransferPath path = small_path ();
  Transfer transfer;

  transfer_init (&transfer, &path);
  transfer_run (&transfer, 3 * SECOND);
  path.rate_bps = 30000000;
  transfer_change (&transfer, &path);
  transfer_run (&transfer, 20 * SECOND);
  g_assert_cmpint (transfer_use (&transfer, &path, 10 * SECOND), >=, 88);
  path.rate_bps = 5000000;
  transfer_change (&transfer, &path);
  transfer_run (&transfer, 20 * SECOND);
  g_assert_cmpint (bbr_of (&transfer)->bw, <=,
                   payload_rate (&transfer, &path) * 102 / 100);
  g_assert_cmpint (transfer_use (&transfer, &path, 10 * SECOND), >=, 88);
  transfer_clear (&transfer);
}

typedef struct
{
  Time at;
  unsigned burst, burst_most;
} Bursts;

static void
count_burst (void *self, const Event *event)
{
  Bursts *bursts = self;

  if (event->type != EVENT_SENT || event->packet->length < 1000)
    return;
  bursts->burst = event->at == bursts->at ? bursts->burst + 1 : 1;
  bursts->at = event->at;
  bursts->burst_most = MAX (bursts->burst_most, bursts->burst);
}

/* After silence the window is there at once, but not on the wire: a quantum,
 * and then the bandwidth. req: TCP-BBR-7 */
static void
test_restart (void)
{
  TransferPath path = large_path (TCP_CONGESTION_BBR);
  Transfer transfer;
  Bursts bursts = { .at = -1 };
  int64_t quantum;

  transfer_init (&transfer, &path);
  network_add_sink (transfer.network,
                    (EventSink){ .event = count_burst, .self = &bursts });
  transfer_run (&transfer, 3 * SECOND);
  transfer_offer (&transfer, 0);
  transfer_run (&transfer, 30 * SECOND);
  g_assert_cmpint (tcp_sent_pipe (&transfer_tcp (&transfer)->sent), ==, 0);
  quantum = tcp_pace_quantum (transfer_tcp (&transfer)->cc.pacing_rate,
                              transfer_tcp (&transfer)->send.mss);
  bursts.burst_most = 0;
  transfer_offer (&transfer, 4000000);
  transfer_run (&transfer, 80 * MILLISECOND);
  g_assert_cmpuint (bursts.burst_most, <=, (unsigned) (quantum / 1400) + 1);
  g_assert_cmpint (tcp_sent_pipe (&transfer_tcp (&transfer)->sent), <=,
                   12500000 * 80 / 1000 + quantum);
  g_assert_cmpint (tcp_sent_pipe (&transfer_tcp (&transfer)->sent), >=,
                   12500000 * 70 / 1000);
  transfer_clear (&transfer);
}

/* Never more at once than a quantum, from the first flight on. req: TCP-BBR-7
 */
static void
test_paced (void)
{
  TransferPath path = small_path ();
  Transfer transfer;
  Bursts bursts = { .at = -1 };

  transfer_init (&transfer, &path);
  network_add_sink (transfer.network,
                    (EventSink){ .event = count_burst, .self = &bursts });
  transfer_run (&transfer, 20 * SECOND);
  g_assert_cmpuint (bursts.burst_most, >=, 1);
  g_assert_cmpuint (bursts.burst_most, <=, 4);
  transfer_clear (&transfer);
}

/* A program that asks for a tenth of the link does not make it forget the
 * rest. req: TCP-BBR-1 */
static void
test_app_limited (void)
{
  TransferPath path = small_path ();
  Transfer transfer;
  int64_t bw;

  transfer_init (&transfer, &path);
  transfer_run (&transfer, 3 * SECOND);
  bw = bbr_of (&transfer)->bw;
  transfer_offer (&transfer, 0);
  transfer_run (&transfer, 10 * SECOND);
  for (unsigned i = 0; i < 300; i++)
    {
      transfer_offer (&transfer, 12500);
      transfer_run (&transfer, 100 * MILLISECOND);
    }
  g_assert_cmpint (bbr_of (&transfer)->bw, >=, bw * 98 / 100);
  transfer_clear (&transfer);
}

static void
choose (Transfer *transfer, TcpCongestion congestion)
{
  g_assert_cmpint (socket_option_set (host_stack (transfer->hosts[0]),
                                      transfer->ends[0].socket,
                                      SOCKET_OPTION_CONGESTION, congestion),
                   ==, 0);
}

/* Chosen in the middle of a transfer, it removes the queue that CUBIC made;
 * what follows it is not paced any more. req: TCP-CC-13 */
static void
test_chosen_later (void)
{
  TransferPath path = small_path ();
  Transfer transfer;

  path.congestion = TCP_CONGESTION_CUBIC;
  transfer_init (&transfer, &path);
  transfer_run (&transfer, 10 * SECOND);
  g_assert_cmpint (transfer_tcp (&transfer)->rtt.srtt, >, 100 * MILLISECOND);
  choose (&transfer, TCP_CONGESTION_BBR);
  transfer_run (&transfer, 30 * SECOND);
  g_assert_cmpint (bbr_of (&transfer)->min_rtt, <, 45 * MILLISECOND);
  g_assert_cmpint (transfer_use (&transfer, &path, 10 * SECOND), >=, 90);
  choose (&transfer, TCP_CONGESTION_RENO);
  transfer_run (&transfer, 10 * SECOND);
  g_assert_cmpint (transfer_tcp (&transfer)->cc.pacing_rate, ==, 0);
  g_assert_cmpint (transfer_use (&transfer, &path, 10 * SECOND), >=, 90);
  transfer_clear (&transfer);
}

/* After an outage it goes on where it was. */
static void
test_outage (void)
{
  TransferPath path = small_path ();
  Transfer transfer;

  transfer_init (&transfer, &path);
  transfer_run (&transfer, 3 * SECOND);
  link_set_up (transfer.links[0], false);
  transfer_run (&transfer, 2 * SECOND);
  link_set_up (transfer.links[0], true);
  transfer_run (&transfer, 10 * SECOND);
  g_assert_cmpint (transfer_use (&transfer, &path, 10 * SECOND), >=, 88);
  transfer_clear (&transfer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bbr/fills-link", test_fills_link);
  g_test_add_func ("/bbr/no-queue", test_no_queue);
  g_test_add_func ("/bbr/random-loss", test_random_loss);
  g_test_add_func ("/bbr/heavy-loss", test_heavy_loss);
  g_test_add_func ("/bbr/marks", test_marks);
  g_test_add_func ("/bbr/shallow-queue", test_shallow_queue);
  g_test_add_func ("/bbr/probe-rtt", test_probe_rtt);
  g_test_add_func ("/bbr/longer-way", test_longer_way);
  g_test_add_func ("/bbr/other-bandwidth", test_other_bandwidth);
  g_test_add_func ("/bbr/restart", test_restart);
  g_test_add_func ("/bbr/paced", test_paced);
  g_test_add_func ("/bbr/app-limited", test_app_limited);
  g_test_add_func ("/bbr/chosen-later", test_chosen_later);
  g_test_add_func ("/bbr/outage", test_outage);
  return g_test_run ();
}
