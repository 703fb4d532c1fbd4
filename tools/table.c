// SPDX-License-Identifier: MIT
#include "tools/table.h"
#include "stack/ranges.h"
#include "tools/wrap.h"
#include <string.h>
#include <unistd.h>

#define WIDTH       80
#define COLUMNS_MAX 4
#define HOLES_SHOWN 10
#define BOLD        "\033[1m"
#define RED         "\033[31m"
#define PLAIN       "\033[0m"

typedef struct
{
  FILE *file;
  bool colour;
  const ResultFlow *flows[COLUMNS_MAX];
  unsigned count;
  int label, column; /* widths */
} Table;

/* One row: its words, and what stands in each column. */
typedef struct
{
  const char *label;
  bool alarms; /* a number other than 0 is bad news */
  char *(*cell) (const ResultFlow *flow); /* NULL: not applicable */
} Row;

bool
table_may_colour (FILE *file)
{
  const char *no = g_getenv ("NO_COLOR"), *term = g_getenv ("TERM");
  return isatty (fileno (file)) && (!no || !*no)
         && g_strcmp0 (term, "dumb") != 0;
}

static bool
is_stream (const ResultFlow *flow)
{
  return g_strcmp0 (flow->protocol, "tcp") == 0;
}

static bool
has_messages (const ResultFlow *flow)
{
  return g_strcmp0 (flow->app, "messages") == 0;
}

static bool
has_bytes (const ResultFlow *flow)
{
  return flow->app && !has_messages (flow);
}

/* Cells. */

static char *
number (int64_t value)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, value);
}

static char *
milliseconds (Time time)
{
  if (time < 0)
    return g_strdup ("-");
  int64_t tenths = (time + 50 * MICROSECOND) / (100 * MICROSECOND);
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%d ms", tenths / 10,
                          (int) (tenths % 10));
}

#define CELL(name, applies, text)                                              \
  static char *name (const ResultFlow *flow)                                   \
  {                                                                            \
    return (applies) ? (text) : NULL;                                          \
  }
#define BOTH(counter) (flow->counter[0] + flow->counter[1])

CELL (messages_sent, has_messages (flow), number (flow->messages_sent))
CELL (messages_delivered,
      has_messages (flow),
      number (flow->messages_delivered))
CELL (messages_lost,
      has_messages (flow),
      number (flow->messages_sent - flow->messages_delivered))
CELL (messages_duplicated,
      has_messages (flow),
      number (flow->messages_duplicated))
CELL (messages_reordered,
      has_messages (flow),
      number (flow->messages_reordered))
CELL (first_delay, has_messages (flow), milliseconds (flow->first_delay))
CELL (median_delay, has_messages (flow), milliseconds (flow->median_delay))
CELL (last_delay, has_messages (flow), milliseconds (flow->last_delay))
CELL (bytes_sent, has_bytes (flow), number (flow->bytes_sent))
CELL (bytes_delivered, has_bytes (flow), number (flow->bytes_delivered))
CELL (bytes_missing,
      has_bytes (flow),
      number (flow->bytes_sent - flow->bytes_delivered))
CELL (holes, has_bytes (flow), number (flow->holes->len))
CELL (compared, flow->compared != NULL, g_strdup (flow->compared))
CELL (last_at, has_bytes (flow), milliseconds (flow->last_at))
CELL (packets, true, number (BOTH (packets)))
CELL (packets_lost, true, number (BOTH (packets_lost)))
CELL (packets_duplicated, true, number (BOTH (packets_duplicated)))
CELL (packets_reordered, true, number (BOTH (packets_reordered)))
CELL (packets_corrupted, true, number (BOTH (packets_corrupted)))
CELL (retransmitted, is_stream (flow), number (BOTH (retransmitted)))
CELL (error, flow->error != NULL, g_strdup (flow->error))

