// SPDX-License-Identifier: MIT
/* Scenarios for tests. */
#pragma once

#include "sim/scenario.h"

/* Two hosts and a link on four lines; a statement under test follows. */
#define SCENARIO_BASE                                                          \
  "host alice 10.0.0.1/24 fd00::1/64\n"                                        \
  "host bob 10.0.0.2/24 fd00::2/64\n"                                          \
  "host carol 192.168.7.1/24\n"                                                \
  "link alice bob delay 40ms loss 1%\n"

/* Parses TEXT as "test.lab" in the current directory. An error ends the test
 * and is shown. Free with scenario_free. */
Scenario *scenarios_good (const char *text);
Scenario *scenarios_good_with (const char *text,
                               const ScenarioSettings *settings);

/* All errors of TEXT, formatted; none ends the test. Caller frees. */
char *scenarios_bad (const char *text, unsigned *count);
char *scenarios_bad_with (const char *text,
                          const ScenarioSettings *settings,
                          unsigned *count);

/* LINE after SCENARIO_BASE is the only error, at COLUMN, and says PART. */
typedef struct
{
  const char *line;
  unsigned column;
  const char *part;
} ScenarioBad;

void scenarios_check_bad (const ScenarioBad *table, unsigned length);
