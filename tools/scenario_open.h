// SPDX-License-Identifier: MIT
/* The scenario of a command line. */
#pragma once

#include "sim/scenario.h"

/* PATH NULL: the built-in one. SEED and SETS as written after --seed and
 * --set, or NULL. NULL: all errors were printed on stderr; EXIT_USAGE. */
Scenario *scenario_open (const char *path, const char *seed, char *const *sets);
