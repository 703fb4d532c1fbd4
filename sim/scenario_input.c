// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include <string.h>

/* NAME without what leads out of inputs/: "../data/a.bin" is "data/a.bin". A
 * leading "inputs" goes too, so that a resolved scenario keeps its names. */
static char *
name_below (const char *name)
{
  char **parts = g_strsplit (name, "/", -1);
  GString *below = g_string_new (NULL);
  unsigned first = 0;

  for (unsigned i = 0; parts[i] != NULL; i++)
    {
      if (*parts[i] == '\0' || strcmp (parts[i], ".") == 0
          || strcmp (parts[i], "..") == 0)
        continue;
      if (first++ == 0 && strcmp (parts[i], "inputs") == 0)
        continue;
      if (below->len > 0)
        g_string_append_c (below, '/');
      g_string_append (below, parts[i]);
    }
  g_strfreev (parts);
  if (below->len == 0)
    g_string_assign (below, "input");
  for (char *at = below->str; *at != '\0'; at++)
    if (*at == '"' || *at == '$')
      *at = '_'; /* no scenario could spell it */
  return g_string_free (below, FALSE);
}

/* "data/a.bin" > "data/a-2.bin" */
static char *
numbered (const char *name, unsigned number)
{
  const char *base = strrchr (name, '/');
  const char *dot = strrchr (base != NULL ? base : name, '.');

  if (dot == NULL || dot == name || dot[-1] == '/')
    return g_strdup_printf ("%s-%u", name, number);
  return g_strdup_printf ("%.*s-%u%s", (int) (dot - name), name, number, dot);
}

/* What of TEXT comes after PREFIX and a slash, or NULL. */
static const char *
below (const char *text, const char *prefix)
{
  size_t length = strlen (prefix);

  return strncmp (text, prefix, length) == 0 && text[length] == '/'
             ? text + length
             : NULL;
}

/* Would one copy overwrite the other? A file of a directory that is an input
 * as well may share its copy. */
static bool
collide (const char *path, const char *name, const ScenarioInput *other)
{
  const char *rest = below (name, other->name);
  const char *rest_of_other = below (other->name, name);

  if (strcmp (name, other->name) == 0)
    return strcmp (path, other->path) != 0;
  if (rest != NULL)
    return g_strcmp0 (rest, below (path, other->path)) != 0;
  return rest_of_other != NULL
         && g_strcmp0 (rest_of_other, below (other->path, path)) != 0;
}

static const ScenarioInput *
add_input (Scenario *scenario, const char *path, const char *written)
{
  char *wanted = name_below (written), *name = g_strdup (wanted);
  ScenarioInput *input;
  unsigned number = 1;

  for (unsigned i = 0; i < scenario->inputs->len; i++)
    {
      input = g_ptr_array_index (scenario->inputs, i);
      if (!collide (path, name, input))
        continue;
      g_free (name);
      name = numbered (wanted, ++number);
      i = UINT_MAX; /* from the start again */
    }
  g_free (wanted);
  input = g_new0 (ScenarioInput, 1);
  input->path = g_strdup (path);
  input->name = name;
  g_ptr_array_add (scenario->inputs, input);
  return input;
}

static const ScenarioInput *
find_input (const Scenario *scenario, const char *path)
{
  for (unsigned i = 0; i < scenario->inputs->len; i++)
    {
      const ScenarioInput *input = g_ptr_array_index (scenario->inputs, i);

      if (strcmp (input->path, path) == 0)
        return input;
    }
  return NULL;
}

static char *
copy_written (const char *name)
{
  bool plain = strpbrk (name, " \t#") == NULL;

  return g_strdup_printf (plain ? "inputs/%s" : "\"inputs/%s\"", name);
}

char *
scenario_input (Parser *parser, const Token *token, GFileTest test)
{
  char *path = g_canonicalize_filename (token->text, parser->line->directory);
  const ScenarioInput *input;

  if (token->text[0] == '\0' || !g_file_test (path, G_FILE_TEST_EXISTS))
    scenario_error (parser, token, "there is no file '%s'", token->text);
  else if (!g_file_test (path, test))
    scenario_error (parser, token, "'%s' is no %s", token->text,
                    test == G_FILE_TEST_IS_DIR ? "directory" : "regular file");
  else
    {
      input = find_input (parser->scenario, path);
      if (input == NULL)
        input = add_input (parser->scenario, path, token->text);
      scenario_resolved_edit (parser->line, token, token,
                              copy_written (input->name));
      return path;
    }
  g_free (path);
  return NULL;
}

char *
scenario_input_output (Parser *parser)
{
  const Token *token = scenario_peek (parser);
  char **parts;
  bool leads_out;

  if (token == NULL || (!token->quoted && strcmp (token->text, "at") == 0))
    return NULL;
  scenario_take (parser, "a file name");
  parts = g_strsplit (token->text, "/", -1);
  leads_out = token->text[0] == '/' || token->text[0] == '\0'
              || g_str_has_suffix (token->text, "/")
              || g_strv_contains ((const char *const *) parts, "..");
  g_strfreev (parts);
  if (leads_out)
    {
      scenario_error (parser, token,
                      "'%s': what is written goes below the output folder; "
                      "'..' and '/' at the ends cannot be",
                      token->text);
      return NULL;
    }
  return g_strdup (token->text);
}