static const Row rows[] = {
  { "messages sent", false, messages_sent },
  { "  delivered", false, messages_delivered },
  { "  lost", true, messages_lost },
  { "  duplicated", true, messages_duplicated },
  { "  out of order", true, messages_reordered },
  { "delivered, after it was due: first", false, first_delay },
  { "  half of them (median)", false, median_delay },
  { "  last", false, last_delay },
  { "bytes sent", false, bytes_sent },
  { "  delivered", false, bytes_delivered },
  { "  missing", true, bytes_missing },
  { "  holes", true, holes },
  { "file that arrived", false, compared },
  { "last byte delivered at", false, last_at },
  { "packets it took, both directions", false, packets },
  { "  lost on the way", true, packets_lost },
  { "  duplicated on the way", false, packets_duplicated },
  { "  overtaken on the way", false, packets_reordered },
  { "  corrupted on the way", false, packets_corrupted },
  { "  sent again (retransmissions)", false, retransmitted },
  { "failed with", true, error },
};

static const char *
paint (const Table *table, const char *colour)
{
  return table->colour ? colour : "";
}

/* A row that says nothing about any column is left out. */
static void
print_row (const Table *table, const Row *row)
{
  g_autoptr (GString) line = g_string_new (NULL);
  bool any = false;
  g_string_printf (line, "%-*s", table->label, row->label);
  for (unsigned i = 0; i < table->count; i++)
    {
      g_autofree char *text = row->cell (table->flows[i]);
      bool alarm = row->alarms && text && strcmp (text, "0") != 0;
      bool fits = !text || strlen (text) < (size_t) table->column;
      const char *shown = !text ? "-" : fits ? text : "see below";
      g_string_append_printf (line, "%s%*s%s", paint (table, alarm ? RED : ""),
                              table->column, shown,
                              paint (table, alarm ? PLAIN : ""));
      any = any || text;
    }
  if (any)
    fprintf (table->file, "%s\n", line->str);
}

/* "alice>bob:7777" of "tcp alice:49152>bob:7777". */
static char *
short_name (const ResultFlow *flow)
{
  const char *name = flow->flow ? flow->flow : "";
  const char *space = strchr (name, ' '), *arrow = strchr (name, '>');
  if (!space || !arrow)
    return g_strdup (name);
  const char *port = arrow;
  while (port > space && *port != ':')
    port--;
  size_t length = (size_t) ((port > space ? port : arrow) - space - 1);
  return g_strdup_printf ("%.*s%s", (int) length, space + 1, arrow);
}

/* What tells the columns apart: of many, what their apps do. */
static char *
second_head (const Table *table, const ResultFlow *flow)
{
  size_t width = (size_t) table->column - 1;
  char *name =
      table->count > 2 && flow->app ? g_strdup (flow->app) : short_name (flow);
  size_t length = strlen (name);
  if (length > width)
    memmove (name, name + length - width, width + 1);
  return name;
}

static void
print_heads (const Table *table)
{
  const char *stream = table->count > 2 ? "stream" : "stream (TCP)";
  const char *datagrams = table->count > 2 ? "datagrams" : "datagrams (UDP)";
  fprintf (table->file, "%s%-*s", paint (table, BOLD), table->label, "");
  for (unsigned i = 0; i < table->count; i++)
    fprintf (table->file, "%*s", table->column,
             is_stream (table->flows[i]) ? stream : datagrams);
  fprintf (table->file, "%s\n%-*s", paint (table, PLAIN), table->label, "");
  for (unsigned i = 0; i < table->count; i++)
    {
      g_autofree char *head = second_head (table, table->flows[i]);
      fprintf (table->file, "%*s", table->column, head);
    }
  fputc ('\n', table->file);
}

static void
print_columns (const Table *table)
{
  print_heads (table);
  for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++)
    print_row (table, &rows[i]);
}

/* Many flows: a line each, then all together. */

static void
print_line (FILE *file, const char *name, const ResultFlow *flow)
{
  bool messages = flow->messages_sent > 0;
  fprintf (file,
           "%-31.31s %10" G_GINT64_FORMAT " %10" G_GINT64_FORMAT
           " %8" G_GINT64_FORMAT " %7" G_GINT64_FORMAT " %7" G_GINT64_FORMAT
           "\n",
           name, messages ? flow->messages_sent : flow->bytes_sent,
           messages ? flow->messages_delivered : flow->bytes_delivered,
           BOTH (packets), BOTH (packets_lost), BOTH (retransmitted));
}

