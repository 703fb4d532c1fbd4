// SPDX-License-Identifier: MIT
#include "tools/result.h"
#include "stack/address.h"
#include "stack/ranges.h"
#include "stack/wire_ip.h"
#include "tools/compare.h"
#include "tools/member.h"
#include <json-glib/json-glib.h>

#define VERSION 1

static void
flow_free (void *data)
{
  ResultFlow *flow = data;
  g_free (flow->flow);
  g_free (flow->protocol);
  g_free (flow->app);
  g_free (flow->error);
  g_free (flow->compared);
  g_array_unref (flow->holes);
  g_free (flow);
}

static void
expect_free (void *data)
{
  ResultExpect *expect = data;
  g_free (expect->text);
  g_free (expect);
}

static Result *
result_new (void)
{
  Result *result = g_new0 (Result, 1);
  result->flows = g_ptr_array_new_with_free_func (flow_free);
  result->expects = g_ptr_array_new_with_free_func (expect_free);
  result->reports = g_ptr_array_new_with_free_func (g_free);
  result->complaints = g_ptr_array_new_with_free_func (g_free);
  return result;
}

void
result_free (Result *result)
{
  g_free (result->title);
  g_free (result->scenario);
  g_ptr_array_unref (result->flows);
  g_ptr_array_unref (result->expects);
  g_ptr_array_unref (result->reports);
  g_ptr_array_unref (result->complaints);
  g_free (result);
}

static ResultFlow *
flow_new (Result *result)
{
  ResultFlow *flow = g_new0 (ResultFlow, 1);
  flow->holes = g_array_new (false, false, sizeof (Range));
  g_ptr_array_add (result->flows, flow);
  return flow;
}

/* From a run. */

/* The app that made a flow: of those with its host, protocol and peer the
 * K-th in the order of starting. */
static const ScenarioApp *
app_of (const Scenario *scenario, const LedgerFlow *flow)
{
  const ScenarioApp *found = NULL;
  unsigned left = flow->flow->k;
  for (unsigned i = 0; i < scenario->apps->len && left > 0; i++)
    {
      const ScenarioApp *app = g_ptr_array_index (scenario->apps, i);
      const ScenarioHost *host = g_ptr_array_index (scenario->hosts, app->host);
      bool initiates = app->kind == APP_MESSAGES || app->kind == APP_SEND
                       || app->kind == APP_GET;
      if (initiates && app->protocol == flow->flow->protocol
          && app->peer.port == flow->flow->responder.port
          && address_equal (&app->peer.address, &flow->flow->responder.address)
          && g_strcmp0 (host->name, flow->hosts[0]) == 0)
        {
          found = app;
          left--;
        }
    }
  return found;
}

static void
add_flow (Result *result,
          const Scenario *scenario,
          const LedgerFlow *from,
          const char *files)
{
  const ScenarioApp *app = app_of (scenario, from);
  ResultFlow *flow = flow_new (result);
  flow->flow = g_strdup (from->flow->name);
  flow->protocol =
      g_strdup (from->flow->protocol == PROTOCOL_TCP ? "tcp" : "udp");
  flow->app = g_strdup (app ? app_kind_name (app->kind) : NULL);
  flow->error = g_strdup (from->error);
  flow->closed = from->closed;
  g_array_append_vals (flow->holes, from->holes->data, from->holes->len);
  if (app && files)
    flow->compared = g_strdup (compare_sent (scenario, app, files));
#define X(name) flow->name = (int64_t) from->name;
  RESULT_COUNTS (X)
  RESULT_TIMES (X)
#undef X
#define X(name)                                                                \
  flow->name[0] = (int64_t) from->name[0];                                     \
  flow->name[1] = (int64_t) from->name[1];
  RESULT_PAIRS (X)
#undef X
}

static void
copy_sentences (GPtrArray *to, const GPtrArray *from)
{
  for (unsigned i = 0; i < from->len; i++)
    g_ptr_array_add (to, g_strdup (g_ptr_array_index (from, i)));
}

