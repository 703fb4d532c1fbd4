// SPDX-License-Identifier: MIT
/* A TCP connection (RFC 9293), put together from parts that each answer one
 * question. What has a header of its own is promised there, the rest here:
 *
 *   the socket calls              tcp
 *   the eleven states             tcp_state
 *   when must something happen?   tcp_timer tcp_patience tcp_keepalive
 *   what is agreed and chosen?    tcp_options tcp_settings tcp_path tcp_probe
 *   what can be told of it?       tcp_info tcp_metrics
 *
 *   whose segment is it?          tcp_deliver tcp_listen tcp_cookie tcp_reopen
 *   is it one to take?            tcp_input tcp_sequence tcp_challenge
 *                                 tcp_timestamps (tcp_incoming.h)
 *   what has arrived?             tcp_receive tcp_sack tcp_urgent tcp_ecn
 *   what do errors say?           tcp_error
 *
 *   what does an ACK tell?        tcp_ack tcp_blocks tcp_rtt tcp_rate
 *   what is in flight?            tcp_sent tcp_flight
 *   what is lost, what follows?   tcp_loss; say time, blocks, duplicates, the
 *                                 tail: tcp_rack tcp_count tcp_newreno
 *                                 tcp_tlp; tcp_undo tcp_prr
 *   how much may be in flight?    tcp_cc tcp_cc_reno tcp_cc_cubic
 *                                 tcp_hystart tcp_cc_bbr tcp_bbr
 *                                 tcp_bbr_model tcp_bbr_probe
 *
 *   which segment is next?        tcp_output tcp_repair tcp_outbox
 *   how is it written?            tcp_emit tcp_iss
 *   may it leave now?             tcp_pacing, by the schedule of tcp_pace
 *
 * The table in docs/architecture.md has the question of each.
 *
 * Positions in both streams are 64-bit offsets: the SYN is 0, the first byte
 * 1, the FIN comes after the last byte. 32-bit sequence numbers exist only on
 * the wire; tcp_deliver and tcp_emit translate. */
#pragma once

#include "stack/stack_private.h"
#include "stack/tcp_cc.h"
#include "stack/tcp_challenge.h"
#include "stack/tcp_ecn.h"
#include "stack/tcp_info.h"
#include "stack/tcp_keepalive.h"
#include "stack/tcp_loss.h"
#include "stack/tcp_options.h"
#include "stack/tcp_pace.h"
#include "stack/tcp_patience.h"
#include "stack/tcp_receive.h"
#include "stack/tcp_rtt.h"
#include "stack/tcp_sent.h"
#include "stack/tcp_timestamps.h"
#include "stack/tcp_urgent.h"
#include "stack/wire_tcp.h"

/* The smallest segment size that a peer can talk us into (the class of
 * CVE-2019-11479), and the one of a peer that names none (MUST-15). */
#define TCP_MSS_MIN          48
#define TCP_MSS_DEFAULT_IPV4 536
#define TCP_MSS_DEFAULT_IPV6 1220

typedef struct
{
  uint32_t iss;
  bool has_iss;          /* chosen when the first SYN leaves */
  int64_t end;           /* offset after the last byte the application gave */
  bool fin_queued;       /* the FIN follows at END */
  int64_t wnd;           /* SND.WND */
  int64_t wnd_max;       /* MAX.SND.WND */
  int64_t wl1, wl2;      /* offsets of the segment that set wnd */
  int64_t mss;           /* bytes of data that fit into the path */
  int64_t mss_agreed;    /* what both ends could take, without options */
  int64_t mss_path;      /* what the path is said to take, too */
  uint64_t path_version; /* of path_mtu, when mss was computed */
  int64_t path_low;      /* TcpProbe.low then */
  bool force;            /* the window's override timer ran out: send a byte */
  bool wants_room;       /* the application met a full buffer */
  bool cwnd_limited;
  bool smooth;       /* more may leave than should at once: paced */
  Time last_at;      /* when data left last, new or again */
  size_t buffer;     /* most bytes that wait to be acknowledged, now */
  size_t buffer_max; /* to which it grows with the congestion window */
  Ring ring;         /* base: SND.UNA's byte */
} TcpSend;

