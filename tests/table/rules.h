// SPDX-License-Identifier: MIT
/* Where the stack differs from the letter of RFC 9293 3.10.7 on purpose, and
 * what it does instead. A rule foretells the whole outcome; it is no excuse
 * for any other. */
#pragma once

#include "tests/table/model.h"

#define RULES_MAX 20

typedef struct
{
  const char *name, *reference, *why;
  /* What the stack does with the segment, in place of model_input. False: the
   * rule is not about such a segment. */
  bool (*foretell) (Model *model,
                    const ModelSegment *segment,
                    ModelSegment *answer);
} Rule;

extern const Rule RULES[];
extern const unsigned RULE_COUNT;
