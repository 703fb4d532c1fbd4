// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include <string.h>

/* "2.5ms" is 25 with one decimal and the unit "ms". */
typedef struct
{
  uint64_t digits;
  unsigned decimals;
  const char *unit;
} Amount;

#define DECIMALS_MAX 9

static bool
read_amount (Parser *parser, const char *what, Amount *amount)
{
  const Token *token = scenario_take (parser, what);
  const char *at;
  bool point = false;

  if (token == NULL)
    return false;
  *amount = (Amount){ 0 };
  for (at = token->text; g_ascii_isdigit (*at) || (*at == '.' && !point); at++)
    if (*at == '.')
      point = true;
    else if (amount->decimals == DECIMALS_MAX
             || __builtin_mul_overflow (amount->digits, (uint64_t) 10,
                                        &amount->digits)
             || __builtin_add_overflow (amount->digits, (uint64_t) (*at - '0'),
                                        &amount->digits))
      return scenario_error (parser, token, "'%s' has too many digits",
                             token->text);
    else
      amount->decimals += point;
  if (!g_ascii_isdigit (token->text[0]) || at[-1] == '.')
    return scenario_error (parser, token, "'%s' is no number", token->text);
  amount->unit = at;
  return true;
}

static bool
scale (Parser *parser, const Token *token, Amount *amount, unsigned decimals)
{
  for (; amount->decimals < decimals; amount->decimals++)
    if (__builtin_mul_overflow (amount->digits, (uint64_t) 10, &amount->digits))
      return scenario_error (parser, token, "'%s' has too many digits",
                             token->text);
  return true;
}

static char *
format (const Amount *amount)
{
  char digits[32];
  GString *text;
  size_t length;

  g_snprintf (digits, sizeof digits, "%0*" G_GUINT64_FORMAT,
              (int) amount->decimals + 1, amount->digits);
  text = g_string_new (digits);
  length = text->len;
  if (amount->decimals > 0)
    {
      g_string_insert_c (text, (gssize) (length - amount->decimals), '.');
      while (text->str[text->len - 1] == '0')
        g_string_truncate (text, text->len - 1);
      if (text->str[text->len - 1] == '.')
        g_string_truncate (text, text->len - 1);
    }
  g_string_append (text, amount->unit);
  return g_string_free (text, FALSE);
}

/* One of LOW, LOW + STEP, ... not above HIGH: a pure function of the seed and
 * NAME, so that no other draw can shift it. */
static uint64_t
draw (
    uint64_t seed, const char *name, uint64_t low, uint64_t high, uint64_t step)
{
  RandomKey key = random_key_named (random_key_root (seed), "let");
  uint64_t bits = random_draw (random_key_named (key, name), 0, PURPOSE_LET, 0);
  uint64_t steps = (high - low) / step;

  if (steps == UINT64_MAX)
    return bits;
  return low + step * random_below (bits, steps + 1);
}

/* LO, HI and S at FIRST, on the same scale. */
static bool
align (Parser *parser, const Token *first, Amount *all[3])
{
  unsigned decimals = MAX (all[0]->decimals, all[1]->decimals);

  decimals = MAX (decimals, all[2]->decimals);
  for (unsigned i = 0; i < 3; i++)
    {
      /* LO HI step S: the number of S is one token further. */
      const Token *token = first + (i == 2 ? 3 : i);

      if (token > scenario_last (parser))
        token = first;
      if (strcmp (all[i]->unit, all[0]->unit) != 0)
        return scenario_error (parser, token, "'%s' has another unit than '%s'",
                               token->text, first->text);
      if (!scale (parser, token, all[i], decimals))
        return false;
    }
  return true;
}

char *
scenario_draw (Parser *parser, const char *name)
{
  Amount low, high, step = { 1, 0, NULL }, *all[] = { &low, &high, &step };
  const Token *first = scenario_peek (parser);

  if (!read_amount (parser, "the lowest value", &low)
      || !read_amount (parser, "the highest value", &high))
    return NULL;
  step.unit = low.unit;
  if (scenario_try (parser, "step") && !read_amount (parser, "the step", &step))
    return NULL;
  if (!scenario_end (parser) || !align (parser, first, all))
    return NULL;
  if (low.digits > high.digits || step.digits == 0)
    {
      scenario_error (parser, first,
                      step.digits == 0 ? "a step of 0 leads nowhere"
                                       : "the lowest value is above the "
                                         "highest");
      return NULL;
    }
  low.digits =
      draw (parser->scenario->seed, name, low.digits, high.digits, step.digits);
  return format (&low);
}
