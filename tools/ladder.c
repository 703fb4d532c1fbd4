// SPDX-License-Identifier: MIT
#include "tools/ladder.h"
#include "tools/ladder_marks.h"
#include "tools/log_reader.h"
#include <string.h>

#define MIDDLE      55 /* columns between the two hosts */
#define MICROSECOND 1000
#define NOT_YET     (-1)

/* One packet, or one copy of it, on its way between the two hosts. */
typedef struct
{
  guint64 packet;
  gint64 sent, delivered;
  gint64 order; /* of leaving, among all packets */
  bool rightwards, is_copy;
  char *text;      /* "P. 1:11(10) ack 1" */
  char *cause;     /* of its end on the way, or NULL */
  char *note;      /* or NULL */
  const char *why; /* of the note, left out where it does not fit, or NULL */
} Step;

typedef struct
{
  const LadderOptions *options;
  LadderMarks marks;
  char *left, *right;
  GPtrArray *steps;   /* Step *, owned */
  GHashTable *newest; /* packet * 256 + copy > Step */
  gint64 order;       /* packets between the two so far */
  char *follow;       /* flow and link whose next packet is wanted */
} Ladder;

static void
step_free (void *data)
{
  Step *step = data;
  g_free (step->text);
  g_free (step->cause);
  g_free (step->note);
  g_free (step);
}

/* Collecting. */

static gint64
key_of (guint64 packet, gint64 copy)
{
  return (gint64) packet * 256 + MIN (copy, 255);
}

static Step *
find_step (Ladder *ladder, guint64 packet, gint64 copy)
{
  gint64 key = key_of (packet, copy);
  return g_hash_table_lookup (ladder->newest, &key);
}

static void
add_step (Ladder *ladder, Step *step, gint64 copy)
{
  gint64 key = key_of (step->packet, copy);
  g_ptr_array_add (ladder->steps, step);
  g_hash_table_insert (ladder->newest, g_memdup2 (&key, sizeof key), step);
}

/* Does the link join the two hosts of the ladder? The first one decides who
 * they are. */
static bool
is_between (Ladder *ladder, const char *link, bool *rightwards)
{
  const char *arrow = link ? strchr (link, '>') : NULL;
  if (!arrow)
    return false;
  g_autofree char *from = g_strndup (link, (size_t) (arrow - link));
  const char *to = arrow + 1;
  const char *host = ladder->options->host;
  if (!ladder->left)
    {
      if (host && strcmp (host, from) != 0 && strcmp (host, to) != 0)
        return false;
      bool swap = host && strcmp (host, to) == 0;
      ladder->left = g_strdup (swap ? to : from);
      ladder->right = g_strdup (swap ? from : to);
    }
  *rightwards = strcmp (from, ladder->left) == 0;
  return *rightwards ? strcmp (to, ladder->right) == 0
                     : strcmp (from, ladder->right) == 0
                           && strcmp (to, ladder->left) == 0;
}

/* What fits: no "tcp ", no window, no options. */
static char *
shorten (const char *text)
{
  if (g_str_has_prefix (text, "tcp "))
    text += 4;
  const char *window = strstr (text, " win ");
  return window ? g_strndup (text, (size_t) (window - text)) : g_strdup (text);
}

/* The packet after an overtaken one, which overtook it. */
static bool
follows (Ladder *ladder, JsonObject *event, guint64 packet)
{
  if (ladder->marks.overtaken == 0)
    return false;
  g_autofree char *way = g_strdup_printf ("%s %s", log_text (event, "flow"),
                                          log_text (event, "link"));
  bool wanted = ladder->follow && strcmp (ladder->follow, way) == 0;
  if (wanted)
    g_clear_pointer (&ladder->follow, g_free);
  if (packet == ladder->marks.overtaken && !ladder->follow)
    ladder->follow = g_steal_pointer (&way);
  return wanted;
}

