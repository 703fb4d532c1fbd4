// SPDX-License-Identifier: MIT
/* Text from elsewhere, safe for a terminal. */
#pragma once

#include <stdio.h>

/* LENGTH bytes of TEXT (-1: all) with ? in the place of what a terminal might
 * obey or cannot show; to be freed. */
char *printable (const char *text, ssize_t length);

/* TEXT in a line of its own, and below it a mark ^~~ under LENGTH bytes AT;
 * both two columns indented. Of a long text only what is near. */
void printable_mark (const char *text, size_t at, size_t length, FILE *file);
