// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"
#include "sim/units.h"

#include <string.h>

/* netem's queue, in packets; also ours. */
#define LIMIT_DEFAULT 1000

/* RFC 791 3.2: every link passes that. */
#define MTU_MIN 68

typedef enum
{
  MODE_CHAIN,  /* order counts */
  MODE_NETEM,  /* order is netem's, each word stands once */
  MODE_CHANGE, /* elements only name what changes */
} Mode;

/* In the order of ElementKind. */
static const char *const WORDS[] = { "rate",      "delay",   "loss", "reorder",
                                     "duplicate", "corrupt", "mtu",  NULL };

static const char *const LATER[] = { "slot",     "trace",   "codel",
                                     "fq_codel", "red",     "pie",
                                     "ecn",      "dualpi2", NULL };

/* netem asks these questions in this order, whatever the order of words. */
static const unsigned NETEM_ORDER[] = {
  [ELEMENT_LOSS] = 0, [ELEMENT_DUPLICATE] = 1, [ELEMENT_CORRUPT] = 2,
  [ELEMENT_RATE] = 3, [ELEMENT_DELAY] = 4,     [ELEMENT_REORDER] = 5,
  [ELEMENT_MTU] = 6,
};

const char *
scenario_chain_word (ElementKind kind)
{
  return WORDS[kind];
}

/* A second share after the first is netem's correlation. */
static bool
refuse_correlation (Parser *parser)
{
  const Token *token = scenario_peek (parser);
  size_t length = token != NULL ? strlen (token->text) : 0;

  if (length == 0 || token->text[length - 1] != '%')
    return true;
  return scenario_error (parser, token, "a correlation is not supported yet");
}

static bool
take_limit (Parser *parser, ElementSpec *spec)
{
  const Token *token;
  uint64_t limit = 0;
  bool packets;

  if (!scenario_take_size (parser, "limit", 1, UINT64_MAX, &limit))
    return false;
  token = scenario_last (parser);
  packets = unit_parse_number (token->text, &limit) == NULL;
  spec->as.rate.limit_packets = packets ? limit : 0;
  spec->as.rate.limit_bytes = packets ? 0 : limit;
  return true;
}

static bool
take_rate (Parser *parser, ElementSpec *spec)
{
  const Token *token;

  spec->as.rate.limit_packets = LIMIT_DEFAULT;
  if (!scenario_take_rate (parser, "rate", &spec->as.rate.rate_bps))
    return false;
  token = scenario_peek (parser);
  if (token != NULL && g_ascii_isdigit (token->text[0]))
    return scenario_error (parser, token,
                           "a packet overhead is not supported yet");
  return !scenario_try (parser, "limit") || take_limit (parser, spec);
}

static bool
take_distribution (Parser *parser)
{
  static const char *const words[] = { "uniform", NULL };
  static const char *const later[] = { "normal", "pareto", "paretonormal",
                                       NULL };
  const Token *token = scenario_take (parser, "the distribution");

  if (token == NULL || scenario_is_later (parser, token, later))
    return false;
  return strcmp (token->text, "uniform") == 0
         || scenario_error_word (parser, token, "distribution", words);
}

static bool
take_order (Parser *parser, ElementSpec *spec)
{
  static const char *const words[] = { "free", "keep", NULL };
  const Token *token = scenario_peek (parser);
  int which = scenario_try_words (parser, words);

  if (which < 0)
    return token == NULL ? scenario_take (parser, "keep or free") != NULL
                         : scenario_error_word (parser, token, "order", words);
  spec->as.delay.keep_order = which == 1;
  return true;
}

static bool
take_jitter (Parser *parser, ElementSpec *spec)
{
  const Token *token = scenario_peek (parser);

  if (token == NULL || token->quoted || !g_ascii_isdigit (token->text[0]))
    return true;
  if (!scenario_take_time (parser, "jitter", &spec->as.delay.jitter_ns))
    return false;
  if (spec->as.delay.jitter_ns > spec->as.delay.delay_ns)
    return scenario_error (parser, token,
                           "the jitter is more than the delay: a packet "
                           "cannot arrive before it left");
  return refuse_correlation (parser);
}

