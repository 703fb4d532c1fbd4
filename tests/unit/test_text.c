// SPDX-License-Identifier: MIT
#include "sim/text.h"

#include "stack/wire_tcp.h"
#include "tests/unit/sample.h"
#include <string.h>

#define QUOTES "\"\"\"\"\"\"\"\"\"\"\"\""

static void
check (Packet *packet, const char *expected)
{
  char text[PACKET_TEXT_MAX];

  g_assert_cmpstr (packet_text (packet, text), ==, expected);
  packet_free (packet);
}

static void
test_tcp (void)
{
  static const uint8_t syn_options[] = {
    2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 100, 0, 0, 0, 7, 1, 3, 3, 7
  };
  static const uint8_t sack_options[] = { 1,    1,    5, 10, 0,    0,
                                          0x13, 0x89, 0, 0,  0x17, 0x71 };
  Flow flow = {
    .has_isn = true, .isn = 0xfffffff0, .has_isn_peer = true, .isn_peer = 5000
  };
  Packet *packet;

  packet = sample_tcp (&(SampleTcp){ .flags = TCP_SYN,
                                     .sequence = 0xfffffff0,
                                     .options = syn_options,
                                     .options_length = sizeof syn_options });
  packet->flow = &flow;
  packet->forward = true;
  check (packet, "tcp S 0:0(0) win 65535 "
                 "<mss 1460,sackOK,TS val 100 ecr 7,nop,wscale 7>");

  /* The sequence number wraps, the relative one does not. */
  packet = sample_tcp (&(SampleTcp){ .flags = TCP_ACK | TCP_PSH,
                                     .sequence = 0xfffffff1,
                                     .acknowledgment = 5001,
                                     .payload = "msg 01/20\n...\n" });
  packet->flow = &flow;
  packet->forward = true;
  check (packet, "tcp P. 1:15(14) ack 1 win 65535 \"msg 01/20\"");

  /* SACK blocks count in the numbers of whom they are sent to. */
  packet = sample_tcp (&(SampleTcp){ .flags = TCP_ACK,
                                     .sequence = 5001,
                                     .acknowledgment = 1,
                                     .options = sack_options,
                                     .options_length = sizeof sack_options });
  packet->flow = &flow;
  check (packet, "tcp . 1:1(0) ack 17 win 65535 <nop,nop,sack 5017:6017>");
}

static void
test_flags (void)
{
  static const struct
  {
    uint8_t flags;
    const char *text;
  } rows[] = {
    { 0, "tcp - 1:1(0) win 65535" },
    { TCP_RST, "tcp R 1:1(0) win 65535" },
    { TCP_RST | TCP_ACK, "tcp R. 1:1(0) ack 9 win 65535" },
    { TCP_FIN | TCP_ACK, "tcp F. 1:1(0) ack 9 win 65535" },
    { TCP_SYN | TCP_ECE | TCP_CWR, "tcp SEW 1:1(0) win 65535" },
    { 0xff, "tcp FSRP.UEW 1:1(0) ack 9 win 65535" },
  };

  /* Without a flow the numbers are those on the wire. */
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    check (sample_tcp (&(SampleTcp){
               .flags = rows[i].flags, .sequence = 1, .acknowledgment = 9 }),
           rows[i].text);
}

static void
test_options_malformed (void)
{
  static const uint8_t options[][4] = {
    { 0, 0, 0, 0 }, { 1, 1, 1, 8 },   { 9, 0, 0, 0 },
    { 9, 1, 0, 0 }, { 9, 200, 0, 0 }, { 2, 2, 77, 2 },
  };
  static const char *const texts[] = {
    "<eol>",       "<nop,nop,nop,malformed>", "<malformed>", "<malformed>",
    "<malformed>", "<opt 2,opt 77>",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autofree char *expected =
          g_strdup_printf ("tcp S 0:0(0) win 65535 %s", texts[i]);

      check (sample_tcp (&(SampleTcp){ .flags = TCP_SYN,
                                       .options = options[i],
                                       .options_length = 4 }),
             expected);
    }
}

static void
test_udp (void)
{
  check (sample_udp (""), "udp 0 bytes");
  check (sample_udp ("msg 07/20\n"), "udp 10 bytes \"msg 07/20\"");
  check (sample_udp ("\n"), "udp 1 bytes");
  check (sample_udp ("abc\001"), "udp 4 bytes");
  check (sample_udp ("say \"\\\""), "udp 7 bytes \"say \\\"\\\\\\\"\"");
  check (sample_udp ("0123456789012345678901234567"),
         "udp 28 bytes \"012345678901234567890123\"");
}

