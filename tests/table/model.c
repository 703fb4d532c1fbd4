// SPDX-License-Identifier: MIT
#include "tests/table/model.h"

#include <glib.h>

const ModelSegment MODEL_NO_ANSWER = { .flags = 0 };

bool
model_before (uint32_t a, uint32_t b)
{
  return a != b && b - a < UINT32_C (1) << 31;
}

uint32_t
model_segment_length (const ModelSegment *segment)
{
  return segment->length + ((segment->flags & MODEL_SYN) != 0)
         + ((segment->flags & MODEL_FIN) != 0);
}

static bool
has (const ModelSegment *segment, uint8_t flag)
{
  return (segment->flags & flag) != 0;
}

ModelSegment
model_ack (const Model *model)
{
  return (ModelSegment){ .flags = MODEL_ACK,
                         .seq = model->snd_nxt,
                         .ack = model->rcv_nxt,
                         .wnd = model->rcv_wnd };
}

ModelSegment
model_syn_ack (const Model *model)
{
  return (ModelSegment){ .flags = MODEL_SYN | MODEL_ACK,
                         .seq = model->iss,
                         .ack = model->rcv_nxt,
                         .wnd = model->rcv_wnd };
}

/* <SEQ=SEG.ACK><CTL=RST> */
static ModelSegment
reset_for (const ModelSegment *segment)
{
  return (ModelSegment){ .flags = MODEL_RST, .seq = segment->ack };
}

static void
select_iss (Model *model)
{
  model->iss = model->next_iss;
  model->snd_una = model->iss;
  model->snd_nxt = model->iss + 1;
}

static void
take_window (Model *model, const ModelSegment *segment)
{
  model->snd_wnd = segment->wnd;
  model->max_snd_wnd = MAX (model->max_snd_wnd, segment->wnd);
  model->snd_wl1 = segment->seq;
  model->snd_wl2 = segment->ack;
}

/* The user's calls */

void
model_open_passive (Model *model)
{
  model->state = MODEL_LISTEN;
  model->passive = true;
}

void
model_open_active (Model *model)
{
  select_iss (model);
  model->rcv_wnd = model->window;
  model->user = true;
  model->state = MODEL_SYN_SENT;
}

void
model_send (Model *model, uint32_t length)
{
  model->snd_nxt += length;
}

void
model_shutdown (Model *model)
{
  model->snd_nxt++;
  model->fin_sent = true;
  model->state =
      model->state == MODEL_CLOSE_WAIT ? MODEL_LAST_ACK : MODEL_FIN_WAIT_1;
}

void
model_close (Model *model)
{
  model_shutdown (model);
  model->user = false;
  model->orphan = true;
}

/* Text and FIN: the seventh and eighth steps */

static void
hold (Model *model, uint32_t seq, uint32_t length, bool fin)
{
  if (length == 0 && !fin)
    return;
  g_assert_cmpuint (model->held_count, <, MODEL_HELD_MAX);
  model->held[model->held_count++] = (ModelSegment){
    .seq = seq, .length = length, .flags = fin ? MODEL_FIN : 0
  };
}

static void
process_fin (Model *model)
{
  model->rcv_nxt++;
  model->rcv_wnd--;
  model->held_count = 0;
  model->signal = MODEL_CONNECTION_CLOSING;
  /* Were our FIN acknowledged FIN-WAIT-1 would be FIN-WAIT-2 by now. */
  if (model->state == MODEL_ESTABLISHED)
    model->state = MODEL_CLOSE_WAIT;
  else if (model->state == MODEL_FIN_WAIT_1)
    model->state = MODEL_CLOSING;
  else if (model->state == MODEL_FIN_WAIT_2)
    model->state = MODEL_TIME_WAIT;
}

/* Delivers what begins at or before RCV.NXT; true: RCV.NXT moved. */
static bool
process_one (Model *model, unsigned index)
{
  ModelSegment segment = model->held[index];
  uint32_t old = model->rcv_nxt - segment.seq, fresh;

  if (model_before (model->rcv_nxt, segment.seq))
    return false;
  model->held[index] = model->held[--model->held_count];
  if (old > segment.length)
    return false;
  fresh = segment.length - old;
  model->rcv_nxt += fresh;
  model->rcv_wnd -= fresh;
  model->delivered += fresh;
  if (has (&segment, MODEL_FIN))
    process_fin (model);
  return fresh > 0 || has (&segment, MODEL_FIN);
}

