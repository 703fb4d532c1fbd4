// SPDX-License-Identifier: MIT
#include "tests/table/drive.h"

#include "stack/address.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum
{
  LOCAL_PORT = 4000,
  PEER_PORT = 5000
};

/* RFC 9293 3.4.1: the clock of ISNs, and when it is where it was. */
#define ISN_TICK  (4 * MICROSECOND)
#define ISN_ROUND ((Time) 1 << 32) * ISN_TICK

struct Drive
{
  Stack *stack;
  Time now;
  PacketPath path; /* of the peer's packets */
  WireOptions options;
  uint32_t echo;  /* the stack's last TSval */
  int listener;   /* or 0 */
  int handle;     /* the application's connection, or 0 */
  int current;    /* the connection, whoever holds it, or 0 */
  TcpState state; /* of it */
  ModelSignal signal;
  uint8_t bytes[PACKET_LINE_MAX];
};

static Address
address_of (const char *text)
{
  Address address;

  g_assert_true (address_parse (text, &address));
  return address;
}

static void
take_events (Drive *drive)
{
  StackEvent event;

  while (stack_event (drive->stack, &event))
    {
      if (event.type != STACK_EVENT_STATE || event.socket == drive->listener)
        continue;
      if (event.from == TCP_CLOSED)
        drive->current = event.socket;
      if (event.socket == drive->current)
        drive->state = event.to;
    }
}

static void
take_output (Drive *drive, Seen *seen)
{
  StackOut out = { .id = 0 };
  ModelSegment segment = { .flags = 0 };
  size_t length;

  while ((length = stack_output (drive->stack, drive->now, drive->bytes,
                                 sizeof drive->bytes, &out))
         > 0)
    {
      const char *wrong = wire_read (&segment, &drive->echo, &drive->path,
                                     drive->bytes, length);

      if (wrong != NULL)
        g_error ("the stack sent a packet with %s", wrong);
      if (drive->options.timestamps && drive->echo == 0
          && (segment.flags & MODEL_RST) == 0)
        g_error ("the stack sent a packet without a timestamp");
      if (seen->answers++ == 0)
        seen->answer = segment;
    }
  take_events (drive);
}

/* What the application would do: accept at once, ask for errors. */
static void
let_application_act (Drive *drive)
{
  unsigned poll;

  if (drive->listener != 0)
    {
      int handle = socket_accept (drive->stack, drive->listener, NULL);

      if (handle > 0)
        {
          /* A new connection in place of an old one. */
          if (drive->handle != 0)
            socket_close (drive->stack, drive->handle);
          drive->handle = handle;
          drive->signal = MODEL_NOTHING;
        }
    }
  poll = socket_poll (drive->stack, drive->handle);
  if ((poll & SOCKET_PEER_ENDED) != 0 && drive->signal == MODEL_NOTHING)
    drive->signal = MODEL_CONNECTION_CLOSING;
  if ((poll & SOCKET_ERROR) != 0)
    {
      int error = socket_error (drive->stack, drive->handle);

      drive->signal = error == ECONNRESET     ? MODEL_CONNECTION_RESET
                      : error == ECONNREFUSED ? MODEL_CONNECTION_REFUSED
                                              : MODEL_NOTHING;
    }
}

static void
see (Drive *drive, Seen *seen)
{
  SocketInfo info = { .state = TCP_CLOSED };

  seen->user = drive->handle != 0 && drive->handle == drive->current;
  seen->state = (ModelState) drive->state;
  if (!seen->user && drive->state == TCP_CLOSED && drive->listener != 0)
    seen->state = MODEL_LISTEN;
  if (!seen->user)
    return;
  socket_info (drive->stack, drive->handle, &info);
  seen->delivered = (uint32_t) info.receive_queue;
  seen->in_flight = info.in_flight;
  seen->snd_wnd = info.send_window;
  seen->rcv_wnd = info.receive_window;
  seen->signal = drive->signal;
}

void
drive_input (Drive *drive, const ModelSegment *segment, Seen *seen)
{
  StackIn in = { .interface = 0 };
  size_t length = wire_write (segment, &drive->options, drive->echo,
                              &drive->path, drive->bytes);

  *seen = (Seen){ .answers = 0 };
  stack_input (drive->stack, drive->now, &in, drive->bytes, length);
  take_events (drive);
  take_output (drive, seen);
  let_application_act (drive);
  see (drive, seen);
}

