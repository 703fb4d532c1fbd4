// SPDX-License-Identifier: MIT
/* Timestamps: RFC 7323 3 to 5. The peer's clock wraps at 256 of it. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

#define DAY (24 * 3600 * SECOND)

static Talk *
modern (bool ipv6)
{
  StackConfig config = talk_config_modern ();

  config.tcp.window_scale = false;
  config.tcp.sack = false;
  return talk_new_with (&config, ipv6, 1000 * SECOND);
}

static Talk *
accepted (bool ipv6)
{
  Talk *t = modern (ipv6);

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1012,nop,nop,TS val 0 ecr 0>");
  peer_expects (t, "S. 0:0(0) ack 1 <mss %d,nop,nop,TS val 0 ecr 0>",
                ipv6 ? 1440 : 1460);
  peer_sends (t, ". 1:1(0) ack 1 <nop,nop,TS val 0 ecr 0>");
  app_accepts (t);
  return t;
}

static Talk *
connected (bool ipv6)
{
  Talk *t = modern (ipv6);

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0) win 65535 <mss %d,nop,nop,TS val 0 ecr 0>",
                ipv6 ? 1440 : 1460);
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 "
                 "<mss 1012,nop,nop,TS val 0 ecr 0>");
  peer_expects (t, ". 1:1(0) ack 1 <nop,nop,TS val 0 ecr 0>");
  return t;
}

static Talk *
either (int which)
{
  return which / 2 == 0 ? accepted (which % 2 == 1)
                        : connected (which % 2 == 1);
}

/* From the agreement on, whatever is sent has them: data, ACK, FIN, what is
 * repeated, RST. req: TCP-TS-1 TCP-MSS-4 TCP-MSS-5 */
static void
test_everywhere (void)
{
  for (int which = 0; which < 4; which++)
    {
      Talk *t = either (which);

      app_sends (t, 1010);
      peer_expects (t, ". 1:1001(1000) ack 1 <nop,nop,TS val 0 ecr 0>");
      peer_sends (t, "P. 1:11(10) ack 1001 <nop,nop,TS val 1 ecr 0>");
      peer_expects (t, "P. 1001:1011(10) ack 11 <nop,nop,TS val 0 ecr 1>");
      app_receives (t, 100, 10);
      advance (t, 200, MILLISECOND);
      peer_expects (t, "P. 1001:1011(10) ack 11 <nop,nop,TS val 200 ecr 1>");
      peer_sends (t, "P. 11:21(10) ack 1011 <nop,nop,TS val 250 ecr 200>");
      advance (t, 40, MILLISECOND);
      peer_expects (t, ". 1011:1011(0) ack 21 <nop,nop,TS val 240 ecr 250>");
      app_receives (t, 100, 10);
      app_shuts_down (t, SHUT_WR);
      peer_expects (t, "F. 1011:1011(0) ack 21 <nop,nop,TS val 240 ecr 250>");
      peer_sends (t, ". 21:21(0) ack 1012 <nop,nop,TS val 260 ecr 240>");
      app_aborts (t);
      peer_expects (t, "R. 1012:1012(0) ack 21 <nop,nop,TS val 240 ecr 260>");
      talk_free (t);
    }
}

/* RFC 7323 4.3, (A): delayed ACKs echo the first segment that they delay.
 * req: TCP-TS-4 */
static void
test_echo_delayed (void)
{
  Talk *t = accepted (false);

  peer_sends (t, ". 1:1001(1000) ack 1 <nop,nop,TS val 1 ecr 0>");
  peer_sends (t, ". 1001:2001(1000) ack 1 <nop,nop,TS val 2 ecr 0>");
  peer_expects (t, ". 1:1(0) ack 2001 <nop,nop,TS val 0 ecr 1>");
  peer_sends (t, ". 2001:3001(1000) ack 1 <nop,nop,TS val 3 ecr 0>");
  peer_sends (t, ". 3001:4001(1000) ack 1 <nop,nop,TS val 4 ecr 0>");
  peer_expects (t, ". 1:1(0) ack 4001 <nop,nop,TS val 0 ecr 3>");
  talk_free (t);
}

