// SPDX-License-Identifier: MIT
/* Did the file arrive? Compares what "send" read with what "receive" wrote. */
#pragma once

#include "sim/scenario.h"

/* "identical", "different" or "none"; NULL: APP sends no file, or it cannot be
 * told which of the files below FILES is its copy. */
const char *compare_sent (const Scenario *scenario,
                          const ScenarioApp *app,
                          const char *files);
