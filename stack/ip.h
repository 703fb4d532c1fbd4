// SPDX-License-Identifier: MIT
/* Is a packet for us, whose is it, how does one of ours leave? */
#pragma once

#include "stack/stack_private.h"

void ip_input (Stack *stack, Time now, const StackIn *in, View packet);

bool ip_is_ours (const Stack *stack, const Address *address);

/* 255.255.255.255, or of a network that we have an address in. */
bool ip_is_broadcast (const Stack *stack, const Address *address);

/* Bytes of the header of a packet to DESTINATION. */
size_t ip_header_size (const Address *destination);

/* Bytes that fit behind the IP header on the way out of INTERFACE. */
size_t ip_payload_max (const Stack *stack,
                       unsigned interface,
                       const Address *destination);

/* The same for the largest datagram there is, in fragments. */
size_t ip_datagram_max (const Address *destination);

/* A header with this stack's defaults for everything not given. */
IpHeader ip_header (const Stack *stack,
                    const Address *source,
                    const Address *destination,
                    uint8_t protocol);

/* A packet in the outbox with its IP header written and room for LENGTH bytes
 * at *PAYLOAD; NULL: outbox full (counted), no route, or longer than any
 * datagram. What is larger than the path takes leaves in fragments, unless
 * ->whole is set. */
OutboxPacket *ip_outbox_add (Stack *stack,
                             const IpHeader *header,
                             size_t length,
                             uint8_t **payload);

/* Writes the oldest packet of the outbox, or its next fragment; 0: none. */
size_t ip_output (Stack *stack, uint8_t *buffer, StackOut *out);
