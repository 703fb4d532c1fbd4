// SPDX-License-Identifier: MIT
/* Options of TCP: bounds, reading back, when they can be set, and what they do
 * on the wire. */
#include "tests/harness.h"

#include <errno.h>

typedef struct
{
  SocketOption option;
  int64_t value;
  int result;
  int64_t read; /* afterwards, where it was taken */
} Row;

static const Row ROWS[] = {
  { SOCKET_OPTION_WINDOW_SCALE, 1, 0, 1 },
  { SOCKET_OPTION_WINDOW_SCALE, 0, 0, 0 },
  { SOCKET_OPTION_TIMESTAMPS, -7, 0, 1 },
  { SOCKET_OPTION_TIMESTAMPS, 0, 0, 0 },
  { SOCKET_OPTION_SACK, 1, 0, 1 },
  { SOCKET_OPTION_SACK, 0, 0, 0 },
  { SOCKET_OPTION_ECN, -1, -EINVAL, 0 },
  { SOCKET_OPTION_ECN, TCP_ECN_PASSIVE, 0, TCP_ECN_PASSIVE },
  { SOCKET_OPTION_ECN, TCP_ECN_ON, 0, TCP_ECN_ON },
  { SOCKET_OPTION_ECN, TCP_ECN_ON + 1, -EINVAL, 0 },
  { SOCKET_OPTION_CONGESTION, -1, -EINVAL, 0 },
  { SOCKET_OPTION_CONGESTION, TCP_CONGESTION_RENO, 0, TCP_CONGESTION_RENO },
  { SOCKET_OPTION_CONGESTION, TCP_CONGESTION_CUBIC, 0, TCP_CONGESTION_CUBIC },
  { SOCKET_OPTION_CONGESTION, TCP_CONGESTION_BBR, 0, TCP_CONGESTION_BBR },
  { SOCKET_OPTION_CONGESTION, TCP_CONGESTION_COUNT, -EINVAL, 0 },
  { SOCKET_OPTION_RACK, 1, 0, 1 },
  { SOCKET_OPTION_PACING, 1, 0, 1 },
  { SOCKET_OPTION_PATH_PROBING, 1, 0, 1 },
  { SOCKET_OPTION_INITIAL_WINDOW, 0, -EINVAL, 0 },
  { SOCKET_OPTION_INITIAL_WINDOW, 1, 0, 1 },
  { SOCKET_OPTION_INITIAL_WINDOW, 1000, 0, 1000 },
  { SOCKET_OPTION_INITIAL_WINDOW, 1001, -EINVAL, 0 },
  { SOCKET_OPTION_MAX_SEGMENT, -1, -EINVAL, 0 },
  { SOCKET_OPTION_MAX_SEGMENT, 1, -EINVAL, 0 },
  { SOCKET_OPTION_MAX_SEGMENT, 47, -EINVAL, 0 },
  { SOCKET_OPTION_MAX_SEGMENT, 48, 0, 48 },
  { SOCKET_OPTION_MAX_SEGMENT, 65535, 0, 65535 },
  { SOCKET_OPTION_MAX_SEGMENT, 65536, -EINVAL, 0 },
  { SOCKET_OPTION_MAX_SEGMENT, 0, 0, 0 },
  { SOCKET_OPTION_DELAYED_ACK, -1, -EINVAL, 0 },
  { SOCKET_OPTION_DELAYED_ACK, 0, 0, 0 },
  { SOCKET_OPTION_DELAYED_ACK, 499999999, 0, 499999999 },
  { SOCKET_OPTION_DELAYED_ACK, SECOND / 2, -EINVAL, 0 },
  { SOCKET_OPTION_R1, 255, 0, 255 },
  { SOCKET_OPTION_R1, 256, -EINVAL, 0 },
  { SOCKET_OPTION_R2, 0, 0, 0 },
  { SOCKET_OPTION_R2, 255, 0, 255 },
  { SOCKET_OPTION_R2, 256, -EINVAL, 0 },
  { SOCKET_OPTION_USER_TIMEOUT, -1, -EINVAL, 0 },
  { SOCKET_OPTION_USER_TIMEOUT, 1, 0, 1 },
  { SOCKET_OPTION_USER_TIMEOUT, 30 * SECOND, 0, 30 * SECOND },
  { SOCKET_OPTION_USER_TIMEOUT, G_MAXINT64, -EINVAL, 0 },
  { SOCKET_OPTION_KEEP_ALIVE, 1, 0, 1 },
  { SOCKET_OPTION_KEEP_ALIVE, 0, 0, 0 },
  { SOCKET_OPTION_KEEP_IDLE, 0, -EINVAL, 0 },
  { SOCKET_OPTION_KEEP_IDLE, SECOND, 0, SECOND },
  { SOCKET_OPTION_KEEP_IDLE, 32767 * SECOND, 0, 32767 * SECOND },
  { SOCKET_OPTION_KEEP_IDLE, 32768 * SECOND, -EINVAL, 0 },
  { SOCKET_OPTION_KEEP_INTERVAL, SECOND - 1, -EINVAL, 0 },
  { SOCKET_OPTION_KEEP_INTERVAL, SECOND, 0, SECOND },
  { SOCKET_OPTION_KEEP_INTERVAL, 32768 * SECOND, -EINVAL, 0 },
  { SOCKET_OPTION_KEEP_COUNT, 0, -EINVAL, 0 },
  { SOCKET_OPTION_KEEP_COUNT, 127, 0, 127 },
  { SOCKET_OPTION_KEEP_COUNT, 128, -EINVAL, 0 },
};