static bool
take_delay (Parser *parser, ElementSpec *spec)
{
  if (!scenario_take_time (parser, "delay", &spec->as.delay.delay_ns)
      || !take_jitter (parser, spec))
    return false;
  for (;;)
    if (scenario_try (parser, "distribution"))
      {
        if (!take_distribution (parser))
          return false;
      }
    else if (scenario_try (parser, "order"))
      {
        if (!take_order (parser, spec))
          return false;
      }
    else
      return true;
}

static bool
take_loss (Parser *parser, ElementSpec *spec)
{
  static const char *const later[] = { "state", "gemodel", NULL };
  const Token *token = scenario_peek (parser);

  if (token != NULL && scenario_is_later (parser, token, later))
    return false;
  scenario_try (parser, "random");
  return scenario_take_share (parser, "loss", &spec->as.share.share_ppb)
         && refuse_correlation (parser);
}

static bool
take_reorder (Parser *parser, ElementSpec *spec)
{
  uint64_t gap = 1;

  if (!scenario_take_share (parser, "reorder", &spec->as.reorder.share_ppb)
      || !refuse_correlation (parser))
    return false;
  if (scenario_try (parser, "gap")
      && !scenario_take_number (parser, "gap", 1, UINT32_MAX, &gap))
    return false;
  spec->as.reorder.gap = (uint32_t) gap;
  return true;
}

static bool
take_mtu (Parser *parser, ElementSpec *spec)
{
  uint64_t bytes = 0;

  if (!scenario_take_number (parser, "mtu", MTU_MIN, UINT16_MAX, &bytes))
    return false;
  spec->as.mtu.bytes = (uint32_t) bytes;
  return true;
}

static bool
take_values (Parser *parser, ElementSpec *spec)
{
  switch (spec->kind)
    {
    case ELEMENT_RATE:
      return take_rate (parser, spec);
    case ELEMENT_DELAY:
      return take_delay (parser, spec);
    case ELEMENT_LOSS:
      return take_loss (parser, spec);
    case ELEMENT_REORDER:
      return take_reorder (parser, spec);
    case ELEMENT_DUPLICATE:
    case ELEMENT_CORRUPT:
      return scenario_take_share (parser, WORDS[spec->kind],
                                  &spec->as.share.share_ppb)
             && refuse_correlation (parser);
    case ELEMENT_MTU:
      return take_mtu (parser, spec);
    }
  return false;
}

static const ElementSpec *
find (const ChainSpec *chain, ElementKind kind)
{
  for (unsigned i = 0; i < chain->len; i++)
    if (g_array_index (chain, ElementSpec, i).kind == kind)
      return &g_array_index (chain, ElementSpec, i);
  return NULL;
}

/* Is there a delay for this "reorder", and is it still the first one? */
static bool
check_reorder (Parser *parser, const Token *token, const ChainSpec *chain)
{
  for (unsigned i = chain->len; i-- > 0;)
    switch (g_array_index (chain, ElementSpec, i).kind)
      {
      case ELEMENT_DELAY:
        return true;
      case ELEMENT_REORDER:
        return scenario_error (parser, token,
                               "this delay has its 'reorder' already");
      case ELEMENT_RATE:
      case ELEMENT_LOSS:
      case ELEMENT_DUPLICATE:
      case ELEMENT_CORRUPT:
      case ELEMENT_MTU:
        break;
      }
  return scenario_error (parser, token,
                         "'reorder' needs a 'delay' before it: who jumps the "
                         "queue skips that delay");
}

