// SPDX-License-Identifier: MIT
/* What has arrived? The receiver's half of a connection: reassembly, the
 * window that is offered, and when an ACK is due. It knows no headers, only
 * offsets: the peer's SYN is 0, its first byte 1.
 *
 * Laws: everything below NXT has arrived; EDGE, the right edge of the window,
 * never moves left; bytes outside [nxt, edge) are never taken; where copies
 * of a byte differ the first one counts. */
#pragma once

#include "stack/ranges.h"
#include "stack/ring.h"
#include "stack/tcp_sack.h"

typedef struct
{
  uint32_t irs;  /* the peer's initial sequence number */
  int64_t mss;   /* RMSS: the largest segment that we said we take */
  int64_t nxt;   /* RCV.NXT */
  int64_t edge;  /* RCV.NXT + RCV.WND as last offered */
  int64_t fin;   /* offset of the peer's FIN, or -1 */
  bool ended;    /* the FIN has been reached: nxt == fin + 1 */
  size_t buffer; /* most bytes that wait to be read */
  Ring ring;     /* base: first byte that the application has not read */
  Ranges early;  /* arrived beyond a hole */
  TcpSack sack;  /* what our ACKs tell of it */

  bool ack_now;        /* an ACK is due at once */
  unsigned duplicates; /* ACKs owed for segments out of order */
  unsigned unacked;    /* segments in order since the last ACK, of which one
                          larger than RMSS counts as several */
} TcpReceive;

typedef enum
{
  TCP_RECEIVE_NEW,       /* nxt moved */
  TCP_RECEIVE_EARLY,     /* stored beyond a hole */
  TCP_RECEIVE_DUPLICATE, /* nothing new in it */
  TCP_RECEIVE_FULL       /* too many holes: not stored */
} TcpReceiveResult;

void tcp_receive_init (TcpReceive *receive, size_t buffer, unsigned ranges);
void tcp_receive_clear (TcpReceive *receive);

/* The peer's SYN. MSS: the largest segment that we take; OFFERED: the window
 * that our own SYN offered already, or 0. */
void tcp_receive_start (TcpReceive *receive,
                        uint32_t irs,
                        int64_t mss,
                        int64_t offered);

/* Bytes [offset, offset + length) have come, all inside the window; FIN: the
 * peer's stream ends behind them. Sets what ACK is due (RFC 5681 4.2: at once
 * for every second segment or 2 RMSS of data, and when they are out of order,
 * duplicate or fill a gap). */
TcpReceiveResult tcp_receive_take (TcpReceive *receive,
                                   int64_t offset,
                                   const uint8_t *bytes,
                                   size_t length,
                                   bool fin);

/* Data [start, end) is about to be judged: what of it was here already is told
 * once, the first piece if there are several (RFC 2883 4). */
void tcp_receive_note (TcpReceive *receive, int64_t start, int64_t end);

/* An ACK leaves that has room for MOST blocks: writes them, and returns how
 * many they are. The peer's FIN counts as a byte of
 * the block that it ends. */
unsigned tcp_receive_report (TcpReceive *receive, Range *blocks, unsigned most);

/* Bytes that can be read; copying LENGTH of them from the SKIP-th on; being
 * done with LENGTH of them. */
size_t tcp_receive_queue (const TcpReceive *receive);
void tcp_receive_copy (const TcpReceive *receive,
                       size_t skip,
                       void *bytes,
                       size_t length);
void tcp_receive_consume (TcpReceive *receive, size_t length);

/* A smaller buffer only shows when the window has been used up: EDGE does not
 * move left. */
void tcp_receive_set_buffer (TcpReceive *receive, size_t size);

/* Would the window open by so much that the peer should be told (RFC 9293
 * 3.8.6.2.2)? SHIFT: as below. */
bool tcp_receive_update_is_due (const TcpReceive *receive,
                                int64_t mss,
                                unsigned shift);

/* An ACK leaves: fixes RCV.WND and returns it for the wire, shifted by SHIFT
 * (RFC 7323 2.2). What the wire cannot say exactly is rounded up, so that the
 * peer never sees EDGE go back, and up to an eighth of the buffer is held
 * beyond it for that. A peer that nibbles at the window uses this up: then it
 * sees less, by less than 2^SHIFT, and EDGE holds all the same (RFC 7323
 * 2.4). */
uint16_t tcp_receive_offer (TcpReceive *receive, int64_t mss, unsigned shift);

/* 32-bit sequence number > offset, the nearest to NXT. */
int64_t tcp_receive_unwrap (const TcpReceive *receive, uint32_t sequence);
