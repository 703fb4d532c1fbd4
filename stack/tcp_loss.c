// SPDX-License-Identifier: MIT
#include "stack/tcp_loss.h"

#include <glib.h>

/* Episodes */

static bool
is_recovering (const TcpLoss *loss)
{
  return loss->episode == TCP_EPISODE_RECOVERY;
}

static void
calm_down (TcpLoss *loss)
{
  loss->episode = TCP_EPISODE_CALM;
  loss->newreno = (TcpNewreno){ .duplicates = 0 };
  tcp_count_begin (&loss->count);
}

/* A loss is a sign of congestion. What limited transmit sent beyond cwnd does
 * not count (RFC 3042 2), and of a second sign's flight only what the first
 * one left of the window. */
static void
reduce (TcpLoss *loss, TcpSent *sent, TcpCc *cc, const TcpAck *ack)
{
  TcpAck sign = *ack;
  int64_t window = is_recovering (loss) ? cc->ssthresh : cc->cwnd;

  sign.flight = MIN (ack->flight, window);
  tcp_undo_keep (&loss->undo, cc, sent);
  loss->reduced = sent->turns;
  cc->class->on_congestion (cc, &sign, TCP_SIGN_LOSS);
}

static void
begin_recovery (TcpLoss *loss, TcpSent *sent, TcpCc *cc, const TcpAck *ack)
{
  reduce (loss, sent, cc, ack);
  loss->episode = TCP_EPISODE_RECOVERY;
  loss->recover = sent->nxt;
  loss->repair_now = true;
  tcp_newreno_begin (&loss->newreno, cc->mss);
  tcp_count_begin (&loss->count);
  /* RFC 9937 6.1: what had been reported before is not delivered again. */
  tcp_prr_begin (&loss->prr, ack->flight - (sent->sacked - ack->sacked));
}

/* Everything that was in flight when it began has arrived. Whoever was in
 * charge then may have set no threshold. */
static void
end_episode (TcpLoss *loss, TcpCc *cc)
{
  if (is_recovering (loss) && !cc->class->owns_window
      && cc->ssthresh < INT64_MAX)
    cc->cwnd = cc->ssthresh;
  tcp_rack_on_recovered (&loss->rack);
  calm_down (loss);
}

/* The repairs were not needed: nothing is lost, and nothing was. */
static void
take_back (TcpLoss *loss, TcpSent *sent, TcpCc *cc, const TcpAck *ack)
{
  tcp_sent_find_all (sent);
  tcp_rack_forget (&loss->rack);
  tcp_undo_restore (&loss->undo, cc, ack);
  calm_down (loss);
  loss->repair_now = false;
  loss->untold = 0;
}

/* Witnesses */

/* True: something is lost. */
static bool
detect (TcpLoss *loss, TcpSent *sent, const TcpCc *cc, const TcpAck *ack)
{
  bool calm = loss->episode == TCP_EPISODE_CALM;
  int64_t lost = sent->rate.lost;

  if (loss->witness == TCP_WITNESS_COUNT)
    return tcp_count_on_ack (&loss->count, sent, cc->mss,
                             calm && sent->una >= loss->recover, ack);
  if (loss->witness == TCP_WITNESS_DUPLICATES)
    return ack->duplicate
           && tcp_newreno_on_duplicate (&loss->newreno, sent, cc->mss,
                                        is_recovering (loss),
                                        sent->una > loss->recover, ack);
  tcp_rack_on_ack (&loss->rack, ack);
  tcp_rack_detect (&loss->rack, sent, ack->srtt, !calm, ack->now, ack->id);
  return sent->rate.lost > lost;
}

/* A probe of the path did not arrive: that is all, and the duplicate ACKs that
 * follow mean nothing. */
static void
spare (TcpLoss *loss, const TcpSent *sent)
{
  calm_down (loss);
  loss->recover = sent->nxt;
  loss->repair_now = true;
}

/* Whatever is lost calls for an episode; in one, only a lost repair that left
 * after the last reduction does (RFC 5681 4.3). */
static void
judge (TcpLoss *loss, TcpSent *sent, TcpCc *cc, const TcpAck *ack, bool found)
{
  bool again = sent->repair_lost > loss->reduced;

  if (loss->probe.end > 0
      && tcp_probe_settle (&loss->probe, sent,
                           loss->episode == TCP_EPISODE_CALM))
    spare (loss, sent);
  else if (found && (loss->episode == TCP_EPISODE_CALM || again))
    begin_recovery (loss, sent, cc, ack);
}

/* PRR's window while it repairs, with SACK. */
static void
set_window (TcpLoss *loss, TcpSent *sent, TcpCc *cc, const TcpAck *ack)
{
  bool safe = ack->acked > 0 && ack->lost == 0;
  int64_t pipe = tcp_sent_pipe (sent), count;

  if (!is_recovering (loss) || loss->witness == TCP_WITNESS_DUPLICATES
      || cc->class->owns_window || (ack->delivered == 0 && loss->prr.out > 0))
    return;
  count = tcp_prr_on_ack (&loss->prr, ack->delivered, safe, pipe, cc->ssthresh,
                          cc->mss);
  cc->cwnd = MAX (pipe + count, cc->mss);
}

