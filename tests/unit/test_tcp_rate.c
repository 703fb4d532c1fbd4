// SPDX-License-Identifier: MIT
#include "stack/tcp_rate.h"

#include <glib.h>

#include "tests/unit/luck.h"

#define SIZE    1000
#define FLIGHTS 4000

typedef struct
{
  TcpRateStamp stamp;
  Time sent_at;
  int64_t length;
  bool gone;
  /* For the model: what was true when it left. */
  int64_t delivered, in_flight, lost;
  Time delivered_at, first_sent_at;
} Packet;

typedef struct
{
  TcpRate rate;
  Packet packets[FLIGHTS];
  unsigned count, first; /* before FIRST all is gone */
  int64_t in_flight;
  /* The model's own account. */
  int64_t delivered, lost;
  Time delivered_at, first_sent_at;
} Model;

static void
send_one (Model *model, int64_t length, Time now)
{
  Packet *packet = &model->packets[model->count++];

  if (model->in_flight == 0)
    {
      model->first_sent_at = now;
      model->delivered_at = now;
    }
  *packet = (Packet){ .sent_at = now,
                      .length = length,
                      .delivered = model->delivered,
                      .in_flight = model->in_flight + length,
                      .lost = model->lost,
                      .delivered_at = model->delivered_at,
                      .first_sent_at = model->first_sent_at };
  tcp_rate_send (&model->rate, &packet->stamp, model->in_flight, length, now);
  model->in_flight += length;
}

static void
take (Model *model, Packet *packet)
{
  packet->gone = true;
  model->in_flight -= packet->length;
  while (model->first < model->count && model->packets[model->first].gone)
    model->first++;
}

static void
lose_one (Model *model, Packet *packet)
{
  take (model, packet);
  model->lost += packet->length;
  tcp_rate_lose (&model->rate, packet->length);
}

/* An ACK for those at INDEX, told in that order. */
static TcpRateSample
acknowledge (
    Model *model, const unsigned *index, unsigned count, Time min_rtt, Time now)
{
  TcpRateSample sample = { 0 };

  for (unsigned i = 0; i < count; i++)
    {
      Packet *packet = &model->packets[index[i]];

      tcp_rate_deliver (&model->rate, &packet->stamp, packet->sent_at,
                        packet->length, now, &sample);
      take (model, packet);
      model->delivered += packet->length;
      model->delivered_at = now;
    }
  tcp_rate_finish (&model->rate, min_rtt, &sample);
  return sample;
}

static TcpRateSample
acknowledge_one (Model *model, unsigned index, Time now)
{
  return acknowledge (model, &index, 1, 0, now);
}

static void
check_sample (Model *model, const TcpRateSample *sample, unsigned newest)
{
  const Packet *packet = &model->packets[newest];

  g_assert_cmpint (sample->prior_delivered, ==, packet->delivered);
  g_assert_cmpint (sample->prior_delivered_at, ==, packet->delivered_at);
  g_assert_cmpint (sample->sent_at, ==, packet->sent_at);
  g_assert_cmpint (sample->in_flight, ==, packet->in_flight);
  g_assert_cmpint (sample->delivered, ==, model->delivered - packet->delivered);
  g_assert_cmpint (sample->lost, ==, model->lost - packet->lost);
  g_assert_cmpint (sample->send_elapsed, ==,
                   packet->sent_at - packet->first_sent_at);
  g_assert_cmpint (sample->interval, ==,
                   MAX (packet->sent_at - packet->first_sent_at,
                        model->delivered_at - packet->delivered_at));
  model->first_sent_at = packet->sent_at;
}

static unsigned
draw_alive (const Model *model, Luck *luck)
{
  unsigned window = MIN (model->count - model->first, 20);
  unsigned index = model->first + luck_below (luck, window);

  while (model->packets[index].gone)
    index--;
  return index;
}

/* Acknowledges up to four at once, in any order. */
static void
acknowledge_some (Model *model, Luck *luck, Time now)
{
  unsigned wanted = 1 + luck_below (luck, 4), count = 0, newest = 0;
  unsigned index[4];
  TcpRateSample sample;

  for (unsigned i = 0; i < wanted; i++)
    {
      unsigned next = draw_alive (model, luck);
      bool known = false;

      for (unsigned j = 0; j < count; j++)
        known = known || index[j] == next;
      if (known)
        continue;
      index[count++] = next;
      newest = MAX (newest, next);
    }
  sample = acknowledge (model, index, count, 0, now);
  check_sample (model, &sample, newest);
}

