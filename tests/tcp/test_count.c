// SPDX-License-Identifier: MIT
/* Losses found by counting what SACK reports: RFC 6675, with `rack off`. */
#include "tests/tcp/flight.h"

static Talk *
talk_counting (unsigned count, unsigned total)
{
  StackConfig config = flight_config ();

  config.tcp.rack = false;
  return flight_new_with (&config, count, total);
}

/* One of twenty is lost, the others are reported one by one: the third report
 * repairs it, and where there are fewer the timer. req: TCP-LR-6 TCP-LR-1 */
static void
test_each_position (void)
{
  for (int lost = 0; lost < 20; lost++)
    {
      Talk *t = talk_counting (20, 20);

      if (lost > 0)
        peer_has (t, lost, -1, -1);
      for (int n = lost + 1; n < 20 && n <= lost + 3; n++)
        {
          peer_expects_nothing (t);
          peer_has (t, lost, lost + 1, n);
        }
      if (lost > 16)
        flight_waits (t, lost, REPAIR_RTO);
      else
        flight_expects (t, lost, REPAIR_SACK_COUNT);
      peer_expects_nothing (t);
      peer_has (t, 20, -1, -1);
      falls_silent (t);
      talk_check (t, app_info (t).retransmissions == 1);
      talk_free (t);
    }
}

/* Three holes of twenty in one round trip, oldest first, one reduction, and
 * the end of the episode with ssthresh.
 * req: TCP-LR-6 TCP-LR-7 TCP-LR-8 TCP-PRR-5 */
static void
test_pattern (void)
{
  Talk *t = talk_counting (20, 40);
  uint32_t ssthresh;

  peer_has (t, 0, 1, 1);
  peer_ignores (t);
  peer_has_two (t, 0, 3, 3, 1, 1);
  peer_ignores (t);
  talk_check (t, app_info (t).retransmissions == 0);
  peer_sends (t, ". 1:1(0) ack 1 <nop,nop,sack 5001:6001 3001:4001 "
                 "1001:2001>");
  flight_expects (t, 0, REPAIR_SACK_COUNT);
  for (int n = 6; n < 20; n++)
    {
      peer_has (t, 0, 5, n);
      peer_ignores (t);
    }
  talk_check (t, app_info (t).retransmissions == 3);
  ssthresh = app_info (t).ssthresh;
  talk_check (t, ssthresh >= 9500 && ssthresh <= 10500);
  advance (t, 100, MILLISECOND);
  peer_has (t, 22, -1, -1);
  talk_check (t, app_info (t).cwnd == ssthresh);
  talk_check (t, app_info (t).ssthresh == ssthresh);
  peer_ignores (t);
  talk_check (t, app_info (t).retransmissions == 3);
  talk_free (t);
}

/* More than two full segments above it, in one ACK. req: TCP-LR-6 */
static void
test_by_bytes (void)
{
  Talk *t = talk_counting (20, 20);

  peer_has (t, 0, 1, 2);
  peer_expects_nothing (t);
  talk_free (t);
  t = talk_counting (20, 20);
  peer_has (t, 0, 1, 3);
  flight_expects (t, 0, REPAIR_SACK_COUNT);
  peer_ignores (t);
  talk_free (t);
}

/* Three separate ones, however small, in one ACK. req: TCP-LR-6 */
static void
test_by_blocks (void)
{
  StackConfig config = flight_config ();
  Talk *t;

  config.tcp.rack = false;
  config.tcp.nagle = false;
  t = flight_new_with (&config, 1, 1);
  peer_has (t, 1, -1, -1);
  for (int i = 0; i < 8; i++)
    {
      app_sends (t, 100);
      talk_check (t, peer_ignores (t) == 1);
    }
  peer_sends (t, ". 1:1(0) ack 1001 <nop,nop,sack 1301:1401 1101:1201>");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 1001 <nop,nop,sack 1501:1601 1301:1401 "
                 "1101:1201>");
  peer_expects (t, ". 1001:1101(100) ack 1");
  talk_check (t, t->out.cause == REPAIR_SACK_COUNT);
  peer_ignores (t);
  talk_free (t);
}

/* Only what is new counts, whatever else the ACK brings. req: TCP-LR-2 */
static void
test_news (void)
{
  Talk *t = talk_counting (20, 20);

  for (int i = 0; i < 10; i++)
    peer_has (t, 0, 1, 1);
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 1 win 60000 <nop,nop,sack 1001:3001>");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:101(100) ack 1 win 50000 <nop,nop,sack 1001:4001>");
  flight_expects (t, 0, REPAIR_SACK_COUNT);
  peer_ignores (t);
  talk_free (t);
}

/* The first two let new segments out, of cwnd and no more. req: TCP-LR-3
 * TCP-CC-2 */
static void
test_limited_transmit (void)
{
  Talk *t = talk_counting (10, 30);

  peer_has (t, 0, 1, 1);
  flight_expects (t, 10, REPAIR_NONE);
  peer_expects_nothing (t);
  peer_has (t, 0, 1, 1);
  peer_expects_nothing (t);
  peer_has (t, 0, 1, 2);
  flight_expects (t, 11, REPAIR_NONE);
  peer_expects_nothing (t);
  talk_check (t, app_info (t).cwnd == 10000);
  peer_has (t, 0, 1, 3);
  flight_expects (t, 0, REPAIR_SACK_COUNT);
  talk_check (t, app_info (t).ssthresh == 5000);
  peer_ignores (t);
  talk_free (t);
}

/* What is lost, then new data; without any, what has reports above it, or else
 * the end, once. req: TCP-LR-6 */
static void
test_order (void)
{
  Talk *t = talk_counting (20, 20);

  peer_has (t, 0, 1, 16);
  flight_expects (t, 0, REPAIR_SACK_COUNT);
  flight_expects (t, 19, REPAIR_RESCUE);
  peer_expects_nothing (t);
  peer_has_two (t, 0, 18, 18, 1, 16);
  flight_expects (t, 17, REPAIR_SACK_COUNT);
  peer_expects_nothing (t);
  peer_has (t, 20, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* A repair that is lost is the timer's. req: TCP-LR-9 TCP-LR-11 */
static void
test_repair_lost (void)
{
  Talk *t = talk_counting (20, 40);

  peer_has (t, 0, 1, 3);
  flight_expects (t, 0, REPAIR_SACK_COUNT);
  peer_ignores (t);
  for (int n = 4; n < 20; n++)
    {
      peer_has (t, 0, 1, n);
      peer_ignores (t);
    }
  talk_check (t, app_info (t).retransmissions == 1);
  talk_check (t, app_info (t).ssthresh == 10000);
  flight_waits (t, 0, REPAIR_RTO);
  talk_check (t, app_info (t).ssthresh < 20000);
  talk_check (t, app_info (t).cwnd == 1000);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/count/each-position", test_each_position);
  g_test_add_func ("/count/pattern", test_pattern);
  g_test_add_func ("/count/by-bytes", test_by_bytes);
  g_test_add_func ("/count/by-blocks", test_by_blocks);
  g_test_add_func ("/count/news", test_news);
  g_test_add_func ("/count/limited-transmit", test_limited_transmit);
  g_test_add_func ("/count/order", test_order);
  g_test_add_func ("/count/repair-lost", test_repair_lost);
  return g_test_run ();
}