/* When something must happen; TIME_NEVER: not armed. One node in the stack's
 * queue stands for the earliest; a deadline that moves later does not touch
 * it (the node then wakes early, and looks again). */
typedef struct
{
  Timer timer;      /* first member */
  Time retransmit;  /* RFC 6298; not armed while LOSS is */
  Time loss;        /* RFC 8985: the tail's probe, or reordering */
  Time persist;     /* RFC 9293 3.8.6.1: the window is closed or silly */
  Time delayed_ack; /* RFC 9293 3.8.6.3 */
  Time pace;        /* what waits may leave */
  Time state;       /* 2 MSL, FIN-WAIT-2 of an orphan */
  Time keep_alive;  /* RFC 9293 3.8.4 */
} TcpTimers;

typedef struct TcpMetrics TcpMetrics;

/* Of a socket that listens. */
typedef struct
{
  unsigned backlog;
  GQueue embryos;     /* Tcp in SYN-RECEIVED */
  GQueue accepted;    /* Tcp that wait for socket_accept */
  unsigned aborted;   /* of them, gone since the last -ECONNABORTED */
  bool uses_cookies;  /* until this: */
  Time cookies_until; /* nothing that we did not remember comes later */
} TcpListen;

struct Tcp
{
  TcpTimers timers; /* first: the timer queue hands out its address */
  Stack *stack;
  Socket *socket;
  TcpState state;
  bool active;       /* we initiated (MUST-11) */
  bool busy;         /* counted in stack->busy */
  bool ready;        /* waits in stack->ready */
  bool reading_over; /* shut down for reading: what comes is not read */
  Time opened;       /* when the first SYN left or came */
  uint64_t trigger;  /* StackIn.id of the packet that we react to, or 0 */
  unsigned interface;

  TcpAgreed agreed;
  TcpTimestamps timestamps;
  TcpSend send;
  TcpReceive receive;
  TcpUrgent urgent;
  TcpSent sent;
  TcpRtt rtt;
  TcpLoss loss;
  TcpCc cc;
  TcpChallenge challenge;
  TcpPace pace;
  TcpEcnState ecn;
  TcpPatience patience;
  TcpKeepAlive keep_alive;
  TcpCounters counters;
  TcpMetrics *metrics; /* NULL as long as nobody asks for them */
  uint64_t retransmissions;
  int soft_error; /* why it may be that nothing is acknowledged, or 0 */

  TcpListen *listen; /* LISTEN only */
  Tcp *listener;     /* of an embryo or one not yet accepted */
  GList ready_link, sibling_link, time_wait_link;
};

static inline const TcpSettings *
tcp_settings (const Tcp *tcp)
{
  return &tcp->socket->settings.tcp;
}

/* Without the ECN bits: what they say is TCP's to decide (RFC 3168 6.1). */
static inline uint8_t
tcp_traffic_class (const Socket *socket)
{
  return socket->settings.traffic_class & 0xfc;
}

/* tcp.c: the socket calls, see socket.h for meaning and errors. */
Tcp *tcp_new (Socket *socket);
/* 0, or why not: -EOPNOTSUPP, -EALREADY, -EISCONN. */
int tcp_may_connect (const Tcp *tcp);
int tcp_connect (Tcp *tcp, const Endpoint *remote);
ssize_t tcp_send (Tcp *tcp, const void *bytes, size_t length);
/* How many of SIZE bytes can be received now; ALL: MSG_WAITALL. */
ssize_t tcp_readable (Tcp *tcp, size_t size, bool all);
/* So many of them have been. */
void tcp_consume (Tcp *tcp, size_t length);
/* Tried to connect in vain: another attempt is possible. */
bool tcp_has_failed (const Tcp *tcp);
int tcp_shutdown (Tcp *tcp, int how);
void tcp_close (Tcp *tcp);
void tcp_abort (Tcp *tcp);
unsigned tcp_poll (const Tcp *tcp);
void tcp_set_receive_buffer (Tcp *tcp, size_t size);
void tcp_set_send_buffer (Tcp *tcp, size_t size);
/* A new connection with the options of an old one. */
Tcp *tcp_new_like (Socket *socket, const Tcp *model);
/* Would socket_poll call it writable for its room? */
bool tcp_has_room (const Tcp *tcp);
/* An ACK has come, before which it had room or not. */
void tcp_make_room (Tcp *tcp, bool had_room);

