// SPDX-License-Identifier: MIT
/* The whole border of the stack. It is asked, it never acts: packets and the
 * time go in, packets come out when asked for, the next deadline is readable.
 * No callbacks, no clock, no randomness but its secret, no threads.
 *
 * A driver is these lines, whether it is the simulator's host, the TUN device,
 * a test or a fuzz target:
 *
 *   stack_input (stack, now, &in, packet, length);
 *   do
 *     while ((n = stack_output (stack, now, buffer, size, &out)) > 0)
 *       send buffer through out.interface;
 *   while (stack_event (stack, &event) && the application did something);
 *   sleep until stack_deadline (stack) or a packet
 *
 * NOW never goes back. All calls cost O(1) or O(log flows). */
#pragma once

#include "stack/drop.h"
#include "stack/tcp_settings.h"
#include "stack/types.h"

typedef struct Stack Stack;

/* Every limit and every constant is a field with one default (in brackets,
 * set by stack_config_init); on the numbers golden files depend. */
typedef struct
{
  uint8_t secret[16]; /* keys of ISNs, ports and hashes; the caller's duty */

  unsigned sockets_max;      /* [65536] sockets, connections included */
  unsigned backlog_max;      /* [128] connections waiting per listener,
                                half-open ones included */
  unsigned time_wait_max;    /* [16384] connections in TIME-WAIT */
  unsigned ranges_max;       /* [1024] holes in what one flow has received */
  size_t outbox_max;         /* [262144] bytes of UDP, ICMP, RST that wait */
  size_t receive_buffer;     /* [4194304] bytes per TCP socket, taken as they
                            come */
  size_t send_buffer;        /* [0] the same; 0: what is taken from the
                                application ahead of the network is bounded by
                                twice the congestion window, as in Linux, but */
  size_t send_buffer_min;    /* [131072] never by less */
  size_t send_buffer_max;    /* [4194304] nor by more */
  size_t datagram_buffer;    /* [262144] bytes per UDP socket, headers in */
  size_t memory_max;         /* [1 GiB] bytes in all buffers of TCP sockets */
  unsigned notices_max;      /* [4096] events that wait to be fetched */
  uint16_t port_first;       /* [49152] ephemeral ports, RFC 6335 */
  uint16_t port_last;        /* [65535] */
  bool privileged;           /* [true] may bind ports below 1024 */
  uint8_t hop_limit;         /* [64] */
  bool forwarding;           /* [false] a router: stack_forward */
  bool reverse_path;         /* [false] a router that forwards only what comes
                                from where an answer would go, RFC 3704 */
  unsigned icmp_error_rate;  /* [100] errors a second to one destination */
  unsigned icmp_error_burst; /* [50] of them at once */

  size_t reassembly_bytes;        /* [786432] of fragments that wait, with
                                     their bookkeeping */
  size_t reassembly_source_bytes; /* [393216] of them, of one source */
  unsigned reassembly_datagrams;  /* [2048] they belong to */
  size_t reassembly_size;         /* [65575] of a whole packet: EMTU_R */
  Time reassembly_time;           /* [60 s] RFC 8200 4.5 */
  bool path_mtu_discovery;        /* [true] RFC 1191, RFC 8201 */
  unsigned path_mtus_max;       /* [4096] destinations with one of their own */
  Time path_mtu_age;            /* [600 s] RFC 1191 6.3 */
  unsigned identifications_max; /* [4096] destinations with a counter */

  Time rto_initial; /* [1 s]    RFC 6298 2.1 */
  Time rto_min;     /* [200 ms] deviation from RFC 6298 2.4, as Linux */
  Time rto_max;     /* [60 s]   RFC 6298 2.5 */
  Time syn_give_up; /* [180 s]  RFC 9293 MUST-23; 0: never */
  Time msl;         /* [30 s]   TIME-WAIT lasts two of them */
  Time fin_wait_2;  /* [60 s]   life of an orphan in FIN-WAIT-2 */

  unsigned challenge_acks; /* [100] ACKs a second, of one connection, for what
                              it cannot accept: tcp_challenge.h */
  bool syn_cookies;        /* [true] answer a SYN that the backlog has no room
                              for without remembering it (RFC 4987 3.6) */
  TcpSettings tcp;         /* what new TCP sockets start with */
} StackConfig;

void stack_config_init (StackConfig *config);

