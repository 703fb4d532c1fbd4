// SPDX-License-Identifier: MIT
/* Sockets, in the lecture's four steps: create; bind; listen or connect; send
 * and receive. POSIX meaning throughout, but no call ever blocks: what would
 * block is -EAGAIN (or -EINPROGRESS), and waiting is the driver's business.
 *
 * A socket is an int > 0: slot and generation, so that a closed one is -EBADF
 * for ever, not somebody else's. Results are >= 0 or a negative errno value.
 * No call takes a time: they only change what the next stack_output sees, so
 * call it after them. */
#pragma once

#include "stack/stack.h"
#include <sys/types.h>

typedef enum
{
  SOCKET_IPV4,
  SOCKET_IPV6 /* dual-stack: IPV6_V6ONLY is off */
} SocketFamily;

typedef enum
{
  SOCKET_STREAM,  /* TCP: two-way, connected, in order, nothing lost */
  SOCKET_DATAGRAM /* UDP: messages, may be lost, doubled, out of order */
} SocketType;

/* 1. Create. -ENFILE: the stack's limit. */
int socket_new (Stack *stack, SocketFamily family, SocketType type);

/* 2. Bind to an address of ours or a wildcard; port 0 picks an ephemeral one.
 * -EADDRINUSE, -EADDRNOTAVAIL, -EACCES (port < 1024), -EINVAL (bound). */
int socket_bind (Stack *stack, int socket, const Endpoint *local);

/* 3a. Wait for connections; BACKLOG is clamped to 1..backlog_max. */
int socket_listen (Stack *stack, int socket, int backlog);

/* A new socket, connected to *PEER (may be NULL); -EAGAIN: nobody yet. */
int socket_accept (Stack *stack, int socket, Endpoint *peer);

/* 3b. Initiate. TCP: -EINPROGRESS, then SOCKET_WRITABLE or an error in
 * socket_error; again: -EALREADY, later -EISCONN. UDP: fixes the peer. */
int socket_connect (Stack *stack, int socket, const Endpoint *remote);

/* 4. Send and receive. Streams: any part of LENGTH may be taken; receive
 * gives 0 at the end of the stream. Datagrams: all or -EMSGSIZE, -EAGAIN;
 * what does not fit into SIZE is cut off. After an error: that error once,
 * then -EPIPE or 0. */
ssize_t
socket_send (Stack *stack, int socket, const void *bytes, size_t length);
ssize_t socket_send_to (Stack *stack,
                        int socket,
                        const void *bytes,
                        size_t length,
                        const Endpoint *remote);
ssize_t socket_receive (Stack *stack, int socket, void *bytes, size_t size);
ssize_t socket_receive_from (
    Stack *stack, int socket, void *bytes, size_t size, Endpoint *remote);

/* The end of one direction: SHUT_RD, SHUT_WR or SHUT_RDWR of sys/socket.h. */
int socket_shutdown (Stack *stack, int socket, int how);

/* The socket is gone; the stack delivers what was sent in the background.
 * Unread data turns the close into a reset (RFC 9293 SHLD-3). */
int socket_close (Stack *stack, int socket);

/* Reset: RST to the peer, everything dropped (RFC 9293 3.10.5). */
int socket_abort (Stack *stack, int socket);

enum
{
  SOCKET_READABLE = 1,   /* data, end of stream, a connection, or an error */
  SOCKET_WRITABLE = 2,   /* room to send, connected */
  SOCKET_HANGUP = 4,     /* both directions are over */
  SOCKET_ERROR = 8,      /* socket_error has one */
  SOCKET_PEER_ENDED = 16 /* the peer's FIN has been reached */
};

/* Set of the above; 0 for a socket that is none. */
unsigned socket_poll (Stack *stack, int socket);

/* The pending error, a positive errno value, and clears it; 0: none. */
int socket_error (Stack *stack, int socket);

typedef enum
{
  SOCKET_OPTION_NODELAY,        /* 0/1: no Nagle algorithm */
  SOCKET_OPTION_RECEIVE_BUFFER, /* bytes */
  SOCKET_OPTION_SEND_BUFFER,    /* bytes */
  SOCKET_OPTION_V6ONLY          /* 0/1, before bind */
} SocketOption;

int socket_option_set (Stack *stack,
                       int socket,
                       SocketOption option,
                       int64_t value);
int socket_option_get (Stack *stack,
                       int socket,
                       SocketOption option,
                       int64_t *value);

/* getsockname, getpeername. */
int socket_local (Stack *stack, int socket, Endpoint *local);
int socket_remote (Stack *stack, int socket, Endpoint *remote);

/* What ss(8) shows; zeros for datagrams but the queues. */
typedef struct
{
  TcpState state;
  size_t receive_queue; /* bytes that can be read */
  size_t send_queue;    /* bytes not yet acknowledged */
  uint32_t cwnd, ssthresh, mss;
  uint32_t send_window, receive_window;
  uint32_t in_flight;
  Time srtt, rttvar, rto;
  unsigned backoff; /* consecutive timeouts */
  uint64_t retransmissions;
} SocketInfo;

int socket_info (Stack *stack, int socket, SocketInfo *info);
