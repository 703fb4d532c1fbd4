// SPDX-License-Identifier: MIT
#include "stack/stack.h"

#include "stack/address.h"
#include "stack/identification.h"
#include "stack/ip.h"
#include "stack/path_mtu.h"
#include "stack/reassembly.h"
#include "stack/stack_private.h"
#include "stack/tcp.h"
#include "stack/udp.h"

#include <errno.h>
#include <string.h>

void
stack_config_init (StackConfig *config)
{
  *config = (StackConfig){
    .sockets_max = 65536,
    .backlog_max = 128,
    .time_wait_max = 16384,
    .ranges_max = 1024,
    .outbox_max = 262144,
    .receive_buffer = 4194304,
    .send_buffer_min = 131072,
    .send_buffer_max = 4194304,
    .datagram_buffer = 262144,
    .memory_max = 1u << 30,
    .notices_max = 4096,
    .port_first = 49152,
    .port_last = 65535,
    .privileged = true,
    .hop_limit = 64,
    .reassembly_bytes = 786432,
    .reassembly_source_bytes = 393216,
    .reassembly_datagrams = 2048,
    .reassembly_size = 65575,
    .reassembly_time = 60 * SECOND,
    .path_mtu_discovery = true,
    .path_mtus_max = 4096,
    .path_mtu_age = 600 * SECOND,
    .identifications_max = 4096,
    .icmp_error_rate = 100,
    .icmp_error_burst = 50,
    .rto_initial = SECOND,
    .rto_min = 200 * MILLISECOND,
    .rto_max = 60 * SECOND,
    .syn_give_up = 180 * SECOND,
    .msl = 30 * SECOND,
    .fin_wait_2 = 60 * SECOND,
    .challenge_acks = 100,
    .syn_cookies = true,
    .tcp = { .rack = true,
             .window_scale = true,
             .timestamps = true,
             .sack = true,
             .ecn = TCP_ECN_PASSIVE,
             .nagle = true,
             .path_probing = true,
             .congestion = TCP_CONGESTION_CUBIC,
             .initial_window = 10,
             .delayed_ack = 40 * MILLISECOND,
             .r1 = 3,
             .r2 = 15,
             .keep_idle = 7200 * SECOND,
             .keep_interval = 75 * SECOND,
             .keep_count = 9 },
  };
}

void
stack_set_secret (Stack *stack, const uint8_t secret[16])
{
  HashKey key = hash_key_from_bytes (secret);

  stack->isn_key = hash_key_derive (&key, "isn");
  stack->cookie_key = hash_key_derive (&key, "cookie");
  stack->timestamp_key = hash_key_derive (&key, "timestamp");
  stack->luck_key = hash_key_derive (&key, "luck");
  stack->sockets.port_key = hash_key_derive (&key, "port");
}

Stack *
stack_new (const StackConfig *config)
{
  Stack *stack = g_new0 (Stack, 1);

  stack->config = *config;
  stack->interfaces = g_array_new (FALSE, TRUE, sizeof (StackInterface));
  stack->addresses = g_array_new (FALSE, TRUE, sizeof (StackAddress));
  stack->routes = g_array_new (FALSE, TRUE, sizeof (StackRoute));
  socket_table_init (&stack->sockets, config->secret);
  stack_set_secret (stack, config->secret);
  stack->rings.max = config->memory_max;
  outbox_init (&stack->outbox, config->outbox_max);
  stack->identifications = identification_new (config);
  stack->path_mtus = path_mtu_new (config);
  stack->reassembly = reassembly_new (&stack->config);
  icmp_limit_init (&stack->icmp_limit, config->secret, config->icmp_error_rate,
                   config->icmp_error_burst);
  timer_queue_init (&stack->timers);
  g_queue_init (&stack->ready);
  g_queue_init (&stack->changed);
  g_queue_init (&stack->time_wait);
  g_queue_init (&stack->want_room);
  g_queue_init (&stack->measured);
  g_queue_init (&stack->dead);
  notices_init (&stack->notices, config->notices_max);
  return stack;
}

static void
free_socket (Socket *socket)
{
  if (socket->tcp != NULL)
    tcp_free (socket->tcp);
  if (socket->udp != NULL)
    udp_free (socket->stack, socket->udp);
  g_free (socket);
}

/* A connection that ends in the middle of a call is freed after it, so no
 * function has to ask whether its own connection is still there. */
static void
bury (Stack *stack)
{
  GList *link;

  while ((link = g_queue_pop_head_link (&stack->dead)) != NULL)
    {
      Tcp *tcp = link->data;

      g_free (tcp->socket);
      tcp_free (tcp);
    }
}

void
stack_free (Stack *stack)
{
  if (stack == NULL)
    return;
  bury (stack);
  timer_queue_clear (&stack->timers);
  for (unsigned i = 0; i < stack->sockets.count; i++)
    if (stack->sockets.slots[i] != NULL)
      free_socket (stack->sockets.slots[i]);
  socket_table_clear (&stack->sockets);
  outbox_clear (&stack->outbox);
  identification_free (stack->identifications);
  path_mtu_free (stack->path_mtus);
  reassembly_free (stack->reassembly);
  icmp_limit_clear (&stack->icmp_limit);
  notices_clear (&stack->notices);
  g_array_free (stack->interfaces, TRUE);
  g_array_free (stack->addresses, TRUE);
  g_array_free (stack->routes, TRUE);
  g_free (stack);
}