Result *
result_from_run (Run *run, const Scenario *scenario, const char *files)
{
  Result *result = result_new ();
  Ledger *ledger = run_ledger (run);
  result->title = g_strdup (scenario->title);
  result->scenario = g_strdup (scenario->name);
  result->seed = scenario->seed;
  result->duration = run_network (run)->sim.now;
  for (unsigned i = 0; i < ledger_count (ledger); i++)
    {
      const LedgerFlow *flow = ledger_nth (ledger, i);
      if (flow->flow->protocol == PROTOCOL_TCP
          || flow->flow->protocol == PROTOCOL_UDP)
        add_flow (result, scenario, flow, files);
    }
  for (unsigned i = 0; i < scenario->expects->len; i++)
    {
      const ScenarioExpect *spec = g_ptr_array_index (scenario->expects, i);
      ResultExpect *expect = g_new (ResultExpect, 1);
      expect->text = g_strdup (spec->text);
      expect->held = run_verdict (run, i)->held;
      g_ptr_array_add (result->expects, expect);
    }
  copy_sentences (result->reports, run_reports (run));
  copy_sentences (result->complaints, run_complaints (run));
  return result;
}

/* To JSON. */

static void
add_pair (JsonBuilder *builder, int64_t first, int64_t second)
{
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, first);
  json_builder_add_int_value (builder, second);
  json_builder_end_array (builder);
}

static void
put_flow (JsonBuilder *builder, const ResultFlow *flow)
{
  json_builder_begin_object (builder);
  member_put_text (builder, "flow", flow->flow);
  member_put_text (builder, "protocol", flow->protocol);
  member_put_text (builder, "app", flow->app);
#define X(name) member_put_number (builder, #name, flow->name);
  RESULT_COUNTS (X)
#undef X
#define X(name) member_put_number (builder, #name "_ns", flow->name);
  RESULT_TIMES (X)
#undef X
#define X(name)                                                                \
  json_builder_set_member_name (builder, #name);                               \
  add_pair (builder, flow->name[0], flow->name[1]);
  RESULT_PAIRS (X)
#undef X
  json_builder_set_member_name (builder, "holes");
  json_builder_begin_array (builder);
  for (unsigned i = 0; i < flow->holes->len; i++)
    {
      const Range *hole = &g_array_index (flow->holes, Range, i);
      add_pair (builder, hole->start, hole->end);
    }
  json_builder_end_array (builder);
  member_put_text (builder, "compared", flow->compared);
  member_put_flag (builder, "closed", flow->closed);
  member_put_text (builder, "error", flow->error);
  json_builder_end_object (builder);
}

static void
put_expects (JsonBuilder *builder, const Result *result)
{
  json_builder_set_member_name (builder, "expects");
  json_builder_begin_array (builder);
  for (unsigned i = 0; i < result->expects->len; i++)
    {
      const ResultExpect *expect = g_ptr_array_index (result->expects, i);
      json_builder_begin_object (builder);
      member_put_text (builder, "expect", expect->text);
      member_put_flag (builder, "held", expect->held);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
put_sentences (JsonBuilder *builder, const char *key, const GPtrArray *from)
{
  json_builder_set_member_name (builder, key);
  json_builder_begin_array (builder);
  for (unsigned i = 0; i < from->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (from, i));
  json_builder_end_array (builder);
}

char *
result_json (const Result *result)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  member_put_number (builder, "version", VERSION);
  member_put_text (builder, "title", result->title);
  member_put_text (builder, "scenario", result->scenario);
  member_put_number (builder, "seed", (int64_t) result->seed);
  member_put_number (builder, "duration_ns", result->duration);
  member_put_flag (builder, "live", result->live);
  json_builder_set_member_name (builder, "flows");
  json_builder_begin_array (builder);
  for (unsigned i = 0; i < result->flows->len; i++)
    put_flow (builder, g_ptr_array_index (result->flows, i));
  json_builder_end_array (builder);
  put_expects (builder, result);
  put_sentences (builder, "reports", result->reports);
  put_sentences (builder, "complaints", result->complaints);
  json_builder_end_object (builder);
  return member_print (builder);
}

/* From JSON; a member that is missing or of another kind reads as nothing. */

static char *
get_text (JsonObject *object, const char *key)
{
  return g_strdup (
      json_object_get_string_member_with_default (object, key, NULL));
}

static int64_t
get_number (JsonObject *object, const char *key)
{
  return json_object_get_int_member_with_default (object, key, 0);
}

static JsonArray *
get_array (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);
  return node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node)
                                              : NULL;
}

