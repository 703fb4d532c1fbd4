// SPDX-License-Identifier: MIT
/* Who may bind what while who has what, and who gets the packets. */
#include "tests/harness.h"

#include <errno.h>

#include "stack/address.h"

typedef struct
{
  const char *address;
  SocketFamily family;
  bool v6only;
} Kind;

static const Kind KINDS[6] = {
  { "10.0.0.1", SOCKET_IPV4, false },
  { "0.0.0.0", SOCKET_IPV4, false },
  { "::ffff:10.0.0.1", SOCKET_IPV6, false },
  { "fd00::1", SOCKET_IPV6, false },
  { "::", SOCKET_IPV6, false },
  { "::", SOCKET_IPV6, true },
};

/* x: they meet. */
static const char MEET[6][7] = {
  /* 4 specific  */ "xxx.x.",
  /* 4 wildcard  */ "xxx.x.",
  /* mapped      */ "xxx.x.",
  /* 6 specific  */ "...xxx",
  /* ::          */ "xxxxxx",
  /* :: V6ONLY   */ "...xxx",
};

/* What both sockets have set, and what becomes of two that meet. */
typedef struct
{
  bool reuse_address[2], reuse_port[2];
  int64_t owner[2];
  bool first_listens;
  bool streams, datagrams; /* is the second let in? */
  bool same_datagrams;     /* the same, when it is the very same address */
} Sharing;

static const Sharing SHARINGS[] = {
  { .first_listens = false },
  { .first_listens = true },
  { .reuse_address = { true, false } },
  { .reuse_address = { false, true } },
  { .reuse_address = { true, true }, .streams = true, .datagrams = true },
  { .reuse_address = { true, true }, .first_listens = true, .datagrams = true },
  { .reuse_port = { true, false } },
  { .reuse_port = { false, true } },
  { .reuse_address = { true, false }, .reuse_port = { false, true } },
  { .reuse_port = { true, true },
    .streams = true,
    .datagrams = true,
    .same_datagrams = true },
  { .reuse_port = { true, true },
    .first_listens = true,
    .streams = true,
    .datagrams = true,
    .same_datagrams = true },
  { .reuse_port = { true, true }, .owner = { 1000, 1001 } },
  { .reuse_port = { true, true },
    .owner = { 1000, 1000 },
    .streams = true,
    .datagrams = true,
    .same_datagrams = true },
};

static int
bind_kind (Talk *t, const Kind *kind, uint16_t port, int socket)
{
  Endpoint local = { .port = port };

  talk_check (t, address_parse (kind->address, &local.address));
  if (kind->v6only)
    talk_check (t, socket_option_set (t->stack, socket, SOCKET_OPTION_V6ONLY, 1)
                       == 0);
  return socket_bind (t->stack, socket, &local);
}

static int
make (Talk *t, const Kind *kind, SocketType type, const Sharing *how, int which)
{
  int socket = app_socket (t, kind->family, type);
  const struct
  {
    SocketOption option;
    int64_t value;
  } settings[] = {
    { SOCKET_OPTION_REUSE_ADDRESS, how->reuse_address[which] },
    { SOCKET_OPTION_REUSE_PORT, how->reuse_port[which] },
    { SOCKET_OPTION_OWNER, how->owner[which] },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (settings); i++)
    talk_check (t, socket_option_set (t->stack, socket, settings[i].option,
                                      settings[i].value)
                       == 0);
  return socket;
}

static int
expected (const Sharing *how, SocketType type, unsigned a, unsigned b)
{
  Address first, second;
  bool let;

  address_parse (KINDS[a].address, &first);
  address_parse (KINDS[b].address, &second);
  if (type == SOCKET_STREAM)
    let = how->streams;
  else
    let =
        address_equal (&first, &second) ? how->same_datagrams : how->datagrams;
  return MEET[a][b] == 'x' && !let ? -EADDRINUSE : 0;
}

static void
try_pair (const Sharing *how, SocketType type, unsigned a, unsigned b)
{
  Talk *t = talk_new ();
  int first = make (t, &KINDS[a], type, how, 0);
  int second = make (t, &KINDS[b], type, how, 1);
  int other = app_socket (t, KINDS[b].family, 1 - type);

  talk_check (t, bind_kind (t, &KINDS[a], 7777, first) == 0);
  if (type == SOCKET_STREAM && how->first_listens)
    talk_check (t, socket_listen (t->stack, first, 1) == 0);
  talk_check (t, bind_kind (t, &KINDS[b], 7777, second)
                     == expected (how, type, a, b));
  /* The other protocol and the next port are another matter. */
  talk_check (t, bind_kind (t, &KINDS[b], 7777, other) == 0);
  talk_check (t, socket_close (t->stack, first) == 0);
  if (expected (how, type, a, b) < 0)
    talk_check (t, bind_kind (t, &KINDS[b], 7777, second) == 0);
  falls_silent (t);
  talk_free (t);
}

/* 36 ordered pairs, thirteen ways to share, two protocols.
 * req: SOK-BND-1 SOK-BND-4 SOK-BND-5 SOK-BND-6 IP6-DUAL-2 IP6-DUAL-4 */
