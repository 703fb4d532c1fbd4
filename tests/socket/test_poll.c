// SPDX-License-Identifier: MIT
/* What can be done now, in each state; and that whoever waits is woken. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

#include "stack/address.h"
#include "tests/socket/pair.h"

enum
{
  R = SOCKET_READABLE,
  W = SOCKET_WRITABLE,
  H = SOCKET_HANGUP,
  E = SOCKET_ERROR,
  P = SOCKET_PEER_ENDED
};

static void
is_now (Talk *t, const char *state, unsigned poll)
{
  state_is (t, state);
  poll_is (t, poll);
}

/* The eleven states, by the active and by the passive way.
 * req: SOK-POL-2 SOK-LSN-6 */
static void
test_active_states (void)
{
  Talk *t = talk_new ();

  t->flow->socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  is_now (t, "CLOSED", 0);
  t->flow->socket = 0;
  app_connect (t, 80);
  is_now (t, "SYN-SENT", 0);
  peer_expects (t, "S 0:0(0)");
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  is_now (t, "ESTABLISHED", W);
  peer_expects (t, ". 1:1(0) ack 1");
  peer_sends (t, "P. 1:11(10) ack 1");
  poll_is (t, R | W);
  app_receives (t, 100, 10);
  poll_is (t, W);
  app_shuts_down (t, SHUT_WR);
  peer_expects (t, "F. 1:1(0) ack 11");
  state_is (t, "FIN-WAIT-1");
  talk_check (t, (socket_poll (t->stack, t->flow->socket) & (R | H)) == 0);
  peer_sends (t, "P. 11:21(10) ack 2");
  state_is (t, "FIN-WAIT-2");
  talk_check (t, (socket_poll (t->stack, t->flow->socket) & (R | H)) == R);
  peer_sends (t, "F. 21:21(0) ack 2");
  is_now (t, "TIME-WAIT", R | W | H | P);
  peer_expects (t, ". 2:2(0) ack 22");
  app_receives (t, 100, 10);
  app_receive_gives (t, 0);
  poll_is (t, R | W | H | P);
  advance (t, 61, SECOND);
  is_now (t, "CLOSED", R | W | H | P);
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-POL-2 */
static void
test_passive_states (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "F. 1:1(0) ack 1");
  is_now (t, "CLOSE-WAIT", R | W | P);
  peer_expects (t, ". 1:1(0) ack 2");
  app_shuts_down (t, SHUT_WR);
  poll_is (t, R | W | H | P);
  peer_expects (t, "F. 1:1(0) ack 2");
  is_now (t, "LAST-ACK", R | W | H | P);
  peer_sends (t, ". 2:2(0) ack 2");
  is_now (t, "CLOSED", R | W | H | P);
  error_is (t, 0);
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-POL-2 SOK-CON-2 */
static void
test_errors (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "P. 1:11(10) ack 1");
  peer_sends (t, "R. 11:11(0) ack 1");
  poll_is (t, R | W | H | E);
  app_receives (t, 100, 10);
  poll_is (t, R | W | H | E);
  app_receive_gives (t, -ECONNRESET);
  poll_is (t, R | W | H);
  app_closes (t);
  poll_is (t, 0);
  falls_silent (t);
  talk_free (t);
}

/* Whoever sleeps until STACK_EVENT_SOCKET */

#define SOCKETS    12
#define PORT       7777
#define LENGTH_MAX 3000

typedef struct
{
  Pair pair;
  int sockets[2][SOCKETS]; /* 0: none */
  unsigned known[2][SOCKETS];
  uint64_t received, refused; /* bytes, calls that gave -EAGAIN */
} Sleepers;

/* Law: what socket_poll newly says was told by an event, or came of the very
 * call that was just made on that socket. */
static void
wake (Sleepers *s)
{
  for (unsigned side = 0; side < 2; side++)
    {
      Stack *stack = s->pair.stacks[side];
      StackEvent event;

      while (stack_event (stack, &event))
        for (unsigned i = 0; i < SOCKETS; i++)
          if (event.type == STACK_EVENT_SOCKET
              && event.socket == s->sockets[side][i])
            s->known[side][i] = socket_poll (stack, event.socket);
      for (unsigned i = 0; i < SOCKETS; i++)
        {
          unsigned poll = socket_poll (stack, s->sockets[side][i]);

          g_assert_cmphex (poll & ~s->known[side][i], ==, 0);
          s->known[side][i] = poll;
        }
    }
}

