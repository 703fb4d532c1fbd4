// SPDX-License-Identifier: MIT
#include "sim/host.h"
#include "sim/app.h"
#include "stack/address.h"
#include "stack/wire_ip.h"

#define PACKET_MAX 65535

struct Host
{
  Node node;
  Stack *stack;
  SimTimer timer;      /* the stack's next deadline */
  SimTimer sampler;    /* the end of an instant with new metrics */
  GHashTable *watched; /* socket > App: looked up, never iterated */
  GArray *addresses;   /* Address */
  const Packet *input; /* what the stack is being told, or NULL */
  uint8_t buffer[PACKET_MAX];
};

/* The packet that stack_output has just written leaves. */
static void
send_packet (Host *host, const StackOut *out, size_t length, Time now)
{
  Packet *packet = packet_new (host->buffer, length);
  packet->id = network_next_packet (host->node.network);
  packet->of = out->fragment_of;
  if (out->cause == REPAIR_NONE)
    {
      node_send (&host->node, out->interface, packet, now, NULL);
      return;
    }
  Event repaired = { .type = EVENT_RETRANSMITTED,
                     .at = now,
                     .host = host->node.name,
                     .cause = repair_cause_name (out->cause) };
  if (out->repairs)
    event_add_number (&repaired, "of", (int64_t) out->repairs);
  if (out->caused_by)
    event_add_number (&repaired, "caused_by", (int64_t) out->caused_by);
  node_send (&host->node, out->interface, packet, now, &repaired);
}

static void
drain (Host *host, Time now)
{
  for (;;)
    {
      StackOut out = { .id = host->node.network->packets + 1 };
      size_t length = stack_output (host->stack, now, host->buffer,
                                    sizeof host->buffer, &out);
      if (length == 0)
        return;
      send_packet (host, &out, length, now);
    }
}

static void
report_drop (Host *host, const StackEvent *event, Time now)
{
  Event dropped = { .type = EVENT_DROPPED,
                    .at = now,
                    .host = host->node.name,
                    .cause = drop_cause_name (event->drop) };
  if (host->input && host->input->id == event->packet)
    {
      dropped.packet = host->input;
      dropped.flow = host->input->flow;
    }
  else
    /* One that came earlier: a fragment whose datagram was given up. */
    event_add_number (&dropped, "packet", (int64_t) event->packet);
  network_emit (host->node.network, &dropped);
}

static void
report_state (Host *host, const StackEvent *event, Time now)
{
  Event state = { .type = EVENT_STATE, .at = now, .host = host->node.name };
  state.flow =
      host_find_flow (host, PROTOCOL_TCP, &event->local, &event->remote);
  event_add_number (&state, "socket", event->socket);
  event_add_text (&state, "from", tcp_state_name (event->from));
  event_add_text (&state, "to", tcp_state_name (event->to));
  network_emit (host->node.network, &state);
}

static void
tell_app (Host *host, int socket, Time now)
{
  App *app = g_hash_table_lookup (host->watched, GINT_TO_POINTER (socket));
  if (app)
    app->class->ready (app, socket, socket_poll (host->stack, socket), now);
}

/* False: nothing has happened. */
static bool
react (Host *host, Time now)
{
  StackEvent event;
  bool any = false;
  while (stack_event (host->stack, &event))
    {
      any = true;
      switch (event.type)
        {
        case STACK_EVENT_SOCKET:
          tell_app (host, event.socket, now);
          break;
        case STACK_EVENT_STATE:
          report_state (host, &event, now);
          break;
        case STACK_EVENT_DROP:
          report_drop (host, &event, now);
          break;
        }
    }
  return any;
}

static void
report_metrics (Host *host, const StackMetrics *metrics, Time now)
{
  Event event = { .type = EVENT_METRICS, .at = now, .host = host->node.name };
  event.flow =
      host_find_flow (host, PROTOCOL_TCP, &metrics->local, &metrics->remote);
  event_add_text (&event, "state", tcp_state_name (metrics->state));
  event_add_number (&event, "cwnd", metrics->cwnd);
  if (metrics->ssthresh < INT64_MAX)
    event_add_number (&event, "ssthresh", metrics->ssthresh);
  event_add_number (&event, "in_flight", metrics->in_flight);
  event_add_number (&event, "send_window", metrics->send_window);
  if (metrics->pacing_rate > 0)
    event_add_number (&event, "pacing_rate_bps", 8 * metrics->pacing_rate);
  if (metrics->srtt > 0)
    {
      event_add_time (&event, "srtt", metrics->srtt);
      event_add_time (&event, "rttvar", metrics->rttvar);
    }
  event_add_time (&event, "rto", metrics->rto);
  network_emit (host->node.network, &event);
}

/* Whatever else happens at this instant has happened. */
static void
sample (void *owner, Time now)
{
  Host *host = owner;
  StackMetrics metrics;
  while (stack_metrics (host->stack, &metrics))
    report_metrics (host, &metrics, now);
}

static void
schedule_sample (Host *host, Time now)
{
  if (stack_has_metrics (host->stack) && !timer_is_set (&host->sampler.timer))
    sim_schedule (&host->node.network->sim, &host->sampler, now);
}

