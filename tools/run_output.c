// SPDX-License-Identifier: MIT
#include "tools/run_output.h"
#include "sim/event_log.h"
#include "sim/link.h"
#include "sim/output.h"
#include "tools/copy.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* An open capture and its stream. */
typedef struct
{
  Capture *capture;
  FILE *file;
} Taker;

struct RunOutput
{
  Run *run;
  const Scenario *scenario;
  char *folder;
  const RunOutputOptions *options;
  GArray *takers;   /* Taker */
  GPtrArray *names; /* of captures below the folder */
  EventLog *log;
  FILE *log_file;
};

static bool
fail (const char *doing, const char *path, GError **error)
{
  int number = errno;
  g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (number),
               "cannot %s %s: %s", doing, path, g_strerror (number));
  return false;
}

/* Adds a capture that writes to FILE, which is owned from now on. */
static bool
add_taker (RunOutput *output,
           CaptureOptions *options,
           FILE *file,
           const char *classic,
           GError **error)
{
  g_autofree char *comment =
      g_strdup_printf ("scenario %s, seed %" G_GUINT64_FORMAT,
                       output->scenario->name, output->scenario->seed);
  options->comment = comment;
  options->epoch = output->options->epoch;
  options->blind = output->options->blind;
  options->snap_length = output->options->captures == RUN_OUTPUT_LESS
                             ? CAPTURE_SNAP_HEADERS
                             : CAPTURE_SNAP_FULL;
  Network *network = run_network (output->run);
  Taker taker = { capture_new (network, options, file, classic, error), file };
  if (!taker.capture)
    {
      fclose (file);
      return false;
    }
  g_array_append_val (output->takers, taker);
  network_add_sink (network, capture_sink (taker.capture));
  return true;
}

/* HOST.pcapng in the folder, or HOST-PEER.pcapng. */
static bool
add_capture (RunOutput *output,
             const char *host,
             const char *peer,
             GError **error)
{
  CaptureOptions options = { .host = host, .peer = peer };
  g_autofree char *name = g_strdup_printf ("%s%s%s.pcapng", host,
                                           peer ? "-" : "", peer ? peer : "");
  g_autofree char *path = g_build_filename (output->folder, name, NULL);
  g_autofree char *classic =
      output->options->classic
          ? g_strdup_printf ("%.*s", (int) strlen (path) - 2, path)
          : NULL;
  FILE *file = fopen (path, "wb");
  if (!file)
    return fail ("write", path, error);
  g_ptr_array_add (output->names, g_steal_pointer (&name));
  return add_taker (output, &options, file, classic, error);
}

static bool
add_captures (RunOutput *output, GError **error)
{
  const GPtrArray *nodes = run_network (output->run)->nodes;
  for (unsigned i = 0; i < nodes->len; i++)
    {
      const Node *node = g_ptr_array_index (nodes, i);
      bool several = node->out->len > 1;
      for (unsigned n = 0; n < node->out->len; n++)
        {
          const Node *peer = link_to (g_ptr_array_index (node->out, n));
          if (!add_capture (output, node->name, several ? peer->name : NULL,
                            error))
            return false;
        }
    }
  return true;
}

/* "HOST:FILE"; "-" is the standard output, at once. */
static bool
add_write (RunOutput *output, const char *word, GError **error)
{
  const char *colon = strchr (word, ':');
  g_autofree char *host =
      g_strndup (word, colon ? (size_t) (colon - word) : strlen (word));
  CaptureOptions options = { .host = host };
  if (!colon || !network_find_node (run_network (output->run), host))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "-w wants HOST:FILE with a host of the scenario, not '%s'",
                   word);
      return false;
    }
  options.immediate = strcmp (colon + 1, "-") == 0;
  FILE *file = options.immediate ? fdopen (dup (fileno (stdout)), "wb")
                                 : fopen (colon + 1, "wb");
  if (!file)
    return fail ("write", colon + 1, error);
  return add_taker (output, &options, file, NULL, error);
}

