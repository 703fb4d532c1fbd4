// SPDX-License-Identifier: MIT
/* The words of queues, with the meanings and defaults of tc(8). */
#include "sim/scenario_parser.h"

/* Its multiples and 2^16 fold fit in Time. */
#define TIME_MAX (1000 * SECOND)

typedef struct
{
  const char *word;
  unsigned kinds; /* which have it, 1 << ElementKind; 0: all */
  bool (*take) (Parser *parser, QueueSpec *queue);
} Value;

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
take_limit (Parser *parser, QueueSpec *queue)
{
  return scenario_rate_limit (parser, &queue->limit_packets,
                              &queue->limit_bytes);
}

static bool
take_target (Parser *parser, QueueSpec *queue)
{
  return take_time (parser, "target", &queue->target_ns);
}

static bool
take_interval (Parser *parser, QueueSpec *queue)
{
  return take_time (parser, "interval", &queue->interval_ns);
}

/* All updates since the last packet are made up for, so they may not be too
 * many. */
static bool
take_tupdate (Parser *parser, QueueSpec *queue)
{
  if (!scenario_take_time (parser, "tupdate", &queue->interval_ns))
    return false;
  if (queue->interval_ns >= MILLISECOND && queue->interval_ns <= TIME_MAX)
    return true;
  return scenario_error (parser, scenario_last (parser),
                         "tupdate is not in 1ms to 1000s");
}

static bool
take_ecn (Parser *parser, QueueSpec *queue)
{
  queue->ecn = true;
  return true;
}

static bool
take_noecn (Parser *parser, QueueSpec *queue)
{
  queue->ecn = false;
  return true;
}

static bool
take_quantum (Parser *parser, QueueSpec *queue)
{
  uint64_t bytes = 0;

  if (!scenario_take_number (parser, "quantum", 256, 1 << 20, &bytes))
    return false;
  queue->quantum = (uint32_t) bytes;
  return true;
}

static const Value VALUES[] = {
  { "limit", 0, take_limit },
  { "target", 0, take_target },
  { "interval", 1 << ELEMENT_CODEL | 1 << ELEMENT_FQ_CODEL, take_interval },
  { "tupdate", 1 << ELEMENT_PIE, take_tupdate },
  { "quantum", 1 << ELEMENT_FQ_CODEL, take_quantum },
  { "ecn", 0, take_ecn },
  { "noecn", 0, take_noecn },
};

/* The next token is one of the words of KIND. */
static const Value *
next_value (Parser *parser, ElementKind kind)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (VALUES); i++)
    {
      unsigned kinds = VALUES[i].kinds;

      if ((kinds == 0 || (kinds >> kind & 1))
          && scenario_try (parser, VALUES[i].word))
        return &VALUES[i];
    }
  return NULL;
}

/* RFC 8289 4.2 and 4.3, RFC 8290 4.2 (a full Ethernet frame), RFC 8033 5. */
static QueueSpec
defaults (ElementKind kind)
{
  QueueSpec spec = { .target_ns = 5 * MILLISECOND,
                     .interval_ns = 100 * MILLISECOND,
                     .quantum = 1514,
                     .ecn = kind == ELEMENT_FQ_CODEL };

  if (kind == ELEMENT_PIE)
    spec.target_ns = spec.interval_ns = 15 * MILLISECOND;
  return spec;
}

bool
scenario_queue_values (Parser *parser, ElementSpec *spec)
{
  const Value *value;

  spec->as.queue = defaults (spec->kind);
  while ((value = next_value (parser, spec->kind)) != NULL)
    if (!value->take (parser, &spec->as.queue))
      return false;
  return true;
}