static void
take_sent (Ladder *ladder, JsonObject *event, guint64 packet)
{
  bool rightwards;
  if (!is_between (ladder, log_text (event, "link"), &rightwards))
    return;
  ladder->order++;
  bool wanted = ladder->options->all || follows (ladder, event, packet)
                || ladder_marks_has (&ladder->marks, packet);
  if (!wanted)
    return;
  const char *text = log_text (event, "text");
  Step *step = g_new0 (Step, 1);
  step->packet = packet;
  step->sent = log_number (event, "t");
  step->delivered = NOT_YET;
  step->order = ladder->order;
  step->rightwards = rightwards;
  step->text = shorten (text ? text : "");
  add_step (ladder, step, 1);
}

static void
take_duplicated (Ladder *ladder, JsonObject *event, guint64 packet)
{
  const Step *original = find_step (ladder, packet, 1);
  if (!original)
    return;
  Step *copy = g_new0 (Step, 1);
  *copy = *original;
  copy->text = g_strdup (original->text);
  copy->cause = copy->note = NULL;
  copy->why = NULL;
  copy->is_copy = true;
  copy->delivered = NOT_YET;
  add_step (ladder, copy, MAX (log_number (event, "copy"), 2));
}

static void
set_note (Step *step, char *note)
{
  g_free (step->note);
  step->note = note;
  step->why = NULL;
}

static void
take_dropped (JsonObject *event, Step *step)
{
  const char *cause = log_text (event, "cause");
  if (log_text (event, "link"))
    step->cause = g_strdup (cause ? cause : "dropped");
  else if (!step->note) /* its fate on the way explains more */
    set_note (step, g_strdup_printf ("unused: %s", cause));
}

static void
take_fate (Ladder *ladder, JsonObject *event, guint64 packet)
{
  const char *name = log_text (event, "event");
  Step *step = find_step (ladder, packet, MAX (log_number (event, "copy"), 1));
  if (!step || !name)
    return;
  if (strcmp (name, "delivered") == 0)
    step->delivered = log_number (event, "t");
  else if (strcmp (name, "dropped") == 0)
    take_dropped (event, step);
  else if (strcmp (name, "corrupted") == 0)
    set_note (step, g_strdup ("a bit flipped"));
  else if (strcmp (name, "reordered") == 0)
    set_note (step, g_strdup_printf ("overtaken by %" G_GINT64_FORMAT,
                                     log_number (event, "overtaken")));
  else if (strcmp (name, "retransmitted") == 0)
    {
      gint64 of = log_number (event, "of");
      set_note (step, of ? g_strdup_printf ("again #%" G_GINT64_FORMAT, of)
                         : g_strdup ("again"));
      step->why = g_intern_string (log_text (event, "cause"));
    }
}

static void
take (Ladder *ladder, JsonObject *event, guint64 packet)
{
  const char *name = log_text (event, "event");
  if (g_strcmp0 (name, "sent") == 0)
    take_sent (ladder, event, packet);
  else if (g_strcmp0 (name, "duplicated") == 0)
    take_duplicated (ladder, event, packet);
  else
    take_fate (ladder, event, packet);
}

static bool
collect (Ladder *ladder, const char *log, GError **error)
{
  GError *failed = NULL;
  const char *line;
  LogReader *reader = log_reader_new (log, &failed);
  while (reader && !failed && (line = log_reader_line (reader, &failed)))
    {
      guint64 packet = log_line_packet (line);
      if (packet == 0)
        continue;
      JsonObject *event = log_reader_parse (reader, &failed);
      if (event)
        take (ladder, event, packet);
    }
  g_clear_pointer (&reader, log_reader_free);
  if (!failed)
    return true;
  g_propagate_error (error, failed);
  return false;
}

/* Printing. */

static void
put_time (gint64 time, char text[32])
{
  text[0] = '\0';
  if (time == NOT_YET)
    return;
  gint64 micros = time / MICROSECOND;
  g_snprintf (text, 32, "%" G_GINT64_FORMAT ".%03d", micros / 1000,
              (int) (micros % 1000));
}

