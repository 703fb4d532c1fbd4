// SPDX-License-Identifier: MIT
#include "sim/ledger.h"
#include "stack/ranges.h"
#include <string.h>

/* Numbers come from the network: what nobody here has sent may not make the
 * table of messages larger than this. */
#define STRANGE_MAX ((uint64_t) 1 << 20)
#define SENT_MAX    ((uint64_t) 1 << 26)
#define HOLES_MAX   (1u << 24)

typedef struct
{
  Time due;       /* TIME_NEVER: nobody here has sent it */
  Time delivered; /* first copy; TIME_NEVER: not yet */
} Message;

typedef struct
{
  LedgerFlow view;
  GArray *messages;             /* Message, by number - 1 */
  uint64_t highest;             /* number delivered so far */
  Time first_bytes, last_bytes; /* received at; -1: never */
  Ranges arrived;
  GArray *holes;
  bool is_stale; /* what of the view is computed, not counted */
  bool ended[2]; /* TCP: in order */
} Account;

struct Ledger
{
  GPtrArray *accounts; /* Account *, owned, in order of appearance */
  GPtrArray *by_flow;  /* the same by flow index, with gaps */
};

static void
account_free (void *data)
{
  Account *account = data;
  g_array_unref (account->messages);
  g_array_unref (account->holes);
  ranges_clear (&account->arrived);
  g_free (account);
}

Ledger *
ledger_new (void)
{
  Ledger *ledger = g_new (Ledger, 1);
  ledger->accounts = g_ptr_array_new_with_free_func (account_free);
  ledger->by_flow = g_ptr_array_new ();
  return ledger;
}

void
ledger_free (Ledger *ledger)
{
  g_ptr_array_unref (ledger->accounts);
  g_ptr_array_unref (ledger->by_flow);
  g_free (ledger);
}

static Account *
account_of (Ledger *ledger, const Flow *flow)
{
  if (flow->index >= ledger->by_flow->len)
    g_ptr_array_set_size (ledger->by_flow, (int) flow->index + 1);
  Account *account = g_ptr_array_index (ledger->by_flow, flow->index);
  if (account)
    return account;
  account = g_new0 (Account, 1);
  account->view.flow = flow;
  account->messages = g_array_new (false, false, sizeof (Message));
  account->holes = g_array_new (false, false, sizeof (Range));
  account->first_bytes = account->last_bytes = -1;
  account->is_stale = true;
  ranges_init (&account->arrived, HOLES_MAX);
  g_ptr_array_add (ledger->accounts, account);
  ledger->by_flow->pdata[flow->index] = account;
  return account;
}

/* The message's place, made if need be; NULL: the number is absurd. */
static Message *
message_of (Account *account, uint64_t number, uint64_t limit)
{
  static const Message nothing = { TIME_NEVER, TIME_NEVER };
  GArray *messages = account->messages;
  if (number == 0 || (number > messages->len && number > limit))
    return NULL;
  while (messages->len < number)
    g_array_append_val (messages, nothing);
  return &g_array_index (messages, Message, number - 1);
}

static void
count_sent (Account *account, uint64_t number, const Event *event)
{
  const EventField *due = event_field (event, "due");
  Message *message = message_of (account, number, SENT_MAX);
  account->view.sender = g_intern_string (event->host);
  account->view.messages_sent++;
  if (message)
    message->due = due ? due->number : event->at;
}

static void
count_delivered (Account *account, uint64_t number, const Event *event)
{
  Message *message = message_of (account, number, STRANGE_MAX);
  account->view.receiver = g_intern_string (event->host);
  if (!message)
    return;
  if (message->delivered != TIME_NEVER)
    {
      account->view.messages_duplicated++;
      return;
    }
  message->delivered = event->at;
  account->view.messages_delivered++;
  account->view.messages_reordered += number < account->highest;
  account->highest = MAX (account->highest, number);
}

static void
count_bytes (Account *account, const Event *event, bool received)
{
  const EventField *from = event_field (event, "from");
  const EventField *to = event_field (event, "to");
  if (!from || !to)
    return;
  if (received)
    {
      ranges_add (&account->arrived, from->number, to->number);
      account->last_bytes = event->at;
      if (account->first_bytes < 0)
        account->first_bytes = event->at;
      if (!account->view.receiver)
        account->view.receiver = g_intern_string (event->host);
      return;
    }
  if (!account->view.sender)
    account->view.sender = g_intern_string (event->host);
  account->view.bytes_sent =
      MAX (account->view.bytes_sent, (uint64_t) to->number);
}

static void
count_message (Account *account, const Event *event)
{
  const EventField *action = event_field (event, "action");
  const EventField *number = event_field (event, "number");
  bool received = action && strcmp (action->text, "received") == 0;
  if (!number)
    count_bytes (account, event, received);
  else if (received)
    count_delivered (account, (uint64_t) number->number, event);
  else
    count_sent (account, (uint64_t) number->number, event);
}

/* An end is over in order when it has waited out, or its FIN, the last, was
 * acknowledged (RFC 9293 3.6). */
