// SPDX-License-Identifier: MIT
/* Every urgent pointer there is, in every state, with and without data: it is
 * never used to find a byte (the class of CVE-2019-12255), and the stream is
 * the one that was sent. */
#include "tests/harness.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#define DATA_MAX 1460
#define POINTERS 65536

/* Where the fields are in an IPv4 packet without options. */
#define SEQUENCE 24
#define CHECKSUM 36
#define POINTER  38
#define DATA     40

typedef struct
{
  TcpState state;
  void (*reach) (Talk *t);
  bool reads;      /* data that comes is delivered */
  int64_t start;   /* of the peer's next byte */
  const char *ack; /* one that changes nothing */
} Case;

static void
closed (Talk *t)
{
  t->flow->socket = 0;
}

static void
listening (Talk *t)
{
  app_listen (t, 7777, 8);
}

static void
syn_sent (Talk *t)
{
  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
}

static void
syn_received (Talk *t)
{
  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) <mss 1460>");
  peer_expects (t, "S. 0:0(0) ack 1");
}

static void
established (Talk *t)
{
  talk_accepted (t);
}

static void
fin_wait_1 (Talk *t)
{
  talk_accepted (t);
  app_shuts_down (t, SHUT_WR);
  peer_expects (t, "F. 1:1(0) ack 1");
}

static void
fin_wait_2 (Talk *t)
{
  fin_wait_1 (t);
  peer_sends (t, ". 1:1(0) ack 2");
}

static void
close_wait (Talk *t)
{
  talk_accepted (t);
  peer_sends (t, "F. 1:1(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 2");
}

static void
closing (Talk *t)
{
  fin_wait_1 (t);
  peer_sends (t, "F. 1:1(0) ack 1");
  peer_expects (t, ". 2:2(0) ack 2");
}

static void
last_ack (Talk *t)
{
  close_wait (t);
  app_shuts_down (t, SHUT_WR);
  peer_expects (t, "F. 1:1(0) ack 2");
}

static void
time_wait (Talk *t)
{
  fin_wait_2 (t);
  peer_sends (t, "F. 1:1(0) ack 2");
  peer_expects (t, ". 2:2(0) ack 2");
}

static const Case CASES[] = {
  { TCP_CLOSED, closed, false, 1, "" },
  { TCP_LISTEN, listening, false, 1, "" },
  { TCP_SYN_SENT, syn_sent, false, 1, "" },
  { TCP_SYN_RECEIVED, syn_received, false, 1, "" },
  { TCP_ESTABLISHED, established, true, 1, ". ack 1" },
  { TCP_FIN_WAIT_1, fin_wait_1, true, 1, ". ack 1" },
  { TCP_FIN_WAIT_2, fin_wait_2, true, 1, ". ack 2" },
  { TCP_CLOSE_WAIT, close_wait, false, 2, ". ack 1" },
  { TCP_CLOSING, closing, false, 2, ". ack 1" },
  { TCP_LAST_ACK, last_ack, false, 2, ". ack 1" },
  { TCP_TIME_WAIT, time_wait, false, 2, ". ack 2" },
};

/* Another value for the 16 bits at AT: the checksum follows (RFC 1624). */
static void
patch (uint8_t *packet, size_t at, unsigned value)
{
  unsigned old = (unsigned) packet[at] << 8 | packet[at + 1];
  unsigned sum = (unsigned) packet[CHECKSUM] << 8 | packet[CHECKSUM + 1];

  sum = (~sum & 0xffff) + (~old & 0xffff) + value;
  sum = (sum & 0xffff) + (sum >> 16);
  sum = ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
  packet[at] = (uint8_t) (value >> 8);
  packet[at + 1] = (uint8_t) value;
  packet[CHECKSUM] = (uint8_t) (sum >> 8);
  packet[CHECKSUM + 1] = (uint8_t) sum;
}

