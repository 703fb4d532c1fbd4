// SPDX-License-Identifier: MIT
/* The words of "expect": what each counts, and which host did or saw it. */
#include "sim/ledger.h"
#include "stack/ranges.h"
#include <string.h>

/* Whose deed is it? */
typedef enum
{
  BY_SENDER,   /* of messages or bytes */
  BY_RECEIVER, /* of the same */
  BY_END,      /* of the end that sent the packets; counted for each end */
  BY_ANY       /* of both hosts of the flow */
} By;

typedef struct
{
  const char *word;
  By by;
  bool is_longest; /* over flows: the longest, not the sum */
  int64_t (*value) (const LedgerFlow *flow, unsigned end);
} Metric;

#define COUNTER(name, expression)                                              \
  static int64_t name (const LedgerFlow *flow, unsigned end)                   \
  {                                                                            \
    return (int64_t) (expression);                                             \
  }

static uint64_t
difference (uint64_t more, uint64_t less)
{
  return more > less ? more - less : 0;
}

static uint64_t
hole_bytes (const LedgerFlow *flow)
{
  uint64_t bytes = 0;
  for (unsigned i = 0; i < flow->holes->len; i++)
    {
      const Range *hole = &g_array_index (flow->holes, Range, i);
      bytes += (uint64_t) (hole->end - hole->start);
    }
  return bytes;
}

COUNTER (sent, flow->messages_sent)
COUNTER (delivered, flow->messages_delivered)
COUNTER (lost, difference (flow->messages_sent, flow->messages_delivered))
COUNTER (duplicated, flow->messages_duplicated)
COUNTER (reordered, flow->messages_reordered)
COUNTER (first_delay, flow->first_delay)
COUNTER (median_delay, flow->median_delay)
COUNTER (last_delay, flow->last_delay)
COUNTER (bytes_sent, flow->bytes_sent)
COUNTER (bytes_delivered, flow->bytes_delivered)
COUNTER (bytes_lost, hole_bytes (flow))
COUNTER (holes, flow->holes->len)
COUNTER (packets, flow->packets[end])
COUNTER (packets_lost, flow->packets_lost[end])
COUNTER (packets_duplicated, flow->packets_duplicated[end])
COUNTER (packets_reordered, flow->packets_reordered[end])
COUNTER (packets_corrupted, flow->packets_corrupted[end])
COUNTER (bytes_on_wire, flow->bytes_on_wire[end])
COUNTER (retransmitted, flow->retransmitted[end])
COUNTER (flows, 1)
COUNTER (closed, flow->closed)
COUNTER (failed, flow->error != NULL)

static const Metric metrics[] = {
  { "sent", BY_SENDER, false, sent },
  { "delivered", BY_RECEIVER, false, delivered },
  { "lost", BY_SENDER, false, lost },
  { "duplicated", BY_RECEIVER, false, duplicated },
  { "reordered", BY_RECEIVER, false, reordered },
  { "first_delay", BY_RECEIVER, true, first_delay },
  { "median_delay", BY_RECEIVER, true, median_delay },
  { "last_delay", BY_RECEIVER, true, last_delay },
  { "bytes_sent", BY_SENDER, false, bytes_sent },
  { "bytes_delivered", BY_RECEIVER, false, bytes_delivered },
  { "bytes_lost", BY_SENDER, false, bytes_lost },
  { "holes", BY_RECEIVER, false, holes },
  { "packets", BY_END, false, packets },
  { "packets_lost", BY_END, false, packets_lost },
  { "packets_duplicated", BY_END, false, packets_duplicated },
  { "packets_reordered", BY_END, false, packets_reordered },
  { "packets_corrupted", BY_END, false, packets_corrupted },
  { "bytes_on_wire", BY_END, false, bytes_on_wire },
  { "retransmitted", BY_END, false, retransmitted },
  { "flows", BY_ANY, false, flows },
  { "closed", BY_ANY, false, closed },
  { "failed", BY_ANY, false, failed },
};

static bool
is_host (const char *wanted, const char *host)
{
  return !wanted || g_strcmp0 (wanted, host) == 0;
}

static void
add (const Metric *metric, int64_t value, int64_t *sum)
{
  *sum = metric->is_longest ? MAX (*sum, value) : *sum + value;
}

static void
add_flow (const Metric *metric,
          const char *host,
          const LedgerFlow *flow,
          int64_t *sum)
{
  switch (metric->by)
    {
    case BY_SENDER:
      if (is_host (host, flow->sender))
        add (metric, metric->value (flow, 0), sum);
      break;
    case BY_RECEIVER:
      if (is_host (host, flow->receiver))
        add (metric, metric->value (flow, 0), sum);
      break;
    case BY_END:
      for (unsigned end = 0; end < 2; end++)
        if (is_host (host, flow->hosts[end]))
          add (metric, metric->value (flow, end), sum);
      break;
    case BY_ANY:
      if (is_host (host, flow->hosts[0]) || is_host (host, flow->hosts[1]))
        add (metric, metric->value (flow, 0), sum);
      break;
    }
}

bool
ledger_metric (Ledger *ledger,
               const char *host,
               uint8_t protocol,
               const char *word,
               int64_t *value)
{
  const Metric *metric = metrics;
  const Metric *end = metrics + G_N_ELEMENTS (metrics);
  while (metric < end && strcmp (metric->word, word) != 0)
    metric++;
  if (metric == end)
    return false;
  *value = metric->is_longest ? -1 : 0;
  for (unsigned i = 0; i < ledger_count (ledger); i++)
    {
      const LedgerFlow *flow = ledger_nth (ledger, i);
      if (flow->flow->protocol == protocol)
        add_flow (metric, host, flow, value);
    }
  return true;
}
