// SPDX-License-Identifier: MIT
/* Any call with any arguments at any time, on sockets that are there, that
 * were closed, and that never were. The model knows which are which. */
#include <errno.h>
#include <sys/socket.h>

#include "stack/address.h"
#include "tests/socket/pair.h"

#define LIVE_MAX  40
#define STALE_MAX 2000

typedef struct
{
  Pair pair;
  int live[2][LIVE_MAX]; /* 0: none */
  int stale[2][STALE_MAX];
  unsigned stale_count[2];
} Model;

static Endpoint
any_endpoint (Model *m)
{
  static const char *const TEXTS[] = {
    "10.0.0.1", "10.0.0.2", "fd00::1",   "fd00::2",         "0.0.0.0",
    "::",       "10.0.0.9", "224.0.0.1", "255.255.255.255", "192.0.2.1",
  };
  static const uint16_t PORTS[] = { 0, 1, 7777, 7777, 7778, 49152 };
  Luck *luck = &m->pair.luck;
  Endpoint endpoint = { .port =
                            PORTS[luck_below (luck, G_N_ELEMENTS (PORTS))] };

  address_parse (TEXTS[luck_below (luck, G_N_ELEMENTS (TEXTS))],
                 &endpoint.address);
  return endpoint;
}

static ssize_t
move_bytes (Model *m, Stack *stack, int socket)
{
  uint8_t bytes[3][2000] = { { 0 } };
  struct iovec parts[3];
  Luck *luck = &m->pair.luck;
  Endpoint remote = any_endpoint (m);
  size_t count = luck_below (luck, 4);
  int flags = luck_below (luck, 4) == 0 ? (int) luck_below (luck, 0x200) : 0;

  for (unsigned i = 0; i < 3; i++)
    parts[i] = (struct iovec){ bytes[i], luck_below (luck, 2001) };
  switch (luck_below (luck, 6))
    {
    case 0:
      return socket_send (stack, socket, bytes, parts[0].iov_len);
    case 1:
      return socket_receive (stack, socket, bytes, parts[0].iov_len);
    case 2:
      return socket_send_to (stack, socket, bytes, parts[0].iov_len, &remote);
    case 3:
      return socket_receive_from (stack, socket, bytes, parts[0].iov_len,
                                  &remote);
    case 4:
      return socket_send_parts (stack, socket, parts, count,
                                luck_below (luck, 2) == 0 ? &remote : NULL,
                                flags);
    default:
      return socket_receive_parts (stack, socket, parts, count, &remote,
                                   &flags);
    }
}

static ssize_t
ask (Model *m, Stack *stack, int socket)
{
  Luck *luck = &m->pair.luck;
  SocketOption option = (SocketOption) ((int) luck_below (luck, 20) - 2);
  int64_t value = (int64_t) luck_draw (luck) >> luck_below (luck, 64);
  Endpoint endpoint;
  SocketInfo info;

  switch (luck_below (luck, 7))
    {
    case 0:
      return socket_local (stack, socket, &endpoint);
    case 1:
      return socket_remote (stack, socket, &endpoint);
    case 2:
      return socket_info (stack, socket, &info);
    case 3:
      return socket_option_get (stack, socket, option, &value);
    case 4:
      return -socket_error (stack, socket);
    default:
      return socket_option_set (stack, socket, option, value);
    }
}

/* Anything but accept, which gives a new socket, and the two that end one. */
static ssize_t
call (Model *m, Stack *stack, int socket)
{
  Luck *luck = &m->pair.luck;
  Endpoint endpoint = any_endpoint (m);

  switch (luck_below (luck, 9))
    {
    case 0:
      return socket_bind (stack, socket, &endpoint);
    case 1:
      return socket_listen (stack, socket, (int) luck_below (luck, 9) - 2);
    case 2:
    case 3:
      return socket_connect (stack, socket,
                             luck_below (luck, 9) == 0 ? NULL : &endpoint);
    case 4:
      return luck_below (luck, 9) > 0
                 ? 0
                 : socket_shutdown (stack, socket,
                                    (int) luck_below (luck, 5) - 1);
    case 5:
      return ask (m, stack, socket);
    default:
      return move_bytes (m, stack, socket);
    }
}

static void
forget (Model *m, unsigned side, unsigned i)
{
  m->stale[side][m->stale_count[side]++ % STALE_MAX] = m->live[side][i];
  m->live[side][i] = 0;
}

