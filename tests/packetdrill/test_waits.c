// SPDX-License-Identifier: MIT
/* Calls that wait: by two threads, by one, until a time is over, until a
 * signal comes, until somebody closes the socket. */
#include "tests/packetdrill/caller.h"
#include "tests/packetdrill/peer.h"

#include <errno.h>
#include <string.h>

#define MS 1000LL

typedef struct
{
  Peer *peer;
  int fd;
  size_t length;
  int flags;
  ssize_t result;
  int error;
  long long end; /* when it was satisfied */
  struct sockaddr_storage address;
  socklen_t address_length;
  Caller caller;
} Call;

static Peer *
new_peer (const char *more)
{
  Peer *peer = g_new0 (Peer, 1);
  g_autofree char *flags = g_strconcat (peer_flags (PEER_IPV4), more, NULL);
  g_autoptr (GError) error = NULL;

  table_fill (&peer->table, flags, &error);
  g_assert_no_error (error);
  peer_init (peer, PEER_IPV4);
  return peer;
}

static void
free_peer (Peer *peer)
{
  peer->table.free (peer->table.userdata);
  g_free (peer);
}

/* What the second thread does around a call. */
static void
note (Call *call, ssize_t result)
{
  call->error = result < 0 ? errno : 0;
  call->result = result;
  call->end = peer_now (call->peer);
}

static void
do_receive (void *data)
{
  Call *call = data;
  PacketdrillTable *t = &call->peer->table;
  g_autofree uint8_t *bytes = g_malloc (call->length);

  note (call,
        t->recv (t->userdata, call->fd, bytes, call->length, call->flags));
}

static void
do_send (void *data)
{
  Call *call = data;
  PacketdrillTable *t = &call->peer->table;
  g_autofree uint8_t *bytes = g_malloc (call->length);

  for (size_t i = 0; i < call->length; i++)
    bytes[i] = packet_line_byte ((int64_t) i + 1);
  note (call,
        t->send (t->userdata, call->fd, bytes, call->length, call->flags));
}

static void
do_accept (void *data)
{
  Call *call = data;
  PacketdrillTable *t = &call->peer->table;

  note (call, t->accept (t->userdata, call->fd, NULL, NULL));
}

static void
do_connect (void *data)
{
  Call *call = data;
  PacketdrillTable *t = &call->peer->table;
  struct sockaddr_storage address;
  socklen_t length = peer_sockaddr (call->peer, false, 80, &address);

  note (call, t->connect (t->userdata, call->fd,
                          (const struct sockaddr *) &address, length));
}

static void
do_poll (void *data)
{
  Call *call = data;
  PacketdrillTable *t = &call->peer->table;
  struct pollfd fd = { .fd = call->fd, .events = POLLIN };

  note (call, t->poll (t->userdata, &fd, 1, -1));
  call->flags = fd.revents;
}

static void
do_epoll (void *data)
{
  Call *call = data;
  PacketdrillTable *t = &call->peer->table;
  struct epoll_event event = { .events = EPOLLIN };
  int epoll = t->epoll_create (t->userdata, 1);

  t->epoll_ctl (t->userdata, epoll, EPOLL_CTL_ADD, call->fd, &event);
  note (call, t->epoll_wait (t->userdata, epoll, &event, 1, -1));
  t->close (t->userdata, epoll);
}

static void
do_close (void *data)
{
  Call *call = data;
  PacketdrillTable *t = &call->peer->table;

  note (call, t->close (t->userdata, call->fd));
}

static void
start (Call *call, Peer *peer, int fd, void (*what) (void *))
{
  call->peer = peer;
  call->fd = fd;
  caller_start (&call->caller, what, call);
}

static void
set_timeout (Peer *peer, int fd, int option, long long us)
{
  struct timeval tv = { us / 1000000, us % 1000000 };
  PacketdrillTable *t = &peer->table;

  g_assert_cmpint (
      t->setsockopt (t->userdata, fd, SOL_SOCKET, option, &tv, sizeof tv), ==,
      0);
}

static void
ends (Call *call, ssize_t result, int error, long long at)
{
  caller_join (&call->caller);
  g_assert_cmpint (call->result, ==, result);
  g_assert_cmpint (call->error, ==, error);
  g_assert_cmpint (call->end, ==, at);
}

/* What comes later is not in it, though the clock has gone on. */
static void
test_satisfied (void)
{
  Peer *peer = new_peer ("");
  int fd = peer_connects (peer);
  Call call = { .length = 100 };
  long long began = peer_now (peer);

  start (&call, peer, fd, do_receive);
  g_assert_false (caller_is_done (&call.caller));
  peer_waits_until (peer, began + 300 * MS);
  peer_sends (peer, "P. 1:11(10) ack 1");
  peer_waits_until (peer, began + 500 * MS);
  peer_sends (peer, "P. 11:21(10) ack 1");
  ends (&call, 10, 0, began + 300 * MS);
  free_peer (peer);
}

