// SPDX-License-Identifier: MIT
/* Fate by hand: "the 3rd packet with payload that matches".
 *
 * A rule counts the packets that match, over all flows, in the order in which
 * they enter the link, whatever other rules do with them; it is due when the
 * count says so. Of the rules that are due the first in file order fires.
 *
 * The match is a BPF expression, compiled by libpcap for raw IP packets. It
 * should have numbers only: names of hosts and services are looked up in the
 * system, which is no input of a run. */
#pragma once

#include "sim/element_spec.h"
#include "sim/packet.h"

typedef struct
{
  unsigned number; /* on its link in file order: 1, 2, ... */
  RuleAction action;
  Time delay_ns;
  RuleCount count;
  uint64_t first, last;
  uint64_t matches; /* counted so far */
  void *program;    /* struct bpf_program * */
} Rule;

/* NULL and *ERROR: the match is no BPF expression. */
Rule *rule_new (const RuleSpec *spec, unsigned number, GError **error);
void rule_free (Rule *rule);

/* Counts the packet if it matches; is the rule due for it? */
bool rule_is_due (Rule *rule, const Packet *packet);
