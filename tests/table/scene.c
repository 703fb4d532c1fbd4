// SPDX-License-Identifier: MIT
#include "tests/table/scene.h"

enum
{
  F = MODEL_FIN,
  S = MODEL_SYN,
  A = MODEL_ACK,
  FLIGHT = 300,
  TEXT_MAX = 300
};

#define DO(what)                                                               \
  {                                                                            \
    .type = STEP_##what                                                        \
  }
#define PEER(f, s, a, l)                                                       \
  {                                                                            \
    .type = STEP_PEER, .flags = (f), .seq = (s), .ack = (a), .length = (l)     \
  }
#define ESTABLISH DO (CONNECT), PEER (S | A, 0, 1, 0), DO (SEND)

const Scene SCENES[] = {
  { "CLOSED", MODEL_CLOSED, false, { DO (END) } },
  { "LISTEN", MODEL_LISTEN, false, { DO (LISTEN) } },
  { "SYN-SENT", MODEL_SYN_SENT, false, { DO (CONNECT) } },
  { "SYN-RECEIVED",
    MODEL_SYN_RECEIVED,
    false,
    { DO (LISTEN), PEER (S, 0, 0, 0) } },
  { "ESTABLISHED", MODEL_ESTABLISHED, false, { ESTABLISH } },
  { "FIN-WAIT-1", MODEL_FIN_WAIT_1, false, { ESTABLISH, DO (SHUTDOWN) } },
  { "FIN-WAIT-2",
    MODEL_FIN_WAIT_2,
    false,
    { ESTABLISH, DO (SHUTDOWN), PEER (A, 1, 2 + FLIGHT, 0) } },
  { "CLOSE-WAIT",
    MODEL_CLOSE_WAIT,
    false,
    { ESTABLISH, PEER (F | A, 1, 1, 0) } },
  { "CLOSING",
    MODEL_CLOSING,
    false,
    { ESTABLISH, DO (SHUTDOWN), PEER (F | A, 1, 1, 0) } },
  { "LAST-ACK",
    MODEL_LAST_ACK,
    false,
    { ESTABLISH, PEER (F | A, 1, 1, 0), DO (SHUTDOWN) } },
  { "TIME-WAIT",
    MODEL_TIME_WAIT,
    false,
    { ESTABLISH, DO (SHUTDOWN), PEER (F | A, 1, 2 + FLIGHT, 0) } },

  { "SYN-RECEIVED-active",
    MODEL_SYN_RECEIVED,
    true,
    { DO (CONNECT), PEER (S, 0, 0, 0) } },
  { "ESTABLISHED-with-a-hole",
    MODEL_ESTABLISHED,
    true,
    { ESTABLISH, PEER (A, 101, 1, 100) } },
  { "ESTABLISHED-window-closed",
    MODEL_ESTABLISHED,
    true,
    { ESTABLISH, PEER (A, 1, 1, SCENE_WINDOW) } },
  { "ESTABLISHED-window-of-one",
    MODEL_ESTABLISHED,
    true,
    { ESTABLISH, PEER (A, 1, 1, SCENE_WINDOW - 1) } },
  { "FIN-WAIT-1-window-closed",
    MODEL_FIN_WAIT_1,
    true,
    { ESTABLISH, DO (SHUTDOWN), PEER (A, 1, 1, SCENE_WINDOW) } },
  { "FIN-WAIT-1-orphan", MODEL_FIN_WAIT_1, true, { ESTABLISH, DO (CLOSE) } },
  { "FIN-WAIT-2-orphan",
    MODEL_FIN_WAIT_2,
    true,
    { ESTABLISH, DO (CLOSE), PEER (A, 1, 2 + FLIGHT, 0) } },
  { "TIME-WAIT-and-a-listener",
    MODEL_TIME_WAIT,
    true,
    { DO (LISTEN), PEER (S, 0, 0, 0), PEER (A, 1, 1, 0), DO (SEND),
      DO (SHUTDOWN), PEER (F | A, 1, 2 + FLIGHT, 0) } },
};

const unsigned SCENE_COUNT = G_N_ELEMENTS (SCENES);

static ModelSegment
segment_of (const Step *step)
{
  bool ack = (step->flags & MODEL_ACK) != 0;

  return (ModelSegment){ .flags = step->flags,
                         .seq = SCENE_IRS + step->seq,
                         .ack = ack ? DRIVE_ISS + step->ack : 0,
                         .wnd = SCENE_PEER_WINDOW,
                         .length = step->length };
}

