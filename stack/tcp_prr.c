// SPDX-License-Identifier: MIT
#include "stack/tcp_prr.h"

#include <glib.h>

void
tcp_prr_begin (TcpPrr *prr, int64_t flight)
{
  *prr = (TcpPrr){ .flight = MAX (flight, 1) };
}

/* ceil (a * b / c); B and C are windows, so below 2^31. */
static int64_t
share (int64_t a, int64_t b, int64_t c)
{
  return a / c * b + (a % c * b + c - 1) / c;
}

/* RFC 9937 6.2: PRR above ssthresh; below it the conservative reduction bound,
 * or the slow start one for a safe ACK. */
int64_t
tcp_prr_on_ack (TcpPrr *prr,
                int64_t delivered,
                bool safe,
                int64_t pipe,
                int64_t ssthresh,
                int64_t mss)
{
  int64_t count;

  prr->delivered += delivered;
  if (pipe > ssthresh)
    count = share (prr->delivered, ssthresh, prr->flight) - prr->out;
  else
    {
      count = MAX (prr->delivered - prr->out, delivered) + (safe ? mss : 0);
      count = MIN (count, ssthresh - pipe);
    }
  count = MAX (count, 0);
  return prr->out == 0 && count == 0 ? mss : count;
}

void
tcp_prr_on_send (TcpPrr *prr, int64_t length)
{
  prr->out += length;
}