/* Fixes interface, MSS we can take, windows: both endpoints are known, and
 * there is a way to the peer. */
void tcp_prepare (Tcp *tcp);

/* Congestion control begins, with a window of so many segments. */
void tcp_start_cc (Tcp *tcp, unsigned initial_window);

/* The application wants another algorithm. */
void tcp_change_cc (Tcp *tcp);

/* The window that our SYN offers. */
int64_t tcp_syn_window (const Tcp *tcp);

/* The peer's SYN: its sequence number, options and window. */
void tcp_take_syn (Tcp *tcp, const TcpHeader *header, Time now);

/* tcp_listen.c */
bool tcp_may_listen (const Tcp *tcp);
void tcp_listen (Tcp *tcp, int backlog);
Tcp *tcp_accept (Tcp *listener);
/* True: the segment is one of a connection that is there now. */
bool tcp_listen_input (Tcp *listener,
                       const Arrival *arrival,
                       const TcpHeader *header);
/* May the embryo's handshake be completed? Not while too many wait already. */
bool tcp_listen_has_room (const Tcp *tcp);
/* The embryo's handshake is complete. */
void tcp_listen_ready (Tcp *tcp);
/* The peer has reset it before anybody accepted it. */
void tcp_listen_lose (Tcp *tcp);
/* TCP leaves its listener's queues, if it is in one. */
void tcp_listen_forget (Tcp *tcp);
/* Resets all that nobody will accept now. */
void tcp_listen_close (Tcp *listener);

/* tcp_deliver.c: a segment has come. */
void tcp_deliver (const Arrival *arrival, View segment);

/* tcp_ack.c: what loss recovery should know when a timer ran out. */
TcpAck tcp_ack_of_timer (const Tcp *tcp, Time now);

/* tcp_output.c: one segment into BUFFER, or 0: nothing may be sent now. Leaves
 * TCP->READY when there may be another. */
size_t
tcp_output (Tcp *tcp, Time now, uint8_t *buffer, size_t size, StackOut *out);
/* LENGTH bytes of data leave: whom that concerns learns of it. */
void tcp_output_leaves (Tcp *tcp, int64_t length, Time now);
/* More of our stream than was ever sent? */
bool tcp_output_has_unsent (const Tcp *tcp);

/* tcp_emit.c: writes the packet with the bytes [start, end) of our stream;
 * empty: an ACK.
 */
size_t tcp_emit (Tcp *tcp,
                 int64_t start,
                 int64_t end,
                 Time now,
                 uint8_t *buffer,
                 StackOut *out);

/* tcp_iss.c: when the first SYN leaves. */
void tcp_iss_choose (Tcp *tcp, Time now);
/* An initial sequence number above those of an earlier connection. */
void tcp_iss_choose_above (Tcp *tcp, Time now, uint32_t above);
/* The SYN-ACK has left already, with ISS, and nobody remembers it. */
void tcp_iss_recall (Tcp *tcp, Time now, uint32_t iss);

/* tcp_pacing.c. False: not now; the timer is armed for when it may. */
bool tcp_pacing_allows (Tcp *tcp, Time now);
/* Bytes a second; 0: not paced. */
int64_t tcp_pacing_rate (const Tcp *tcp);
/* LENGTH bytes of the stream leave. */
void tcp_pacing_send (Tcp *tcp, int64_t length, Time now);
/* An ACK opened the windows: by more than an initial window, if those between
 * were lost, which must not leave at once. */
void tcp_pacing_open (Tcp *tcp);

/* tcp_outbox.c: HEADER, of no connection yet, in the manner of LISTENER's. */
void tcp_outbox_answer (const Arrival *arrival,
                        const TcpHeader *header,
                        const Socket *listener);
