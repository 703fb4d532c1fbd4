// SPDX-License-Identifier: MIT
#include "sim/ledger.h"

/* The words of ledger_metric.c. */
const char *const LEDGER_WORDS[] = { "sent",
                                     "delivered",
                                     "lost",
                                     "duplicated",
                                     "reordered",
                                     "first_delay",
                                     "median_delay",
                                     "last_delay",
                                     "bytes_sent",
                                     "bytes_delivered",
                                     "bytes_lost",
                                     "holes",
                                     "packets",
                                     "packets_lost",
                                     "packets_duplicated",
                                     "packets_reordered",
                                     "packets_corrupted",
                                     "bytes_on_wire",
                                     "retransmitted",
                                     "flows",
                                     "closed",
                                     "failed",
                                     NULL };
