// SPDX-License-Identifier: MIT
/* The words of queues, with the meanings and defaults of tc(8). */
#include "sim/scenario_parser.h"

/* RFC 8289 4.2, 4.3 */
#define TARGET_DEFAULT   (5 * MILLISECOND)
#define INTERVAL_DEFAULT (100 * MILLISECOND)

/* RFC 8290 4.2: a full Ethernet frame. */
#define QUANTUM_DEFAULT 1514

/* Its multiples and 2^16 fold fit in Time. */
#define TIME_MAX (1000 * SECOND)

static bool
take_time (Parser *parser, const char *what, Time *time)
{
  if (!scenario_take_time (parser, what, time))
    return false;
  if (*time > 0 && *time <= TIME_MAX)
    return true;
  return scenario_error (parser, scenario_last (parser),
                         "%s is not in 1ns to 1000s", what);
}

static bool
take_quantum (Parser *parser, uint32_t *quantum)
{
  uint64_t bytes = 0;

  if (!scenario_take_number (parser, "quantum", 256, 1 << 20, &bytes))
    return false;
  *quantum = (uint32_t) bytes;
  return true;
}

static bool
take_value (Parser *parser, int word, QueueSpec *queue)
{
  switch (word)
    {
    case 0:
      return scenario_rate_limit (parser, &queue->limit_packets,
                                  &queue->limit_bytes);
    case 1:
      return take_time (parser, "target", &queue->target_ns);
    case 2:
      return take_time (parser, "interval", &queue->interval_ns);
    case 5:
      return take_quantum (parser, &queue->quantum);
    default:
      queue->ecn = word == 3;
      return true;
    }
}

bool
scenario_queue_values (Parser *parser, ElementSpec *spec)
{
  /* In the order of take_value; the last ones are fq_codel's alone. */
  static const char *const words[] = { "limit", "target",  "interval", "ecn",
                                       "noecn", "quantum", NULL };
  static const char *const fewer[] = { "limit", "target", "interval",
                                       "ecn",   "noecn",  NULL };
  bool is_fair = spec->kind == ELEMENT_FQ_CODEL;
  int word;

  spec->as.queue = (QueueSpec){ .target_ns = TARGET_DEFAULT,
                                .interval_ns = INTERVAL_DEFAULT,
                                .quantum = QUANTUM_DEFAULT,
                                .ecn = is_fair };
  while ((word = scenario_try_words (parser, is_fair ? words : fewer)) >= 0)
    if (!take_value (parser, word, &spec->as.queue))
      return false;
  return true;
}
