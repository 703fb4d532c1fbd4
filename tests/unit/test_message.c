// SPDX-License-Identifier: MIT
#include "sim/message.h"
#include "sim/pattern.h"
#include <glib.h>
#include <string.h>

static void
assert_text (uint64_t number, uint64_t count, size_t size, const char *text)
{
  size_t length = message_size (number, count, size);
  g_autofree char *whole = g_malloc (length);
  message_write (number, count, size, 0, whole, length);
  g_assert_cmpuint (length, ==, strlen (text));
  g_assert_cmpint (memcmp (whole, text, length), ==, 0);
}

static void
test_text (void)
{
  assert_text (7, 20, 0, "msg 07/20\n");
  assert_text (7, 20, 10, "msg 07/20\n");
  assert_text (7, 20, 12, "msg 07/20..\n");
  assert_text (1, 1, 3, "msg 1/1\n");
  assert_text (123, 0, 0, "msg 123/0\n");
}

/* Any piece is what the whole has at its place. */
static void
test_pieces (void)
{
  const size_t size = 40;
  char whole[40], piece[40];
  message_write (3, 100, size, 0, whole, size);
  for (size_t from = 0; from <= size; from++)
    for (size_t length = 0; from + length <= size; length++)
      {
        message_write (3, 100, size, from, piece, length);
        g_assert_cmpint (memcmp (piece, whole + from, length), ==, 0);
      }
}

static void
assert_no_message (const char *line)
{
  uint64_t number, count;
  g_assert_false (message_parse (line, strlen (line), &number, &count));
}

static void
test_parse (void)
{
  uint64_t number, count;
  g_assert_true (message_parse ("msg 07/20....", 13, &number, &count));
  g_assert_cmpuint (number, ==, 7);
  g_assert_cmpuint (count, ==, 20);
  g_assert_true (message_parse ("msg 123/0", 9, &number, &count));
  assert_no_message ("");
  assert_no_message ("msg ");
  assert_no_message ("msg 7");
  assert_no_message ("msg 7/");
  assert_no_message ("msg /20");
  assert_no_message ("msg 21/20");
  assert_no_message ("msg 0/20");
  assert_no_message ("msg 07/20.x");
  assert_no_message ("MSG 07/20");
  assert_no_message ("msg 99999999999999999999/0");
}

static void
test_pattern (void)
{
  uint8_t whole[300], piece[300];
  pattern_fill (1000, whole, sizeof whole);
  for (unsigned from = 0; from < sizeof whole; from += 7)
    {
      pattern_fill (1000 + from, piece, sizeof whole - from);
      g_assert_true (memcmp (piece, whole + from, sizeof whole - from) == 0);
    }
  pattern_fill (1300, piece, sizeof piece);
  g_assert_false (memcmp (whole, piece, sizeof piece) == 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/text", test_text);
  g_test_add_func ("/message/pieces", test_pieces);
  g_test_add_func ("/message/parse", test_parse);
  g_test_add_func ("/pattern/any-piece-fits", test_pattern);
  return g_test_run ();
}
