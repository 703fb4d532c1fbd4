// SPDX-License-Identifier: MIT
#include "tests/harness.h"

#include <pcap/pcap.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stack/address.h"

#define SYN 0x02

static void
say (Talk *t, const char *who, const char *what)
{
  Time since = t->now - t->began;

  g_ptr_array_add (
      t->said, g_strdup_printf ("%4ld.%06ld  %-5s %s", (long) (since / SECOND),
                                (long) (since % SECOND / 1000), who, what));
}

static void
record (Talk *t, const uint8_t *packet, size_t length)
{
  Time since = t->now - t->began;
  uint32_t header[4] = { (uint32_t) (since / SECOND),
                         (uint32_t) (since % SECOND), (uint32_t) length,
                         (uint32_t) length };

  g_byte_array_append (t->capture, (const guint8 *) header, sizeof header);
  g_byte_array_append (t->capture, packet, (guint) length);
}

static void
write_capture (const Talk *t)
{
  g_autofree char *path = NULL;
  int file = g_file_open_tmp ("talk-XXXXXX.pcap", &path, NULL);
  pcap_t *pcap = pcap_open_dead_with_tstamp_precision (
      DLT_RAW, PACKET_LINE_MAX, PCAP_TSTAMP_PRECISION_NANO);
  pcap_dumper_t *dump = file < 0 ? NULL : pcap_dump_open (pcap, path);

  for (guint at = 0; dump != NULL && at < t->capture->len;)
    {
      uint32_t words[4];
      struct pcap_pkthdr header = { .caplen = 0 };

      memcpy (words, t->capture->data + at, sizeof words);
      header.ts.tv_sec = words[0];
      header.ts.tv_usec = words[1];
      header.caplen = header.len = words[2];
      pcap_dump ((u_char *) dump, &header, t->capture->data + at + 16);
      at += 16 + words[2];
    }
  if (dump != NULL)
    {
      pcap_dump_close (dump);
      g_printerr ("# as a capture: %s\n", path);
    }
  pcap_close (pcap);
  if (file >= 0)
    close (file);
}

void
talk_fail (Talk *t, const char *format, ...)
{
  va_list args;
  g_autofree char *why = NULL;

  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("# the conversation so far:\n");
  for (guint i = 0; i < t->said->len; i++)
    g_printerr ("#   %s\n", (const char *) g_ptr_array_index (t->said, i));
  g_printerr ("# %s\n", why);
  write_capture (t);
  g_printerr ("Bail out! %s\n", why);
  abort ();
}

/* Beginning and end */

StackConfig
talk_config (void)
{
  StackConfig config;

  stack_config_init (&config);
  memcpy (config.secret, "sixteen  secrets", 16);
  config.receive_buffer = 65535;
  config.send_buffer = 262144;
  config.syn_cookies = false;
  config.tcp.window_scale = false;
  config.tcp.timestamps = false;
  config.tcp.sack = false;
  config.tcp.ecn = TCP_ECN_OFF;
  config.tcp.rack = false;
  config.tcp.path_probing = false;
  config.tcp.congestion = TCP_CONGESTION_RENO;
  return config;
}

StackConfig
talk_config_modern (void)
{
  StackConfig config = talk_config ();

  config.receive_buffer = 1 << 20;
  config.send_buffer = 1 << 20;
  config.tcp.window_scale = true;
  config.tcp.timestamps = true;
  config.tcp.sack = true;
  config.tcp.rack = true;
  return config;
}

static Address
address_of (const char *text)
{
  Address address;

  g_assert_true (address_parse (text, &address));
  return address;
}

Talk *
talk_new_with (const StackConfig *config, bool ipv6, Time start)
{
  Talk *t = g_new0 (Talk, 1);
  Address ipv4 = address_of ("10.0.0.1"), six = address_of ("fd00::1");
  unsigned interface;

  t->stack = stack_new (config);
  interface = (unsigned) stack_interface_add (t->stack, 1500);
  stack_address_add (t->stack, interface, &ipv4, 24);
  stack_address_add (t->stack, interface, &six, 64);
  t->now = t->began = start;
  t->local = ipv6 ? six : ipv4;
  t->peer = address_of (ipv6 ? "fd00::2" : "10.0.0.2");
  t->said = g_ptr_array_new_with_free_func (g_free);
  t->capture = g_byte_array_new ();
  peer_uses (t, 40000);
  return t;
}

