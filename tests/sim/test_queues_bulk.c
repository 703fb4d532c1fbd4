// SPDX-License-Identifier: MIT
/* What each queue promises to a flow of TCP, over the whole stack. */
#include "tests/sim/transfer.h"

static ElementSpec
spec_of (ElementKind kind)
{
  return (ElementSpec){ .kind = kind,
                        .as.queue = { .limit_packets = 1000,
                                      .target_ns = 5 * MILLISECOND,
                                      .interval_ns = 100 * MILLISECOND,
                                      .quantum = 1514 } };
}

static void
assert_closed (const Link *link)
{
  LinkAccount account;
  link_account (link, &account);
  g_assert_cmpuint (account.sent + account.duplicated, ==,
                    account.delivered + account.dropped + account.in_flight);
}

typedef struct
{
  uint64_t packets, dropped, marked;
  Time waited; /* in the queue, all together */
} Watch;

static void
watch (void *self, const Event *event)
{
  Watch *watch = self;
  if (event->link == NULL || !g_str_equal (event->link, "alice>bob"))
    return;
  watch->dropped += event->type == EVENT_DROPPED;
  watch->marked += event->type == EVENT_MARKED;
  if (event->type == EVENT_DELIVERED)
    {
      watch->packets++;
      watch->waited += event_field (event, "delay")->number - 20 * MILLISECOND;
    }
}

/* A CUBIC flow over 10 Mbit/s and 40 ms, from its 5th to its 35th second. */
static Watch
bulk (const ElementSpec *queue)
{
  TransferPath path = { .congestion = TCP_CONGESTION_CUBIC,
                        .rate_bps = 10000000,
                        .queue_packets = 1000,
                        .queue = queue,
                        .trip = 40 * MILLISECOND };
  Transfer transfer;
  Watch seen = { 0 };

  transfer_init (&transfer, &path);
  transfer_run (&transfer, 5 * SECOND);
  network_add_sink (transfer.network,
                    (EventSink){ .event = watch, .self = &seen });
  g_assert_cmpint (transfer_use (&transfer, &path, 30 * SECOND), >=, 85);
  assert_closed (transfer.links[0]);
  transfer_clear (&transfer);
  g_test_message ("%" G_GUINT64_FORMAT " dropped, %" G_GUINT64_FORMAT
                  " marked, %" G_GINT64_FORMAT " us",
                  seen.dropped, seen.marked,
                  seen.waited / (Time) seen.packets / MICROSECOND);
  return seen;
}

/* The standing queue is near the target instead of as long as may be. */
static void
test_codel (void)
{
  ElementSpec codel = spec_of (ELEMENT_CODEL);
  Watch tail = bulk (NULL), drops = bulk (&codel);

  codel.as.queue.ecn = true;
  Watch marks = bulk (&codel);
  g_assert_cmpint (tail.waited, >=, 200 * MILLISECOND * (Time) tail.packets);
  g_assert_cmpint (drops.waited, <=, 10 * MILLISECOND * (Time) drops.packets);
  g_assert_cmpint (marks.waited, <=, 10 * MILLISECOND * (Time) marks.packets);
  g_assert_cmpuint (drops.dropped, >, 0);
  g_assert_cmpuint (drops.marked, ==, 0);
  g_assert_cmpuint (marks.marked, >, 0);
  g_assert_cmpuint (marks.dropped, ==, 0);
}

/* The wait comes to its target. */
static void
test_pie (void)
{
  ElementSpec pie = spec_of (ELEMENT_PIE);

  pie.as.queue.target_ns = pie.as.queue.interval_ns = 15 * MILLISECOND;
  Watch drops = bulk (&pie);
  pie.as.queue.ecn = true;
  Watch marks = bulk (&pie);
  g_assert_cmpint (drops.waited, <=, 20 * MILLISECOND * (Time) drops.packets);
  g_assert_cmpint (marks.waited, <=, 20 * MILLISECOND * (Time) marks.packets);
  g_assert_cmpuint (drops.dropped, >, 0);
  g_assert_cmpuint (marks.marked, >, 0);
  g_assert_cmpuint (marks.dropped, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queues_bulk/codel", test_codel);
  g_test_add_func ("/queues_bulk/pie", test_pie);
  return g_test_run ();
}
