// SPDX-License-Identifier: MIT
/* Sending and receiving: errors of each state, flags, several buffers. */
#include "tests/harness.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static ssize_t
receive_flags (Talk *t, int socket, void *bytes, size_t size, int *flags)
{
  struct iovec part = { bytes, size };

  return socket_receive_parts (t->stack, socket, &part, 1, NULL, flags);
}

static void
receives_with (Talk *t, size_t size, int flags, ssize_t result)
{
  uint8_t bytes[100000];
  ssize_t got = receive_flags (t, t->flow->socket, bytes, size, &flags);

  if (got != result)
    talk_fail (t, "receiving gives %zd, not %zd", got, result);
  for (ssize_t i = 0; i < got; i++)
    talk_check (t, bytes[i] == packet_line_byte (t->flow->read + i));
  talk_check (t, flags == 0);
}

static void
send_to_gives (Talk *t, int socket, ssize_t result)
{
  Endpoint remote = { t->peer, 40000 };

  talk_check (t, socket_send_to (t->stack, socket, "x", 1, &remote) == result);
}

/* Each state of a stream: send, send_to, receive.
 * req: SOK-IO-1 SOK-IO-2 SOK-IO-3 */
static void
test_stream_states (void)
{
  Talk *t = talk_new ();
  int fresh = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  char byte;

  talk_check (t, socket_send (t->stack, fresh, "x", 1) == -ENOTCONN);
  talk_check (t, socket_receive (t->stack, fresh, &byte, 1) == -ENOTCONN);
  send_to_gives (t, fresh, -ENOTCONN);
  app_connect (t, 80);
  app_send_gives (t, 1, -EAGAIN);
  app_receive_gives (t, -EAGAIN);
  peer_expects (t, "S 0:0(0)");
  app_send_gives (t, 1, -EAGAIN);
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  app_receive_gives (t, -EAGAIN);
  send_to_gives (t, t->flow->socket, -EISCONN);
  app_sends (t, 5);
  peer_expects (t, "P. 1:6(5) ack 1");
  peer_sends (t, "F. 1:1(0) ack 6");
  peer_expects (t, ". 6:6(0) ack 2");
  app_receive_gives (t, 0);
  app_receive_gives (t, 0);
  app_sends (t, 5);
  peer_expects (t, "P. 6:11(5) ack 2");
  peer_sends (t, ". 2:2(0) ack 11");
  app_shuts_down (t, SHUT_WR);
  app_send_gives (t, 1, -EPIPE);
  app_send_gives (t, 0, -EPIPE);
  app_receive_gives (t, 0);
  peer_expects (t, "F. 11:11(0) ack 2");
  app_send_gives (t, 1, -EPIPE);
  peer_sends (t, ". 2:2(0) ack 12");
  app_send_gives (t, 1, -EPIPE);
  app_receive_gives (t, 0);
  falls_silent (t);
  talk_free (t);
}

/* What came before a reset is delivered, then the error once, whichever call
 * asks first, then the end. req: SOK-IO-2 SOK-IO-3 SOK-IO-4 SOK-IO-11 */
static void
test_reset (void)
{
  for (unsigned who = 0; who < 3; who++)
    {
      Talk *t = talk_new ();

      talk_accepted (t);
      peer_sends (t, "P. 1:11(10) ack 1");
      peer_sends (t, "R. 11:11(0) ack 1");
      talk_check (t, app_info (t).receive_queue == 10);
      if (who == 0)
        app_send_gives (t, 1, -ECONNRESET);
      if (who == 1)
        error_is (t, ECONNRESET);
      app_receives (t, 6, 6);
      app_receives (t, 6, 4);
      if (who == 2)
        app_receive_gives (t, -ECONNRESET);
      app_receive_gives (t, 0);
      app_receive_gives (t, 0);
      app_send_gives (t, 1, -EPIPE);
      app_send_gives (t, 0, -EPIPE);
      error_is (t, 0);
      poll_is (t, SOCKET_READABLE | SOCKET_WRITABLE | SOCKET_HANGUP);
      falls_silent (t);
      talk_free (t);
    }
}