Stack *stack_new (const StackConfig *config);
void stack_free (Stack *stack);

/* Another secret from now on, for initial numbers, clocks and ports: a copy of
 * a stack, be it by fork or by a snapshot, would go on with those of the
 * other. */
void stack_set_secret (Stack *stack, const uint8_t secret[16]);

/* Interfaces are numbered from 0 in the order of adding. MTU in bytes.
 * -EINVAL: not 68 (RFC 791 3.2) to 65535. */
int stack_interface_add (Stack *stack, unsigned mtu);

/* May who calls from now on bind ports below 1024? */
void stack_set_privileged (Stack *stack, bool privileged);

/* An address of ours, and a route to its prefix. False, and neither: IPv6
 * needs an MTU of 1280 (RFC 8200 5). */
bool stack_address_add (Stack *stack,
                        unsigned interface,
                        const Address *address,
                        unsigned prefix_length);

/* Packets to the first LENGTH bits of PREFIX leave through INTERFACE; 0.0.0.0
 * and ::, length 0, are the default routes. The longest prefix that fits a
 * destination wins, then the first added; if none fits, there is no route. */
void stack_route_add (Stack *stack,
                      const Address *prefix,
                      unsigned length,
                      unsigned interface);

typedef struct
{
  unsigned interface;
  uint64_t id; /* the caller's name for the packet, comes back in
                  StackOut.caused_by and StackEvent.packet */
} StackIn;

/* Why TCP sent bytes again. */
#define REPAIR_CAUSES(X)                                                       \
  X (THIRD_DUPLICATE_ACK, "third-duplicate-ack")                               \
  X (PARTIAL_ACK, "partial-ack")                                               \
  X (RTO, "rto")                                                               \
  X (RACK, "rack")                                                             \
  X (TLP, "tlp")                                                               \
  X (SACK_COUNT, "sack-count")                                                 \
  X (RESCUE, "rescue")                                                         \
  X (PROBE, "probe")                                                           \
  X (TOO_BIG, "too-big")                                                       \
  X (PATH_PROBE, "path-probe")

typedef enum
{
  REPAIR_NONE,
#define X(name, word) REPAIR_##name,
  REPAIR_CAUSES (X)
#undef X
} RepairCause;

const char *repair_cause_name (RepairCause cause);

typedef struct
{
  uint64_t id; /* in: the caller's name for the packet about to leave */
  unsigned interface;
  int socket;            /* whose packet it is; -1: the stack's own */
  RepairCause cause;     /* REPAIR_NONE: first transmission of its bytes */
  uint64_t repairs;      /* id of the transmission that it replaces, or 0 */
  uint64_t caused_by;    /* StackIn.id of the packet that triggered it, or 0 */
  uint64_t fragment_of;  /* id of the datagram's first fragment, in all later
                            ones; in a router's, StackIn.id of the packet that
                            was too large; else 0 */
  unsigned segment_size; /* > 0: a super-segment for the device to split */
} StackOut;

/* Takes a packet from the wire. PACKET is borrowed. */
void stack_input (Stack *stack,
                  Time now,
                  const StackIn *in,
                  const uint8_t *packet,
                  size_t length);

typedef enum
{
  STACK_FORWARD_OURS, /* not to be forwarded: give it to stack_input */
  STACK_FORWARD_ON,   /* send it, as it is now, through *INTERFACE */
  STACK_FORWARD_DONE  /* dropped, or too large and leaves in fragments:
                         stack_output may have something to say */
} StackForward;

/* A router asks this first for each packet from the wire. PACKET is edited in
 * place: one hop less, the checksum after RFC 1624; LENGTH stays. */
StackForward stack_forward (Stack *stack,
                            Time now,
                            const StackIn *in,
                            uint8_t *packet,
                            size_t length,
                            unsigned *interface);

/* Writes the next packet into BUFFER and returns its length; 0: nothing to
 * send now. SIZE is at least the largest MTU of the interfaces. */
size_t stack_output (
    Stack *stack, Time now, uint8_t *buffer, size_t size, StackOut *out);

/* Call stack_output no later than this. A time in the past means now. */
Time stack_deadline (const Stack *stack);

/* Will the stack send something without being asked again: unacknowledged
 * data, a delayed ACK, a full outbox? TIME-WAIT and listeners don't count. */
bool stack_busy (const Stack *stack);

