// SPDX-License-Identifier: MIT
/* What a link's chain is made of, as the scenario says it: plain data between
 * the parser and the elements. Words and meanings are tc-netem(8)'s. */
#pragma once

#include "sim/rate_trace.h"

typedef enum
{
  ELEMENT_RATE,
  ELEMENT_DELAY,
  ELEMENT_LOSS,
  ELEMENT_REORDER,
  ELEMENT_DUPLICATE,
  ELEMENT_CORRUPT,
  ELEMENT_MTU,
  ELEMENT_TRACE, /* a rate, too */
  ELEMENT_SLOT,
  ELEMENT_CODEL,
  ELEMENT_FQ_CODEL,
  ELEMENT_PIE
} ElementKind;

/* Of a delay's jitter. */
typedef enum
{
  DISTRIBUTION_UNIFORM,
  DISTRIBUTION_NORMAL,
  DISTRIBUTION_PARETO,
  DISTRIBUTION_PARETONORMAL
} Distribution;

/* What is asked of each packet: of all packets SHARE_PPB shall be hit. With a
 * correlation a packet meets the fate of the one before it with that
 * probability, else one of its own: the share stays what it is, and the
 * autocorrelation is CORRELATION_PPB to the power of the distance. */
typedef struct
{
  uint32_t share_ppb;
  uint32_t correlation_ppb; /* 0: each packet for itself; below 10^9 */
} Chance;

typedef enum
{
  LOSS_RANDOM, /* chance */
  LOSS_BURST,  /* chance, of which the mean burst gave the correlation */
  LOSS_STATE,  /* state */
  LOSS_GEMODEL /* gemodel */
} LossModel;

/* All in parts per 10^9. */
typedef struct
{
  uint32_t p13, p31, p32, p23, p14;
} LossState;

typedef struct
{
  uint32_t p, r;      /* good to bad, bad to good */
  uint32_t bad, good; /* netem's 1-h and 1-k: lost in that state */
} LossGemodel;

typedef struct
{
  LossModel model;
  Chance chance;
  uint32_t burst; /* LOSS_BURST: mean number of packets lost in a row */
  LossState state;
  LossGemodel gemodel;
  bool shared; /* one memory for all flows, as netem's */
  bool ecn;    /* marks what is ECN-capable instead */
} LossSpec;

typedef struct
{
  uint64_t rate_bps;
  RateTrace *trace;       /* instead of rate_bps, or NULL */
  uint64_t limit_packets; /* 0: no limit in packets */
  uint64_t limit_bytes;   /* 0: no limit in bytes */
  int32_t overhead;       /* bytes that each packet is longer on the wire */
  uint32_t cell;          /* bytes of payload in a cell; 0: no cells */
  int32_t cell_overhead;  /* bytes that each cell is longer, at most CELL */
} RateSpec;

typedef struct
{
  Time least_ns, most_ns;  /* between two openings */
  uint64_t packets, bytes; /* that leave at one; 0: no limit */
} SlotSpec;

/* The queue of the "rate" before it. */
typedef struct
{
  uint64_t limit_packets; /* that wait; 0: no limit in packets */
  uint64_t limit_bytes;   /* 0: no limit in bytes */
  Time target_ns;         /* of the wait in the queue */
  Time interval_ns;       /* above it before anything happens; pie: update */
  uint32_t quantum;       /* fq_codel: bytes in a turn */
  bool ecn;               /* marks instead of drops */
} QueueSpec;

typedef struct
{
  ElementKind kind;
  union
  {
    RateSpec rate;
    SlotSpec slot;
    struct
    {
      Time delay_ns;
      Time jitter_ns; /* uniform: the most that a wait is off, else the
                         standard deviation */
      Distribution distribution;
      uint32_t correlation_ppb; /* of packets that wait as the one before */
      bool keep_order;          /* "order keep": nobody overtakes */
    } delay;
    LossSpec loss;
    Chance share; /* duplicate, corrupt */
    struct
    {
      uint32_t bytes; /* of the IP packet */
    } mtu;
    struct
    {
      Chance chance;
      uint32_t gap; /* only every gap-th packet may jump; 1: any */
    } reorder;      /* who is chosen skips the delay before it */
    QueueSpec queue;
  } as;
} ElementSpec;

/* "rate", "delay", ... */
const char *element_kind_name (ElementKind kind);

/* "codel", ... */
bool element_kind_is_queue (ElementKind kind);

/* An array of ElementSpec. A new one without elements passes everything. */
typedef GArray ChainSpec;

typedef enum
{
  RULE_DROP,
  RULE_DELAY,
  RULE_DUPLICATE,
  RULE_CORRUPT,
  RULE_MARK /* CE on what is ECN-capable */
} RuleAction;

typedef enum
{
  RULE_EACH, /* every match */
  RULE_NTH,  /* the first-th to last-th match */
  RULE_DATA, /* the same, of matches with payload */
  RULE_ACK,  /* the same, of matches without payload, SYN or FIN */
  RULE_EVERY /* each first-th match */
} RuleCount;

typedef struct
{
  char *match; /* BPF expression */
  RuleCount count;
  uint64_t first, last;
  RuleAction action;
  Time delay_ns;
} RuleSpec;
