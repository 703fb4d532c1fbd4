// SPDX-License-Identifier: MIT
#include "stack/tcp_options.h"

#include <glib.h>

#define SHIFT_MAX 14

static uint8_t
shift_for (size_t buffer)
{
  uint8_t shift = 0;

  while (shift < SHIFT_MAX && ((size_t) UINT16_MAX << shift) < buffer)
    shift++;
  return shift;
}

void
tcp_options_offer (TcpAgreed *agreed,
                   const TcpSettings *settings,
                   size_t buffer)
{
  agreed->sack = settings->sack;
  agreed->timestamps = settings->timestamps;
  agreed->window_scale = settings->window_scale;
  agreed->receive_shift = agreed->window_scale ? shift_for (buffer) : 0;
}

void
tcp_options_agree (TcpAgreed *agreed, const TcpHeader *syn)
{
  agreed->sack = agreed->sack && syn->sack_permitted;
  agreed->timestamps = agreed->timestamps && syn->has_timestamps;
  agreed->window_scale = agreed->window_scale && syn->has_window_scale;
  if (agreed->window_scale)
    agreed->send_shift = MIN (syn->window_scale, SHIFT_MAX);
  else
    agreed->receive_shift = 0;
}

void
tcp_options_put (const TcpAgreed *agreed, TcpHeader *syn)
{
  syn->sack_permitted = agreed->sack;
  syn->has_window_scale = agreed->window_scale;
  syn->window_scale = agreed->receive_shift;
}

int64_t
tcp_options_window (const TcpAgreed *agreed, const TcpHeader *header)
{
  if ((header->flags & TCP_SYN) != 0)
    return header->window;
  return (int64_t) header->window << agreed->send_shift;
}

unsigned
tcp_options_blocks (const TcpAgreed *agreed, int64_t room)
{
  int64_t left = WIRE_TCP_OPTIONS_MAX - tcp_options_size (agreed);

  if (!agreed->sack)
    return 0;
  room = MIN (room, left) - WIRE_TCP_SACK_HEAD;
  return (unsigned) MAX (room, 0) / WIRE_TCP_SACK_BLOCK;
}

int64_t
tcp_options_blocks_size (unsigned count)
{
  return count > 0 ? WIRE_TCP_SACK_HEAD + count * WIRE_TCP_SACK_BLOCK : 0;
}

int64_t
tcp_options_size (const TcpAgreed *agreed)
{
  return agreed->timestamps ? WIRE_TCP_TIMESTAMPS : 0;
}
