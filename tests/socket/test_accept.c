// SPDX-License-Identifier: MIT
/* Listeners, as the application sees them. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

static void
comes (Talk *t, uint16_t port)
{
  peer_uses (t, port);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  peer_expects_nothing (t);
}

static unsigned
poll_listener (Talk *t)
{
  return socket_poll (t->stack, t->listener);
}

static int
try_accept (Talk *t)
{
  return socket_accept (t->stack, t->listener, NULL);
}

/* req: SOK-LSN-3 SOK-LSN-6 SOK-POL-1 SOK-POL-2 */
static void
test_accept (void)
{
  Talk *t = talk_new ();
  unsigned changes;

  app_listen (t, 7777, 5);
  talk_check (t, try_accept (t) == -EAGAIN && poll_listener (t) == 0);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_check (t, try_accept (t) == -EAGAIN && poll_listener (t) == 0);
  changes = t->changes;
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  talk_check (t, t->changes > changes);
  talk_check (t, poll_listener (t) == SOCKET_READABLE);
  app_accepts (t);
  state_is (t, "ESTABLISHED");
  talk_check (t, try_accept (t) == -EAGAIN && poll_listener (t) == 0);
  falls_silent (t);
  talk_free (t);
}

/* Reset before anybody took them: told once, and after those that live.
 * req: SOK-LSN-3 */
static void
test_aborted (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 5);
  comes (t, 40000);
  comes (t, 40001);
  comes (t, 40002);
  peer_uses (t, 40000);
  peer_sends (t, "R. 1:1(0) ack 1");
  peer_uses (t, 40002);
  peer_sends (t, "R. 1:1(0) ack 1");
  peer_uses (t, 40001);
  app_accepts (t);
  talk_check (t, poll_listener (t) == SOCKET_READABLE);
  talk_check (t, try_accept (t) == -ECONNABORTED);
  talk_check (t, poll_listener (t) == 0 && try_accept (t) == -EAGAIN);
  /* A half-open one that is reset was never there. */
  peer_uses (t, 40003);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, "R. 1:1(0) ack 1");
  talk_check (t, poll_listener (t) == 0 && try_accept (t) == -EAGAIN);
  falls_silent (t);
  talk_free (t);
}

/* How many are let in. req: SOK-LSN-2 */
static void
test_backlog (void)
{
  static const struct
  {
    int backlog;
    unsigned room;
  } ROWS[] = { { G_MININT, 1 }, { -1, 1 },  { 0, 1 },        { 1, 1 },
               { 3, 3 },        { 10, 10 }, { 1000000, 10 }, { G_MAXINT, 10 } };
  StackConfig config = talk_config ();

  config.backlog_max = 10;
  for (unsigned i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      Talk *t = talk_new_with (&config, false, SECOND);

      app_listen (t, 7777, ROWS[i].backlog);
      for (uint16_t port = 40000; port < 40000 + ROWS[i].room; port++)
        comes (t, port);
      peer_uses (t, 41000);
      peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
      peer_expects_nothing (t);
      drops_are (t, DROP_BACKLOG, 1);
      talk_free (t);
    }
}

