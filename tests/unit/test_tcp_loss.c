// SPDX-License-Identifier: MIT
/* What congestion control is told of losses, by whatever they were found. */
#include "stack/tcp_loss.h"

#include <glib.h>

#define MSS  1000
#define TRIP (100 * MILLISECOND)

/* All that ACKs told the algorithm. */
typedef struct
{
  int64_t lost, lost_late;
  unsigned episodes;
} Told;

static Told told;

static void
hear_ack (TcpCc *cc, const TcpAck *ack)
{
  (void) cc;
  told.lost += ack->lost;
  told.lost_late += ack->lost_late;
}

static void
hear_congestion (TcpCc *cc, const TcpAck *ack, TcpCcSign sign)
{
  (void) cc;
  (void) ack;
  (void) sign;
  told.episodes++;
}

static const TcpCcClass LISTENER = { .name = "listener",
                                     .owns_window = true,
                                     .on_ack = hear_ack,
                                     .on_congestion = hear_congestion };

/* The peer holds [start, end) above what is acknowledged. */
static void
report (TcpLoss *loss, TcpSent *sent, TcpCc *cc, int64_t start, Time now)
{
  TcpAck ack = { .now = now,
                 .una = sent->una,
                 .nxt = sent->nxt,
                 .in_flight = tcp_sent_pipe (sent),
                 .flight = sent->nxt - sent->una,
                 .rtt = -1,
                 .srtt = TRIP,
                 .min_rtt = TRIP,
                 .echo = -1,
                 .oldest_turn = UINT64_MAX };

  tcp_sent_sack (sent, start, start + MSS, &ack);
  tcp_loss_on_ack (loss, sent, cc, &ack);
}

/* The reordering timer speaks when no ACK is there to carry the news: the next
 * one does. req: TCP-RCK-3 TCP-BBR-6 */
static void
test_reordering_timer (void)
{
  TcpLoss loss = { .witness = TCP_WITNESS_TIME };
  TcpCc cc = { .class = &LISTENER, .mss = MSS, .cwnd = 10 * MSS };
  TcpSent sent;
  TcpAck late;

  told = (Told){ 0 };
  tcp_sent_init (&sent, 16);
  for (int64_t n = 1; n <= 5; n++)
    tcp_sent_add (&sent, n * MSS, 0, (uint64_t) n);
  tcp_rack_sample (&loss.rack, TRIP, TRIP);
  report (&loss, &sent, &cc, 1 * MSS, TRIP);
  g_assert_cmpint (told.lost, ==, 0);
  g_assert_cmpint (loss.rack.deadline, >, TRIP);

  late = (TcpAck){ .now = loss.rack.deadline, .srtt = TRIP };
  tcp_loss_on_reordering (&loss, &sent, &cc, &late);
  g_assert_cmpint (loss.untold, ==, MSS);
  g_assert_cmpuint (told.episodes, ==, 1);

  report (&loss, &sent, &cc, 2 * MSS, late.now + 1);
  g_assert_cmpint (told.lost_late, ==, MSS);
  g_assert_cmpint (told.lost, ==, 0);
  report (&loss, &sent, &cc, 3 * MSS, late.now + 2);
  g_assert_cmpint (told.lost_late, ==, MSS);
  tcp_sent_clear (&sent);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp_loss/reordering-timer", test_reordering_timer);
  return g_test_run ();
}