Talk *
talk_new (void)
{
  StackConfig config = talk_config ();

  return talk_new_with (&config, false, 1000 * SECOND);
}

Talk *
talk_new_ipv6 (void)
{
  StackConfig config = talk_config ();

  return talk_new_with (&config, true, 1000 * SECOND);
}

void
talk_free (Talk *t)
{
  peer_expects_nothing (t);
  stack_free (t->stack);
  g_ptr_array_free (t->said, TRUE);
  g_byte_array_free (t->capture, TRUE);
  g_free (t);
}

void
peer_uses (Talk *t, uint16_t port)
{
  unsigned i = 0;

  while (i < t->flow_count && t->flows[i].peer_port != port)
    i++;
  g_assert_cmpuint (i, <, G_N_ELEMENTS (t->flows));
  t->flow = &t->flows[i];
  if (i < t->flow_count)
    return;
  *t->flow = (Flow){ .peer_port = port,
                     .local_port = 7777,
                     .peer_isn = 0xfffffc00 + port,
                     .peer_time = 0xffffff00,
                     .written = 1,
                     .read = 1 };
  t->flow_count++;
}

/* Packets */

static void
take_events (Talk *t)
{
  StackEvent event;

  while (stack_event (t->stack, &event))
    if (event.type == STACK_EVENT_STATE)
      {
        t->states |= 1u << event.to;
        say (t, "", tcp_state_name (event.to));
      }
    else if (event.type == STACK_EVENT_DROP)
      say (t, "drop", drop_cause_name (event.drop));
    else
      t->changes++;
}

/* Whoever is meant by it is one host, and seen from others. */
static bool
names_one_host (const uint8_t *packet)
{
  const uint8_t *source = packet + 12;
  static const uint8_t LOOPBACK[16] = { [15] = 1 };

  if (packet[0] >> 4 == 4)
    return source[0] > 0 && source[0] != 127 && source[0] < 224
           && memcmp (source, "\x0a\0\0\xff", 4) != 0;
  source = packet + 8;
  return source[0] > 0 && source[0] != 0xff
         && memcmp (source, LOOPBACK, 16) != 0;
}

/* Every packet of every conversation. req: IP4-ADR-1 */
static size_t
output (Talk *t)
{
  size_t length;

  t->out = (StackOut){ .id = t->packet + 1 };
  length = stack_output (t->stack, t->now, t->bytes, PACKET_LINE_MAX, &t->out);
  if (length > 0)
    {
      t->packet++;
      record (t, t->bytes, length);
      if (!names_one_host (t->bytes))
        talk_fail (t, "the source of a packet is no host");
    }
  take_events (t);
  return length;
}

static PacketPath
path_to_peer (const Talk *t)
{
  return (PacketPath){ .source = { t->local, t->flow->local_port },
                       .destination = { t->peer, t->flow->peer_port },
                       .source_isn = t->flow->isn,
                       .destination_isn = t->flow->peer_isn,
                       .source_timed = t->flow->timed,
                       .source_time = t->flow->time,
                       .destination_time = t->flow->peer_time };
}

static void
learn_time (Talk *t, const PacketPath *path)
{
  t->flow->timed = path->source_timed;
  t->flow->time = path->source_time;
}

static void
describe (Talk *t, size_t length, char text[PACKET_LINE_TEXT])
{
  PacketPath path = path_to_peer (t);
  PacketLine line;
  const char *wrong = packet_line_decode (&line, &path, t->bytes, length);

  learn_time (t, &path);
  packet_line_format (&line, text);
  if (wrong != NULL)
    g_strlcat (text, wrong, PACKET_LINE_TEXT);
}

void
peer_expects_nothing (Talk *t)
{
  char text[PACKET_LINE_TEXT];
  size_t length = output (t);

  if (length == 0)
    return;
  describe (t, length, text);
  talk_fail (t, "expected nothing, the stack sent %s", text);
}

void
peer_sends_bytes (Talk *t, size_t length)
{
  StackIn in = { .interface = 0, .id = ++t->packet };
  g_autofree uint8_t *exact = g_memdup2 (t->bytes, length);

  record (t, t->bytes, length);
  stack_input (t->stack, t->now, &in, exact, length);
  take_events (t);
}

