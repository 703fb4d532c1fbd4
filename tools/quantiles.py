#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints sim/quantiles.c, the tables of the distributions of "delay":

    tools/quantiles.py | clang-format > sim/quantiles.c

A table holds the quantiles at 0, 1/1024, ..., 1, between which is drawn
evenly. Where a quantile at 0 or 1 would be infinite, it stands where it gives
the part at the end the mean that it has in the law. At the end all is
moved and scaled to mean 0 and standard deviation 1, in units of 1/65536."""

import math
import statistics

PARTS = 1024
UNIT = 65536
GAUSS = statistics.NormalDist()

HEAD = '''// SPDX-License-Identifier: MIT
/* Made by tools/quantiles.py. */
#include "sim/quantiles.h"
'''


def normal():
    inner = [GAUSS.inv_cdf(i / PARTS) for i in range(1, PARTS)]
    end = 2 * GAUSS.pdf(inner[-1]) * PARTS - inner[-1]
    return [-end] + inner + [end]


def pareto():
    """Pareto's law with exponent 3, from 1 up: above x its mean is 1.5 x."""
    inner = [(1 - i / PARTS) ** (-1 / 3) for i in range(PARTS)]
    return inner + [2 * inner[-1]]


def paretonormal():
    """A quarter of a normal deviation, three quarters of a Pareto one."""
    return [(n + 3 * p) / 4 for n, p in zip(scaled(normal()),
                                            scaled(pareto()))]


def scaled(knots):
    parts = list(zip(knots, knots[1:]))
    mean = math.fsum(a + b for a, b in parts) / 2 / PARTS
    square = math.fsum(a * a + a * b + b * b for a, b in parts) / 3 / PARTS
    spread = math.sqrt(square - mean * mean)
    return [(knot - mean) / spread for knot in knots]


def main():
    print(HEAD)
    for law in (normal, pareto, paretonormal):
        values = ', '.join(str(round(knot * UNIT)) for knot in scaled(law()))
        print(f'const int32_t QUANTILES_{law.__name__.upper()}'
              f'[QUANTILES_PARTS + 1] = {{ {values} }};\n')


if __name__ == '__main__':
    main()