/* The model: the definition, from what was true when each packet left. Many
 * leave at one instant, and arrive in any order. req: TCP-BBR-1 */
static void
test_against_model (void)
{
  for (unsigned seed = 1; seed <= luck_rounds (30, 10); seed++)
    {
      Luck luck = { seed };
      Model model = { .count = 0 };
      Time now = -5 * SECOND;

      while (model.count < FLIGHTS)
        {
          unsigned what = luck_below (&luck, 10);

          if (luck_below (&luck, 2) == 0)
            now += luck_below (&luck, 1000000);
          if (what < 5 || model.in_flight == 0)
            send_one (&model, 1 + luck_below (&luck, SIZE), now);
          else if (what < 9)
            acknowledge_some (&model, &luck, now);
          else
            lose_one (&model, &model.packets[draw_alive (&model, &luck)]);
          g_assert_cmpint (model.rate.delivered, ==, model.delivered);
          g_assert_cmpint (model.rate.lost, ==, model.lost);
        }
    }
}

static int64_t
rate_of (const TcpRateSample *sample)
{
  return sample->delivered * SECOND / sample->interval;
}

/* A link of 10 Mbit/s, 20 ms away, and a window of 40 packets, which is more
 * than fits into it: after the first two flights, which the wait for the first
 * ACK slowed down, all samples are within 2 %; none is above. req: TCP-BBR-1 */
static void
test_fixed_link (void)
{
  Model model = { .count = 0 };
  int64_t bytes_per_second = 10000000 / 8;
  Time per_packet = SIZE * SECOND / bytes_per_second;
  Time free_at = 0;
  Time arrival[FLIGHTS];

  for (unsigned i = 0; i < 40; i++)
    {
      send_one (&model, SIZE, 0);
      free_at += per_packet;
      arrival[i] = free_at + 20 * MILLISECOND;
    }
  for (unsigned i = 0; model.count < FLIGHTS; i++)
    {
      TcpRateSample sample = acknowledge_one (&model, i, arrival[i]);

      g_assert_cmpint (rate_of (&sample), <=, bytes_per_second);
      if (i >= 80)
        g_assert_cmpint (rate_of (&sample), >=, bytes_per_second * 98 / 100);
      send_one (&model, SIZE, arrival[i]);
      free_at = MAX (free_at, arrival[i]) + per_packet;
      arrival[model.count - 1] = free_at + 20 * MILLISECOND;
    }
}

/* ACKs that were held back come all at once: the time in which the packets
 * were sent keeps the sample small. req: TCP-BBR-1 */
static void
test_compressed_acks (void)
{
  Model model = { .count = 0 };
  TcpRateSample sample;

  for (unsigned i = 0; i < 20; i++)
    send_one (&model, SIZE, i * MILLISECOND);
  acknowledge_one (&model, 0, 20 * MILLISECOND);
  for (unsigned i = 20; i < 40; i++)
    send_one (&model, SIZE, i * MILLISECOND);
  for (unsigned i = 1; i < 40; i++)
    {
      sample = acknowledge_one (&model, i, 60 * MILLISECOND);
      g_assert_cmpint (rate_of (&sample), <=, 1000 * SIZE);
    }
}

/* What was sent in a burst is judged by the time of its ACKs. */
static void
test_burst (void)
{
  Model model = { .count = 0 };
  TcpRateSample sample;

  for (unsigned i = 0; i < 10; i++)
    send_one (&model, SIZE, 0);
  for (unsigned i = 0; i < 10; i++)
    {
      sample = acknowledge_one (&model, i, (10 + i) * MILLISECOND);
      g_assert_cmpint (sample.interval, ==, (10 + i) * MILLISECOND);
      g_assert_cmpint (sample.delivered, ==, (i + 1) * SIZE);
      g_assert_cmpint (sample.send_elapsed, ==, 0);
    }
}

/* Quicker than any round trip: no sample of a rate, but of all else. req:
 * TCP-BBR-1 */
static void
test_shorter_than_min_rtt (void)
{
  Model model = { .count = 0 };
  const unsigned first[] = { 0 }, second[] = { 1 }, third[] = { 2 };
  TcpRateSample sample;

  for (unsigned i = 0; i < 3; i++)
    send_one (&model, SIZE, 0);
  sample =
      acknowledge (&model, first, 1, 10 * MILLISECOND, 10 * MILLISECOND - 1);
  g_assert_cmpint (sample.interval, ==, 0);
  g_assert_cmpint (sample.delivered, ==, SIZE);
  g_assert_cmpint (sample.in_flight, ==, SIZE);
  sample = acknowledge (&model, second, 1, 10 * MILLISECOND, 10 * MILLISECOND);
  g_assert_cmpint (sample.interval, ==, 10 * MILLISECOND);
  sample = acknowledge (&model, third, 1, 0, 10 * MILLISECOND);
  g_assert_cmpint (sample.interval, ==, 10 * MILLISECOND);
}