void
host_pump (Host *host, Time now)
{
  bool measures = host->node.network->wants_metrics;
  if (measures)
    stack_measure (host->stack);
  do
    drain (host, now);
  while (react (host, now));
  if (measures)
    schedule_sample (host, now);

  Sim *sim = &host->node.network->sim;
  Time deadline = stack_deadline (host->stack);
  /* A deadline that moves later leaves the timer alone: it fires, finds
   * nothing to do, and is set again. Almost every ACK moves one. */
  if (deadline != TIME_NEVER
      && (!timer_is_set (&host->timer.timer)
          || deadline < host->timer.timer.at))
    sim_schedule (sim, &host->timer, deadline);
}

static void
fire (void *owner, Time now)
{
  host_pump (owner, now);
}

static void
host_receive (Node *node, unsigned interface, Packet *packet, Time now)
{
  Host *host = (Host *) node;
  StackIn in = { .interface = interface, .id = packet->id };
  unsigned way;
  StackForward what = stack_forward (host->stack, now, &in, packet->bytes,
                                     packet->length, &way);
  if (what == STACK_FORWARD_ON)
    {
      node_send (node, way, packet, now, NULL);
      return;
    }
  host->input = packet;
  if (what == STACK_FORWARD_OURS)
    stack_input (host->stack, now, &in, packet->bytes, packet->length);
  host_pump (host, now);
  host->input = NULL;
  packet_free (packet);
}

static bool
host_busy (const Node *node)
{
  return stack_busy (((const Host *) node)->stack);
}

static void
host_free (Node *node)
{
  Host *host = (Host *) node;
  sim_cancel (&node->network->sim, &host->timer);
  sim_cancel (&node->network->sim, &host->sampler);
  stack_free (host->stack);
  g_hash_table_unref (host->watched);
  g_array_unref (host->addresses);
  g_free (host);
}

static const NodeClass HOST_CLASS = { .receive = host_receive,
                                      .busy = host_busy,
                                      .free = host_free };

/* 16 bytes of the host's own, so that one host more changes no secret. */
static void
draw_secret (RandomKey key, const char *name, uint8_t secret[16])
{
  RandomKey own = random_key_named (random_key_named (key, "host"), name);
  for (unsigned half = 0; half < 2; half++)
    {
      uint64_t draw = random_draw (own, half, PURPOSE_SECRET, 0);
      for (unsigned i = 0; i < 8; i++)
        secret[half * 8 + i] = (uint8_t) (draw >> (8 * i));
    }
}

Host *
host_new (Network *network, const ScenarioHost *scenario)
{
  Host *host = g_new0 (Host, 1);
  host->node.class = &HOST_CLASS;
  host->node.name = g_strdup (scenario->name);
  StackConfig config = scenario->config;
  if (!scenario->has_secret)
    draw_secret (network->key, scenario->name, config.secret);
  host->stack = stack_new (&config);
  host->watched = g_hash_table_new (NULL, NULL);
  host->addresses = g_array_new (false, false, sizeof (Address));
  sim_timer_init (&host->timer, fire, host);
  sim_timer_init (&host->sampler, sample, host);
  network_add_node (network, &host->node);
  return host;
}

void
host_add_interface (Host *host,
                    unsigned mtu,
                    const ScenarioAddress *addresses,
                    unsigned count)
{
  int added = stack_interface_add (host->stack, mtu);
  g_assert (added >= 0); /* the scenario has checked it */
  unsigned interface = (unsigned) added;
  for (unsigned i = 0; i < count; i++)
    {
      stack_address_add (host->stack, interface, &addresses[i].address,
                         addresses[i].prefix_length);
      g_array_append_val (host->addresses, addresses[i].address);
      network_name_address (host->node.network, &addresses[i].address,
                            &host->node);
    }
}

Host *
host_from_node (Node *node)
{
  return node->class == &HOST_CLASS ? (Host *) node : NULL;
}

Stack *
host_stack (Host *host)
{
  return host->stack;
}

Node *
host_node (Host *host)
{
  return &host->node;
}

void
host_watch (Host *host, int socket, App *app)
{
  g_hash_table_insert (host->watched, GINT_TO_POINTER (socket), app);
}

void
host_unwatch (Host *host, int socket)
{
  g_hash_table_remove (host->watched, GINT_TO_POINTER (socket));
}

/* A socket bound to a wildcard has as many local ends as the host has
 * addresses. */
Flow *
host_find_flow (Host *host,
                uint8_t protocol,
                const Endpoint *local,
                const Endpoint *remote)
{
  const FlowTable *flows = host->node.network->flows;
  if (!address_is_any (&local->address))
    return flow_table_find (flows, protocol, local, remote);
  for (unsigned i = 0; i < host->addresses->len; i++)
    {
      Endpoint own = { g_array_index (host->addresses, Address, i),
                       local->port };
      Flow *flow = flow_table_find (flows, protocol, &own, remote);
      if (flow)
        return flow;
    }
  return NULL;
}
