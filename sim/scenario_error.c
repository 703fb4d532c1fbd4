// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include <string.h>

/* An error with what it is sorted by. */
typedef struct
{
  ScenarioError *error;
  unsigned sequence;
} Found;

bool
scenario_error_is_full (const Parser *parser)
{
  return parser->found->len >= SCENARIO_ERRORS_MAX;
}

static unsigned
count_characters (const char *text, size_t length)
{
  unsigned count = 0;

  for (size_t i = 0; i < length; i++)
    count += ((unsigned char) text[i] & 0xc0) != 0x80;
  return count;
}

/* Consumes MESSAGE and HINT. Always false. */
static bool
add (Parser *parser,
     const char *file,
     unsigned column,
     char *message,
     char *hint)
{
  Found found = { NULL, 0 };
  Line *line = parser->line;

  if (scenario_error_is_full (parser))
    {
      g_free (message);
      g_free (hint);
      return false;
    }
  found.error = g_new0 (ScenarioError, 1);
  found.error->message = message;
  found.error->hint = hint;
  if (line != NULL)
    {
      found.error->place = line->place;
      found.error->place.column = column;
      found.error->line = g_strdup (line->text);
      found.sequence = line->sequence;
    }
  else
    found.error->place.file = g_intern_string (file);
  g_array_append_val (parser->found, found);
  return false;
}

/* Just behind the last token. */
static unsigned
column_of_end (const Line *line)
{
  const Token *last;

  if (line->tokens->len == 0)
    return 1;
  last = &g_array_index (line->tokens, Token, line->tokens->len - 1);
  return last->column
         + count_characters (line->text + last->start, last->end - last->start);
}

static unsigned
column_inside (const Token *token, size_t offset)
{
  if (token->replaced)
    return token->column;
  return token->column + token->quoted
         + count_characters (token->text, MIN (offset, strlen (token->text)));
}

bool
scenario_error (Parser *parser, const Token *token, const char *format, ...)
{
  va_list arguments;
  char *message;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return add (parser, NULL,
              token != NULL ? token->column : column_of_end (parser->line),
              message, NULL);
}

bool
scenario_error_inside (Parser *parser,
                       const Token *token,
                       size_t offset,
                       char *hint,
                       const char *format,
                       ...)
{
  va_list arguments;
  char *message;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return add (parser, NULL, column_inside (token, offset), message, hint);
}

bool
scenario_error_plain (Parser *parser,
                      const char *file,
                      unsigned column,
                      char *hint,
                      const char *format,
                      ...)
{
  va_list arguments;
  char *message;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return add (parser, file, column, message, hint);
}

bool
scenario_error_word (Parser *parser,
                     const Token *token,
                     const char *kind,
                     const char *const *words)
{
  return scenario_error_inside (parser, token, 0,
                                scenario_error_hint (token->text, words),
                                "unknown %s '%s'", kind, token->text);
}

/* Edit distance where a swap of neighbours counts once (optimal string
 * alignment); words are short, so three rows on the stack are enough. */
#define WORD_MAX 64

static unsigned
distance (const char *a, const char *b)
{
  unsigned rows[3][WORD_MAX + 1];
  size_t length = strlen (b);

  for (unsigned j = 0; j <= length; j++)
    rows[0][j] = j;
  for (unsigned i = 1; a[i - 1] != '\0'; i++)
    {
      unsigned *now = rows[i % 3];
      const unsigned *last = rows[(i + 2) % 3];
      const unsigned *before = rows[(i + 1) % 3];

      now[0] = i;
      for (unsigned j = 1; j <= length; j++)
        {
          unsigned change = last[j - 1] + (a[i - 1] != b[j - 1]);

          now[j] = MIN (change, MIN (last[j], now[j - 1]) + 1);
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            now[j] = MIN (now[j], before[j - 2] + 1);
        }
    }
  return rows[strlen (a) % 3][length];
}

char *
scenario_error_hint (const char *word, const char *const *words)
{
  const char *nearest = NULL;
  unsigned least = strlen (word) <= 3 ? 2 : 3; /* near is less than that */

  if (strlen (word) > WORD_MAX)
    return NULL;
  for (; *words != NULL; words++)
    if (strlen (*words) <= WORD_MAX && distance (word, *words) < least)
      {
        nearest = *words;
        least = distance (word, nearest);
      }
  return nearest != NULL ? g_strdup_printf ("did you mean '%s'?", nearest)
                         : NULL;
}

static int
compare (gconstpointer first, gconstpointer second)
{
  const Found *a = first, *b = second;

  if (a->sequence != b->sequence)
    return a->sequence < b->sequence ? -1 : 1;
  return (a->error->place.column > b->error->place.column)
         - (a->error->place.column < b->error->place.column);
}

void
scenario_error_report (Parser *parser, GPtrArray *errors)
{
  bool full = scenario_error_is_full (parser);

  g_array_sort (parser->found, compare);
  for (unsigned i = 0; i < parser->found->len; i++)
    g_ptr_array_add (errors, g_array_index (parser->found, Found, i).error);
  g_array_set_size (parser->found, 0);
  if (full)
    {
      ScenarioError *last = g_ptr_array_index (errors, errors->len - 1);

      g_free (last->hint);
      last->hint = g_strdup_printf ("that makes %d errors; there may be more",
                                    SCENARIO_ERRORS_MAX);
    }
}

GArray *
scenario_error_list_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (Found));
}

void
scenario_error_free (ScenarioError *error)
{
  g_free (error->message);
  g_free (error->hint);
  g_free (error->line);
  g_free (error);
}

/* Blanks as wide as what stands before the caret; tabs stay tabs. */
static void
append_caret (GString *text, const char *line, unsigned column)
{
  for (; column > 1 && *line != '\0'; line = g_utf8_next_char (line), column--)
    {
      gunichar character = g_utf8_get_char (line);

      if (character == '\t')
        g_string_append_c (text, '\t');
      else if (!g_unichar_iszerowidth (character))
        g_string_append (text, g_unichar_iswide (character) ? "  " : " ");
    }
  for (; column > 1; column--)
    g_string_append_c (text, ' ');
  g_string_append (text, "^\n");
}

char *
scenario_error_format (const ScenarioError *error)
{
  GString *text = g_string_new (error->place.file);

  if (error->place.line > 0)
    g_string_append_printf (text, ":%u:%u", error->place.line,
                            error->place.column);
  g_string_append_printf (text, ": error: %s\n", error->message);
  if (error->line != NULL)
    {
      g_string_append_printf (text, "  %s\n  ", error->line);
      append_caret (text, error->line, error->place.column);
    }
  if (error->hint != NULL)
    g_string_append_printf (text, "  %s\n", error->hint);
  return g_string_free (text, FALSE);
}
