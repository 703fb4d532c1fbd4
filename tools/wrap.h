// SPDX-License-Identifier: MIT
/* Text in lines of limited width, broken between words. */
#pragma once

#include <stdio.h>

void wrap_print (const char *text, unsigned width, FILE *file);
