// SPDX-License-Identifier: MIT
/* Fragments of both families become datagrams again (RFC 791 3.2, RFC 8200
 * 4.5): IPv4 by source, destination, protocol and identification, IPv6 by
 * the same without the protocol.
 *
 * Overlap: any byte that comes twice poisons the datagram, unless the fragment
 * is an exact duplicate (RFC 5722); what is poisoned swallows its later pieces
 * until its time is up. Bounded: bytes in all, datagrams in all, a share for
 * each source; the oldest goes first. 60 s from the first piece, not extended
 * (RFC 8200 4.5); the error for it is sent only if the first fragment came.
 *
 * ECN (RFC 3168 5.3): one mark marks the whole; a mark on a datagram that was
 * in part not ECN-capable poisons it. Every fragment ends in one of: a whole
 * datagram, a drop that is told, or waiting here. A call costs O(log pieces),
 * and the eviction of what earlier calls added. */
#pragma once

#include "stack/stack_private.h"

Reassembly *reassembly_new (const StackConfig *config);
void reassembly_free (Reassembly *reassembly);

/* Takes the fragment that ARRIVAL is; PAYLOAD is its part. True: with it the
 * datagram is complete, *WHOLE is its packet with a header that knows of no
 * fragments, to be parsed anew; it stays valid until the next call. False: it
 * waits, or was dropped (counted, told). */
bool reassembly_take (Reassembly *reassembly,
                      const Arrival *arrival,
                      View payload,
                      View *whole);

/* When the oldest incomplete datagram's time is up, or TIME_NEVER. */
Time reassembly_deadline (const Reassembly *reassembly);

/* Gives up what is too old, with ICMP_ERROR_REASSEMBLY where it is due. */
void reassembly_expire (Reassembly *reassembly, Stack *stack, Time now);

/* Bytes that wait, with their bookkeeping; datagrams they belong to. */
size_t reassembly_bytes (const Reassembly *reassembly);
unsigned reassembly_datagrams (const Reassembly *reassembly);
