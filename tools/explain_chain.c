// SPDX-License-Identifier: MIT
#include "sim/event.h"
#include "sim/jitter.h"
#include "sim/loss_model.h"
#include "tools/explain.h"

#define NUMBER "%" G_GUINT64_FORMAT

void
explain_time (GString *text, Time time)
{
  char number[32];

  g_string_append (text, event_time_text (time, number, sizeof number));
}

void
explain_rate (GString *text, uint64_t rate_bps)
{
  static const char *const units[] = { "bit", "kbit", "mbit", "gbit" };
  unsigned unit = 0;

  while (unit < 3 && rate_bps % 1000 == 0)
    {
      rate_bps /= 1000;
      unit++;
    }
  g_string_append_printf (text, NUMBER "%s", rate_bps, units[unit]);
}

static void
explain_share (GString *text, uint32_t share_ppb)
{
  char number[32];

  g_string_append (text, event_share_text (share_ppb, number, sizeof number));
}

/* Correlated is what meets the fate of the packet before it. */
static void
explain_chance (GString *text, const Chance *chance)
{
  explain_share (text, chance->share_ppb);
  if (chance->correlation_ppb == 0)
    return;
  g_string_append (text, " with a correlation of ");
  explain_share (text, chance->correlation_ppb);
  g_string_append (text, " (netem's would change the share, this does not)");
}

/* What the model comes to in the long run. */
static void
explain_loss (GString *text, const LossSpec *spec)
{
  uint64_t burst_milli = loss_model_burst_milli (spec);

  g_string_append (text, "loses ");
  if (spec->model == LOSS_RANDOM)
    explain_chance (text, &spec->chance);
  else
    explain_share (text, loss_model_rate_ppb (spec));
  if (burst_milli == UINT64_MAX && spec->model != LOSS_RANDOM)
    g_string_append (text, " in a row without end");
  else if (spec->model != LOSS_RANDOM || spec->chance.correlation_ppb > 0)
    g_string_append_printf (
        text, ", on average " NUMBER ".%02" G_GUINT64_FORMAT " in a row",
        burst_milli / 1000, burst_milli % 1000 / 10);
  if (spec->shared)
    g_string_append (text, ", over all flows");
  if (spec->ecn)
    g_string_append (text, ", but marks what is ECN-capable instead");
}

static const char *
ordinal_ending (uint64_t number)
{
  static const char *const endings[] = { "th", "st", "nd", "rd" };

  return number % 10 > 3 || (number / 10) % 10 == 1 ? "th"
                                                    : endings[number % 10];
}

static void
explain_limit (GString *text, uint64_t packets, uint64_t bytes)
{
  if (packets > 0)
    g_string_append_printf (text, " of " NUMBER " packets", packets);
  if (bytes > 0)
    g_string_append_printf (text, " of " NUMBER " bytes", bytes);
}

static void
explain_trace (GString *text, const RateTrace *trace)
{
  uint32_t round_ms = g_array_index (trace, uint32_t, trace->len - 1);

  g_string_append_printf (text, "sends %d bytes at each of %u moments in ",
                          RATE_TRACE_OPPORTUNITY, trace->len);
  explain_time (text, round_ms * MILLISECOND);
  g_string_append (text, ", again and again,");
}

/* The queue is the next element's if it is one. */
static void
explain_rate_element (GString *text,
                      const ElementSpec *spec,
                      const ElementSpec *next)
{
  uint64_t packets = spec->as.rate.limit_packets;
  uint64_t bytes = spec->as.rate.limit_bytes;

  if (spec->kind == ELEMENT_TRACE)
    explain_trace (text, spec->as.rate.trace);
  else
    {
      g_string_append (text, "sends at ");
      explain_rate (text, spec->as.rate.rate_bps);
    }
  if (spec->as.rate.overhead != 0)
    g_string_append_printf (text, ", each packet %d bytes %s on the wire",
                            ABS (spec->as.rate.overhead),
                            spec->as.rate.overhead > 0 ? "longer" : "shorter");
  if (spec->as.rate.cell > 0)
    g_string_append_printf (
        text, ", in cells of %u bytes that cost %" G_GINT64_FORMAT,
        spec->as.rate.cell,
        (int64_t) spec->as.rate.cell + spec->as.rate.cell_overhead);
  if (packets == 0 && bytes == 0)
    return;
  if (next != NULL && element_kind_is_queue (next->kind))
    return;
  g_string_append (text, " from a queue");
  explain_limit (text, packets, bytes);
}

static void
explain_range (GString *text, Time least, Time most)
{
  explain_time (text, least);
  g_string_append (text, " to ");
  explain_time (text, most);
}

/* netem's tables are of 16 bits, 8192 to a deviation. */
static void
explain_distribution (GString *text, const ElementSpec *spec)
{
  Distribution distribution = spec->as.delay.distribution;
  Time least = jitter_wait (spec, 0);

  explain_time (text, spec->as.delay.delay_ns);
  g_string_append (text, " with a standard deviation of ");
  explain_time (text, spec->as.delay.jitter_ns);
  g_string_append_printf (text, " (%s, ", jitter_word (distribution));
  explain_range (text, least, jitter_wait (spec, UINT64_MAX));
  if (least == 0)
    g_string_append (text, ": what would be below 0 is 0, so the mean is more");
  if (distribution != DISTRIBUTION_NORMAL)
    g_string_append (text, "; netem's ends at 4 deviations");
  g_string_append (text, ")");
}

