// SPDX-License-Identifier: MIT
/* An Endpoint as struct sockaddr_in or sockaddr_in6, of a socket's family. */
#pragma once

#include "stack/socket.h"

#include <sys/socket.h>

/* 0; -EINVAL: too short; -EAFNOSUPPORT: another family than AF_INET and
 * AF_INET6. */
int sockaddr_read (Endpoint *endpoint,
                   const struct sockaddr *address,
                   socklen_t length);

/* As much as fits into *LENGTH, which becomes what it would have taken.
 * ADDRESS or LENGTH NULL: nobody asks. */
void sockaddr_write (const Endpoint *endpoint,
                     SocketFamily family,
                     struct sockaddr *address,
                     socklen_t *length);