#define TCP_STATES(X)                                                          \
  X (CLOSED, "CLOSED")                                                         \
  X (LISTEN, "LISTEN")                                                         \
  X (SYN_SENT, "SYN-SENT")                                                     \
  X (SYN_RECEIVED, "SYN-RECEIVED")                                             \
  X (ESTABLISHED, "ESTABLISHED")                                               \
  X (FIN_WAIT_1, "FIN-WAIT-1")                                                 \
  X (FIN_WAIT_2, "FIN-WAIT-2")                                                 \
  X (CLOSE_WAIT, "CLOSE-WAIT")                                                 \
  X (CLOSING, "CLOSING")                                                       \
  X (LAST_ACK, "LAST-ACK")                                                     \
  X (TIME_WAIT, "TIME-WAIT")

typedef enum
{
#define X(name, word) TCP_##name,
  TCP_STATES (X)
#undef X
} TcpState;

const char *tcp_state_name (TcpState state);

typedef enum
{
  STACK_EVENT_SOCKET, /* socket_poll of .socket may have changed */
  STACK_EVENT_STATE,  /* .socket went .from > .to; .local, .remote tell who */
  STACK_EVENT_DROP    /* the packet .packet was not used, because of .drop */
} StackEventType;

typedef struct
{
  StackEventType type;
  int socket;
  TcpState from, to;
  Endpoint local, remote;
  uint64_t packet;
  DropCause drop;
} StackEvent;

/* The next thing that happened, in order; false: nothing. */
bool stack_event (Stack *stack, StackEvent *event);

/* How a connection stands, in bytes, bytes a second and ns. */
typedef struct
{
  int socket;
  TcpState state;
  Endpoint local, remote;
  int64_t cwnd, ssthresh; /* INT64_MAX: no threshold yet */
  int64_t in_flight;
  int64_t send_window;
  int64_t pacing_rate;    /* 0: not paced */
  Time srtt, rttvar, rto; /* 0: not measured yet */
} StackMetrics;

/* From now on stack_metrics has something to tell. */
void stack_measure (Stack *stack);

/* The next open connection that stands otherwise than it was last told; false:
 * none. In the order in which they changed. Before stack_has_metrics is true
 * there is none. */
bool stack_metrics (Stack *stack, StackMetrics *metrics);
bool stack_has_metrics (const Stack *stack);

/* What is held now. */
typedef struct
{
  unsigned sockets;    /* connections that nobody holds any more, too */
  size_t stream_bytes; /* memory of all buffers of streams */
  size_t outbox_bytes; /* packets that wait */
} StackUse;

StackUse stack_use (const Stack *stack);

/* Counters: packets in and out, drops by cause, and what limits cut. */
#define STACK_COUNTERS(X)                                                      \
  X (PACKETS_IN, "packets-in")                                                 \
  X (PACKETS_OUT, "packets-out")                                               \
  X (PACKETS_FORWARDED, "packets-forwarded")                                   \
  X (OUTBOX_FULL, "outbox-full")                                               \
  X (ICMP_LIMITED, "icmp-limited")                                             \
  X (NOTICES_LOST, "notices-lost")                                             \
  X (RANGES_FULL, "ranges-full")                                               \
  X (MEMORY_FULL, "memory-full")                                               \
  X (SOCKETS_FULL, "sockets-full")                                             \
  X (REASSEMBLY_EVICTED, "reassembly-evicted")                                 \
  X (REASSEMBLY_TIMEOUT, "reassembly-timeout")                                 \
  X (PATH_MTU_EVICTED, "path-mtu-evicted")                                     \
  X (TIME_WAIT_EVICTED, "time-wait-evicted")                                   \
  X (CHALLENGES_LIMITED, "challenges-limited")                                 \
  X (COOKIES_SENT, "cookies-sent")                                             \
  X (COOKIES_TAKEN, "cookies-taken")                                           \
  X (TROUBLED, "troubled")                                                     \
  X (RETRANSMISSIONS, "retransmissions")

typedef enum
{
#define X(name, word) STACK_COUNTER_##name,
  STACK_COUNTERS (X)
#undef X
      STACK_COUNTER_COUNT
} StackCounter;

uint64_t stack_counter (const Stack *stack, StackCounter counter);
const char *stack_counter_name (StackCounter counter);
uint64_t stack_drops (const Stack *stack, DropCause cause);
