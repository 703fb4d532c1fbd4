// SPDX-License-Identifier: MIT
/* Packets of both sides: TCP as packet_line.h writes it, UDP by its length,
 * and ICMP errors about the last packet of the stack. */
#include "tests/script/script.h"

#include "tools/packetdrill/clock.h"

#include <stdio.h>
#include <string.h>

#define UDP         17
#define ICMP_QUOTED 512

static void
put16 (uint8_t *to, unsigned value)
{
  to[0] = (uint8_t) (value >> 8);
  to[1] = (uint8_t) value;
}

static unsigned
get16 (const uint8_t *from)
{
  return (unsigned) from[0] << 8 | from[1];
}

static PacketPath
path_from_peer (Script *script)
{
  const ScriptFlow *flow = script_flow (script);

  return (PacketPath){
    .source = { script_address (script, false), flow->peer_port },
    .destination = { script_address (script, true), flow->local_port },
    .source_isn = flow->peer_isn,
    .destination_isn = flow->isn,
    .source_time = flow->peer_time,
    .destination_time = flow->time
  };
}

static void
send_packet (Script *script, const uint8_t *packet, size_t length)
{
  script->table.netdev_send (script->table.userdata, packet, length);
}

static void
send_udp (Script *script, size_t length)
{
  const ScriptFlow *flow = script_flow (script);
  Address source = script_address (script, false);
  Address destination = script_address (script, true);
  g_autofree uint8_t *packet = g_malloc0 (PACKET_LINE_MAX);
  uint8_t *udp = packet + packet_line_ip_header (&source);

  put16 (udp, flow->peer_port);
  put16 (udp + 2, flow->local_port);
  put16 (udp + 4, (unsigned) length + 8);
  for (size_t i = 0; i < length; i++)
    udp[8 + i] = packet_line_byte ((int64_t) i);
  length = packet_line_wrap (packet, &source, &destination, UDP, 6, length + 8);
  send_packet (script, packet, length);
}

/* TYPE CODE [VALUE], VALUE being the second word of the header: an MTU. */
static void
send_icmp (Script *script, const char *text)
{
  Address source = script_address (script, false);
  Address destination = script_address (script, true);
  bool ipv4 = !script->ipv6_packets;
  g_autofree uint8_t *packet = g_malloc0 (PACKET_LINE_MAX);
  uint8_t *icmp = packet + packet_line_ip_header (&source);
  size_t quoted = MIN (script->length, ICMP_QUOTED);
  unsigned type = 0, code = 0, value = 0;

  if (sscanf (text, "%u %u %u", &type, &code, &value) < 2 || quoted == 0)
    script_fail (script, "icmp TYPE CODE [VALUE] after a packet of the stack");
  icmp[0] = (uint8_t) type;
  icmp[1] = (uint8_t) code;
  put16 (icmp + 4, value >> 16);
  put16 (icmp + 6, value);
  memcpy (icmp + 8, script->packet, quoted);
  send_packet (script, packet,
               packet_line_wrap (packet, &source, &destination, ipv4 ? 1 : 58,
                                 2, 8 + quoted));
}

static void
send_tcp (Script *script, const char *text)
{
  PacketPath path = path_from_peer (script);
  PacketLine line = packet_line_parse (text);
  g_autofree uint8_t *packet = g_malloc (PACKET_LINE_MAX);

  send_packet (script, packet, packet_line_encode (&line, &path, packet));
}

void
script_peer (Script *script, const char *text)
{
  text += strspn (text, " ");
  script_expect_nothing (script);
  script_say (script, "peer", text);
  if (g_str_has_prefix (text, "udp "))
    send_udp (script, (size_t) script_number (script, text + 4));
  else if (g_str_has_prefix (text, "icmp "))
    send_icmp (script, text + 5);
  else
    send_tcp (script, text);
}

