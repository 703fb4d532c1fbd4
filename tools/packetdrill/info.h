// SPDX-License-Identifier: MIT
/* What TCP_INFO shows, from SocketInfo: times in microseconds, states by
 * Linux' numbers. */
#pragma once

#include "stack/socket.h"

#include <linux/tcp.h>

/* 0 or a negative error; what the stack does not know is 0. */
int info_fill (Stack *stack, int socket, Time now, struct tcp_info *info);
