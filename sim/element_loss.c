// SPDX-License-Identifier: MIT
/* "loss": by a chance, a chain of four states or two states, see LossSpec. What
 * was before a flow's first packet is drawn from the long run, so that short
 * flows lose as much as long ones. */
#include "sim/element.h"
#include "sim/loss_model.h"

typedef struct
{
  Element element;
  LossSpec spec;
} Loss;

/* What is lost, and in which state. */
typedef struct
{
  Outcome outcome;
  const char *state; /* NULL: there is none */
} Verdict;

static uint8_t *
state_before (Loss *loss, const Packet *packet, uint64_t ordinal)
{
  uint8_t *state = element_memory (&loss->element, packet);
  if (*state == 0)
    {
      uint64_t draw =
          element_draw (&loss->element, packet, ordinal, PURPOSE_LOSS_START);
      *state = (uint8_t) loss_model_start (&loss->spec, draw);
    }
  return state;
}

/* The packet is in the state that follows. */
static Verdict
judge_state (Loss *loss, const Packet *packet, uint64_t ordinal)
{
  uint8_t *state = state_before (loss, packet, ordinal);
  LossStateNumber before = *state;
  uint64_t draw = element_draw (&loss->element, packet, ordinal, PURPOSE_LOSS);
  *state = (uint8_t) loss_model_next (&loss->spec.state, before, draw);
  bool is_lost = *state == LOSS_IN_BURST || *state == LOSS_IN_GAP;
  return (Verdict){ { .hit = is_lost,
                      .share_ppb = loss_model_share (&loss->spec.state, before),
                      .draw = draw },
                    *state == LOSS_IN_BURST ? "burst" : "gap" };
}

/* The packet is in the state that was before. */
static Verdict
judge_gemodel (Loss *loss, const Packet *packet, uint64_t ordinal)
{
  const LossGemodel *model = &loss->spec.gemodel;
  uint8_t *state = state_before (loss, packet, ordinal);
  bool is_bad = *state == LOSS_IN_BURST;
  uint64_t draw = element_draw (&loss->element, packet, ordinal, PURPOSE_LOSS);
  uint64_t move =
      element_draw (&loss->element, packet, ordinal, PURPOSE_LOSS_STATE);
  uint32_t share_ppb = is_bad ? model->bad : model->good;
  if (random_hits (move, is_bad ? model->r : model->p))
    *state = is_bad ? LOSS_GOOD : LOSS_IN_BURST;
  return (Verdict){ { .hit = random_hits (draw, share_ppb),
                      .share_ppb = share_ppb,
                      .draw = draw },
                    is_bad ? "bad" : "good" };
}

static Verdict
judge (Loss *loss, const Packet *packet, uint64_t ordinal)
{
  switch (loss->spec.model)
    {
    case LOSS_STATE:
      return judge_state (loss, packet, ordinal);
    case LOSS_GEMODEL:
      return judge_gemodel (loss, packet, ordinal);
    case LOSS_RANDOM:
    case LOSS_BURST:
      break;
    }
  return (Verdict){ element_chance (&loss->element, packet, ordinal,
                                    &loss->spec.chance, PURPOSE_LOSS),
                    NULL };
}

static Event
tell (EventType type, const Verdict *verdict)
{
  Event event = element_fate_of (type, "loss", &verdict->outcome);
  if (verdict->state != NULL)
    event_add_text (&event, "state", verdict->state);
  return event;
}

/* RFC 3168 5: what can say that it met congestion need not be lost. */
static bool
is_spared (const Loss *loss, Packet *packet, const Verdict *verdict)
{
  if (!loss->spec.ecn)
    return false;
  if (!packet_mark (packet))
    return packet_is_marked (packet);
  Event event = tell (EVENT_MARKED, verdict);
  link_emit (loss->element.link, packet, &event);
  return true;
}

static void
push (Element *element, Packet *packet, Time at)
{
  Loss *loss = (Loss *) element;
  uint64_t ordinal = element_count (element, packet);
  Verdict verdict = judge (loss, packet, ordinal);
  if (!verdict.outcome.hit || is_spared (loss, packet, &verdict))
    element_pass (element, packet, at);
  else
    {
      Event event = tell (EVENT_DROPPED, &verdict);
      link_drop (element->link, packet, &event);
    }
}

static void
change (Element *element, const ElementSpec *spec)
{
  ((Loss *) element)->spec = spec->as.loss;
  element->is_shared = spec->as.loss.shared;
}

Element *
element_loss_new (const ElementSpec *spec)
{
  static const ElementClass class = { .push = push, .change = change };
  Loss *loss = g_new0 (Loss, 1);
  loss->element.class = &class;
  change (&loss->element, spec);
  return &loss->element;
}
