// SPDX-License-Identifier: MIT
#include "tools/protocol.h"

#include <glib.h>

static const struct
{
  uint8_t number;
  const char *name, *alias; /* NULL: none */
} known[] = {
  { 0, "hopopt", NULL },      { 1, "icmp", NULL },
  { 2, "igmp", NULL },        { 4, "ipencap", "ipv4" },
  { 6, "tcp", NULL },         { 17, "udp", NULL },
  { 33, "dccp", NULL },       { 41, "ipv6", NULL },
  { 43, "ipv6-route", NULL }, { 44, "ipv6-frag", NULL },
  { 47, "gre", NULL },        { 50, "esp", "ipsec-esp" },
  { 51, "ah", "ipsec-ah" },   { 58, "ipv6-icmp", "icmpv6" },
  { 59, "ipv6-nonxt", NULL }, { 60, "ipv6-opts", NULL },
  { 89, "ospf", "ospfigp" },  { 132, "sctp", NULL },
  { 136, "udplite", NULL },
};

const char *
protocol_name (uint8_t number)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].number == number)
      return known[i].name;
  return NULL;
}

int
protocol_number (const char *name)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_ascii_strcasecmp (known[i].name, name) == 0
        || (known[i].alias && g_ascii_strcasecmp (known[i].alias, name) == 0))
      return known[i].number;
  return -1;
}