static int
set (Talk *t, int socket, SocketOption option, int64_t value)
{
  return socket_option_set (t->stack, socket, option, value);
}

static int64_t
get (Talk *t, int socket, SocketOption option)
{
  int64_t value = -1;

  talk_check (t, socket_option_get (t->stack, socket, option, &value) == 0);
  return value;
}

/* Only streams have them, and what is refused changes nothing.
 * req: SOK-OPT-1 SOK-OPT-2 SOK-OPT-6 SOK-OPT-7 */
static void
test_table (void)
{
  Talk *t = talk_new ();
  int stream = app_socket (t, SOCKET_IPV6, SOCKET_STREAM);
  int datagram = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);

  for (unsigned i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      const Row *row = &ROWS[i];
      int64_t before = get (t, stream, row->option), none;

      talk_check (t, set (t, stream, row->option, row->value) == row->result);
      talk_check (t, get (t, stream, row->option)
                         == (row->result == 0 ? row->read : before));
      talk_check (t,
                  set (t, datagram, row->option, row->value) == -ENOPROTOOPT);
      talk_check (t, socket_option_get (t->stack, datagram, row->option, &none)
                         == -ENOPROTOOPT);
    }
  falls_silent (t);
  talk_free (t);
}

static const SocketOption AGREED[] = { SOCKET_OPTION_WINDOW_SCALE,
                                       SOCKET_OPTION_TIMESTAMPS,
                                       SOCKET_OPTION_SACK, SOCKET_OPTION_ECN };

static void
all_agreed_are (Talk *t, int socket, int result)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (AGREED); i++)
    {
      int64_t before = get (t, socket, AGREED[i]);

      talk_check (t, set (t, socket, AGREED[i], 1) == result);
      talk_check (t, get (t, socket, AGREED[i]) == (result == 0 ? 1 : before));
    }
}

/* From the SYN on it is too late. req: SOK-OPT-7 */
static void
test_agreed_late (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  all_agreed_are (t, t->flow->socket, -EINVAL);
  peer_expects (t, "S 0:0(0)");
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  all_agreed_are (t, t->flow->socket, -EINVAL);
  falls_silent (t);
  talk_free (t);
}

/* What is set before the SYN is what it offers, whatever the stack's default.
 * req: SOK-OPT-7 */
