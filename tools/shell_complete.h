// SPDX-License-Identifier: MIT
/* How can the last word of a line go on? */
#pragma once

#include "tools/shell.h"

/* What can be put behind LINE for sure, or NULL: nothing; the caller frees.
 * Several possibilities are completed as far as they agree. */
char *shell_complete (const Shell *shell, const char *line);
