// SPDX-License-Identifier: MIT
#include "stack/ip_accept.h"

#include "stack/address.h"
#include "stack/icmp_error.h"
#include "stack/ip.h"

static bool
is_all_nodes (const Address *address)
{
  static const Address interface_local = { { 0xff, 0x01, [15] = 1 } };
  static const Address link_local = { { 0xff, 0x02, [15] = 1 } };

  return address_equal (address, &interface_local)
         || address_equal (address, &link_local);
}

/* 0/8, "this network", and 240/4, which nobody got (RFC 6890). */
static bool
is_without_use (const Address *address)
{
  uint8_t first = address->bytes[12];

  return address_is_ipv4 (address) && (first == 0 || first >= 240);
}

IpAudience
ip_accept_audience (const Stack *stack, const Address *destination)
{
  if (address_is_loopback (destination))
    return IP_TO_OTHERS; /* never on a wire, even if it is ours */
  if (ip_is_ours (stack, destination))
    return IP_TO_US;
  if (ip_is_broadcast (stack, destination))
    return IP_TO_BROADCAST;
  return is_all_nodes (destination) ? IP_TO_ALL_NODES : IP_TO_OTHERS;
}

bool
ip_accept_source (const Stack *stack, const Address *source)
{
  return !address_is_any (source) && !address_is_multicast (source)
         && !address_is_loopback (source) && !is_without_use (source)
         && !ip_is_broadcast (stack, source) && !ip_is_ours (stack, source);
}

bool
ip_accept_header (const Arrival *arrival)
{
  static const struct
  {
    DropCause cause;
    bool answered;
    IcmpErrorReason reason;
  } table[] = {
    [IP_TROUBLE_SOURCE_ROUTE] = { DROP_SOURCE_ROUTE, false, 0 },
    [IP_TROUBLE_MALFORMED] = { DROP_MALFORMED, false, 0 },
    [IP_TROUBLE_LIMIT] = { DROP_LIMIT, false, 0 },
    [IP_TROUBLE_UNWANTED] = { DROP_OPTION, false, 0 },
    [IP_TROUBLE_OPTION] = { DROP_OPTION, true, ICMP_ERROR_OPTION },
    [IP_TROUBLE_OPTION_TO_ONE] = { DROP_OPTION, true, ICMP_ERROR_OPTION },
    [IP_TROUBLE_ROUTING] = { DROP_OPTION, true, ICMP_ERROR_HEADER },
    [IP_TROUBLE_INCOMPLETE] = { DROP_FRAGMENT, true, ICMP_ERROR_INCOMPLETE },
  };
  IpTrouble trouble = arrival->ip.trouble;

  if (trouble == IP_TROUBLE_NONE)
    return true;
  stack_drop (arrival, table[trouble].cause);
  if (!table[trouble].answered
      || (trouble == IP_TROUBLE_OPTION_TO_ONE && arrival->audience != IP_TO_US))
    return false;
  icmp_error_send (arrival, table[trouble].reason, arrival->ip.trouble_at);
  return false;
}
