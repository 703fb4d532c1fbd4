// SPDX-License-Identifier: MIT
/* How much memory a connection takes, and what happens when it is all gone. */
#include "tests/harness.h"

#include "stack/tcp.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define MANY 10000

static size_t
used (const Talk *t)
{
  return t->stack->rings.used;
}

static uint64_t
refused (const Talk *t)
{
  return stack_counter (t->stack, STACK_COUNTER_MEMORY_FULL);
}

static Talk *
talk_poor (size_t memory)
{
  StackConfig config = talk_config ();

  config.memory_max = memory;
  return talk_new_with (&config, false, 1000 * SECOND);
}

/* One more connection, from PORT, to the listener that is there. */
static void
another (Talk *t, uint16_t port)
{
  peer_uses (t, port);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
}

/* Nothing is kept for those who have nothing. req: TCP-SEC-7 */
static void
test_idle (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  talk_check (t, used (t) == 0);
  app_sends (t, 300);
  talk_check (t, used (t) == 512);
  peer_expects (t, "P. 1:301(300) ack 1");
  peer_sends (t, "P. 1:1001(1000) ack 301");
  talk_check (t, used (t) == 1024);
  app_receives (t, 2000, 1000);
  talk_check (t, used (t) == 0);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 301:301(0) ack 1001");
  talk_free (t);
}

/* Both buffers full, in the worst of ways. req: TCP-SEC-7 TCP-WND-13 */
static void
test_bound (void)
{
  StackConfig config = talk_config ();
  Talk *t = talk_new_with (&config, false, SECOND);
  const Tcp *tcp;

  talk_accepted (t);
  tcp = socket_table_get (t->stack, t->flow->socket)->tcp;
  app_sets (t, SOCKET_OPTION_NODELAY, 1);
  for (int i = 0; i < 300000; i++)
    {
      app_send_gives (t, 1, i < 262144 ? 1 : -EAGAIN);
      peer_ignores (t);
    }
  for (int at = 3; at < 65535; at += 2)
    {
      peer_sends (t, ". %d:%d(1) ack 1", at, at + 1);
      peer_ignores (t);
    }
  talk_check (t, tcp->send.ring.size == 262144);
  talk_check (t, tcp->receive.ring.size <= 65536);
  talk_check (t, used (t) == tcp->send.ring.size + tcp->receive.ring.size);
  talk_check (t, tcp->receive.early.count <= config.ranges_max);
  talk_check (t, tcp->sent.size * sizeof (TcpSegment) <= 2 * 262144);
  talk_check (t, stack_counter (t->stack, STACK_COUNTER_RANGES_FULL) > 0);
  talk_free (t);
}

/* The constant part: what every connection costs. req: TCP-SEC-7 TCP-TW-6 */
static void
test_constant (void)
{
  g_assert_cmpuint (sizeof (Tcp) + sizeof (Socket), <=, 3072);
}

/* req: TCP-SEC-8 */
static void
test_send (void)
{
  Talk *t = talk_poor (16384);

  talk_accepted (t);
  another (t, 40001);
  peer_uses (t, 40000);
  app_sends (t, 16384);
  talk_check (t, used (t) == 16384);
  peer_ignores (t);
  peer_uses (t, 40001);
  app_send_gives (t, 1, -ENOBUFS);
  talk_check (t, refused (t) == 1);
  state_is (t, "ESTABLISHED");
  /* It is there again when the other has no use for it. */
  peer_uses (t, 40000);
  for (int ack = 10001; ack <= 16385; ack += ack < 16001 ? 6000 : 384)
    {
      peer_sends (t, ". 1:1(0) ack %d", ack);
      peer_ignores (t);
    }
  talk_check (t, used (t) == 0);
  peer_uses (t, 40001);
  app_sends (t, 1);
  peer_expects (t, "P. 1:2(1) ack 1");
  talk_free (t);
}

/* What cannot be kept is not acknowledged. req: TCP-SEC-8 */
static void
test_receive (void)
{
  Talk *t = talk_poor (16384);

  talk_accepted (t);
  another (t, 40001);
  peer_uses (t, 40000);
  app_sends (t, 16384);
  peer_ignores (t);
  peer_uses (t, 40001);
  peer_sends (t, "FP. 1:11(10) ack 1");
  peer_expects_nothing (t);
  drops_are (t, DROP_LIMIT, 1);
  app_receive_gives (t, -EAGAIN);
  /* An ACK needs no memory, nor does a reset. */
  peer_uses (t, 40000);
  peer_sends (t, "R 1:1(0)");
  talk_check (t, used (t) == 0);
  peer_uses (t, 40001);
  peer_sends (t, "FP. 1:11(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 12");
  app_receives (t, 100, 10);
  app_receive_gives (t, 0);
  talk_free (t);
}

/* The class of sockstress: they connect, close their window, and stay. Those
 * who have memory go on, and those who go leave theirs behind.
 * req: TCP-SEC-8 TCP-SEC-7 */
static void
test_closed_windows (void)
{
  const size_t memory = 2 << 20;
  Talk *t = talk_poor (memory);
  unsigned refusals = 0;
  g_autofree int *sockets = g_new (int, MANY);
  int64_t at;

  talk_accepted (t);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1");
  for (unsigned i = 0; i < MANY; i++)
    {
      t->flow_count = 1;
      another (t, (uint16_t) (1024 + i));
      peer_sends (t, ". 1:1(0) ack 1 win 0");
      if (used (t) + 1024 <= memory)
        app_sends (t, 1000);
      else
        {
          app_send_gives (t, 1000, -ENOBUFS);
          refusals++;
        }
      talk_check (t, used (t) <= memory);
      sockets[i] = t->flow->socket;
    }
  talk_check (t, refusals == MANY - memory / 1024 + 1);
  /* Somebody else's connection, with what it has. */
  peer_uses (t, 40000);
  for (at = 1001; at < 100001; at += 1000)
    {
      peer_sends (t, ". 1:1(0) ack %ld", (long) at - 24);
      app_sends (t, 1000);
      peer_expects (t, "P. %ld:%ld(1000) ack 1", (long) at, (long) at + 1000);
    }
  for (unsigned i = 0; i < MANY; i++)
    socket_abort (t->stack, sockets[i]);
  peer_ignores (t);
  g_assert_cmpuint (used (t), ==, 1024);
  talk_free (t);
}

/* As many as there may be: the next is refused, no more.
 * req: TCP-SEC-8 TCP-SEC-4 */
static void
test_sockets (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.sockets_max = 3;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  another (t, 40001);
  talk_check (t, socket_new (t->stack, SOCKET_IPV4, SOCKET_STREAM) == -ENFILE);
  peer_uses (t, 40002);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects_nothing (t);
  drops_are (t, DROP_LIMIT, 1);
  talk_check (t, stack_counter (t->stack, STACK_COUNTER_SOCKETS_FULL) == 2);
  peer_uses (t, 40000);
  app_sends (t, 100);
  peer_expects (t, "P. 1:101(100) ack 1");
  app_aborts (t);
  peer_expects (t, "R. 101:101(0) ack 1");
  peer_uses (t, 40002);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_free (t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memory/idle", test_idle);
  g_test_add_func ("/memory/bound", test_bound);
  g_test_add_func ("/memory/constant", test_constant);
  g_test_add_func ("/memory/send", test_send);
  g_test_add_func ("/memory/receive", test_receive);
  g_test_add_func ("/memory/closed-windows", test_closed_windows);
  g_test_add_func ("/memory/sockets", test_sockets);
  return g_test_run ();
}
