// SPDX-License-Identifier: MIT
#include "tests/packet_line.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#define TCP_HEADER 20
#define FLAGS      "FSRP.UEW" /* in the order of their bits */

#define FLAG_SYN 0x02
#define FLAG_ACK 0x10
#define FLAG_URG 0x20

/* By the bits of the IP header. */
static const char *const ECN[] = { "no", "ect1", "ect0", "ce" };

uint8_t
packet_line_byte (int64_t offset)
{
  return (uint8_t) (offset * 7 + offset / 256 + offset / 65536);
}

static const uint8_t IPV4_PREFIX[12] = { [10] = 0xff, [11] = 0xff };

static bool
is_ipv4 (const Address *address)
{
  return memcmp (address->bytes, IPV4_PREFIX, sizeof IPV4_PREFIX) == 0;
}

static void
put16 (uint8_t *to, unsigned value)
{
  to[0] = (uint8_t) (value >> 8);
  to[1] = (uint8_t) value;
}

static void
put32 (uint8_t *to, uint32_t value)
{
  put16 (to, value >> 16);
  put16 (to + 2, value & 0xffff);
}

static unsigned
get16 (const uint8_t *from)
{
  return (unsigned) from[0] << 8 | from[1];
}

static uint32_t
get32 (const uint8_t *from)
{
  return (uint32_t) get16 (from) << 16 | get16 (from + 2);
}

/* RFC 1071, word by word as it is written there. */
static unsigned
sum_words (unsigned sum, const uint8_t *bytes, size_t length)
{
  for (size_t i = 0; i + 1 < length; i += 2)
    {
      sum += get16 (bytes + i);
      sum = (sum & 0xffff) + (sum >> 16);
    }
  if (length % 2 == 1)
    sum += (unsigned) bytes[length - 1] << 8;
  return (sum & 0xffff) + (sum >> 16);
}

static unsigned
sum_upper (const uint8_t *packet,
           uint8_t protocol,
           size_t header,
           size_t length)
{
  bool ipv4 = header == 20;
  unsigned sum = 0;

  if (!(ipv4 && protocol == 1)) /* ICMP for IPv4 has no pseudo-header */
    {
      sum = sum_words (sum, packet + (ipv4 ? 12 : 8), ipv4 ? 8 : 32);
      sum += protocol + (unsigned) length;
      sum = (sum & 0xffff) + (sum >> 16);
    }
  return sum_words (sum, packet + header, length);
}

/* Reading text */

static void
parse_flags (PacketLine *line, const char *word)
{
  for (; *word != '\0' && *word != '-'; word++)
    {
      const char *flag = strchr (FLAGS, *word);

      if (flag == NULL)
        g_error ("no such flag: %s", word);
      line->flags |= (uint8_t) (1u << (flag - FLAGS));
    }
}

static void
parse_range (PacketLine *line, const char *word)
{
  long start, end, length;

  if (word == NULL || sscanf (word, "%ld:%ld(%ld)", &start, &end, &length) != 3
      || end - start != length)
    g_error ("no start:end(length): %s", word);
  line->start = start;
  line->end = end;
}

static unsigned
parse_ecn (const char *word)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (ECN); i++)
    if (g_str_equal (word, ECN[i]))
      return i;
  g_error ("no such ECN codepoint: %s", word);
}

PacketLine
packet_line_parse (const char *text)
{
  PacketLine line = { .window = 65535 };
  g_auto (GStrv) halves = g_strsplit_set (text, "<>", 3);
  g_auto (GStrv) words = g_strsplit (g_strstrip (halves[0]), " ", -1);
  unsigned count = g_strv_length (words);

  parse_flags (&line, words[0]);
  parse_range (&line, words[1]);
  for (unsigned i = 2; i + 1 < count; i += 2)
    {
      int64_t value = g_ascii_strtoll (words[i + 1], NULL, 10);

      if (g_str_equal (words[i], "ack"))
        {
          line.has_ack = true;
          line.ack = value;
        }
      else if (g_str_equal (words[i], "win"))
        {
          line.has_window = true;
          line.window = (unsigned) value;
        }
      else if (g_str_equal (words[i], "urg"))
        {
          line.has_urgent = true;
          line.urgent = (unsigned) value;
        }
      else if (g_str_equal (words[i], "ecn"))
        {
          line.has_ecn = true;
          line.ecn = parse_ecn (words[i + 1]);
        }
      else if (g_str_equal (words[i], "fill"))
        line.fill = words[i + 1][0];
      else
        g_error ("no such word: %s in %s", words[i], text);
    }
  if (halves[1] != NULL)
    {
      line.has_options = true;
      packet_options_parse (&line.options, halves[1]);
    }
  return line;
}