/* A new one is none that was closed lately, and none that lives. */
static void
remember (Model *m, unsigned side, int socket)
{
  unsigned i;

  g_assert_cmpint (socket, >, 0);
  for (i = 0; i < MIN (m->stale_count[side], STALE_MAX); i++)
    g_assert_cmpint (m->stale[side][i], !=, socket);
  for (i = 0; i < LIVE_MAX; i++)
    g_assert_cmpint (m->live[side][i], !=, socket);
  for (i = 0; i < LIVE_MAX && m->live[side][i] != 0; i++)
    ;
  if (i < LIVE_MAX)
    {
      m->live[side][i] = socket;
      return;
    }
  g_assert_cmpint (socket_close (m->pair.stacks[side], socket), ==, 0);
  m->stale[side][m->stale_count[side]++ % STALE_MAX] = socket;
}

static void
try_live (Model *m, unsigned side, unsigned i)
{
  Stack *stack = m->pair.stacks[side];
  int socket = m->live[side][i], accepted;
  unsigned what = luck_below (&m->pair.luck, 60);

  if (what == 0)
    g_assert_cmpint (socket_close (stack, socket), ==, 0);
  else if (what == 1)
    g_assert_cmpint (socket_abort (stack, socket), ==, 0);
  else if (what < 10)
    {
      accepted = socket_accept (stack, socket, NULL);
      g_assert_cmpint (accepted, !=, -EBADF);
      if (accepted > 0)
        remember (m, side, accepted);
    }
  else
    {
      ssize_t result = call (m, stack, socket);

      /* Nothing blocks, so nothing is interrupted. */
      g_assert_true (result != -EBADF && result != -EINTR);
    }
  if (what < 2)
    forget (m, side, i);
}

static void
try_stale (Model *m, unsigned side)
{
  Luck *luck = &m->pair.luck;
  Stack *stack = m->pair.stacks[side];
  unsigned known = MIN (m->stale_count[side], STALE_MAX);
  int socket = known > 0 && luck_below (luck, 8) > 0
                   ? m->stale[side][luck_below (luck, known)]
                   : -(int) luck_below (luck, 1 << 30);
  SocketInfo info;

  g_assert_cmpuint (socket_poll (stack, socket), ==, 0);
  g_assert_cmpint (socket_accept (stack, socket, NULL), ==, -EBADF);
  g_assert_cmpint (socket_info (stack, socket, &info), ==, -EBADF);
  g_assert_cmpint (socket_connect (stack, socket, NULL), ==, -EBADF);
  if (luck_below (luck, 2) == 0)
    g_assert_cmpint (socket_close (stack, socket), ==, -EBADF);
  else
    g_assert_cmpint (socket_abort (stack, socket), ==, -EBADF);
}

static void
act (Model *m)
{
  Luck *luck = &m->pair.luck;
  unsigned side = luck_below (luck, 2), i = luck_below (luck, LIVE_MAX);

  if (luck_below (luck, 10) == 0)
    try_stale (m, side);
  else if (m->live[side][i] != 0)
    try_live (m, side, i);
  else
    remember (m, side,
              socket_new (m->pair.stacks[side],
                          (SocketFamily) luck_below (luck, 2),
                          (SocketType) luck_below (luck, 3)));
}

/* req: SOK-SHT-5 SOK-BND-8 SOK-POL-4 SOK-POL-6 */
static void
test_any_call (void)
{
  StackConfig config;
  Model *m = g_new0 (Model, 1);
  unsigned rounds = luck_rounds (300000, 20);

  stack_config_init (&config);
  config.outbox_max = 8000;
  config.tcp.r2 = 3;
  config.msl = SECOND;
  config.port_first = 49152;
  config.port_last = 49183;
  pair_init (&m->pair, &config, 2);
  for (unsigned i = 0; i < rounds; i++)
    {
      StackEvent event;

      act (m);
      if (luck_below (&m->pair.luck, 4) == 0)
        pair_listen (&m->pair);
      pair_step (&m->pair);
      for (unsigned side = 0; side < 2; side++)
        while (stack_event (m->pair.stacks[side], &event))
          ;
    }
  g_assert_cmpuint (m->stale_count[0], >, rounds / 200);
  g_assert_cmpuint (m->stale_count[1], >, rounds / 200);
  pair_clear (&m->pair);
  g_free (m);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket/handles/any-call", test_any_call);
  return g_test_run ();
}
