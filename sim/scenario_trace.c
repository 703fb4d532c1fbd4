// SPDX-License-Identifier: MIT
#include "sim/rate_trace.h"
#include "sim/scenario_parser.h"

#include <glib/gstdio.h>

static bool
is_small (const char *path)
{
  GStatBuf status;

  return g_stat (path, &status) != 0 || status.st_size <= RATE_TRACE_BYTES_MAX;
}

static RateTrace *
read_trace (Parser *parser, const Token *token, const char *path)
{
  const char *wrong;
  unsigned line;
  size_t length = 0;
  char *text;
  RateTrace *trace;

  if (!is_small (path))
    {
      scenario_error (parser, token, "'%s' is larger than %d bytes",
                      token->text, RATE_TRACE_BYTES_MAX);
      return NULL;
    }
  text = scenario_read_file (parser, token, path, token->text, &length);
  if (text == NULL)
    return NULL;
  trace = rate_trace_read (text, length, &line, &wrong);
  if (trace == NULL)
    scenario_error (parser, token, "'%s': line %u %s", token->text, line,
                    wrong);
  g_free (text);
  return trace;
}

bool
scenario_trace_values (Parser *parser, ElementSpec *spec)
{
  const Token *token = scenario_take (parser, "the trace's file");
  RateTrace *trace = NULL;
  char *path;

  if (token == NULL)
    return false;
  if (parser->line->edit != NULL)
    return scenario_error (parser, token, "a chain has one trace");
  path = scenario_input (parser, token, G_FILE_TEST_IS_REGULAR);
  if (path != NULL)
    trace = read_trace (parser, token, path);
  g_free (path);
  if (trace == NULL)
    return false;
  g_ptr_array_add (parser->scenario->traces, trace);
  spec->as.rate.trace = trace;
  spec->as.rate.limit_packets = SCENARIO_LIMIT_DEFAULT;
  return !scenario_try (parser, "limit")
         || scenario_rate_limit (parser, &spec->as.rate.limit_packets,
                                 &spec->as.rate.limit_bytes);
}