/* req: SOK-IO-7 */
static void
test_receive_timeout (void)
{
  Peer *peer = new_peer ("");
  int fd = peer_connects (peer);
  Call call = { .length = 100, .flags = MSG_WAITALL };
  long long began;

  set_timeout (peer, fd, SO_RCVTIMEO, 200 * MS);
  for (int threads = 1; threads <= 2; threads++)
    {
      call.peer = peer;
      call.fd = fd;
      began = peer_now (peer);
      if (threads == 1)
        do_receive (&call);
      else
        start (&call, peer, fd, do_receive);
      peer_waits_until (peer, began + 900 * MS);
      /* The only thread reads the clock one microsecond after the end. */
      if (threads == 2)
        caller_join (&call.caller);
      g_assert_cmpint (call.result, ==, -1);
      g_assert_cmpint (call.error, ==, EAGAIN);
      g_assert_cmpint (call.end, ==, began + 200 * MS + (threads == 1));
    }
  began = peer_now (peer);
  start (&call, peer, fd, do_receive);
  peer_waits_until (peer, began + 50 * MS);
  peer_sends (peer, "P. 1:41(40) ack 1");
  peer_waits_until (peer, began + 900 * MS);
  ends (&call, 40, 0, began + 200 * MS);
  free_peer (peer);
}

/* 3,000 bytes of room; nothing is acknowledged. req: SOK-IO-7 SOK-IO-5 */
static void
test_send_timeout (void)
{
  Peer *peer = new_peer (",sndbuf=3000");
  int fd = peer_connects (peer);
  Call call = { .length = 5000 };
  long long began = peer_now (peer);

  set_timeout (peer, fd, SO_SNDTIMEO, 150 * MS);
  start (&call, peer, fd, do_send);
  g_assert_false (caller_is_done (&call.caller));
  peer_waits_until (peer, began + 900 * MS);
  ends (&call, 3000, 0, began + 150 * MS);
  began = peer_now (peer);
  start (&call, peer, fd, do_send);
  peer_waits_until (peer, began + 900 * MS);
  ends (&call, -1, EAGAIN, began + 150 * MS);
  free_peer (peer);
}

/* All of it is sent in the end. req: SOK-IO-5 */
static void
test_send_waits (void)
{
  Peer *peer = new_peer (",sndbuf=3000");
  int fd = peer_connects (peer);
  Call call = { .length = 5000 };
  long long began = peer_now (peer);

  start (&call, peer, fd, do_send);
  peer_expects (peer, ". 1:1001(1000) ack 1");
  peer_expects (peer, ". 1001:2001(1000) ack 1");
  peer_expects (peer, "P. 2001:3001(1000) ack 1");
  peer_waits_until (peer, began + 100 * MS);
  g_assert_false (caller_is_done (&call.caller));
  peer_sends (peer, ". 1:1(0) ack 3001");
  ends (&call, 5000, 0, began + 100 * MS);
  free_peer (peer);
}

static int
new_socket (Peer *peer, int type)
{
  return peer->table.socket (peer->table.userdata, AF_INET, type, 0);
}

static int
new_listener (Peer *peer)
{
  int fd = new_socket (peer, SOCK_STREAM);

  g_assert_cmpint (peer->table.listen (peer->table.userdata, fd, 1), ==, 0);
  return fd;
}

static const struct
{
  const char *name;
  void (*call) (void *);
  int error; /* after a signal */
  int gone;  /* after a close */
} CALLS[] = {
  { "receive", do_receive, EINTR, EBADF },
  { "send", do_send, EINTR, EBADF },
  { "accept", do_accept, EINTR, EBADF },
  { "connect", do_connect, EINTR, EBADF },
  { "poll", do_poll, EINTR, 0 }, /* POLLNVAL */
  { "epoll", do_epoll, EINTR, -1 },
};

static int
socket_for (Peer *peer, void (*call) (void *))
{
  if (call == do_accept)
    return new_listener (peer);
  return call == do_connect ? new_socket (peer, SOCK_STREAM)
                            : peer_connects (peer);
}

/* A signal ends what waits, with what it has done so far; after SA_RESTART it
 * goes on. What doesn't wait is never ended. req: SOK-POL-4 SOK-CON-7 */
static void
test_signal (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (CALLS); i++)
    {
      Peer *peer = new_peer (",sndbuf=3000");
      int fd = socket_for (peer, CALLS[i].call);
      Call call = { .length = 5000 };

      start (&call, peer, fd, CALLS[i].call);
      caller_interrupt (&call.caller, true);
      g_usleep (2000);
      g_assert_false (caller_is_done (&call.caller));
      caller_interrupt (&call.caller, false);
      caller_join (&call.caller);
      g_test_message ("%s", CALLS[i].name);
      if (CALLS[i].call == do_send)
        g_assert_cmpint (call.result, ==, 3000);
      else
        g_assert_cmpint (call.error, ==, EINTR);
      if (CALLS[i].call == do_connect)
        {
          peer->in.source.port = 80;
          peer_expects (peer, "S 0:0(0)");
          do_connect (&call); /* went on by itself, and this waits for it */
          g_assert_cmpint (call.error, ==, ETIMEDOUT);
        }
      free_peer (peer);
    }
}

