// SPDX-License-Identifier: MIT
/* The capture of one host: what left and reached it, in pcapng with each
 * packet's fate as a comment, and on request classic pcap through libpcap.
 *
 * A record waits until its packet's fate is final: dropped, or all copies
 * delivered on the last of its links, for routers pass the same packet on.
 * Then it and those behind it whose fate is final are written. Records are in
 * the order of time. A live or piped capture waits no longer
 * than its instant: what is decided later is only in the event log.
 *
 * A drop count is the number of packets to this host that were lost on the
 * way since the arrival before, in the order of their sending. Memory is
 * bounded by the packets in flight behind the oldest one. */
#pragma once

#include "sim/network.h"
#include <stdio.h>

typedef struct Capture Capture;

typedef struct
{
  const char *host;    /* whose */
  const char *peer;    /* only the links with this node; NULL: all */
  const char *comment; /* of the section: scenario and seed */
  Time epoch;          /* nanoseconds since 1970 of t = 0 */
  size_t snap_length;  /* bytes kept of each packet; 262144: all */
  bool blind;          /* no comments, no drop counts */
  bool immediate;      /* don't wait for fates */
} CaptureOptions;

/* t = 0 in virtual time: 2000-01-01T00:00Z. */
#define CAPTURE_EPOCH        ((Time) 946684800 * SECOND)
#define CAPTURE_SNAP_HEADERS 96
#define CAPTURE_SNAP_FULL    262144

/* PCAPNG is an open stream and stays the caller's; CLASSIC_PATH may be NULL.
 * OPTIONS and its strings are copied. NETWORK's addresses have their names. */
Capture *capture_new (Network *network,
                      const CaptureOptions *options,
                      FILE *pcapng,
                      const char *classic_path,
                      GError **error);
EventSink capture_sink (Capture *capture);

/* Writes what still waits (packets in flight at the end of the run). False
 * and *ERROR: something could not be written. */
bool capture_close (Capture *capture, GError **error);
