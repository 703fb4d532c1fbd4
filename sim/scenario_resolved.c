// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include <string.h>

static const char HEAD[] = "# tunlab: ";

void
scenario_resolved_edit (Line *line,
                        const Token *first,
                        const Token *last,
                        char *text)
{
  g_free (line->edit);
  line->edit_start = first->start;
  line->edit_end = last->end;
  line->edit = text;
}

/* A comment behind the statement stays. */
void
scenario_resolved_drop (Line *line)
{
  const Token *tokens = (const Token *) (void *) line->tokens->data;
  size_t end = tokens[line->tokens->len - 1].end;

  while (line->text[end] == ' ' || line->text[end] == '\t')
    end++;
  g_free (line->edit);
  line->edit_start = 0;
  line->edit_end = end;
  line->edit = g_strdup ("");
}

/* Is NAME one path component that a terminal can show? */
static bool
is_name (const char *name)
{
  return *name != '\0' && *name != '.' && strchr (name, '/') == NULL
         && scenario_lex_check (name, strlen (name)) == strlen (name);
}

/* A resolved scenario keeps the name it was run by. */
char *
scenario_resolved_name (const char *text, size_t length, const char *file)
{
  const char *newline = memchr (text, '\n', length);
  size_t end = newline != NULL ? (size_t) (newline - text) : length;
  char *name, *dot;

  if (end >= sizeof HEAD && memcmp (text, HEAD, sizeof HEAD - 1) == 0)
    {
      name = g_strndup (text + sizeof HEAD - 1, end - (sizeof HEAD - 1));
      if (is_name (g_strstrip (name)))
        return name;
      g_free (name);
    }
  name = g_path_get_basename (file);
  dot = strrchr (name, '.');
  if (dot != NULL && dot != name)
    *dot = '\0';
  if (is_name (name))
    return name;
  g_free (name);
  return g_strdup ("scenario");
}

static void
append_line (GString *text, const Line *line)
{
  if (line->edit == NULL)
    g_string_append (text, line->text);
  else
    {
      if (*line->edit == '\0' && line->text[line->edit_end] == '\0')
        return; /* an include without comment */
      g_string_append_len (text, line->text, (gssize) line->edit_start);
      g_string_append (text, line->edit);
      g_string_append (text, line->text + line->edit_end);
    }
  g_string_append_c (text, '\n');
}

void
scenario_resolved (Parser *parser)
{
  Scenario *scenario = parser->scenario;
  GString *text = scenario->resolved;
  unsigned first = 0;

  g_string_printf (text, "%s%s\n", HEAD, scenario->name);
  if (!parser->has_seed)
    g_string_append_printf (text, "seed %" G_GUINT64_FORMAT "\n",
                            scenario->seed);
  if (parser->lines->len > 0)
    {
      const Line *line = g_ptr_array_index (parser->lines, 0);

      first = g_str_has_prefix (line->text, HEAD) ? 1 : 0;
    }
  for (unsigned i = first; i < parser->lines->len; i++)
    {
      gsize before = text->len;

      parser->line = g_ptr_array_index (parser->lines, i);
      append_line (text, parser->line);
      if (text->len > before + SCENARIO_LINE_MAX + 1)
        scenario_error_plain (parser, NULL, 1, NULL,
                              "this line would become longer than %d bytes",
                              SCENARIO_LINE_MAX);
    }
}
