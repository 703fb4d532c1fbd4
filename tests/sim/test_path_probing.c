// SPDX-License-Identifier: MIT
/* Links that swallow what is large, without a word (RFC 2923 2.1), over the
 * whole stack. */
#include "tests/sim/transfer.h"

#include <glib.h>

#define OPTIONS (20 + WIRE_TCP_HEADER + WIRE_TCP_TIMESTAMPS)

/* 10 Mbit/s, 40 ms, of MTU. */
static void
set_mtu (Transfer *transfer, uint32_t mtu)
{
  for (unsigned i = 0; i < 2; i++)
    {
      g_autoptr (GArray) chain =
          g_array_new (FALSE, TRUE, sizeof (ElementSpec));
      ElementSpec size = { .kind = ELEMENT_MTU };
      ElementSpec rate = { .kind = ELEMENT_RATE };
      ElementSpec delay = { .kind = ELEMENT_DELAY };

      size.as.mtu.bytes = mtu;
      rate.as.rate.rate_bps = 10000000;
      rate.as.rate.limit_packets = 100;
      delay.as.delay.delay_ns = 20 * MILLISECOND;
      g_array_append_val (chain, size);
      g_array_append_val (chain, rate);
      g_array_append_val (chain, delay);
      link_set_chain (transfer->links[i], chain);
    }
}

static void
begin (Transfer *transfer, TcpCongestion congestion, uint32_t mtu)
{
  TransferPath path = { .congestion = congestion,
                        .rate_bps = 10000000,
                        .queue_packets = 100,
                        .trip = 40 * MILLISECOND };

  transfer_init (transfer, &path);
  set_mtu (transfer, mtu);
}

static void
assert_found (const Transfer *transfer, int64_t mtu)
{
  int64_t packet = transfer_tcp (transfer)->send.mss + OPTIONS;

  g_assert_cmpint (packet, <=, mtu);
  g_assert_cmpint (packet + 8, >=, mtu);
}

static void
run_until_received (Transfer *transfer, uint64_t bytes, Time limit)
{
  Time until = transfer->network->sim.now + limit;

  bytes += transfer->ends[1].bytes;
  while (transfer->ends[1].bytes < bytes)
    {
      g_assert_cmpint (transfer->network->sim.now, <, until);
      transfer_run (transfer, 10 * MILLISECOND);
    }
}

/* Ten seconds of the link; the holes cost a few more.
 * req: TCP-MTU-8 TCP-MTU-9 TCP-MTU-10 */
static void
test_hole (void)
{
  static const uint32_t MTUS[] = { 1400, 1280, 1000, 600 };

  for (TcpCongestion c = 0; c < TCP_CONGESTION_COUNT; c++)
    for (unsigned i = 0; i < G_N_ELEMENTS (MTUS); i++)
      {
        Transfer transfer;

        begin (&transfer, c, MTUS[i]);
        run_until_received (&transfer, 12500000, 30 * SECOND);
        assert_found (&transfer, MTUS[i]);
        transfer_clear (&transfer);
      }
}

/* The way changes in the middle of it, for the worse and for the better.
 * req: TCP-MTU-8 TCP-MTU-9 */
static void
test_another_way (void)
{
  Transfer transfer;

  begin (&transfer, TCP_CONGESTION_CUBIC, 1500);
  run_until_received (&transfer, 5000000, 10 * SECOND);
  assert_found (&transfer, 1500);
  set_mtu (&transfer, 1300);
  run_until_received (&transfer, 10000000, 20 * SECOND);
  assert_found (&transfer, 1300);
  set_mtu (&transfer, 1500);
  transfer_run (&transfer, 500 * SECOND);
  assert_found (&transfer, 1300);
  transfer_run (&transfer, 110 * SECOND);
  assert_found (&transfer, 1500);
  transfer_clear (&transfer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/path-probing/hole", test_hole);
  g_test_add_func ("/path-probing/another-way", test_another_way);
  return g_test_run ();
}