static void
send_line (Talk *t, const char *text)
{
  PacketPath path = { .source = { t->peer, t->flow->peer_port },
                      .destination = { t->local, t->flow->local_port },
                      .source_isn = t->flow->peer_isn,
                      .destination_isn = t->flow->isn,
                      .source_time = t->flow->peer_time,
                      .destination_time = t->flow->time };
  PacketLine line = packet_line_parse (text);
  size_t length = packet_line_encode (&line, &path, t->bytes);

  if (packet_line_ip_header (&t->peer) == 40)
    {
      t->bytes[1] |= (uint8_t) (t->peer_label >> 16 & 0xf);
      t->bytes[2] = (uint8_t) (t->peer_label >> 8);
      t->bytes[3] = (uint8_t) t->peer_label;
    }
  say (t, "peer", text);
  peer_sends_bytes (t, length);
}

void
peer_adds (Talk *t, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  send_line (t, text);
}

void
peer_sends (Talk *t, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  peer_expects_nothing (t);
  send_line (t, text);
}

/* The peer learns the stack's port and number from its SYN. */
static void
learn (Talk *t, const PacketPath *path)
{
  t->flow->local_port = path->source.port;
  t->flow->isn = path->source_isn;
}

static void
expect_line (Talk *t, const char *text)
{
  PacketLine line, expected = packet_line_parse (text);
  PacketPath path = path_to_peer (t);
  char got[PACKET_LINE_TEXT];
  const char *wrong;
  size_t length = output (t);

  if (length == 0)
    talk_fail (t, "expected %s, the stack sent nothing", text);
  wrong = packet_line_decode (&line, &path, t->bytes, length);
  packet_line_format (&line, got);
  if (wrong != NULL)
    talk_fail (t, "expected %s, the stack sent %s: %s", text, got, wrong);
  if (!packet_line_matches (&line, &expected)
      || !address_equal (&path.destination.address, &t->peer)
      || !address_equal (&path.source.address, &t->local)
      || path.destination.port != t->flow->peer_port)
    talk_fail (t, "expected %s, the stack sent %s", text, got);
  learn_time (t, &path);
  if ((line.flags & SYN) != 0)
    learn (t, &path);
  else if (path.source.port != t->flow->local_port)
    talk_fail (t, "expected %s, it came from another port", text);
  say (t, "stack", got);
}

void
peer_expects (Talk *t, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  expect_line (t, text);
}

size_t
peer_takes (Talk *t)
{
  size_t length = output (t);
  const char *wrong = length > 0 ? packet_line_check (t->bytes, length) : NULL;

  if (wrong != NULL)
    talk_fail (t, "the stack sent a packet: %s", wrong);
  if (length > 0)
    say (t, "stack", "(a packet)");
  return length;
}

unsigned
peer_ignores (Talk *t)
{
  char text[PACKET_LINE_TEXT];
  unsigned count = 0;
  size_t length;

  for (; (length = output (t)) > 0; count++)
    {
      describe (t, length, text);
      say (t, "(stack)", text);
    }
  return count;
}

/* Time */

static void
pass (Talk *t, Time until, bool silent)
{
  for (;;)
    {
      Time deadline = stack_deadline (t->stack);

      if (silent)
        peer_expects_nothing (t);
      else
        peer_ignores (t);
      deadline = MAX (stack_deadline (t->stack), t->now);
      if (deadline >= until)
        break;
      t->now = MAX (deadline, t->now + 1);
    }
  t->now = until;
}

void
advance (Talk *t, int64_t count, Time unit)
{
  pass (t, t->now + count * unit, true);
}

void
sleep_through (Talk *t, int64_t count, Time unit)
{
  pass (t, t->now + count * unit, false);
  peer_ignores (t);
}

/* A deadline may come too early, so the stack is asked until it has none. */
void
falls_silent (Talk *t)
{
  Time deadline;

  peer_expects_nothing (t);
  if (stack_busy (t->stack))
    talk_fail (t, "the stack is busy");
  while ((deadline = stack_deadline (t->stack)) != TIME_NEVER)
    {
      t->now = MAX (deadline, t->now + 1);
      peer_expects_nothing (t);
    }
}