/* req: SOK-IO-6 */
static void
test_peek (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  receives_with (t, 10, MSG_PEEK, -EAGAIN);
  peer_sends (t, "P. 1:11(10) ack 1");
  receives_with (t, 4, MSG_PEEK, 4);
  receives_with (t, 100, MSG_PEEK | MSG_DONTWAIT, 10);
  talk_check (t, app_info (t).readable == 10);
  receives_with (t, 100, MSG_PEEK | MSG_WAITALL, -EAGAIN);
  app_receives (t, 100, 10);
  receives_with (t, 10, MSG_PEEK, -EAGAIN);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 11");
  talk_free (t);
}

/* All or, when no more can come, what there is. req: SOK-IO-6 */
static void
test_wait_all (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "P. 1:11(10) ack 1");
  receives_with (t, 11, MSG_WAITALL, -EAGAIN);
  receives_with (t, 10, MSG_WAITALL, 10);
  t->flow->read += 10;
  peer_sends (t, "P. 11:21(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 21");
  receives_with (t, 20, MSG_WAITALL, -EAGAIN);
  peer_sends (t, "F. 21:21(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 22");
  receives_with (t, 20, MSG_WAITALL, 10);
  receives_with (t, 20, MSG_WAITALL, 0);
  talk_free (t);
}

/* More than the buffer can hold is never waited for. req: SOK-IO-6 */
static void
test_wait_for_too_much (void)
{
  Talk *t = talk_new ();
  int64_t at;

  talk_accepted (t);
  app_sets (t, SOCKET_OPTION_RECEIVE_BUFFER, 5000);
  for (at = 1; at < 65001; at += 1000)
    {
      receives_with (t, 100000, MSG_WAITALL, -EAGAIN);
      peer_sends (t, ". %d:%d(1000) ack 1", (int) at, (int) at + 1000);
      peer_ignores (t);
    }
  peer_sends (t, "P. 65001:65536(535) ack 1");
  peer_expects (t, ". 1:1(0) ack 65536 win 0");
  receives_with (t, 100000, MSG_WAITALL, 65535);
  peer_expects (t, ". 1:1(0) ack 65536 win 5000");
  talk_free (t);
}

/* req: SOK-IO-6 SOK-IO-2 */
static void
test_flags (void)
{
  Talk *t = talk_new ();
  struct iovec part = { (void *) "abc", 3 };
  int datagram = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);

  talk_accepted (t);
  talk_check (t, socket_send_parts (t->stack, datagram, &part, 1, NULL, MSG_OOB)
                     == -EOPNOTSUPP);
  receives_with (t, 10, MSG_OOB, -EOPNOTSUPP);
  receives_with (t, 10, MSG_TRUNC, -EOPNOTSUPP);
  receives_with (t, 10, 1 << 30, -EOPNOTSUPP);
  talk_check (t,
              socket_send_parts (t->stack, datagram, &part, 1, NULL, MSG_PEEK)
                  == -EOPNOTSUPP);
  talk_check (t, socket_send_parts (t->stack, datagram, &part, 1, NULL,
                                    MSG_NOSIGNAL | MSG_DONTWAIT)
                     == -EDESTADDRREQ);
  falls_silent (t);
  talk_free (t);
}

/* Sixteen buffers, empty ones among them, are one stretch of the stream.
 * req: SOK-IO-9 */
static void
test_parts (void)
{
  Talk *t = talk_new ();
  uint8_t bytes[16][16], got[16][16];
  struct iovec out[16], in[16];
  int flags = 0;
  int64_t at = 1;

  for (size_t i = 0; i < 16; i++)
    {
      size_t length = i % 5 == 0 ? 0 : i;

      for (size_t j = 0; j < length; j++)
        bytes[i][j] = packet_line_byte (at++);
      out[i] = (struct iovec){ length > 0 ? bytes[i] : NULL, length };
      in[i] = (struct iovec){ i > 0 ? got[i] : NULL, i };
    }
  talk_accepted (t);
  talk_check (t, socket_send_parts (t->stack, t->flow->socket, out, 16, NULL, 0)
                     == 90);
  peer_expects (t, "P. 1:91(90) ack 1");
  peer_sends (t, "P. 1:91(90) ack 91");
  talk_check (
      t, socket_receive_parts (t->stack, t->flow->socket, in, 16, NULL, &flags)
             == 90);
  at = 1;
  for (size_t i = 0; i < 16; i++)
    for (size_t j = 0; j < i && at < 91; j++)
      talk_check (t, got[i][j] == packet_line_byte (at++));
  talk_check (t, socket_send_parts (t->stack, t->flow->socket, out, 0, NULL, 0)
                     == 0);
  talk_check (t,
              socket_send_parts (t->stack, t->flow->socket, out, 1025, NULL, 0)
                  == -EMSGSIZE);
  out[0].iov_len = SIZE_MAX / 2;
  talk_check (t, socket_send_parts (t->stack, t->flow->socket, out, 2, NULL, 0)
                     == -EINVAL);
  talk_check (
      t, socket_receive_parts (t->stack, t->flow->socket, out, 2, NULL, &flags)
             == -EINVAL);
  sleep_through (t, 1, SECOND);
  talk_free (t);
}