char *
packet_line_format (const PacketLine *line, char text[PACKET_LINE_TEXT])
{
  GString *string = g_string_new (NULL);

  for (unsigned i = 0; i < 8; i++)
    if ((line->flags >> i & 1) != 0 && FLAGS[i] != '.')
      g_string_append_c (string, FLAGS[i]);
  if ((line->flags & FLAG_ACK) != 0)
    g_string_append_c (string, '.');
  if (line->flags == 0)
    g_string_append_c (string, '-');
  g_string_append_printf (string, " %ld:%ld(%ld)", (long) line->start,
                          (long) line->end, (long) (line->end - line->start));
  if (line->has_ack)
    g_string_append_printf (string, " ack %ld", (long) line->ack);
  g_string_append_printf (string, " win %u", line->window);
  if (line->has_urgent)
    g_string_append_printf (string, " urg %u", line->urgent);
  if (line->has_ecn && line->ecn > 0)
    g_string_append_printf (string, " ecn %s", ECN[line->ecn]);
  if (line->options.count > 0)
    {
      g_string_append (string, " <");
      packet_options_format (&line->options, string);
      g_string_append_c (string, '>');
    }
  g_strlcpy (text, string->str, PACKET_LINE_TEXT);
  g_string_free (string, TRUE);
  return text;
}

/* Writing and reading bytes */

size_t
packet_line_ip_header (const Address *source)
{
  return is_ipv4 (source) ? 20 : 40;
}

void
packet_line_seal_ipv4 (uint8_t *packet)
{
  put16 (packet + 10, 0);
  put16 (packet + 10, ~sum_words (0, packet, (packet[0] & 15u) * 4) & 0xffff);
}

size_t
packet_line_wrap (uint8_t *packet,
                  const Address *source,
                  const Address *destination,
                  uint8_t protocol,
                  size_t checksum_at,
                  size_t length)
{
  size_t header = packet_line_ip_header (source);
  uint8_t *sum = packet + header + checksum_at;

  memset (packet, 0, header);
  if (header == 20)
    {
      packet[0] = 0x45;
      put16 (packet + 2, (unsigned) (header + length));
      packet[8] = 64;
      packet[9] = protocol;
      memcpy (packet + 12, source->bytes + 12, 4);
      memcpy (packet + 16, destination->bytes + 12, 4);
      packet_line_seal_ipv4 (packet);
    }
  else
    {
      packet[0] = 0x60;
      put16 (packet + 4, (unsigned) length);
      packet[6] = protocol;
      packet[7] = 64;
      memcpy (packet + 8, source->bytes, 16);
      memcpy (packet + 24, destination->bytes, 16);
    }
  put16 (sum, 0);
  put16 (sum, ~sum_upper (packet, protocol, header, length) & 0xffff);
  if (get16 (sum) == 0 && protocol == 17)
    put16 (sum, 0xffff);
  return header + length;
}

/* Blocks speak of the stream that ack does. */
static PacketOptionsBase
base_of (const PacketLine *line, const PacketPath *path)
{
  return (PacketOptionsBase){ .val = path->source_time,
                              .ecr = (line->flags & FLAG_ACK) != 0
                                         ? path->destination_time
                                         : 0,
                              .sack = path->destination_isn };
}

static unsigned
get_ecn (const uint8_t *packet)
{
  return packet[0] >> 4 == 4 ? packet[1] & 3 : packet[1] >> 4 & 3;
}

static void
set_ecn (uint8_t *packet, unsigned ecn)
{
  bool ipv4 = packet[0] >> 4 == 4;

  packet[1] = (uint8_t) (packet[1] | (ipv4 ? ecn : ecn << 4));
  if (ipv4)
    packet_line_seal_ipv4 (packet);
}

size_t
packet_line_encode (const PacketLine *line,
                    const PacketPath *path,
                    uint8_t packet[PACKET_LINE_MAX])
{
  uint8_t *tcp = packet + packet_line_ip_header (&path->source.address);
  uint8_t options[PACKET_OPTIONS_MAX];
  PacketOptionsBase base = base_of (line, path);
  size_t length = packet_options_encode (&line->options, &base, options);
  size_t header = TCP_HEADER + (length + 3) / 4 * 4;
  uint32_t ack =
      line->has_ack ? path->destination_isn + (uint32_t) line->ack : 0;

  memset (tcp, 0, header);
  put16 (tcp, path->source.port);
  put16 (tcp + 2, path->destination.port);
  put32 (tcp + 4, path->source_isn + (uint32_t) line->start);
  put32 (tcp + 8, ack);
  tcp[12] = (uint8_t) (header / 4 << 4);
  tcp[13] = line->flags;
  put16 (tcp + 14, line->window);
  put16 (tcp + 18, line->urgent);
  memcpy (tcp + TCP_HEADER, options, length);
  for (int64_t at = line->start; at < line->end; at++)
    tcp[header + (size_t) (at - line->start)] =
        line->fill != 0 ? (uint8_t) line->fill : packet_line_byte (at);
  length = packet_line_wrap (packet, &path->source.address,
                             &path->destination.address, 6, 16,
                             header + (size_t) (line->end - line->start));
  set_ecn (packet, line->ecn);
  return length;
}