/* req: SOK-LSN-5 SOK-OPT-7 */
static void
test_inherited (void)
{
  static const struct
  {
    SocketOption option;
    int64_t value;
  } ROWS[] = {
    { SOCKET_OPTION_NODELAY, 1 },        { SOCKET_OPTION_RECEIVE_BUFFER, 5000 },
    { SOCKET_OPTION_SEND_BUFFER, 6000 }, { SOCKET_OPTION_REUSE_ADDRESS, 1 },
    { SOCKET_OPTION_REUSE_PORT, 1 },     { SOCKET_OPTION_OWNER, 1000 },
    { SOCKET_OPTION_LINGER, 7 },         { SOCKET_OPTION_TTL, 9 },
  };
  Talk *t = talk_new ();
  int64_t value;

  app_listen (t, 7777, 5);
  for (unsigned i = 0; i < G_N_ELEMENTS (ROWS); i++)
    talk_check (t, socket_option_set (t->stack, t->listener, ROWS[i].option,
                                      ROWS[i].value)
                       == 0);
  comes (t, 40000);
  app_accepts (t);
  for (unsigned i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      talk_check (t, socket_option_get (t->stack, t->flow->socket,
                                        ROWS[i].option, &value)
                         == 0);
      talk_check (t, value == ROWS[i].value);
    }
  talk_check (t, socket_option_get (t->stack, t->flow->socket,
                                    SOCKET_OPTION_LISTENING, &value)
                     == 0);
  talk_check (t, value == 0);
  /* What the listener sets now is its own. */
  talk_check (
      t,
      socket_option_set (t->stack, t->listener, SOCKET_OPTION_NODELAY, 0) == 0);
  talk_check (t, socket_option_get (t->stack, t->flow->socket,
                                    SOCKET_OPTION_NODELAY, &value)
                     == 0);
  talk_check (t, value == 1);
  talk_free (t);
}

/* Three half-open and two waiting are reset, each once; the one that was
 * accepted lives. req: SOK-LSN-4 SOK-SHT-6 */
static void
test_close (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 10);
  comes (t, 40000);
  app_accepts (t);
  for (uint16_t port = 40001; port < 40004; port++)
    {
      peer_uses (t, port);
      peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
      peer_expects (t, "S. 0:0(0) ack 1");
    }
  comes (t, 40004);
  comes (t, 40005);
  talk_check (t, socket_close (t->stack, t->listener) == 0);
  talk_check (t, try_accept (t) == -EBADF);
  for (uint16_t port = 40001; port < 40006; port++)
    {
      peer_uses (t, port);
      peer_expects (t, "R. 1:1(0) ack 1");
    }
  falls_silent (t);
  peer_uses (t, 40000);
  app_sends (t, 5);
  peer_expects (t, "P. 1:6(5) ack 1");
  talk_free (t);
}

/* req: SOK-LSN-1 */
static void
test_listen_table (void)
{
  Talk *t = talk_new ();
  Endpoint name;
  int fresh = app_socket (t, SOCKET_IPV6, SOCKET_STREAM);
  int datagram = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);

  talk_check (t, socket_listen (t->stack, datagram, 1) == -EOPNOTSUPP);
  talk_check (t, socket_accept (t->stack, datagram, NULL) == -EOPNOTSUPP);
  talk_check (t, socket_accept (t->stack, fresh, NULL) == -EINVAL);
  talk_check (t, socket_listen (t->stack, fresh, 1) == 0);
  talk_check (t, socket_local (t->stack, fresh, &name) == 0);
  talk_check (t, name.port >= 49152);
  app_connect (t, 80);
  talk_check (t, socket_listen (t->stack, t->flow->socket, 1) == -EINVAL);
  peer_expects (t, "S 0:0(0)");
  talk_check (t, socket_listen (t->stack, t->flow->socket, 1) == -EINVAL);
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  talk_check (t, socket_listen (t->stack, t->flow->socket, 1) == -EINVAL);
  peer_sends (t, "R. 1:1(0) ack 1");
  talk_check (t, socket_listen (t->stack, t->flow->socket, 1) == -EINVAL);
  talk_check (t, socket_accept (t->stack, t->flow->socket, NULL) == -EINVAL);
  falls_silent (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket/accept/accept", test_accept);
  g_test_add_func ("/socket/accept/aborted", test_aborted);
  g_test_add_func ("/socket/accept/backlog", test_backlog);
  g_test_add_func ("/socket/accept/inherited", test_inherited);
  g_test_add_func ("/socket/accept/close", test_close);
  g_test_add_func ("/socket/accept/listen-table", test_listen_table);
  return g_test_run ();
}