static void
explain_jitter (GString *text, const ElementSpec *spec)
{
  Time delay = spec->as.delay.delay_ns, jitter = spec->as.delay.jitter_ns;

  if (spec->as.delay.distribution == DISTRIBUTION_UNIFORM)
    explain_range (text, delay - jitter, delay + jitter);
  else
    explain_distribution (text, spec);
  if (spec->as.delay.correlation_ppb > 0)
    {
      g_string_append (text, ", ");
      explain_share (text, spec->as.delay.correlation_ppb);
      g_string_append (text, " of them exactly as the packet before");
    }
  g_string_append (text, spec->as.delay.keep_order ? " without overtaking"
                                                   : ", overtaking allowed");
}

static void
explain_delay_element (GString *text, const ElementSpec *spec)
{
  g_string_append (text, "delays by ");
  if (spec->as.delay.jitter_ns == 0)
    explain_time (text, spec->as.delay.delay_ns);
  else
    explain_jitter (text, spec);
}

static void
explain_slot (GString *text, const SlotSpec *slot)
{
  g_string_append (text, "opens ");
  explain_time (text, slot->least_ns);
  if (slot->most_ns > slot->least_ns)
    {
      g_string_append (text, " to ");
      explain_time (text, slot->most_ns);
    }
  g_string_append (text, " after somebody came, for all that wait");
  if (slot->packets > 0)
    g_string_append_printf (text, ", up to " NUMBER " packets", slot->packets);
  if (slot->bytes > 0)
    g_string_append_printf (text, ", until " NUMBER " bytes left", slot->bytes);
}

static void
explain_queue (GString *text, const ElementSpec *spec)
{
  const QueueSpec *queue = &spec->as.queue;

  g_string_append_printf (text, "from a %s queue",
                          element_kind_name (spec->kind));
  explain_limit (text, queue->limit_packets, queue->limit_bytes);
  if (spec->kind == ELEMENT_FQ_CODEL)
    g_string_append_printf (text, ", by turns of %u bytes for each flow,",
                            queue->quantum);
  if (spec->kind == ELEMENT_PIE)
    {
      g_string_append_printf (text, " that %s so many that the wait comes to ",
                              queue->ecn ? "marks" : "drops");
      explain_time (text, queue->target_ns);
      return;
    }
  g_string_append_printf (text, " that %s after waits of ",
                          queue->ecn ? "marks" : "drops");
  explain_time (text, queue->target_ns);
  g_string_append (text, " during ");
  explain_time (text, queue->interval_ns);
}

static void
explain_element (GString *text,
                 const ElementSpec *spec,
                 const ElementSpec *next)
{
  switch (spec->kind)
    {
    case ELEMENT_RATE:
    case ELEMENT_TRACE:
      explain_rate_element (text, spec, next);
      break;
    case ELEMENT_DELAY:
      explain_delay_element (text, spec);
      break;
    case ELEMENT_LOSS:
      explain_loss (text, &spec->as.loss);
      break;
    case ELEMENT_REORDER:
      g_string_append (text, "lets ");
      explain_chance (text, &spec->as.reorder.chance);
      if (spec->as.reorder.gap > 1)
        g_string_append_printf (text, " of every %u%s packet",
                                spec->as.reorder.gap,
                                ordinal_ending (spec->as.reorder.gap));
      g_string_append (text, " skip that delay");
      break;
    case ELEMENT_DUPLICATE:
      g_string_append (text, "doubles ");
      explain_chance (text, &spec->as.share);
      break;
    case ELEMENT_CORRUPT:
      g_string_append (text, "flips a bit in ");
      explain_chance (text, &spec->as.share);
      break;
    case ELEMENT_SLOT:
      explain_slot (text, &spec->as.slot);
      break;
    case ELEMENT_CODEL:
    case ELEMENT_FQ_CODEL:
    case ELEMENT_PIE:
      explain_queue (text, spec);
      break;
    case ELEMENT_MTU:
      g_string_append_printf (text, "loses packets larger than %u bytes",
                              spec->as.mtu.bytes);
      break;
    }
}

void
explain_chain (GString *text, const ChainSpec *chain)
{
  if (chain->len == 0)
    g_string_append (text, "passes everything at once");
  for (unsigned i = 0; i < chain->len; i++)
    {
      const ElementSpec *spec = &g_array_index (chain, ElementSpec, i);

      if (i > 0)
        g_string_append (text,
                         element_kind_is_queue (spec->kind) ? " " : ", then ");
      explain_element (text, spec, i + 1 < chain->len ? spec + 1 : NULL);
    }
}

static void
explain_count (GString *text, const RuleSpec *rule)
{
  if (rule->count == RULE_EACH)
    {
      g_string_append (text, "each packet");
      return;
    }
  g_string_append_printf (text,
                          rule->count == RULE_EVERY ? "each " NUMBER "%s"
                                                    : "the " NUMBER "%s",
                          rule->first, ordinal_ending (rule->first));
  if (rule->last > rule->first)
    g_string_append_printf (text, " to " NUMBER "%s", rule->last,
                            ordinal_ending (rule->last));
  g_string_append (text, " packet");
  if (rule->count == RULE_DATA)
    g_string_append (text, " with payload");
  if (rule->count == RULE_ACK)
    g_string_append (text, " without payload, SYN or FIN");
}

void
explain_rule (GString *text, const RuleSpec *rule)
{
  static const char *const actions[] = { "drops", "holds up", "doubles",
                                         "flips a bit in", "marks" };

  g_string_append_printf (text, "%s ", actions[rule->action]);
  explain_count (text, rule);
  g_string_append_printf (text, " that matches '%s'", rule->match);
  if (rule->action != RULE_DELAY)
    return;
  g_string_append (text, " for ");
  explain_time (text, rule->delay_ns);
}
