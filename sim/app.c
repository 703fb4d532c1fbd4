// SPDX-License-Identifier: MIT
#include "sim/app.h"
#include "sim/app_kinds.h"
#include "stack/address.h"
#include "stack/wire_ip.h"
#include <string.h>

static const AppClass *const classes[] = {
  [APP_MESSAGES] = &APP_MESSAGES_CLASS, [APP_SEND] = &APP_SEND_CLASS,
  [APP_RECEIVE] = &APP_RECEIVE_CLASS,   [APP_ECHO] = &APP_ECHO_CLASS,
  [APP_DISCARD] = &APP_DISCARD_CLASS,   [APP_CHARGEN] = &APP_CHARGEN_CLASS,
  [APP_HTTP] = &APP_HTTP_CLASS,         [APP_GET] = &APP_GET_CLASS,
  [APP_PING] = &APP_PING_CLASS,         [APP_TRACE] = &APP_TRACE_CLASS,
};

static Sim *
app_sim (const App *app)
{
  return &host_node (app->host)->network->sim;
}

/* The first time it fires is the start, the others were asked for. */
static void
fire (void *owner, Time now)
{
  App *app = owner;
  if (!app->started)
    {
      app->started = true;
      app->class->start (app, now);
    }
  else if (app->class->wake)
    app->class->wake (app, now);
  host_pump (app->host, now);
}

App *
app_new (Host *host, const ScenarioApp *spec, const char *files)
{
  g_assert ((size_t) spec->kind < G_N_ELEMENTS (classes)
            && classes[spec->kind]);
  const AppClass *class = classes[spec->kind];
  App *app = g_malloc0 (class->size);
  app->class = class;
  app->spec = spec;
  app->host = host;
  app->files = files;
  sim_timer_init (&app->timer, fire, app);
  sim_schedule (app_sim (app), &app->timer, spec->at);
  return app;
}

void
app_end (App *app)
{
  if (app->ended)
    return;
  app->ended = true;
  sim_cancel (app_sim (app), &app->timer);
  if (app->started && app->class->end)
    app->class->end (app);
}

void
app_free (App *app)
{
  app_end (app);
  g_free (app->failure);
  g_clear_pointer (&app->reports, g_ptr_array_unref);
  g_free (app);
}

bool
app_initiates (const App *app)
{
  return app->class->initiates;
}

void
app_finish (App *app)
{
  app->finished = true;
  sim_cancel (app_sim (app), &app->timer);
}

void
app_fail (App *app, const char *what, int error)
{
  if (!app->failure)
    app->failure = g_strdup_printf ("%s: %s", what, app_error_word (error));
  app_finish (app);
}

void
app_fail_write (App *app, const char *name, int error)
{
  app->unwritten = true;
  app_fail (app, name, error);
}

void
app_report (App *app, char *line)
{
  if (!app->reports)
    app->reports = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (app->reports, line);
}

const char *
app_error_word (int error)
{
  const char *word = strerrorname_np (error < 0 ? -error : error);
  return word ? word : "unknown error";
}

void
app_wake_at (App *app, Time at)
{
  sim_schedule (app_sim (app), &app->timer, at);
}

static const Flow *
look_up_flow (App *app, int socket, const Endpoint *remote)
{
  Stack *stack = host_stack (app->host);
  Endpoint local, peer;
  if (socket_local (stack, socket, &local) < 0)
    return NULL;
  if (!remote && socket_remote (stack, socket, &peer) == 0)
    remote = &peer;
  if (!remote && app->class->initiates)
    remote = &app->spec->peer; /* a connection that has failed */
  if (!remote)
    return NULL;
  uint8_t protocol = app->spec->protocol;
  Network *network = host_node (app->host)->network;
  if (protocol == PROTOCOL_UDP && app->class->initiates
      && !address_is_any (&local.address))
    return flow_table_open (network->flows, protocol, &local, remote);
  return host_find_flow (app->host, protocol, &local, remote);
}

/* The flow of SOCKET and REMOTE; NULL takes the socket's own peer. A
 * connection keeps its flow, so the last one is remembered. */
static const Flow *
find_flow (App *app, int socket, const Endpoint *remote)
{
  if (app->stream_flow && app->stream == socket)
    return app->stream_flow;
  const Flow *flow = look_up_flow (app, socket, remote);
  if (app->spec->protocol == PROTOCOL_TCP)
    {
      app->stream = socket;
      app->stream_flow = flow;
    }
  return flow;
}

static Event
event_of (App *app, EventType type, int socket, const Endpoint *remote)
{
  Event event = { .type = type,
                  .at = app_sim (app)->now,
                  .host = host_node (app->host)->name,
                  .flow = find_flow (app, socket, remote) };
  event_add_number (&event, "socket", socket);
  return event;
}

void
app_log_call (App *app,
              const char *call,
              int socket,
              const Endpoint *remote,
              int64_t result)
{
  if (result >= 0 && !host_node (app->host)->network->wants_calls)
    return;
  Event event = event_of (app, EVENT_SOCKET, socket, remote);
  event_add_text (&event, "call", call);
  event_add_number (&event, "result", result < 0 ? -1 : result);
  if (result < 0)
    event.cause = app_error_word ((int) result);
  network_emit (host_node (app->host)->network, &event);
}

void
app_log_message (App *app,
                 int socket,
                 const Endpoint *remote,
                 bool received,
                 uint64_t number,
                 uint64_t count)
{
  Event event = event_of (app, EVENT_MESSAGE, socket, remote);
  event_add_text (&event, "action", received ? "received" : "sent");
  event_add_number (&event, "number", (int64_t) number);
  event_add_number (&event, "count", (int64_t) count);
  if (!received)
    event_add_time (&event, "due",
                    app->spec->at + (Time) (number - 1) * app->spec->every);
  network_emit (host_node (app->host)->network, &event);
}

void
app_log_bytes (App *app,
               int socket,
               const Endpoint *remote,
               bool received,
               uint64_t from,
               uint64_t to)
{
  Event event = event_of (app, EVENT_MESSAGE, socket, remote);
  event_add_text (&event, "action", received ? "received" : "sent");
  event_add_number (&event, "from", (int64_t) from);
  event_add_number (&event, "to", (int64_t) to);
  network_emit (host_node (app->host)->network, &event);
}