static void
test_nothing_reported (void)
{
  TcpRate rate = { .delivered = 5 };
  TcpRateSample sample = { 0 };

  tcp_rate_finish (&rate, 0, &sample);
  g_assert_cmpint (sample.in_flight, ==, 0);
  g_assert_cmpint (sample.interval, ==, 0);
  g_assert_cmpint (sample.delivered, ==, 0);
}

/* What is in flight when the application stops, and no more, is marked. req:
 * TCP-BBR-1 */
static void
test_app_limited (void)
{
  Model model = { .count = 0 };
  TcpRateSample sample;

  send_one (&model, SIZE, 0);
  tcp_rate_limit (&model.rate, model.in_flight);
  send_one (&model, SIZE, 5);
  sample = acknowledge_one (&model, 0, 10);
  g_assert_false (sample.app_limited);
  g_assert_cmpint (model.rate.app_limited, ==, SIZE);
  send_one (&model, SIZE, 11);
  sample = acknowledge_one (&model, 1, 15);
  g_assert_true (sample.app_limited);
  g_assert_cmpint (model.rate.app_limited, ==, 0);
  send_one (&model, SIZE, 16);
  sample = acknowledge_one (&model, 2, 25);
  g_assert_true (sample.app_limited);
  sample = acknowledge_one (&model, 3, 26);
  g_assert_false (sample.app_limited);
}

/* Before anything was sent it counts too. */
static void
test_app_limited_at_once (void)
{
  Model model = { .count = 0 };

  tcp_rate_limit (&model.rate, 0);
  send_one (&model, SIZE, 0);
  g_assert_true (acknowledge_one (&model, 0, 9).app_limited);
  send_one (&model, SIZE, 10);
  g_assert_false (acknowledge_one (&model, 1, 19).app_limited);
}

/* An hour of silence is part of no sample. req: TCP-BBR-1 TCP-BBR-7 */
static void
test_idle (void)
{
  Model model = { .count = 0 };
  TcpRateSample sample;

  send_one (&model, SIZE, 0);
  acknowledge_one (&model, 0, 10 * MILLISECOND);
  send_one (&model, SIZE, 3600 * SECOND);
  sample = acknowledge_one (&model, 1, 3600 * SECOND + 10 * MILLISECOND);
  g_assert_cmpint (sample.interval, ==, 10 * MILLISECOND);
  g_assert_cmpint (sample.delivered, ==, SIZE);
}

/* Losses count from the sending of the newest one that arrived. req:
 * TCP-BBR-6 */
static void
test_losses (void)
{
  Model model = { .count = 0 };
  TcpRateSample sample;

  for (unsigned i = 0; i < 4; i++)
    send_one (&model, SIZE, 0);
  lose_one (&model, &model.packets[0]);
  send_one (&model, SIZE, 1);
  lose_one (&model, &model.packets[1]);
  sample = acknowledge_one (&model, 2, 10);
  g_assert_cmpint (sample.lost, ==, 2 * SIZE);
  sample = acknowledge_one (&model, 4, 11);
  g_assert_cmpint (sample.lost, ==, SIZE);
  g_assert_cmpint (sample.in_flight, ==, 4 * SIZE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp_rate/against-model", test_against_model);
  g_test_add_func ("/tcp_rate/fixed-link", test_fixed_link);
  g_test_add_func ("/tcp_rate/compressed-acks", test_compressed_acks);
  g_test_add_func ("/tcp_rate/burst", test_burst);
  g_test_add_func ("/tcp_rate/shorter-than-min-rtt", test_shorter_than_min_rtt);
  g_test_add_func ("/tcp_rate/nothing-reported", test_nothing_reported);
  g_test_add_func ("/tcp_rate/app-limited", test_app_limited);
  g_test_add_func ("/tcp_rate/app-limited-at-once", test_app_limited_at_once);
  g_test_add_func ("/tcp_rate/idle", test_idle);
  g_test_add_func ("/tcp_rate/losses", test_losses);
  return g_test_run ();
}