static void
test_agreed (void)
{
  static const struct
  {
    SocketOption option;
    const char *with, *without; /* the others, when all are on */
  } cases[] = {
    { SOCKET_OPTION_WINDOW_SCALE, "<mss 1460,nop,wscale 5>",
      "<mss 1460,sackOK,TS val 0 ecr 0>" },
    { SOCKET_OPTION_TIMESTAMPS, "<mss 1460,nop,nop,TS val 0 ecr 0>",
      "<mss 1460,nop,nop,sackOK,nop,wscale 5>" },
    { SOCKET_OPTION_SACK, "<mss 1460,nop,nop,sackOK>",
      "<mss 1460,nop,nop,TS val 0 ecr 0,nop,wscale 5>" },
  };

  for (unsigned i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      bool modern = i % 2 == 1;
      StackConfig config = modern ? talk_config_modern () : talk_config ();
      Talk *t = talk_new_with (&config, false, 0);

      peer_uses (t, 80);
      t->flow->socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
      app_sets (t, SOCKET_OPTION_RECEIVE_BUFFER, 1 << 20);
      app_sets (t, cases[i / 2].option, !modern);
      app_connect (t, 80);
      peer_expects (t, "S 0:0(0) win 65535 %s",
                    modern ? cases[i / 2].without : cases[i / 2].with);
      app_aborts (t);
      peer_expects_nothing (t);
      talk_free (t);
    }
}

/* What a listener is told counts for connections from then on, and is theirs
 * to read. req: SOK-OPT-7 */
static void
test_inherited (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 5);
  all_agreed_are (t, t->listener, 0);
  talk_check (t, set (t, t->listener, SOCKET_OPTION_MAX_SEGMENT, 700) == 0);
  talk_check (t, set (t, t->listener, SOCKET_OPTION_KEEP_COUNT, 3) == 0);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 <mss 700>");
  talk_check (t, set (t, t->listener, SOCKET_OPTION_KEEP_COUNT, 4) == 0);
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  talk_check (t, get (t, t->flow->socket, SOCKET_OPTION_KEEP_COUNT) == 3);
  talk_check (t, get (t, t->flow->socket, SOCKET_OPTION_SACK) == 1);
  app_sends (t, 1400);
  peer_expects (t, ". 1:701(700) ack 1");
  peer_expects (t, "P. 701:1401(700) ack 1");
  app_aborts (t);
  peer_expects (t, "R. 1401:1401(0) ack 1");
  talk_free (t);
}

/* It is offered in the SYN, and never makes a segment larger than the path or
 * the peer take. req: SOK-OPT-2 */
static void
test_max_segment (void)
{
  static const struct
  {
    unsigned max;
    const char *offered;
    unsigned sent; /* the peer takes 1000 */
  } cases[] = { { 0, "<mss 1460>", 1000 },
                { 500, "<mss 500>", 500 },
                { 1200, "<mss 1200>", 1000 },
                { 9000, "<mss 1460>", 1000 } };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Talk *t = talk_new ();

      peer_uses (t, 80);
      t->flow->socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
      app_sets (t, SOCKET_OPTION_MAX_SEGMENT, cases[i].max);
      app_connect (t, 80);
      peer_expects (t, "S 0:0(0) %s", cases[i].offered);
      peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
      peer_expects (t, ". 1:1(0) ack 1");
      app_sends (t, 2 * cases[i].sent);
      peer_expects (t, ". 1:%u(%u) ack 1", cases[i].sent + 1, cases[i].sent);
      peer_expects (t, "P. %u:%u(%u) ack 1", cases[i].sent + 1,
                    2 * cases[i].sent + 1, cases[i].sent);
      peer_sends (t, ". 1:1(0) ack %u", 2 * cases[i].sent + 1);
      talk_check (t, app_info (t).mss == cases[i].sent);
      falls_silent (t);
      talk_free (t);
    }
}

/* Of a connection it lowers only; what is in flight is not lost for it, but is
 * repaired in smaller segments. req: SOK-OPT-2 */
