// SPDX-License-Identifier: MIT
#include "tests/socket/pair.h"

#include "stack/address.h"

/* When nothing is on its way, and no deadline is near. */
#define IDLE SECOND

static void
free_packet (void *packet)
{
  g_bytes_unref (packet);
}

void
pair_init (Pair *pair, const StackConfig *config, uint64_t seed)
{
  static const char *const TEXTS[2][2] = { { "10.0.0.1", "fd00::1" },
                                           { "10.0.0.2", "fd00::2" } };
  static const unsigned LENGTHS[2] = { 24, 64 };

  *pair = (Pair){ .now = SECOND, .luck = { seed }, .loss_percent = 5 };
  for (unsigned i = 0; i < 2; i++)
    {
      StackConfig own = *config;

      own.secret[0] = (uint8_t) i;
      pair->stacks[i] = stack_new (&own);
      stack_interface_add (pair->stacks[i], PAIR_MTU);
      for (unsigned j = 0; j < 2; j++)
        {
          g_assert_true (address_parse (TEXTS[i][j], &pair->addresses[i][j]));
          stack_address_add (pair->stacks[i], 0, &pair->addresses[i][j],
                             LENGTHS[j]);
        }
      pair->wires[i] = g_ptr_array_new_with_free_func (free_packet);
    }
}

void
pair_clear (Pair *pair)
{
  for (unsigned i = 0; i < 2; i++)
    {
      stack_free (pair->stacks[i]);
      g_ptr_array_unref (pair->wires[i]);
    }
}

void
pair_listen (Pair *pair)
{
  uint8_t buffer[PAIR_MTU];

  for (unsigned i = 0; i < 2; i++)
    for (;;)
      {
        StackOut out = { .id = 1 };
        size_t length = stack_output (pair->stacks[i], pair->now, buffer,
                                      sizeof buffer, &out);

        if (length == 0)
          break;
        g_ptr_array_add (pair->wires[1 - i], g_bytes_new (buffer, length));
      }
}

static void
deliver (Pair *pair, unsigned to)
{
  GPtrArray *wire = pair->wires[to];
  guint ahead = luck_below (&pair->luck, 10) == 0 ? wire->len : 1;
  GBytes *packet =
      g_ptr_array_steal_index (wire, luck_below (&pair->luck, ahead));
  const StackIn in = { .interface = 0, .id = 1 };
  gsize length;
  const uint8_t *bytes = g_bytes_get_data (packet, &length);

  if (luck_below (&pair->luck, 100) >= pair->loss_percent)
    stack_input (pair->stacks[to], pair->now, &in, bytes, length);
  g_bytes_unref (packet);
}

void
pair_step (Pair *pair)
{
  unsigned to = luck_below (&pair->luck, 2);
  Time next;

  if (pair->wires[to]->len == 0)
    to = 1 - to;
  if (pair->wires[to]->len > 0)
    {
      deliver (pair, to);
      return;
    }
  next =
      MIN (stack_deadline (pair->stacks[0]), stack_deadline (pair->stacks[1]));
  pair->now = CLAMP (next, pair->now + 1, pair->now + IDLE);
}
