// SPDX-License-Identifier: MIT
/* Large segments do not get through, and nobody tells: RFC 4821 7.7. */
#include "tests/tcp/way.h"

static Talk *
talk_of (bool ipv6)
{
  return way_talk (WAY_PLAIN, ipv6, ipv6 ? 1440 : 1460);
}

static void
is_cut_into (Talk *t, int64_t from, int64_t to, int64_t size)
{
  for (int64_t at = from; at < to; at += size)
    {
      int64_t end = MIN (at + size, to);

      peer_expects (t, "%s %ld:%ld(%ld) ack 1", end == to ? "P." : ".",
                    (long) at, (long) end, (long) (end - at));
    }
}

/* One timeout means nothing, the second that the segment is too large. Nobody
 * says so. req: TCP-MTU-8 TCP-MTU-10 */
static void
test_second_timeout (void)
{
  Talk *t = talk_of (false);
  SocketInfo before;

  app_sends (t, 1460);
  peer_expects (t, "P. 1:1461(1460) ack 1");
  advance (t, 200, MILLISECOND);
  peer_expects (t, "P. 1:1461(1460) ack 1");
  talk_check (t, t->out.cause == REPAIR_RTO);
  talk_check (t, app_info (t).mss == 1460);
  before = app_info (t);
  advance (t, 400, MILLISECOND);
  peer_expects (t, ". 1:1161(1160) ack 1");
  talk_check (t, t->out.cause == REPAIR_TOO_BIG);
  talk_check (t, (t->bytes[6] & 0x40) != 0);
  peer_expects_nothing (t);
  talk_check (t, app_info (t).mss == 1160);
  /* No more of it than the timer says. */
  talk_check (t, app_info (t).ssthresh == before.ssthresh);
  peer_sends (t, ". 1:1(0) ack 1161 win 65535");
  peer_expects (t, "P. 1161:1461(300) ack 1");
  peer_sends (t, ". 1:1(0) ack 1461 win 65535");
  app_sends (t, 2320);
  is_cut_into (t, 1461, 3781, 1160);
  peer_sends (t, ". 1:1(0) ack 3781 win 65535");
  talk_free (t);
}

/* A segment of SIZES[0] is lost, and so is each smaller beginning of it. */
static void
steps_of (Talk *t, const long *sizes, unsigned count)
{
  app_sends (t, (size_t) sizes[0]);
  peer_expects (t, "P. 1:%ld(%ld) ack 1", 1 + sizes[0], sizes[0]);
  for (unsigned i = 0; i < count; i++)
    {
      advance (t, 200 << i, MILLISECOND);
      peer_expects (t, "%s 1:%ld(%ld) ack 1", i == 0 ? "P." : ".", 1 + sizes[i],
                    sizes[i]);
    }
  peer_sends (t, ". 1:1(0) ack %ld win 65535", 1 + sizes[count - 1]);
  peer_ignores (t);
  peer_sends (t, ". 1:1(0) ack %ld win 65535", 1 + sizes[0]);
  talk_free (t);
}

/* Then smaller still, but not below what any host takes. req: TCP-MTU-8 */
static void
test_steps (void)
{
  static const long sizes[] = { 1460, 1160, 984, 536, 536, 536 };

  steps_of (talk_of (false), sizes, G_N_ELEMENTS (sizes));
}

/* Any link of IPv6 takes 1280. req: TCP-MTU-8 TCP-MTU-11 */
static void
test_steps_ipv6 (void)
{
  static const long sizes[] = { 1440, 1220, 1220, 1220 };

  steps_of (talk_of (true), sizes, G_N_ELEMENTS (sizes));
}

/* What is small enough is lost for another reason. req: TCP-MTU-8 */
static void
test_small_segments (void)
{
  Talk *t = talk_of (false);

  app_sends (t, 500);
  peer_expects (t, "P. 1:501(500) ack 1");
  for (unsigned i = 0; i < 6; i++)
    {
      advance (t, 200 << i, MILLISECOND);
      peer_expects (t, "P. 1:501(500) ack 1");
      talk_check (t, t->out.cause == REPAIR_RTO);
    }
  talk_check (t, app_info (t).mss == 1460);
  peer_sends (t, ". 1:1(0) ack 501 win 65535");
  talk_free (t);
}

