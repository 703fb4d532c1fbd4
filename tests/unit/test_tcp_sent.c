// SPDX-License-Identifier: MIT
#include "stack/tcp_sent.h"

#include <glib.h>

#include "tests/unit/luck.h"

/* The model: a list of all segments ever sent, looked through each time.
 * req: TCP-RTO-6 TCP-ACK-6 TCP-SAK-7 TCP-SAK-8 TCP-RCK-12 */

#define SEGMENTS   400
#define BLOCKS_MAX 8

typedef struct
{
  TcpSegment segments[SEGMENTS];
  unsigned count;
  int64_t una, nxt;
  uint64_t turns;
} Model;

static int64_t
bytes_of (const Model *model, TcpSegmentFate fate)
{
  int64_t bytes = 0;

  for (unsigned i = 0; i < model->count; i++)
    if (model->segments[i].end > model->una && model->segments[i].fate == fate)
      bytes += model->segments[i].end - model->segments[i].start;
  return bytes;
}

static TcpSegment *
find (Model *model, TcpSegmentFate fate)
{
  for (unsigned i = 0; i < model->count; i++)
    if (model->segments[i].end > model->una && model->segments[i].fate == fate)
      return &model->segments[i];
  return NULL;
}

/* The laws of the header. */
static void
check_laws (const TcpSent *sent)
{
  int64_t at = sent->una, bytes[3] = { 0 };
  unsigned segments[3] = { 0 };
  const TcpSegment *older = NULL;

  for (unsigned i = 0; i < sent->count; i++)
    {
      const TcpSegment *segment = tcp_sent_nth (sent, i);
      bool sacked = segment->fate == TCP_SEGMENT_SACKED;

      g_assert_true (segment->start == at && segment->end > at);
      g_assert_true (sacked
                         ? ranges_covers (&sent->blocks, at, segment->end)
                         : !ranges_overlaps (&sent->blocks, at, segment->end));
      at = segment->end;
      bytes[segment->fate] += segment->end - segment->start;
      segments[segment->fate]++;
    }
  g_assert_true (at == sent->nxt);
  g_assert_true (bytes[TCP_SEGMENT_LOST] == sent->lost);
  g_assert_true (bytes[TCP_SEGMENT_SACKED] == sent->sacked);
  g_assert_true (segments[TCP_SEGMENT_SACKED] == sent->sacked_count);
  for (const TcpSegment *segment = sent->flight.oldest; segment != NULL;
       segment = segment->newer)
    {
      g_assert_true (segment->fate == TCP_SEGMENT_IN_FLIGHT);
      g_assert_true (segment->older == older);
      g_assert_true (older == NULL || older->turn <= segment->turn);
      segments[TCP_SEGMENT_IN_FLIGHT]--;
      older = segment;
    }
  g_assert_true (sent->flight.newest == older
                 && segments[TCP_SEGMENT_IN_FLIGHT] == 0);
}

static void
check_in_flight (const Model *model, const TcpSent *sent)
{
  unsigned listed = 0, in_flight = 0;

  for (const TcpSegment *segment = sent->flight.oldest; segment != NULL;
       segment = segment->newer)
    listed++;
  for (unsigned i = 0; i < model->count; i++)
    {
      const TcpSegment *expected = &model->segments[i], *segment;

      if (expected->end <= model->una)
        continue;
      in_flight += expected->fate == TCP_SEGMENT_IN_FLIGHT;
      segment =
          tcp_sent_nth (sent, tcp_sent_count_below (sent, expected->start));
      g_assert_cmpint (segment->end, ==, expected->end);
      g_assert_cmpint (segment->fate, ==, expected->fate);
      g_assert_cmpuint (segment->turn, ==, expected->turn);
      g_assert_cmpint (segment->sent_at, ==, expected->sent_at);
    }
  g_assert_cmpuint (listed, ==, in_flight);
}

static void
check (Model *model, TcpSent *sent)
{
  int64_t lost, sacked = bytes_of (model, TCP_SEGMENT_SACKED);
  const TcpSegment *first_lost;

  for (unsigned i = 0; i < model->count; i++)
    model->segments[i].start = MIN (MAX (model->segments[i].start, model->una),
                                    model->segments[i].end);
  lost = bytes_of (model, TCP_SEGMENT_LOST);
  sacked = bytes_of (model, TCP_SEGMENT_SACKED);
  check_laws (sent);
  g_assert_cmpint (sent->una, ==, model->una);
  g_assert_cmpint (sent->nxt, ==, model->nxt);
  g_assert_cmpint (sent->lost, ==, lost);
  g_assert_cmpint (sent->sacked, ==, sacked);
  g_assert_cmpint (tcp_sent_pipe (sent), ==,
                   model->nxt - model->una - lost - sacked);
  g_assert_cmpuint (sent->blocks.count, <=, BLOCKS_MAX);
  first_lost = find (model, TCP_SEGMENT_LOST);
  g_assert_true ((tcp_sent_first_lost (sent) == NULL) == (first_lost == NULL));
  if (first_lost != NULL)
    {
      g_assert_cmpint (tcp_sent_first_lost (sent)->start, ==,
                       first_lost->start);
      g_assert_cmpuint (tcp_sent_first_lost (sent)->transmissions, ==,
                        first_lost->transmissions);
    }
  check_in_flight (model, sent);
}

