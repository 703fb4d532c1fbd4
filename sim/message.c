// SPDX-License-Identifier: MIT
#include "sim/message.h"
#include <glib.h>
#include <string.h>

#define TEXT_MAX 64

/* "msg 07/20" and its length. */
static size_t
text_of (uint64_t number, uint64_t count, char text[TEXT_MAX])
{
  char end[24];
  int width = g_snprintf (end, sizeof end, "%" G_GUINT64_FORMAT, count);
  return (size_t) g_snprintf (text, TEXT_MAX, "msg %0*" G_GUINT64_FORMAT "/%s",
                              width, number, end);
}

size_t
message_size (uint64_t number, uint64_t count, size_t size)
{
  char text[TEXT_MAX];
  return MAX (text_of (number, count, text) + 1, size);
}

void
message_write (uint64_t number,
               uint64_t count,
               size_t size,
               size_t offset,
               char *bytes,
               size_t length)
{
  char text[TEXT_MAX];
  size_t known = text_of (number, count, text);
  size_t total = MAX (known + 1, size);
  g_assert (offset + length <= total);
  memset (bytes, '.', length);
  if (offset < known)
    memcpy (bytes, text + offset, MIN (known - offset, length));
  if (length > 0 && offset + length == total)
    bytes[length - 1] = '\n';
}

/* Digits at *AT, which moves behind them; false: none, or too many. */
static bool
read_number (const char **at, const char *end, uint64_t *number)
{
  const char *first = *at;
  *number = 0;
  while (*at < end && g_ascii_isdigit (**at) && *at - first < 18)
    *number = *number * 10 + (uint64_t) (*(*at)++ - '0');
  return *at > first;
}

bool
message_parse (const char *line,
               size_t length,
               uint64_t *number,
               uint64_t *count)
{
  const char *at = line, *end = line + length;
  if (length < 4 || memcmp (line, "msg ", 4) != 0)
    return false;
  at += 4;
  if (!read_number (&at, end, number) || at == end || *at++ != '/'
      || !read_number (&at, end, count))
    return false;
  while (at < end && *at == '.')
    at++;
  return at == end && *number > 0 && (*count == 0 || *number <= *count);
}