static void
test_max_segment_live (void)
{
  Talk *t = talk_new ();

  talk_connected (t);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1");
  app_sets (t, SOCKET_OPTION_MAX_SEGMENT, 600);
  peer_expects_nothing (t);
  app_sends (t, 600);
  peer_expects (t, "P. 1001:1601(600) ack 1");
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1:601(600) ack 1");
  peer_sends (t, ". 1:1(0) ack 601");
  peer_expects (t, ". 601:1001(400) ack 1");
  peer_expects (t, "P. 1001:1601(600) ack 1");
  peer_sends (t, ". 1:1(0) ack 1601");
  app_sets (t, SOCKET_OPTION_MAX_SEGMENT, 0);
  talk_check (t, app_info (t).mss == 600);
  app_sends (t, 1200);
  peer_expects (t, ". 1601:2201(600) ack 1");
  peer_expects (t, "P. 2201:2801(600) ack 1");
  peer_sends (t, ". 1:1(0) ack 2801");
  falls_silent (t);
  talk_free (t);
}

/* As many segments as it says leave before the first ACK. req: SOK-OPT-7 */
static void
test_initial_window (void)
{
  Talk *t = talk_new ();

  peer_uses (t, 80);
  t->flow->socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  app_sets (t, SOCKET_OPTION_INITIAL_WINDOW, 1);
  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  app_sends (t, 5000);
  peer_expects (t, ". 1:1001(1000) ack 1");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 1001");
  peer_expects (t, ". 1001:2001(1000) ack 1");
  peer_expects (t, ". 2001:3001(1000) ack 1");
  peer_expects_nothing (t);
  app_aborts (t);
  peer_expects (t, "R. 3001:3001(0) ack 1");
  talk_free (t);
}