/* What the packet at script->packet says; NULL, or what is wrong with it. */
static const char *
read_packet (Script *script,
             PacketLine *line,
             PacketPath *path,
             char text[PACKET_LINE_TEXT])
{
  bool ipv4 = script->packet[0] >> 4 == 4;
  const uint8_t *udp = script->packet + (ipv4 ? 20 : 40);
  size_t length = script->length - (ipv4 ? 28 : 48);
  PacketPath in = path_from_peer (script);
  const char *wrong;

  *path = (PacketPath){ .source = in.destination,
                        .destination = in.source,
                        .source_isn = in.destination_isn,
                        .destination_isn = in.source_isn,
                        .source_timed = script_flow (script)->timed,
                        .source_time = in.destination_time,
                        .destination_time = in.source_time };
  if (script->packet[ipv4 ? 9 : 6] != UDP)
    {
      wrong = packet_line_decode (line, path, script->packet, script->length);
      packet_line_format (line, text);
      return wrong;
    }
  wrong = packet_line_check (script->packet, script->length);
  path->source.port = (uint16_t) get16 (udp);
  path->destination.port = (uint16_t) get16 (udp + 2);
  for (size_t i = 0; i < length && wrong == NULL; i++)
    if (udp[8 + i] != packet_line_byte ((int64_t) i))
      wrong = "wrong bytes of data";
  g_snprintf (text, PACKET_LINE_TEXT, "udp %zu", length);
  return wrong;
}

void
script_expect_nothing (Script *script)
{
  const Emission *emission = g_queue_peek_head (&script->adapter->emissions);
  PacketLine line;
  PacketPath path;
  char text[PACKET_LINE_TEXT];

  if (emission == NULL)
    return;
  script->length = emission->length;
  memcpy (script->packet, emission->bytes, emission->length);
  read_packet (script, &line, &path, text);
  script_fail (script, "at %.6f the stack sent %s, which nobody expected",
               (double) (emission->at - script->began) / 1e9, text);
}

/* [after TIME [within TIME]]; moves *TEXT behind it. */
static Time
take_delay (Script *script, const char **text, Time *tolerance)
{
  g_auto (GStrv) words = NULL;
  Time delay = 0;

  *tolerance = 0;
  *text += strspn (*text, " ");
  words = g_strsplit (*text, " ", -1);
  for (unsigned i = 0; i < 2; i++)
    {
      const char *word = i == 0 ? "after" : "within";

      if (words[2 * i] == NULL || strcmp (words[2 * i], word) != 0)
        break;
      *(i == 0 ? &delay : tolerance) = script_time (script, words[2 * i + 1]);
      *text += strlen (word) + 1 + strlen (words[2 * i + 1]);
      *text += strspn (*text, " ");
    }
  return delay;
}

static void
learn (Script *script, const PacketLine *line, const PacketPath *path)
{
  ScriptFlow *flow = script_flow (script);

  flow->local_port = path->source.port;
  flow->isn = path->source_isn;
  flow->timed = path->source_timed;
  flow->time = path->source_time;
}

void
script_stack (Script *script, const char *text)
{
  Time tolerance, delay = take_delay (script, &text, &tolerance);
  Time wanted = (script->adapter->now + delay) / MICROSECOND;
  PacketLine line = { .flags = 0 }, expected;
  PacketPath path;
  char got[PACKET_LINE_TEXT];
  const char *wrong;
  long long at = 0;
  bool same;

  script->length = sizeof script->packet;
  script->table.netdev_receive (script->table.userdata, script->packet,
                                &script->length, &at);
  if (script->length == 0)
    script_fail (script, "expected %s, the stack sends nothing more", text);
  wrong = read_packet (script, &line, &path, got);
  script_say (script, "stack", got);
  if (wrong != NULL)
    script_fail (script, "expected %s, the stack sent %s: %s", text, got,
                 wrong);
  if (g_str_has_prefix (text, "udp "))
    same = strcmp (text, got) == 0;
  else
    {
      expected = packet_line_parse (text);
      same = packet_line_matches (&line, &expected);
    }
  if (!same || path.destination.port != script_flow (script)->peer_port)
    script_fail (script, "expected %s, the stack sent %s to port %u", text, got,
                 path.destination.port);
  if (ABS (at - wanted) > tolerance / MICROSECOND)
    script_fail (script, "%s came %lld us %s", got,
                 (long long) ABS (at - wanted),
                 at < wanted ? "too early" : "too late");
  learn (script, &line, &path);
}
