// SPDX-License-Identifier: MIT
#include "sim/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK          "# tunlab: "
#define NAME_MAX_SIZE 1000

G_DEFINE_QUARK (tunlab - output - error, output_error)

struct Output
{
  char *path;   /* the name at the end */
  char *folder; /* where everything is now; NULL: committed or removed */
};

static void
set_error (GError **error, OutputError code, const char *what, const char *path)
{
  int number = errno;

  g_set_error (error, OUTPUT_ERROR, (int) code, "%s %s: %s", what, path,
               g_strerror (number));
}

/* Removes NAME in the open folder PARENT and all below; links are removed,
 * never followed. False and errno: something is left. */
static bool
remove_at (int parent, const char *name)
{
  DIR *folder;
  struct dirent *entry;
  bool removed = true;
  int descriptor;

  if (unlinkat (parent, name, 0) == 0 || errno == ENOENT)
    return true;
  if (errno != EISDIR && errno != EPERM)
    return false;
  descriptor =
      openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0)
    return false;
  folder = fdopendir (descriptor);
  if (folder == NULL)
    {
      close (descriptor);
      return false;
    }
  while ((entry = readdir (folder)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      removed = remove_at (descriptor, entry->d_name) && removed;
  closedir (folder);
  return unlinkat (parent, name, AT_REMOVEDIR) == 0 && removed;
}

static bool
folder_is_empty (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);

  return folder != NULL && g_dir_read_name (folder) == NULL;
}

char *
output_first_line (const char *scenario)
{
  g_autofree char *name = g_strndup (scenario, NAME_MAX_SIZE);

  g_strdelimit (name, "\r\n", ' ');
  return g_strconcat (MARK, name, "\n", NULL);
}

/* The first line of the scenario in the folder PATH; NULL: there is none, so
 * this is no result of a run. */
static char *
read_first_line (const char *path)
{
  g_autofree char *file_path = g_build_filename (path, "scenario.lab", NULL);
  char line[sizeof MARK + NAME_MAX_SIZE + 1];
  FILE *file = fopen (file_path, "re");
  bool found;

  if (file == NULL)
    return NULL;
  found =
      fgets (line, sizeof line, file) != NULL && g_str_has_prefix (line, MARK);
  fclose (file);
  return found ? g_strdup (line) : NULL;
}

bool
output_is_result (const char *path)
{
  g_autofree char *line = read_first_line (path);

  return line != NULL;
}

static const char *
find_objection (const char *path, mode_t mode, const char *scenario, bool force)
{
  g_autofree char *expected = output_first_line (scenario);
  g_autofree char *found = NULL;

  if (!S_ISDIR (mode))
    return "is there already and no folder";
  if (folder_is_empty (path))
    return NULL;
  found = read_first_line (path);
  if (found == NULL)
    return "is there already and no result of a run: never replaced";
  if (strcmp (found, expected) != 0 && !force)
    return "is there already, the result of another scenario, which "
           "--force replaces";
  return NULL;
}

/* May what is at PATH be replaced? */
static bool
may_replace (const char *path, const char *scenario, bool force, GError **error)
{
  const char *objection;
  struct stat status;

  if (lstat (path, &status) != 0)
    {
      if (errno == ENOENT)
        return true;
      set_error (error, OUTPUT_ERROR_CREATE, "cannot look at", path);
      return false;
    }
  objection = find_objection (path, status.st_mode, scenario, force);
  if (objection != NULL)
    g_set_error (error, OUTPUT_ERROR, OUTPUT_ERROR_EXISTS, "%s %s", path,
                 objection);
  return objection == NULL;
}

/* Without slashes at the end, which would make the neighbour a child. */
static char *
trim_path (const char *path)
{
  char *trimmed = g_strdup (path);

  for (size_t length = strlen (trimmed);
       length > 1 && trimmed[length - 1] == '/'; length--)
    trimmed[length - 1] = '\0';
  return trimmed;
}

/* The user's mask decides who may look, as with any other new folder. */
static bool
make_temporary (char *folder, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  mode_t mask;

  if (g_mkdir_with_parents (parent, 0777) != 0)
    {
      set_error (error, OUTPUT_ERROR_CREATE, "cannot create", parent);
      return false;
    }
  if (g_mkdtemp (folder) == NULL)
    {
      set_error (error, OUTPUT_ERROR_CREATE, "cannot create", folder);
      return false;
    }
  mask = umask (0);
  umask (mask);
  if (chmod (folder, 0777 & ~mask) != 0)
    {
      set_error (error, OUTPUT_ERROR_CREATE, "cannot create", folder);
      rmdir (folder);
      return false;
    }
  return true;
}

Output *
output_new (const char *path, const char *scenario, bool force, GError **error)
{
  g_autofree char *trimmed = trim_path (path);
  g_autofree char *folder = g_strconcat (trimmed, ".tmp-XXXXXX", NULL);
  Output *output;

  if (*trimmed == '\0')
    {
      g_set_error (error, OUTPUT_ERROR, OUTPUT_ERROR_CREATE,
                   "a folder needs a name");
      return NULL;
    }
  if (!may_replace (trimmed, scenario, force, error)
      || !make_temporary (folder, error))
    return NULL;
  output = g_new0 (Output, 1);
  output->path = g_steal_pointer (&trimmed);
  output->folder = g_steal_pointer (&folder);
  return output;
}

const char *
output_folder (const Output *output)
{
  return output->folder;
}

/* For file systems that cannot exchange: the old one steps aside; it comes
 * back when the new one cannot take its place. */
static bool
step_aside (Output *output)
{
  g_autofree char *aside = g_strconcat (output->folder, ".old", NULL);
  int number;

  if (rename (output->path, aside) != 0)
    return false;
  if (rename (output->folder, output->path) == 0)
    {
      remove_at (AT_FDCWD, aside);
      return true;
    }
  number = errno;
  rename (aside, output->path);
  errno = number;
  return false;
}

static bool
take_name (Output *output)
{
  if (renameat2 (AT_FDCWD, output->folder, AT_FDCWD, output->path,
                 RENAME_EXCHANGE)
      == 0)
    {
      remove_at (AT_FDCWD, output->folder); /* the old one by now */
      return true;
    }
  if (errno == EINVAL || errno == ENOSYS)
    return rename (output->folder, output->path) == 0 || step_aside (output);
  return errno == ENOENT && rename (output->folder, output->path) == 0;
}

static void
remove_temporary (Output *output)
{
  if (output->folder != NULL)
    remove_at (AT_FDCWD, output->folder);
  g_clear_pointer (&output->folder, g_free);
}

bool
output_commit (Output *output, GError **error)
{
  bool taken = take_name (output);

  if (taken)
    g_clear_pointer (&output->folder, g_free);
  else
    {
      set_error (error, OUTPUT_ERROR_WRITE, "cannot write", output->path);
      remove_temporary (output);
    }
  return taken;
}

void
output_remove (const char *folder)
{
  remove_at (AT_FDCWD, folder);
}

void
output_free (Output *output)
{
  remove_temporary (output);
  g_free (output->path);
  g_free (output);
}