static bool
add_log (RunOutput *output, GError **error)
{
  g_autofree char *path =
      g_build_filename (output->folder, "events.jsonl", NULL);
  output->log_file = fopen (path, "wb");
  if (!output->log_file)
    return fail ("write", path, error);
  output->log = event_log_new (output->log_file,
                               output->options->events == RUN_OUTPUT_LESS
                                   ? EVENT_LOG_FLOWS
                                   : EVENT_LOG_FULL);
  network_add_sink (run_network (output->run), event_log_sink (output->log));
  return true;
}

static bool
open_all (RunOutput *output, GError **error)
{
  const RunOutputOptions *options = output->options;
  if (options->events != RUN_OUTPUT_NONE && !add_log (output, error))
    return false;
  for (unsigned i = 0; options->writes && options->writes[i]; i++)
    if (!add_write (output, options->writes[i], error))
      return false;
  return options->captures == RUN_OUTPUT_NONE || add_captures (output, error);
}

bool
run_output_failed (const RunOutput *output)
{
  for (unsigned i = 0; i < output->takers->len; i++)
    if (ferror (g_array_index (output->takers, Taker, i).file))
      return true;
  return output->log_file && ferror (output->log_file);
}

/* Ends what writes during the run; keeps the first error. */
static bool
end_writers (RunOutput *output, GError **error)
{
  bool written = true;
  for (unsigned i = 0; i < output->takers->len; i++)
    {
      Taker *taker = &g_array_index (output->takers, Taker, i);
      if (!capture_close (taker->capture, written ? error : NULL))
        written = false;
      if (fclose (taker->file) != 0 && written)
        written = fail ("write", "a capture", error);
    }
  g_array_set_size (output->takers, 0);
  if (output->log && !event_log_free (output->log) && written)
    written = fail ("write", "events.jsonl", error);
  output->log = NULL;
  if (output->log_file && fclose (output->log_file) != 0 && written)
    written = fail ("write", "events.jsonl", error);
  output->log_file = NULL;
  return written;
}

static void
output_done (RunOutput *output)
{
  g_array_unref (output->takers);
  g_ptr_array_unref (output->names);
  g_free (output->folder);
  g_free (output);
}

RunOutput *
run_output_new (Run *run,
                const Scenario *scenario,
                const char *folder,
                const RunOutputOptions *options,
                GError **error)
{
  RunOutput *output = g_new0 (RunOutput, 1);
  output->run = run;
  output->scenario = scenario;
  output->folder = g_strdup (folder);
  output->options = options;
  output->takers = g_array_new (false, false, sizeof (Taker));
  output->names = g_ptr_array_new_with_free_func (g_free);
  if (open_all (output, error))
    return output;
  run_output_drop (output);
  return NULL;
}

static bool
write_text (const RunOutput *output,
            const char *name,
            const char *text,
            GError **error)
{
  g_autofree char *path = g_build_filename (output->folder, name, NULL);
  FILE *file = fopen (path, "wb");
  if (!file)
    return fail ("write", path, error);
  bool written = fputs (text, file) >= 0;
  return (fclose (file) == 0 && written) || fail ("write", path, error);
}

static bool
copy_inputs (const RunOutput *output, GError **error)
{
  const GPtrArray *inputs = output->scenario->inputs;
  for (unsigned i = 0; i < inputs->len; i++)
    {
      const ScenarioInput *input = g_ptr_array_index (inputs, i);
      g_autofree char *to =
          g_build_filename (output->folder, "inputs", input->name, NULL);
      if (!copy_tree (input->path, to, error))
        return false;
    }
  return true;
}

bool
run_output_close (RunOutput *output, const char *summary, GError **error)
{
  bool written = end_writers (output, error)
                 && write_text (output, "scenario.lab",
                                output->scenario->resolved->str, error)
                 && copy_inputs (output, error)
                 && write_text (output, "summary.json", summary, error);
  output_done (output);
  return written;
}

void
run_output_drop (RunOutput *output)
{
  end_writers (output, NULL);
  output_done (output);
}

char **
run_output_captures (const RunOutput *output)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (unsigned i = 0; i < output->names->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (output->names, i));
  return g_strv_builder_end (builder);
}