/* TOKEN is the element's word. */
static bool
add (Parser *parser,
     ChainSpec *chain,
     const Token *token,
     Mode mode,
     const ElementSpec *spec)
{
  if (chain->len == SCENARIO_CHAIN_MAX)
    return scenario_error (parser, token, "more than %d elements",
                           SCENARIO_CHAIN_MAX);
  if (mode == MODE_NETEM && find (chain, spec->kind) != NULL)
    return scenario_error (parser, token, "'%s' stands here twice",
                           token->text);
  if (spec->kind == ELEMENT_REORDER && mode == MODE_CHAIN
      && !check_reorder (parser, token, chain))
    return false;
  g_array_append_val (chain, *spec);
  return true;
}

static bool
take_element (Parser *parser, ChainSpec *chain, Mode mode)
{
  const Token *token = scenario_peek (parser);
  ElementSpec spec = { 0 };
  int kind;

  if (scenario_is_later (parser, token, LATER))
    return false;
  kind = scenario_try_words (parser, WORDS);
  if (kind < 0)
    return scenario_error_word (parser, token, "word", WORDS);
  spec.kind = (ElementKind) kind;
  if (spec.kind == ELEMENT_MTU && mode == MODE_NETEM)
    return scenario_error (parser, token, "netem has no 'mtu'");
  return take_values (parser, &spec) && add (parser, chain, token, mode, &spec);
}

static bool
take_elements (Parser *parser, ChainSpec *chain, Mode mode)
{
  while (scenario_peek (parser) != NULL)
    {
      const Token *bar;

      if (!take_element (parser, chain, mode))
        return false;
      bar = scenario_peek (parser);
      if (scenario_try (parser, "|") && scenario_peek (parser) == NULL)
        return scenario_error (parser, bar, "nothing comes after this '|'");
    }
  return true;
}

static int
compare_netem (gconstpointer a, gconstpointer b)
{
  const ElementSpec *first = a, *second = b;

  return (int) NETEM_ORDER[first->kind] - (int) NETEM_ORDER[second->kind];
}

/* A pasted option list: "limit" may stand anywhere, order says nothing. */
static bool
take_netem (Parser *parser, ChainSpec *chain, bool is_change)
{
  const Token *limit = NULL, *reorder = NULL;
  ElementSpec queue = { 0 };

  if (scenario_peek (parser) == NULL)
    return scenario_error (parser, NULL, "netem's options are missing");
  while (scenario_peek (parser) != NULL)
    {
      const Token *token = scenario_peek (parser);

      if (strcmp (token->text, "reorder") == 0)
        reorder = token;
      if (scenario_try (parser, "limit"))
        {
          limit = token;
          if (!take_limit (parser, &queue))
            return false;
        }
      else if (!take_element (parser, chain, MODE_NETEM))
        return false;
    }
  if (reorder != NULL && !is_change && find (chain, ELEMENT_DELAY) == NULL)
    return scenario_error (parser, reorder, "'reorder' needs a 'delay'");
  if (limit != NULL && find (chain, ELEMENT_RATE) == NULL)
    return scenario_error (parser, limit,
                           "a 'limit' without 'rate' is not supported yet");
  g_array_sort (chain, compare_netem);
  for (unsigned i = 0; limit != NULL && i < chain->len; i++)
    {
      ElementSpec *spec = &g_array_index (chain, ElementSpec, i);

      if (spec->kind != ELEMENT_RATE)
        continue;
      spec->as.rate.limit_packets = queue.as.rate.limit_packets;
      spec->as.rate.limit_bytes = queue.as.rate.limit_bytes;
    }
  return true;
}

bool
scenario_chain_begins (const Parser *parser)
{
  const Token *token = scenario_peek (parser);

  return token != NULL && !token->quoted
         && (strcmp (token->text, "netem") == 0
             || g_strv_contains (WORDS, token->text));
}

ChainSpec *
scenario_chain (Parser *parser, bool is_change)
{
  ChainSpec *chain = g_array_new (FALSE, FALSE, sizeof (ElementSpec));

  if (scenario_try (parser, "netem")
          ? take_netem (parser, chain, is_change)
          : take_elements (parser, chain, is_change ? MODE_CHANGE : MODE_CHAIN))
    return chain;
  g_array_unref (chain);
  return NULL;
}