/* Parts of what the buffer cannot take are not taken; as much as fits is.
 * req: SOK-IO-5 SOK-IO-9 SOK-IO-10 */
static void
test_full (void)
{
  Talk *t = talk_new ();
  g_autofree uint8_t *bytes = g_malloc0 (3000);
  struct iovec parts[2] = { { bytes, 3000 }, { bytes, 3000 } };

  talk_accepted (t);
  app_sets (t, SOCKET_OPTION_SEND_BUFFER, 5000);
  talk_check (t,
              socket_send_parts (t->stack, t->flow->socket, parts, 2, NULL, 0)
                  == 5000);
  talk_check (t, app_info (t).send_queue == 5000);
  poll_is (t, 0);
  talk_check (t,
              socket_send_parts (t->stack, t->flow->socket, parts, 2, NULL, 0)
                  == -EAGAIN);
  talk_check (t, socket_send (t->stack, t->flow->socket, bytes, 0) == 0);
  talk_check (t, peer_ignores (t) == 5);
  peer_sends (t, ". 1:1(0) ack 2001 win 65535");
  talk_check (t, app_info (t).send_queue == 3000);
  poll_is (t, SOCKET_WRITABLE);
  talk_check (t,
              socket_send_parts (t->stack, t->flow->socket, parts, 2, NULL, 0)
                  == 2000);
  peer_ignores (t);
  app_aborts (t);
  talk_check (t, peer_ignores (t) == 1);
  talk_free (t);
}

/* Filled to the brim, never refused: it must be told of room all the same.
 * req: SOK-POL-3 */
static void
test_brim (void)
{
  Talk *t = talk_new ();
  g_autofree uint8_t *bytes = g_malloc0 (5000);
  unsigned changes;

  talk_accepted (t);
  app_sets (t, SOCKET_OPTION_SEND_BUFFER, 5000);
  talk_check (t, socket_send (t->stack, t->flow->socket, bytes, 5000) == 5000);
  peer_ignores (t);
  changes = t->changes;
  peer_sends (t, ". 1:1(0) ack 2001 win 65535");
  talk_check (t, t->changes > changes);
  poll_is (t, SOCKET_WRITABLE);
  peer_sends (t, ". 1:1(0) ack 5001 win 65535");
  falls_silent (t);
  talk_free (t);
}

static void
datagram_comes (Talk *t, size_t length)
{
  uint8_t *udp = t->bytes + packet_line_ip_header (&t->peer);
  const uint8_t header[8] = { 40000 >> 8,
                              40000 & 0xff,
                              7777 >> 8,
                              7777 & 0xff,
                              (uint8_t) ((length + 8) >> 8),
                              (uint8_t) (length + 8) };

  memcpy (udp, header, 8);
  for (size_t i = 0; i < length; i++)
    udp[8 + i] = packet_line_byte ((int64_t) i);
  peer_sends_bytes (
      t, packet_line_wrap (t->bytes, &t->peer, &t->local, 17, 6, length + 8));
}

