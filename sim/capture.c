// SPDX-License-Identifier: MIT
/* Records stand in a queue in the order of time; only those at its head are
 * written. What happens in one instant may still add to a record whose fate
 * is final, so it is written when the next instant begins: a receiver that
 * answers first and then says that it dropped the packet is heard.
 *
 *   sent       out: a record, undecided = 1       in: one more under way
 *              further on: undecided + 1
 *   duplicated out, further on: undecided + 1, comment
 *   dropped    out, further on: undecided - 1, comment
 *                                                 in: lost, told to the gaps
 *   delivered  out, further on: undecided - 1     in: a record, decided
 *   others     out, further on: comment */
#include "sim/capture.h"

#include "sim/classic.h"
#include "sim/comment.h"
#include "sim/frames.h"
#include "sim/gaps.h"
#include "sim/pcapng.h"
#include <errno.h>
#include <string.h>

typedef struct Record Record;

struct Record
{
  Record *next; /* behind it in the queue */
  Record *same; /* sent later, with the same id: a packet going in circles */
  uint64_t id;
  unsigned copy; /* its number, as it left */
  Time at;
  bool outbound;
  unsigned copies;    /* it had, itself included */
  unsigned undecided; /* of them */
  uint64_t drop_count;
  GPtrArray *comments; /* NULL terminated when written; NULL: none */
  size_t length, captured_length;
  uint8_t bytes[];
};

struct Capture
{
  Network *network;
  char *host, *peer;
  Time epoch;
  size_t snap_length;
  bool blind, immediate;
  Pcapng *pcapng;
  Classic *classic; /* or NULL */
  SimTimer timer;   /* the end of the instant, for an immediate one */

  Record *first, *last;
  GHashTable *outbound; /* id > the first Record * of that id; never iterated */
  Record *arrived;      /* the latest inbound, until it is written */
  Record *left;         /* the latest outbound, until it is written */
  Time now;             /* of the latest event */
  Record *delivered;    /* the latest outbound that was: may be passed on */
  uint64_t records;     /* so far, those that wait included */
  Frames *frames;
  Gaps *gaps;
};

static void
write_record (Capture *capture, Record *record)
{
  PcapngPacket packet = {
    .at = capture->epoch + record->at,
    .outbound = record->outbound,
    .packet_id = record->id,
    .drop_count = record->drop_count,
    .bytes = record->bytes,
    .length = record->length,
    .captured_length = record->captured_length,
  };

  if (record->comments != NULL)
    {
      g_ptr_array_add (record->comments, NULL);
      packet.comments = (const char *const *) record->comments->pdata;
    }
  pcapng_write (capture->pcapng, &packet);
  if (capture->classic != NULL)
    classic_write (capture->classic, packet.at, packet.bytes, packet.length,
                   packet.captured_length);
}

/* Nobody finds RECORD any more. */
static void
forget_record (Capture *capture, Record *record)
{
  if (record->outbound)
    {
      g_hash_table_remove (capture->outbound, &record->id);
      if (record->same != NULL)
        g_hash_table_insert (capture->outbound, &record->same->id,
                             record->same);
    }
  if (record == capture->arrived)
    capture->arrived = NULL;
  if (record == capture->left)
    capture->left = NULL;
  if (record == capture->delivered)
    capture->delivered = NULL;
}

static void
shift_record (Capture *capture)
{
  Record *record = capture->first;

  capture->first = record->next;
  if (capture->first == NULL)
    capture->last = NULL;
  write_record (capture, record);
  forget_record (capture, record);
  g_clear_pointer (&record->comments, g_ptr_array_unref);
  g_free (record);
}

static void
write_decided (Capture *capture)
{
  while (capture->first != NULL
         && (capture->first->undecided == 0 || capture->immediate))
    shift_record (capture);
}

/* The same before this instant is over: what arrived or left last may still
 * get a comment. Where no link takes time, an instant can be long. */
static void
write_settled (Capture *capture)
{
  while (capture->first != NULL && capture->first->undecided == 0
         && capture->first != capture->arrived
         && capture->first != capture->left
         && capture->first != capture->delivered)
    shift_record (capture);
}

static void
end_instant (void *owner, Time now)
{
  write_decided (owner);
}

