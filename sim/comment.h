// SPDX-License-Identifier: MIT
/* What happened to a packet in one line for its record in a capture. The
 * first word is the fate, then come the event's own words:
 *
 *   dropped link=alice>bob by=loss share=20% draw=11.3%
 *   duplicated link=alice>bob by=rule rule=1 copy=2/2
 *   retransmission of=frame:12 packet:9 because=third-duplicate-ack
 *
 * Readers search for the first word, so it and the order of the others are a
 * contract (man tunlab-events). */
#pragma once

#include "sim/event.h"

/* For an event with a packet. COPIES is how many of it there are on the link
 * by now. NULL: nothing worth a comment, as plain delivery or plain delay. */
char *comment_new (const Event *event, unsigned copies);

/* For a RETRANSMITTED event; FRAME is the one that is repaired, 0: it is not
 * known any more. */
char *comment_new_retransmission (const Event *event, uint64_t frame);
