// SPDX-License-Identifier: MIT
/* Sockets, in the lecture's four steps: create; bind; listen or connect; send
 * and receive. POSIX meaning throughout, but no call ever blocks: what would
 * block is -EAGAIN (or -EINPROGRESS), and waiting is the driver's business.
 *
 * A socket is an int > 0: slot and generation, so that a closed one is -EBADF
 * for ever, not somebody else's. Results are >= 0 or a negative errno value.
 * No call takes a time: they only change what the next stack_output sees, so
 * call it after them. Nothing waits, so nothing gives -EINTR, and time-outs of
 * calls are the driver's, too. One thread at a time may be inside a stack. */
#pragma once

#include "stack/stack.h"
#include <sys/types.h>
#include <sys/uio.h>

typedef enum
{
  SOCKET_IPV4,
  SOCKET_IPV6 /* dual-stack: IPV6_V6ONLY is off */
} SocketFamily;

typedef enum
{
  SOCKET_STREAM,   /* TCP: two-way, connected, in order, nothing lost */
  SOCKET_DATAGRAM, /* UDP: messages, may be lost, doubled, out of order */
  SOCKET_ICMP /* echo: send_to makes requests, receive_from gives replies and
                 errors; ports are identifiers: ping_socket.h */
} SocketType;

/* 1. Create. -ENFILE: the stack's limit. */
int socket_new (Stack *stack, SocketFamily family, SocketType type);

/* 2. Bind to an address of ours or a wildcard; port 0 picks an ephemeral one.
 * Sends no packet. -EINVAL: bound already, or IPv4 on V6ONLY; -EAFNOSUPPORT:
 * IPv6 on SOCKET_IPV4; -EADDRNOTAVAIL: no address of ours, no ephemeral port;
 * -EACCES: port < 1024 without privilege; -EADDRINUSE: see socket_port.h. */
int socket_bind (Stack *stack, int socket, const Endpoint *local);

/* 3a. Wait for connections, on an ephemeral port when not bound; BACKLOG is
 * clamped to 1..backlog_max. -EINVAL: connected, or was; -EOPNOTSUPP:
 * datagrams; -EADDRINUSE: another listener got there first. */
int socket_listen (Stack *stack, int socket, int backlog);

/* A new socket, connected to *PEER (may be NULL). -EAGAIN: nobody yet;
 * -ECONNABORTED: nobody any more, once for all that were reset before they
 * were accepted; -EINVAL: no listener; -EOPNOTSUPP: datagrams. */
int socket_accept (Stack *stack, int socket, Endpoint *peer);

/* 3b. Initiate. TCP: -EINPROGRESS, then SOCKET_WRITABLE or an error; again:
 * -EALREADY, later -EISCONN. After an attempt that failed: its error once,
 * unless it was taken, then a new attempt. UDP: fixes the peer, at once and
 * without a packet; REMOTE NULL: none again.
 * -ENETUNREACH: no route, or nobody else: 0.0.0.0, ::, an address of ours
 * (there is no loopback, so no socket connects to itself); -EADDRNOTAVAIL:
 * port 0, or the pair of endpoints is in use; -EACCES: broadcast;
 * -EAFNOSUPPORT: another family than the socket or its address has;
 * -EOPNOTSUPP: it listens. */
int socket_connect (Stack *stack, int socket, const Endpoint *remote);

/* 4. Send and receive. Streams: any part of LENGTH may be taken; receive
 * gives 0 at the end of the stream. Datagrams: all or -EMSGSIZE, -EAGAIN;
 * what does not fit into SIZE is cut off. After an error: first what had been
 * received, then that error once, then -EPIPE or 0. A datagram socket says its
 * error first, goes on after it, and hears of ICMP errors only when connected.
 * -ENOBUFS: a stream, but the stack's memory_max is used up;
 * -EAGAIN: not now; -ENOTCONN: a stream without a connection; -EISCONN: a
 * destination for a stream that has one; -EDESTADDRREQ: none for a datagram;
 * -EPIPE: shut down; those of socket_connect for a destination. */
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

/* The same with several buffers and the flags of sys/socket.h. MSG_DONTWAIT
 * and MSG_NOSIGNAL say what is always so. MSG_OOB, sending on streams: all
 * until here is urgent (tcp_urgent.h); it is received in line. MSG_PEEK: it can
 * be received again. MSG_WAITALL, streams: -EAGAIN as long as there is less,
 * but more can come. MSG_TRUNC, datagrams: in, the result is the whole length;
 * out, it was cut. -EOPNOTSUPP: any other flag; -EINVAL: more than SSIZE_MAX
 * bytes; -EMSGSIZE: more than 1,024 buffers. */