static void
add_up (ResultFlow *total, const ResultFlow *flow)
{
#define X(name) total->name += flow->name;
  RESULT_COUNTS (X)
#undef X
#define X(name)                                                                \
  total->name[0] += flow->name[0];                                             \
  total->name[1] += flow->name[1];
  RESULT_PAIRS (X)
#undef X
}

static void
print_list (const GPtrArray *flows, FILE *file)
{
  ResultFlow total = { 0 };
  fprintf (file, "%-31s %10s %10s %8s %7s %7s\n", "flow (messages, or bytes)",
           "sent", "delivered", "packets", "lost", "again");
  for (unsigned i = 0; i < flows->len; i++)
    {
      const ResultFlow *flow = g_ptr_array_index (flows, i);
      g_autofree char *name = short_name (flow);
      g_autofree char *text = g_strdup_printf ("%s %s", flow->protocol, name);
      print_line (file, text, flow);
      add_up (&total, flow);
    }
  if (total.messages_sent == 0 || total.bytes_sent == 0)
    print_line (file, "together", &total);
}

/* Below the table. */

static void
print_holes (const ResultFlow *flow, FILE *file)
{
  if (flow->holes->len == 0 || !has_bytes (flow))
    return;
  g_autofree char *name = short_name (flow);
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_printf (text, "%s %s misses bytes", flow->protocol, name);
  for (unsigned i = 0; i < MIN (flow->holes->len, HOLES_SHOWN); i++)
    {
      const Range *hole = &g_array_index (flow->holes, Range, i);
      g_string_append_printf (text, "%s %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT,
                              i ? "," : "", hole->start, hole->end - 1);
    }
  if (flow->holes->len > HOLES_SHOWN)
    g_string_append_printf (text,
                            " and %u more holes (all are in summary.json)",
                            flow->holes->len - HOLES_SHOWN);
  wrap_print (text->str, WIDTH, file);
}

/* "lost 3, doubled 1 and delivered 3 out of order", without the zeros. */
static void
say_mishaps (const ResultFlow *flow, GString *text)
{
  const struct
  {
    const char *before, *after;
    int64_t count;
  } mishaps[] = {
    { "lost", "", flow->messages_sent - flow->messages_delivered },
    { "doubled", "", flow->messages_duplicated },
    { "delivered", " out of order", flow->messages_reordered },
  };
  unsigned left = 0, said = 0;
  for (unsigned i = 0; i < G_N_ELEMENTS (mishaps); i++)
    left += mishaps[i].count > 0;
  for (unsigned i = 0; i < G_N_ELEMENTS (mishaps); i++)
    {
      if (mishaps[i].count <= 0)
        continue;
      left--;
      g_string_append_printf (text, "%s%s %" G_GINT64_FORMAT "%s",
                              said == 0   ? " "
                              : left == 0 ? " and "
                                          : ", ",
                              mishaps[i].before, mishaps[i].count,
                              mishaps[i].after);
      said++;
    }
}

static char *
say_messages (const ResultFlow *flow)
{
  g_autofree char *last = milliseconds (flow->last_delay);
  const char *who = is_stream (flow) ? "the stream" : "the datagrams";
  g_autoptr (GString) text = g_string_new (who);
  if (flow->messages_delivered == 0)
    return g_strdup_printf ("%s delivered nothing", who);
  say_mishaps (flow, text);
  if (text->len > strlen (who))
    return g_strdup_printf ("%s, but none that came was later than %s",
                            text->str, last);
  return g_strdup_printf ("%s delivered all %" G_GINT64_FORMAT
                          " messages, once and in order, the latest %s "
                          "after it was due",
                          who, flow->messages_delivered, last);
}

static char *
say_bytes (const ResultFlow *flow)
{
  int64_t missing = flow->bytes_sent - flow->bytes_delivered;
  const char *who = is_stream (flow) ? "the stream" : "the datagrams";
  if (flow->last_at < 0 && flow->bytes_sent == flow->bytes_delivered
      && g_strcmp0 (flow->compared, "identical") != 0)
    return g_strdup_printf ("%s delivered nothing", who);
  if (missing > 0)
    return g_strdup_printf ("%s left %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                            " bytes behind",
                            who, missing, flow->bytes_sent);
  return g_strdup_printf ("%s delivered all %" G_GINT64_FORMAT
                          " bytes in %" G_GINT64_FORMAT " packets",
                          who, flow->bytes_delivered, BOTH (packets));
}

