// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include <string.h>

static const char *const STATEMENTS[] = {
  "title", "seed", "run",    "include", "let", "host", "router",
  "link",  "rule", "expect", "app",     "at",  NULL
};

static const char *
word_of (const Line *line)
{
  const Token *first = &g_array_index (line->tokens, Token, 0);

  return first->quoted ? "\"" : first->text;
}

static bool
is_statement (const char *word)
{
  return g_strv_contains (STATEMENTS, word);
}

/* Who misspells "host" should not hear of each use of its name, too. */
static bool
read_unknown (Parser *parser)
{
  const Token *first = scenario_last (parser);

  parser->lost_hosts = parser->lost_links = true;
  if (first->quoted)
    return scenario_error (parser, first,
                           "a statement begins with a word without quotes");
  return scenario_error_word (parser, first, "statement", STATEMENTS);
}

static bool
read_seed (Parser *parser)
{
  Line *line = parser->line;
  uint64_t seed = 0;

  if (!scenario_let_replace (parser)
      || !scenario_take_number (parser, "the seed", 0, UINT64_MAX, &seed))
    return false;
  if (parser->has_seed)
    return scenario_error (parser, &g_array_index (line->tokens, Token, 0),
                           "there is a seed already");
  parser->has_seed = true;
  if (parser->settings == NULL || parser->settings->seed == NULL)
    parser->scenario->seed = seed;
  scenario_resolved_edit (
      line, scenario_last (parser), scenario_last (parser),
      g_strdup_printf ("%" G_GUINT64_FORMAT, parser->scenario->seed));
  return scenario_end (parser);
}

char *
scenario_read_file (Parser *parser,
                    const Token *token,
                    const char *path,
                    const char *shown,
                    size_t *length)
{
  char *text = NULL;
  GError *error = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    error = g_error_new (G_FILE_ERROR, 0, "there is no file '%s'", shown);
  else if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    error = g_error_new (G_FILE_ERROR, 0, "'%s' is no regular file", shown);
  else if (g_file_get_contents (path, &text, length, &error))
    return text;
  if (token != NULL)
    scenario_error (parser, token, "%s", error->message);
  else
    scenario_error_plain (parser, shown, 0, NULL, "%s", error->message);
  g_error_free (error);
  return NULL;
}

/* How the file is called in messages: as the user would type it. */
static char *
path_shown (const Line *line, const char *name)
{
  char *directory = g_path_get_dirname (line->place.file);
  char *shown;

  if (g_path_is_absolute (name) || strcmp (directory, ".") == 0)
    shown = g_strdup (name);
  else
    shown = g_build_filename (directory, name, NULL);
  g_free (directory);
  return shown;
}

static bool
is_open (const Parser *parser, const char *path)
{
  for (unsigned i = 0; i < parser->open->len; i++)
    if (strcmp (g_ptr_array_index (parser->open, i), path) == 0)
      return true;
  return false;
}

static bool
include_file (Parser *parser, const Token *name)
{
  Line *line = parser->line;
  char *path = g_canonicalize_filename (name->text, line->directory);
  char *shown = path_shown (line, name->text);
  char *text = NULL;
  size_t length = 0;

  if (is_open (parser, path))
    scenario_error (parser, name, "'%s' would include itself", name->text);
  else if (parser->open->len > SCENARIO_DEPTH_MAX)
    scenario_error (parser, name, "more than %d includes inside each other",
                    SCENARIO_DEPTH_MAX);
  else
    text = scenario_read_file (parser, name, path, shown, &length);
  if (text != NULL)
    {
      char *directory = g_path_get_dirname (path);

      g_ptr_array_add (parser->open, path);
      scenario_read (parser, text, length, shown, directory);
      g_ptr_array_set_size (parser->open, (int) parser->open->len - 1);
      parser->line = line;
      g_free (directory);
      path = NULL; /* gone with parser->open */
    }
  g_free (path);
  g_free (shown);
  g_free (text);
  return text != NULL;
}

static bool
read_include (Parser *parser)
{
  const Token *name;

  scenario_resolved_drop (parser->line);
  if (!scenario_let_replace (parser)
      || (name = scenario_take (parser, "a file name")) == NULL
      || !scenario_end (parser) || !include_file (parser, name))
    {
      parser->lost_hosts = parser->lost_links = parser->lost_lets = true;
      return false;
    }
  return true;
}

