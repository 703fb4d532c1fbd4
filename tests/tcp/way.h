// SPDX-License-Identifier: MIT
/* A peer that answers by itself, 100 ms away, behind links that let no packet
 * pass that is larger than MTU, and tell nobody. It acknowledges each segment
 * and reports what it holds. */
#pragma once

#include "tests/harness.h"

typedef enum
{
  WAY_PLAIN, /* without SACK */
  WAY_COUNT, /* with SACK, which is counted */
  WAY_TIME,  /* RACK */
  WAY_KINDS
} WayKind;

typedef struct
{
  Talk *t;
  size_t mtu;        /* 0: the link is dead */
  unsigned window;   /* of the peer */
  unsigned lost;     /* segments that did not pass so far */
  unsigned probes;   /* segments larger than the others so far */
  size_t probe;      /* bytes in the last one of them */
  unsigned ahead;    /* segments that travelled in front of it */
  uint8_t quote[48]; /* and its beginning */
  unsigned again;    /* repairs so far */
  RepairCause cause; /* of the last one */
  bool sack;
  int64_t written;
  int64_t nxt;        /* what the peer has without a hole */
  GByteArray *held;   /* by offset: does the peer have that byte? */
  GArray *travelling; /* WaySegment */
} Way;

/* With path probing; small windows, no other option. */
StackConfig way_config (WayKind kind);

/* The handshake with a peer that takes segments of MSS; TIMED: timestamps. */
Talk *way_talk (WayKind kind, bool ipv6, unsigned mss);
Talk *way_talk_with (const StackConfig *config, bool ipv6, unsigned mss);
Talk *way_talk_timed (const StackConfig *config);

void way_init (Way *way, WayKind kind, bool ipv6, unsigned mss, size_t mtu);
/* The end does not matter. */
void way_clear (Way *way);

/* The application has LENGTH bytes more. */
void way_writes (Way *way, size_t length);
/* Until TIME has passed; all that is written has arrived; LENGTH more have; a
 * probe more has left. */
void way_runs (Way *way, Time time);
void way_sends (Way *way, size_t length);
void way_until_probe (Way *way);

/* The segment right in front of the probe, which has just left, is lost. */
void way_loses_ahead (Way *way);

/* ICMP, of the last probe. */
void way_router_says (Way *way, uint32_t mtu);