/* The segment with FLAGS and LENGTH bytes, its pointer still 0. */
static size_t
make (
    Talk *t, const Case *is, const char *flags, size_t length, uint8_t *packet)
{
  g_autofree char *text =
      g_strdup_printf ("%s%.1s %ld:%ld(%zu) %s", flags, is->ack,
                       (long) is->start, (long) is->start + (long) length,
                       length, is->ack[0] != '\0' ? is->ack + 2 : "");
  PacketPath path = { .source = { t->peer, t->flow->peer_port },
                      .destination = { t->local, t->flow->local_port },
                      .source_isn = t->flow->peer_isn,
                      .destination_isn = t->flow->isn };
  PacketLine line = packet_line_parse (text);

  return packet_line_encode (&line, &path, packet);
}

/* As far as the application has a socket of it. */
static bool
is_in (Talk *t, TcpState state)
{
  return t->flow->socket <= 0 || app_info (t).state == state;
}

static void
input (Talk *t, const uint8_t *packet, size_t size)
{
  /* In memory of its own, so that one byte too far is seen. */
  g_autofree uint8_t *exact = g_memdup2 (packet, size);
  StackIn in = { .id = ++t->packet };
  StackEvent event;

  stack_input (t->stack, t->now, &in, exact, size);
  while (stack_output (t->stack, t->now, t->bytes, PACKET_LINE_MAX, &t->out)
         > 0)
    ;
  while (stack_event (t->stack, &event))
    ;
}

/* What comes out is what went in. */
static void
check_stream (Talk *t, const uint8_t *data, size_t length)
{
  uint8_t read[DATA_MAX + 1];

  if (length > 0)
    talk_check (t, socket_receive (t->stack, t->flow->socket, read, sizeof read)
                           == (ssize_t) length
                       && memcmp (read, data, length) == 0);
}

static void
try_all (const Case *is, const char *flags, size_t length)
{
  StackConfig config = talk_config ();
  Talk *t = talk_new_with (&config, false, 1000 * SECOND);
  uint8_t packet[PACKET_LINE_MAX];
  bool reads = is->reads && strchr (flags, 'S') == NULL;
  int64_t start = is->start, mark = 0;
  size_t size;
  uint32_t sequence;

  is->reach (t);
  size = make (t, is, flags, length, packet);
  memcpy (&sequence, packet + SEQUENCE, 4);
  sequence = ntohl (sequence);
  for (unsigned pointer = 0; pointer < POINTERS; pointer++)
    {
      patch (packet, POINTER, pointer);
      patch (packet, SEQUENCE, sequence >> 16);
      patch (packet, SEQUENCE + 2, sequence & 0xffff);
      input (t, packet, size);
      talk_check (t, is_in (t, is->state));
      if (!reads)
        continue;
      mark = MAX (mark, start + pointer);
      check_stream (t, packet + DATA, length);
      start += (int64_t) length;
      sequence += (uint32_t) length;
      talk_check (t, socket_urgent (t->stack, t->flow->socket)
                         == MAX (mark - start, 0));
    }
  sleep_through (t, 1, SECOND);
  talk_free (t);
}

/* req: TCP-URG-8 TCP-URG-6 TCP-URG-3 */
static void
test_all (void)
{
  static const size_t LENGTHS[] = { 0, 1, DATA_MAX };

  for (unsigned i = 0; i < G_N_ELEMENTS (CASES); i++)
    for (unsigned j = 0; j < G_N_ELEMENTS (LENGTHS); j++)
      try_all (&CASES[i], "U", LENGTHS[j]);
}

/* With the flags that take a number too, where they change no state.
 * req: TCP-URG-8 */
static void
test_flags (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (CASES); i++)
    if (CASES[i].state >= TCP_ESTABLISHED && CASES[i].state < TCP_TIME_WAIT)
      try_all (&CASES[i], "SU", 1);
  for (unsigned i = 0; i < G_N_ELEMENTS (CASES); i++)
    if (CASES[i].state == TCP_CLOSED || CASES[i].state > TCP_FIN_WAIT_2)
      try_all (&CASES[i], "FU", 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/urgent-pointers/all", test_all);
  g_test_add_func ("/urgent-pointers/flags", test_flags);
  return g_test_run ();
}
