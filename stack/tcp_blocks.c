// SPDX-License-Identifier: MIT
#include "stack/tcp_blocks.h"

#include <glib.h>

/* RFC 2883 4: the first block is below the ACK number, or within the second.
 * No more than once around, so that the numbers mean what they say. */
static bool
is_again (const Range *blocks, unsigned count, int64_t acknowledged)
{
  const Range *first = &blocks[0];

  if (first->start < 0 || first->start >= first->end)
    return false;
  if (first->end <= acknowledged)
    return true;
  return count > 1 && first->start >= blocks[1].start
         && first->end <= blocks[1].end;
}

/* In ascending order, so that a hole filled by one block is not taken for
 * reordering because another of the same ACK lies above. */
static void
sort (Range *blocks, unsigned count)
{
  for (unsigned i = 1; i < count; i++)
    for (unsigned j = i; j > 0 && blocks[j].start < blocks[j - 1].start; j--)
      {
        Range higher = blocks[j - 1];

        blocks[j - 1] = blocks[j];
        blocks[j] = higher;
      }
}

bool
tcp_blocks_take (TcpSent *sent,
                 const TcpHeader *header,
                 uint32_t iss,
                 int64_t acknowledged,
                 TcpAck *ack)
{
  Range blocks[WIRE_TCP_SACK_MAX];
  unsigned count = header->sack_count, first = 0;
  uint32_t una = iss + (uint32_t) sent->una;
  bool room = true;

  if (count == 0)
    return true;
  for (unsigned i = 0; i < count; i++)
    blocks[i] = (Range){
      sent->una + (int32_t) (header->sack[i].start - una),
      sent->una + (int32_t) (header->sack[i].end - una),
    };
  if (is_again (blocks, count, acknowledged))
    {
      ack->again = blocks[0];
      first = 1;
    }
  sort (blocks + first, count - first);
  for (unsigned i = first; i < count; i++)
    if (blocks[i].start > sent->una && blocks[i].start < blocks[i].end
        && blocks[i].end <= sent->nxt)
      room = tcp_sent_sack (sent, blocks[i].start, blocks[i].end, ack) && room;
  return room;
}
