// SPDX-License-Identifier: MIT
/* The words for what stack.h counts and enumerates. */
#include "stack/stack.h"

const char *
repair_cause_name (RepairCause cause)
{
  static const char *const names[] = { [REPAIR_NONE] = "none",
#define X(name, word) [REPAIR_##name] = word,
                                       REPAIR_CAUSES (X)
#undef X
  };

  return names[cause];
}

const char *
tcp_state_name (TcpState state)
{
  static const char *const names[] = {
#define X(name, word) [TCP_##name] = word,
    TCP_STATES (X)
#undef X
  };

  return names[state];
}

const char *
tcp_congestion_name (TcpCongestion congestion)
{
  static const char *const names[] = {
#define X(name, word) [TCP_CONGESTION_##name] = word,
    TCP_CONGESTIONS (X)
#undef X
  };

  return names[congestion];
}

const char *
stack_counter_name (StackCounter counter)
{
  static const char *const names[] = {
#define X(name, word) [STACK_COUNTER_##name] = word,
    STACK_COUNTERS (X)
#undef X
  };

  return names[counter];
}
