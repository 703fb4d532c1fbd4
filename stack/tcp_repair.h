// SPDX-License-Identifier: MIT
/* What is sent again, and when? What is lost, oldest first, as the window
 * allows (the first repair of an episode at once); the probe of a tail (RFC
 * 8985 7.3); and when the window has room and nothing new can be sent, what
 * RFC 6675 guesses. */
#pragma once

#include "stack/tcp.h"

/* What is lost: one segment into BUFFER, or 0. */
size_t tcp_repair_lost (Tcp *tcp, Time now, uint8_t *buffer, StackOut *out);

/* Asked when nothing new could be sent. */
size_t tcp_repair_instead (Tcp *tcp, Time now, uint8_t *buffer, StackOut *out);
