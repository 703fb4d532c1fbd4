// SPDX-License-Identifier: MIT
/* The result table: at most 80 columns, plain ASCII. */
#pragma once

#include "tools/result.h"

/* Colour goes where a person looks at it and did not say NO_COLOR. */
bool table_may_colour (FILE *file);

void table_print (const Result *result, FILE *file);
