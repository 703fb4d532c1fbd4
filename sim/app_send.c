// SPDX-License-Identifier: MIT
/* Sends a file, or SIZE bytes of a pattern, over a stream as fast as it takes
 * them, or in datagrams at a fixed rate. Never more than one piece is held. */
#include "sim/app_send.h"
#include "sim/app_kinds.h"
#include "sim/app_sender.h"
#include "sim/pattern.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PIECE_MAX  65536
#define OFFSET_MAX ((uint64_t) 1 << 62)

static const uint8_t MAGIC[8] = { 't', 'u', 'n', 'l', 'a', 'b', 0, 1 };

__extension__ typedef unsigned __int128 Wide;

typedef struct
{
  AppSender sender;
  FILE *file;      /* or NULL: the pattern */
  uint64_t offset; /* of the first byte of the piece */
  uint64_t total;  /* datagrams and pattern: known beforehand */
  uint8_t piece[PIECE_MAX];
  size_t length, taken; /* of the piece: filled, and gone already */
} Send;

static void
put_number (uint64_t number, uint8_t *bytes)
{
  for (unsigned i = 0; i < 8; i++)
    bytes[i] = (uint8_t) (number >> (56 - 8 * i));
}

static uint64_t
get_number (const uint8_t *bytes)
{
  uint64_t number = 0;
  for (unsigned i = 0; i < 8; i++)
    number = number << 8 | bytes[i];
  return number;
}

void
send_header_write (uint64_t offset, uint64_t total, uint8_t *bytes)
{
  memcpy (bytes, MAGIC, sizeof MAGIC);
  put_number (offset, bytes + 8);
  put_number (total, bytes + 16);
}

bool
send_header_parse (const uint8_t *bytes,
                   size_t length,
                   uint64_t *offset,
                   uint64_t *total)
{
  if (length < SEND_HEADER || memcmp (bytes, MAGIC, sizeof MAGIC) != 0)
    return false;
  *offset = get_number (bytes + 8);
  *total = get_number (bytes + 16);
  return *total <= OFFSET_MAX && *offset <= *total
         && length - SEND_HEADER <= *total - *offset;
}

/* How many of the next SIZE bytes there are, read to BYTES; < 0: the error. */
static ssize_t
read_bytes (Send *self, uint8_t *bytes, size_t size)
{
  if (self->file)
    {
      errno = 0;
      size_t got = fread (bytes, 1, size, self->file);
      return got < size && ferror (self->file) ? -MAX (errno, 1)
                                               : (ssize_t) got;
    }
  size_t length = (size_t) MIN (size, self->total - self->offset);
  pattern_fill (self->offset, bytes, length);
  return (ssize_t) length;
}

/* False: the end of the file, or an error. */
static bool
next_piece (Send *self)
{
  self->offset += self->length;
  self->length = self->taken = 0;
  ssize_t got = read_bytes (self, self->piece, sizeof self->piece);
  if (got < 0)
    app_sender_fail (&self->sender, "read", (int) got);
  else if (got == 0)
    app_sender_end (&self->sender);
  else
    self->length = (size_t) got;
  return got > 0;
}

static void
feed_stream (Send *self)
{
  for (;;)
    {
      if (self->taken == self->length && !next_piece (self))
        return;
      ssize_t sent = app_socket_send (&self->sender.app, self->sender.socket,
                                      self->piece + self->taken,
                                      self->length - self->taken);
      if (sent == -EAGAIN)
        return;
      if (sent < 0)
        {
          app_sender_fail (&self->sender, "send", (int) sent);
          return;
        }
      uint64_t from = self->offset + self->taken;
      self->taken += (size_t) sent;
      app_log_bytes (&self->sender.app, self->sender.socket, NULL, false, from,
                     self->offset + self->taken);
    }
}

