// SPDX-License-Identifier: MIT
/* All flags at all places in all states: the stack against the model of RFC
 * 9293 3.10.7, step by step. In each case one segment comes; then the peer
 * goes on as an honest one would, filling what it left open; then a segment
 * from far outside makes the stack tell its numbers. Each outcome is the
 * model's, or exactly what one rule foretells, and then it is the rule's. */
#include "tests/harness.h"
#include "tests/table/drive.h"
#include "tests/table/rules.h"
#include "tests/table/scene.h"

#include <inttypes.h>

/* How many differences are told in full. */
#define TOLD_MAX 10

/* With which options, 0 to OPTION_SETS - 1, a scene is run. */
enum
{
  SACK = 1,
  TIMESTAMPS = 2,
  WINDOW_SCALE = 4,
  OPTION_SETS = 8
};

typedef struct
{
  const Scene *scene;
  unsigned options;
} Run;

typedef struct
{
  Drive *drive;
  unsigned options; /* of it */
  uint64_t cases, extra_cases;
  uint64_t claims[RULES_MAX]; /* by rule */
  unsigned told;
  unsigned scenes; /* that were done */
} Table;

static Table table;

/* A new stack: what went wrong may have left something behind. */
static void
restart (unsigned options)
{
  StackConfig config = talk_config ();
  WireOptions wire = { .sack = (options & SACK) != 0,
                       .timestamps = (options & TIMESTAMPS) != 0,
                       .window_scale = (options & WINDOW_SCALE) != 0 };

  config.receive_buffer = SCENE_WINDOW;
  config.tcp.delayed_ack = 0;
  config.tcp.sack = config.tcp.rack = wire.sack;
  config.tcp.timestamps = wire.timestamps;
  config.tcp.window_scale = wire.window_scale;
  drive_free (table.drive);
  table.drive = drive_new (&config, &wire);
  table.options = options;
}

static Seen
foreseen (const Model *model, const ModelSegment *answer)
{
  return (Seen){ .state = model->state,
                 .answers = answer->flags != 0 ? 1 : 0,
                 .answer = *answer,
                 .user = model->user,
                 .delivered = model->delivered,
                 .in_flight = model->snd_nxt - model->snd_una,
                 .snd_wnd = model->snd_wnd,
                 .rcv_wnd = model->rcv_wnd,
                 .signal = model->signal };
}

/* The window that goes with an RST means nothing. */
static bool
is_same_answer (const Seen *a, const Seen *b)
{
  const ModelSegment *x = &a->answer, *y = &b->answer;

  if (a->answers != b->answers)
    return false;
  return a->answers == 0
         || (x->flags == y->flags && x->seq == y->seq && x->ack == y->ack
             && x->length == y->length
             && ((x->flags & MODEL_RST) != 0 || x->wnd == y->wnd));
}

/* Nobody sends any more in TIME-WAIT; CLOSED has no windows. */
static bool
is_same (const Seen *a, const Seen *b)
{
  if (a->state != b->state || a->user != b->user || !is_same_answer (a, b))
    return false;
  if (!a->user)
    return true;
  if (a->delivered != b->delivered || a->signal != b->signal)
    return false;
  if (a->state == MODEL_CLOSED)
    return true;
  return a->rcv_wnd == b->rcv_wnd && a->in_flight == b->in_flight
         && (a->state == MODEL_TIME_WAIT || a->state == MODEL_SYN_SENT
             || a->snd_wnd == b->snd_wnd);
}

static void
tell_seen (const char *who, const Seen *seen)
{
  const ModelSegment *answer = &seen->answer;

  g_printerr ("#   %s: %s", who, tcp_state_name ((TcpState) seen->state));
  if (seen->answers > 0)
    g_printerr (", %u answers, flags 0x%02x seq %u ack %u wnd %u text %u",
                seen->answers, answer->flags, answer->seq, answer->ack,
                answer->wnd, answer->length);
  if (seen->user)
    g_printerr ("; delivered %u, in flight %u, snd.wnd %u, rcv.wnd %u, "
                "signal %d",
                seen->delivered, seen->in_flight, seen->snd_wnd, seen->rcv_wnd,
                (int) seen->signal);
  g_printerr ("\n");
}

