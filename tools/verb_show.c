// SPDX-License-Identifier: MIT
/* tunlab show: looks at the result of a run. */
#include "tools/ladder.h"
#include "tools/options.h"
#include "tools/result.h"
#include "tools/table.h"
#include "tools/verbs.h"

typedef struct
{
  char *host;
  char *packet;
  guint64 number; /* of the packet; 0: the whole result */
  gboolean all, json;
  char **rest;
} Options;

static bool
read_options (Options *options, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "host", 0, 0, G_OPTION_ARG_STRING, &options->host,
      "put this host on the left of the ladder", "H" },
    { "packet", 0, 0, G_OPTION_ARG_STRING, &options->packet,
      "only the life of packet N", "N" },
    { "all", 0, 0, G_OPTION_ARG_NONE, &options->all,
      "every packet in the ladder", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json,
      "print the result as JSON", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest,
      NULL, NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL }
  };
  const OptionsOfVerb verb = {
    .name = "show",
    .arguments = "DIR",
    .summary = "Shows the result of a run: the table and the ladder of both\n"
               "ends, or the life of one packet.",
    .example = "show out/hello --packet 12",
    .entries = entries,
  };
  if (!options_parse (&verb, argc, argv))
    return false;
  if (!options->rest || !options->rest[0] || options->rest[1])
    {
      options_complain ("show wants one output folder, such as out/hello");
      return false;
    }
  if (!options->packet
      || g_ascii_string_to_unsigned (options->packet, 10, 1, G_MAXINT64,
                                     &options->number, NULL))
    return true;
  options_complain ("--packet wants a number from 1 on, not '%s'",
                    options->packet);
  return false;
}

static int
refuse (const GError *error)
{
  options_complain ("%s", error->message);
  return EXIT_USAGE;
}

static int
refuse_folder (const char *folder, const GError *error)
{
  if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT)
      && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR))
    return refuse (error);
  options_complain ("%s is no output folder of a run", folder);
  return EXIT_USAGE;
}

static int
show_packet (const char *log, guint64 packet)
{
  g_autoptr (GError) error = NULL;
  if (ladder_print_packet (log, packet, stdout, &error))
    return EXIT_OK;
  if (error)
    return refuse (error);
  options_complain ("the log has no packet %" G_GUINT64_FORMAT, packet);
  return EXIT_USAGE;
}

static int
show_result (const Options *options, const char *folder, const char *log)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *summary = g_build_filename (folder, "summary.json", NULL);
  Result *result = result_read (summary, &error);
  if (!result)
    return refuse_folder (folder, error);
  if (options->json)
    {
      g_autofree char *json = result_json (result);
      fputs (json, stdout);
    }
  else
    table_print (result, stdout);
  result_free (result);
  if (options->json || !g_file_test (log, G_FILE_TEST_EXISTS))
    return EXIT_OK;
  LadderOptions ladder = { .all = options->all, .host = options->host };
  return ladder_print (log, &ladder, stdout, &error) ? EXIT_OK : refuse (error);
}

int
verb_show (int argc, char **argv)
{
  Options options = { 0 };
  int code = EXIT_USAGE;
  if (read_options (&options, &argc, &argv))
    {
      const char *folder = options.rest[0];
      g_autofree char *log = g_build_filename (folder, "events.jsonl", NULL);
      code = options.packet ? show_packet (log, options.number)
                            : show_result (&options, folder, log);
    }
  g_free (options.host);
  g_free (options.packet);
  g_strfreev (options.rest);
  return code;
}