/* req: SOK-OPT-7 */
static void
test_delayed_ack (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sets (t, SOCKET_OPTION_DELAYED_ACK, 300 * MILLISECOND);
  peer_sends (t, "P. 1:101(100) ack 1");
  advance (t, 300, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 101");
  app_sets (t, SOCKET_OPTION_DELAYED_ACK, 0);
  peer_sends (t, "P. 101:201(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 201");
  falls_silent (t);
  talk_free (t);
}

/* A small segment that Nagle held leaves at once when he is sent away.
 * req: SOK-OPT-2 */
static void
test_nodelay_live (void)
{
  Talk *t = talk_new ();

  talk_connected (t);
  app_sends (t, 10);
  peer_expects (t, "P. 1:11(10) ack 1");
  app_sends (t, 10);
  peer_expects_nothing (t);
  app_sets (t, SOCKET_OPTION_NODELAY, 1);
  peer_expects (t, "P. 11:21(10) ack 1");
  app_sends (t, 10);
  peer_expects (t, "P. 21:31(10) ack 1");
  peer_sends (t, ". 1:1(0) ack 31");
  falls_silent (t);
  talk_free (t);
}

/* R2 of 1: the second timeout is the end. req: SOK-OPT-7 */
static void
test_r2_live (void)
{
  Talk *t = talk_new ();

  talk_connected (t);
  app_sends (t, 10);
  peer_expects (t, "P. 1:11(10) ack 1");
  app_sets (t, SOCKET_OPTION_R2, 1);
  advance (t, 200, MILLISECOND);
  peer_expects (t, "P. 1:11(10) ack 1");
  state_is (t, "ESTABLISHED");
  sleep_through (t, 400, MILLISECOND);
  error_is (t, ETIMEDOUT);
  falls_silent (t);
  talk_free (t);
}

/* The time that is set runs from the oldest byte that waits.
 * req: SOK-OPT-2 */
static void
test_user_timeout_live (void)
{
  Talk *t = talk_new ();

  talk_connected (t);
  app_sends (t, 10);
  peer_expects (t, "P. 1:11(10) ack 1");
  sleep_through (t, 1, SECOND);
  app_sets (t, SOCKET_OPTION_USER_TIMEOUT, 5 * SECOND);
  sleep_through (t, 3999, MILLISECOND);
  state_is (t, "ESTABLISHED");
  sleep_through (t, 1, MILLISECOND);
  state_is (t, "CLOSED");
  error_is (t, ETIMEDOUT);
  falls_silent (t);
  talk_free (t);
}

/* The probes come when the options say. req: SOK-OPT-1 */
static void
test_keep_alive_live (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sets (t, SOCKET_OPTION_KEEP_IDLE, 30 * SECOND);
  app_sets (t, SOCKET_OPTION_KEEP_INTERVAL, 4 * SECOND);
  app_sets (t, SOCKET_OPTION_KEEP_COUNT, 2);
  app_sets (t, SOCKET_OPTION_KEEP_ALIVE, 1);
  advance (t, 30, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  app_sets (t, SOCKET_OPTION_KEEP_IDLE, 10 * SECOND);
  advance (t, 10, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  advance (t, 4, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  sleep_through (t, 4, SECOND);
  state_is (t, "CLOSED");
  error_is (t, ETIMEDOUT);
  talk_free (t);
}

/* The algorithm that takes over begins where the other one stopped.
 * req: SOK-OPT-2 */
static void
test_congestion_live (void)
{
  for (unsigned algorithm = 0; algorithm < TCP_CONGESTION_COUNT; algorithm++)
    {
      Talk *t = talk_new ();
      SocketInfo before, after;

      talk_connected (t);
      app_sends (t, 20000);
      peer_ignores (t);
      peer_sends (t, ". 1:1(0) ack 5001");
      peer_ignores (t);
      before = app_info (t);
      app_sets (t, SOCKET_OPTION_CONGESTION, algorithm);
      after = app_info (t);
      talk_check (t, before.cwnd == after.cwnd && before.cwnd > 10000);
      talk_check (t, before.ssthresh == after.ssthresh);
      talk_check (t, get (t, t->flow->socket, SOCKET_OPTION_CONGESTION)
                         == algorithm);
      peer_sends (t, ". 1:1(0) ack 10001");
      talk_check (t, peer_ignores (t) > 0);
      talk_check (t, app_info (t).cwnd >= before.cwnd);
      app_aborts (t);
      talk_check (t, peer_ignores (t) == 1);
      talk_free (t);
    }
}

/* What the new algorithm makes of a loss: half, or seven tenths.
 * req: SOK-OPT-2 */
static void
test_congestion_effect (void)
{
  static const struct
  {
    TcpCongestion from, to;
    uint32_t ssthresh;
  } cases[] = { { TCP_CONGESTION_CUBIC, TCP_CONGESTION_RENO, 5000 },
                { TCP_CONGESTION_RENO, TCP_CONGESTION_CUBIC, 7000 } };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      StackConfig config = talk_config ();
      Talk *t;

      config.tcp.congestion = cases[i].from;
      t = talk_new_with (&config, false, SECOND);
      talk_connected (t);
      app_sends (t, 10000);
      talk_check (t, peer_ignores (t) == 10);
      app_sets (t, SOCKET_OPTION_CONGESTION, cases[i].to);
      for (unsigned copy = 0; copy < 3; copy++)
        peer_sends (t, ". 1:1(0) ack 1");
      peer_expects (t, ". 1:1001(1000) ack 1");
      talk_check (t, app_info (t).ssthresh == cases[i].ssthresh);
      app_aborts (t);
      talk_check (t, peer_ignores (t) == 1);
      talk_free (t);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket/option/tcp/table", test_table);
  g_test_add_func ("/socket/option/tcp/agreed-late", test_agreed_late);
  g_test_add_func ("/socket/option/tcp/agreed", test_agreed);
  g_test_add_func ("/socket/option/tcp/inherited", test_inherited);
  g_test_add_func ("/socket/option/tcp/max-segment", test_max_segment);
  g_test_add_func ("/socket/option/tcp/max-segment-live",
                   test_max_segment_live);
  g_test_add_func ("/socket/option/tcp/initial-window", test_initial_window);
  g_test_add_func ("/socket/option/tcp/delayed-ack", test_delayed_ack);
  g_test_add_func ("/socket/option/tcp/nodelay-live", test_nodelay_live);
  g_test_add_func ("/socket/option/tcp/r2-live", test_r2_live);
  g_test_add_func ("/socket/option/tcp/user-timeout-live",
                   test_user_timeout_live);
  g_test_add_func ("/socket/option/tcp/keep-alive-live", test_keep_alive_live);
  g_test_add_func ("/socket/option/tcp/congestion-live", test_congestion_live);
  g_test_add_func ("/socket/option/tcp/congestion-effect",
                   test_congestion_effect);
  return g_test_run ();
}
