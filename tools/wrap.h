// SPDX-License-Identifier: MIT
/* Text in lines of limited width, broken between words. */
#pragma once

#include <stdio.h>

#define WRAP_WIDTH 79

/* On stdout, where COLUMN columns of the line are taken already. Lines end
 * behind SEPARATOR, which ends with a blank; those that follow begin with
 * INDENT. */
void wrap_print_parts (const char *text,
                       const char *separator,
                       size_t column,
                       const char *indent);

void wrap_print (const char *text, unsigned width, FILE *file);

/* The first line begins with LABEL, the others are indented; a LABEL shorter
 * than INDENT is filled up to it. */
void wrap_print_behind (const char *label,
                        unsigned indent,
                        const char *text,
                        unsigned width,
                        FILE *file);