static int
open_socket (Sleepers *s, unsigned side, unsigned i)
{
  Luck *luck = &s->pair.luck;
  Stack *stack = s->pair.stacks[side];
  unsigned family = luck_below (luck, 2);
  bool stream = i == 0 || (i > 1 && luck_below (luck, 4) > 0);
  Endpoint local = { ADDRESS_ANY, PORT };
  Endpoint remote = { s->pair.addresses[1 - side][family], PORT };
  int socket =
      socket_new (stack, SOCKET_IPV6, stream ? SOCKET_STREAM : SOCKET_DATAGRAM);

  g_assert_cmpint (socket, >, 0);
  socket_option_set (stack, socket, SOCKET_OPTION_REUSE_ADDRESS, 1);
  socket_option_set (stack, socket, SOCKET_OPTION_SEND_BUFFER,
                     2304 + luck_below (luck, 4000));
  socket_option_set (stack, socket, SOCKET_OPTION_RECEIVE_BUFFER,
                     2304 + luck_below (luck, 4000));
  socket_option_set (stack, socket, SOCKET_OPTION_LINGER,
                     (int) luck_below (luck, 5) - 1);
  if (i < 2)
    {
      socket_bind (stack, socket, &local);
      socket_listen (stack, socket, 3);
    }
  else
    socket_connect (stack, socket, &remote);
  return socket;
}

static void
accept_one (Sleepers *s, unsigned side, int listener)
{
  unsigned i = 2 + luck_below (&s->pair.luck, SOCKETS - 2);
  int socket;

  if (s->sockets[side][i] != 0)
    return;
  socket = socket_accept (s->pair.stacks[side], listener, NULL);
  if (socket <= 0)
    return;
  s->sockets[side][i] = socket;
  s->known[side][i] = socket_poll (s->pair.stacks[side], socket);
}

static void
use_socket (Sleepers *s, unsigned side, unsigned i)
{
  static const uint8_t BYTES[LENGTH_MAX];
  Luck *luck = &s->pair.luck;
  Stack *stack = s->pair.stacks[side];
  int socket = s->sockets[side][i];
  uint8_t bytes[LENGTH_MAX];
  unsigned what = luck_below (luck, 200);
  ssize_t result = 0;

  if (i == 0 && what < 190)
    what = 190;
  if ((socket_poll (stack, socket) & SOCKET_HANGUP) != 0 && what < 50)
    what = 198;
  if (what < 100)
    result = socket_send (stack, socket, BYTES, luck_below (luck, LENGTH_MAX));
  else if (what < 180)
    {
      result =
          socket_receive (stack, socket, bytes, luck_below (luck, LENGTH_MAX));
      s->received += result > 0 ? (uint64_t) result : 0;
    }
  else if (what < 194)
    accept_one (s, side, socket);
  else if (what < 196)
    socket_shutdown (stack, socket, (int) luck_below (luck, 3));
  else if (what < 198)
    socket_error (stack, socket);
  else
    {
      if (what < 199)
        socket_close (stack, socket);
      else
        socket_abort (stack, socket);
      s->sockets[side][i] = 0;
    }
  s->refused += result == -EAGAIN;
}

static void
act (Sleepers *s)
{
  unsigned side = luck_below (&s->pair.luck, 2);
  unsigned i = luck_below (&s->pair.luck, SOCKETS);

  if (s->sockets[side][i] == 0)
    s->sockets[side][i] = open_socket (s, side, i);
  else
    use_socket (s, side, i);
  s->known[side][i] = socket_poll (s->pair.stacks[side], s->sockets[side][i]);
}

/* req: SOK-POL-3 */
static void
test_never_misses (void)
{
  StackConfig config;
  unsigned rounds = luck_rounds (100000, 10);
  Sleepers s = { .sockets = { { 0 } } };

  stack_config_init (&config);
  config.outbox_max = 4000;
  config.tcp.r2 = 3;
  config.msl = SECOND;
  pair_init (&s.pair, &config, 1);
  for (unsigned i = 0; i < rounds; i++)
    {
      if (luck_below (&s.pair.luck, 6) > 0)
        pair_step (&s.pair);
      else
        for (unsigned acts = luck_below (&s.pair.luck, 20); acts > 0; acts--)
          act (&s);
      /* Sometimes the stack is asked late. */
      if (luck_below (&s.pair.luck, 4) != 0)
        pair_listen (&s.pair);
      wake (&s);
    }
  g_test_message ("%u rounds: %lu bytes, %lu times -EAGAIN", rounds,
                  (unsigned long) s.received, (unsigned long) s.refused);
  g_assert_cmpuint (s.received, >, 20 * rounds);
  g_assert_cmpuint (s.refused, >, rounds / 10);
  pair_clear (&s.pair);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket/poll/active-states", test_active_states);
  g_test_add_func ("/socket/poll/passive-states", test_passive_states);
  g_test_add_func ("/socket/poll/errors", test_errors);
  g_test_add_func ("/socket/poll/never-misses", test_never_misses);
  return g_test_run ();
}
