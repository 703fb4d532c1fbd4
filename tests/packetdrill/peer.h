// SPDX-License-Identifier: MIT
/* The other end of one connection, played through the table: lines of
 * packet_line.h go in by slot 24 and are expected from slot 25. A mismatch
 * ends the test. */
#pragma once

#include "tests/packet_line.h"
#include "tools/packetdrill/table.h"

/* How the script's sockets and its packets look. */
typedef enum
{
  PEER_IPV4,
  PEER_IPV6,
  PEER_MAPPED /* AF_INET6 sockets, IPv4 packets */
} PeerMode;

typedef struct
{
  PacketdrillTable table;
  PeerMode mode;
  PacketPath in; /* what the peer sends; the other way round what it gets */
} Peer;

/* so_flags with the addresses of this side. */
const char *peer_flags (PeerMode mode);

void peer_init (Peer *peer, PeerMode mode);

/* This side's or the peer's address, as calls take it; returns its length. */
socklen_t peer_sockaddr (const Peer *peer,
                         bool local,
                         uint16_t port,
                         struct sockaddr_storage *address);

void peer_sends (Peer *peer, const char *text);

/* The next packet; returns when it left, in microseconds. */
long long peer_expects (Peer *peer, const char *text);

/* Sleeps and spins until US microseconds after START, as packetdrill does. */
void peer_waits_until (Peer *peer, long long at_us);
long long peer_now (Peer *peer);

/* A connection that the peer began; the socket that was accepted. */
int peer_connects (Peer *peer);
