// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"
#include "sim/units.h"
#include "stack/wire_ip.h"

#include <string.h>

#define PORT_HTTP    80
#define UDP_SIZE_MAX 65507 /* of an IPv4 packet; RFC 768, 791 */
#define PINGS        4
#define PING_SIZE    56

static const char *const KINDS[] = { "messages", "send",    "receive", "echo",
                                     "discard",  "chargen", "http",    "get",
                                     "ping",     "trace",   NULL };

static const char *const LATER[] = { "ask", NULL };

const char *
app_kind_name (AppKind kind)
{
  return KINDS[kind];
}

static bool
take_peer (Parser *parser, ScenarioApp *app, unsigned port_default)
{
  const Token *token = scenario_take (parser, "whom to talk to");

  if (token == NULL)
    return false;
  app->peer_text = g_strdup (token->text);
  return scenario_peer_read (parser, token, token->text, 0, app->host,
                             port_default, &app->peer);
}

/* Two that wait at one port could not both have it. */
static bool
take_waiting_port (Parser *parser, ScenarioApp *app, const Token *token)
{
  const ScenarioHost *host =
      g_ptr_array_index (parser->scenario->hosts, app->host);
  char *key =
      g_strdup_printf ("%s %u %u", host->name, app->protocol, app->port);
  const Line *other = g_hash_table_lookup (parser->port_by, key);

  if (other != NULL)
    {
      g_free (key);
      return scenario_error (
          parser, token, "port %u of '%s' is taken already: %s:%u", app->port,
          host->name, other->place.file, other->place.line);
    }
  g_hash_table_insert (parser->port_by, key, parser->line);
  return true;
}

/* tcp|udp PORT */
static bool
take_service (Parser *parser, ScenarioApp *app)
{
  return scenario_take_protocol (parser, &app->protocol)
         && scenario_take_port (parser, &app->port)
         && take_waiting_port (parser, app, scenario_last (parser));
}

/* Each of WORDS at most once, in any order; true when there is one more. */
static bool
next_option (Parser *parser,
             const char *const *words,
             unsigned *seen,
             int *which)
{
  const Token *token = scenario_peek (parser);

  *which = scenario_try_words (parser, words);
  if (*which < 0)
    return false;
  if (*seen & 1u << *which)
    {
      scenario_error (parser, token, "'%s' stands here twice", token->text);
      *which = -2;
      return false;
    }
  *seen |= 1u << *which;
  return true;
}

static bool
take_size (Parser *parser, ScenarioApp *app)
{
  app->size_is_given = true;
  return scenario_take_size (
      parser, "size", 1,
      app->protocol == PROTOCOL_TCP ? UINT32_MAX : UDP_SIZE_MAX, &app->size);
}

/* count N every T size B, in any order. */
static bool
take_repetition (Parser *parser,
                 ScenarioApp *app,
                 uint64_t least,
                 unsigned *seen)
{
  static const char *const words[] = { "count", "every", "size", NULL };
  int which;

  while (next_option (parser, words, seen, &which))
    {
      bool right = which == 0 ? scenario_take_number (parser, "count", least,
                                                      UINT32_MAX, &app->count)
                   : which == 1
                       ? scenario_take_time (parser, "every", &app->every)
                       : take_size (parser, app);

      if (!right)
        return false;
    }
  return which == -1;
}

/* "msg 07/20" and a newline must fit into a message. */
static bool
check_message_size (Parser *parser, const ScenarioApp *app)
{
  uint64_t least = strlen ("msg /\n");

  for (uint64_t rest = app->count; rest > 0; rest /= 10)
    least += 2;
  return !app->size_is_given || app->size >= least
         || scenario_error (parser, scenario_last (parser),
                            "a message of %" G_GUINT64_FORMAT
                            " has at least %" G_GUINT64_FORMAT " bytes",
                            app->count, least);
}

static bool
take_messages (Parser *parser, ScenarioApp *app)
{
  unsigned seen = 0;

  if (!scenario_take_protocol (parser, &app->protocol)
      || !take_peer (parser, app, SCENARIO_PEER_PORT)
      || !take_repetition (parser, app, 1, &seen))
    return false;
  if ((seen & 3) != 3)
    return scenario_error (parser, scenario_peek (parser),
                           "messages need 'count N' and 'every TIME'");
  return check_message_size (parser, app);
}

/* FILE|SIZE: what reads as a size is one; "./10mb" is a file. */
static bool
take_content (Parser *parser, ScenarioApp *app)
{
  const Token *token = scenario_take (parser, "a file or a size");
  uint64_t number;

  if (token == NULL)
    return false;
  if (!token->quoted && unit_parse_number (token->text, &number) != NULL
      && unit_parse_size (token->text, &app->total) == NULL)
    return app->total > 0
           || scenario_error (parser, token, "there is nothing to send");
  app->name = g_strdup (token->text);
  app->file = scenario_input (parser, token, G_FILE_TEST_IS_REGULAR);
  return app->file != NULL;
}