static void
test_matrix (void)
{
  for (unsigned how = 0; how < G_N_ELEMENTS (SHARINGS); how++)
    for (unsigned a = 0; a < 6; a++)
      for (unsigned b = 0; b < 6; b++)
        {
          try_pair (&SHARINGS[how], SOCKET_STREAM, a, b);
          try_pair (&SHARINGS[how], SOCKET_DATAGRAM, a, b);
        }
}

/* Both may bind; the first that listens has won. req: SOK-BND-4 */
static void
test_never_two_listeners (void)
{
  static const Sharing BOTH = { .reuse_address = { true, true } };

  for (unsigned a = 0; a < 6; a++)
    for (unsigned b = 0; b < 6; b++)
      {
        Talk *t = talk_new ();
        int first = make (t, &KINDS[a], SOCKET_STREAM, &BOTH, 0);
        int second = make (t, &KINDS[b], SOCKET_STREAM, &BOTH, 1);
        bool meet = MEET[a][b] == 'x';

        talk_check (t, bind_kind (t, &KINDS[a], 7777, first) == 0);
        talk_check (t, bind_kind (t, &KINDS[b], 7777, second) == 0);
        talk_check (t, socket_listen (t->stack, second, 1) == 0);
        talk_check (t, socket_listen (t->stack, first, 1)
                           == (meet ? -EADDRINUSE : 0));
        talk_check (t, socket_listen (t->stack, second, 2) == 0);
        talk_check (t, socket_close (t->stack, second) == 0);
        talk_check (t, socket_listen (t->stack, first, 1) == 0);
        talk_free (t);
      }
}

static int
server_again (Talk *t, bool reuse)
{
  int socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  Endpoint local = { ADDRESS_ANY_IPV4, 7777 };
  int result;

  talk_check (t, socket_option_set (t->stack, socket,
                                    SOCKET_OPTION_REUSE_ADDRESS, reuse)
                     == 0);
  result = socket_bind (t->stack, socket, &local);
  if (result < 0)
    talk_check (t, socket_close (t->stack, socket) == 0);
  return result < 0 ? result : socket;
}

/* A server is started again while its connections live on, then while one of
 * them is in TIME-WAIT. req: SOK-BND-4 */
static void
test_restart (void)
{
  Talk *t = talk_new ();

  t->listener = server_again (t, true);
  talk_check (t, t->listener > 0);
  talk_check (t, socket_listen (t->stack, t->listener, 5) == 0);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  app_accepts (t);
  talk_check (t, server_again (t, true) == -EADDRINUSE);
  talk_check (t, socket_close (t->stack, t->listener) == 0);
  talk_check (t, server_again (t, false) == -EADDRINUSE);
  t->listener = server_again (t, true);
  talk_check (t, t->listener > 0);
  talk_check (t, socket_close (t->stack, t->listener) == 0);
  app_closes (t);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, "F. 1:1(0) ack 2");
  peer_expects (t, ". 2:2(0) ack 2");
  talk_check (t, server_again (t, false) == -EADDRINUSE);
  t->listener = server_again (t, true);
  talk_check (t, t->listener > 0);
  talk_check (t, socket_close (t->stack, t->listener) == 0);
  /* TIME-WAIT is over. */
  advance (t, 61, SECOND);
  talk_check (t, server_again (t, false) > 0);
  falls_silent (t);
  talk_free (t);
}

/* Every flow goes to one of a group, always the same, and each gets some.
 * req: SOK-BND-5 */
static void
test_distribution (void)
{
  Talk *t = talk_new ();
  Endpoint local = { t->local, 7777 };
  int sockets[4];
  unsigned got[4] = { 0 };

  for (unsigned i = 0; i < 4; i++)
    {
      sockets[i] = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
      talk_check (t, socket_option_set (t->stack, sockets[i],
                                        SOCKET_OPTION_REUSE_PORT, 1)
                         == 0);
      talk_check (t, socket_bind (t->stack, sockets[i], &local) == 0);
      talk_check (t, socket_listen (t->stack, sockets[i], 100) == 0);
    }
  for (uint16_t port = 40000; port < 40200; port++)
    {
      t->flow_count = 0;
      peer_uses (t, port);
      peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
      peer_expects (t, "S. 0:0(0) ack 1");
      peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
      peer_expects (t, "S. 0:0(0) ack 1");
      peer_sends (t, ". 1:1(0) ack 1 win 65535");
      for (unsigned i = 0; i < 4; i++)
        got[i] += socket_accept (t->stack, sockets[i], NULL) > 0;
    }
  talk_check (t, got[0] + got[1] + got[2] + got[3] == 200);
  for (unsigned i = 0; i < 4; i++)
    talk_check (t, got[i] > 25 && got[i] < 75);
  talk_free (t);
}

