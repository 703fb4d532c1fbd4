// SPDX-License-Identifier: MIT
#include "sim/run.h"
#include "sim/link.h"
#include "sim/topology.h"
#include <string.h>

/* An "at" statement that waits for its time. */
typedef struct
{
  SimTimer timer;
  Run *run;
  const ScenarioAt *at;
} Change;

struct Run
{
  const Scenario *scenario;
  const char *files;
  Network *network;
  Ledger *ledger;
  GPtrArray *nodes;       /* Node *, by host of the scenario */
  GPtrArray *apps;        /* App *, owned, without those on a kernel */
  unsigned finished_apps; /* so many at the front need no more look */
  GPtrArray *changes;     /* Change *, owned */
  unsigned expects_to_come;
  GArray *verdicts; /* RunVerdict, by expect */
  GPtrArray *complaints;
  GPtrArray *reports;
};

static void
add_nodes (Run *run, RunKernel kernel, void *kernel_data)
{
  for (unsigned i = 0; i < run->scenario->hosts->len; i++)
    {
      const ScenarioHost *spec = g_ptr_array_index (run->scenario->hosts, i);
      Node *node = NULL;
      if (spec->kernel && kernel)
        node = kernel (kernel_data, run->network, spec);
      if (!node)
        node = host_node (host_new (run->network, spec));
      g_ptr_array_add (run->nodes, node);
      for (unsigned a = 0; a < spec->addresses->len; a++)
        network_name_address (
            run->network,
            &g_array_index (spec->addresses, ScenarioAddress, a).address, node);
    }
}

/* Both directions of a cable stand next to each other in the scenario, so the
 * interface at the far end is the one whose way out is the other direction. */
static void
add_cable (Run *run, const ScenarioLink *there, const ScenarioLink *back)
{
  const ScenarioLink *directions[2] = { there, back };
  Node *ends[2] = { g_ptr_array_index (run->nodes, there->from),
                    g_ptr_array_index (run->nodes, there->to) };
  unsigned interfaces[2] = { ends[0]->out->len, ends[1]->out->len };
  for (unsigned i = 0; i < 2; i++)
    {
      const ScenarioLink *spec = directions[i];
      Link *link =
          link_new (run->network, ends[i], ends[1 - i], interfaces[1 - i]);
      link_set_chain (link, spec->chain);
      for (unsigned r = 0; r < spec->rules->len; r++)
        {
          g_autoptr (GError) error = NULL;
          if (!link_add_rule (link, g_ptr_array_index (spec->rules, r), &error))
            g_ptr_array_add (run->complaints, g_strdup (error->message));
        }
      Host *host = host_from_node (ends[i]);
      const ScenarioHost *host_spec =
          g_ptr_array_index (run->scenario->hosts, spec->from);
      if (host)
        host_add_interface (host, host_spec->mtu,
                            (const ScenarioAddress *) spec->addresses->data,
                            spec->addresses->len);
    }
}

static void
add_routes (Run *run)
{
  Topology *topology = topology_new (run->scenario);
  for (unsigned i = 0; i < run->nodes->len; i++)
    {
      Host *host = host_from_node (g_ptr_array_index (run->nodes, i));
      g_autoptr (GArray) routes = topology_routes (topology, i);
      for (unsigned k = 0; host && k < routes->len; k++)
        {
          const TopologyRoute *route =
              &g_array_index (routes, TopologyRoute, k);
          stack_route_add (host_stack (host), &route->prefix, route->length,
                           route->interface);
        }
    }
  topology_free (topology);
}

static void change_now (void *owner, Time now);

static void
add_changes (Run *run)
{
  for (unsigned i = 0; i < run->scenario->ats->len; i++)
    {
      Change *change = g_new0 (Change, 1);
      change->run = run;
      change->at = g_ptr_array_index (run->scenario->ats, i);
      sim_timer_init (&change->timer, change_now, change);
      g_ptr_array_add (run->changes, change);
      run->expects_to_come += change->at->kind == AT_EXPECT;
    }
}

static void
app_destroy (void *app)
{
  app_free (app);
}

