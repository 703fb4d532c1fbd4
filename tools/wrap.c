// SPDX-License-Identifier: MIT
#include "tools/wrap.h"
#include <glib.h>
#include <stdbool.h>
#include <string.h>

void
wrap_print (const char *text, unsigned width, FILE *file)
{
  wrap_print_behind ("", 0, text, width, file);
}

void
wrap_print_behind (const char *label,
                   unsigned indent,
                   const char *text,
                   unsigned width,
                   FILE *file)
{
  size_t column = MAX (indent, strlen (label));
  bool fresh = true; /* no word in this line yet */
  fprintf (file, "%-*s", (int) indent, label);
  while (*text)
    {
      size_t word = strcspn (text, " ");
      if (!fresh && column + 1 + word > width)
        {
          fprintf (file, "\n%*s", (int) indent, "");
          column = indent;
          fresh = true;
        }
      if (!fresh)
        {
          fputc (' ', file);
          column++;
        }
      fwrite (text, 1, word, file);
      fresh = false;
      column += word;
      text += word;
      text += strspn (text, " ");
    }
  fputc ('\n', file);
}

void
wrap_print_parts (const char *text,
                  const char *separator,
                  size_t column,
                  const char *indent)
{
  const char *blank = "";

  while (*text != '\0')
    {
      const char *end = strstr (text, separator);
      size_t length = end != NULL
                          ? (size_t) (end - text) + strlen (separator) - 1
                          : strlen (text);

      if (*blank != '\0' && column + 1 + length > WRAP_WIDTH)
        {
          printf ("\n%s", indent);
          column = strlen (indent);
          blank = "";
        }
      printf ("%s%.*s", blank, (int) length, text);
      column += strlen (blank) + length;
      blank = " ";
      text += length + (end != NULL);
    }
  putchar ('\n');
}
