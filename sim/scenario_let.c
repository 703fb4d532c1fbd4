// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include <string.h>

typedef enum
{
  LET_KNOWN,
  LET_DRAWN,  /* its value comes once the seed is known */
  LET_BROKEN, /* its own line has the error */
  LET_UNKNOWN
} LetState;

static bool
is_name_start (char byte)
{
  return g_ascii_isalpha (byte) || byte == '_';
}

static size_t
name_length (const char *text)
{
  size_t length = 0;

  if (is_name_start (text[0]))
    while (g_ascii_isalnum (text[length]) || text[length] == '_')
      length++;
  return length;
}

static LetState
look_up (const Parser *parser, const char *name, const char **value)
{
  const Let *let = g_hash_table_lookup (parser->let_by, name);

  if (let == NULL)
    return parser->lost_lets ? LET_BROKEN : LET_UNKNOWN;
  *value = let->value;
  if (let->broken)
    return LET_BROKEN;
  return let->value != NULL ? LET_KNOWN : LET_DRAWN;
}

static char *
nearest (const Parser *parser, const char *name)
{
  GPtrArray *names = g_ptr_array_new ();
  char *hint;

  for (unsigned i = 0; i < parser->lets->len; i++)
    {
      const Let *let = g_ptr_array_index (parser->lets, i);

      g_ptr_array_add (names, let->name);
    }
  g_ptr_array_add (names, NULL);
  hint = scenario_error_hint (name, (const char *const *) names->pdata);
  g_ptr_array_unref (names);
  return hint;
}

/* Appends what the $NAME at OFFSET of TOKEN stands for; *LENGTH: of NAME. */
static LetState
append_value (Parser *parser,
              const Token *token,
              size_t offset,
              size_t *length,
              GString *text)
{
  const char *start = token->text + offset + 1, *value = NULL;
  char *name;
  LetState state;

  *length = name_length (start);
  if (*length == 0)
    {
      scenario_error_inside (parser, token, offset, NULL,
                             "a name must follow the '$'");
      return LET_BROKEN;
    }
  name = g_strndup (start, *length);
  state = look_up (parser, name, &value);
  if (state == LET_KNOWN)
    g_string_append (text, value);
  else if (state == LET_UNKNOWN)
    scenario_error_inside (parser, token, offset, nearest (parser, name),
                           "there is no 'let %s'", name);
  g_free (name);
  return state;
}

static LetState
replace_token (Parser *parser, Token *token)
{
  GString *text = g_string_new (NULL);
  LetState worst = LET_KNOWN;
  const char *at = token->text, *dollar;

  while (worst == LET_KNOWN && (dollar = strchr (at, '$')) != NULL)
    {
      size_t length = 0;

      g_string_append_len (text, at, dollar - at);
      worst = append_value (parser, token, (size_t) (dollar - token->text),
                            &length, text);
      at = dollar + 1 + length;
      if (worst == LET_KNOWN && text->len > SCENARIO_LINE_MAX)
        {
          scenario_error (parser, token,
                          "this would become longer than %d bytes",
                          SCENARIO_LINE_MAX);
          worst = LET_BROKEN;
        }
    }
  g_string_append (text, at);
  if (worst == LET_KNOWN && at != token->text)
    {
      g_free (token->text);
      token->text = g_strdup (text->str);
      token->replaced = true;
    }
  g_string_free (text, TRUE);
  return worst;
}

/* As far as possible; the first state that is not LET_KNOWN. */
static LetState
replace_all (Parser *parser, const Token **which)
{
  GArray *tokens = parser->line->tokens;

  for (unsigned i = parser->line->next; i < tokens->len; i++)
    {
      LetState state =
          replace_token (parser, &g_array_index (tokens, Token, i));

      if (state != LET_KNOWN)
        {
          *which = &g_array_index (tokens, Token, i);
          return state;
        }
    }
  return LET_KNOWN;
}

bool
scenario_let_replace (Parser *parser)
{
  const Token *which = NULL;
  LetState state = replace_all (parser, &which);

  if (state == LET_DRAWN)
    scenario_error (parser, which,
                    "a drawn value cannot stand here: it needs the seed");
  return state == LET_KNOWN;
}

/* The VALUE of --set NAME=VALUE, or NULL. */
static const char *
find_set (const Parser *parser, const char *name)
{
  size_t length = strlen (name);
  const char *const *set =
      parser->settings != NULL ? parser->settings->sets : NULL;

  for (; set != NULL && *set != NULL; set++)
    if (strncmp (*set, name, length) == 0 && (*set)[length] == '=')
      return *set + length + 1;
  return NULL;
}