static Record *
add_record (Capture *capture, const Event *event, bool outbound)
{
  const Packet *packet = event->packet;
  size_t kept = MIN (packet->length, capture->snap_length);
  Record *record = g_malloc (sizeof *record + kept);

  *record = (Record){ .id = packet->id,
                      .copy = packet->copy,
                      .at = event->at,
                      .outbound = outbound,
                      .copies = 1,
                      .undecided = outbound ? 1 : 0,
                      .length = packet->length,
                      .captured_length = kept };
  memcpy (record->bytes, packet->bytes, kept);
  if (capture->last != NULL)
    capture->last->next = record;
  else
    capture->first = record;
  capture->last = record;
  capture->records++;
  if (capture->immediate)
    sim_schedule (&capture->network->sim, &capture->timer,
                  capture->network->sim.now);
  return record;
}

static void
add_outbound (Capture *capture, const Event *event)
{
  Record *record = add_record (capture, event, true);
  Record *same = g_hash_table_lookup (capture->outbound, &record->id);

  capture->left = record;
  frames_add (capture->frames, record->id, capture->records);
  if (same == NULL)
    {
      g_hash_table_insert (capture->outbound, &record->id, record);
      return;
    }
  while (same->same != NULL)
    same = same->same;
  same->same = record;
}

static void
add_inbound (Capture *capture, const Event *event)
{
  Record *record = add_record (capture, event, false);
  uint64_t lost = gaps_count_arrived (capture->gaps, event->packet->sent,
                                      event->packet->id);

  record->drop_count = capture->blind ? 0 : lost;
  capture->arrived = record;
}

static void
add_comment (Capture *capture, Record *record, const Event *event)
{
  char *comment;

  if (capture->blind)
    return;
  if (event->type == EVENT_RETRANSMITTED)
    {
      const EventField *of = event_field (event, "of");
      uint64_t id = of != NULL ? (uint64_t) of->number : 0;

      comment =
          comment_new_retransmission (event, frames_find (capture->frames, id));
    }
  else
    comment = comment_new (event, record->copies);
  if (comment == NULL)
    return;
  if (record->comments == NULL)
    record->comments = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (record->comments, comment);
}

/* The record of a packet on the way. There are several when it goes in circles
 * or came here doubled: those that left with its number come first, then those
 * whose fate is open; of them the first, or else the last of all. */
static Record *
find_outbound (const Capture *capture, const Packet *packet)
{
  Record *record = g_hash_table_lookup (capture->outbound, &packet->id);
  Record *best = record;

  for (; record != NULL; record = record->same)
    {
      bool is_it = record->copy == packet->copy;
      bool best_is_it = best->copy == packet->copy;

      if (is_it != best_is_it ? is_it : best->undecided == 0)
        best = record;
    }
  return best;
}

/* What happens on any link to a packet that left here. A router passes it on
 * in the instant in which it was delivered, before the record is written. */
static void
follow_outbound (Capture *capture, const Event *event)
{
  Record *record = find_outbound (capture, event->packet);

  if (record == NULL)
    return; /* not from here, or written already by an immediate capture */
  if (event->type == EVENT_SENT)
    record->undecided++;
  if (event->type == EVENT_DUPLICATED)
    {
      record->copies++;
      record->undecided++;
    }
  if (event->type == EVENT_DELIVERED)
    capture->delivered = record;
  add_comment (capture, record, event);
  if ((event->type == EVENT_DROPPED || event->type == EVENT_DELIVERED)
      && record->undecided > 0)
    record->undecided--;
}

static void
take_inbound (Capture *capture, const Event *event)
{
  const Packet *packet = event->packet;

  if (event->type == EVENT_SENT)
    gaps_add_sent (capture->gaps);
  else if (event->type == EVENT_DROPPED)
    gaps_add_lost (capture->gaps, packet->sent, packet->id);
  else if (event->type == EVENT_DELIVERED)
    add_inbound (capture, event);
}

/* The receiver itself dropped what it has just got. */
static void
take_host (Capture *capture, const Event *event)
{
  if (event->type == EVENT_DROPPED && capture->arrived != NULL
      && capture->arrived->id == event->packet->id)
    add_comment (capture, capture->arrived, event);
}

static bool
is_other (const Capture *capture, const char *name, size_t length)
{
  return capture->peer == NULL
         || (strlen (capture->peer) == length
             && strncmp (capture->peer, name, length) == 0);
}

