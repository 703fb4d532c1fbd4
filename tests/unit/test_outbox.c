// SPDX-License-Identifier: MIT
#include "stack/outbox.h"

#include "stack/notices.h"
#include "tests/unit/luck.h"

#define LIMIT 5000

/* The model: a count of bytes and the order. */
static void
test_outbox (void)
{
  Luck luck = { 1 };
  Outbox outbox;
  unsigned in = 0, out = 0;
  size_t held = 0;

  outbox_init (&outbox, LIMIT);
  for (unsigned i = 0; i < luck_rounds (20000, 10); i++)
    {
      OutboxPacket *packet;

      if (luck_below (&luck, 2) == 0)
        {
          size_t length = luck_below (&luck, 1500);

          packet = outbox_add (&outbox, length);
          g_assert_true ((packet != NULL) == (held + length <= LIMIT));
          if (packet == NULL)
            continue;
          luck_fill (&luck, packet->bytes, length);
          packet->caused_by = in++;
          g_assert_cmpint (packet->socket, ==, -1);
          held += length;
        }
      else
        {
          packet = outbox_take (&outbox);
          g_assert_true ((packet != NULL) == (in > out));
          if (packet == NULL)
            continue;
          g_assert_cmpuint (packet->caused_by, ==, out++);
          held -= packet->length;
          g_free (packet);
        }
      g_assert_true (outbox_is_empty (&outbox) == (in == out));
    }
  g_assert_null (outbox_add (&outbox, SIZE_MAX));
  outbox_clear (&outbox);
  g_assert_true (outbox_is_empty (&outbox));
}

/* In order, the newest are lost. */
static void
test_notices (void)
{
  Luck luck = { 2 };
  Notices notices;
  uint64_t in = 0, out = 0;

  notices_init (&notices, 50);
  for (unsigned i = 0; i < luck_rounds (20000, 10); i++)
    {
      StackEvent event = { .packet = in };

      if (luck_below (&luck, 20) < (i / 200 % 2 ? 13 : 7))
        {
          g_assert_true (notices_add (&notices, &event) == (in - out < 50));
          in += in - out < 50;
        }
      else
        {
          g_assert_true (notices_take (&notices, &event) == (in > out));
          if (in > out)
            g_assert_cmpuint (event.packet, ==, out++);
        }
    }
  notices_clear (&notices);
  notices_init (&notices, 0);
  g_assert_false (notices_add (&notices, &(StackEvent){ .packet = 1 }));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox/model", test_outbox);
  g_test_add_func ("/notices/model", test_notices);
  return g_test_run ();
}
