// SPDX-License-Identifier: MIT
#include "sim/scenario.h"
#include "sim/scenario_parser.h"

#include <string.h>

#define SEED_DEFAULT 1
#define RUN_DEFAULT  (3600 * SECOND)

static bool
parse_title (Parser *parser)
{
  const Token *title = scenario_take (parser, "a title");

  if (title == NULL || !scenario_end (parser))
    return false;
  if (parser->has_title)
    return scenario_error (parser, title, "there is a title already");
  parser->has_title = true;
  g_free (parser->scenario->title);
  parser->scenario->title = g_strdup (title->text);
  return true;
}

static bool
parse_run (Parser *parser)
{
  const Token *token = scenario_peek (parser);
  Time time = 0;

  if (!scenario_try (parser, "for"))
    return scenario_error (parser, token, "'run for TIME' is expected");
  if (!scenario_take_time (parser, "run for", &time) || !scenario_end (parser))
    return false;
  token = scenario_last (parser);
  if (time == 0)
    return scenario_error (parser, token, "a run takes some time");
  if (parser->has_run)
    return scenario_error (parser, token, "there is a 'run for' already");
  parser->has_run = true;
  parser->scenario->run_for = time;
  return true;
}

static bool
parse_app (Parser *parser)
{
  return scenario_app (parser, NULL);
}

static bool
parse_expect (Parser *parser)
{
  return scenario_expect (parser, NULL);
}

/* Names may be used before their line, so there are three rounds. */
static const struct
{
  const char *word;
  unsigned round;
  bool (*parse) (Parser *parser);
} STATEMENTS[] = {
  { "host", 0, scenario_host }, { "router", 0, scenario_host },
  { "link", 1, scenario_link }, { "title", 2, parse_title },
  { "run", 2, parse_run },      { "rule", 2, scenario_rule },
  { "app", 2, parse_app },      { "expect", 2, parse_expect },
  { "at", 2, scenario_at },
};

static void
replace_lets (Parser *parser)
{
  for (unsigned i = 0; i < parser->lines->len; i++)
    {
      Line *line = g_ptr_array_index (parser->lines, i);

      parser->line = line;
      if (line->done || scenario_let_replace (parser))
        continue;
      line->done = true;
      scenario_read_lose (parser);
    }
}

static void
parse_line (Parser *parser, unsigned round)
{
  const char *word = g_array_index (parser->line->tokens, Token, 0).text;

  for (unsigned i = 0; i < G_N_ELEMENTS (STATEMENTS); i++)
    if (STATEMENTS[i].round == round && strcmp (STATEMENTS[i].word, word) == 0)
      {
        STATEMENTS[i].parse (parser);
        parser->line->done = true;
      }
}

static void
parse_round (Parser *parser, unsigned round)
{
  for (unsigned i = 0; i < parser->lines->len; i++)
    {
      if (scenario_error_is_full (parser))
        return;
      parser->line = g_ptr_array_index (parser->lines, i);
      if (!parser->line->done)
        parse_line (parser, round);
    }
}

static Scenario *
scenario_new (void)
{
  Scenario *scenario = g_new0 (Scenario, 1);

  scenario->seed = SEED_DEFAULT;
  scenario->run_for = RUN_DEFAULT;
  scenario->hosts = g_ptr_array_new ();
  scenario->links = g_ptr_array_new ();
  scenario->apps = g_ptr_array_new ();
  scenario->ats = g_ptr_array_new ();
  scenario->expects = g_ptr_array_new ();
  scenario->inputs = g_ptr_array_new ();
  scenario->traces =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  scenario->resolved = g_string_new (NULL);
  return scenario;
}

static GHashTable *
table_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
parser_init (Parser *parser, const ScenarioSettings *settings)
{
  *parser = (Parser){ 0 };
  parser->scenario = scenario_new ();
  parser->settings = settings;
  if (settings != NULL && settings->seed != NULL)
    parser->scenario->seed = *settings->seed;
  parser->lines =
      g_ptr_array_new_with_free_func ((GDestroyNotify) scenario_lex_line_free);
  parser->open = g_ptr_array_new_with_free_func (g_free);
  parser->lets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) scenario_let_free);
  parser->let_by = g_hash_table_new (g_str_hash, g_str_equal);
  parser->host_by = g_hash_table_new (g_str_hash, g_str_equal);
  parser->address_by = table_new ();
  parser->link_by = table_new ();
  parser->taken_by = table_new ();
  parser->port_by = table_new ();
  parser->broken = g_hash_table_new (NULL, NULL);
  parser->link_lines = g_array_new (FALSE, FALSE, sizeof (LinkLines));
  parser->at_lines = g_ptr_array_new ();
  parser->found = scenario_error_list_new ();
}

