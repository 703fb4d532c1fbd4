// SPDX-License-Identifier: MIT
/* Ports as numbers and as text. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum
{
  PORT_SYSTEM, /* 0-1023 */
  PORT_USER,   /* 1024-49151 */
  PORT_DYNAMIC /* 49152-65535 */
} PortRange;

/* RFC 6335 6. */
PortRange port_range (uint16_t port);
const char *port_range_name (PortRange range);

/* What is wrong with the text of a port or of a service's name: word for
 * scripts, sentence for people. */
#define PORT_FAULTS(X)                                                         \
  X (NONE, "none", "nothing is wrong")                                         \
  X (EMPTY, "empty", "there is nothing to read")                               \
  X (BLANK, "blank", "a port contains no blanks")                              \
  X (SIGN, "sign", "a port has no sign, it is 0 to 65535")                     \
  X (HEX, "hex", "a port is decimal, without 0x")                              \
  X (ZERO, "leading-zero", "a port has no leading zeros")                      \
  X (DIGIT, "digit", "a port is decimal, of the digits 0 to 9")                \
  X (RANGE, "range", "a port is 16 bits, so it is at most 65535")              \
  X (NAME_LONG, "name-long", "a service's name has at most 15 characters")     \
  X (NAME_CHARACTER, "name-character",                                         \
     "a service's name consists of letters, digits and hyphens")               \
  X (NAME_LETTER, "name-letter", "a service's name has at least one letter")   \
  X (HYPHEN_FIRST, "hyphen-first",                                             \
     "a service's name does not begin with a hyphen")                          \
  X (HYPHEN_LAST, "hyphen-last", "a service's name does not end in a hyphen")  \
  X (HYPHEN_DOUBLE, "hyphen-double",                                           \
     "a service's name has no two hyphens in a row")                           \
  X (UNKNOWN, "unknown", "no service has this name")

typedef enum
{
#define X(name, word, sentence) PORT_FAULT_##name,
  PORT_FAULTS (X)
#undef X
      PORT_FAULT_COUNT
} PortFault;

const char *port_fault_name (PortFault fault);
const char *port_fault_sentence (PortFault fault);

/* Decimal 0-65535 and nothing else; or the fault, LENGTH bytes AT. */
PortFault
port_parse (const char *text, uint16_t *port, size_t *at, size_t *length);

/* RFC 6335 5.1. */
PortFault port_judge_name (const char *text, size_t *at, size_t *length);

/* Does it look like a number, right or wrong? */
bool port_is_numeric (const char *text);