/* req: SOK-IO-6 SOK-IO-10 UDP-11 UDP-12 */
static void
test_datagram_flags (void)
{
  Talk *t = talk_new ();
  Endpoint local = { t->local, 7777 };
  int socket = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM), flags = MSG_PEEK;
  uint8_t bytes[100];
  SocketInfo info;

  talk_check (t, socket_bind (t->stack, socket, &local) == 0);
  talk_check (t, receive_flags (t, socket, bytes, 100, &flags) == -EAGAIN);
  datagram_comes (t, 50);
  datagram_comes (t, 0);
  datagram_comes (t, 7);
  talk_check (t, socket_info (t->stack, socket, &info) == 0);
  talk_check (t, info.readable == 50 && info.receive_queue == 57);
  flags = MSG_PEEK;
  talk_check (t, receive_flags (t, socket, bytes, 20, &flags) == 20);
  talk_check (t, flags == MSG_TRUNC);
  flags = MSG_PEEK | MSG_TRUNC;
  talk_check (t, receive_flags (t, socket, bytes, 20, &flags) == 50);
  talk_check (t, flags == MSG_TRUNC && bytes[19] == packet_line_byte (19));
  flags = MSG_WAITALL;
  talk_check (t, receive_flags (t, socket, bytes, 50, &flags) == 50);
  talk_check (t, flags == 0);
  talk_check (t, receive_flags (t, socket, bytes, 50, &flags) == 0);
  talk_check (t, receive_flags (t, socket, bytes, 0, &flags) == 0);
  talk_check (t, flags == MSG_TRUNC);
  flags = 0;
  talk_check (t, receive_flags (t, socket, bytes, 50, &flags) == -EAGAIN);
  talk_free (t);
}

/* One datagram out of several buffers; an empty one is a datagram, too.
 * req: SOK-IO-8 SOK-IO-9 UDP-14 */
static void
test_datagram_parts (void)
{
  Talk *t = talk_new ();
  struct iovec parts[3] = { { (void *) "ab", 2 },
                            { NULL, 0 },
                            { (void *) "cde", 3 } };
  Endpoint remote = { t->peer, 40000 };
  int socket = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);

  talk_check (t,
              socket_send_parts (t->stack, socket, parts, 3, &remote, 0) == 5);
  talk_check (t,
              peer_takes (t) == 33 && memcmp (t->bytes + 28, "abcde", 5) == 0);
  talk_check (t,
              socket_send_parts (t->stack, socket, parts, 0, &remote, 0) == 0);
  talk_check (t, peer_takes (t) == 28);
  talk_check (
      t, socket_option_set (t->stack, socket, SOCKET_OPTION_SEND_BUFFER, 2304)
             == 0);
  parts[2].iov_len = 2303;
  talk_check (t, socket_send_parts (t->stack, socket, parts, 3, &remote, 0)
                     == -EMSGSIZE);
  falls_silent (t);
  talk_free (t);
}

/* Who met a full outbox is told when half of it has left; before, it is not
 * writable. req: SOK-POL-2 SOK-POL-3 SOK-POL-1 */
static void
test_outbox_room (void)
{
  StackConfig config = talk_config ();
  Talk *t;
  uint8_t bytes[1000] = { 0 };
  Endpoint remote;
  int sender, other;
  unsigned changes;

  config.outbox_max = 5000;
  t = talk_new_with (&config, false, SECOND);
  remote = (Endpoint){ t->peer, 40000 };
  sender = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);
  other = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);
  while (socket_send_to (t->stack, sender, bytes, 1000, &remote) == 1000)
    talk_check (t, socket_poll (t->stack, sender) == SOCKET_WRITABLE);
  talk_check (t, socket_send_to (t->stack, other, bytes, 1000, &remote)
                     == -EAGAIN);
  talk_check (t, socket_poll (t->stack, sender) == 0);
  talk_check (t, socket_poll (t->stack, other) == 0);
  talk_check (t, peer_takes (t) > 0);
  changes = t->changes;
  talk_check (t, socket_poll (t->stack, other) == 0);
  talk_check (t, peer_ignores (t) == 3);
  talk_check (t, t->changes == changes + 2);
  talk_check (t, socket_poll (t->stack, sender) == SOCKET_WRITABLE);
  talk_check (t, socket_poll (t->stack, other) == SOCKET_WRITABLE);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket/message/stream-states", test_stream_states);
  g_test_add_func ("/socket/message/reset", test_reset);
  g_test_add_func ("/socket/message/peek", test_peek);
  g_test_add_func ("/socket/message/wait-all", test_wait_all);
  g_test_add_func ("/socket/message/wait-for-too-much", test_wait_for_too_much);
  g_test_add_func ("/socket/message/flags", test_flags);
  g_test_add_func ("/socket/message/parts", test_parts);
  g_test_add_func ("/socket/message/full", test_full);
  g_test_add_func ("/socket/message/brim", test_brim);
  g_test_add_func ("/socket/message/datagram-flags", test_datagram_flags);
  g_test_add_func ("/socket/message/datagram-parts", test_datagram_parts);
  g_test_add_func ("/socket/message/outbox-room", test_outbox_room);
  return g_test_run ();
}