/* VALUE or "draw ..." of the line, replaced; NULL: an error. */
static char *
evaluate (Parser *parser, const char *name)
{
  const Token *value;

  if (scenario_try (parser, "draw"))
    return scenario_draw (parser, name);
  value = scenario_take (parser, "a value");
  if (value == NULL || !scenario_end (parser))
    return NULL;
  return g_strdup (value->text);
}

/* A token that reads as VALUE. */
static char *
quote (const char *value)
{
  bool plain = *value != '\0' && strpbrk (value, " \t#") == NULL;

  return plain ? g_strdup (value) : g_strdup_printf ("\"%s\"", value);
}

static void
settle (Parser *parser, Let *let, char *value)
{
  GArray *tokens = parser->line->tokens;

  let->value = value;
  let->broken = value == NULL;
  if (value != NULL && tokens->len > 2)
    scenario_resolved_edit (parser->line, &g_array_index (tokens, Token, 2),
                            &g_array_index (tokens, Token, tokens->len - 1),
                            quote (value));
}

/* Whatever can be known now; what is drawn waits for the seed. */
static void
evaluate_early (Parser *parser, Let *let)
{
  const char *set = find_set (parser, let->name);
  const Token *which = NULL, *first = scenario_peek (parser);
  bool draws =
      first != NULL && !first->quoted && strcmp (first->text, "draw") == 0;
  LetState state;

  if (set != NULL)
    {
      settle (parser, let, g_strdup (set));
      return;
    }
  state = replace_all (parser, &which);
  if (state == LET_DRAWN || (draws && state == LET_KNOWN))
    parser->line->done = false;
  else
    settle (parser, let,
            state == LET_KNOWN ? evaluate (parser, let->name) : NULL);
}

bool
scenario_let (Parser *parser)
{
  const Token *token = scenario_take (parser, "a name");
  Let *let;

  if (token == NULL)
    return false;
  if (token->text[0] == '\0'
      || name_length (token->text) != strlen (token->text))
    {
      parser->lost_lets = true;
      return scenario_error (
          parser, token, "'%s' is no name: letters, digits and _", token->text);
    }
  if (g_hash_table_contains (parser->let_by, token->text))
    return scenario_error (parser, token, "there is a 'let %s' already",
                           token->text);
  let = g_new0 (Let, 1);
  let->name = g_strdup (token->text);
  if (scenario_peek (parser) != NULL)
    evaluate_early (parser, let);
  else
    let->broken = !scenario_error (parser, NULL, "a value is missing");
  g_ptr_array_add (parser->lets, let);
  g_hash_table_insert (parser->let_by, let->name, let);
  return true;
}

static bool
check_set (Parser *parser, const char *set)
{
  const char *equals = strchr (set, '=');
  char *name;

  if (equals == NULL || equals == set)
    return scenario_error_plain (parser, "--set", 0, NULL,
                                 "'%s' is not NAME=VALUE", set);
  if (scenario_lex_check (set, strlen (set)) != strlen (set)
      || strpbrk (set, "\"$") != NULL)
    return scenario_error_plain (
        parser, "--set", 0, NULL,
        "a value holds no quotes, '$' or control characters");
  name = g_strndup (set, (size_t) (equals - set));
  if (!g_hash_table_contains (parser->let_by, name))
    scenario_error_plain (parser, "--set", 0, nearest (parser, name),
                          "the scenario has no 'let %s'", name);
  g_free (name);
  return true;
}

void
scenario_let_finish (Parser *parser)
{
  const char *const *set =
      parser->settings != NULL ? parser->settings->sets : NULL;

  parser->line = NULL;
  for (; set != NULL && *set != NULL; set++)
    check_set (parser, *set);
  for (unsigned i = 0; i < parser->lines->len; i++)
    {
      Line *line = g_ptr_array_index (parser->lines, i);
      const Token *tokens = (const Token *) (void *) line->tokens->data;

      if (line->done || strcmp (tokens[0].text, "let") != 0)
        continue;
      parser->line = line;
      line->done = true;
      settle (parser, g_hash_table_lookup (parser->let_by, tokens[1].text),
              scenario_let_replace (parser) ? evaluate (parser, tokens[1].text)
                                            : NULL);
    }
}

void
scenario_let_free (Let *let)
{
  g_free (let->name);
  g_free (let->value);
  g_free (let);
}