static bool
take_send (Parser *parser, ScenarioApp *app)
{
  static const char *const words[] = { "size", "rate", NULL };
  const Token *token;
  unsigned seen = 0;
  int which;

  if (!scenario_take_protocol (parser, &app->protocol)
      || !take_peer (parser, app, SCENARIO_PEER_PORT)
      || !take_content (parser, app))
    return false;
  token = scenario_peek (parser);
  while (next_option (parser, words, &seen, &which))
    if (app->protocol == PROTOCOL_TCP)
      return scenario_error (parser, token,
                             "'%s' is for udp: a stream has no datagrams",
                             token->text);
    else if (which == 0 ? !take_size (parser, app)
                        : !scenario_take_rate (parser, "rate", &app->rate_bps))
      return false;
  return which == -1;
}

static bool
take_output (Parser *parser, ScenarioApp *app)
{
  unsigned errors = parser->found->len;

  app->name = scenario_input_output (parser);
  return parser->found->len == errors;
}

static bool
take_http (Parser *parser, ScenarioApp *app)
{
  const Token *directory = scenario_take (parser, "a directory");

  if (directory == NULL)
    return false;
  app->protocol = PROTOCOL_TCP;
  app->port = PORT_HTTP;
  app->name = g_strdup (directory->text);
  app->file = scenario_input (parser, directory, G_FILE_TEST_IS_DIR);
  if (app->file == NULL
      || (scenario_try (parser, "port")
          && !scenario_take_port (parser, &app->port)))
    return false;
  return take_waiting_port (parser, app, scenario_last (parser));
}

/* http://PEER[:PORT][/PATH] [FILE] */
static bool
take_get (Parser *parser, ScenarioApp *app)
{
  static const char scheme[] = "http://";
  const Token *token = scenario_take (parser, "a URL");
  const char *start, *slash;

  if (token == NULL)
    return false;
  if (!g_str_has_prefix (token->text, scheme))
    return scenario_error (parser, token, "'%s' does not begin with http://",
                           token->text);
  start = token->text + strlen (scheme);
  slash = strchr (start, '/');
  /* bob/6 names a family, as everywhere */
  if (slash != NULL && (slash[1] == '4' || slash[1] == '6')
      && strchr (":/", slash[2]) != NULL)
    slash = strchr (slash + 1, '/');
  app->protocol = PROTOCOL_TCP;
  app->url_path = g_strdup (slash != NULL ? slash : "/");
  app->peer_text = slash != NULL ? g_strndup (start, (size_t) (slash - start))
                                 : g_strdup (start);
  return scenario_peer_read (parser, token, app->peer_text, strlen (scheme),
                             app->host, PORT_HTTP, &app->peer)
         && take_output (parser, app);
}

static bool
take_ping (Parser *parser, ScenarioApp *app)
{
  unsigned seen = 0;

  app->count = PINGS;
  app->every = SECOND;
  app->size = PING_SIZE;
  return take_peer (parser, app, SCENARIO_PEER_PORTLESS)
         && take_repetition (parser, app, 0, &seen);
}

static bool
take_kind (Parser *parser, ScenarioApp *app)
{
  switch (app->kind)
    {
    case APP_MESSAGES:
      return take_messages (parser, app);
    case APP_SEND:
      return take_send (parser, app);
    case APP_RECEIVE:
      return take_service (parser, app) && take_output (parser, app);
    case APP_ECHO:
    case APP_DISCARD:
    case APP_CHARGEN:
      return take_service (parser, app);
    case APP_HTTP:
      return take_http (parser, app);
    case APP_GET:
      return take_get (parser, app);
    case APP_PING:
      return take_ping (parser, app);
    case APP_TRACE:
      return take_peer (parser, app, SCENARIO_PEER_PORTLESS);
    }
  return false;
}

/* [at TIME] at the end of the line. */
static bool
take_start (Parser *parser, ScenarioApp *app, const Time *at)
{
  const Token *token = scenario_peek (parser);

  if (at != NULL)
    app->at = *at;
  if (scenario_try (parser, "at"))
    {
      if (at != NULL)
        return scenario_error (parser, token, "the line has a time already");
      if (!scenario_take_time (parser, "at", &app->at))
        return false;
    }
  return scenario_end (parser);
}

static bool
take_app (Parser *parser, ScenarioApp *app, const Time *at)
{
  const Token *token;
  int kind;

  if (!scenario_host_take (parser, &app->host))
    return false;
  token = scenario_peek (parser);
  if (token != NULL && scenario_is_later (parser, token, LATER))
    return false;
  kind = scenario_try_words (parser, KINDS);
  if (kind < 0)
    return token == NULL
               ? scenario_take (parser, "what the program does") != NULL
               : scenario_error_word (parser, token, "program", KINDS);
  app->kind = (AppKind) kind;
  return take_kind (parser, app) && take_start (parser, app, at);
}

bool
scenario_app (Parser *parser, const Time *at)
{
  ScenarioApp *app = g_new0 (ScenarioApp, 1);

  app->place = parser->line->place;
  if (take_app (parser, app, at))
    {
      g_ptr_array_add (parser->scenario->apps, app);
      return true;
    }
  scenario_app_free (app);
  return false;
}

void
scenario_app_free (ScenarioApp *app)
{
  g_free (app->peer_text);
  g_free (app->file);
  g_free (app->name);
  g_free (app->url_path);
  g_free (app);
}