static void
test_icmp (void)
{
  static const uint8_t request[] = { 8, 0, 0, 0, 0, 7, 0, 1 };
  static const uint8_t reply[] = { 0, 0, 0, 0, 0, 7, 0, 1 };
  static const uint8_t too_big[] = { 3, 4, 0, 0, 0, 0, 5, 0 };
  static const uint8_t port[] = { 3, 3, 0, 0, 0, 0, 0, 0 };
  static const uint8_t other[] = { 13, 1, 0, 0, 0, 0, 0, 0 };
  static const uint8_t request6[] = { 128, 0, 0, 0, 0, 7, 0, 1 };
  static const uint8_t problem6[] = { 4, 1, 0, 0, 0, 0, 0, 40 };
  static const uint8_t strange6[] = { 1, 9, 0, 0, 0, 0, 0, 40 };
  static const uint8_t too_big6[] = { 2, 0, 0, 0, 0, 0, 5, 0 };

  check (sample_ip (1, request, 8), "icmp echo request id 7 seq 1");
  check (sample_ip (1, reply, 8), "icmp echo reply id 7 seq 1");
  check (sample_ip (1, too_big, 8), "icmp fragmentation needed mtu 1280");
  check (sample_ip (1, port, 8), "icmp port unreachable");
  check (sample_ip (1, other, 8), "icmp type 13 code 1");
  check (sample_ip (1, other, 7), "icmp malformed");
  check (sample_ipv6 (58, request6, 8), "icmp6 echo request id 7 seq 1");
  check (sample_ipv6 (58, too_big6, 8), "icmp6 packet too big mtu 1280");
  check (sample_ipv6 (58, problem6, 8), "icmp6 unknown next header at 40");
  check (sample_ipv6 (58, strange6, 8), "icmp6 unreachable code 9");
  check (sample_ip (58, request6, 8), "icmp6 8 bytes");
}

static void
test_ip (void)
{
  static const uint8_t hop_by_hop[16] = { 17, 0, 5, 2, 0, 0, 1, 0,
                                          0,  1, 0, 2, 0, 8, 0, 0 };
  static const uint8_t fragment[16] = { 17, 0, 0, 8, 0, 0, 0, 9 };
  static const uint8_t first[16] = { 17, 0, 0, 1, 0, 0, 0, 9 };
  Packet *packet;

  check (sample_ip (47, hop_by_hop, 16), "protocol 47 16 bytes");
  check (sample_ipv6 (0, hop_by_hop, 16), "udp 0 bytes");
  check (sample_ipv6 (0, hop_by_hop, 7), "malformed");
  check (sample_ipv6 (44, fragment, 16), "udp fragment 8:16 id 9 last");
  check (sample_ipv6 (44, first, 16), "udp fragment 0:8 id 9 more");

  packet = sample_udp ("12345678");
  packet->bytes[6] = 0x20;
  packet->bytes[7] = 0x02;
  packet->bytes[5] = 77;
  check (packet, "udp fragment 16:32 id 77 more");

  packet = sample_udp ("1");
  packet->bytes[0] = 0x55;
  check (packet, "malformed");
  packet = sample_udp ("1");
  packet->bytes[3]++; /* longer than it is */
  check (packet, "malformed");
}

/* Each byte of each length of each sample with each bit turned: nothing is
 * read outside (a sanitizer says so) and the text is closed and printable. */
static void
test_corrupt (void)
{
  static const uint8_t options[] = { 5, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0 };
  static const uint8_t extensions[16] = { 43, 0, 1, 4, 0, 0, 0, 0, 44 };
  Packet *samples[] = {
    sample_tcp (&(SampleTcp){ .flags = TCP_ACK,
                              .options = options,
                              .options_length = sizeof options,
                              .payload = "abc" }),
    sample_udp ("abc"),
    sample_ipv6 (0, extensions, sizeof extensions),
  };

  for (size_t i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      for (uint32_t length = 0; length <= samples[i]->length; length++)
        for (uint32_t bit = 0; bit < length * 8; bit++)
          {
            Packet *packet = packet_new (samples[i]->bytes, length);
            char text[PACKET_TEXT_MAX];

            packet->bytes[bit / 8] ^= (uint8_t) (1 << bit % 8);
            packet_text (packet, text);
            g_assert_nonnull (memchr (text, '\0', sizeof text));
            for (const char *c = text; *c != '\0'; c++)
              g_assert_true (g_ascii_isprint (*c));
            packet_free (packet);
          }
      packet_free (samples[i]);
    }
}

/* Forty bytes of options and a payload full of quotes are too much. */
static void
test_longest (void)
{
  uint8_t options[40];
  Packet *packet;
  char text[PACKET_TEXT_MAX];

  for (size_t i = 0; i < sizeof options; i += 2)
    memcpy (options + i, (uint8_t[]){ 254, 2 }, 2);
  packet = sample_tcp (&(SampleTcp){ .flags = 0xff,
                                     .sequence = UINT32_MAX - 60,
                                     .acknowledgment = UINT32_MAX,
                                     .options = options,
                                     .options_length = sizeof options,
                                     .payload = QUOTES QUOTES });
  packet_text (packet, text);
  g_assert_cmpuint (strlen (text), ==, PACKET_TEXT_MAX - 1);
  packet_free (packet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/tcp", test_tcp);
  g_test_add_func ("/text/flags", test_flags);
  g_test_add_func ("/text/options-malformed", test_options_malformed);
  g_test_add_func ("/text/udp", test_udp);
  g_test_add_func ("/text/icmp", test_icmp);
  g_test_add_func ("/text/ip", test_ip);
  g_test_add_func ("/text/corrupt", test_corrupt);
  g_test_add_func ("/text/longest", test_longest);
  return g_test_run ();
}
