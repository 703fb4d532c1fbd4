// SPDX-License-Identifier: MIT
#include "tools/wrap.h"
#include <string.h>

void
wrap_print (const char *text, unsigned width, FILE *file)
{
  size_t column = 0;
  while (*text)
    {
      size_t word = strcspn (text, " ");
      if (column > 0 && column + 1 + word > width)
        {
          fputc ('\n', file);
          column = 0;
        }
      if (column > 0)
        {
          fputc (' ', file);
          column++;
        }
      fwrite (text, 1, word, file);
      column += word;
      text += word;
      text += strspn (text, " ");
    }
  fputc ('\n', file);
}
