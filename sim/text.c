// SPDX-License-Identifier: MIT
/* Reads fixed offsets with its own bounds checks instead of wire_*_parse:
 * a packet whose checksum is wrong is exactly the one worth reading. */
#include "sim/text.h"

#include "stack/wire_icmp.h"
#include "stack/wire_tcp.h"
#include "stack/wire_udp.h"
#include <string.h>

#define QUOTE_MAX 24

typedef struct
{
  char *text;
  size_t length; /* < PACKET_TEXT_MAX; what does not fit is cut off */
} Line;

static void
put_character (Line *line, char c)
{
  if (line->length < PACKET_TEXT_MAX - 1)
    line->text[line->length++] = c;
}

static void
put (Line *line, const char *text)
{
  while (*text != '\0')
    put_character (line, *text++);
}

static void
put_number (Line *line, uint32_t number)
{
  char digits[10];
  unsigned count = 0;

  do
    digits[count++] = (char) ('0' + number % 10);
  while ((number /= 10) != 0);
  while (count > 0)
    put_character (line, digits[--count]);
}

/* " word number" */
static void
put_pair (Line *line, const char *word, uint32_t number)
{
  put (line, word);
  put_number (line, number);
}

static uint16_t
read16 (const uint8_t *bytes)
{
  return (uint16_t) (bytes[0] << 8 | bytes[1]);
}

static uint32_t
read32 (const uint8_t *bytes)
{
  return (uint32_t) read16 (bytes) << 16 | read16 (bytes + 2);
}

static View
skip (View view, size_t length)
{
  return (View){ view.bytes + length, view.length - length };
}

/* The first line of a payload, if it is text for as far as it is shown. */
static void
put_quote (Line *line, View payload)
{
  size_t count = 0;

  while (count < payload.length && count < QUOTE_MAX
         && payload.bytes[count] != '\n')
    {
      if (payload.bytes[count] < 0x20 || payload.bytes[count] > 0x7e)
        return;
      count++;
    }
  if (count == 0)
    return;
  put (line, " \"");
  for (size_t i = 0; i < count; i++)
    {
      if (payload.bytes[i] == '"' || payload.bytes[i] == '\\')
        put_character (line, '\\');
      put_character (line, (char) payload.bytes[i]);
    }
  put (line, "\"");
}

/* What the sequence numbers of both directions are relative to; 0 when the
 * flow began before anybody looked. */
typedef struct
{
  uint32_t own, peer;
} Bases;

static Bases
find_bases (const Packet *packet)
{
  const Flow *flow = packet->flow;
  uint32_t isn = flow != NULL && flow->has_isn ? flow->isn : 0;
  uint32_t isn_peer = flow != NULL && flow->has_isn_peer ? flow->isn_peer : 0;

  return packet->forward ? (Bases){ isn, isn_peer } : (Bases){ isn_peer, isn };
}

static void
put_flags (Line *line, uint8_t flags)
{
  static const struct
  {
    uint8_t flag;
    char letter;
  } letters[] = {
    { TCP_FIN, 'F' }, { TCP_SYN, 'S' }, { TCP_RST, 'R' }, { TCP_PSH, 'P' },
    { TCP_ACK, '.' }, { TCP_URG, 'U' }, { TCP_ECE, 'E' }, { TCP_CWR, 'W' },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (letters); i++)
    if (flags & letters[i].flag)
      put_character (line, letters[i].letter);
  if (flags == 0)
    put_character (line, '-');
}

static void
put_sack (Line *line, View blocks, uint32_t base)
{
  put (line, "sack");
  for (; blocks.length >= 8; blocks = skip (blocks, 8))
    {
      put_pair (line, " ", read32 (blocks.bytes) - base);
      put_pair (line, ":", read32 (blocks.bytes + 4) - base);
    }
}

