// SPDX-License-Identifier: MIT
/* The states of the table and how a connection gets there, and the cases in
 * each of them: 256 flag bytes x 9 x 7 x 3 x 2 = 96,768.
 *
 *   SEG.SEQ   from RCV.NXT (before a SYN was seen: from a number of ours), of
 *             a window of 1,000
 *     far           2^31: on the other side of the circle
 *     old           -700: no text of ours reaches the window
 *     touching      -300: the largest text ends where the window begins
 *     last          -1: the SYN, the FIN or the octet before the window
 *     next          0
 *     beyond        1
 *     fitting       the largest text ends with the window
 *     edge          the last number of the window
 *     outside       the first behind it
 *   SEG.ACK   from SND.UNA and SND.NXT; 301 numbers or less are in flight
 *     far           SND.UNA + 2^31 - 1
 *     too old       SND.UNA - MAX.SND.WND - 1 (RFC 5961 5.2); that is 2,000
 *     oldest        SND.UNA - MAX.SND.WND
 *     una           SND.UNA
 *     partial       SND.NXT - 1: in the middle of a segment, or all but the
 *                   FIN; SND.UNA - 1 where less than two are in flight
 *     nxt           SND.NXT
 *     unsent        SND.NXT + 1
 *   text      none, one octet, 300
 *   SEG.WND   0 and 3,000; it had been 2,000
 *
 * The connection's window wraps, and what it has in flight: the peer's numbers
 * begin at SCENE_IRS, ours at DRIVE_ISS. */
#pragma once

#include "tests/table/drive.h"

#define SCENE_IRS         UINT32_C (0xfffffe00)
#define SCENE_WINDOW      1000
#define SCENE_PEER_WINDOW 2000

enum
{
  SCENE_FLAGS = 256,
  SCENE_SEQS = 9,
  SCENE_ACKS = 7,
  SCENE_TEXTS = 3,
  SCENE_WINDOWS = 2,
  SCENE_CASES =
      SCENE_FLAGS * SCENE_SEQS * SCENE_ACKS * SCENE_TEXTS * SCENE_WINDOWS
};

typedef enum
{
  STEP_END,
  STEP_LISTEN,
  STEP_CONNECT,
  STEP_SEND,
  STEP_SHUTDOWN,
  STEP_CLOSE,
  STEP_PEER
} StepType;

typedef struct
{
  StepType type;
  uint8_t flags;   /* of the peer's segment */
  uint32_t seq;    /* from SCENE_IRS */
  uint32_t ack;    /* from DRIVE_ISS */
  uint32_t length; /* of its text */
} Step;

#define SCENE_STEPS 8

typedef struct
{
  const char *name;
  ModelState state;
  bool extra; /* beyond the eleven states */
  Step steps[SCENE_STEPS];
} Scene;

extern const Scene SCENES[];
extern const unsigned SCENE_COUNT;

/* Brings the stack there, and the model. */
void scene_enter (const Scene *scene, Drive *drive);
Model scene_model (const Scene *scene);

/* The segment of case NUMBER, 0 to SCENE_CASES - 1, for a connection as the
 * scene has left it. */
ModelSegment scene_segment (const Model *model, unsigned number);

/* The same in words. */
char *scene_describe (unsigned number);