ssize_t socket_send_parts (Stack *stack,
                           int socket,
                           const struct iovec *parts,
                           size_t count,
                           const Endpoint *remote,
                           int flags);
ssize_t socket_receive_parts (Stack *stack,
                              int socket,
                              const struct iovec *parts,
                              size_t count,
                              Endpoint *remote,
                              int *flags);

/* What came with the bytes. Streams: both ends and LENGTH. */
typedef struct
{
  Endpoint remote;
  Endpoint local; /* which of our addresses was meant, or a broadcast one */
  size_t length;  /* of all of it, also of what was cut off */
  uint8_t hop_limit, traffic_class; /* as they arrived */
} SocketMessage;

ssize_t socket_receive_message (
    Stack *stack, int socket, void *bytes, size_t size, SocketMessage *message);

/* The end of one direction: SHUT_RD, SHUT_WR or SHUT_RDWR of sys/socket.h.
 * Writing: a FIN behind what was sent, then -EPIPE. Reading: no packet; what
 * is there or comes fills the window and is never read: 0. -ENOTCONN: no
 * connection; again: no error. */
int socket_shutdown (Stack *stack, int socket, int how);

/* The socket is gone; the stack delivers what was sent in the background.
 * Unread data turns the close into a reset (RFC 9293 SHLD-3), and so does
 * LINGER 0; LINGER n does when n seconds later the peer has not acknowledged
 * all. A listener resets those it had not accepted. */
int socket_close (Stack *stack, int socket);

/* Reset: RST to the peer, everything dropped (RFC 9293 3.10.5). */
int socket_abort (Stack *stack, int socket);

enum
{
  SOCKET_READABLE = 1,    /* receive or accept would not be -EAGAIN */
  SOCKET_WRITABLE = 2,    /* connected with room to send, or an error waits */
  SOCKET_HANGUP = 4,      /* both directions are over */
  SOCKET_ERROR = 8,       /* socket_error has one */
  SOCKET_PEER_ENDED = 16, /* the peer's FIN has been reached */
  SOCKET_URGENT = 32      /* socket_urgent is not 0 */
};

/* Set of the above; 0 for a socket that is none. */
unsigned socket_poll (Stack *stack, int socket);

/* How many bytes have to be received until none is urgent any more (RFC 9293
 * MUST-33); 0: at or behind the mark. They are bytes of the stream like all
 * others, and some may not have come yet. -EOPNOTSUPP: no stream. */
ssize_t socket_urgent (Stack *stack, int socket);

/* The pending error, a positive errno value, and clears it; 0: none. */
int socket_error (Stack *stack, int socket);

/* What happens to a datagram that is larger than the path takes. */
typedef enum
{
  SOCKET_MTU_DISCOVER_DONT, /* fragmented, also on the way */
  SOCKET_MTU_DISCOVER_WANT, /* fragmented by us only: the default */
  SOCKET_MTU_DISCOVER_DO    /* -EMSGSIZE */
} SocketMtuDiscover;

/* What is set is read back (a buffer within its bounds). -ENOPROTOOPT: no such
 * option for this kind of socket, or to be read only; -EINVAL: no such value,
 * or too late. An accepted connection has its listener's options. Those of
 * TCP are the fields of TcpSettings, which says more of them; what the SYNs
 * agree on is set while closed or listening, the others at any time. */
