// SPDX-License-Identifier: MIT
/* What each flow's two ends got: counters made from events, for the result
 * table, summary.json and "expect". Holds a few words per message and per
 * flow, never the log. */
#pragma once

#include "sim/event.h"

typedef struct Ledger Ledger;

typedef struct
{
  const Flow *flow;
  const char *hosts[2];          /* initiator's, responder's; or NULL */
  const char *sender, *receiver; /* of messages and bytes; or NULL */

  uint64_t messages_sent, messages_delivered; /* delivered: distinct ones */
  uint64_t messages_duplicated; /* surplus copies that reached the app */
  uint64_t messages_reordered;  /* RFC 4737: number below the highest so far */
  /* When messages were delivered, since t = 0; or -1. Without messages: when
   * the first and the last bytes were. */
  Time first_at, median_at, last_at;
  Time first_delay, median_delay, last_delay; /* shortest, median, longest
                                                 time since due; or -1 */

  uint64_t bytes_sent, bytes_delivered; /* of files and streams, distinct */
  const GArray *holes; /* Range: what of [0, bytes_sent) never came */

  uint64_t packets[2]; /* that left: initiator's, responder's */
  uint64_t packets_lost[2];
  uint64_t packets_duplicated[2], packets_reordered[2], packets_corrupted[2];
  uint64_t bytes_on_wire[2];
  uint64_t retransmitted[2];
  bool closed;       /* TCP: both ends were closed in order */
  const char *error; /* TCP: errno word of the end that failed, or NULL */
} LedgerFlow;

Ledger *ledger_new (void);
void ledger_free (Ledger *ledger);
EventSink ledger_sink (Ledger *ledger);

unsigned ledger_count (const Ledger *ledger);

/* Flows in order of appearance; what is returned stays valid until the next
 * event. */
const LedgerFlow *ledger_nth (Ledger *ledger, unsigned index);

/* The value of a metric word over flows of PROTOCOL (and, if HOST is not
 * NULL, only what that host did or saw): counts are summed, of times it is the
 * longest; false: no such word. */
bool ledger_metric (Ledger *ledger,
                    const char *host,
                    uint8_t protocol,
                    const char *word,
                    int64_t *value);

/* All words, NULL terminated, for the parser and the man page. */
extern const char *const LEDGER_WORDS[];
