// SPDX-License-Identifier: MIT
/* What --so_flags says: KEY=VALUE, separated by commas, in the words of the
 * scenario language and tc(8)'s units.
 *
 *   local4=192.0.2.1,mtu=1500,rto_min=200ms,sack=off,pcap=talk.pcap
 *
 * A key that is not known, a value that is none, and neither local4 nor local6
 * are refused: a script that runs with other settings than its author meant
 * proves nothing. */
#pragma once

#include "stack/stack.h"
#include <glib.h>

typedef struct
{
  StackConfig config;
  bool has_ipv4, has_ipv6;
  Address ipv4, ipv6;
  unsigned mtu; /* [1500] */
  Time horizon; /* [1000 s] a longer wait for a packet is in vain */
  uint64_t seed;
  char *pcap; /* path of a capture, or NULL */
} Flags;

/* False and *ERROR. TEXT may be NULL. */
bool flags_parse (Flags *flags, const char *text, GError **error);
void flags_clear (Flags *flags);
