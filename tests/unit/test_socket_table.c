// SPDX-License-Identifier: MIT
#include "stack/socket.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#include "stack/address.h"
#include "stack/stack_private.h"
#include "tests/unit/luck.h"

static Stack *
make_stack (const StackConfig *config)
{
  StackConfig defaults;
  Stack *stack;
  Address address;

  stack_config_init (&defaults);
  stack = stack_new (config != NULL ? config : &defaults);
  stack_interface_add (stack, 1500);
  g_assert_true (address_parse ("10.0.0.1", &address));
  stack_address_add (stack, 0, &address, 24);
  g_assert_true (address_parse ("fd00::1", &address));
  stack_address_add (stack, 0, &address, 64);
  return stack;
}

/* A closed socket stays closed, and slots are not kept for ever.
 * req: SOK-SHT-5 */
static void
test_stale (void)
{
  Stack *stack = make_stack (NULL);
  GHashTable *seen = g_hash_table_new (NULL, NULL);

  for (unsigned i = 0; i < 50000; i++)
    {
      int socket = socket_new (stack, SOCKET_IPV4, SOCKET_DATAGRAM);

      g_assert_cmpint (socket, >, 0);
      g_assert_true (g_hash_table_add (seen, GINT_TO_POINTER (socket)));
      g_assert_cmpint (socket_close (stack, socket), ==, 0);
      g_assert_cmpint (socket_close (stack, socket), ==, -EBADF);
    }
  g_assert_cmpuint (stack->sockets.count, <, 200);
  g_assert_cmpuint (stack->sockets.unused->len, <, 1000);
  for (int handle = -10; handle < 10; handle++)
    g_assert_cmpint (socket_close (stack, handle), ==, -EBADF);
  g_hash_table_destroy (seen);
  stack_free (stack);
}

/* Random opening and closing against a set. req: SOK-SHT-5 */
static void
test_against_model (void)
{
  StackConfig config;
  Stack *stack;
  Luck luck = { 3 };
  int open[100];
  unsigned count = 0;

  stack_config_init (&config);
  config.sockets_max = 100;
  stack = make_stack (&config);
  for (unsigned i = 0; i < luck_rounds (20000, 10); i++)
    if (luck_below (&luck, 100) < (i / 500 % 2 ? 70 : 30))
      {
        int socket = socket_new (stack, SOCKET_IPV4,
                                 luck_below (&luck, 2) ? SOCKET_STREAM
                                                       : SOCKET_DATAGRAM);

        g_assert_true ((socket == -ENFILE) == (count == 100));
        for (unsigned k = 0; k < count; k++)
          g_assert_cmpint (open[k], !=, socket);
        if (socket > 0)
          open[count++] = socket;
      }
    else if (count > 0)
      {
        unsigned k = luck_below (&luck, count);

        g_assert_cmpint (socket_close (stack, open[k]), ==, 0);
        open[k] = open[--count];
      }
  g_assert_cmpuint (stack_counter (stack, STACK_COUNTER_SOCKETS_FULL), >, 0);
  stack_free (stack);
}

static const char *const LOCALS[] = { "0.0.0.0", "10.0.0.1",
                                      "::", "::", "fd00::1" };

/* Would both get the same packets? The fourth is :: for IPv6 only. */
static bool
meet (unsigned a, unsigned b)
{
  static const char MATRIX[5][6] = { "xxx..", "xxx..", "xxxxx", "..xxx",
                                     "..xxx" };

  return MATRIX[a][b] == 'x';
}

static int
bind_one (Stack *stack, unsigned which, SocketType type, uint16_t port)
{
  int socket = socket_new (stack, which < 2 ? SOCKET_IPV4 : SOCKET_IPV6, type);
  Endpoint local = { .port = port };
  int result;

  g_assert_true (address_parse (LOCALS[which], &local.address));
  if (which == 3)
    g_assert_cmpint (socket_option_set (stack, socket, SOCKET_OPTION_V6ONLY, 1),
                     ==, 0);
  result = socket_bind (stack, socket, &local);
  return result < 0 ? result : socket;
}

/* req: SOK-BND-1 SOK-BND-6 SOK-BND-8 */
static void
test_matrix (void)
{
  for (unsigned a = 0; a < 5; a++)
    for (unsigned b = 0; b < 5; b++)
      for (SocketType type = SOCKET_STREAM; type <= SOCKET_DATAGRAM; type++)
        {
          Stack *stack = make_stack (NULL);
          SocketType other =
              type == SOCKET_STREAM ? SOCKET_DATAGRAM : SOCKET_STREAM;
          int first = bind_one (stack, a, type, 7777);
          int second = bind_one (stack, b, type, 7777);

          g_assert_cmpint (first, >, 0);
          if (meet (a, b))
            g_assert_cmpint (second, ==, -EADDRINUSE);
          else
            g_assert_cmpint (second, >, 0);
          g_assert_cmpint (bind_one (stack, b, other, 7777), >, 0);
          g_assert_cmpint (bind_one (stack, b, type, 7778), >, 0);
          g_assert_cmpint (socket_close (stack, first), ==, 0);
          if (second < 0)
            g_assert_cmpint (bind_one (stack, b, type, 7777), >, 0);
          stack_free (stack);
        }
}

/* Every port of the range is found, whatever the counter says, also the last
 * one that is free. req: SOK-BND-3 SOK-BND-7 PRT-2 UDP-23 */
static void
test_ephemeral (void)
{
  StackConfig config;
  Stack *stack;
  bool used[100] = { false };
  int last = 0;

  stack_config_init (&config);
  config.port_first = 50000;
  config.port_last = 50099;
  stack = make_stack (&config);
  for (unsigned i = 0; i < 100; i++)
    {
      Endpoint local;

      last = bind_one (stack, 0, SOCKET_DATAGRAM, 0);
      g_assert_cmpint (last, >, 0);
      g_assert_cmpint (socket_local (stack, last, &local), ==, 0);
      g_assert_cmpuint (local.port, >=, 50000);
      g_assert_cmpuint (local.port, <=, 50099);
      g_assert_false (used[local.port - 50000]);
      used[local.port - 50000] = true;
    }
  g_assert_cmpint (bind_one (stack, 0, SOCKET_DATAGRAM, 0), ==, -EADDRNOTAVAIL);
  for (unsigned i = 0; i < 50000; i++)
    {
      g_assert_cmpint (socket_close (stack, last), ==, 0);
      last = bind_one (stack, 0, SOCKET_DATAGRAM, 0);
      g_assert_cmpint (last, >, 0);
    }
  stack_free (stack);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket_table/stale", test_stale);
  g_test_add_func ("/socket_table/model", test_against_model);
  g_test_add_func ("/socket_table/matrix", test_matrix);
  g_test_add_func ("/socket_table/ephemeral", test_ephemeral);
  return g_test_run ();
}