static bool
get_pair (JsonArray *array, int64_t pair[2])
{
  if (!array || json_array_get_length (array) != 2)
    return false;
  pair[0] = json_array_get_int_element (array, 0);
  pair[1] = json_array_get_int_element (array, 1);
  return true;
}

static void
read_flow (JsonArray *array, guint index, JsonNode *node, void *result)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return;
  JsonObject *object = json_node_get_object (node);
  ResultFlow *flow = flow_new (result);
  flow->flow = get_text (object, "flow");
  flow->protocol = get_text (object, "protocol");
  flow->app = get_text (object, "app");
  flow->compared = get_text (object, "compared");
  flow->error = get_text (object, "error");
  flow->closed =
      json_object_get_boolean_member_with_default (object, "closed", FALSE);
#define X(name) flow->name = get_number (object, #name);
  RESULT_COUNTS (X)
#undef X
#define X(name) flow->name = get_number (object, #name "_ns");
  RESULT_TIMES (X)
#undef X
#define X(name) get_pair (get_array (object, #name), flow->name);
  RESULT_PAIRS (X)
#undef X
  JsonArray *holes = get_array (object, "holes");
  for (guint i = 0; holes && i < json_array_get_length (holes); i++)
    {
      JsonNode *element = json_array_get_element (holes, i);
      int64_t pair[2];
      if (!JSON_NODE_HOLDS_ARRAY (element)
          || !get_pair (json_node_get_array (element), pair))
        continue;
      Range hole = { pair[0], pair[1] };
      g_array_append_val (flow->holes, hole);
    }
}

static void
read_expect (JsonArray *array, guint index, JsonNode *node, void *data)
{
  Result *result = data;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return;
  JsonObject *object = json_node_get_object (node);
  ResultExpect *expect = g_new (ResultExpect, 1);
  expect->text = get_text (object, "expect");
  expect->held =
      json_object_get_boolean_member_with_default (object, "held", FALSE);
  g_ptr_array_add (result->expects, expect);
}

static void
read_sentence (JsonArray *array, guint index, JsonNode *node, void *data)
{
  GPtrArray *sentences = data;
  if (JSON_NODE_HOLDS_VALUE (node))
    g_ptr_array_add (sentences, json_node_dup_string (node));
}

Result *
result_read (const char *path, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  if (!json_parser_load_from_file (parser, path, error))
    return NULL;
  JsonNode *root = json_parser_get_root (parser);
  if (!root || !JSON_NODE_HOLDS_OBJECT (root)
      || get_number (json_node_get_object (root), "version") != VERSION)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                   "%s is no result of this version of tunlab", path);
      return NULL;
    }
  JsonObject *object = json_node_get_object (root);
  Result *result = result_new ();
  result->title = get_text (object, "title");
  result->scenario = get_text (object, "scenario");
  result->seed = (uint64_t) get_number (object, "seed");
  result->duration = get_number (object, "duration_ns");
  result->live =
      json_object_get_boolean_member_with_default (object, "live", FALSE);
  JsonArray *array;
  if ((array = get_array (object, "flows")))
    json_array_foreach_element (array, read_flow, result);
  if ((array = get_array (object, "expects")))
    json_array_foreach_element (array, read_expect, result);
  if ((array = get_array (object, "reports")))
    json_array_foreach_element (array, read_sentence, result->reports);
  if ((array = get_array (object, "complaints")))
    json_array_foreach_element (array, read_sentence, result->complaints);
  return result;
}
