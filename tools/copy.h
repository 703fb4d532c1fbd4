// SPDX-License-Identifier: MIT
/* Copies a file, or a directory with all below: regular files, and no
 * folder that is the result of a run. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Folders above TO are made. False and *ERROR. */
bool copy_tree (const char *from, const char *to, GError **error);
