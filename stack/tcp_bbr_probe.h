// SPDX-License-Identifier: MIT
/* Is there more bandwidth now? The cycle that asks every two to three seconds
 * (draft-ietf-ccwg-bbr 5.3.3):
 *
 *   gain  1.25                       +--- UP ---+
 *         1    ---- CRUISE --+-REFILL+          |          +--- CRUISE ...
 *         0.9                                   +-- DOWN --+
 *
 * It asks sooner where Reno's window would have grown by as much as ours holds
 * (at most 63 rounds), so as not to be starved by us. What it learns about how
 * much the path can hold is the long-term bound: raised ever faster as long as
 * UP finds room, set to what was in flight when more than 2 % of it are lost.
 */
#pragma once

#include "stack/tcp_bbr_model.h"

/* Begins the cycle, or begins it anew without its first phase. */
void tcp_bbr_probe_enter (TcpCc *cc, Time now);
void tcp_bbr_probe_enter_cruise (TcpCc *cc, Time now);

void tcp_bbr_probe_update (TcpCc *cc, const TcpBbrAck *told);

bool tcp_bbr_probe_is_on (const TcpBbr *bbr);
/* Are losses to be expected, because we look for the limit? */
bool tcp_bbr_probe_expects_loss (const TcpBbr *bbr);

/* A router marked a packet while we asked for more: there is none. */
void tcp_bbr_probe_on_mark (TcpCc *cc, const TcpBbrAck *told);
