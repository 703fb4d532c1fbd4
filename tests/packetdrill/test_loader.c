// SPDX-License-Identifier: MIT
/* Loads the tunlab-packetdrill.so that ADAPTER in the environment names, as
 * packetdrill does, and follows its pattern of calls: two threads, usleep and a
 * spin on the clock before each event, packets of both directions on the first
 * thread, descriptors closed behind the library's back, a reset at the end. */
#include "tests/packetdrill/caller.h"
#include "tests/packetdrill/peer.h"

#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>

#define SECONDS 1000000LL

typedef void (*Init) (const char *flags, PacketdrillTable *table);

/* The order of the table, written again from what packetdrill's users know. */
#define SLOT_IS(number, name)                                                  \
  G_STATIC_ASSERT (offsetof (PacketdrillTable, name)                           \
                   == (number) * sizeof (void *))
SLOT_IS (0, userdata);
SLOT_IS (1, free);
SLOT_IS (2, socket);
SLOT_IS (3, bind);
SLOT_IS (4, listen);
SLOT_IS (5, accept);
SLOT_IS (6, connect);
SLOT_IS (7, read);
SLOT_IS (8, readv);
SLOT_IS (9, recv);
SLOT_IS (10, recvfrom);
SLOT_IS (11, recvmsg);
SLOT_IS (12, write);
SLOT_IS (13, writev);
SLOT_IS (14, send);
SLOT_IS (15, sendto);
SLOT_IS (16, sendmsg);
SLOT_IS (17, fcntl);
SLOT_IS (18, ioctl);
SLOT_IS (19, close);
SLOT_IS (20, shutdown);
SLOT_IS (21, getsockopt);
SLOT_IS (22, setsockopt);
SLOT_IS (23, poll);
SLOT_IS (24, netdev_send);
SLOT_IS (25, netdev_receive);
SLOT_IS (26, usleep);
SLOT_IS (27, gettimeofday);
SLOT_IS (28, epoll_create);
SLOT_IS (29, epoll_ctl);
SLOT_IS (30, epoll_wait);
SLOT_IS (31, pipe);
SLOT_IS (32, splice);

static void *
load (void)
{
  void *library =
      dlopen (g_getenv ("ADAPTER"),
              RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE | RTLD_DEEPBIND);

  if (library == NULL)
    g_error ("%s", dlerror ());
  return library;
}

static Init
init_of (void *library)
{
  void *symbol = dlsym (library, "packetdrill_interface_init");
  Init init;

  g_assert_nonnull (symbol);
  memcpy (&init, &symbol, sizeof init); /* ISO C casts no data to code */
  return init;
}

static Peer *
open_peer (PeerMode mode, const char *more)
{
  Peer *peer = g_new0 (Peer, 1);
  g_autofree char *flags = g_strconcat (peer_flags (mode), more, NULL);
  const uint8_t *slots = (const uint8_t *) &peer->table;

  init_of (load ()) (flags, &peer->table);
  for (size_t i = 0; i < sizeof peer->table / sizeof (void *); i++)
    {
      void *slot;

      memcpy (&slot, slots + i * sizeof slot, sizeof slot);
      g_assert_nonnull (slot);
    }
  peer_init (peer, mode);
  return peer;
}

/* What the script left open packetdrill closes itself. */
static void
close_peer (Peer *peer, int fd)
{
  if (fd >= 0)
    g_assert_cmpint (close (fd), ==, 0);
  peer_sends (peer, "R. 1:1(0) ack 1");
  peer->table.free (peer->table.userdata);
  g_free (peer);
}

static void
test_symbols (void)
{
  void *library = load ();

  g_assert_nonnull (dlsym (library, "packetdrill_interface_init"));
  g_assert_null (dlsym (library, "stack_new"));
  g_assert_null (dlsym (library, "table_fill"));
}

