// SPDX-License-Identifier: MIT
/* Numbers for the operations of model-based tests: SplitMix64 (Steele, Lea,
 * Flood, OOPSLA 2014) from a seed that each test writes down, so that a test
 * does the same in each run. */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <string.h>

typedef struct
{
  uint64_t state;
} Luck;

static inline uint64_t
luck_draw (Luck *luck)
{
  uint64_t z = luck->state += 0x9e3779b97f4a7c15;

  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

/* 0 .. bound - 1. */
static inline unsigned
luck_below (Luck *luck, unsigned bound)
{
  return (unsigned) (luck_draw (luck) % bound);
}

static inline void
luck_fill (Luck *luck, void *bytes, size_t length)
{
  uint8_t *to = bytes;

  for (size_t i = 0; i < length; i++)
    to[i] = (uint8_t) luck_draw (luck);
}

/* How often to repeat: LONG_FACTOR times COUNT when full counts are wanted. */
static inline unsigned
luck_rounds (unsigned count, unsigned long_factor)
{
  return g_getenv ("TUNLAB_LONG") != NULL ? count * long_factor : count;
}

/* A block of its own, so that a sanitizer sees a read behind the end; NULL
 * for no bytes at all. */
static inline uint8_t *
luck_exact_copy (const void *bytes, size_t length)
{
  return g_memdup2 (bytes, length);
}