enum
{
  BY_MODEL = -1,
  BY_NOTHING = -2,
  BY_SEVERAL = -3
};

/* Who foretells what was seen? The index of the rule: it is the only one that
 * does. BY_MODEL: the model, and no rule foretells anything else. The model
 * goes that way. */
static int
find_reason (Model *model, const ModelSegment *segment, const Seen *seen)
{
  Model before = *model;
  ModelSegment answer = model_input (model, segment);
  Seen expected = foreseen (model, &answer);
  int reason = is_same (&expected, seen) ? BY_MODEL : BY_NOTHING;

  for (unsigned i = 0; i < RULE_COUNT; i++)
    {
      Model after = before;
      Seen foretold;

      if (!RULES[i].foretell (&after, segment, &answer))
        continue;
      foretold = foreseen (&after, &answer);
      if (is_same (&foretold, &expected))
        continue;
      if (!is_same (&foretold, seen))
        {
          if (reason == BY_MODEL)
            return BY_NOTHING;
          continue;
        }
      if (reason != BY_NOTHING)
        return BY_SEVERAL;
      reason = (int) i;
      *model = after;
    }
  return reason;
}

/* The stack and the model get the segment. */
static bool
step (Model *model, const ModelSegment *segment, Seen *seen)
{
  Model before;
  ModelSegment answer;
  Seen expected;
  int reason;

  drive_input (table.drive, segment, seen);
  if ((seen->answer.flags & MODEL_SYN) != 0)
    model->next_iss = seen->answer.seq;
  before = *model;
  reason = find_reason (model, segment, seen);
  if (reason >= 0)
    table.claims[reason]++;
  if (reason >= BY_MODEL)
    return true;
  if (table.told++ < TOLD_MAX)
    {
      answer = model_input (&before, segment);
      expected = foreseen (&before, &answer);
      g_printerr ("# %s\n", reason == BY_SEVERAL ? "several rules claim this"
                                                 : "no rule claims this");
      tell_seen ("stack", seen);
      tell_seen ("model", &expected);
    }
  return false;
}

/* The peer sends what is missing before what came early, and acknowledges
 * all. */
static ModelSegment
honest_segment (const Model *model)
{
  uint32_t hole = 0;

  for (unsigned i = 0; i < model->held_count; i++)
    {
      uint32_t until = model->held[i].seq - model->rcv_nxt;

      hole = hole == 0 ? until : MIN (hole, until);
    }
  return (ModelSegment){ .flags = MODEL_ACK,
                         .seq = model->rcv_nxt,
                         .ack = model->snd_nxt,
                         .wnd = 2500,
                         .length = hole };
}

static ModelSegment
far_segment (const Model *model)
{
  return (ModelSegment){ .flags = MODEL_ACK,
                         .seq = model->rcv_nxt - (UINT32_C (1) << 30),
                         .ack = model->snd_nxt,
                         .wnd = 2600 };
}

/* What the case is about, then the peer going on, a look at the numbers, and
 * for an orphan its end. */
static bool
run_steps (Model *model, ModelSegment segment, Seen *seen)
{
  if (!step (model, &segment, seen))
    return false;
  segment = honest_segment (model);
  if (!step (model, &segment, seen))
    return false;
  segment = far_segment (model);
  if (!step (model, &segment, seen))
    return false;
  segment = (ModelSegment){ .flags = MODEL_RST, .seq = model->rcv_nxt };
  return !model->orphan || step (model, &segment, seen);
}

