// SPDX-License-Identifier: MIT
/* The words of a line, as scenarios have them: blanks separate, "..." is one
 * word without escapes, # begins a comment. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  char *text;
  bool quoted;
} ShellWord;

typedef struct
{
  GArray *list; /* ShellWord */
  size_t rest;  /* byte of the line where the second word begins */
} ShellWords;

/* NULL, or what is wrong. */
const char *shell_words_split (ShellWords *words, const char *line);
void shell_words_clear (ShellWords *words);

/* NULL: there are not so many. */
const ShellWord *shell_words_get (const ShellWords *words, unsigned i);
