// SPDX-License-Identifier: MIT
/* From text to the arguments of socket, bind and connect: getaddrinfo of RFC
 * 3493 6.1 without a name server. Constants are those of <netdb.h> and
 * <sys/socket.h>; results EAI_*, 0 is success. No allocation. */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "stack/types.h"

/* Both wildcards with both types; names have at most 64 addresses. */
#define LOOKUP_MAX 256

typedef struct
{
  const char *name;
  Address address;
} LookupName;

typedef struct
{
  int flags;    /* AI_PASSIVE, _NUMERICHOST, _NUMERICSERV, _V4MAPPED, _ALL */
  int family;   /* AF_UNSPEC, AF_INET, AF_INET6 */
  int type;     /* 0, SOCK_STREAM, SOCK_DGRAM */
  int protocol; /* 0, IPPROTO_TCP, IPPROTO_UDP */
  const GPtrArray *services; /* of tools/services.h */
  const LookupName *names;   /* the hosts that have one */
  unsigned name_count;
} LookupHints;

typedef struct
{
  int family, type, protocol;
  Endpoint endpoint; /* AF_INET6 with an IPv4 one: mapped */
} LookupResult;

/* What NODE (NULL: this host, with AI_PASSIVE its wildcard) and SERVICE (NULL:
 * port 0) mean, in the order of names, IPv6 before IPv4 where nobody gave an
 * order, streams before datagrams. EAI_BADFLAGS, EAI_FAMILY, EAI_SOCKTYPE (no
 * such type, or not with that protocol), EAI_SERVICE (none of that name for
 * the type), EAI_NONAME (unknown, not numeric where it must be, or without an
 * address of the family), EAI_OVERFLOW. */
int lookup (const LookupHints *hints,
            const char *node,
            const char *service,
            LookupResult results[LOOKUP_MAX],
            unsigned *count);
