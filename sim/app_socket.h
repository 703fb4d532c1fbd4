// SPDX-License-Identifier: MIT
/* The calls of stack/socket.h as apps make them: each result but -EAGAIN is
 * logged, sockets are watched from their making to their close. */
#pragma once

#include "sim/app.h"

/* socket_new of the family of ADDRESS. */
int app_socket_new (App *app, SocketType type, const Address *address);

/* A socket that waits on the app's port for both families: listening for
 * connections, or bound for datagrams. < 0: the app has failed. */
int app_socket_serve (App *app);

/* A socket on its way to the app's peer (datagrams: connected at once). < 0:
 * the app has failed. */
int app_socket_connect (App *app);

/* -EAGAIN: nobody waits. */
int app_socket_accept (App *app, int listener, Endpoint *peer);

ssize_t
app_socket_send (App *app, int socket, const void *bytes, size_t length);
ssize_t app_socket_send_to (App *app,
                            int socket,
                            const void *bytes,
                            size_t length,
                            const Endpoint *remote);
ssize_t app_socket_receive (App *app, int socket, void *bytes, size_t size);
ssize_t app_socket_receive_from (
    App *app, int socket, void *bytes, size_t size, Endpoint *remote);

/* No more will be sent. */
void app_socket_end (App *app, int socket);
void app_socket_close (App *app, int socket);

/* Reads and throws away what has come. 1: the peer has ended, 0: not yet,
 * < 0: the socket's error. */
int app_socket_drain (App *app, int socket);

/* The socket's pending error, a positive errno value. */
int app_socket_error (App *app, int socket);
