// SPDX-License-Identifier: MIT
/* The distributions of jitter as tables of integers, so that everybody draws
 * the same. A table holds the quantiles at 0, 1/1024, ..., 1 in units of
 * 1/65536, between which is drawn evenly; mean 0 and standard deviation 1 are
 * those of what is drawn, ends included.
 *
 *   normal        the normal law, from -3.65 to 3.65
 *   pareto        Pareto's with exponent 3, from -0.60 to 22.51: most a little
 *                 early, few very late
 *   paretonormal  a quarter of the first and three quarters of the second at
 *                 the same draw, from -1.45 to 18.86 */
#pragma once

#include "sim/element_spec.h"

#define QUANTILES_PARTS 1024

extern const int32_t QUANTILES_NORMAL[QUANTILES_PARTS + 1];
extern const int32_t QUANTILES_PARETO[QUANTILES_PARTS + 1];
extern const int32_t QUANTILES_PARETONORMAL[QUANTILES_PARTS + 1];