/* req: SOK-BND-2 PRT-1 */
static void
test_system_ports (void)
{
  static const struct
  {
    uint16_t port;
    int refused;
  } PORTS[] = { { 0, 0 },    { 1, -EACCES }, { 80, -EACCES }, { 1023, -EACCES },
                { 1024, 0 }, { 49151, 0 },   { 49152, 0 },    { 65535, 0 } };

  for (unsigned privileged = 0; privileged < 2; privileged++)
    for (unsigned i = 0; i < G_N_ELEMENTS (PORTS); i++)
      for (SocketType type = SOCKET_STREAM; type <= SOCKET_DATAGRAM; type++)
        {
          StackConfig config = talk_config ();
          Talk *t;
          int socket;
          Endpoint local;

          config.privileged = privileged == 1;
          t = talk_new_with (&config, false, SECOND);
          local = (Endpoint){ t->local, PORTS[i].port };
          socket = app_socket (t, SOCKET_IPV4, type);
          talk_check (t, socket_bind (t->stack, socket, &local)
                             == (privileged ? 0 : PORTS[i].refused));
          falls_silent (t);
          talk_free (t);
        }
}

/* req: SOK-BND-3 PRT-2 */
static void
test_ephemeral_range (void)
{
  Talk *t = talk_new ();
  Endpoint local = { t->local, 0 }, got;

  for (unsigned i = 0; i < 100000; i++)
    {
      int socket = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);

      talk_check (t, socket_bind (t->stack, socket, &local) == 0);
      talk_check (t, socket_local (t->stack, socket, &got) == 0);
      talk_check (t, got.port >= 49152);
      talk_check (t, address_equal (&got.address, &t->local));
      talk_check (t, socket_close (t->stack, socket) == 0);
    }
  falls_silent (t);
  talk_free (t);
}

/* A call that looked at all 16,384 ports would need minutes for these.
 * req: SOK-BND-7 */
static void
test_exhaustion (void)
{
  Talk *t = talk_new ();
  Endpoint any = { ADDRESS_ANY, 0 };
  int *sockets = g_new (int, 16384);
  int extra = app_socket (t, SOCKET_IPV6, SOCKET_STREAM);

  for (unsigned i = 0; i < 16384; i++)
    {
      sockets[i] = app_socket (t, SOCKET_IPV6, SOCKET_STREAM);
      talk_check (t, socket_bind (t->stack, sockets[i], &any) == 0);
    }
  for (unsigned i = 0; i < 100000; i++)
    talk_check (t, socket_bind (t->stack, extra, &any) == -EADDRNOTAVAIL);
  talk_check (t, socket_listen (t->stack, extra, 1) == -EADDRNOTAVAIL);
  /* Whichever gets free is found. */
  for (unsigned i = 0; i < 16384; i += 511)
    {
      Endpoint free, got;

      talk_check (t, socket_local (t->stack, sockets[i], &free) == 0);
      talk_check (t, socket_close (t->stack, sockets[i]) == 0);
      sockets[i] = app_socket (t, SOCKET_IPV6, SOCKET_STREAM);
      talk_check (t, socket_bind (t->stack, sockets[i], &any) == 0);
      talk_check (t, socket_local (t->stack, sockets[i], &got) == 0);
      talk_check (t, got.port == free.port);
    }
  g_free (sockets);
  talk_free (t);
}

/* When all are in use, one port serves flows to other peers, but never two to
 * one, nor one that somebody bound. req: SOK-BND-7 SOK-CON-5 */
static void
test_shared_by_connect (void)
{
  StackConfig config = talk_config ();
  Talk *t;
  Endpoint bound = { .port = 50000 }, remote, local;
  unsigned used[4] = { 0 };
  int socket;

  config.port_first = 50000;
  config.port_last = 50003;
  t = talk_new_with (&config, false, SECOND);
  bound.address = t->local;
  socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  talk_check (t, socket_bind (t->stack, socket, &bound) == 0);
  for (uint16_t port = 80; port < 90; port++)
    for (unsigned i = 0; i < 4; i++)
      {
        remote = (Endpoint){ t->peer, port };
        socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
        talk_check (t, socket_connect (t->stack, socket, &remote)
                           == (i < 3 ? -EINPROGRESS : -EADDRNOTAVAIL));
        talk_check (t, socket_local (t->stack, socket, &local) == 0);
        talk_check (t, i < 3 || local.port == 0);
        if (i < 3)
          used[local.port - 50000]++;
      }
  talk_check (t,
              used[0] == 0 && used[1] == 10 && used[2] == 10 && used[3] == 10);
  talk_check (t, peer_ignores (t) == 30);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket/port/matrix", test_matrix);
  g_test_add_func ("/socket/port/never-two-listeners",
                   test_never_two_listeners);
  g_test_add_func ("/socket/port/restart", test_restart);
  g_test_add_func ("/socket/port/distribution", test_distribution);
  g_test_add_func ("/socket/port/system-ports", test_system_ports);
  g_test_add_func ("/socket/port/ephemeral-range", test_ephemeral_range);
  g_test_add_func ("/socket/port/exhaustion", test_exhaustion);
  g_test_add_func ("/socket/port/shared-by-connect", test_shared_by_connect);
  return g_test_run ();
}
