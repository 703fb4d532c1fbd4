// SPDX-License-Identifier: MIT
#include "tests/packetdrill/peer.h"

#include "stack/address.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>

#define PEER_PORT 40000
#define PORT      8080

/* TCP without its options, whatever the defaults are. */
#define PLAIN                                                                  \
  ",wscale=off,ts=off,sack=off,ecn=off,rack=off,probing=off,pacing=off"        \
  ",cc=reno"

static Address
address_of (const char *text)
{
  Address address;

  g_assert_true (address_parse (text, &address));
  return address;
}

const char *
peer_flags (PeerMode mode)
{
  return mode == PEER_IPV6 ? "local6=fd00::1" PLAIN : "local4=192.0.2.1" PLAIN;
}

void
peer_init (Peer *peer, PeerMode mode)
{
  bool ipv6 = mode == PEER_IPV6;

  peer->mode = mode;
  peer->in = (PacketPath){
    .source = { address_of (ipv6 ? "fd00:9::2" : "198.51.100.2"), PEER_PORT },
    .destination = { address_of (ipv6 ? "fd00::1" : "192.0.2.1"), PORT },
    .source_isn = 0xffffff00
  };
}

socklen_t
peer_sockaddr (const Peer *peer,
               bool local,
               uint16_t port,
               struct sockaddr_storage *address)
{
  const Endpoint *end = local ? &peer->in.destination : &peer->in.source;
  struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons (port) };
  struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
                              .sin6_port = htons (port) };

  memcpy (&in.sin_addr, end->address.bytes + 12, 4);
  memcpy (&in6.sin6_addr, end->address.bytes, 16);
  if (peer->mode == PEER_IPV4)
    {
      memcpy (address, &in, sizeof in);
      return sizeof in;
    }
  memcpy (address, &in6, sizeof in6);
  return sizeof in6;
}

void
peer_sends (Peer *peer, const char *text)
{
  PacketLine line = packet_line_parse (text);
  uint8_t *packet = g_malloc (PACKET_LINE_MAX);
  size_t length = packet_line_encode (&line, &peer->in, packet);

  g_assert_cmpint (
      peer->table.netdev_send (peer->table.userdata, packet, length), ==, 0);
  g_free (packet);
}

long long
peer_expects (Peer *peer, const char *text)
{
  PacketLine line, expected = packet_line_parse (text);
  PacketPath out = { .source = peer->in.destination,
                     .destination = peer->in.source,
                     .source_isn = peer->in.destination_isn,
                     .destination_isn = peer->in.source_isn };
  uint8_t *packet = g_malloc (65536);
  char got[PACKET_LINE_TEXT];
  size_t size = 65536;
  long long at = -1;
  const char *wrong;

  g_assert_cmpint (
      peer->table.netdev_receive (peer->table.userdata, packet, &size, &at), ==,
      0);
  if (size == 0)
    g_error ("expected %s, there will be none", text);
  wrong = packet_line_decode (&line, &out, packet, size);
  g_free (packet);
  packet_line_format (&line, got);
  if (wrong != NULL || !packet_line_matches (&line, &expected))
    g_error ("expected %s, got %s: %s", text, got, wrong);
  peer->in.destination = out.source;
  peer->in.destination_isn = out.source_isn;
  return at;
}

long long
peer_now (Peer *peer)
{
  struct timeval tv;

  peer->table.gettimeofday (peer->table.userdata, &tv, NULL);
  return tv.tv_sec * 1000000LL + tv.tv_usec;
}

void
peer_waits_until (Peer *peer, long long at_us)
{
  long long now = peer_now (peer);

  if (at_us - now > 20)
    peer->table.usleep (peer->table.userdata, (useconds_t) (at_us - now - 20));
  while (peer_now (peer) < at_us)
    ;
}

int
peer_connects (Peer *peer)
{
  PacketdrillTable *t = &peer->table;
  int domain = peer->mode == PEER_IPV4 ? AF_INET : AF_INET6;
  int listener = t->socket (t->userdata, domain, SOCK_STREAM, 0);
  struct sockaddr_storage address, got;
  socklen_t length = peer_sockaddr (peer, true, PORT, &address);
  const struct sockaddr *local = (const struct sockaddr *) &address;
  int accepted;

  g_assert_cmpint (listener, >=, 0);
  g_assert_cmpint (t->bind (t->userdata, listener, local, length), ==, 0);
  g_assert_cmpint (t->listen (t->userdata, listener, 1), ==, 0);
  peer_sends (peer, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (peer, "S. 0:0(0) ack 1");
  peer_sends (peer, ". 1:1(0) ack 1 win 65535");
  length = sizeof got;
  accepted =
      t->accept (t->userdata, listener, (struct sockaddr *) &got, &length);
  g_assert_cmpint (accepted, >=, 0);
  g_assert_cmpuint (
      length, ==, peer_sockaddr (peer, false, peer->in.source.port, &address));
  g_assert_cmpint (memcmp (&got, &address, length), ==, 0);
  g_assert_cmpint (t->close (t->userdata, listener), ==, 0);
  return accepted;
}