static void
parser_clear (Parser *parser)
{
  g_ptr_array_unref (parser->lines);
  g_ptr_array_unref (parser->open);
  g_hash_table_unref (parser->let_by);
  g_ptr_array_unref (parser->lets);
  g_hash_table_unref (parser->host_by);
  g_hash_table_unref (parser->address_by);
  g_hash_table_unref (parser->link_by);
  g_hash_table_unref (parser->taken_by);
  g_hash_table_unref (parser->port_by);
  topology_free (parser->topology);
  g_hash_table_unref (parser->broken);
  g_array_unref (parser->link_lines);
  g_ptr_array_unref (parser->at_lines);
  g_array_unref (parser->found);
}

/* A scenario without hosts is most likely another file. */
static void
check_whole (Parser *parser, const char *file)
{
  parser->line = NULL;
  if (parser->scenario->hosts->len == 0 && parser->found->len == 0)
    scenario_error_plain (parser, file, 0, NULL, "there is no host in it");
}

static Scenario *
parse (Parser *parser,
       const char *text,
       size_t length,
       const char *file,
       const char *directory,
       GPtrArray *errors)
{
  Scenario *scenario = parser->scenario;

  scenario->name = scenario_resolved_name (text, length, file);
  scenario->title = g_strdup (scenario->name);
  scenario_read (parser, text, length, file, directory);
  scenario_let_finish (parser);
  replace_lets (parser);
  for (unsigned round = 0; round < 3; round++)
    parse_round (parser, round);
  scenario_at_finish (parser);
  check_whole (parser, file);
  if (parser->found->len == 0)
    scenario_resolved (parser);
  if (parser->found->len == 0)
    return scenario;
  scenario_error_report (parser, errors);
  scenario_free (scenario);
  return NULL;
}

Scenario *
scenario_parse (const char *text,
                const char *file,
                const char *directory,
                const ScenarioSettings *settings,
                GPtrArray *errors)
{
  Parser parser;
  Scenario *scenario;
  char *path =
      g_canonicalize_filename (directory != NULL ? directory : ".", NULL);

  parser_init (&parser, settings);
  scenario = parse (&parser, text, strlen (text), file, path, errors);
  parser_clear (&parser);
  g_free (path);
  return scenario;
}

Scenario *
scenario_load (const char *path,
               const ScenarioSettings *settings,
               GPtrArray *errors)
{
  Parser parser;
  Scenario *scenario = NULL;
  char *canonical = g_canonicalize_filename (path, NULL);
  char *directory = g_path_get_dirname (canonical);
  size_t length = 0;
  char *text;

  parser_init (&parser, settings);
  g_ptr_array_add (parser.open, canonical);
  text = scenario_read_file (&parser, NULL, canonical, path, &length);
  if (text != NULL)
    scenario = parse (&parser, text, length, path, directory, errors);
  else
    {
      scenario_error_report (&parser, errors);
      scenario_free (parser.scenario);
    }
  parser_clear (&parser);
  g_free (directory);
  g_free (text);
  return scenario;
}

static void
free_host (void *data)
{
  ScenarioHost *host = data;

  g_free (host->name);
  g_array_unref (host->addresses);
  g_free (host);
}

static void
free_link (void *data)
{
  ScenarioLink *link = data;

  for (unsigned i = 0; i < link->rules->len; i++)
    scenario_rule_free (g_ptr_array_index (link->rules, i));
  g_ptr_array_unref (link->rules);
  g_array_unref (link->addresses);
  g_array_unref (link->chain);
  g_free (link);
}

static void
free_input (void *data)
{
  ScenarioInput *input = data;

  g_free (input->path);
  g_free (input->name);
  g_free (input);
}

static void
free_all (GPtrArray *array, void (*free_one) (void *))
{
  for (unsigned i = 0; i < array->len; i++)
    free_one (g_ptr_array_index (array, i));
  g_ptr_array_unref (array);
}

void
scenario_free (Scenario *scenario)
{
  g_free (scenario->title);
  g_free (scenario->name);
  free_all (scenario->hosts, free_host);
  free_all (scenario->links, free_link);
  free_all (scenario->apps, (GDestroyNotify) scenario_app_free);
  free_all (scenario->ats, (GDestroyNotify) scenario_at_free);
  free_all (scenario->expects, (GDestroyNotify) scenario_expect_free);
  free_all (scenario->inputs, free_input);
  g_ptr_array_unref (scenario->traces);
  g_string_free (scenario->resolved, TRUE);
  g_free (scenario);
}
