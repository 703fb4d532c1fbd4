// SPDX-License-Identifier: MIT
#include "sim/app_incoming.h"
#include "sim/app_send.h"
#include "sim/message.h"

typedef struct
{
  App *app;
  int socket;
  const Endpoint *remote;
} From;

static void
end_line (AppIncoming *incoming, const From *from)
{
  uint64_t number, count;
  if (message_parse (incoming->line, incoming->line_length, &number, &count))
    app_log_message (from->app, from->socket, from->remote, true, number,
                     count);
  incoming->line_length = 0;
}

static void
read_lines (AppIncoming *incoming,
            const From *from,
            const uint8_t *bytes,
            size_t length)
{
  for (size_t i = 0; i < length && !incoming->no_messages; i++)
    {
      if (bytes[i] == '\n')
        end_line (incoming, from);
      else if (incoming->line_length < APP_INCOMING_LINE)
        incoming->line[incoming->line_length++] = (char) bytes[i];
      uint64_t place = incoming->offset + i;
      if (place < 4 && bytes[i] != (uint8_t) "msg "[place])
        incoming->no_messages = true;
    }
}

void
app_incoming_stream (AppIncoming *incoming,
                     App *app,
                     int socket,
                     const Endpoint *remote,
                     const uint8_t *bytes,
                     size_t length)
{
  const From from = { app, socket, remote };
  read_lines (incoming, &from, bytes, length);
  app_log_bytes (app, socket, remote, true, incoming->offset,
                 incoming->offset + length);
  incoming->offset += length;
}

bool
app_incoming_datagram (App *app,
                       int socket,
                       const Endpoint *remote,
                       const uint8_t *bytes,
                       size_t length,
                       uint64_t *offset,
                       uint64_t *total)
{
  size_t line = length > 0 && bytes[length - 1] == '\n' ? length - 1 : length;
  uint64_t number, count;
  if (send_header_parse (bytes, length, offset, total))
    {
      app_log_bytes (app, socket, remote, true, *offset,
                     *offset + length - SEND_HEADER);
      return true;
    }
  if (message_parse ((const char *) bytes, line, &number, &count))
    app_log_message (app, socket, remote, true, number, count);
  return false;
}