int
stack_interface_add (Stack *stack, unsigned mtu)
{
  StackInterface interface = { .mtu = mtu };

  if (mtu < PATH_MTU_MIN_IPV4 || mtu > UINT16_MAX)
    return -EINVAL;
  g_array_append_val (stack->interfaces, interface);
  return (int) stack->interfaces->len - 1;
}

void
stack_set_privileged (Stack *stack, bool privileged)
{
  stack->config.privileged = privileged;
}

bool
stack_address_add (Stack *stack,
                   unsigned interface,
                   const Address *address,
                   unsigned prefix_length)
{
  StackAddress entry = { .interface = interface,
                         .address = *address,
                         .prefix_length = prefix_length };
  unsigned mtu =
      g_array_index (stack->interfaces, StackInterface, interface).mtu;

  if (!address_is_ipv4 (address) && mtu < PATH_MTU_MIN_IPV6)
    return false;
  g_array_append_val (stack->addresses, entry);
  stack_route_add (stack, address, prefix_length, interface);
  return true;
}

static void
notice (Stack *stack, const StackEvent *event)
{
  if (!notices_add (&stack->notices, event))
    stack->counters[STACK_COUNTER_NOTICES_LOST]++;
}

void
stack_drop (const Arrival *arrival, DropCause cause)
{
  StackEvent event = { .type = STACK_EVENT_DROP,
                       .packet = arrival->in->id,
                       .drop = cause };

  arrival->stack->drops[cause]++;
  notice (arrival->stack, &event);
}

void
stack_notice_state (Socket *socket, TcpState from, TcpState to)
{
  StackEvent event = { .type = STACK_EVENT_STATE,
                       .socket = socket->handle,
                       .from = from,
                       .to = to,
                       .local = socket->local,
                       .remote = socket->remote };

  notice (socket->stack, &event);
}

void
stack_socket_changed (Socket *socket)
{
  if (socket->changed || !socket->open)
    return;
  socket->changed = true;
  g_queue_push_tail_link (&socket->stack->changed, &socket->changed_link);
}

void
stack_input (Stack *stack,
             Time now,
             const StackIn *in,
             const uint8_t *packet,
             size_t length)
{
  View view = { .bytes = packet, .length = length };

  stack->counters[STACK_COUNTER_PACKETS_IN]++;
  ip_input (stack, now, in, view);
  bury (stack);
}

static size_t
output_from_outbox (Stack *stack, uint8_t *buffer, size_t size, StackOut *out)
{
  size_t length = ip_output (stack, buffer, out);

  g_assert (length <= size);
  if (length > 0)
    udp_room (stack);
  return length;
}

/* Flows take turns: one segment each. */
static size_t
output_from_flows (
    Stack *stack, Time now, uint8_t *buffer, size_t size, StackOut *out)
{
  GList *link;

  while ((link = g_queue_peek_head_link (&stack->ready)) != NULL)
    {
      Tcp *tcp = link->data;
      size_t length = tcp_output (tcp, now, buffer, size, out);

      g_queue_unlink (&stack->ready, link);
      if (tcp->ready)
        g_queue_push_tail_link (&stack->ready, link);
      if (length > 0)
        return length;
    }
  return 0;
}

size_t
stack_output (
    Stack *stack, Time now, uint8_t *buffer, size_t size, StackOut *out)
{
  uint64_t id = out->id;
  size_t length;

  *out = (StackOut){ .id = id, .socket = -1 };
  path_mtu_expire (stack, now);
  reassembly_expire (stack->reassembly, stack, now);
  while (timer_queue_deadline (&stack->timers) <= now)
    tcp_timer_expire ((Tcp *) timer_queue_first (&stack->timers), now);
  length = output_from_outbox (stack, buffer, size, out);
  if (length == 0)
    length = output_from_flows (stack, now, buffer, size, out);
  if (length > 0)
    stack->counters[STACK_COUNTER_PACKETS_OUT]++;
  bury (stack);
  return length;
}

Time
stack_deadline (const Stack *stack)
{
  if (!outbox_is_empty (&stack->outbox) || stack->ready.length > 0)
    return INT64_MIN;
  return MIN (timer_queue_deadline (&stack->timers),
              reassembly_deadline (stack->reassembly));
}

bool
stack_busy (const Stack *stack)
{
  return stack->busy > 0 || stack->ready.length > 0
         || !outbox_is_empty (&stack->outbox);
}

bool
stack_event (Stack *stack, StackEvent *event)
{
  GList *link;
  Socket *socket;

  if (notices_take (&stack->notices, event))
    return true;
  link = g_queue_pop_head_link (&stack->changed);
  if (link == NULL)
    return false;
  socket = link->data;
  socket->changed = false;
  *event = (StackEvent){ .type = STACK_EVENT_SOCKET,
                         .socket = socket->handle,
                         .local = socket->local,
                         .remote = socket->remote };
  return true;
}

StackUse
stack_use (const Stack *stack)
{
  return (StackUse){ .sockets = socket_table_count (&stack->sockets),
                     .stream_bytes = stack->rings.used,
                     .outbox_bytes = stack->outbox.bytes };
}

uint64_t
stack_counter (const Stack *stack, StackCounter counter)
{
  return stack->counters[counter];
}

uint64_t
stack_drops (const Stack *stack, DropCause cause)
{
  return stack->drops[cause];
}