static void
add (Model *model, TcpSent *sent, Luck *luck, Time now)
{
  int64_t end = model->nxt + 1 + luck_below (luck, 100);

  if (model->count == SEGMENTS)
    return;
  model->segments[model->count++] =
      (TcpSegment){ .start = model->nxt,
                    .end = end,
                    .sent_at = now,
                    .turn = ++model->turns,
                    .transmissions = 1,
                    .fate = TCP_SEGMENT_IN_FLIGHT };
  tcp_sent_add (sent, end, now, model->count);
  model->nxt = end;
}

/* What one ACK should have told. */
typedef struct
{
  int64_t delivered, sacked;
  bool repaired;
  uint64_t oldest, sampled;
  Time rtt;
} News;

static void
arrive (News *news, const TcpSegment *segment, Time now)
{
  bool repaired = segment->transmissions > 1;

  news->oldest = MIN (news->oldest, segment->turn);
  news->repaired = news->repaired || repaired;
  if (repaired || segment->turn < news->sampled)
    return;
  news->sampled = segment->turn;
  news->rtt = now - segment->sent_at;
}

static void
compare (const TcpAck *ack, const News *news)
{
  g_assert_cmpint (ack->delivered, ==, news->delivered);
  g_assert_cmpint (ack->sacked, ==, news->sacked);
  g_assert_cmpint (ack->rtt, ==, news->rtt);
  g_assert_cmpuint (ack->oldest_turn, ==, news->oldest);
  g_assert_true (ack->repaired == news->repaired);
}

static TcpAck
new_ack (Time now)
{
  return (
      TcpAck){ .now = now, .rtt = -1, .echo = -1, .oldest_turn = UINT64_MAX };
}

static void
acknowledge (Model *model, TcpSent *sent, Luck *luck, Time now)
{
  int64_t una =
      model->una + luck_below (luck, (unsigned) (model->nxt - model->una) + 1);
  TcpAck ack = new_ack (now);
  News news = { .oldest = UINT64_MAX, .rtt = -1 };

  for (unsigned i = 0; i < model->count; i++)
    {
      TcpSegment *segment = &model->segments[i];

      if (segment->end <= model->una || segment->start >= una
          || segment->fate == TCP_SEGMENT_SACKED)
        continue;
      news.delivered += MIN (una, segment->end) - segment->start;
      if (segment->end <= una)
        arrive (&news, segment, now);
    }
  tcp_sent_acknowledge (sent, una, &ack);
  g_assert_cmpint (ack.acked, ==, una - model->una);
  compare (&ack, &news);
  model->una = una;
}

/* A block from anywhere to anywhere, taken only in whole segments. */
static void
sack (Model *model, TcpSent *sent, Luck *luck, Time now)
{
  int64_t room = model->nxt - model->una, start, end;
  TcpAck ack = new_ack (now);
  News news = { .oldest = UINT64_MAX, .rtt = -1 };
  unsigned holes;
  bool whole;

  if (room < 2)
    return;
  start = model->una + 1 + luck_below (luck, (unsigned) room - 1);
  end = start + 1 + luck_below (luck, (unsigned) (model->nxt - start));
  holes = sent->blocks.count;
  whole = tcp_sent_sack (sent, start, end, &ack);
  /* Only if each hole is taken may one more block be refused. */
  g_assert_true (whole || holes >= BLOCKS_MAX - 1);
  for (unsigned i = 0; i < model->count; i++)
    {
      TcpSegment *segment = &model->segments[i];

      if (segment->start < start || segment->end > end
          || segment->start == segment->end
          || segment->fate == TCP_SEGMENT_SACKED)
        continue;
      if (!whole && !ranges_contains (&sent->blocks, segment->start))
        continue;
      news.delivered += segment->end - segment->start;
      news.sacked += segment->end - segment->start;
      arrive (&news, segment, now);
      segment->fate = TCP_SEGMENT_SACKED;
    }
  compare (&ack, &news);
}

static void
forget (Model *model, TcpSent *sent, TcpSegmentFate fate)
{
  for (unsigned i = 0; i < model->count; i++)
    if (model->segments[i].fate == fate)
      model->segments[i].fate = TCP_SEGMENT_IN_FLIGHT;
  if (fate == TCP_SEGMENT_SACKED)
    tcp_sent_forget_blocks (sent);
  else
    tcp_sent_find_all (sent);
}

static void
lose (Model *model, TcpSent *sent, bool all)
{
  for (unsigned i = 0; i < model->count; i++)
    if (model->segments[i].end > model->una)
      {
        if (model->segments[i].fate == TCP_SEGMENT_IN_FLIGHT)
          model->segments[i].fate = TCP_SEGMENT_LOST;
        if (!all)
          break;
      }
  if (all)
    tcp_sent_lose_all (sent, REPAIR_RTO);
  else
    tcp_sent_lose_first (sent, REPAIR_PARTIAL_ACK, 7);
}

