// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include <string.h>

typedef enum
{
  MODE_CHAIN,  /* order counts */
  MODE_NETEM,  /* order is netem's, each word stands once */
  MODE_CHANGE, /* elements only name what changes */
} Mode;

/* In the order of ElementKind. */
static const char *const WORDS[] = {
  "rate",  "delay", "loss",  "reorder",  "duplicate", "corrupt", "mtu",
  "trace", "slot",  "codel", "fq_codel", "pie",       NULL
};

static const char *const LATER[] = { "red", "dualpi2", NULL };

/* netem asks these questions in this order, whatever the order of words. */
static const unsigned NETEM_ORDER[] = {
  [ELEMENT_LOSS] = 0, [ELEMENT_DUPLICATE] = 1, [ELEMENT_CORRUPT] = 2,
  [ELEMENT_RATE] = 3, [ELEMENT_DELAY] = 4,     [ELEMENT_REORDER] = 5,
  [ELEMENT_SLOT] = 6, [ELEMENT_MTU] = 7,
};

const char *
scenario_chain_word (ElementKind kind)
{
  return WORDS[kind];
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
      case ELEMENT_TRACE:
      case ELEMENT_SLOT:
      case ELEMENT_CODEL:
      case ELEMENT_FQ_CODEL:
      case ELEMENT_PIE:
        break;
      }
  return scenario_error (parser, token,
                         "'reorder' needs a 'delay' before it: who jumps the "
                         "queue skips that delay");
}

/* What the queue does not say, the rate before it does. */
static bool
join_queue (Parser *parser,
            const Token *token,
            const ChainSpec *chain,
            ElementSpec *queue)
{
  const ElementSpec *rate =
      chain->len > 0 ? &g_array_index (chain, ElementSpec, chain->len - 1)
                     : NULL;

  if (rate == NULL || rate->kind != ELEMENT_RATE)
    return scenario_error (parser, token,
                           "'%s' needs a 'rate' directly before it: it is the "
                           "queue of that rate",
                           token->text);
  if (queue->as.queue.limit_packets == 0 && queue->as.queue.limit_bytes == 0)
    {
      queue->as.queue.limit_packets = rate->as.rate.limit_packets;
      queue->as.queue.limit_bytes = rate->as.rate.limit_bytes;
    }
  return true;
}

/* TOKEN is the element's word. */
static bool
add (Parser *parser,
     ChainSpec *chain,
     const Token *token,
     Mode mode,
     ElementSpec *spec)
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
  if (element_kind_is_queue (spec->kind) && mode == MODE_CHAIN
      && !join_queue (parser, token, chain, spec))
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
  if ((spec.kind == ELEMENT_MTU || spec.kind == ELEMENT_TRACE
       || element_kind_is_queue (spec.kind))
      && mode == MODE_NETEM)
    return scenario_error (parser, token, "netem has no '%s'", token->text);
  return scenario_element_values (parser, &spec)
         && add (parser, chain, token, mode, &spec);
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

/* netem's option of its own, wherever it stands. */
static bool
set_ecn (Parser *parser, const Token *token, ChainSpec *chain)
{
  for (unsigned i = 0; i < chain->len; i++)
    {
      ElementSpec *spec = &g_array_index (chain, ElementSpec, i);

      if (spec->kind == ELEMENT_LOSS)
        {
          spec->as.loss.ecn = true;
          return true;
        }
    }
  return scenario_error (parser, token, "'ecn' marks what 'loss' would lose");
}

/* A pasted option list: "limit" may stand anywhere, order says nothing. */
static bool
take_netem (Parser *parser, ChainSpec *chain, bool is_change)
{
  const Token *limit = NULL, *reorder = NULL, *ecn = NULL;
  ElementSpec queue = { 0 };

  if (scenario_peek (parser) == NULL)
    return scenario_error (parser, NULL, "netem's options are missing");
  while (scenario_peek (parser) != NULL)
    {
      const Token *token = scenario_peek (parser);

      if (strcmp (token->text, "reorder") == 0)
        reorder = token;
      if (scenario_try (parser, "ecn"))
        ecn = token;
      else if (scenario_try (parser, "limit"))
        {
          limit = token;
          if (!scenario_rate_limit (parser, &queue.as.rate.limit_packets,
                                    &queue.as.rate.limit_bytes))
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
  if (ecn != NULL && !set_ecn (parser, ecn, chain))
    return false;
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