static bool
process_held (Model *model)
{
  bool any = false;

  for (unsigned i = 0; i < model->held_count;)
    if (process_one (model, i))
      {
        any = true;
        i = 0;
      }
    else
      i++;
  return any;
}

/* Cuts what lies outside the window. */
static void
trim (const Model *model, ModelSegment *segment)
{
  uint32_t end = segment->seq + segment->length;
  uint32_t edge = model->rcv_nxt + model->rcv_wnd;

  if (has (segment, MODEL_FIN) && !model_before (end, edge))
    segment->flags &= (uint8_t) ~MODEL_FIN;
  if (model_before (segment->seq, model->rcv_nxt))
    {
      segment->length -= MIN (segment->length, model->rcv_nxt - segment->seq);
      segment->seq = model->rcv_nxt;
    }
  if (model_before (edge, segment->seq + segment->length))
    segment->length = edge - segment->seq;
}

/* 3.10.7.1 */
static ModelSegment
in_closed (const ModelSegment *segment)
{
  uint32_t end = segment->seq + model_segment_length (segment);

  if (has (segment, MODEL_RST))
    return MODEL_NO_ANSWER;
  if (has (segment, MODEL_ACK))
    return reset_for (segment);
  return (ModelSegment){ .flags = MODEL_RST | MODEL_ACK, .ack = end };
}

static void
queue_behind_syn (Model *model, const ModelSegment *segment)
{
  ModelSegment rest = *segment;

  rest.seq++;
  trim (model, &rest);
  hold (model, rest.seq, rest.length, has (&rest, MODEL_FIN));
}

/* 3.10.7.2 */
static ModelSegment
in_listen (Model *model, const ModelSegment *segment)
{
  if (has (segment, MODEL_RST))
    return MODEL_NO_ANSWER;
  if (has (segment, MODEL_ACK))
    return reset_for (segment);
  if (!has (segment, MODEL_SYN))
    return MODEL_NO_ANSWER;
  model->irs = segment->seq;
  model->rcv_nxt = segment->seq + 1;
  model->rcv_wnd = model->window;
  queue_behind_syn (model, segment);
  select_iss (model);
  model->state = MODEL_SYN_RECEIVED;
  return model_syn_ack (model);
}

/* 3.10.7.3, from the fourth step on */
static ModelSegment
synchronize (Model *model, const ModelSegment *segment)
{
  model->irs = segment->seq;
  model->rcv_nxt = segment->seq + 1;
  take_window (model, segment);
  queue_behind_syn (model, segment);
  if (!has (segment, MODEL_ACK))
    {
      model->state = MODEL_SYN_RECEIVED;
      return model_syn_ack (model);
    }
  model->snd_una = segment->ack;
  model->state = MODEL_ESTABLISHED;
  process_held (model);
  return model_ack (model);
}

/* SND.UNA < SEG.ACK =< SND.NXT */
static bool
is_news (const Model *model, const ModelSegment *segment)
{
  return model_before (model->snd_una, segment->ack)
         && !model_before (model->snd_nxt, segment->ack);
}

/* 3.10.7.3 */
static ModelSegment
in_syn_sent (Model *model, const ModelSegment *segment)
{
  bool acked = has (segment, MODEL_ACK);

  if (acked && !is_news (model, segment))
    return has (segment, MODEL_RST) ? MODEL_NO_ANSWER : reset_for (segment);
  if (has (segment, MODEL_RST) && acked)
    {
      model->signal = MODEL_CONNECTION_RESET;
      model->state = MODEL_CLOSED;
    }
  if (has (segment, MODEL_RST) || !has (segment, MODEL_SYN))
    return MODEL_NO_ANSWER;
  return synchronize (model, segment);
}

/* 3.10.7.4, second step. An RST outside the window is dropped, wherever what
 * it carries may end. */
static ModelSegment
process_reset (Model *model, const ModelSegment *segment)
{
  if (segment->seq != model->rcv_nxt)
    return segment->seq - model->rcv_nxt < model->rcv_wnd ? model_ack (model)
                                                          : MODEL_NO_ANSWER;
  if (model->state == MODEL_SYN_RECEIVED && model->passive)
    {
      model->state = MODEL_LISTEN;
      return MODEL_NO_ANSWER;
    }
  if (model->state == MODEL_SYN_RECEIVED)
    model->signal = MODEL_CONNECTION_REFUSED;
  else if (model->state < MODEL_CLOSING)
    model->signal = MODEL_CONNECTION_RESET;
  model->state = MODEL_CLOSED;
  return MODEL_NO_ANSWER;
}