static void
refuses (const char *flags, const char *word)
{
  if (g_test_subprocess ())
    {
      PacketdrillTable table = { .userdata = NULL };

      init_of (load ()) (flags, &table);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr (word);
}

static void
test_unknown_key (void)
{
  refuses ("local4=192.0.2.1,sakc=off", "*so_flags*'sakc'*known*sack*");
}

static void
test_no_address (void)
{
  refuses (NULL, "*so_flags*local4*");
}

typedef struct
{
  Peer *peer;
  int fd, got;
  ssize_t length;
  long long end;
} Blocking;

static void
accept_and_read (void *data)
{
  Blocking *call = data;
  PacketdrillTable *t = &call->peer->table;

  call->got = t->accept (t->userdata, call->fd, NULL, NULL);
  call->end = peer_now (call->peer);
}

static void
read_some (void *data)
{
  Blocking *call = data;
  PacketdrillTable *t = &call->peer->table;
  char bytes[1000];

  call->length = t->read (t->userdata, call->fd, bytes, sizeof bytes);
  call->end = peer_now (call->peer);
}

static int
listen_at (Peer *peer)
{
  PacketdrillTable *t = &peer->table;
  struct sockaddr_storage address;
  socklen_t length = peer_sockaddr (peer, true, 8080, &address);
  int one = 1, fd;

  fd = t->socket (t->userdata, address.ss_family, SOCK_STREAM, IPPROTO_TCP);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (
      t->setsockopt (t->userdata, fd, SOL_SOCKET, SO_REUSEADDR, &one, 4), ==,
      0);
  g_assert_cmpint (
      t->bind (t->userdata, fd, (const struct sockaddr *) &address, length), ==,
      0);
  g_assert_cmpint (t->listen (t->userdata, fd, 1), ==, 0);
  return fd;
}

/* A server, its calls written with a range of time: they block. */
static void
test_server (gconstpointer data)
{
  Peer *peer = open_peer (*(const PeerMode *) data, "");
  PacketdrillTable *t = &peer->table;
  Blocking call = { .peer = peer, .fd = listen_at (peer) };
  int listener = call.fd;
  Caller caller;
  long long start = peer_now (peer);

  caller_start (&caller, accept_and_read, &call);
  peer_waits_until (peer, start + SECONDS / 10);
  peer_sends (peer, "S 0:0(0) win 32792 <mss 1000>");
  g_assert_cmpint (peer_expects (peer, "S. 0:0(0) ack 1"), ==,
                   start + SECONDS / 10);
  g_assert_false (caller_is_done (&caller));
  peer_waits_until (peer, start + SECONDS / 5);
  peer_sends (peer, ". 1:1(0) ack 1 win 257");
  caller_join (&caller);
  g_assert_cmpint (call.got, >=, 0);
  g_assert_cmpint (call.end, ==, start + SECONDS / 5);

  call.fd = call.got;
  caller_start (&caller, read_some, &call);
  peer_waits_until (peer, start + 620 * SECONDS);
  g_assert_false (caller_is_done (&caller));
  peer_sends (peer, "P. 1:501(500) ack 1 win 257");
  /* The ACK is delayed, and waited for while the reader is awake. */
  g_assert_cmpint (peer_expects (peer, ". 1:1(0) ack 501"), >=,
                   start + 620 * SECONDS);
  caller_join (&caller);
  g_assert_cmpint (call.length, ==, 500);
  g_assert_cmpint (call.end, ==, start + 620 * SECONDS);
  g_assert_cmpint (t->close (t->userdata, listener), ==, 0);
  close_peer (peer, call.got);
}

/* A client whose segment nobody acknowledges: 1,000 virtual seconds. */
static void
test_back_off (gconstpointer data)
{
  Peer *peer = open_peer (*(const PeerMode *) data, ",r2=off,seed=7");
  PacketdrillTable *t = &peer->table;
  struct sockaddr_storage address;
  socklen_t length = peer_sockaddr (peer, false, 8080, &address);
  int fd = t->socket (t->userdata, address.ss_family,
                      SOCK_STREAM | SOCK_NONBLOCK, 0);
  gint64 real = g_get_monotonic_time ();
  long long start, at, gap = SECONDS / 5;
  unsigned count;

  peer->in.source.port = 8080;
  g_assert_cmpint (
      t->connect (t->userdata, fd, (const struct sockaddr *) &address, length),
      ==, -1);
  g_assert_cmpint (errno, ==, EINPROGRESS);
  start = peer_expects (peer, "S 0:0(0)");
  peer_waits_until (peer, start + 1000);
  peer_sends (peer, "S. 0:0(0) ack 1 win 5792 <mss 1000>");
  peer_expects (peer, ". 1:1(0) ack 1");
  g_assert_cmpint (t->write (t->userdata, fd, "0123456789", 10), ==, 10);
  at = start + 1000;
  for (count = 0; at < start + 1000 * SECONDS; count++)
    {
      uint8_t packet[1500];
      size_t size = sizeof packet;
      long long sent;

      g_assert_cmpint (t->netdev_receive (t->userdata, packet, &size, &sent),
                       ==, 0);
      g_assert_cmpuint (size, ==, (peer->mode == PEER_IPV6 ? 60 : 40) + 10);
      g_assert_cmpint (sent, ==, at);
      at += gap;
      gap = MIN (2 * gap, 60 * SECONDS);
    }
  g_test_message ("%u transmissions in %ld ms of real time", count,
                  (long) (g_get_monotonic_time () - real) / 1000);
  close_peer (peer, fd);
}

/* "There will be none" is a packet of no bytes. */
static void
test_nothing (gconstpointer data)
{
  Peer *peer = open_peer (*(const PeerMode *) data, "");
  uint8_t packet[1500];
  size_t size = sizeof packet;
  long long at;

  g_assert_cmpint (
      peer->table.netdev_receive (peer->table.userdata, packet, &size, &at), ==,
      0);
  g_assert_cmpuint (size, ==, 0);
  close_peer (peer, -1);
}

/* 60,000 bytes in one packet, as GRO makes them. */
static void
test_giant (gconstpointer data)
{
  Peer *peer = open_peer (*(const PeerMode *) data, "");
  PacketdrillTable *t = &peer->table;
  int fd = peer_connects (peer), length = 0;

  peer_sends (peer, "P. 1:60001(60000) ack 1");
  g_assert_cmpint (t->ioctl (t->userdata, fd, FIONREAD, &length), ==, 0);
  g_assert_cmpint (length, ==, 60000);
  close_peer (peer, fd);
}

int
main (int argc, char **argv)
{
  static const char *const NAMES[] = { "ipv4", "ipv6", "mapped" };
  static const PeerMode MODES[] = { PEER_IPV4, PEER_IPV6, PEER_MAPPED };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loader/symbols", test_symbols);
  g_test_add_func ("/loader/unknown-key", test_unknown_key);
  g_test_add_func ("/loader/no-address", test_no_address);
  for (size_t i = 0; i < G_N_ELEMENTS (MODES); i++)
    {
      static const struct
      {
        const char *name;
        void (*test) (gconstpointer);
      } TESTS[] = { { "server", test_server },
                    { "back-off", test_back_off },
                    { "nothing", test_nothing },
                    { "giant", test_giant } };

      for (size_t j = 0; j < G_N_ELEMENTS (TESTS); j++)
        {
          g_autofree char *name =
              g_strdup_printf ("/loader/%s/%s", NAMES[i], TESTS[j].name);

          g_test_add_data_func (name, &MODES[i], TESTS[j].test);
        }
    }
  return g_test_run ();
}