static const char *
run_case (const Scene *scene, const Model *start, unsigned number)
{
  Model model = *start;
  Seen seen;
  const char *wrong;
  bool good;

  scene_enter (scene, table.drive);
  good = run_steps (&model, scene_segment (start, number), &seen);
  seen.user = seen.user && good;
  wrong = drive_end (table.drive, model.irs + 1, &seen);
  return good ? wrong : "as told above";
}

/* req: TCP-HDR-5 TCP-HDR-9 TCP-HDR-10 TCP-HDR-11 TCP-HDR-12 TCP-HDR-14
 * TCP-SEQ-1 TCP-SEQ-2 TCP-SEQ-4 TCP-SEQ-5 TCP-SEQ-6 TCP-SEQ-7
 * TCP-RST-1 TCP-RST-2 TCP-RST-3 TCP-RST-4 TCP-RST-5 TCP-RST-8 TCP-RST-9
 * TCP-ACK-1 TCP-ACK-2 TCP-ACK-3 TCP-ACK-4 TCP-ACK-5
 * TCP-OPN-12 TCP-OPN-13 TCP-OPN-14 TCP-OPN-15 TCP-OPN-16 TCP-OPN-17
 * TCP-TW-2 TCP-TW-4 TCP-TW-5 TCP-CLS-6 TCP-CLS-8 TCP-CLS-12 */
static void
test_scene (const void *data)
{
  const Run *run = data;
  const Scene *scene = run->scene;
  Model start = scene_model (scene);
  unsigned failed = 0;

  if (run->options != table.options)
    restart (run->options);
  table.told = 0;
  for (unsigned i = 0; i < SCENE_CASES; i++)
    {
      const char *wrong = run_case (scene, &start, i);

      if (wrong == NULL)
        continue;
      if (failed++ < TOLD_MAX)
        {
          g_autofree char *where = scene_describe (i);

          g_printerr ("# %s, case %u: %s: %s\n", scene->name, i, where, wrong);
        }
      restart (run->options);
    }
  g_assert_cmpuint (failed, ==, 0);
  *(scene->extra ? &table.extra_cases : &table.cases) += SCENE_CASES;
  table.scenes++;
}

/* A rule without a case is a rule too many. */
static void
test_rules (void)
{
  if (table.scenes < SCENE_COUNT)
    {
      g_test_skip ("not all states were looked at");
      return;
    }
  g_test_message ("figure table.cases %" PRIu64 " cases", table.cases);
  g_test_message ("figure table.extra-cases %" PRIu64 " cases",
                  table.extra_cases);
  for (unsigned i = 0; i < RULE_COUNT; i++)
    {
      g_test_message ("figure table.rule.%s %" PRIu64 " steps", RULES[i].name,
                      table.claims[i]);
      g_assert_cmpuint (table.claims[i], >, 0);
    }
}

static void
add_run (Run *run, const Scene *scene, unsigned options)
{
  g_autofree char *path = g_strdup_printf (
      "/table/%s%s%s%s", (options & SACK) ? "sack/" : "",
      (options & TIMESTAMPS) ? "timestamps/" : "",
      (options & WINDOW_SCALE) ? "window-scale/" : "", scene->name);

  *run = (Run){ .scene = scene, .options = options };
  g_test_add_data_func (path, run, test_scene);
}

int
main (int argc, char *argv[])
{
  unsigned sets = g_getenv ("TUNLAB_LONG") != NULL ? OPTION_SETS : 1;
  g_autofree Run *runs = g_new0 (Run, sets * SCENE_COUNT);
  int result;

  g_assert_cmpuint (RULE_COUNT, <=, RULES_MAX);
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  restart (0);
  for (unsigned i = 0; i < sets * SCENE_COUNT; i++)
    add_run (&runs[i], &SCENES[i % SCENE_COUNT], i / SCENE_COUNT);
  g_test_add_func ("/table/rules/none-is-idle", test_rules);
  result = g_test_run ();
  drive_free (table.drive);
  return result;
}