/* One option that has a length; VALUE is behind kind and length. */
static void
put_option (Line *line, uint8_t kind, View value, Bases bases)
{
  if (kind == 2 && value.length == 2)
    put_pair (line, "mss ", read16 (value.bytes));
  else if (kind == 3 && value.length == 1)
    put_pair (line, "wscale ", value.bytes[0]);
  else if (kind == 4 && value.length == 0)
    put (line, "sackOK");
  else if (kind == 5 && value.length % 8 == 0)
    put_sack (line, value, bases.peer);
  else if (kind == 8 && value.length == 8)
    {
      put_pair (line, "TS val ", read32 (value.bytes));
      put_pair (line, " ecr ", read32 (value.bytes + 4));
    }
  else
    put_pair (line, "opt ", kind);
}

static void
put_options (Line *line, View options, Bases bases)
{
  const char *separator = " <";

  while (options.length > 0)
    {
      uint8_t kind = options.bytes[0];
      size_t size = 1;

      put (line, separator);
      separator = ",";
      if (kind == 0)
        {
          put (line, "eol");
          break;
        }
      if (kind == 1)
        put (line, "nop");
      else if (options.length < 2 || options.bytes[1] < 2
               || options.bytes[1] > options.length)
        {
          put (line, "malformed");
          break;
        }
      else
        {
          size = options.bytes[1];
          put_option (line, kind, (View){ options.bytes + 2, size - 2 }, bases);
        }
      options = skip (options, size);
    }
  if (separator[0] == ',')
    put (line, ">");
}

static void
put_tcp (Line *line, View segment, Bases bases)
{
  const uint8_t *bytes = segment.bytes;
  size_t header = segment.length < WIRE_TCP_HEADER ? 0 : (bytes[12] >> 4) * 4u;
  uint32_t sequence, length;

  if (header < WIRE_TCP_HEADER || header > segment.length)
    {
      put (line, "tcp malformed");
      return;
    }
  sequence = read32 (bytes + 4) - bases.own;
  length = (uint32_t) (segment.length - header);
  put (line, "tcp ");
  put_flags (line, bytes[13]);
  put_pair (line, " ", sequence);
  put_pair (line, ":", sequence + length);
  put_pair (line, "(", length);
  put (line, ")");
  if (bytes[13] & TCP_ACK)
    put_pair (line, " ack ", read32 (bytes + 8) - bases.peer);
  put_pair (line, " win ", read16 (bytes + 14));
  put_options (
      line, (View){ bytes + WIRE_TCP_HEADER, header - WIRE_TCP_HEADER }, bases);
  put_quote (line, skip (segment, header));
}

static void
put_udp (Line *line, View datagram)
{
  size_t length;

  length = datagram.length < WIRE_UDP_HEADER ? 0 : read16 (datagram.bytes + 4);
  if (length < WIRE_UDP_HEADER || length > datagram.length)
    {
      put (line, "udp malformed");
      return;
    }
  datagram.length = length;
  put_pair (line, "udp ", (uint32_t) (length - WIRE_UDP_HEADER));
  put (line, " bytes");
  put_quote (line, skip (datagram, WIRE_UDP_HEADER));
}

/* Says what TYPE is; NULL: only its number is known. */
static const char *
icmp_word (bool ipv4, uint8_t type)
{
  static const struct
  {
    bool ipv4;
    uint8_t type;
    const char *word;
  } words[] = {
    { true, ICMP_ECHO_REPLY, " echo reply" },
    { true, ICMP_ECHO_REQUEST, " echo request" },
    { true, ICMP_UNREACHABLE, " unreachable" },
    { false, ICMPV6_ECHO_REPLY, " echo reply" },
    { false, ICMPV6_ECHO_REQUEST, " echo request" },
    { false, ICMPV6_UNREACHABLE, " unreachable" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].ipv4 == ipv4 && words[i].type == type)
      return words[i].word;
  return NULL;
}