/* (B): a hole, and (C) one that is filled. req: TCP-TS-4 */
static void
test_echo_hole (void)
{
  Talk *t = accepted (false);

  peer_sends (t, ". 1:1001(1000) ack 1 <nop,nop,TS val 1 ecr 0>");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 1001 <nop,nop,TS val 40 ecr 1>");
  peer_sends (t, ". 2001:3001(1000) ack 1 <nop,nop,TS val 3 ecr 0>");
  peer_expects (t, ". 1:1(0) ack 1001 <nop,nop,TS val 40 ecr 1>");
  peer_sends (t, ". 1001:2001(1000) ack 1 <nop,nop,TS val 2 ecr 0>");
  peer_expects (t, ". 1:1(0) ack 3001 <nop,nop,TS val 40 ecr 2>");
  peer_sends (t, ". 4001:5001(1000) ack 1 <nop,nop,TS val 5 ecr 0>");
  peer_expects (t, ". 1:1(0) ack 3001 <nop,nop,TS val 40 ecr 2>");
  peer_sends (t, ". 3001:4001(1000) ack 1 <nop,nop,TS val 4 ecr 0>");
  peer_expects (t, ". 1:1(0) ack 5001 <nop,nop,TS val 40 ecr 4>");
  talk_free (t);
}

/* Old by its time though not by its number: one ACK, and nothing is taken, not
 * even its ACK. The time that follows the wrap is newer.
 * req: TCP-TS-6 TCP-TS-7 TCP-TS-11 */
static void
test_old (void)
{
  for (int which = 0; which < 4; which++)
    {
      Talk *t = either (which);

      app_sends (t, 10);
      peer_expects (t, "P. 1:11(10) ack 1");
      peer_sends (t, "P. 1:11(10) ack 1 <nop,nop,TS val 250 ecr 0>");
      app_receives (t, 100, 10);
      advance (t, 40, MILLISECOND);
      peer_expects (t, ". 11:11(0) ack 11 <nop,nop,TS val 40 ecr 250>");
      peer_sends (t, "P. 11:21(10) ack 11 <nop,nop,TS val 249 ecr 0>");
      peer_expects (t, ". 11:11(0) ack 11 <nop,nop,TS val 40 ecr 250>");
      app_receive_gives (t, -EAGAIN);
      talk_check (t, app_info (t).send_queue == 10);
      drops_are (t, DROP_TIMESTAMP, 1);
      peer_sends (t, "P. 11:21(10) ack 11 <nop,nop,TS val 256 ecr 0>");
      app_receives (t, 100, 10);
      advance (t, 40, MILLISECOND);
      peer_expects (t, ". 11:11(0) ack 21 <nop,nop,TS val 80 ecr 256>");
      peer_sends (t, "P. 21:31(10) ack 11 <nop,nop,TS val 255 ecr 0>");
      peer_expects (t, ". 11:11(0) ack 21 <nop,nop,TS val 80 ecr 256>");
      drops_are (t, DROP_TIMESTAMP, 2);
      falls_silent (t);
      talk_free (t);
    }
}

/* Half of all values are older. req: TCP-TS-11 */
static void
test_half (void)
{
  Talk *t = accepted (false);

  peer_sends (t, ". 1:1(0) ack 1 <nop,nop,TS val -1 ecr 0>");
  peer_expects (t, ". 1:1(0) ack 1 <nop,nop,TS val 0 ecr 0>");
  peer_sends (t, ". 1:1(0) ack 1 <nop,nop,TS val 2147483648 ecr 0>");
  peer_expects (t, ". 1:1(0) ack 1 <nop,nop,TS val 0 ecr 0>");
  drops_are (t, DROP_TIMESTAMP, 2);
  peer_sends (t, "P. 1:11(10) ack 1 <nop,nop,TS val 2147483647 ecr 0>");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 11 <nop,nop,TS val 40 ecr 2147483647>");
  talk_free (t);
}

