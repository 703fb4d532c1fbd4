// SPDX-License-Identifier: MIT
/* The output folder, written completely or not at all: everything goes to a
 * temporary folder beside it, which takes its name at the end. What is there
 * already is replaced only when it is a result of the same scenario, or by
 * force one of another; a folder that is no result at all, never. Until the
 * exchange the old one stays as it was. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Output Output;

#define OUTPUT_ERROR (output_error_quark ())
GQuark output_error_quark (void);

typedef enum
{
  OUTPUT_ERROR_EXISTS, /* another scenario's result, or no result at all */
  OUTPUT_ERROR_CREATE, /* cannot be created: exit 3 */
  OUTPUT_ERROR_WRITE   /* failed on the way: exit 1 */
} OutputError;

/* SCENARIO names the scenario. A folder is its result when scenario.lab in it
 * begins with output_first_line; an empty folder may be replaced too. Parents
 * that are missing are created. NULL: EXISTS or CREATE. */
Output *
output_new (const char *path, const char *scenario, bool force, GError **error);

/* "# tunlab: SCENARIO\n", with which scenario.lab must begin; to be freed. */
char *output_first_line (const char *scenario);

/* Is the folder PATH the result of a run? */
bool output_is_result (const char *path);

/* The folder in which to write now. */
const char *output_folder (const Output *output);

/* Takes the name; false: nothing changed, the temporary folder is gone. */
bool output_commit (Output *output, GError **error);

/* Removes a temporary folder whose owner is gone, and all that is in it; links
 * are not followed. */
void output_remove (const char *folder);

/* Removes the temporary folder when it was not committed. */
void output_free (Output *output);