static void
settle (Drive *drive)
{
  Seen ignored = { .answers = 0 };

  take_output (drive, &ignored);
}

static int
new_socket (Drive *drive)
{
  int handle = socket_new (drive->stack, SOCKET_IPV4, SOCKET_STREAM);

  g_assert_cmpint (socket_bind (drive->stack, handle, &drive->path.destination),
                   ==, 0);
  return handle;
}

void
drive_listen (Drive *drive)
{
  drive->listener = new_socket (drive);
  g_assert_cmpint (socket_listen (drive->stack, drive->listener, 1), ==, 0);
  settle (drive);
}

void
drive_connect (Drive *drive)
{
  drive->handle = new_socket (drive);
  g_assert_cmpint (
      socket_connect (drive->stack, drive->handle, &drive->path.source), ==,
      -EINPROGRESS);
  settle (drive);
}

void
drive_send (Drive *drive, uint32_t length)
{
  memset (drive->bytes, 'x', length);
  g_assert_cmpint (
      socket_send (drive->stack, drive->handle, drive->bytes, length), ==,
      (ssize_t) length);
  settle (drive);
}

void
drive_shutdown (Drive *drive)
{
  g_assert_cmpint (socket_shutdown (drive->stack, drive->handle, SHUT_WR), ==,
                   0);
  settle (drive);
}

void
drive_close (Drive *drive)
{
  g_assert_cmpint (socket_close (drive->stack, drive->handle), ==, 0);
  drive->handle = 0;
  settle (drive);
}

static const char *
check_stream (Drive *drive, uint32_t first, const Seen *seen)
{
  ssize_t length = socket_receive (drive->stack, drive->handle, drive->bytes,
                                   sizeof drive->bytes);
  bool over = seen->signal != MODEL_NOTHING || seen->state == MODEL_CLOSED;

  if (seen->delivered > 0)
    {
      if (length != (ssize_t) seen->delivered)
        return "not all octets could be read";
      for (uint32_t i = 0; i < seen->delivered; i++)
        if (drive->bytes[i] != wire_text_byte (first + i))
          return "wrong octets were delivered";
      length = socket_receive (drive->stack, drive->handle, drive->bytes, 1);
    }
  return length == (over ? 0 : -EAGAIN) ? NULL : "a wrong end of the stream";
}

const char *
drive_end (Drive *drive, uint32_t first, const Seen *seen)
{
  const char *wrong = seen->user ? check_stream (drive, first, seen) : NULL;

  if (drive->handle != 0)
    socket_abort (drive->stack, drive->handle);
  if (drive->listener != 0)
    socket_abort (drive->stack, drive->listener);
  drive->handle = drive->listener = 0;
  settle (drive);
  /* Nobody holds an orphan: its time in TIME-WAIT must pass. */
  if (drive->state != TCP_CLOSED)
    {
      drive->now += ISN_ROUND;
      settle (drive);
    }
  drive->current = 0;
  drive->echo = 0;
  drive->state = TCP_CLOSED;
  drive->signal = MODEL_NOTHING;
  if (wrong == NULL && stack_busy (drive->stack))
    return "the stack is still busy";
  return wrong;
}

/* The time at which a connection has the wanted ISS. */
static void
choose_time (Drive *drive)
{
  Seen seen = { .answers = 0 };

  drive->handle = new_socket (drive);
  socket_connect (drive->stack, drive->handle, &drive->path.source);
  take_output (drive, &seen);
  drive->now += ISN_TICK * (uint32_t) (DRIVE_ISS - seen.answer.seq);
  drive_end (drive, 0, &(Seen){ .user = false });
}

Drive *
drive_new (const StackConfig *config, const WireOptions *options)
{
  Drive *drive = g_new0 (Drive, 1);
  Address local = address_of ("10.0.0.1"), peer = address_of ("10.0.0.2");
  unsigned interface;

  drive->stack = stack_new (config);
  interface = (unsigned) stack_interface_add (drive->stack, 1500);
  stack_address_add (drive->stack, interface, &local, 24);
  drive->path = (PacketPath){ .source = { peer, PEER_PORT },
                              .destination = { local, LOCAL_PORT } };
  drive->options = *options;
  choose_time (drive);
  return drive;
}

void
drive_free (Drive *drive)
{
  if (drive == NULL)
    return;
  stack_free (drive->stack);
  g_free (drive);
}