Run *
run_new (const Scenario *scenario,
         const char *files,
         RunKernel kernel,
         void *kernel_data)
{
  Run *run = g_new0 (Run, 1);
  run->scenario = scenario;
  run->files = files;
  run->network = network_new (scenario->seed);
  run->ledger = ledger_new ();
  run->nodes = g_ptr_array_new ();
  run->apps = g_ptr_array_new_with_free_func (app_destroy);
  run->changes = g_ptr_array_new_with_free_func (g_free);
  run->verdicts = g_array_new (false, true, sizeof (RunVerdict));
  run->complaints = g_ptr_array_new_with_free_func (g_free);
  run->reports = g_ptr_array_new_with_free_func (g_free);
  g_array_set_size (run->verdicts, scenario->expects->len);
  network_add_sink (run->network, ledger_sink (run->ledger));
  add_nodes (run, kernel, kernel_data);
  for (unsigned i = 0; i + 1 < scenario->links->len; i += 2)
    add_cable (run, g_ptr_array_index (scenario->links, i),
               g_ptr_array_index (scenario->links, i + 1));
  add_routes (run);
  add_changes (run);
  return run;
}

static void
cancel_changes (Run *run)
{
  for (unsigned i = 0; i < run->changes->len; i++)
    {
      Change *change = g_ptr_array_index (run->changes, i);
      sim_cancel (&run->network->sim, &change->timer);
    }
}

void
run_free (Run *run)
{
  cancel_changes (run);
  g_ptr_array_unref (run->changes);
  g_ptr_array_unref (run->apps);
  network_free (run->network);
  ledger_free (run->ledger);
  g_ptr_array_unref (run->nodes);
  g_array_unref (run->verdicts);
  g_ptr_array_unref (run->complaints);
  g_ptr_array_unref (run->reports);
  g_free (run);
}

Network *
run_network (Run *run)
{
  return run->network;
}

Ledger *
run_ledger (Run *run)
{
  return run->ledger;
}

/* Changes first: what is to happen at the very time an app starts is done. */
void
run_start (Run *run)
{
  for (unsigned i = 0; i < run->changes->len; i++)
    {
      Change *change = g_ptr_array_index (run->changes, i);
      sim_schedule (&run->network->sim, &change->timer, change->at->at);
    }
  for (unsigned i = 0; i < run->scenario->apps->len; i++)
    {
      const ScenarioApp *spec = g_ptr_array_index (run->scenario->apps, i);
      Host *host = host_from_node (g_ptr_array_index (run->nodes, spec->host));
      if (host)
        g_ptr_array_add (run->apps, app_new (host, spec, run->files));
    }
}

/* What one may have to wait for: apps that initiate, and timed apps of any
 * kind until they have started. */
static bool
is_pending (const App *app)
{
  return app_initiates (app) ? !app->finished : !app->started;
}

static bool
apps_over (Run *run)
{
  while (run->finished_apps < run->apps->len
         && !is_pending (g_ptr_array_index (run->apps, run->finished_apps)))
    run->finished_apps++;
  return run->finished_apps == run->apps->len;
}

bool
run_over (Run *run)
{
  if (run->network->sim.now >= run->scenario->run_for)
    return true;
  return apps_over (run) && run->expects_to_come == 0
         && network_quiet (run->network);
}

void
run_all (Run *run)
{
  while (!run_over (run)
         && sim_step (&run->network->sim, run->scenario->run_for))
    continue;
}

/* Timed changes. */

static void
complain (Run *run, const ScenarioPlace *place, const char *sentence)
{
  g_ptr_array_add (run->complaints, g_strdup_printf ("%s:%u: %s", place->file,
                                                     place->line, sentence));
}

static void
change_elements (Run *run, const ScenarioAt *at, Link *link)
{
  const char *missing;
  if (link_change (link, at->chain, &missing))
    return;
  g_autofree char *sentence =
      g_strdup_printf ("%s has no '%s' to change", link_name (link), missing);
  complain (run, &at->place, sentence);
}

static void judge (Run *run, unsigned expect);

