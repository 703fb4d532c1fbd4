// SPDX-License-Identifier: MIT
#include "sim/units.h"

/* A number is DIGITS x 10^-decimals; nothing is rounded on the way. */
typedef struct
{
  uint64_t digits;
  uint64_t scale; /* 10^decimals */
} Decimal;

typedef struct
{
  const char *word;
  uint64_t factor;
} Unit;

#define KILO UINT64_C (1000)
#define MEGA UINT64_C (1000000)
#define GIGA UINT64_C (1000000000)
#define TERA UINT64_C (1000000000000)
#define KIBI (UINT64_C (1) << 10)
#define MEBI (UINT64_C (1) << 20)
#define GIBI (UINT64_C (1) << 30)
#define TEBI (UINT64_C (1) << 40)

static const Unit TIMES[] = {
  { "ns", 1 },          { "nsec", 1 },        { "nsecs", 1 },  { "us", KILO },
  { "usec", KILO },     { "usecs", KILO },    { "ms", MEGA },  { "msec", MEGA },
  { "msecs", MEGA },    { "s", GIGA },        { "sec", GIGA }, { "secs", GIGA },
  { "min", 60 * GIGA }, { "h", 3600 * GIGA }, { NULL, 0 },
};

static const Unit RATES[] = {
  { "bit", 1 },          { "kbit", KILO },      { "mbit", MEGA },
  { "gbit", GIGA },      { "tbit", TERA },      { "kibit", KIBI },
  { "mibit", MEBI },     { "gibit", GIBI },     { "tibit", TEBI },
  { "bps", 8 },          { "kbps", 8 * KILO },  { "mbps", 8 * MEGA },
  { "gbps", 8 * GIGA },  { "tbps", 8 * TERA },  { "kibps", 8 * KIBI },
  { "mibps", 8 * MEBI }, { "gibps", 8 * GIBI }, { "tibps", 8 * TEBI },
  { NULL, 0 },
};

/* tc(8) counts sizes by 1024, also those in bits. */
static const Unit SIZES[] = {
  { "", 1 },
  { "b", 1 },
  { "k", KIBI },
  { "kb", KIBI },
  { "m", MEBI },
  { "mb", MEBI },
  { "g", GIBI },
  { "gb", GIBI },
  { "kbit", KIBI / 8 },
  { "mbit", MEBI / 8 },
  { "gbit", GIBI / 8 },
  { NULL, 0 },
};

/* Parts per 10^9. */
static const Unit SHARES[] = {
  { "%", 10 * MEGA },
  { NULL, 0 },
};

static const Unit NUMBERS[] = {
  { "", 1 },
  { NULL, 0 },
};

static const char TOO_LARGE[] = "is too large";

static bool
append_digit (uint64_t *number, char digit)
{
  return !__builtin_mul_overflow (*number, (uint64_t) 10, number)
         && !__builtin_add_overflow (*number, (uint64_t) (digit - '0'), number);
}

/* Zeros at the end of the decimals say nothing and must not overflow. */
static const char *
skip_zeros (const char *text)
{
  const char *end = text;

  while (*end == '0')
    end++;
  return g_ascii_isdigit (*end) ? text : end;
}

/* Sets *UNIT to what follows the number. */
static const char *
read_decimal (const char *text, Decimal *decimal, const char **unit)
{
  *decimal = (Decimal){ 0, 1 };
  if (*text == '-')
    return "must not be negative";
  if (!g_ascii_isdigit (*text))
    return "is no number";
  for (; g_ascii_isdigit (*text); text++)
    if (!append_digit (&decimal->digits, *text))
      return TOO_LARGE;
  if (*text == '.')
    {
      if (!g_ascii_isdigit (*++text))
        return "has no digit after its point";
      for (text = skip_zeros (text); g_ascii_isdigit (*text);
           text = skip_zeros (text + 1))
        if (!append_digit (&decimal->digits, *text)
            || __builtin_mul_overflow (decimal->scale, (uint64_t) 10,
                                       &decimal->scale))
          return "has too many digits";
    }
  *unit = text;
  return NULL;
}

static uint64_t
common_divisor (uint64_t a, uint64_t b)
{
  while (b > 0)
    {
      uint64_t rest = a % b;

      a = b;
      b = rest;
    }
  return a;
}

/* *VALUE = DECIMAL x FACTOR, exactly. */
static const char *
scale_decimal (Decimal decimal,
               uint64_t factor,
               const char *too_fine,
               uint64_t *value)
{
  uint64_t divisor = common_divisor (factor, decimal.scale);
  uint64_t product;

  factor /= divisor;
  decimal.scale /= divisor;
  if (decimal.digits % decimal.scale != 0)
    return too_fine;
  if (__builtin_mul_overflow (decimal.digits / decimal.scale, factor, &product))
    return TOO_LARGE;
  *value = product;
  return NULL;
}

static const char *
parse (const char *text,
       const Unit *units,
       const char *bare,
       const char *unknown,
       const char *too_fine,
       uint64_t *value)
{
  Decimal decimal;
  const char *word;
  const char *wrong = read_decimal (text, &decimal, &word);

  if (wrong != NULL)
    return wrong;
  for (; units->word != NULL; units++)
    if (g_ascii_strcasecmp (units->word, word) == 0)
      return scale_decimal (decimal, units->factor, too_fine, value);
  return *word == '\0' ? bare : unknown;
}

const char *
unit_parse_time (const char *text, Time *value)
{
  uint64_t ns = 0;
  const char *wrong =
      parse (text, TIMES, "needs a unit: ns, us, ms, s, min or h",
             "has an unknown unit of time: use ns, us, ms, s, min or h",
             "is finer than 1 ns", &ns);

  if (wrong == NULL && ns >= (uint64_t) TIME_NEVER)
    wrong = TOO_LARGE;
  if (wrong == NULL)
    *value = (Time) ns;
  return wrong;
}

const char *
unit_parse_rate (const char *text, uint64_t *bps)
{
  return parse (text, RATES, "needs a unit: bit, kbit, mbit, gbit or kbps, ...",
                "has an unknown unit of rate: use bit, kbit, mbit, gbit "
                "(or bytes: bps, kbps, mbps)",
                "is finer than 1 bit/s", bps);
}

const char *
unit_parse_size (const char *text, uint64_t *bytes)
{
  return parse (text, SIZES, "",
                "has an unknown unit of size: use b, kb, mb "
                "or gb",
                "is no whole number of bytes", bytes);
}

const char *
unit_parse_share (const char *text, uint32_t *ppb)
{
  uint64_t value = 0;
  const char *wrong = parse (text, SHARES, "needs a percent sign",
                             "is no share: write it in percent, like 2.5%",
                             "is finer than 1 part in 10^9", &value);

  if (wrong == NULL && value > 100 * SHARES[0].factor)
    wrong = "is more than 100%";
  if (wrong == NULL)
    *ppb = (uint32_t) value;
  return wrong;
}

const char *
unit_parse_number (const char *text, uint64_t *value)
{
  return parse (text, NUMBERS, "", "is no whole number", "is no whole number",
                value);
}