/* Silence, and the connection lives. req: TCP-TS-2 */
static void
test_missing (void)
{
  for (int which = 0; which < 4; which++)
    {
      Talk *t = either (which);

      app_sends (t, 10);
      peer_expects (t, "P. 1:11(10) ack 1");
      peer_sends (t, "P. 1:11(10) ack 11");
      peer_sends (t, ". 1:1(0) ack 11");
      peer_sends (t, "F. 1:1(0) ack 11");
      peer_sends (t, "P. 1:11(10) ack 11 <nop,nop,raw 080a0000>");
      peer_expects_nothing (t);
      drops_are (t, DROP_TIMESTAMP, 4);
      app_receive_gives (t, -EAGAIN);
      talk_check (t, app_info (t).send_queue == 10);
      state_is (t, "ESTABLISHED");
      peer_sends (t, ". 1:1(0) ack 11 <nop,nop,TS val 0 ecr 0>");
      talk_check (t, app_info (t).send_queue == 0);
      falls_silent (t);
      talk_free (t);
    }
}

/* A host that has begun anew and knows no timestamps must still learn that
 * there is an old connection (RFC 5961 4). req: TCP-TS-2 */
static void
test_missing_on_syn (void)
{
  Talk *t = accepted (false);

  peer_sends (t, "S 5000:5000(0) win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1 <nop,nop,TS val 0 ecr 0>");
  peer_sends (t, "S 5000:5000(0) win 65535 <mss 1000,TS val -9 ecr 0>");
  peer_expects (t, ". 1:1(0) ack 1 <nop,nop,TS val 0 ecr 0>");
  peer_sends (t, "R 1:1(0)");
  error_is (t, ECONNRESET);
  talk_free (t);
}

/* A reset is judged by its number alone. req: TCP-TS-7 */
static void
test_reset (void)
{
  static const char *const RESETS[] = { "R 1:1(0)", "R. 1:1(0) ack 1",
                                        "R 1:1(0) <nop,nop,TS val -9 ecr 0>",
                                        "R. 1:1(0) ack 1 <TS val -9 ecr 0>" };

  for (unsigned i = 0; i < G_N_ELEMENTS (RESETS); i++)
    {
      Talk *t = either ((int) i);

      peer_sends (t, "%s", RESETS[i]);
      state_is (t, "CLOSED");
      error_is (t, ECONNRESET);
      talk_free (t);
    }
}

/* Idle for 24 days: the peer's clock may be anywhere. req: TCP-TS-8 */
static void
test_idle (void)
{
  for (int late = 0; late < 2; late++)
    {
      Talk *t = accepted (false);

      t->now += 24 * DAY + late;
      peer_sends (t, "P. 1:11(10) ack 1 <nop,nop,TS val -1000 ecr 0>");
      if (late == 0)
        {
          peer_expects (t, ". 1:1(0) ack 1");
          drops_are (t, DROP_TIMESTAMP, 1);
          talk_free (t);
          continue;
        }
      app_receives (t, 100, 10);
      advance (t, 40, MILLISECOND);
      peer_expects (t, ". 1:1(0) ack 11 "
                       "<nop,nop,TS val 2073600040 ecr -1000>");
      peer_sends (t, "P. 11:21(10) ack 1 <nop,nop,TS val -1001 ecr 0>");
      peer_expects (t, ". 1:1(0) ack 11");
      talk_free (t);
    }
}

/* A millisecond a tick. req: TCP-TS-9 */
static void
test_clock (void)
{
  Talk *t = accepted (true);

  for (int i = 1; i <= 10; i++)
    {
      advance (t, 1, SECOND);
      peer_sends (t, ". 0:0(0) ack 1 <nop,nop,TS val 0 ecr 0>");
      peer_expects (t, ". 1:1(0) ack 1 <nop,nop,TS val %d ecr 0>", i * 1000);
    }
  talk_free (t);
}

/* Where the clock stands tells nothing: it differs from connection to
 * connection and is not the time; for one pair it goes on.
 * req: TCP-TS-10 TCP-ISN-3 */