/* A close that waits for the peer's ACK is done at once. req: SOK-POL-4 */
static void
test_signal_close (void)
{
  Peer *peer = new_peer ("");
  PacketdrillTable *t = &peer->table;
  struct linger linger = { 1, 5 };
  int fd = peer_connects (peer);
  Call call = { .length = 10 };

  g_assert_cmpint (t->setsockopt (t->userdata, fd, SOL_SOCKET, SO_LINGER,
                                  &linger, sizeof linger),
                   ==, 0);
  start (&call, peer, fd, do_close);
  g_assert_false (caller_is_done (&call.caller));
  caller_interrupt (&call.caller, false);
  caller_join (&call.caller);
  g_assert_cmpint (call.result, ==, 0);
  g_assert_cmpint (t->close (t->userdata, fd), ==, -1);
  free_peer (peer);
}

/* req: SOK-SHT-6 SOK-LSN-4 */
static void
test_close_wakes (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (CALLS); i++)
    {
      Peer *peer = new_peer (",sndbuf=3000");
      PacketdrillTable *t = &peer->table;
      int fd = socket_for (peer, CALLS[i].call);
      Call call = { .length = 5000 };
      long long began = peer_now (peer);

      if (CALLS[i].gone < 0) /* nobody is told that a set is smaller */
        {
          free_peer (peer);
          continue;
        }
      start (&call, peer, fd, CALLS[i].call);
      peer_waits_until (peer, began + 70 * MS);
      g_assert_false (caller_is_done (&call.caller));
      g_assert_cmpint (t->close (t->userdata, fd), ==, 0);
      caller_join (&call.caller);
      g_test_message ("%s", CALLS[i].name);
      g_assert_cmpint (call.end, ==, began + 70 * MS);
      if (CALLS[i].call == do_poll)
        g_assert_cmpint (call.flags, ==, POLLNVAL);
      else if (CALLS[i].call == do_send)
        g_assert_cmpint (call.result, ==, 3000);
      else
        g_assert_cmpint (call.error, ==, CALLS[i].gone);
      free_peer (peer);
    }
}

/* Two at one socket. req: SOK-SHT-6 */
static void
test_close_wakes_all (void)
{
  Peer *peer = new_peer ("");
  int fd = peer_connects (peer);
  Call calls[2] = { { .length = 10 }, { .length = 20 } };
  long long at;

  start (&calls[0], peer, fd, do_receive);
  start (&calls[1], peer, fd, do_receive);
  at = peer_now (peer);
  g_assert_cmpint (peer->table.close (peer->table.userdata, fd), ==, 0);
  ends (&calls[0], -1, EBADF, at);
  ends (&calls[1], -1, EBADF, at);
  free_peer (peer);
}

static void
do_read (void *data)
{
  Call *call = data;
  PacketdrillTable *t = &call->peer->table;
  uint8_t byte;

  call->result = t->read (t->userdata, call->fd, &byte, 1);
}

/* All is over while somebody waits. req: SOK-SHT-6 */
static void
test_free_wakes (void)
{
  Peer *peer = new_peer ("");
  Call call = { .result = 0 };
  int fd = peer_connects (peer);

  start (&call, peer, fd, do_read);
  peer->table.free (peer->table.userdata);
  caller_join (&call.caller);
  g_assert_cmpint (call.result, ==, -1);
  g_free (peer);
}

/* Who moves the clock waits for nobody: there is nothing to come. */
static void
test_alone (void)
{
  Peer *peer = new_peer ("");
  int fd = peer_connects (peer);
  Call call = { .peer = peer, .fd = fd, .length = 10 };

  do_receive (&call);
  g_assert_cmpint (call.error, ==, EDEADLK);
  free_peer (peer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/waits/satisfied", test_satisfied);
  g_test_add_func ("/waits/receive-timeout", test_receive_timeout);
  g_test_add_func ("/waits/send-timeout", test_send_timeout);
  g_test_add_func ("/waits/send", test_send_waits);
  g_test_add_func ("/waits/signal", test_signal);
  g_test_add_func ("/waits/signal-close", test_signal_close);
  g_test_add_func ("/waits/close-wakes", test_close_wakes);
  g_test_add_func ("/waits/close-wakes-all", test_close_wakes_all);
  g_test_add_func ("/waits/free-wakes", test_free_wakes);
  g_test_add_func ("/waits/alone", test_alone);
  return g_test_run ();
}
