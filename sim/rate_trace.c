// SPDX-License-Identifier: MIT
#include "sim/rate_trace.h"
#include "sim/units.h"

#include <string.h>

static const char *
read_line (RateTrace *trace, const char *text, size_t length)
{
  char *number = g_strndup (text, length);
  uint64_t at = 0;
  const char *wrong = unit_parse_number (number, &at);
  uint32_t at_ms = (uint32_t) MIN (at, UINT32_MAX);

  if (wrong != NULL || strlen (number) != length)
    wrong = "is no time in milliseconds";
  else if (at >= UINT32_MAX)
    wrong = "is too late";
  else if (trace->len > 0
           && at_ms < g_array_index (trace, uint32_t, trace->len - 1))
    wrong = "is earlier than the line before";
  else
    g_array_append_val (trace, at_ms);
  g_free (number);
  return wrong;
}

RateTrace *
rate_trace_read (const char *text,
                 size_t length,
                 unsigned *line,
                 const char **wrong)
{
  RateTrace *trace = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  const char *end = text + length;

  *wrong = NULL;
  *line = 0;
  while (text < end && *wrong == NULL)
    {
      const char *newline = memchr (text, '\n', (size_t) (end - text));
      const char *stop = newline != NULL ? newline : end;

      ++*line;
      *wrong = read_line (trace, text, (size_t) (stop - text));
      text = stop + 1;
    }
  if (*wrong == NULL
      && (trace->len == 0
          || g_array_index (trace, uint32_t, trace->len - 1) == 0))
    *wrong = "ends at once: a round needs a millisecond";
  if (*wrong == NULL)
    return trace;
  g_array_unref (trace);
  return NULL;
}

static Time
moment (const RateTrace *trace, guint index)
{
  return (Time) g_array_index (trace, uint32_t, index) * MILLISECOND;
}

static Time
period (const RateTrace *trace)
{
  return moment (trace, trace->len - 1);
}

static Time
time_of (const RateTrace *trace, const RateTracePlace *place)
{
  Time within = moment (trace, place->index);

  if (place->round > (uint64_t) ((TIME_NEVER - within) / period (trace)))
    return TIME_NEVER;
  return (Time) place->round * period (trace) + within;
}

/* The first opportunity at AT or later. */
static RateTracePlace
place_at (const RateTrace *trace, Time at)
{
  Time round = at / period (trace), within = at % period (trace);
  guint low = 0, high = trace->len - 1;

  if (within == 0 && round > 0)
    {
      round--; /* the end of a round is the start of the next */
      within = period (trace);
    }
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (moment (trace, middle) < within)
        low = middle + 1;
      else
        high = middle;
    }
  return (RateTracePlace){ .round = (uint64_t) round, .index = low };
}

static void
go_on (const RateTrace *trace, RateTracePlace *place)
{
  place->used = 0;
  if (++place->index < trace->len)
    return;
  place->index = 0;
  place->round++;
}

Time
rate_trace_depart (const RateTrace *trace,
                   RateTracePlace *place,
                   Time at,
                   uint32_t length)
{
  if (time_of (trace, place) < at)
    *place = place_at (trace, at);
  while (length > RATE_TRACE_OPPORTUNITY - place->used)
    {
      length -= RATE_TRACE_OPPORTUNITY - place->used;
      go_on (trace, place);
    }
  place->used += length;
  return time_of (trace, place);
}