static void
test_offset (void)
{
  Talk *t = modern (false);
  uint32_t times[8], distinct = 0;

  app_listen (t, 7777, 100);
  for (uint16_t i = 0; i < 8; i++)
    {
      peer_uses (t, (uint16_t) (40000 + i));
      peer_sends (t, "S 0:0(0) win 65535 <TS val 0 ecr 0>");
      peer_expects (t, "S. 0:0(0) ack 1 <mss 1460,nop,nop,TS val 0 ecr 0>");
      times[i] = t->flow->time;
      talk_check (t, times[i] != (uint32_t) (t->now / MILLISECOND));
      for (unsigned j = 0; j < i; j++)
        distinct += (times[i] >> 16) != (times[j] >> 16);
    }
  talk_check (t, distinct >= 27);
  for (uint16_t i = 0; i < 8; i++)
    {
      peer_uses (t, (uint16_t) (40000 + i));
      peer_sends (t, "R 1:1(0)");
      t->now += MILLISECOND;
      peer_sends (t, "S 0:0(0) win 65535 <TS val 0 ecr 0>");
      peer_expects (t, "S. 0:0(0) ack 1 <mss 1460,nop,nop,TS val %d ecr 0>",
                    i + 1);
      peer_sends (t, "R 1:1(0)");
    }
  talk_free (t);
}

/* Connected over a round trip of 100 ms; 1000 bytes lost, sent again after the
 * timeout of 300 ms and acknowledged 100 ms later, with ECHO. */
static Time
trip_after_loss (int echo)
{
  Talk *t = modern (false);
  Time srtt;

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  advance (t, 100, MILLISECOND);
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1012,TS val 0 ecr 0>");
  peer_expects (t, ". 1:1(0) ack 1");
  talk_check (t, app_info (t).srtt == 100 * MILLISECOND);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1 <nop,nop,TS val 100 ecr 0>");
  advance (t, 300, MILLISECOND);
  peer_expects (t, "P. 1:1001(1000) ack 1 <nop,nop,TS val 400 ecr 0>");
  advance (t, 100, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1001 <nop,nop,TS val 9 ecr %d>", echo);
  srtt = app_info (t).srtt;
  talk_free (t);
  return srtt;
}

static bool
is_near (Time is, Time wanted)
{
  return ABS (is - wanted) <= MILLISECOND;
}

/* The echo tells which of two copies it was; what cannot be an echo tells
 * nothing. req: TCP-RTO-6 TCP-TS-5 */
static void
test_trip (void)
{
  g_assert_true (is_near (trip_after_loss (400), 100 * MILLISECOND));
  g_assert_true (is_near (trip_after_loss (100), 137500 * MICROSECOND));
  g_assert_cmpint (trip_after_loss (501), ==, 100 * MILLISECOND);
  g_assert_cmpint (trip_after_loss (-2000000), ==, 100 * MILLISECOND);
}

/* Only what moves SND.UNA is a sample; here ACKs that open the window.
 * req: TCP-TS-5 */
static void
test_no_trip (void)
{
  Talk *t = modern (false);
  Time srtt;

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  advance (t, 100, MILLISECOND);
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1012,TS val 0 ecr 0>");
  peer_expects (t, ". 1:1(0) ack 1");
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1");
  srtt = app_info (t).srtt;
  for (int i = 1; i <= 4; i++)
    {
      advance (t, 50, MILLISECOND);
      peer_sends (t, ". 1:1(0) ack 1 win %d <TS val %d ecr 100>", i * 1000, i);
      talk_check (t, app_info (t).srtt == srtt);
      peer_sends (t, ". 1:1(0) ack 1 win %d <TS val %d ecr 0>", i * 1001, i);
      talk_check (t, app_info (t).srtt == srtt);
    }
  peer_ignores (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func ("/timestamps/" name, test)
  ADD ("everywhere", test_everywhere);
  ADD ("echo-delayed", test_echo_delayed);
  ADD ("echo-hole", test_echo_hole);
  ADD ("old", test_old);
  ADD ("half", test_half);
  ADD ("missing", test_missing);
  ADD ("missing-on-syn", test_missing_on_syn);
  ADD ("reset", test_reset);
  ADD ("idle", test_idle);
  ADD ("clock", test_clock);
  ADD ("offset", test_offset);
  ADD ("trip", test_trip);
  ADD ("no-trip", test_no_trip);
#undef ADD
  return g_test_run ();
}