static void
change_now (void *owner, Time now)
{
  const Change *change = owner;
  const ScenarioAt *at = change->at;
  Run *run = change->run;
  if (at->kind == AT_EXPECT)
    {
      judge (run, at->expect);
      run->expects_to_come--;
      return;
    }
  Link *link = g_ptr_array_index (run->network->links, at->link);
  g_autoptr (GError) error = NULL;
  switch (at->kind)
    {
    case AT_CHAIN:
      link_set_chain (link, at->chain);
      break;
    case AT_CHANGE:
      change_elements (run, at, link);
      break;
    case AT_UP:
    case AT_DOWN:
      link_set_up (link, at->kind == AT_UP);
      break;
    case AT_RULE:
      if (!link_add_rule (link, at->rule, &error))
        complain (run, &at->place, error->message);
      break;
    case AT_EXPECT:
      break;
    }
}

/* Expectations. */

static bool
compare (int64_t left, const char *comparison, int64_t right)
{
  bool or_equal = comparison[1] == '=';
  switch (comparison[0])
    {
    case '<':
      return left < right || (or_equal && left == right);
    case '>':
      return left > right || (or_equal && left == right);
    case '!':
      return left != right;
    default:
      return left == right;
    }
}

/* "a and b or c": alternatives, each of terms that must all hold. */
static void
judge (Run *run, unsigned expect)
{
  const ScenarioExpect *spec =
      g_ptr_array_index (run->scenario->expects, expect);
  RunVerdict *verdict = &g_array_index (run->verdicts, RunVerdict, expect);
  bool any = false, all = true;
  for (unsigned i = 0; i < spec->terms->len; i++)
    {
      const ScenarioTerm *term = &g_array_index (spec->terms, ScenarioTerm, i);
      int64_t value;
      if (term->or_before)
        {
          any = any || all;
          all = true;
        }
      all = all
            && ledger_metric (run->ledger, term->host, term->protocol,
                              term->word, &value)
            && compare (value, term->comparison, term->value);
    }
  verdict->held = any || all;
  verdict->judged = true;
}

/* The end. */

static void
end_app (Run *run, App *app)
{
  app_end (app);
  const ScenarioApp *spec = app->spec;
  const char *host = host_node (app->host)->name;
  const char *kind = app_kind_name (spec->kind);
  const char *peer = spec->peer_text ? spec->peer_text : "";
  const char *space = spec->peer_text ? " " : "";
  for (unsigned i = 0; app->reports && i < app->reports->len; i++)
    g_ptr_array_add (
        run->reports,
        g_strdup_printf ("%s: %s%s%s: %s", host, kind, space, peer,
                         (char *) g_ptr_array_index (app->reports, i)));
  if (app->failure)
    g_ptr_array_add (run->complaints,
                     g_strdup_printf ("%s: %s%s%s: %s", host, kind, space, peer,
                                      app->failure));
  else if (app_initiates (app) && !app->finished)
    g_ptr_array_add (run->complaints,
                     g_strdup_printf ("%s: %s%s%s: not finished when the run "
                                      "ended",
                                      host, kind, space, peer));
}

void
run_end (Run *run)
{
  cancel_changes (run);
  for (unsigned i = 0; i < run->apps->len; i++)
    end_app (run, g_ptr_array_index (run->apps, i));
}

bool
run_files_complete (const Run *run)
{
  for (unsigned i = 0; i < run->apps->len; i++)
    if (((const App *) g_ptr_array_index (run->apps, i))->unwritten)
      return false;
  return true;
}

bool
run_judge (Run *run)
{
  bool held = true;
  for (unsigned i = 0; i < run->verdicts->len; i++)
    {
      const RunVerdict *verdict = &g_array_index (run->verdicts, RunVerdict, i);
      if (!verdict->judged)
        judge (run, i);
      held = held && verdict->held;
    }
  return held;
}

const RunVerdict *
run_verdict (const Run *run, unsigned expect)
{
  return &g_array_index (run->verdicts, RunVerdict, expect);
}

GPtrArray *
run_complaints (const Run *run)
{
  return run->complaints;
}

GPtrArray *
run_reports (const Run *run)
{
  return run->reports;
}
