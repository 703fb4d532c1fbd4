// SPDX-License-Identifier: MIT
/* A receiver that acknowledges what it did not get, to be sent more: Savage et
 * al., "TCP congestion control with a misbehaving receiver" (1999). */
#include "tests/harness.h"

#include <errno.h>

/* What was never sent. req: TCP-ACK-8 TCP-ACK-3 */
static void
test_never_sent (void)
{
  Talk *t = talk_new ();
  uint32_t cwnd;

  talk_accepted (t);
  app_sends (t, 100000);
  talk_check (t, peer_ignores (t) == 10);
  cwnd = app_info (t).cwnd;
  for (int64_t ack = 10002; ack < 2000000; ack += 20000)
    {
      peer_sends (t, ". 1:1(0) ack %ld", (long) ack);
      peer_expects (t, ". 10001:10001(0) ack 1");
      talk_check (t, app_info (t).cwnd == cwnd);
    }
  talk_check (t, app_info (t).send_queue == 100000);
  talk_check (t, app_info (t).in_flight == 10000);
  talk_free (t);
}

/* One segment in a hundred pieces counts as one. req: TCP-ACK-8 */
static void
test_divided (void)
{
  SocketInfo whole, pieces;
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 100000);
  peer_ignores (t);
  peer_sends (t, ". 1:1(0) ack 1001");
  peer_ignores (t);
  whole = app_info (t);
  talk_free (t);

  t = talk_new ();
  talk_accepted (t);
  app_sends (t, 100000);
  peer_ignores (t);
  for (int ack = 11; ack <= 1001; ack += 10)
    {
      peer_sends (t, ". 1:1(0) ack %d", ack);
      peer_ignores (t);
    }
  pieces = app_info (t);
  talk_check (t, pieces.cwnd <= whole.cwnd);
  talk_check (t, pieces.in_flight <= whole.in_flight);
  talk_free (t);
}

/* Duplicates without anything that left the path: the window grows by one
 * segment for each, as for real ones, but no more than there is in flight.
 * req: TCP-ACK-8 */
static void
test_duplicates (void)
{
  Talk *t = talk_new ();
  unsigned sent = 0;

  talk_accepted (t);
  app_sends (t, 200000);
  talk_check (t, peer_ignores (t) == 10);
  for (int i = 0; i < 1000; i++)
    {
      peer_sends (t, ". 1:1(0) ack 1");
      sent += peer_ignores (t);
    }
  /* The window of the peer holds 65 of them. */
  talk_check (t, sent <= 66);
  sleep_through (t, 200, MILLISECOND);
  talk_check (t, app_info (t).cwnd <= 10000);
  talk_free (t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/optimist/never-sent", test_never_sent);
  g_test_add_func ("/optimist/divided", test_divided);
  g_test_add_func ("/optimist/duplicates", test_duplicates);
  return g_test_run ();
}