/* Fourth step. */
static ModelSegment
process_syn (Model *model)
{
  if (model->state != MODEL_SYN_RECEIVED || !model->passive)
    return model_ack (model);
  model->state = MODEL_LISTEN;
  return MODEL_NO_ANSWER;
}

/* Fifth step, as in ESTABLISHED. */
static void
process_ack (Model *model, const ModelSegment *segment)
{
  if (model_before (segment->ack, model->snd_una))
    return;
  model->snd_una = segment->ack;
  if (model_before (model->snd_wl1, segment->seq)
      || (model->snd_wl1 == segment->seq
          && !model_before (segment->ack, model->snd_wl2)))
    take_window (model, segment);
}

/* Fifth step, what the states add to it. False: the segment is done. */
static bool
process_acked_fin (Model *model)
{
  bool acked = model->fin_sent && model->snd_una == model->snd_nxt;

  if (model->state == MODEL_CLOSING && !acked)
    return false;
  if (model->state == MODEL_FIN_WAIT_1 && acked)
    model->state = MODEL_FIN_WAIT_2;
  else if (model->state == MODEL_CLOSING)
    model->state = MODEL_TIME_WAIT;
  else if (model->state == MODEL_LAST_ACK && acked)
    model->state = MODEL_CLOSED;
  return model->state != MODEL_CLOSED;
}

/* Seventh and eighth step; true: an ACK is due. */
static bool
process_text (Model *model, const ModelSegment *segment)
{
  bool fin = has (segment, MODEL_FIN);

  if (model->state == MODEL_ESTABLISHED || model->state == MODEL_FIN_WAIT_1
      || model->state == MODEL_FIN_WAIT_2)
    {
      hold (model, segment->seq, segment->length, fin);
      return process_held (model);
    }
  /* Text is ignored. */
  if (!fin || segment->seq + segment->length != model->rcv_nxt)
    return false;
  process_fin (model);
  return true;
}

/* From the fifth step on; ACK: one is due already. */
static ModelSegment
process_rest (Model *model, const ModelSegment *segment, bool ack)
{
  if (!has (segment, MODEL_ACK))
    return MODEL_NO_ANSWER;
  if (model->state == MODEL_SYN_RECEIVED)
    {
      if (!is_news (model, segment))
        return reset_for (segment);
      model->state = MODEL_ESTABLISHED;
      model->user = true;
      take_window (model, segment);
    }
  if (model->state != MODEL_TIME_WAIT)
    {
      if (model_before (model->snd_nxt, segment->ack))
        return model_ack (model);
      process_ack (model, segment);
    }
  if (process_acked_fin (model) && process_text (model, segment))
    ack = true;
  return ack ? model_ack (model) : MODEL_NO_ANSWER;
}

/* 3.10.7.4 */
static ModelSegment
in_other_states (Model *model, const ModelSegment *segment)
{
  ModelSegment rest = *segment;
  bool acceptable = model_is_acceptable (model, segment);

  if (has (segment, MODEL_RST))
    return process_reset (model, segment);
  if (!acceptable
      && (model->rcv_wnd > 0 || segment->seq != model->rcv_nxt
          || !has (segment, MODEL_ACK)))
    return model_ack (model);
  if (has (segment, MODEL_SYN))
    return process_syn (model);
  trim (model, &rest);
  return process_rest (model, &rest, !acceptable);
}

bool
model_is_acceptable (const Model *model, const ModelSegment *segment)
{
  uint32_t length = model_segment_length (segment);
  uint32_t first = segment->seq - model->rcv_nxt;

  if (model->rcv_wnd == 0)
    return length == 0 && first == 0;
  return first < model->rcv_wnd
         || (length > 0 && first + length - 1 < model->rcv_wnd);
}

ModelSegment
model_input (Model *model, const ModelSegment *segment)
{
  if (model->state == MODEL_CLOSED)
    return in_closed (segment);
  if (model->state == MODEL_LISTEN)
    return in_listen (model, segment);
  if (model->state == MODEL_SYN_SENT)
    return in_syn_sent (model, segment);
  return in_other_states (model, segment);
}
