// SPDX-License-Identifier: MIT
#include "tests/table/rules.h"

#include <glib.h>

static bool
has (const ModelSegment *segment, uint8_t flag)
{
  return (segment->flags & flag) != 0;
}

static bool
is_synchronized (const Model *model)
{
  return model->state >= MODEL_ESTABLISHED;
}

/* The peer's FIN has been processed. */
static bool
is_behind_fin (const Model *model)
{
  return model->state == MODEL_CLOSE_WAIT || model->state >= MODEL_CLOSING;
}

/* RFC 5961 5.2 */
static bool
is_ack_in_range (const Model *model, const ModelSegment *segment)
{
  uint32_t oldest = model->snd_una - model->max_snd_wnd;

  return !model_before (segment->ack, oldest)
         && !model_before (model->snd_nxt, segment->ack);
}

/* It reaches the fifth step, of the ACK field. */
static bool
reaches_ack (const Model *model, const ModelSegment *segment)
{
  return is_synchronized (model) && model_is_acceptable (model, segment)
         && !has (segment, MODEL_RST) && !has (segment, MODEL_SYN)
         && has (segment, MODEL_ACK);
}

static bool
completes_handshake (const Model *model, const ModelSegment *segment)
{
  return model->state == MODEL_SYN_RECEIVED && has (segment, MODEL_ACK)
         && !has (segment, MODEL_RST)
         && model_before (model->snd_una, segment->ack)
         && !model_before (model->snd_nxt, segment->ack);
}

static bool
refused (Model *model, const ModelSegment *segment, ModelSegment *answer)
{
  if (model->state != MODEL_SYN_SENT || !has (segment, MODEL_RST))
    return false;
  *answer = model_input (model, segment);
  if (model->signal == MODEL_CONNECTION_RESET)
    model->signal = MODEL_CONNECTION_REFUSED;
  return true;
}

static bool
drop_text_of_syn (Model *model,
                  const ModelSegment *segment,
                  ModelSegment *answer)
{
  if (model->state != MODEL_SYN_RECEIVED || model->held_count == 0)
    return false;
  model->held_count = 0;
  *answer = model_input (model, segment);
  return true;
}

static bool
repeat_syn_ack (Model *model, const ModelSegment *segment, ModelSegment *answer)
{
  if (model->state != MODEL_SYN_RECEIVED || !has (segment, MODEL_SYN)
      || has (segment, MODEL_RST) || model_is_acceptable (model, segment))
    return false;
  *answer = model_syn_ack (model);
  return true;
}

static bool
complete_simultaneous_open (Model *model,
                            const ModelSegment *segment,
                            ModelSegment *answer)
{
  ModelSegment rest = *segment;

  if (!completes_handshake (model, segment) || !has (segment, MODEL_SYN)
      || segment->seq != model->irs)
    return false;
  rest.flags &= (uint8_t) ~MODEL_SYN;
  rest.seq++;
  *answer = model_input (model, &rest);
  return true;
}

static bool
challenge_syn (Model *model, const ModelSegment *segment, ModelSegment *answer)
{
  if (model->state != MODEL_SYN_RECEIVED || !model->passive
      || !has (segment, MODEL_SYN) || has (segment, MODEL_RST)
      || !model_is_acceptable (model, segment))
    return false;
  *answer = model_ack (model);
  return true;
}

static bool
challenge_ack (Model *model, const ModelSegment *segment, ModelSegment *answer)
{
  if (!reaches_ack (model, segment) || is_ack_in_range (model, segment))
    return false;
  *answer = model_ack (model);
  return true;
}

static bool
survive_reset (Model *model, const ModelSegment *segment, ModelSegment *answer)
{
  if (model->state != MODEL_TIME_WAIT || !has (segment, MODEL_RST))
    return false;
  *answer = MODEL_NO_ANSWER;
  return true;
}

static bool
reopen (Model *model, const ModelSegment *segment, ModelSegment *answer)
{
  Model new = { .next_iss = model->next_iss, .window = model->window };
  bool beyond = segment->seq == model->rcv_nxt
                || model_before (model->rcv_nxt, segment->seq);

  if (model->state != MODEL_TIME_WAIT || !model->passive
      || !has (segment, MODEL_SYN) || has (segment, MODEL_ACK)
      || has (segment, MODEL_RST) || !beyond)
    return false;
  if (!model_before (model->snd_nxt, model->next_iss))
    new.next_iss = model->snd_nxt + 1;
  model_open_passive (&new);
  *answer = model_input (&new, segment);
  *model = new;
  return true;
}

static bool
acknowledge_behind_fin (Model *model,
                        const ModelSegment *segment,
                        ModelSegment *answer)
{
  ModelSegment rest = *segment;

  if (!is_behind_fin (model) || !reaches_ack (model, segment)
      || !is_ack_in_range (model, segment)
      || model_segment_length (segment) == 0)
    return false;
  rest.length = 0;
  rest.flags &= (uint8_t) ~MODEL_FIN;
  rest.seq =
      model_before (rest.seq, model->rcv_nxt) ? model->rcv_nxt : rest.seq;
  *answer = model_input (model, &rest);
  if (model->state != MODEL_CLOSED)
    *answer = model_ack (model);
  return true;
}

