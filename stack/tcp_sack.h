// SPDX-License-Identifier: MIT
/* Which blocks does our next ACK report? RFC 2018 4: first the range that was
 * touched last, then the others in the order in which they were; RFC 2883:
 * before all of them, once, what came twice.
 *
 * Law: RECENT names each range beyond NXT by one offset in it, the latest
 * first, so that the blocks are always ranges that are held now. Noting an
 * arrival costs O(ranges). */
#pragma once

#include "stack/ranges.h"

typedef struct
{
  int64_t *recent;
  unsigned count, size;
  Range duplicate; /* empty: none */
} TcpSack;

void tcp_sack_clear (TcpSack *sack);

/* A segment at OFFSET has come, which lies in one of RANGES now. */
void tcp_sack_touch (TcpSack *sack, const Ranges *ranges, int64_t offset);

/* What lies below NXT is in order and no range any more. */
void tcp_sack_advance (TcpSack *sack, int64_t nxt);

/* [start, end) has come twice. */
void tcp_sack_repeat (TcpSack *sack, int64_t start, int64_t end);

bool tcp_sack_has_duplicate (const TcpSack *sack);

/* How many blocks there are to report, at most MOST. */
unsigned tcp_sack_count (const TcpSack *sack, unsigned most);

/* Writes that many; a duplicate among them is done with. */
unsigned tcp_sack_report (TcpSack *sack,
                          const Ranges *ranges,
                          Range *blocks,
                          unsigned most);
