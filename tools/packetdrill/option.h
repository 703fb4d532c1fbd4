// SPDX-License-Identifier: MIT
/* Options by the numbers of POSIX and Linux. Each is an option of
 * stack/socket.h, but the two time-outs of calls, which are ours. Between
 * adapter_enter and adapter_give. */
#pragma once

#include "tools/packetdrill/descriptor.h"

#include <sys/socket.h>

/* getsockopt: as much as fits into *LENGTH is written. */
int option_get (Adapter *adapter,
                Descriptor *descriptor,
                int level,
                int name,
                void *value,
                socklen_t *length);

/* setsockopt. */
int option_set (Adapter *adapter,
                Descriptor *descriptor,
                int level,
                int name,
                const void *value,
                socklen_t length);

/* TO gets all that can be set from FROM, sockets of the stack. */
void option_copy (Stack *stack, int from, int to);