static bool
on_progress (TcpLoss *loss, TcpSent *sent, TcpCc *cc, const TcpAck *ack)
{
  loss->timeouts = 0;
  loss->path = TCP_PATH_KNOWN;
  if (is_recovering (loss) && sent->una < loss->recover
      && loss->witness == TCP_WITNESS_DUPLICATES)
    {
      loss->repair_now = true;
      return tcp_newreno_on_partial (&loss->newreno, sent, cc->mss, ack);
    }
  /* Without SACK what is left of a spared one fits into no window: what has
   * arrived behind it still counts as in flight. */
  if (loss->witness == TCP_WITNESS_DUPLICATES
      && loss->episode == TCP_EPISODE_CALM && sent->lost > 0)
    loss->repair_now = true;
  loss->newreno.duplicates = 0;
  if (loss->episode != TCP_EPISODE_CALM && sent->una >= loss->recover)
    end_episode (loss, cc);
  return true;
}

bool
tcp_loss_on_ack (TcpLoss *loss, TcpSent *sent, TcpCc *cc, TcpAck *ack)
{
  bool sack = loss->witness != TCP_WITNESS_DUPLICATES;
  int64_t lost = sent->rate.lost;
  bool restart = false;

  ack->recovering = is_recovering (loss);
  if (tcp_undo_on_ack (&loss->undo, ack, sack))
    take_back (loss, sent, cc, ack);
  ack->lost_late = loss->untold;
  loss->untold = 0;
  if (ack->acked > 0)
    restart = on_progress (loss, sent, cc, ack);
  judge (loss, sent, cc, ack, detect (loss, sent, cc, ack));
  if (tcp_tlp_on_ack (&loss->tlp, ack) && loss->episode == TCP_EPISODE_CALM)
    reduce (loss, sent, cc, ack);
  ack->lost = sent->rate.lost - lost;
  ack->recovering = ack->recovering || is_recovering (loss);
  set_window (loss, sent, cc, ack);
  cc->class->on_ack (cc, ack);
  return restart;
}

/* Timers */

void
tcp_loss_on_timeout (TcpLoss *loss, TcpSent *sent, TcpCc *cc, TcpAck *ack)
{
  bool first = loss->timeouts == 0;

  /* Only the first timeout of a segment halves (RFC 5681 3.1); F-RTO is not
   * for one in the course of another's repairs (RFC 5682 2.1). */
  if (first)
    {
      tcp_undo_keep (&loss->undo, cc, sent);
      if (loss->episode != TCP_EPISODE_TIMEOUT)
        tcp_undo_on_timeout (&loss->undo, sent);
      cc->class->on_timeout (cc, ack);
    }
  else
    {
      loss->undo.frto = TCP_FRTO_NONE;
      cc->cwnd = cc->mss;
    }
  loss->timeouts++;
  loss->path = TCP_PATH_KNOWN;
  calm_down (loss);
  loss->episode = TCP_EPISODE_TIMEOUT;
  loss->recover = sent->nxt;
  loss->reduced = sent->turns;
  loss->repair_now = true;
  loss->tlp.out = loss->tlp.due = false;
  tcp_sent_forget_blocks (sent);
  if (loss->witness == TCP_WITNESS_TIME)
    tcp_rack_on_timeout (&loss->rack, sent, ack->srtt, ack->now);
  else
    tcp_sent_lose_all (sent, REPAIR_RTO);
}

void
tcp_loss_on_reordering (TcpLoss *loss, TcpSent *sent, TcpCc *cc, TcpAck *ack)
{
  int64_t lost = sent->rate.lost;

  tcp_rack_detect (&loss->rack, sent, ack->srtt,
                   loss->episode != TCP_EPISODE_CALM, ack->now, 0);
  judge (loss, sent, cc, ack, sent->rate.lost > lost);
  loss->untold += sent->rate.lost - lost;
  set_window (loss, sent, cc, ack);
}

void
tcp_loss_on_too_big (
    TcpLoss *loss, TcpSent *sent, int64_t mss, int64_t data_end, uint64_t by)
{
  if (!tcp_sent_lose_larger (sent, mss, data_end, REPAIR_TOO_BIG, by))
    return;
  spare (loss, sent);
  loss->path = TCP_PATH_SHRUNK;
}

/* What output asks */

void
tcp_loss_on_send (TcpLoss *loss, int64_t length)
{
  if (is_recovering (loss))
    tcp_prr_on_send (&loss->prr, length);
}

bool
tcp_loss_may_probe (const TcpLoss *loss, const TcpSent *sent)
{
  return loss->witness == TCP_WITNESS_TIME && loss->episode == TCP_EPISODE_CALM
         && sent->count > 0 && sent->lost == 0 && sent->sacked == 0
         && tcp_tlp_may_probe (&loss->tlp);
}

int64_t
tcp_loss_allowance (const TcpLoss *loss, int64_t mss)
{
  if (loss->witness != TCP_WITNESS_DUPLICATES)
    return 0;
  return tcp_newreno_allowance (&loss->newreno, mss, is_recovering (loss));
}