typedef enum
{
  SOCKET_OPTION_NODELAY,        /* 0/1, streams: no Nagle algorithm */
  SOCKET_OPTION_RECEIVE_BUFFER, /* bytes, neither doubled nor shared. When it
                                   shrinks the window offered stays offered */
  SOCKET_OPTION_SEND_BUFFER,    /* bytes; of a datagram the largest. A stream's
                                   is the most that it grows to with its
                                   congestion window, until it is set: then
                                   it is all there at once */
  SOCKET_OPTION_V6ONLY,         /* 0/1, IPv6, before bind */
  SOCKET_OPTION_REUSE_ADDRESS,  /* 0/1, see socket_port.h */
  SOCKET_OPTION_REUSE_PORT,     /* 0/1, with others of the same OWNER */
  SOCKET_OPTION_OWNER,          /* whose socket it is: any number */
  SOCKET_OPTION_LINGER,         /* seconds, streams: socket_close; -1: off */
  SOCKET_OPTION_BROADCAST,      /* 0/1: else such a datagram is -EACCES */
  SOCKET_OPTION_TTL,            /* 1-255, of IPv4 packets, also those of an
                                   IPv6 socket; -1: the stack's, which is
                                   what is read then */
  SOCKET_OPTION_HOPS,           /* 0-255, IPv6: of IPv6 packets; -1 the same.
                                   0: they never leave this host */
  SOCKET_OPTION_TRAFFIC_CLASS,  /* 0-255: DSCP and ECN, of both families; the
                                   ECN bits of a stream are TCP's */
  SOCKET_OPTION_MTU_DISCOVER,   /* SocketMtuDiscover, datagrams */

  SOCKET_OPTION_WINDOW_SCALE,   /* 0/1, agreed on; so are the next three */
  SOCKET_OPTION_TIMESTAMPS,     /* 0/1 */
  SOCKET_OPTION_SACK,           /* 0/1 */
  SOCKET_OPTION_ECN,            /* TcpEcn */
  SOCKET_OPTION_CONGESTION,     /* TcpCongestion: begins anew, with the window
                                   of the one before */
  SOCKET_OPTION_RACK,           /* 0/1 */
  SOCKET_OPTION_PACING,         /* 0/1 */
  SOCKET_OPTION_PATH_PROBING,   /* 0/1 */
  SOCKET_OPTION_INITIAL_WINDOW, /* 1-1000 segments */
  SOCKET_OPTION_MAX_SEGMENT,    /* 48-65535 bytes: TCP_MAXSEG; 0: no limit. Of
                                   a connection it lowers only */
  SOCKET_OPTION_DELAYED_ACK,    /* 0 to less than 500 ms, in ns */
  SOCKET_OPTION_R1,             /* 0-255 retransmissions */
  SOCKET_OPTION_R2,             /* 0-255; 0: never */
  SOCKET_OPTION_USER_TIMEOUT,   /* ns; 0: R2 */
  SOCKET_OPTION_KEEP_ALIVE,     /* 0/1 */
  SOCKET_OPTION_KEEP_IDLE,      /* 1 s to 32,767 s, in ns */
  SOCKET_OPTION_KEEP_INTERVAL,  /* the same */
  SOCKET_OPTION_KEEP_COUNT,     /* 1-127 */

  SOCKET_OPTION_TYPE,      /* SocketType; read only, as all below */
  SOCKET_OPTION_FAMILY,    /* SocketFamily */
  SOCKET_OPTION_LISTENING, /* 0/1 */
  SOCKET_OPTION_ERROR      /* socket_error */
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

/* What ss(8) shows; zeros for datagrams but the queues. Bytes without SYN and
 * FIN, bytes a second, points in time of the caller's clock. */
typedef struct
{
  TcpState state;
  bool sack, timestamps, window_scale, ecn; /* agreed on */
  uint8_t send_shift, receive_shift;
  TcpCongestion congestion;
  size_t receive_queue;     /* bytes that can be read */
  size_t readable;          /* of them, by one receive: FIONREAD */
  size_t send_queue;        /* bytes not yet acknowledged: SIOCOUTQ */
  uint32_t cwnd, ssthresh;  /* UINT32_MAX: no threshold yet */
  uint64_t pacing_rate;     /* 0: not paced */
  uint64_t delivery_rate;   /* as the last ACK told; 0: not known */
  bool application_limited; /* of it: there was nothing more to send */
  uint32_t mss, advertised_mss, path_mtu;
  uint32_t send_window, receive_window;
  uint32_t receive_space; /* bytes of the receive buffer */
  uint32_t in_flight;
  uint32_t lost;                   /* bytes, to be sent again */
  uint32_t sacked;                 /* bytes that arrived beyond a hole */
  unsigned unacknowledged;         /* segments */
  Time srtt, rttvar, rto, min_rtt; /* 0: not measured */
  Time ato;                        /* longest delay of an ACK */
  unsigned backoff;                /* consecutive timeouts */
  uint64_t retransmissions;
  uint64_t bytes_sent, bytes_again; /* again counts again */
  uint64_t bytes_acknowledged, bytes_received;
  uint64_t segments_out, segments_in, data_segments_out, data_segments_in;
  uint64_t segments_early; /* arrived beyond a hole */
  uint64_t duplicates;     /* D-SACKs that came */
  uint64_t reorderings;    /* ACKs that showed it */
  Time data_sent_at, data_received_at, ack_received_at; /* TIME_NEVER: none */
  Time busy; /* how long data waited for ACKs, up to when stack_output last
                looked */
  Time window_limited, buffer_limited; /* of it, for the peer's window and for
                                          room in our own buffer */
  bool troubled;  /* R1 retransmissions in vain: RFC 9293 3.8.3 */
  int soft_error; /* errno value: what ICMP said since anything was
                     acknowledged, or 0. Whoever does not want to know of both
                     (SHLD-20) does not ask */
} SocketInfo;

int socket_info (Stack *stack, int socket, SocketInfo *info);
