// SPDX-License-Identifier: MIT
/* What an address is for, by the IANA registries of special-purpose addresses
 * (RFC 6890) and of multicast. A table, read from the top: the first prefix
 * that holds the address; narrower ones stand before wider ones. */
#pragma once

#include "stack/types.h"

typedef struct
{
  const char *prefix;
  const char *kind;
  const char *scope;  /* a word, see address_kind_scope; multicast may be
                         narrower */
  const char *source; /* "RFC 1918" */
  const char *about;  /* the rest of a sentence that began with the kind */
} AddressKind;

/* IPv4 addresses are mapped ones; as IPv6, ::ffff:0:0/96 is one kind. Never
 * NULL. */
const AddressKind *address_kind_find (const Address *address, bool ipv6);

/* The scope of an address of that kind (RFC 4291 2.7). */
const char *
address_kind_scope (const AddressKind *kind, const Address *address, bool ipv6);

/* What the word means: "it never crosses a router". */
const char *address_kind_reach (const char *scope);
