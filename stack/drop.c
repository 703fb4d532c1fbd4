// SPDX-License-Identifier: MIT
#include "stack/drop.h"

#include <glib.h>

const char *
drop_cause_name (DropCause cause)
{
  static const char *const names[DROP_CAUSE_COUNT] = { [DROP_NONE] = "none",
#define X(name, word) [DROP_##name] = word,
                                                       DROP_CAUSES (X)
#undef X
  };

  g_assert (cause < DROP_CAUSE_COUNT);
  return names[cause];
}
