// SPDX-License-Identifier: MIT
#include "tests/swarm/storm.h"

#include <errno.h>
#include <sys/socket.h>

#define PIECE_MAX 5000
#define PORT      7777

static uint8_t
byte_at (uint64_t salt, uint64_t offset)
{
  return (uint8_t) ((offset * 2654435761u + salt) >> 13);
}

static Stack *
stack_of (Storm *storm)
{
  return host_stack (storm->app.host);
}

static void
fail (Storm *storm, int error)
{
  if (error != EAGAIN && storm->error == 0)
    storm->error = error;
}

static void
send_some (Storm *storm, Time now)
{
  uint8_t bytes[PIECE_MAX];

  while (storm->sent < storm->to_send)
    {
      size_t length = 1 + luck_below (&storm->luck, PIECE_MAX);
      ssize_t taken;

      length = (size_t) MIN (length, storm->to_send - storm->sent);
      for (size_t i = 0; i < length; i++)
        bytes[i] = byte_at (storm->salt_out, storm->sent + i);
      taken = socket_send (stack_of (storm), storm->socket, bytes, length);
      if (taken < 0)
        {
          fail (storm, (int) -taken);
          return;
        }
      storm->sent += (uint64_t) taken;
      /* Sometimes the program has other things to do. */
      if (luck_below (&storm->luck, 8) == 0)
        {
          app_wake_at (&storm->app,
                       now + luck_below (&storm->luck, 1000) * MILLISECOND);
          return;
        }
    }
  if (!storm->ended)
    socket_shutdown (stack_of (storm), storm->socket, SHUT_WR);
  storm->ended = true;
}

static void
compare (Storm *storm, const uint8_t *bytes, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (bytes[i] != byte_at (storm->salt_in, storm->received + i))
      storm->wrong = true;
  storm->received += length;
}

static void
receive_some (Storm *storm, Time now)
{
  uint8_t bytes[PIECE_MAX];

  while (!storm->peer_ended)
    {
      size_t size = 1 + luck_below (&storm->luck, PIECE_MAX);
      ssize_t length =
          socket_receive (stack_of (storm), storm->socket, bytes, size);

      if (length < 0)
        {
          fail (storm, (int) -length);
          return;
        }
      storm->peer_ended = length == 0;
      compare (storm, bytes, (size_t) length);
      if (luck_below (&storm->luck, 40) == 0)
        {
          app_wake_at (&storm->app,
                       now + luck_below (&storm->luck, 3000) * MILLISECOND);
          return;
        }
    }
}

static void
accept_one (Storm *storm)
{
  int socket;

  if (storm->connects || storm->socket != 0)
    return;
  socket = socket_accept (stack_of (storm), storm->listener, NULL);
  if (socket < 0)
    return;
  storm->socket = socket;
  host_watch (storm->app.host, socket, &storm->app);
}

static void
do_all (Storm *storm, Time now)
{
  accept_one (storm);
  if (storm->socket == 0 || storm->closed)
    return;
  send_some (storm, now);
  receive_some (storm, now);
  if (!storm->ended || !storm->peer_ended)
    return;
  storm->closed = true;
  socket_close (stack_of (storm), storm->socket);
  if (storm->listener != 0)
    socket_close (stack_of (storm), storm->listener);
}

static void
act (Storm *storm, Time now)
{
  do_all (storm, now);
  storm->poll = socket_poll (
      stack_of (storm), storm->socket != 0 ? storm->socket : storm->listener);
}

static void
ready (App *app, int socket, unsigned poll, Time now)
{
  Storm *storm = (Storm *) app;

  if ((poll & SOCKET_ERROR) != 0 && socket == storm->socket)
    fail (storm, socket_error (stack_of (storm), socket));
  act (storm, now);
}

static void
wake (void *owner, Time now)
{
  Storm *storm = owner;

  act (storm, now);
  host_pump (storm->app.host, now);
}

static const AppClass STORM_CLASS = { .size = sizeof (Storm), .ready = ready };

void
storm_init (Storm *storm, Host *host, uint64_t seed, bool connects)
{
  *storm = (Storm){ .app = { .class = &STORM_CLASS, .host = host },
                    .luck = { seed },
                    .connects = connects };
  sim_timer_init (&storm->app.timer, wake, storm);
}

void
storm_start (Storm *storm, Time now)
{
  Stack *stack = stack_of (storm);
  Endpoint any = { .port = PORT };
  int socket = socket_new (stack, SOCKET_IPV6, SOCKET_STREAM);

  host_watch (storm->app.host, socket, &storm->app);
  if (storm->connects)
    {
      storm->peer.port = PORT;
      storm->socket = socket;
      g_assert_cmpint (socket_connect (stack, socket, &storm->peer), ==,
                       -EINPROGRESS);
    }
  else
    {
      storm->listener = socket;
      g_assert_cmpint (socket_bind (stack, socket, &any), ==, 0);
      g_assert_cmpint (socket_listen (stack, socket, 1), ==, 0);
    }
  host_pump (storm->app.host, now);
}

void
storm_clear (Storm *storm)
{
  sim_cancel (&host_node (storm->app.host)->network->sim, &storm->app.timer);
}

bool
storm_slept (const Storm *storm)
{
  int socket = storm->socket != 0 ? storm->socket : storm->listener;
  unsigned now = storm->closed || socket == 0
                     ? 0
                     : socket_poll (host_stack (storm->app.host), socket);

  return (now & ~storm->poll) != 0;
}

bool
storm_is_complete (const Storm *storm)
{
  return storm->error == 0 && !storm->wrong && storm->closed
         && storm->sent == storm->to_send && storm->received == storm->expected;
}