static void
count_state (Account *account, const Event *event)
{
  const EventField *from = event_field (event, "from");
  const EventField *to = event_field (event, "to");
  if (!from || !to || !event->host)
    return;
  if (strcmp (to->text, "TIME-WAIT") != 0
      && (strcmp (to->text, "CLOSED") != 0
          || strcmp (from->text, "LAST-ACK") != 0))
    return;
  for (unsigned end = 0; end < 2; end++)
    if (g_strcmp0 (account->view.hosts[end], event->host) == 0)
      account->ended[end] = true;
  account->view.closed = account->ended[0] && account->ended[1];
}

static void
count_call (Account *account, const Event *event)
{
  if (event->cause && strcmp (event->cause, "EINPROGRESS") != 0)
    account->view.error = g_intern_string (event->cause);
}

static void
count_packet (Account *account, const Event *event)
{
  LedgerFlow *view = &account->view;
  unsigned end = event->packet->forward ? 0 : 1;
  /* Only these types can belong to a single packet of a link. */
  switch ((unsigned) event->type)
    {
    case EVENT_SENT:
      if (!view->hosts[end])
        view->hosts[end] = g_intern_string (event->host);
      /* A router that passes it on sends nothing of its own. */
      if (strcmp (view->hosts[end], event->host) != 0)
        break;
      view->packets[end]++;
      view->bytes_on_wire[end] += event->packet->length;
      break;
    case EVENT_DROPPED:
      view->packets_lost[end]++;
      break;
    case EVENT_DUPLICATED:
      view->packets_duplicated[end]++;
      break;
    case EVENT_REORDERED:
      view->packets_reordered[end]++;
      break;
    case EVENT_CORRUPTED:
      view->packets_corrupted[end]++;
      break;
    case EVENT_RETRANSMITTED:
      view->retransmitted[end]++;
      break;
    default:
      break;
    }
}

static void
take_event (void *self, const Event *event)
{
  if (!event->flow)
    return;
  Account *account = account_of (self, event->flow);
  account->is_stale = true;
  if (event->type == EVENT_MESSAGE)
    count_message (account, event);
  else if (event->type == EVENT_STATE)
    count_state (account, event);
  else if (event->type == EVENT_SOCKET)
    count_call (account, event);
  else if (event->packet && event->link)
    count_packet (account, event);
}

EventSink
ledger_sink (Ledger *ledger)
{
  return (EventSink){ .event = take_event, .self = ledger };
}

/* What is computed from the counters when somebody looks. */

static int
compare_times (const void *a, const void *b)
{
  Time left = *(const Time *) a, right = *(const Time *) b;
  return left < right ? -1 : left > right;
}

/* First, median (the lower of two) and last of TIMES; -1: there are none. */
static void
summarize (GArray *times, Time *first, Time *median, Time *last)
{
  *first = *median = *last = -1;
  if (times->len == 0)
    return;
  g_array_sort (times, compare_times);
  *first = g_array_index (times, Time, 0);
  *median = g_array_index (times, Time, (times->len - 1) / 2);
  *last = g_array_index (times, Time, times->len - 1);
}

static void
refresh_times (Account *account)
{
  LedgerFlow *view = &account->view;
  g_autoptr (GArray) times = g_array_new (false, false, sizeof (Time));
  g_autoptr (GArray) delays = g_array_new (false, false, sizeof (Time));
  for (unsigned i = 0; i < account->messages->len; i++)
    {
      const Message *message = &g_array_index (account->messages, Message, i);
      if (message->delivered == TIME_NEVER)
        continue;
      g_array_append_val (times, message->delivered);
      Time delay = message->delivered - message->due;
      if (message->due != TIME_NEVER)
        g_array_append_val (delays, delay);
    }
  summarize (times, &view->first_at, &view->median_at, &view->last_at);
  if (times->len == 0)
    {
      view->first_at = account->first_bytes;
      view->last_at = account->last_bytes;
    }
  summarize (delays, &view->first_delay, &view->median_delay,
             &view->last_delay);
}

static void
refresh_holes (Account *account)
{
  LedgerFlow *view = &account->view;
  int64_t end = (int64_t) view->bytes_sent, at = 0;
  Range next;
  g_array_set_size (account->holes, 0);
  while (at < end)
    {
      if (!ranges_find (&account->arrived, at, &next) || next.start >= end)
        next = (Range){ end, end };
      Range hole = { at, next.start };
      if (hole.start < hole.end)
        g_array_append_val (account->holes, hole);
      at = next.end;
    }
  view->holes = account->holes;
  view->bytes_delivered = (uint64_t) ranges_total (&account->arrived);
}

static const LedgerFlow *
view_of (Account *account)
{
  if (account->is_stale)
    {
      refresh_times (account);
      refresh_holes (account);
      account->is_stale = false;
    }
  return &account->view;
}

unsigned
ledger_count (const Ledger *ledger)
{
  return ledger->accounts->len;
}

const LedgerFlow *
ledger_nth (Ledger *ledger, unsigned index)
{
  return view_of (g_ptr_array_index (ledger->accounts, index));
}
