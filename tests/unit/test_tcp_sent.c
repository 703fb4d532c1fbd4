// SPDX-License-Identifier: MIT
#include "stack/tcp_sent.h"

#include <glib.h>

#include "tests/unit/luck.h"

/* The model: a list of all segments ever sent, looked through each time.
 * req: TCP-RTO-6 TCP-ACK-6 */

#define SEGMENTS 400

typedef struct
{
  TcpSegment segments[SEGMENTS];
  unsigned count;
  int64_t una, nxt;
} Model;

static void
check (Model *model, TcpSent *sent)
{
  int64_t lost = 0;
  const TcpSegment *first = NULL, *first_lost = NULL;

  for (unsigned i = 0; i < model->count; i++)
    {
      TcpSegment *segment = &model->segments[i];

      if (segment->end <= model->una)
        continue;
      segment->start = MAX (segment->start, model->una);
      first = first != NULL ? first : segment;
      if (!segment->lost)
        continue;
      first_lost = first_lost != NULL ? first_lost : segment;
      lost += segment->end - segment->start;
    }
  g_assert_cmpint (sent->una, ==, model->una);
  g_assert_cmpint (sent->nxt, ==, model->nxt);
  g_assert_cmpint (sent->lost, ==, lost);
  g_assert_cmpint (tcp_sent_pipe (sent), ==, model->nxt - model->una - lost);
  g_assert_true ((tcp_sent_first (sent) == NULL) == (first == NULL));
  if (first != NULL)
    g_assert_cmpint (tcp_sent_first (sent)->start, ==, first->start);
  g_assert_true ((tcp_sent_first_lost (sent) == NULL) == (first_lost == NULL));
  if (first_lost != NULL)
    {
      g_assert_cmpint (tcp_sent_first_lost (sent)->start, ==,
                       first_lost->start);
      g_assert_cmpuint (tcp_sent_first_lost (sent)->transmissions, ==,
                        first_lost->transmissions);
    }
}

static void
add (Model *model, TcpSent *sent, Luck *luck, Time now)
{
  int64_t end = model->nxt + 1 + luck_below (luck, 100);

  if (model->count == SEGMENTS)
    return;
  model->segments[model->count++] = (TcpSegment){
    .start = model->nxt, .end = end, .sent_at = now, .transmissions = 1
  };
  tcp_sent_add (sent, end, now, model->count);
  model->nxt = end;
}

static void
acknowledge (Model *model, TcpSent *sent, Luck *luck, Time now)
{
  int64_t una =
      model->una + luck_below (luck, (unsigned) (model->nxt - model->una) + 1);
  TcpAck ack = { .now = now };
  Time rtt = -1;
  bool repaired = false;

  for (unsigned i = 0; i < model->count; i++)
    if (model->segments[i].end > model->una && model->segments[i].end <= una)
      {
        rtt = now - model->segments[i].sent_at;
        repaired = repaired || model->segments[i].transmissions > 1;
      }
  tcp_sent_acknowledge (sent, una, &ack);
  g_assert_cmpint (ack.acked, ==, una - model->una);
  g_assert_cmpint (ack.rtt, ==, repaired ? -1 : rtt);
  model->una = una;
}

static void
lose (Model *model, TcpSent *sent, bool all)
{
  for (unsigned i = 0; i < model->count; i++)
    if (model->segments[i].end > model->una)
      {
        model->segments[i].lost = true;
        if (!all)
          break;
      }
  if (all)
    tcp_sent_lose_all (sent, REPAIR_RTO);
  else
    tcp_sent_lose_first (sent, REPAIR_PARTIAL_ACK, 7);
}

static void
repair (Model *model, TcpSent *sent, Time now)
{
  TcpSegment *segment = tcp_sent_first_lost (sent);

  if (segment == NULL)
    return;
  for (unsigned i = 0; i < model->count; i++)
    if (model->segments[i].end == segment->end)
      {
        model->segments[i].lost = false;
        model->segments[i].sent_at = now;
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
      int64_t start = MAX (segment->start, model->una);

      if (segment->end <= model->una
          || MIN (segment->end, data_end) - start <= length)
        continue;
      segment->lost = true;
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
  g_assert_true (segment->lost);
}

static void
test_against_model (void)
{
  for (unsigned seed = 0; seed < luck_rounds (200, 20); seed++)
    {
      Luck luck = { seed };
      Model model = { .una = 0 };
      TcpSent sent = { .una = 0 };

      for (Time now = 1; now < 1000; now++)
        {
          unsigned what = luck_below (&luck, 22);

          if (what < 8)
            add (&model, &sent, &luck, now);
          else if (what < 11)
            acknowledge (&model, &sent, &luck, now);
          else if (what < 13)
            lose (&model, &sent, what == 11 && luck_below (&luck, 4) == 0);
          else if (what < 20)
            repair (&model, &sent, now);
          else if (what == 20)
            split (&model, &sent, &luck);
          else if (luck_below (&luck, 4) == 0)
            lose_larger (&model, &sent, &luck);
          check (&model, &sent);
        }
      tcp_sent_clear (&sent);
      g_assert_cmpint (sent.una, ==, model.una);
      g_assert_null (tcp_sent_first (&sent));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp_sent/model", test_against_model);
  return g_test_run ();
}
