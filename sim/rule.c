// SPDX-License-Identifier: MIT
#include "sim/rule.h"
#include "stack/wire_tcp.h"
#include "stack/wire_udp.h"
#include <pcap/pcap.h>

#define SNAP_LENGTH 262144

static GQuark
error_domain (void)
{
  return g_quark_from_static_string ("rule");
}

Rule *
rule_new (const RuleSpec *spec, unsigned number, GError **error)
{
  struct bpf_program *program = g_new0 (struct bpf_program, 1);
  pcap_t *compiler = pcap_open_dead (DLT_RAW, SNAP_LENGTH);
  g_assert (compiler != NULL);
  int status =
      pcap_compile (compiler, program, spec->match, 1, PCAP_NETMASK_UNKNOWN);
  if (status != 0)
    g_set_error_literal (error, error_domain (), 0, pcap_geterr (compiler));
  pcap_close (compiler);
  if (status != 0)
    {
      g_free (program);
      return NULL;
    }
  Rule *rule = g_new (Rule, 1);
  *rule = (Rule){ .number = number,
                  .action = spec->action,
                  .delay_ns = spec->delay_ns,
                  .count = spec->count,
                  .first = spec->first,
                  .last = spec->last,
                  .program = program };
  return rule;
}

void
rule_free (Rule *rule)
{
  pcap_freecode (rule->program);
  g_free (rule->program);
  g_free (rule);
}

static bool
matches (const Rule *rule, const Packet *packet)
{
  const struct bpf_program *program = rule->program;
  return bpf_filter (program->bf_insns, packet->bytes, packet->length,
                     packet->length)
         != 0;
}

/* What "data" and "ack" ask. Not wire_tcp_parse: checksums don't matter. */
typedef struct
{
  bool has_payload;
  bool is_ack; /* TCP without payload, SYN or FIN */
} Content;

static Content
tcp_content (View segment)
{
  if (segment.length < WIRE_TCP_HEADER)
    return (Content){ false, false };
  size_t header = (size_t) (segment.bytes[12] >> 4) * 4;
  bool has_payload = segment.length > header;
  bool opens_or_closes = segment.bytes[13] & (TCP_SYN | TCP_FIN);
  return (Content){ has_payload, !has_payload && !opens_or_closes };
}

static Content
packet_content (const Packet *packet)
{
  IpHeader ip;
  View payload;
  View whole = { packet->bytes, packet->length };
  if (wire_ip_parse (whole, &ip, &payload) != DROP_NONE)
    return (Content){ false, false };
  if (ip.fragment_offset > 0)
    return (Content){ payload.length > 0, false };
  switch (ip.protocol)
    {
    case PROTOCOL_TCP:
      return tcp_content (payload);
    case PROTOCOL_UDP:
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV6:
      return (Content){ payload.length > WIRE_UDP_HEADER, false };
    default:
      return (Content){ payload.length > 0, false };
    }
}

static bool
counts (const Rule *rule, const Packet *packet)
{
  switch (rule->count)
    {
    case RULE_DATA:
      return packet_content (packet).has_payload;
    case RULE_ACK:
      return packet_content (packet).is_ack;
    case RULE_EACH:
    case RULE_NTH:
    case RULE_EVERY:
      break;
    }
  return true;
}

bool
rule_is_due (Rule *rule, const Packet *packet)
{
  if (!matches (rule, packet) || !counts (rule, packet))
    return false;
  uint64_t n = ++rule->matches;
  switch (rule->count)
    {
    case RULE_EACH:
      return true;
    case RULE_EVERY:
      return n % rule->first == 0;
    case RULE_NTH:
    case RULE_DATA:
    case RULE_ACK:
      break;
    }
  return rule->first <= n && n <= rule->last;
}
