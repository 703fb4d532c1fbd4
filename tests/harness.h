// SPDX-License-Identifier: MIT
/* A conversation: the stack under test has one interface, 10.0.0.1/24 and
 * fd00::1/64; the peer, 10.0.0.2 or fd00::2, is played by hand.
 *
 *   app_listen (t, 7777, 5);
 *   peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
 *   peer_expects (t, "S. 0:0(0) ack 1 <mss 1460>");
 *   advance (t, 1, SECOND);
 *   peer_expects (t, "S. 0:0(0) ack 1");
 *
 * Numbers are relative to the initial sequence numbers of both ends, times to
 * the stack's first timestamp and to one of the peer's that soon wraps. Every
 * packet of the stack is checked for its checksums and lengths by code that is
 * not the stack's, and must be expected: sending, time and the end of the test
 * find nothing left over. What fails prints the conversation so far and leaves
 * it as a capture. */
#pragma once

#include "stack/socket.h"
#include "tests/packet_line.h"

#include <glib.h>

/* One connection, as the peer knows it. */
typedef struct
{
  uint16_t peer_port, local_port;
  uint32_t isn, peer_isn;   /* the stack's, ours */
  bool timed;               /* has it sent a timestamp? */
  uint32_t time, peer_time; /* first timestamps: the stack's, ours */
  int socket;               /* the application's, or 0 */
  int64_t written, read;    /* offsets where the application goes on */
} Flow;

typedef struct
{
  Stack *stack;
  Time now;
  Time began;
  Address local, peer;
  uint32_t peer_label; /* IPv6: what peer_sends has as its flow label */
  Flow flows[16];
  unsigned flow_count;
  Flow *flow; /* the one that is spoken of */
  int listener;
  StackOut out;     /* of the last packet */
  uint64_t packet;  /* id of the last packet, of either side */
  unsigned states;  /* bit n: some connection was in TcpState n */
  unsigned changes; /* STACK_EVENT_SOCKET so far */
  uint8_t bytes[PACKET_LINE_MAX];
  GPtrArray *said;     /* char *, the conversation */
  GByteArray *capture; /* the same as a classic capture */
} Talk;

/* The configuration all conversations use, TCP as it was before its options;
 * change a copy for talk_new_with. MODERN: window scale, timestamps, SACK and
 * RACK, and buffers of 1 MiB. */
StackConfig talk_config (void);
StackConfig talk_config_modern (void);

Talk *talk_new (void);
Talk *talk_new_ipv6 (void);
Talk *talk_new_with (const StackConfig *config, bool ipv6, Time start);
/* Checks that nothing is left to say. */
void talk_free (Talk *t);

/* From here on the peer speaks from PORT: another connection. */
void peer_uses (Talk *t, uint16_t port);

/* A packet from the peer. The stack must have nothing to say before. */
void peer_sends (Talk *t, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The same, but right behind what came before: in one batch. */
void peer_adds (Talk *t, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* LENGTH bytes of IP packet that a test made itself, at t->bytes. */
void peer_sends_bytes (Talk *t, size_t length);

/* The next packet of the stack; win, urg, ecn and options count only if
 * given. */
void peer_expects (Talk *t, const char *format, ...) G_GNUC_PRINTF (2, 3);
void peer_expects_nothing (Talk *t);
/* The next packet as bytes, checked and at t->bytes; its length, or 0. */
size_t peer_takes (Talk *t);
/* Whatever the stack says now is not looked at; returns how many packets. */
unsigned peer_ignores (Talk *t);

/* Time goes on by COUNT UNITs; until the last nanosecond nothing is sent. */
void advance (Talk *t, int64_t count, Time unit);
/* The same, whatever is sent. */
void sleep_through (Talk *t, int64_t count, Time unit);
/* However long we wait, nothing comes. */
void falls_silent (Talk *t);

/* The application. On t->flow, when they don't take a socket. */
int app_socket (Talk *t, SocketFamily family, SocketType type);
void app_listen (Talk *t, uint16_t port, int backlog);
void app_connect (Talk *t, uint16_t port);
void app_accepts (Talk *t);
void app_sends (Talk *t, size_t length);
void app_send_gives (Talk *t, size_t length, ssize_t result);
/* All of what can be read, up to SIZE, is LENGTH bytes of the pattern. */
void app_receives (Talk *t, size_t size, size_t length);
void app_receive_gives (Talk *t, ssize_t result);
void app_shuts_down (Talk *t, int how);
void app_closes (Talk *t);
void app_aborts (Talk *t);
void app_sets (Talk *t, SocketOption option, int64_t value);

void state_is (Talk *t, const char *state);
void poll_is (Talk *t, unsigned poll);
void error_is (Talk *t, int error);
void drops_are (Talk *t, DropCause cause, uint64_t count);
SocketInfo app_info (Talk *t);

/* The handshake, all at once: the stack listens on 7777 and accepted, or
 * connected to 80. MSS of the peer 1000. */
void talk_accepted (Talk *t);
void talk_connected (Talk *t);

/* Ends the test, with the conversation. */
void talk_fail (Talk *t, const char *format, ...)
    G_GNUC_PRINTF (2, 3) G_GNUC_NORETURN;
#define talk_check(t, is)                                                      \
  do                                                                           \
    if (!(is))                                                                 \
      talk_fail (t, "line %d: not %s", __LINE__, #is);                         \
  while (0)