/* One sentence out of the numbers. */
static void
print_conclusion (const Table *table)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (unsigned i = 0; i < table->count; i++)
    {
      const ResultFlow *flow = table->flows[i];
      if (!flow->app)
        continue;
      g_autofree char *part =
          has_messages (flow) ? say_messages (flow) : say_bytes (flow);
      g_string_append_printf (text, "%s%s", text->len ? "; " : "", part);
    }
  if (text->len == 0)
    return;
  text->str[0] = g_ascii_toupper (text->str[0]);
  g_string_append_c (text, '.');
  fputc ('\n', table->file);
  wrap_print (text->str, WIDTH, table->file);
}

/* The flows that apps of ours made; if there is none, all. */
static GPtrArray *
flows_to_show (const Result *result)
{
  GPtrArray *flows = g_ptr_array_new ();
  for (unsigned i = 0; i < result->flows->len; i++)
    {
      ResultFlow *flow = g_ptr_array_index (result->flows, i);
      if (flow->app)
        g_ptr_array_add (flows, flow);
    }
  if (flows->len == 0)
    g_ptr_array_extend (flows, result->flows, NULL, NULL);
  return flows;
}

static void
print_flows (Table *table, const GPtrArray *flows)
{
  table->count = MIN (flows->len, COLUMNS_MAX);
  table->column = table->count <= 2 ? 20 : table->count == 3 ? 14 : 11;
  table->label = table->count <= 2 ? 38 : 35;
  for (unsigned i = 0; i < table->count; i++)
    table->flows[i] = g_ptr_array_index (flows, i);
  if (flows->len == 0)
    fputs ("No TCP or UDP packet was sent.\n", table->file);
  else if (flows->len > COLUMNS_MAX)
    print_list (flows, table->file);
  else
    print_columns (table);
  for (unsigned i = 0; i < flows->len && i < COLUMNS_MAX; i++)
    print_holes (g_ptr_array_index (flows, i), table->file);
  if (flows->len > 0 && flows->len <= COLUMNS_MAX)
    print_conclusion (table);
}

static void
print_reports (const Table *table, const Result *result)
{
  if (result->reports->len > 0)
    fputc ('\n', table->file);
  for (unsigned i = 0; i < result->reports->len; i++)
    wrap_print (g_ptr_array_index (result->reports, i), WIDTH, table->file);
}

static void
print_verdicts (const Table *table, const Result *result)
{
  for (unsigned i = 0; i < result->expects->len; i++)
    {
      const ResultExpect *expect = g_ptr_array_index (result->expects, i);
      fprintf (table->file, "%s%s%s expect %s\n",
               expect->held ? "" : paint (table, RED),
               expect->held ? "met:  " : "UNMET:",
               expect->held ? "" : paint (table, PLAIN), expect->text);
    }
  for (unsigned i = 0; i < result->complaints->len; i++)
    {
      const char *complaint = g_ptr_array_index (result->complaints, i);
      g_autofree char *text = g_strdup_printf ("Note: %s.", complaint);
      wrap_print (text, WIDTH, table->file);
    }
}

void
table_print (const Result *result, FILE *file)
{
  Table table = { .file = file, .colour = table_may_colour (file) };
  g_autoptr (GPtrArray) flows = flows_to_show (result);
  g_autofree char *duration = milliseconds (result->duration);
  g_autofree char *title = g_strdup_printf (
      "%s (seed %" G_GUINT64_FORMAT ", %s %s)",
      result->title ? result->title : result->scenario, result->seed, duration,
      result->live ? "in real time" : "simulated");
  fputs (paint (&table, BOLD), file);
  wrap_print (title, WIDTH, file);
  fprintf (file, "%s\n", paint (&table, PLAIN));
  print_flows (&table, flows);
  print_reports (&table, result);
  if (result->expects->len > 0 || result->complaints->len > 0)
    fputc ('\n', file);
  print_verdicts (&table, result);
}
