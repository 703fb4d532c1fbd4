// SPDX-License-Identifier: MIT
/* All that can be said about one text of an address, as data: what
 * address_explain.h prints for people and for scripts. */
#pragma once

#include "stack/address.h"
#include "stack/address_text.h"
#include "tools/address_kind.h"

#define ADDRESS_FACTS_TEXT 64

typedef struct
{
  const char *text; /* as typed; not owned */
  AddressText read;
  char canonical[ADDRESS_FACTS_TEXT]; /* RFC 5952, without zone and length */
  char full[ADDRESS_FACTS_TEXT];      /* all digits */
  unsigned gap, gap_count;            /* what "::" hides in the canonical one */

  const AddressKind *kind;
  const char *scope;

  const char *holds; /* how an IPv4 address is inside an IPv6 one, or NULL */
  Address inside;

  /* With a length: the first and the last address of the prefix. */
  unsigned host_bits;
  Address first, last;
} AddressFacts;

/* TEXT was read well into READ. */
void address_facts_find (const char *text,
                         const AddressText *read,
                         AddressFacts *facts);

/* As it was written: IPv4 as such, mapped IPv6 with its colons. */
void address_facts_format (const Address *address,
                           bool ipv6,
                           char text[ADDRESS_FACTS_TEXT]);

/* How many of the first bits of PREFIX the address shares, up to its length;
 * -1: its addresses are of the other family. */
int address_facts_shared (const AddressFacts *prefix,
                          const AddressFacts *facts);
