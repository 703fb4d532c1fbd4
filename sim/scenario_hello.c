// SPDX-License-Identifier: MIT
#include "sim/scenario.h"

const char SCENARIO_HELLO[] =
    "title  \"The same twenty messages, twice\"\n"
    "seed   7\n"
    "\n"
    "host   alice 10.0.0.1/24 fd00::1/64\n"
    "host   bob   10.0.0.2/24 fd00::2/64\n"
    "\n"
    "# Packets from alice to bob get lost, doubled and out of order;\n"
    "# the way back is better.\n"
    "link   alice>bob   delay 40ms 15ms  loss 20%  duplicate 5%\n"
    "link   bob>alice   delay 40ms  loss 5%\n"
    "\n"
    "# Once over a stream, once over datagrams.\n"
    "app    bob   receive  tcp 7777\n"
    "app    bob   receive  udp 7777\n"
    "app    alice messages tcp bob:7777 count 20 every 10ms\n"
    "app    alice messages udp bob:7777 count 20 every 10ms\n"
    "\n"
    "expect tcp.delivered == 20\n"
    "run for 30s\n";
