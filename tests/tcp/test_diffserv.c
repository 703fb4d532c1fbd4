// SPDX-License-Identifier: MIT
/* The DiffServ field of what a connection sends: RFC 9293 3.9.1.9. */
#include "tests/harness.h"

#include <sys/socket.h>

static uint8_t
class_of (const Talk *t)
{
  unsigned first = t->bytes[0], second = t->bytes[1];
  return (uint8_t) (first >> 4 == 4 ? second : first << 4 | second >> 4);
}

/* In the middle, as often as the application likes; the ECN bits are TCP's.
 * req: TCP-HDR-17 TCP-HDR-16 */
static void
test_changed (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ipv6 ? talk_new_ipv6 () : talk_new ();

      talk_accepted (t);
      for (int value = 255, at = 1; value >= 0; value -= 5, at += 10)
        {
          app_sets (t, SOCKET_OPTION_TRAFFIC_CLASS, value);
          app_sends (t, 10);
          peer_expects (t, "P. %d:%d(10) ack 1", at, at + 10);
          talk_check (t, class_of (t) == (value & 0xfc));
          peer_sends (t, ". 1:1(0) ack %d", at + 10);
        }
      talk_free (t);
    }
}

/* A repeated segment is sent as it would be now; an RST too.
 * req: TCP-HDR-17 TCP-HDR-16 */
static void
test_all_kinds (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 10);
  peer_expects (t, "P. 1:11(10) ack 1");
  talk_check (t, class_of (t) == 0);
  app_sets (t, SOCKET_OPTION_TRAFFIC_CLASS, 0xb8);
  advance (t, 200, MILLISECOND);
  peer_expects (t, "P. 1:11(10) ack 1");
  talk_check (t, class_of (t) == 0xb8);
  peer_sends (t, ". 1:1(0) ack 500");
  peer_expects (t, ". 11:11(0) ack 1");
  talk_check (t, class_of (t) == 0xb8);
  app_aborts (t);
  peer_expects (t, "R. 11:11(0) ack 1");
  talk_check (t, class_of (t) == 0xb8);
  talk_free (t);
}

/* It is no news about the path. req: TCP-CLS-13 */
static void
test_cwnd_stays (void)
{
  SocketInfo infos[2];

  for (int change = 0; change < 2; change++)
    {
      Talk *t = talk_new ();

      talk_accepted (t);
      app_sends (t, 200000);
      for (int at = 1; at < 60000; at += 2000)
        {
          peer_ignores (t);
          advance (t, 10, MILLISECOND);
          if (change)
            app_sets (t, SOCKET_OPTION_TRAFFIC_CLASS, at / 2000 * 4);
          peer_sends (t, ". 1:1(0) ack %d", at + 2000);
        }
      infos[change] = app_info (t);
      peer_ignores (t);
      talk_free (t);
    }
  g_assert_cmpuint (infos[0].cwnd, ==, infos[1].cwnd);
  g_assert_cmpuint (infos[0].cwnd, >, 20000);
  g_assert_cmpuint (infos[0].ssthresh, ==, infos[1].ssthresh);
  g_assert_cmpint (infos[0].srtt, ==, infos[1].srtt);
  g_assert_cmpint (infos[0].rto, ==, infos[1].rto);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diffserv/changed", test_changed);
  g_test_add_func ("/diffserv/all-kinds", test_all_kinds);
  g_test_add_func ("/diffserv/cwnd-stays", test_cwnd_stays);
  return g_test_run ();
}