static void
lose_oldest (Model *model, TcpSent *sent)
{
  if (sent->flight.oldest == NULL)
    return;
  for (unsigned i = 0; i < model->count; i++)
    if (model->segments[i].end == sent->flight.oldest->end)
      model->segments[i].fate = TCP_SEGMENT_LOST;
  tcp_sent_lose (sent, sent->flight.oldest, REPAIR_RACK, 3);
}

static void
repair (Model *model, TcpSent *sent, bool probe, Time now)
{
  TcpSegment *segment =
      probe ? tcp_sent_last (sent) : tcp_sent_first_lost (sent);

  if (segment == NULL || segment->fate == TCP_SEGMENT_SACKED)
    return;
  for (unsigned i = 0; i < model->count; i++)
    if (model->segments[i].end == segment->end)
      {
        model->segments[i].fate = TCP_SEGMENT_IN_FLIGHT;
        model->segments[i].sent_at = now;
        model->segments[i].turn = ++model->turns;
        model->segments[i].transmissions++;
      }
  tcp_sent_repaired (sent, segment, now, 99);
}

/* The path shrank: everything larger is lost. */
static void
lose_larger (Model *model, TcpSent *sent, Luck *luck)
{
  int64_t length = 1 + luck_below (luck, 100);
  int64_t data_end = model->nxt - luck_below (luck, 2);
  bool any = false;

  for (unsigned i = 0; i < model->count; i++)
    {
      TcpSegment *segment = &model->segments[i];

      if (segment->end <= model->una || segment->fate == TCP_SEGMENT_SACKED
          || MIN (segment->end, data_end) - segment->start <= length)
        continue;
      segment->fate = TCP_SEGMENT_LOST;
      any = true;
    }
  g_assert_true (
      tcp_sent_lose_larger (sent, length, data_end, REPAIR_TOO_BIG, 3) == any);
}

static void
split (Model *model, TcpSent *sent, Luck *luck)
{
  TcpSegment *segment = tcp_sent_first_lost (sent);
  int64_t start, end, at;
  unsigned i = 0;

  if (segment == NULL || segment->end - segment->start < 2
      || model->count == SEGMENTS)
    return;
  start = segment->start;
  end = segment->end;
  at = start + 1 + luck_below (luck, (unsigned) (end - start) - 1);
  while (model->segments[i].end != end)
    i++;
  memmove (&model->segments[i + 1], &model->segments[i],
           (model->count - i) * sizeof *segment);
  model->count++;
  model->segments[i].end = at;
  model->segments[i + 1].start = at;
  segment = tcp_sent_split (sent, segment, at);
  g_assert_cmpint (segment->start, ==, start);
  g_assert_cmpint (segment->end, ==, at);
  g_assert_true (segment->fate == TCP_SEGMENT_LOST);
}

static void
something_rare (Model *model, TcpSent *sent, Luck *luck)
{
  unsigned what = luck_below (luck, 8);

  if (what == 0)
    lose_larger (model, sent, luck);
  else if (what == 1)
    lose (model, sent, true);
  else if (what == 2)
    forget (model, sent, TCP_SEGMENT_SACKED);
  else if (what == 3)
    forget (model, sent, TCP_SEGMENT_LOST);
}

static void
test_against_model (void)
{
  for (unsigned seed = 0; seed < luck_rounds (200, 20); seed++)
    {
      Luck luck = { seed };
      Model model = { .una = 0 };
      TcpSent sent;

      tcp_sent_init (&sent, BLOCKS_MAX);
      for (Time now = 1; now < 1000; now++)
        {
          unsigned what = luck_below (&luck, 26);

          if (what < 8)
            add (&model, &sent, &luck, now);
          else if (what < 10)
            acknowledge (&model, &sent, &luck, now);
          else if (what < 13)
            sack (&model, &sent, &luck, now);
          else if (what < 15)
            lose_oldest (&model, &sent);
          else if (what == 15)
            lose (&model, &sent, false);
          else if (what < 23)
            repair (&model, &sent, what == 22, now);
          else if (what == 23)
            split (&model, &sent, &luck);
          else
            something_rare (&model, &sent, &luck);
          check (&model, &sent);
        }
      tcp_sent_clear (&sent);
      g_assert_cmpint (sent.una, ==, model.una);
      g_assert_null (tcp_sent_first (&sent));
    }
}

/* The whole of a long flight is reported again and again, from both ends: only
 * what is new is looked at. */
static void
test_cost (void)
{
  TcpSent sent;
  int64_t n = 200000;
  TcpAck ack = new_ack (2);

  tcp_sent_init (&sent, 256);
  for (int64_t i = 1; i <= n; i++)
    tcp_sent_add (&sent, i, 1, 1);
  for (int64_t i = 2; i < n; i++)
    g_assert_true (tcp_sent_sack (&sent, 1, i, &ack));
  g_assert_cmpint (ack.sacked, ==, n - 2);
  g_assert_cmpuint (sent.blocks.count, ==, 1);
  tcp_sent_clear (&sent);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp_sent/model", test_against_model);
  g_test_add_func ("/tcp_sent/cost", test_cost);
  return g_test_run ();
}
