// SPDX-License-Identifier: MIT
/* Pipes of 64 KiB, in virtual time like all else, and splice between one of
 * them and a socket. Between adapter_enter and adapter_give. */
#pragma once

#include "tools/packetdrill/descriptor.h"

#include <sys/uio.h>

/* 0, or a negative error. */
int pipe_new (Adapter *adapter, int numbers[2]);
bool pipe_is (const Adapter *adapter, int number);

/* One end is closed; with the other the pipe goes, too. */
void pipe_close (Adapter *adapter, Descriptor *end);
unsigned pipe_poll (const Descriptor *end);

ssize_t pipe_read (Adapter *adapter,
                   int number,
                   const struct iovec *parts,
                   size_t count);
ssize_t pipe_write (Adapter *adapter,
                    int number,
                    const struct iovec *parts,
                    size_t count);

/* At most LENGTH bytes, as soon as there are some and there is room. -EINVAL:
 * neither is a pipe. */
ssize_t
pipe_splice (Adapter *adapter, int in, int out, size_t length, bool dont_wait);