/* What must be known before other lines can be understood. */
static void
read_statement (Parser *parser)
{
  Line *line = parser->line;
  const char *word = word_of (line);

  line->next = 1;
  line->done = true;
  if (strcmp (word, "include") == 0)
    read_include (parser);
  else if (strcmp (word, "let") == 0)
    scenario_let (parser);
  else if (strcmp (word, "seed") == 0)
    read_seed (parser);
  else if (is_statement (word))
    line->done = false;
  else
    read_unknown (parser);
}

/* Control characters would confuse a terminal, invalid text everybody. */
static void
mask_line (Line *line)
{
  char *valid = g_utf8_make_valid (line->text, -1);

  for (char *at = valid, *next; *at != '\0'; at = next)
    {
      next = g_utf8_next_char (at);
      if (scenario_lex_check (at, (size_t) (next - at)) == 0)
        memset (at, '?', (size_t) (next - at));
    }
  g_free (line->text);
  line->text = valid;
}

static bool
check_line (Parser *parser, const char *bytes, size_t length)
{
  size_t bad;
  unsigned column;
  gunichar character;

  if (length > SCENARIO_LINE_MAX)
    {
      mask_line (parser->line);
      return scenario_error_plain (parser, NULL, 1, NULL,
                                   "the line has more than %d bytes",
                                   SCENARIO_LINE_MAX);
    }
  bad = scenario_lex_check (bytes, length);
  if (bad == length)
    return true;
  column = (unsigned) g_utf8_strlen (bytes, (gssize) bad) + 1;
  mask_line (parser->line);
  character = g_utf8_get_char_validated (bytes + bad, (gssize) (length - bad));
  if (bytes[bad] == '\0')
    character = 0; /* GLib takes it for the end */
  if (character < (gunichar) -2)
    return scenario_error_plain (parser, NULL, column, NULL,
                                 "a control character (U+%04X)", character);
  return scenario_error_plain (parser, NULL, column, NULL,
                               "this is not valid UTF-8");
}

void
scenario_read_lose (Parser *parser)
{
  const char *word =
      parser->line->tokens->len > 0 ? word_of (parser->line) : "include";
  bool any = strcmp (word, "include") == 0 || !is_statement (word);

  parser->lost_hosts |=
      any || strcmp (word, "host") == 0 || strcmp (word, "router") == 0;
  parser->lost_links |= any || strcmp (word, "link") == 0;
  parser->lost_lets |=
      strcmp (word, "let") == 0 || strcmp (word, "include") == 0;
}

/* One line without its end. */
static void
read_line (Parser *parser,
           const ScenarioPlace *place,
           const char *directory,
           const char *bytes,
           size_t length)
{
  Line *line = scenario_lex_line_new (bytes, MIN (length, SCENARIO_LINE_MAX));

  line->place = *place;
  line->directory = directory;
  line->sequence = parser->lines->len + 1;
  g_ptr_array_add (parser->lines, line);
  parser->line = line;
  line->done = true;
  if (!check_line (parser, bytes, length) || !scenario_lex (parser))
    scenario_read_lose (parser);
  else if (line->tokens->len > 0)
    {
      line->place.column = g_array_index (line->tokens, Token, 0).column;
      read_statement (parser);
    }
}

void
scenario_read (Parser *parser,
               const char *text,
               size_t length,
               const char *file,
               const char *directory)
{
  const char *end = text + length;
  ScenarioPlace place = { g_intern_string (file), 0, 1 };

  directory = g_intern_string (directory);
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    text += 3; /* the byte order mark that some editors write */
  while (text < end && !scenario_error_is_full (parser))
    {
      const char *newline = memchr (text, '\n', (size_t) (end - text));
      const char *stop = newline != NULL ? newline : end;
      size_t size = (size_t) (stop - text);

      if (parser->lines->len >= SCENARIO_LINES_MAX)
        {
          if (!parser->is_too_long)
            scenario_error_plain (parser, NULL, 1, NULL,
                                  "the scenario has more than %d lines",
                                  SCENARIO_LINES_MAX);
          parser->is_too_long = true;
          return;
        }
      place.line++;
      if (size > 0 && text[size - 1] == '\r')
        size--;
      read_line (parser, &place, directory, text, size);
      text = newline != NULL ? newline + 1 : end;
    }
}
