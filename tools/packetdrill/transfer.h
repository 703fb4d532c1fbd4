// SPDX-License-Identifier: MIT
/* Bytes through a socket, by a call that may wait. A stream takes all that is
 * sent, waiting for room; what has been moved when the time is over, a signal
 * comes or an error is met is the result, and the error waits. Control data is
 * refused on the way out, and there is none on the way in. Between
 * adapter_enter and adapter_give. */
#pragma once

#include "tools/packetdrill/adapter.h"

#include <sys/socket.h>

ssize_t transfer_send (Adapter *adapter,
                       int fd,
                       const struct msghdr *message,
                       int flags);
ssize_t
transfer_receive (Adapter *adapter, int fd, struct msghdr *message, int flags);