const char *
packet_line_check (const uint8_t *packet, size_t length)
{
  bool ipv4 = packet[0] >> 4 == 4;
  size_t header = ipv4 ? 20 : 40;
  uint8_t protocol;

  if (length < header)
    return "shorter than an IP header";
  protocol = packet[ipv4 ? 9 : 6];
  if (ipv4 && packet[0] != 0x45)
    return "not 20 bytes of IPv4 header";
  if (ipv4 ? get16 (packet + 2) != length : get16 (packet + 4) + 40 != length)
    return "another length in its IP header";
  if (ipv4 && sum_words (0, packet, 20) != 0xffff)
    return "wrong IPv4 header checksum";
  if (ipv4 && (packet[6] & 0x80) != 0)
    return "a reserved bit in its IPv4 header";
  if (packet[ipv4 ? 8 : 7] == 0)
    return "a TTL of 0";
  if (ipv4 ? (packet[6] & 0x3f) != 0 || packet[7] != 0 : protocol == 44)
    return NULL;
  if (protocol != 6 && protocol != 17 && protocol != 1 && protocol != 58)
    return "of an unknown protocol";
  if (sum_upper (packet, protocol, header, length - header) != 0xffff)
    return "wrong checksum behind the IP header";
  return NULL;
}

static const char *
decode_options (PacketLine *line,
                PacketPath *path,
                const uint8_t *bytes,
                size_t length)
{
  PacketOptionsBase base;

  if (!path->source_timed)
    path->source_timed =
        packet_options_find_time (bytes, length, &path->source_time);
  base = base_of (line, path);
  line->has_options = true;
  return packet_options_decode (&line->options, &base, bytes, length);
}

static void
decode_endpoints (PacketPath *path, const uint8_t *packet, const uint8_t *tcp)
{
  bool ipv4 = packet[0] >> 4 == 4;
  size_t size = ipv4 ? 4 : 16;

  if (ipv4)
    {
      memcpy (path->source.address.bytes, IPV4_PREFIX, 12);
      memcpy (path->destination.address.bytes, IPV4_PREFIX, 12);
    }
  memcpy (path->source.address.bytes + 16 - size, packet + (ipv4 ? 12 : 8),
          size);
  memcpy (path->destination.address.bytes + 16 - size,
          packet + (ipv4 ? 16 : 24), size);
  path->source.port = (uint16_t) get16 (tcp);
  path->destination.port = (uint16_t) get16 (tcp + 2);
}

const char *
packet_line_decode (PacketLine *line,
                    PacketPath *path,
                    const uint8_t *packet,
                    size_t length)
{
  size_t ip = packet[0] >> 4 == 4 ? 20 : 40, header;
  const uint8_t *tcp = packet + ip;
  const char *wrong = packet_line_check (packet, length);

  *line = (PacketLine){ .flags = 0 };
  if (wrong != NULL)
    return wrong;
  if (packet[ip == 20 ? 9 : 6] != 6 || length - ip < TCP_HEADER)
    return "no TCP";
  header = (tcp[12] >> 4) * 4u;
  if (header < TCP_HEADER || header > length - ip || (tcp[12] & 15) != 0)
    return "wrong data offset or reserved bits";
  decode_endpoints (path, packet, tcp);
  line->flags = tcp[13];
  line->has_ecn = true;
  line->ecn = get_ecn (packet);
  line->has_urgent = (line->flags & FLAG_URG) != 0;
  line->urgent = get16 (tcp + 18);
  if ((line->flags & FLAG_SYN) != 0)
    path->source_isn = get32 (tcp + 4);
  line->start = (int32_t) (get32 (tcp + 4) - path->source_isn);
  line->end = line->start + (int64_t) (length - ip - header);
  line->has_ack = (line->flags & FLAG_ACK) != 0;
  line->ack = (int32_t) (get32 (tcp + 8) - path->destination_isn);
  line->has_window = true;
  line->window = get16 (tcp + 14);
  for (int64_t at = line->start; at < line->end; at++)
    if (tcp[header + (size_t) (at - line->start)] != packet_line_byte (at))
      return "wrong bytes of data";
  return decode_options (line, path, tcp + TCP_HEADER, header - TCP_HEADER);
}

bool
packet_line_matches (const PacketLine *line, const PacketLine *expected)
{
  return line->flags == expected->flags && line->start == expected->start
         && line->end == expected->end && line->has_ack == expected->has_ack
         && (!line->has_ack || line->ack == expected->ack)
         && (!expected->has_window || line->window == expected->window)
         && (!expected->has_urgent || line->urgent == expected->urgent)
         && (!expected->has_ecn || line->ecn == expected->ecn)
         && (!expected->has_options
             || packet_options_equal (&line->options, &expected->options));
}