static bool
acknowledge_early (Model *model,
                   const ModelSegment *segment,
                   ModelSegment *answer)
{
  bool is_taken = reaches_ack (model, segment)
                  && is_ack_in_range (model, segment)
                  && (!model->orphan || segment->length == 0);
  unsigned held = model->held_count;

  if (is_behind_fin (model) || !model_before (model->rcv_nxt, segment->seq)
      || !(is_taken || completes_handshake (model, segment)))
    return false;
  *answer = model_input (model, segment);
  if (model->held_count > held)
    *answer = model_ack (model);
  return true;
}

static bool
reset_orphan (Model *model, const ModelSegment *segment, ModelSegment *answer)
{
  if (!model->orphan || is_behind_fin (model) || segment->length == 0
      || !model_before (model->rcv_nxt, segment->seq + segment->length)
      || !reaches_ack (model, segment) || !is_ack_in_range (model, segment))
    return false;
  *answer = model_ack (model);
  answer->flags |= MODEL_RST;
  model->state = MODEL_CLOSED;
  return true;
}

static bool
take_probe (Model *model, const ModelSegment *segment, ModelSegment *answer)
{
  ModelSegment rest = *segment;

  if (!is_synchronized (model) || model->rcv_wnd > 0
      || segment->seq != model->rcv_nxt - 1 || has (segment, MODEL_SYN)
      || has (segment, MODEL_RST))
    return false;
  rest.seq++;
  rest.length = 0;
  rest.flags &= (uint8_t) ~MODEL_FIN;
  model_input (model, &rest);
  *answer = model_ack (model);
  return true;
}

static bool
take_newer_window (Model *model,
                   const ModelSegment *segment,
                   ModelSegment *answer)
{
  if (!reaches_ack (model, segment) || !is_ack_in_range (model, segment)
      || !model_before (segment->seq, model->snd_wl1)
      || !model_before (model->snd_wl2, segment->ack)
      || (is_behind_fin (model) && model_segment_length (segment) > 0))
    return false;
  model->snd_wl1 = segment->seq;
  if (!acknowledge_early (model, segment, answer))
    *answer = model_input (model, segment);
  return true;
}

const Rule RULES[] = {
  { "refused", "POSIX connect()",
    "A connection that never came about was refused, not reset.", refused },
  { "text-of-syn", "RFC 9293 3.10.7.2; TCP-OPN-17",
    "What comes with a SYN is not acknowledged with it, so it may be dropped "
    "and not queued: nobody holds buffers for an embryo.",
    drop_text_of_syn },
  { "repeated-syn", "RFC 9293 3.8.1; TCP-OPN-15",
    "Who sends a SYN again has not got our SYN-ACK; it is sent again at once "
    "in place of the bare ACK.",
    repeat_syn_ack },
  { "simultaneous-open", "RFC 9293 3.5, figure 7, and A.2",
    "The SYN-ACK of the other end bears the number of its SYN, which is no "
    "longer in the window; its ACK is what completes the open.",
    complete_simultaneous_open },
  { "syn-in-syn-received", "RFC 5961 4.2; TCP-OPN-16",
    "A SYN in the window of an embryo is challenged as it is later, or else "
    "it could be forged to end the embryo.",
    challenge_syn },
  { "ack-range", "RFC 9293 MAY-12, RFC 5961 5.2; TCP-ACK-1",
    "An ACK that this connection cannot have earned discards the whole "
    "segment and is answered by an ACK.",
    challenge_ack },
  { "time-wait-reset", "RFC 1337 3, fix F1; TCP-TW-4",
    "No RST ends a TIME-WAIT, and so none needs a challenge.", survive_reset },
  { "reopen", "RFC 9293 MAY-2, RFC 6191 2; TCP-TW-2",
    "A SYN beyond the end of the old connection opens the next one, with an "
    "ISS above the old SND.NXT.",
    reopen },
  { "behind-fin", "RFC 9293 3.10.7.4, step 8",
    "Nothing has a place behind the peer's FIN: RCV.NXT does not move any "
    "more, and who sends there is told so by an ACK.",
    acknowledge_behind_fin },
  { "early", "RFC 9293 MAY-13, RFC 5681 4.2",
    "Text or a FIN beyond a hole is acknowledged at once, so that the sender "
    "learns of the hole.",
    acknowledge_early },
  { "orphan", "RFC 9293 3.6.1, SHLD-3; TCP-CLS-8",
    "Text that nobody will ever read is answered with a reset.", reset_orphan },
  { "closed-window-probe", "RFC 9293 A.2; TCP-SEQ-5",
    "With a closed window the ACK and the window of a probe at RCV.NXT - 1 "
    "count, too, or two ends that probe each other never hear.",
    take_probe },
  { "newer-ack", "RFC 9293 3.10.7.4, step 5; as Linux",
    "A segment that is sent again may bring a newer ACK: its window is the "
    "newer one, too, or SND.UNA would carry the right edge too far.",
    take_newer_window },
};

const unsigned RULE_COUNT = G_N_ELEMENTS (RULES);
