// SPDX-License-Identifier: MIT
/* A scenario in plain words, so that its author sees whether it says what was
 * meant: hosts, links with their chains, rules, programs, changes and
 * expectations, in the order of the file. */
#pragma once

#include "sim/scenario.h"

void explain_scenario (GString *text, const Scenario *scenario);

/* "alice has 10.0.0.1/24", and an indented line for each of its options. */
void explain_host (GString *text, const ScenarioHost *host);

/* "delays by 40ms, then loses 20%"; "passes everything at once". */
void explain_chain (GString *text, const ChainSpec *chain);

/* "drops the 3rd packet with payload that matches 'udp'". */
void explain_rule (GString *text, const RuleSpec *rule);

/* "sends 20 messages over tcp to bob:7777, one every 10ms". */
void explain_app (GString *text, const ScenarioApp *app);

/* Units as the scenario language has them. */
void explain_time (GString *text, Time time);
void explain_rate (GString *text, uint64_t rate_bps);