static void
drive_step (Drive *drive, const Step *step)
{
  ModelSegment segment = segment_of (step);
  Seen seen;

  switch (step->type)
    {
    case STEP_LISTEN:
      drive_listen (drive);
      break;
    case STEP_CONNECT:
      drive_connect (drive);
      break;
    case STEP_SEND:
      drive_send (drive, FLIGHT);
      break;
    case STEP_SHUTDOWN:
      drive_shutdown (drive);
      break;
    case STEP_CLOSE:
      drive_close (drive);
      break;
    case STEP_PEER:
      drive_input (drive, &segment, &seen);
      break;
    case STEP_END:
      break;
    }
}

static void
model_step (Model *model, const Step *step)
{
  ModelSegment segment = segment_of (step);

  switch (step->type)
    {
    case STEP_LISTEN:
      model_open_passive (model);
      break;
    case STEP_CONNECT:
      model_open_active (model);
      break;
    case STEP_SEND:
      model_send (model, FLIGHT);
      break;
    case STEP_SHUTDOWN:
      model_shutdown (model);
      break;
    case STEP_CLOSE:
      model_close (model);
      break;
    case STEP_PEER:
      model_input (model, &segment);
      break;
    case STEP_END:
      break;
    }
}

void
scene_enter (const Scene *scene, Drive *drive)
{
  for (unsigned i = 0; scene->steps[i].type != STEP_END; i++)
    drive_step (drive, &scene->steps[i]);
}

Model
scene_model (const Scene *scene)
{
  Model model = { .next_iss = DRIVE_ISS,
                  .window = SCENE_WINDOW,
                  /* Where nothing is known yet. */
                  .irs = SCENE_IRS,
                  .rcv_nxt = SCENE_IRS + 1,
                  .snd_una = DRIVE_ISS,
                  .snd_nxt = DRIVE_ISS };

  for (unsigned i = 0; scene->steps[i].type != STEP_END; i++)
    model_step (&model, &scene->steps[i]);
  g_assert_cmpint (model.state, ==, scene->state);
  return model;
}

static const char *const SEQ_NAMES[SCENE_SEQS] = {
  "far",    "old",     "touching", "last",   "next",
  "beyond", "fitting", "edge",     "outside"
};
static const char *const ACK_NAMES[SCENE_ACKS] = { "far",   "too old", "oldest",
                                                   "una",   "partial", "nxt",
                                                   "unsent" };
static const uint32_t TEXTS[SCENE_TEXTS] = { 0, 1, TEXT_MAX };
static const uint32_t WINDOWS[SCENE_WINDOWS] = { 0, 3000 };

typedef struct
{
  uint8_t flags;
  unsigned seq, ack, text, window;
} Place;

static Place
place_of (unsigned number)
{
  Place place = { .flags = (uint8_t) (number % SCENE_FLAGS) };

  number /= SCENE_FLAGS;
  place.seq = number % SCENE_SEQS;
  number /= SCENE_SEQS;
  place.ack = number % SCENE_ACKS;
  number /= SCENE_ACKS;
  place.text = number % SCENE_TEXTS;
  place.window = number / SCENE_TEXTS;
  return place;
}

ModelSegment
scene_segment (const Model *model, unsigned number)
{
  Place place = place_of (number);
  uint32_t una = model->snd_una, nxt = model->snd_nxt;
  uint32_t rcv = model->rcv_nxt;
  /* A SYN that has not come yet, or a window that is closed, has no edge. */
  uint32_t edge = rcv + (model->rcv_wnd > 0 ? model->rcv_wnd : SCENE_WINDOW);
  const uint32_t SEQS[SCENE_SEQS] = { rcv + (UINT32_C (1) << 31),
                                      rcv - 700,
                                      rcv - TEXT_MAX,
                                      rcv - 1,
                                      rcv,
                                      rcv + 1,
                                      edge - TEXT_MAX,
                                      edge - 1,
                                      edge };
  const uint32_t ACKS[SCENE_ACKS] = { una + INT32_MAX,
                                      una - SCENE_PEER_WINDOW - 1,
                                      una - SCENE_PEER_WINDOW,
                                      una,
                                      nxt - una > 1 ? nxt - 1 : una - 1,
                                      nxt,
                                      nxt + 1 };

  return (ModelSegment){ .flags = place.flags,
                         .seq = SEQS[place.seq],
                         .ack = ACKS[place.ack],
                         .wnd = WINDOWS[place.window],
                         .length = TEXTS[place.text] };
}

char *
scene_describe (unsigned number)
{
  Place place = place_of (number);

  return g_strdup_printf ("flags 0x%02x, seq %s, ack %s, %u octets, window %u",
                          place.flags, SEQ_NAMES[place.seq],
                          ACK_NAMES[place.ack], TEXTS[place.text],
                          WINDOWS[place.window]);
}
