// SPDX-License-Identifier: MIT
#include "sim/jitter.h"
#include "sim/quantiles.h"
#include "sim/random.h"
#include "sim/sim.h"

__extension__ typedef unsigned __int128 Wide;

/* A deviation is in units of 2^-32. */
#define DEVIATION_BITS 32
#define TABLE_BITS     16

static Time
early (Time delay, uint64_t by)
{
  return by < (uint64_t) delay ? delay - (Time) by : 0;
}

static Time
late (Time delay, uint64_t by)
{
  return sim_after (delay, (Time) MIN (by, (uint64_t) TIME_NEVER));
}

static Time
uniform (Time delay, uint64_t jitter, uint64_t draw)
{
  uint64_t above_least = random_below (draw, 2 * jitter + 1);
  return above_least < jitter ? early (delay, jitter - above_least)
                              : late (delay, above_least - jitter);
}

/* Ten bits choose the part of the table, the 32 below the place in it. */
static int64_t
deviation (const int32_t *table, uint64_t draw)
{
  const int32_t *part = &table[draw >> 54];
  int64_t place = (int64_t) (draw >> 22 & UINT32_MAX);
  int64_t width = (int64_t) part[1] - part[0];
  return (int64_t) part[0] * (1 << TABLE_BITS) + (width * place >> TABLE_BITS);
}

static Time
by_table (const int32_t *table, Time delay, uint64_t jitter, uint64_t draw)
{
  int64_t from_mean = deviation (table, draw);
  uint64_t size = (uint64_t) ABS (from_mean);
  Wide by = (Wide) size * jitter >> DEVIATION_BITS;
  uint64_t bounded = (uint64_t) MIN (by, (Wide) TIME_NEVER);
  return from_mean < 0 ? early (delay, bounded) : late (delay, bounded);
}

Time
jitter_wait (const ElementSpec *spec, uint64_t draw)
{
  Time delay = spec->as.delay.delay_ns;
  uint64_t jitter = (uint64_t) spec->as.delay.jitter_ns;
  switch (spec->as.delay.distribution)
    {
    case DISTRIBUTION_UNIFORM:
      return uniform (delay, jitter, draw);
    case DISTRIBUTION_NORMAL:
      return by_table (QUANTILES_NORMAL, delay, jitter, draw);
    case DISTRIBUTION_PARETO:
      return by_table (QUANTILES_PARETO, delay, jitter, draw);
    case DISTRIBUTION_PARETONORMAL:
      return by_table (QUANTILES_PARETONORMAL, delay, jitter, draw);
    }
  g_assert_not_reached ();
}

const char *
jitter_word (Distribution distribution)
{
  static const char *const words[] = { "uniform", "normal", "pareto",
                                       "paretonormal" };
  return words[distribution];
}