/* When the byte at OFFSET is due at the wanted rate, exactly, rounded down. */
static Time
due_of (const Send *self, uint64_t offset)
{
  const ScenarioApp *spec = self->sender.app.spec;
  uint64_t rate_bps = spec->rate_bps ? spec->rate_bps : SEND_RATE_BPS;
  return spec->at + (Time) ((Wide) offset * 8 * (Wide) SECOND / rate_bps);
}

/* The datagram stays in the piece until the socket takes it. */
static bool
next_datagram (Send *self)
{
  const ScenarioApp *spec = self->sender.app.spec;
  size_t size = spec->size ? spec->size : SEND_DATAGRAM;
  size_t room = MIN (size, SEND_DATAGRAM_MAX) - SEND_HEADER;
  size_t wanted = (size_t) MIN (room, self->total - self->offset);
  ssize_t got = read_bytes (self, self->piece + SEND_HEADER, wanted);
  if (got < (ssize_t) wanted)
    {
      app_sender_fail (&self->sender, "read", got < 0 ? (int) got : -EIO);
      return false;
    }
  send_header_write (self->offset, self->total, self->piece);
  self->length = SEND_HEADER + wanted;
  return true;
}

/* Told once of an ICMP error, a socket has not sent: so try again. */
static ssize_t
send_datagram (Send *self)
{
  ssize_t sent = app_socket_send (&self->sender.app, self->sender.socket,
                                  self->piece, self->length);
  if (sent == -ECONNREFUSED)
    sent = app_socket_send (&self->sender.app, self->sender.socket, self->piece,
                            self->length);
  return sent;
}

static void
feed_datagrams (Send *self, Time now)
{
  for (;;)
    {
      Time due = due_of (self, self->offset);
      if (due > now)
        {
          app_wake_at (&self->sender.app, due);
          return;
        }
      if (self->length == 0 && !next_datagram (self))
        return;
      ssize_t sent = send_datagram (self);
      if (sent == -EAGAIN)
        return; /* until the socket is writable */
      if (sent < 0)
        {
          app_sender_fail (&self->sender, "send", (int) sent);
          return;
        }
      uint64_t from = self->offset;
      self->offset += self->length - SEND_HEADER;
      self->length = 0;
      app_log_bytes (&self->sender.app, self->sender.socket, NULL, false, from,
                     self->offset);
      if (self->offset == self->total)
        {
          app_sender_end (&self->sender);
          return;
        }
    }
}

static void
feed (AppSender *sender, Time now)
{
  Send *self = (Send *) sender;
  if (app_sender_is_stream (&self->sender))
    feed_stream (self);
  else
    feed_datagrams (self, now);
}

/* Opens the file and, where it must be known, finds its size. */
static bool
open_input (Send *self)
{
  const ScenarioApp *spec = self->sender.app.spec;
  self->total = spec->total;
  if (!spec->file)
    return true;
  self->file = fopen (spec->file, "rb");
  off_t size = 0;
  if (!self->file
      || (!app_sender_is_stream (&self->sender)
          && (fseeko (self->file, 0, SEEK_END) != 0
              || (size = ftello (self->file)) < 0
              || fseeko (self->file, 0, SEEK_SET) != 0)))
    {
      app_sender_fail (&self->sender, spec->name ? spec->name : "file", errno);
      return false;
    }
  self->total = (uint64_t) size;
  return true;
}

static void
send_start (App *app, Time now)
{
  Send *self = (Send *) app;
  if (open_input (self) && app_sender_connect (&self->sender, feed))
    app_sender_begin (&self->sender, now);
}

static void
send_end (App *app)
{
  Send *self = (Send *) app;
  if (self->file)
    fclose (self->file);
}

const AppClass APP_SEND_CLASS = { .kind = APP_SEND,
                                  .initiates = true,
                                  .size = sizeof (Send),
                                  .start = send_start,
                                  .ready = app_sender_ready,
                                  .wake = app_sender_wake,
                                  .end = send_end };