/* As large as the base, and a bit: only the third timeout is about its size. */
static void
test_medium_segments (void)
{
  Talk *t = talk_of (false);

  app_sends (t, 1100);
  peer_expects (t, "P. 1:1101(1100) ack 1");
  for (unsigned i = 0; i < 2; i++)
    {
      advance (t, 200 << i, MILLISECOND);
      peer_expects (t, "P. 1:1101(1100) ack 1");
    }
  advance (t, 800, MILLISECOND);
  peer_expects (t, ". 1:985(984) ack 1");
  peer_sends (t, ". 1:1(0) ack 1101 win 65535");
  talk_free (t);
}

/* Switched off, or without DF, when routers cut what is too large. */
static void
test_off (void)
{
  for (unsigned off = 0; off < 2; off++)
    {
      StackConfig config = way_config (WAY_PLAIN);
      Talk *t;

      if (off == 0)
        config.tcp.path_probing = false;
      else
        config.path_mtu_discovery = false;
      t = way_talk_with (&config, false, 1460);
      app_sends (t, 1460);
      peer_expects (t, "P. 1:1461(1460) ack 1");
      for (unsigned i = 0; i < 5; i++)
        {
          advance (t, 200 << i, MILLISECOND);
          peer_expects (t, "P. 1:1461(1460) ack 1");
        }
      peer_sends (t, ". 1:1(0) ack 1461 win 65535");
      talk_free (t);
    }
}

/* The peer's closed window is no hole. req: TCP-MTU-8 */
static void
test_closed_window (void)
{
  Talk *t = talk_of (false);

  app_sends (t, 1460);
  peer_expects (t, "P. 1:1461(1460) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  for (unsigned i = 0; i < 4; i++)
    {
      advance (t, 200 << i, MILLISECOND);
      peer_expects (t, "P. 1:1461(1460) ack 1");
      peer_sends (t, ". 1:1(0) ack 1 win 0");
    }
  talk_check (t, app_info (t).mss == 1460);
  peer_sends (t, ". 1:1(0) ack 1461 win 65535");
  talk_free (t);
}

/* But what asks a closed window gets lost in a hole, too. req: TCP-MTU-8 */
static void
test_silent_window (void)
{
  Talk *t = talk_of (false);
  uint32_t cwnd;

  app_sends (t, 1460);
  peer_expects (t, "P. 1:1461(1460) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  cwnd = app_info (t).cwnd;
  advance (t, 200, MILLISECOND);
  peer_expects (t, "P. 1:1461(1460) ack 1");
  advance (t, 400, MILLISECOND);
  peer_expects (t, ". 1:1161(1160) ack 1");
  talk_check (t, app_info (t).cwnd == cwnd);
  peer_sends (t, ". 1:1(0) ack 1161 win 65535");
  peer_expects (t, "P. 1161:1461(300) ack 1");
  peer_sends (t, ". 1:1(0) ack 1461 win 65535");
  talk_free (t);
}

/* The FIN takes no room. req: TCP-MTU-8 */
static void
test_fin (void)
{
  Talk *t = talk_of (false);

  app_sends (t, 1160);
  app_closes (t);
  peer_expects (t, "FP. 1:1161(1160) ack 1");
  for (unsigned i = 0; i < 2; i++)
    {
      advance (t, 200 << i, MILLISECOND);
      peer_expects (t, "FP. 1:1161(1160) ack 1");
    }
  advance (t, 800, MILLISECOND);
  peer_expects (t, ". 1:985(984) ack 1");
  peer_sends (t, ". 1:1(0) ack 985 win 65535");
  peer_expects (t, "FP. 985:1161(176) ack 1");
  peer_sends (t, "R. 1:1(0) ack 1162 win 65535");
  talk_free (t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/black-hole/second-timeout", test_second_timeout);
  g_test_add_func ("/black-hole/steps", test_steps);
  g_test_add_func ("/black-hole/steps-ipv6", test_steps_ipv6);
  g_test_add_func ("/black-hole/small-segments", test_small_segments);
  g_test_add_func ("/black-hole/medium-segments", test_medium_segments);
  g_test_add_func ("/black-hole/off", test_off);
  g_test_add_func ("/black-hole/closed-window", test_closed_window);
  g_test_add_func ("/black-hole/silent-window", test_silent_window);
  g_test_add_func ("/black-hole/fin", test_fin);
  return g_test_run ();
}
