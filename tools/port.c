// SPDX-License-Identifier: MIT
#include "tools/port.h"
#include <glib.h>
#include <string.h>

#define DIGITS    "0123456789"
#define NAME_MOST 15

PortRange
port_range (uint16_t port)
{
  return port < 1024 ? PORT_SYSTEM : port < 49152 ? PORT_USER : PORT_DYNAMIC;
}

const char *
port_range_name (PortRange range)
{
  static const char *const names[] = { "system", "user", "dynamic" };
  return names[range];
}

const char *
port_fault_name (PortFault fault)
{
  static const char *const words[] = {
#define X(name, word, sentence) [PORT_FAULT_##name] = word,
    PORT_FAULTS (X)
#undef X
  };
  return words[fault];
}

const char *
port_fault_sentence (PortFault fault)
{
  static const char *const sentences[] = {
#define X(name, word, sentence) [PORT_FAULT_##name] = sentence,
    PORT_FAULTS (X)
#undef X
  };
  return sentences[fault];
}

bool
port_is_numeric (const char *text)
{
  return *text == '\0' || strspn (text, DIGITS) == strlen (text)
         || strchr ("+- \t\n", *text) || g_str_has_prefix (text, "0x");
}

static PortFault
judge_character (const char *text, size_t at)
{
  if (g_ascii_isspace (text[at]))
    return PORT_FAULT_BLANK;
  if (at == 0 && (*text == '+' || *text == '-'))
    return PORT_FAULT_SIGN;
  return PORT_FAULT_DIGIT;
}

PortFault
port_parse (const char *text, uint16_t *port, size_t *at, size_t *length)
{
  size_t digits = strspn (text, DIGITS);
  unsigned value = 0;
  *at = 0;
  *length = MAX (strlen (text), 1);
  if (*text == '\0')
    return PORT_FAULT_EMPTY;
  if (digits == 1 && *text == '0' && g_ascii_tolower (text[1]) == 'x')
    return PORT_FAULT_HEX;
  if (text[digits] != '\0')
    {
      *at = digits;
      *length = 1;
      return judge_character (text, digits);
    }
  if (digits > 1 && *text == '0')
    return PORT_FAULT_ZERO;
  for (size_t i = 0; i < digits && value <= UINT16_MAX; i++)
    value = value * 10 + (unsigned) (text[i] - '0');
  if (value > UINT16_MAX)
    return PORT_FAULT_RANGE;
  *port = (uint16_t) value;
  return PORT_FAULT_NONE;
}

static PortFault
judge_hyphen (const char *text, size_t at)
{
  if (at == 0)
    return PORT_FAULT_HYPHEN_FIRST;
  if (text[at + 1] == '\0')
    return PORT_FAULT_HYPHEN_LAST;
  return text[at - 1] == '-' ? PORT_FAULT_HYPHEN_DOUBLE : PORT_FAULT_NONE;
}

PortFault
port_judge_name (const char *text, size_t *at, size_t *length)
{
  bool letter = false;
  *length = 1;
  for (*at = 0; text[*at] != '\0'; ++*at)
    {
      PortFault fault = PORT_FAULT_NONE;
      if (text[*at] == '-')
        fault = judge_hyphen (text, *at);
      else if (!g_ascii_isalnum (text[*at]))
        fault = PORT_FAULT_NAME_CHARACTER;
      else if (*at == NAME_MOST)
        fault = PORT_FAULT_NAME_LONG;
      if (fault != PORT_FAULT_NONE)
        return fault;
      letter |= g_ascii_isalpha (text[*at]) != 0;
    }
  if (letter)
    return PORT_FAULT_NONE;
  *length = MAX (*at, 1);
  *at = 0;
  return *text == '\0' ? PORT_FAULT_EMPTY : PORT_FAULT_NAME_LETTER;
}
