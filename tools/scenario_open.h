// SPDX-License-Identifier: MIT
/* The scenario of a command line. */
#pragma once

#include "sim/scenario.h"

/* PATH NULL: the built-in one. SEED and SETS as written after --seed and
 * --set, or NULL. NULL: all errors were printed on stderr; EXIT_USAGE. */
Scenario *scenario_open (const char *path, const char *seed, char *const *sets);

/* The same for a built-in one called NAME. */
Scenario *scenario_open_text (const char *text,
                              const char *name,
                              const char *seed,
                              char *const *sets);
