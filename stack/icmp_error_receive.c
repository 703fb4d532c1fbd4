// SPDX-License-Identifier: MIT
/* Somebody says that a packet of ours did not arrive. It may be forged by
 * anybody who can guess which packets we send, so it must quote one that a
 * socket of ours can have sent, and then it is a hint and no more (RFC 5927):
 * only a connection that is still being opened ends by it. */
#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/icmp_error.h"
#include "stack/path_mtu.h"
#include "stack/socket_port.h"
#include "stack/tcp.h"
#include "stack/udp.h"

#include <errno.h>

/* The least that every error quotes of the upper layer (RFC 792): both ports
 * and TCP's sequence number. */
#define QUOTE_MIN 8

/* What the error says about which packet. */
typedef struct
{
  const Arrival *arrival;
  IcmpErrorReason reason;
  uint32_t value;
  unsigned length; /* of the packet that is quoted */
  IpHeader ip;
  Endpoint local, remote;
  uint32_t sequence; /* TCP */
} Report;

/* As Linux words them, but that RFC 1122 4.1.3.3 lets the application of a
 * datagram socket hear of the passing ones too. */
static int
error_of (IcmpErrorReason reason)
{
  static const int errors[] = {
    [ICMP_ERROR_NO_ROUTE] = ENETUNREACH,
    [ICMP_ERROR_ADDRESS] = EHOSTUNREACH,
    [ICMP_ERROR_PROTOCOL] = ENOPROTOOPT,
    [ICMP_ERROR_PORT] = ECONNREFUSED,
    [ICMP_ERROR_TOO_BIG] = EMSGSIZE,
    [ICMP_ERROR_HOP_LIMIT] = EHOSTUNREACH,
    [ICMP_ERROR_REASSEMBLY] = EHOSTUNREACH,
    [ICMP_ERROR_HEADER] = EPROTO,
    [ICMP_ERROR_OPTION] = EPROTO,
    [ICMP_ERROR_INCOMPLETE] = EPROTO,
    [ICMP_ERROR_SCOPE] = EHOSTUNREACH,
    [ICMP_ERROR_OTHER] = EPROTO,
  };

  return errors[reason];
}

static void
lower_path_mtu (const Report *report)
{
  if (report->reason == ICMP_ERROR_TOO_BIG)
    path_mtu_lower (report->arrival->stack, report->arrival->now,
                    &report->remote.address, report->value, report->length);
}

/* One that is not connected cannot know what the error is about, so it does
 * not hear of it. */
static void
tell_datagram (const Report *report)
{
  Stack *stack = report->arrival->stack;
  Socket *socket = socket_table_find_flow (stack, PROTOCOL_UDP, &report->local,
                                           &report->remote);

  if (socket != NULL)
    udp_fail (socket, error_of (report->reason));
  else if (report->reason != ICMP_ERROR_TOO_BIG
           || socket_port_find (stack, PROTOCOL_UDP, &report->local,
                                &report->remote)
                  == NULL)
    {
      stack_drop (report->arrival, DROP_NO_SOCKET);
      return;
    }
  lower_path_mtu (report);
}

static void
tell_connection (const Report *report)
{
  Socket *socket = socket_table_find_flow (report->arrival->stack, PROTOCOL_TCP,
                                           &report->local, &report->remote);

  if (socket == NULL)
    stack_drop (report->arrival, DROP_NO_SOCKET);
  else if (!tcp_error_is_acceptable (socket->tcp, report->sequence))
    stack_drop (report->arrival, DROP_SEQUENCE);
  else if (report->reason == ICMP_ERROR_TOO_BIG)
    {
      lower_path_mtu (report);
      tcp_path_told (socket->tcp, report->arrival->in->id);
    }
  else if (report->reason == ICMP_ERROR_PORT
           || report->reason == ICMP_ERROR_PROTOCOL)
    tcp_error_hard (socket->tcp, ECONNREFUSED);
  else
    tcp_error_soft (socket->tcp, error_of (report->reason));
}

/* Is QUOTE a packet that we can have sent, as far as it goes? */
static DropCause
read_quote (Report *report, View quote)
{
  bool ipv4;
  View upper;

  if (wire_ip_parse_quote (quote, &report->ip, &upper) != DROP_NONE)
    return DROP_MALFORMED;
  if (!address_equal (&report->ip.source, &report->arrival->ip.destination))
    return DROP_NOT_OURS;
  if (report->ip.fragment_offset > 0)
    return DROP_FRAGMENT;
  if (upper.length < QUOTE_MIN)
    return DROP_MALFORMED;
  ipv4 = address_is_ipv4 (&report->ip.source);
  report->length = bytes_get16 (quote.bytes + (ipv4 ? 2 : 4))
                   + (ipv4 ? 0u : WIRE_IPV6_HEADER);
  report->local = (Endpoint){ report->ip.source, bytes_get16 (upper.bytes) };
  report->remote =
      (Endpoint){ report->ip.destination, bytes_get16 (upper.bytes + 2) };
  report->sequence = bytes_get32 (upper.bytes + 4);
  return DROP_NONE;
}

void
icmp_error_receive (const Arrival *arrival,
                    IcmpErrorReason reason,
                    uint32_t value,
                    View quote)
{
  Report report = { .arrival = arrival, .reason = reason, .value = value };
  DropCause cause = read_quote (&report, quote);

  if (cause != DROP_NONE)
    stack_drop (arrival, cause);
  else if (report.ip.protocol == PROTOCOL_UDP)
    tell_datagram (&report);
  else if (report.ip.protocol == PROTOCOL_TCP)
    tell_connection (&report);
  else
    stack_drop (arrival, DROP_NO_SOCKET);
}
