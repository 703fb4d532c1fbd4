// SPDX-License-Identifier: MIT
/* Text in lines of limited width, broken between words. */
#pragma once

#include <stdio.h>

void wrap_print (const char *text, unsigned width, FILE *file);

/* The first line begins with LABEL, the others are indented; a LABEL shorter
 * than INDENT is filled up to it. */
void wrap_print_behind (const char *label,
                        unsigned indent,
                        const char *text,
                        unsigned width,
                        FILE *file);