/* LINK is "alice>bob". */
static void
take_link (Capture *capture, const Event *event)
{
  const char *to = strchr (event->link, '>');
  size_t from_length, host_length = strlen (capture->host);

  if (to == NULL)
    return;
  from_length = (size_t) (to - event->link);
  to++;
  if (from_length == host_length
      && strncmp (event->link, capture->host, host_length) == 0
      && is_other (capture, to, strlen (to)))
    {
      if (event->type == EVENT_SENT)
        add_outbound (capture, event);
      else
        follow_outbound (capture, event);
    }
  else
    follow_outbound (capture, event);
  if (strcmp (to, capture->host) == 0
      && is_other (capture, event->link, from_length))
    take_inbound (capture, event);
}

static void
take_event (void *self, const Event *event)
{
  Capture *capture = self;

  if (event->at > capture->now)
    write_decided (capture);
  else
    write_settled (capture);
  capture->now = event->at;
  if (event->packet == NULL)
    return;
  if (event->link != NULL)
    take_link (capture, event);
  else if (g_strcmp0 (event->host, capture->host) == 0)
    take_host (capture, event);
}

static int
compare_addresses (const void *a, const void *b)
{
  return memcmp (a, b, sizeof (Address));
}

/* In the order of the addresses, since the table has none. */
static GArray *
collect_names (const Network *network)
{
  GArray *names = g_array_new (FALSE, FALSE, sizeof (PcapngName));
  GList *addresses =
      g_list_sort (g_hash_table_get_keys (network->names), compare_addresses);

  for (const GList *link = addresses; link != NULL; link = link->next)
    {
      const Address *address = link->data;
      const Node *node = g_hash_table_lookup (network->names, address);
      PcapngName name = { *address, node->name };

      g_array_append_val (names, name);
    }
  g_list_free (addresses);
  return names;
}

static Pcapng *
open_pcapng (const Network *network, const CaptureOptions *options, FILE *file)
{
  g_autoptr (GArray) names = collect_names (network);
  g_autofree char *interface =
      options->peer == NULL
          ? g_strdup (options->host)
          : g_strdup_printf ("%s-%s", options->host, options->peer);

  return pcapng_new (file, interface, options->comment, options->snap_length,
                     (const PcapngName *) (void *) names->data, names->len);
}

Capture *
capture_new (Network *network,
             const CaptureOptions *options,
             FILE *pcapng,
             const char *classic_path,
             GError **error)
{
  Classic *classic = NULL;
  Capture *capture;

  if (classic_path != NULL)
    {
      classic = classic_new (classic_path, options->snap_length, error);
      if (classic == NULL)
        return NULL;
    }
  capture = g_new0 (Capture, 1);
  capture->network = network;
  capture->host = g_strdup (options->host);
  capture->peer = g_strdup (options->peer);
  capture->epoch = options->epoch;
  capture->snap_length = options->snap_length;
  capture->blind = options->blind;
  capture->immediate = options->immediate;
  capture->pcapng = open_pcapng (network, options, pcapng);
  capture->classic = classic;
  capture->outbound = g_hash_table_new (g_int64_hash, g_int64_equal);
  capture->frames = frames_new ();
  capture->gaps = gaps_new ();
  sim_timer_init (&capture->timer, end_instant, capture);
  return capture;
}

EventSink
capture_sink (Capture *capture)
{
  return (EventSink){ .event = take_event, .self = capture };
}

static void
set_error (GError **error, const char *host, int number)
{
  g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (number),
               "cannot write the capture of %s: %s", host, g_strerror (number));
}

bool
capture_close (Capture *capture, GError **error)
{
  int failed = 0;

  while (capture->first != NULL)
    shift_record (capture);
  sim_cancel (&capture->network->sim, &capture->timer);
  if (!pcapng_free (capture->pcapng))
    failed = errno;
  if (capture->classic != NULL && !classic_free (capture->classic))
    failed = errno;
  if (failed != 0)
    set_error (error, capture->host, failed);
  g_hash_table_unref (capture->outbound);
  frames_free (capture->frames);
  gaps_free (capture->gaps);
  g_free (capture->host);
  g_free (capture->peer);
  g_free (capture);
  return failed == 0;
}