/* " #7 P. 1:11(10) ack 1 ", what is noted instead of the acknowledgment. */
static char *
label_with (const Step *step, const char *why)
{
  const char *text = step->text;
  size_t length = strlen (text);
  const char *bracket = strchr (text, ')');
  if (step->note && bracket)
    length = (size_t) (bracket - text) + 1;
  return g_strdup_printf (
      " #%" G_GUINT64_FORMAT " %.*s%s%s%s%s%s ", step->packet, (int) length,
      text, step->is_copy ? " (copy)" : "", step->note ? ", " : "",
      step->note ? step->note : "", why ? " " : "", why ? why : "");
}

static char *
label_of (const Step *step)
{
  size_t ends = step->cause ? strlen ("----X ") + strlen (step->cause) : 1;
  g_autofree char *label = label_with (step, step->why);
  if (strlen ("--") + strlen (label) + ends <= MIDDLE)
    return g_steal_pointer (&label);
  return label_with (step, NULL);
}

static char *
dashes (const char *label, size_t others)
{
  size_t used = strlen (label) + others;
  return g_strnfill (used < MIDDLE ? MIDDLE - used : 0, '-');
}

static char *
arrow_of (const Step *step)
{
  g_autofree char *label = label_of (step);
  g_autofree char *line = NULL;
  if (step->cause && step->rightwards)
    return g_strdup_printf ("--%s----X %s", label, step->cause);
  if (step->cause)
    line = g_strdup_printf ("%s X----%s--", step->cause, label);
  else if (step->rightwards)
    {
      g_autofree char *shaft = dashes (label, 3);
      return g_strdup_printf ("--%s%s>", label, shaft);
    }
  else
    {
      g_autofree char *shaft = dashes (label, 3);
      line = g_strdup_printf ("<%s%s--", shaft, label);
    }
  return g_strdup_printf ("%*s", MIDDLE, line);
}

static void
print_step (const Step *step, FILE *file)
{
  char sent[32], delivered[32];
  g_autofree char *arrow = arrow_of (step);
  put_time (step->sent, sent);
  put_time (step->delivered, delivered);
  fprintf (file, "%10s |%-*.*s|%s%s\n", step->rightwards ? sent : delivered,
           MIDDLE, MIDDLE, arrow,
           step->delivered == NOT_YET && step->rightwards ? "" : " ",
           step->rightwards ? delivered : sent);
}

static int
compare_steps (const void *a, const void *b)
{
  const Step *left = *(const Step *const *) a;
  const Step *right = *(const Step *const *) b;
  if (left->order != right->order)
    return left->order < right->order ? -1 : 1;
  return left->is_copy - right->is_copy;
}

static void
print_gap (gint64 packets, FILE *file)
{
  if (packets > 0)
    fprintf (file, "%10s :%*s%" G_GINT64_FORMAT " more packet%s\n", "",
             MIDDLE / 2 - 8, "", packets, packets == 1 ? "" : "s");
}

static void
print_steps (const Ladder *ladder, FILE *file)
{
  gint64 before = 0;
  g_ptr_array_sort (ladder->steps, compare_steps);
  fprintf (file, "\n%10s  %-*s%s\n", "ms",
           MIDDLE - (int) MIN (strlen (ladder->right), MIDDLE) + 1,
           ladder->left, ladder->right);
  for (unsigned i = 0; i < ladder->steps->len; i++)
    {
      const Step *step = g_ptr_array_index (ladder->steps, i);
      print_gap (step->order - before - 1, file);
      print_step (step, file);
      before = step->order;
    }
  print_gap (ladder->order - before, file);
}

bool
ladder_print (const char *log,
              const LadderOptions *options,
              FILE *file,
              GError **error)
{
  Ladder ladder = { .options = options };
  ladder.steps = g_ptr_array_new_with_free_func (step_free);
  ladder.newest =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  bool read = ladder_marks_find (&ladder.marks, log, error)
              && collect (&ladder, log, error);
  if (read && options->host && !ladder.left)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--host: no packet in the log leaves or reaches '%s'",
                   options->host);
      read = false;
    }
  else if (read && ladder.steps->len > 0)
    print_steps (&ladder, file);
  ladder_marks_clear (&ladder.marks);
  g_hash_table_unref (ladder.newest);
  g_ptr_array_unref (ladder.steps);
  g_free (ladder.left);
  g_free (ladder.right);
  g_free (ladder.follow);
  return read;
}
