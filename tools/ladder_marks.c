// SPDX-License-Identifier: MIT
#include "tools/ladder_marks.h"
#include "tools/log_reader.h"
#include <string.h>

#define HANDSHAKE 3
#define CLOSE_MAX 4
#define FLAGS_MAX 8
#define KINDS     4
#define TELLING   3 /* packets that tell of a repair */

typedef enum
{
  REPAIR_NONE,
  REPAIR_OF_DOUBT, /* what was sent again had only been late */
  REPAIR_OF_LOSS,
} Repair;

/* What was found so far. */
typedef struct
{
  LadderMarks *marks;
  char *stream; /* the first TCP flow */
  unsigned in_handshake, in_close;
  guint64 last;     /* packet of the stream */
  GHashTable *lost; /* ids, until one of them was repaired */
  Repair repair;    /* the best so far */
  guint64 telling[TELLING];
  bool seen[KINDS];
} Search;

static GHashTable *
packet_set (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
add_packet (GHashTable *set, guint64 packet)
{
  g_hash_table_add (set, g_memdup2 (&packet, sizeof packet));
}

static void
want (LadderMarks *marks, guint64 packet)
{
  if (packet > 0)
    add_packet (marks->packets, packet);
}

bool
ladder_marks_has (const LadderMarks *marks, guint64 packet)
{
  return g_hash_table_contains (marks->packets, &packet);
}

static bool
has_fin (const char *text)
{
  if (!g_str_has_prefix (text, "tcp "))
    return false;
  size_t flags = strcspn (text + 4, " ");
  return flags < FLAGS_MAX && memchr (text + 4, 'F', flags);
}

static void
look_at_sent (Search *search, JsonObject *event, guint64 packet)
{
  const char *flow = log_text (event, "flow");
  const char *text = log_text (event, "text");
  if (!flow || !text || !g_str_has_prefix (flow, "tcp "))
    return;
  if (!search->stream)
    search->stream = g_strdup (flow);
  if (strcmp (flow, search->stream) != 0)
    return;
  search->last = packet;
  if (search->in_handshake < HANDSHAKE)
    {
      search->in_handshake++;
      want (search->marks, packet);
    }
  else if (has_fin (text) && search->in_close < CLOSE_MAX)
    {
      search->in_close++;
      want (search->marks, packet);
    }
}

/* The first of its kind? */
static bool
is_first (Search *search, unsigned kind)
{
  bool first = !search->seen[kind];
  search->seen[kind] = true;
  return first;
}

static void
look_at_repair (Search *search, JsonObject *event, guint64 packet)
{
  guint64 of = (guint64) log_number (event, "of");
  bool was_lost = g_hash_table_contains (search->lost, &of);
  Repair repair = was_lost ? REPAIR_OF_LOSS : REPAIR_OF_DOUBT;
  if (repair <= search->repair)
    return;
  search->repair = repair;
  search->telling[0] = of;
  search->telling[1] = (guint64) log_number (event, "caused_by");
  search->telling[2] = packet;
}

static void
look_at_drop (Search *search, JsonObject *event, guint64 packet, bool datagram)
{
  if (datagram && is_first (search, 0))
    want (search->marks, packet);
  else if (log_text (event, "link") && search->repair < REPAIR_OF_LOSS)
    add_packet (search->lost, packet);
}

static void
look_at_fate (Search *search, JsonObject *event, guint64 packet)
{
  const char *name = log_text (event, "event");
  const char *flow = log_text (event, "flow");
  bool datagram = flow && g_str_has_prefix (flow, "udp ");
  if (g_strcmp0 (name, "retransmitted") == 0)
    look_at_repair (search, event, packet);
  else if (g_strcmp0 (name, "dropped") == 0)
    look_at_drop (search, event, packet, datagram);
  else if (g_strcmp0 (name, "duplicated") == 0 && is_first (search, 1))
    want (search->marks, packet);
  else if (g_strcmp0 (name, "corrupted") == 0 && is_first (search, 2))
    want (search->marks, packet);
  else if (g_strcmp0 (name, "reordered") == 0 && datagram
           && is_first (search, 3))
    {
      want (search->marks, packet);
      search->marks->overtaken = packet;
    }
}

/* Lines that can matter, told without parsing them. */
static bool
may_matter (const char *line)
{
  return strstr (line, "\"event\":\"sent\"")
             ? strstr (line, "\"text\":\"tcp ") != NULL
             : strstr (line, "\"event\":\"retransmitted\"")
                   || strstr (line, "\"event\":\"dropped\"")
                   || strstr (line, "\"event\":\"duplicated\"")
                   || strstr (line, "\"event\":\"corrupted\"")
                   || strstr (line, "\"event\":\"reordered\"");
}

static void
look (Search *search, JsonObject *event, guint64 packet)
{
  if (g_strcmp0 (log_text (event, "event"), "sent") == 0)
    look_at_sent (search, event, packet);
  else
    look_at_fate (search, event, packet);
}

bool
ladder_marks_find (LadderMarks *marks, const char *log, GError **error)
{
  Search search = { .marks = marks, .lost = packet_set () };
  const char *line;
  GError *failed = NULL;
  marks->packets = packet_set ();
  marks->overtaken = 0;
  LogReader *reader = log_reader_new (log, &failed);
  while (reader && !failed && (line = log_reader_line (reader, &failed)))
    {
      guint64 packet = log_line_packet (line);
      if (packet == 0 || !may_matter (line))
        continue;
      JsonObject *event = log_reader_parse (reader, &failed);
      if (event)
        look (&search, event, packet);
    }
  for (unsigned i = 0; i < TELLING; i++)
    want (marks, search.telling[i]);
  want (marks, search.last);
  g_hash_table_unref (search.lost);
  g_free (search.stream);
  g_clear_pointer (&reader, log_reader_free);
  if (!failed)
    return true;
  g_propagate_error (error, failed);
  return false;
}

void
ladder_marks_clear (LadderMarks *marks)
{
  g_hash_table_unref (marks->packets);
}