/* Says what an error of TYPE and CODE is about; NULL: not known. */
static const char *
icmp_error_word (bool ipv4, uint8_t type, uint8_t code)
{
  static const struct
  {
    bool ipv4;
    uint8_t type, code;
    const char *word;
  } words[] = {
    { true, ICMP_UNREACHABLE, 0, " net unreachable" },
    { true, ICMP_UNREACHABLE, 1, " host unreachable" },
    { true, ICMP_UNREACHABLE, 2, " protocol unreachable" },
    { true, ICMP_UNREACHABLE, 3, " port unreachable" },
    { true, ICMP_UNREACHABLE, 4, " fragmentation needed" },
    { true, ICMP_TIME_EXCEEDED, 0, " time exceeded" },
    { true, ICMP_TIME_EXCEEDED, 1, " reassembly time exceeded" },
    { true, ICMP_PARAMETER_PROBLEM, 0, " bad header" },
    { false, ICMPV6_UNREACHABLE, 0, " no route" },
    { false, ICMPV6_UNREACHABLE, 2, " beyond scope" },
    { false, ICMPV6_UNREACHABLE, 3, " address unreachable" },
    { false, ICMPV6_UNREACHABLE, 4, " port unreachable" },
    { false, ICMPV6_PACKET_TOO_BIG, 0, " packet too big" },
    { false, ICMPV6_TIME_EXCEEDED, 0, " time exceeded" },
    { false, ICMPV6_TIME_EXCEEDED, 1, " reassembly time exceeded" },
    { false, ICMPV6_PARAMETER_PROBLEM, 0, " bad header" },
    { false, ICMPV6_PARAMETER_PROBLEM, 1, " unknown next header" },
    { false, ICMPV6_PARAMETER_PROBLEM, 2, " unknown option" },
    { false, ICMPV6_PARAMETER_PROBLEM, 3, " incomplete headers" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].ipv4 == ipv4 && words[i].type == type && words[i].code == code)
      return words[i].word;
  return NULL;
}

/* The number that goes with some errors. */
static void
put_icmp_value (Line *line, bool ipv4, const uint8_t *bytes)
{
  if (ipv4 && bytes[0] == ICMP_UNREACHABLE && bytes[1] == 4)
    put_pair (line, " mtu ", read16 (bytes + 6)); /* RFC 1191 4 */
  else if (ipv4 && bytes[0] == ICMP_PARAMETER_PROBLEM)
    put_pair (line, " at ", bytes[4]);
  else if (!ipv4 && bytes[0] == ICMPV6_PACKET_TOO_BIG)
    put_pair (line, " mtu ", read32 (bytes + 4)); /* RFC 4443 3.2 */
  else if (!ipv4 && bytes[0] == ICMPV6_PARAMETER_PROBLEM)
    put_pair (line, " at ", read32 (bytes + 4));
}

static void
put_icmp (Line *line, bool ipv4, View message)
{
  const uint8_t *bytes = message.bytes;
  const char *word;

  put (line, ipv4 ? "icmp" : "icmp6");
  if (message.length < WIRE_ICMP_HEADER)
    {
      put (line, " malformed");
      return;
    }
  word = icmp_error_word (ipv4, bytes[0], bytes[1]);
  if (word != NULL)
    {
      put (line, word);
      put_icmp_value (line, ipv4, bytes);
      return;
    }
  word = icmp_word (ipv4, bytes[0]);
  if (word == NULL)
    put_pair (line, " type ", bytes[0]);
  else
    put (line, word);
  if (word != NULL && g_str_has_prefix (word, " echo"))
    {
      put_pair (line, " id ", read16 (bytes + 4));
      put_pair (line, " seq ", read16 (bytes + 6));
      return;
    }
  put_pair (line, " code ", bytes[1]);
}

static void
put_protocol (Line *line, uint8_t protocol)
{
  if (protocol == PROTOCOL_TCP)
    put (line, "tcp");
  else if (protocol == PROTOCOL_UDP)
    put (line, "udp");
  else if (protocol == PROTOCOL_ICMP)
    put (line, "icmp");
  else if (protocol == PROTOCOL_ICMPV6)
    put (line, "icmp6");
  else
    put_pair (line, "protocol ", protocol);
}

typedef struct
{
  bool ipv4;
  uint8_t protocol;
  bool fragment, more;
  uint32_t offset, identification;
  View payload;
} Ip;

