// SPDX-License-Identifier: MIT
/* A second opinion: what does RFC 9293 3.10.7 say about one segment? Written
 * from its text only, in its order and with its names, in 32-bit numbers; it
 * shares nothing with stack/.
 *
 * Where the text leaves a choice, the model takes
 *
 *   - the plain MUST and SHOULD; what a MAY allows is left out;
 *   - of a segment that begins beyond RCV.NXT (SHLD-31) text and FIN are held,
 *     everything else of it counts at once, as the RST and SYN steps have it;
 *   - with RCV.WND = 0 the "special allowance" for an ACK at RCV.NXT: all but
 *     text and FIN of that segment counts, and it is acknowledged (MUST-66);
 *   - one ACK for all that a segment makes due (MUST-58), without delay;
 *   - the user reads nothing yet: the right edge of the window stands still
 *     (SHLD-14).
 *
 * Timers, security and urgent data are not modelled. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* RFC 9293 3.3.2, in its order. */
typedef enum
{
  MODEL_CLOSED,
  MODEL_LISTEN,
  MODEL_SYN_SENT,
  MODEL_SYN_RECEIVED,
  MODEL_ESTABLISHED,
  MODEL_FIN_WAIT_1,
  MODEL_FIN_WAIT_2,
  MODEL_CLOSE_WAIT,
  MODEL_CLOSING,
  MODEL_LAST_ACK,
  MODEL_TIME_WAIT
} ModelState;

/* What the user has been told of the end. */
typedef enum
{
  MODEL_NOTHING,
  MODEL_CONNECTION_CLOSING,
  MODEL_CONNECTION_RESET,
  MODEL_CONNECTION_REFUSED
} ModelSignal;

enum
{
  MODEL_FIN = 1,
  MODEL_SYN = 2,
  MODEL_RST = 4,
  MODEL_ACK = 16
};

typedef struct
{
  uint8_t flags;
  uint32_t seq, ack; /* ack: 0 without MODEL_ACK, in what the model sends */
  uint32_t wnd;
  uint32_t length; /* of the text */
} ModelSegment;

#define MODEL_HELD_MAX 4

/* The TCB. */
typedef struct
{
  ModelState state;
  bool passive;      /* the OPEN was */
  bool user;         /* the user holds the connection */
  bool orphan;       /* the user closed it, and reads no more */
  uint32_t next_iss; /* the ISS that a new connection shall select */
  uint32_t window;   /* the RCV.WND that it shall offer */

  uint32_t iss, snd_una, snd_nxt;
  uint32_t snd_wnd, snd_wl1, snd_wl2, max_snd_wnd;
  bool fin_sent; /* its number is SND.NXT - 1 */

  uint32_t irs, rcv_nxt, rcv_wnd;
  ModelSegment held[MODEL_HELD_MAX]; /* text and FIN that came too early */
  unsigned held_count;

  uint32_t delivered; /* octets in order, for the user to receive */
  ModelSignal signal;
} Model;

/* The user's calls, RFC 9293 3.10.1, 2, 4; what they send leaves at once. */
void model_open_passive (Model *model);
void model_open_active (Model *model);
void model_send (Model *model, uint32_t length);
void model_shutdown (Model *model); /* a CLOSE after which it still reads */
void model_close (Model *model);

/* A segment arrives; its answer, which has no flags when there is none. */
ModelSegment model_input (Model *model, const ModelSegment *segment);

/* RFC 9293 3.4, table 6. */
bool model_is_acceptable (const Model *model, const ModelSegment *segment);

/* SEG.LEN: SYN and FIN count. */
uint32_t model_segment_length (const ModelSegment *segment);

/* a < b, of numbers that are less than half of their space apart. */
bool model_before (uint32_t a, uint32_t b);

extern const ModelSegment MODEL_NO_ANSWER;
/* <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK> */
ModelSegment model_ack (const Model *model);
/* <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK> */
ModelSegment model_syn_ack (const Model *model);
