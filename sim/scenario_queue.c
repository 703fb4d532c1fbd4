// SPDX-License-Identifier: MIT
/* The words of queues, with the meanings and defaults of tc(8). */
#include "sim/scenario_parser.h"

/* RFC 8289 4.2, 4.3 */
#define TARGET_DEFAULT   (5 * MILLISECOND)
#define INTERVAL_DEFAULT (100 * MILLISECOND)

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
    default:
      queue->ecn = word == 3;
      return true;
    }
}

bool
scenario_queue_values (Parser *parser, ElementSpec *spec)
{
  static const char *const words[] = { "limit", "target", "interval",
                                       "ecn",   "noecn",  NULL };
  int word;

  spec->as.queue = (QueueSpec){ .target_ns = TARGET_DEFAULT,
                                .interval_ns = INTERVAL_DEFAULT };
  while ((word = scenario_try_words (parser, words)) >= 0)
    if (!take_value (parser, word, &spec->as.queue))
      return false;
  return true;
}