static bool
read_ipv4 (View packet, Ip *ip)
{
  const uint8_t *bytes = packet.bytes;
  size_t header, total;
  uint16_t fragment;

  if (packet.length < WIRE_IPV4_HEADER)
    return false;
  header = (bytes[0] & 15u) * 4;
  total = read16 (bytes + 2);
  if (header < WIRE_IPV4_HEADER || total < header || total > packet.length)
    return false;
  fragment = read16 (bytes + 6);
  ip->ipv4 = true;
  ip->protocol = bytes[9];
  ip->more = (fragment & 0x2000) != 0;
  ip->offset = (fragment & 0x1fffu) * 8;
  ip->fragment = ip->more || ip->offset > 0;
  ip->identification = read16 (bytes + 4);
  ip->payload = (View){ bytes + header, total - header };
  return true;
}

/* RFC 8200 4: hop-by-hop 0, routing 43, destination options 60 have a length
 * in units of 8 bytes beyond the first; fragment 44 is always 8. */
static bool
read_extensions (Ip *ip)
{
  while (ip->protocol == 0 || ip->protocol == 43 || ip->protocol == 60
         || ip->protocol == 44)
    {
      const uint8_t *bytes = ip->payload.bytes;
      size_t size;

      if (ip->payload.length < 8)
        return false;
      size = ip->protocol == 44 ? 8 : (bytes[1] + 1u) * 8;
      if (size > ip->payload.length)
        return false;
      if (ip->protocol == 44)
        {
          ip->fragment = true;
          ip->more = (bytes[3] & 1) != 0;
          ip->offset = read16 (bytes + 2) & 0xfff8u;
          ip->identification = read32 (bytes + 4);
        }
      ip->protocol = bytes[0];
      ip->payload = skip (ip->payload, size);
      if (ip->fragment && ip->offset > 0)
        return true; /* the rest is the middle of something */
    }
  return true;
}

static bool
read_ipv6 (View packet, Ip *ip)
{
  size_t length;

  if (packet.length < WIRE_IPV6_HEADER)
    return false;
  length = read16 (packet.bytes + 4);
  if (length > packet.length - WIRE_IPV6_HEADER)
    return false;
  ip->protocol = packet.bytes[6];
  ip->payload = (View){ packet.bytes + WIRE_IPV6_HEADER, length };
  return read_extensions (ip);
}

static bool
read_ip (View packet, Ip *ip)
{
  memset (ip, 0, sizeof *ip);
  if (packet.length == 0)
    return false;
  if (packet.bytes[0] >> 4 == 4)
    return read_ipv4 (packet, ip);
  return packet.bytes[0] >> 4 == 6 && read_ipv6 (packet, ip);
}

static void
put_fragment (Line *line, const Ip *ip)
{
  put_protocol (line, ip->protocol);
  put_pair (line, " fragment ", ip->offset);
  put_pair (line, ":", ip->offset + (uint32_t) ip->payload.length);
  put_pair (line, " id ", ip->identification);
  put (line, ip->more ? " more" : " last");
}

char *
packet_text (const Packet *packet, char text[PACKET_TEXT_MAX])
{
  Line line = { text, 0 };
  Ip ip;

  if (!read_ip ((View){ packet->bytes, packet->length }, &ip))
    put (&line, "malformed");
  else if (ip.fragment)
    put_fragment (&line, &ip);
  else if (ip.protocol == PROTOCOL_TCP)
    put_tcp (&line, ip.payload, find_bases (packet));
  else if (ip.protocol == PROTOCOL_UDP)
    put_udp (&line, ip.payload);
  else if (ip.protocol == PROTOCOL_ICMP && ip.ipv4)
    put_icmp (&line, true, ip.payload);
  else if (ip.protocol == PROTOCOL_ICMPV6 && !ip.ipv4)
    put_icmp (&line, false, ip.payload);
  else
    {
      put_protocol (&line, ip.protocol);
      put_pair (&line, " ", (uint32_t) ip.payload.length);
      put (&line, " bytes");
    }
  text[line.length] = '\0';
  return text;
}
