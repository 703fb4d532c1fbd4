// SPDX-License-Identifier: MIT
#include "stack/tcp_cookie.h"

#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/ip.h"
#include "stack/tcp_incoming.h"

#include <string.h>

#define PERIOD     (TCP_COOKIE_LIFE / 2)
#define INDEX_BITS 3
#define INDEX_MASK 7u

/* In our timestamp: 4 bits of window shift, then one each. */
#define OPTION_BITS 6
#define OPTION_MASK 0x3fu
#define NO_SHIFT    15u
#define SACK        0x10u
#define ECN         0x20u

/* What segment sizes are, mostly: of links and of tunnels through them. */
static const uint16_t MSS[INDEX_MASK + 1] = { TCP_MSS_MIN, 536,  1220, 1300,
                                              1400,        1440, 1460, 8960 };

static unsigned
index_of (unsigned mss)
{
  unsigned index = INDEX_MASK;

  while (index > 0 && MSS[index] > mss)
    index--;
  return index;
}

static FlowKey
key_of (const Arrival *arrival, const TcpHeader *header)
{
  Endpoint local = { arrival->ip.destination, header->destination_port };
  Endpoint remote = { arrival->ip.source, header->source_port };

  return socket_table_flow_key (&arrival->stack->sockets, PROTOCOL_TCP, &local,
                                &remote);
}

static uint32_t
make (const Stack *stack,
      const FlowKey *key,
      uint32_t peer_isn,
      Time period,
      unsigned index)
{
  uint8_t bytes[FLOW_KEY_BYTES + 9];

  memcpy (bytes, key, FLOW_KEY_BYTES);
  bytes_put32 (bytes + FLOW_KEY_BYTES, peer_isn);
  bytes_put32 (bytes + FLOW_KEY_BYTES + 4, (uint32_t) period);
  bytes[FLOW_KEY_BYTES + 8] = (uint8_t) index;
  return (uint32_t) hash_bytes (&stack->cookie_key, bytes, sizeof bytes)
             << INDEX_BITS
         | index;
}

/* The latest timestamp up to NOW that ends in the options. */
static uint32_t
hide_options (uint32_t now, const TcpAgreed *agreed)
{
  uint32_t bits = agreed->window_scale ? agreed->send_shift : NO_SHIFT;
  uint32_t value;

  bits |= (agreed->sack ? SACK : 0) | (agreed->ecn ? ECN : 0);
  value = (now & ~OPTION_MASK) | bits;
  return (int32_t) (value - now) > 0 ? value - (1u << OPTION_BITS) : value;
}

static void
find_options (uint32_t bits, TcpHeader *syn)
{
  syn->has_window_scale = (bits & NO_SHIFT) != NO_SHIFT;
  syn->window_scale = (uint8_t) (bits & NO_SHIFT);
  syn->sack_permitted = (bits & SACK) != 0;
  if ((bits & ECN) != 0)
    syn->flags |= TCP_ECE | TCP_CWR;
}

static void
put_options (const Tcp *listener,
             const Arrival *arrival,
             const TcpHeader *syn,
             const FlowKey *key,
             TcpHeader *answer)
{
  const Stack *stack = arrival->stack;
  TcpTimestamps times = { .offset = (uint32_t) hash_bytes (
                              &stack->timestamp_key, key, FLOW_KEY_BYTES) };
  TcpAgreed agreed = { .sack = false };

  tcp_options_offer (&agreed, tcp_settings (listener),
                     listener->receive.buffer);
  tcp_ecn_offer (&agreed, tcp_settings (listener), false);
  tcp_options_agree (&agreed, syn);
  tcp_ecn_agree (&agreed, syn);
  if (!agreed.timestamps)
    return;
  tcp_options_put (&agreed, answer);
  tcp_timestamps_start (&times, syn->timestamp, arrival->now);
  tcp_timestamps_put (&times, answer, 1, arrival->now);
  answer->timestamp = hide_options (answer->timestamp, &agreed);
  if (agreed.ecn)
    answer->flags |= TCP_ECE;
}

static uint16_t
our_mss (const Tcp *listener, const Arrival *arrival)
{
  size_t most = tcp_settings (listener)->mss_max;
  size_t mss = ip_payload_max (arrival->stack, arrival->in->interface,
                               &arrival->ip.source)
               - WIRE_TCP_HEADER;

  return (uint16_t) (most > 0 ? MIN (mss, most) : mss);
}

void
tcp_cookie_answer (const Tcp *listener,
                   const Arrival *arrival,
                   const TcpHeader *syn)
{
  FlowKey key = key_of (arrival, syn);
  bool ipv4 = address_is_ipv4 (&arrival->ip.source);
  unsigned index = index_of (syn->has_mss ? syn->mss
                             : ipv4       ? TCP_MSS_DEFAULT_IPV4
                                          : TCP_MSS_DEFAULT_IPV6);
  TcpHeader answer = {
    .source_port = syn->destination_port,
    .destination_port = syn->source_port,
    .sequence = make (arrival->stack, &key, syn->sequence,
                      arrival->now / PERIOD, index),
    .acknowledgment = syn->sequence + 1,
    .flags = TCP_SYN | TCP_ACK,
    .window = (uint16_t) MIN (listener->receive.buffer, UINT16_MAX),
    .has_mss = true,
    .mss = our_mss (listener, arrival),
  };

  put_options (listener, arrival, syn, &key, &answer);
  tcp_outbox_answer (arrival, &answer, listener->socket);
  arrival->stack->counters[STACK_COUNTER_COOKIES_SENT]++;
}

bool
tcp_cookie_recall (const Arrival *arrival, const TcpHeader *ack, TcpHeader *syn)
{
  FlowKey key = key_of (arrival, ack);
  uint32_t cookie = ack->acknowledgment - 1, peer_isn = ack->sequence - 1;
  Time period = arrival->now / PERIOD;
  unsigned index = cookie & INDEX_MASK;

  if (make (arrival->stack, &key, peer_isn, period, index) != cookie
      && make (arrival->stack, &key, peer_isn, period - 1, index) != cookie)
    return false;
  *syn = (TcpHeader){ .source_port = ack->source_port,
                      .destination_port = ack->destination_port,
                      .sequence = peer_isn,
                      .flags = TCP_SYN,
                      .window = ack->window,
                      .has_mss = true,
                      .mss = MSS[index],
                      .has_timestamps = ack->has_timestamps,
                      .timestamp = ack->timestamp };
  if (ack->has_timestamps)
    find_options (ack->timestamp_echo & OPTION_MASK, syn);
  return true;
}
