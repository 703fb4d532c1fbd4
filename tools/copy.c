// SPDX-License-Identifier: MIT
#include "tools/copy.h"
#include "sim/output.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

#define PIECE_MAX 65536

static bool
fail (const char *doing, const char *path, GError **error)
{
  int number = errno;
  g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (number),
               "cannot %s %s: %s", doing, path, g_strerror (number));
  return false;
}

static bool
copy_bytes (FILE *in, FILE *out)
{
  g_autofree char *piece = g_malloc (PIECE_MAX);
  size_t got;
  while ((got = fread (piece, 1, PIECE_MAX, in)) > 0)
    if (fwrite (piece, 1, got, out) != got)
      return false;
  return !ferror (in);
}

static bool
copy_file (const char *from, const char *to, GError **error)
{
  FILE *in = fopen (from, "rb");
  if (!in)
    return fail ("read", from, error);
  FILE *out = fopen (to, "wb");
  bool copied = out && copy_bytes (in, out);
  fclose (in);
  if (out && fclose (out) != 0)
    copied = false;
  return copied || fail ("write", to, error);
}

/* No results of runs, among which is the copy that is being made; nothing
 * that would wait for a writer. */
static bool
is_input (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return !output_is_result (path);
  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static bool
copy_folder (const char *from, const char *to, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (from, 0, error);
  const char *name;
  if (!folder)
    return false;
  while ((name = g_dir_read_name (folder)))
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);
      if (is_input (source) && !copy_tree (source, target, error))
        return false;
    }
  return g_mkdir_with_parents (to, 0777) == 0 || fail ("make", to, error);
}

bool
copy_tree (const char *from, const char *to, GError **error)
{
  if (g_file_test (from, G_FILE_TEST_IS_DIR))
    return copy_folder (from, to, error);
  g_autofree char *folder = g_path_get_dirname (to);
  if (g_mkdir_with_parents (folder, 0777) != 0)
    return fail ("make", folder, error);
  return copy_file (from, to, error);
}