/* An RST for a segment that belongs to nobody (RFC 9293 3.10.7.1). */
void tcp_outbox_refuse (const Arrival *arrival,
                        const TcpHeader *header,
                        size_t length);
/* An RST at SND.NXT for a connection that ends here. */
void tcp_outbox_reset (Tcp *tcp);

/* tcp_error.c: ICMP errors. May we have sent SEQUENCE, without knowing yet
 * that it arrived (RFC 5927 4.1)? */
bool tcp_error_is_acceptable (const Tcp *tcp, uint32_t sequence);
/* Nobody is there: ends what is being opened, else as the next. */
void tcp_error_hard (Tcp *tcp, int error);
/* Remembered, and told when the connection times out (RFC 1122 4.2.3.9). */
void tcp_error_soft (Tcp *tcp, int error);

/* tcp_path.c: the largest segment that we can take. */
int64_t tcp_path_largest (const Tcp *tcp);
/* Both ends can take segments of MSS. */
void tcp_path_agree (Tcp *tcp, int64_t mss);
/* The application wants smaller ones; what is in flight may be larger. */
void tcp_path_lower (Tcp *tcp);
/* The path may take less now, or more; BY is the packet that said so, or 0. */
void tcp_path_update (Tcp *tcp, uint64_t by);
/* Is the way to the peer still the same? Asked when nothing gets there. */
void tcp_path_recheck (Tcp *tcp);
/* A router said so about a packet of this connection that is in flight. */
void tcp_path_told (Tcp *tcp, uint64_t by);
/* The retransmission timer ran out: is that segment too large? */
void tcp_path_on_timeout (Tcp *tcp);
/* Bytes of data in a segment that is to probe the path now; 0: none is. It may
 * have to wait for room in the windows, but not for ever. */
int64_t tcp_path_probe (Tcp *tcp, Time now);
/* [start, end) has left: was it one? */
void tcp_path_sent (Tcp *tcp, int64_t start, int64_t end);

/* tcp_info.c */
void tcp_info (const Tcp *tcp, SocketInfo *info);
/* Nothing leaves now: what holds it up is written down. */
void tcp_info_hold (Tcp *tcp, Time now);

/* tcp_metrics.c: its numbers may have changed. */
void tcp_metrics_mark_now (Tcp *tcp);
void tcp_metrics_free (Tcp *tcp);

static inline void
tcp_metrics_mark (Tcp *tcp)
{
  if (G_UNLIKELY (tcp->stack->measures))
    tcp_metrics_mark_now (tcp);
}

/* tcp_timer.c */
void tcp_timer_init (Tcp *tcp);
/* Deadlines may have changed: keeps the queue and stack->busy right. */
void tcp_timer_update (Tcp *tcp);
void tcp_timer_expire (Tcp *tcp, Time now);
/* Something in flight waits for its ACK from now on. */
void tcp_timer_start (Tcp *tcp, Time now);
/* News: which timer guards what is in flight (RFC 8985 8)? */
void tcp_timer_guard (Tcp *tcp, Time now);
void tcp_timer_stop (Tcp *tcp);

/* tcp_state.c */
void tcp_state_set (Tcp *tcp, TcpState state);
/* Our FIN leaves; ours is acknowledged; the peer's has been reached. */
void tcp_state_fin_sent (Tcp *tcp);
void tcp_state_fin_acknowledged (Tcp *tcp, Time now);
void tcp_state_fin_received (Tcp *tcp, Time now);
/* The end by error: the application learns ERROR (an errno value). */
void tcp_state_fail (Tcp *tcp, int error);
/* CLOSED: the record goes when the application does not hold it. */
void tcp_state_closed (Tcp *tcp);
/* It may have something to send: stack_output will look. */
void tcp_state_ready (Tcp *tcp);
/* States in which the peer's sequence numbers are known. */
bool tcp_state_is_synchronized (TcpState state);
/* May the application's bytes go out? */
bool tcp_state_can_send (TcpState state);
/* Asserts the laws of the connection; called after every entry. */
void tcp_state_check (const Tcp *tcp);
void tcp_free (Tcp *tcp);
