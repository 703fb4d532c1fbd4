// SPDX-License-Identifier: MIT
/* tunlab doctor: what this system allows, and the cure for what it doesn't.
 * Exit 0: run and exec work; 3: one of them would be refused. Programs that
 * only help to look at captures are named, but change nothing. */
#include "stack/address.h"
#include "tools/member.h"
#include "tools/options.h"
#include "tools/verbs.h"
#include "tun/namespace.h"
#include "tun/refusal.h"
#include "tun/tun.h"
#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define ENOUGH_BYTES   ((uint64_t) 100 << 20)
#define ENOUGH_COLUMNS 80

typedef enum
{
  STATE_OK,
  STATE_MISSING, /* does without */
  STATE_REFUSED
} State;

static const char *const state_names[] = { "ok", "missing", "refused" };

typedef struct
{
  const char *name;
  const char *purpose; /* run, exec or look */
  State state;
  char *text; /* how it is, or the cure */
} Check;

typedef struct
{
  GArray *checks; /* Check */
} Doctor;

/* Takes TEXT. */
static State
report (Doctor *doctor,
        const char *purpose,
        const char *name,
        State state,
        char *text)
{
  Check check = { name, purpose, state, text };
  g_array_append_val (doctor->checks, check);
  return state;
}

static void
check_folder (Doctor *doctor)
{
  struct statvfs disk;
  if (access (".", W_OK | X_OK) != 0 || statvfs (".", &disk) != 0)
    {
      report (doctor, "run", "folder", STATE_REFUSED,
              g_strdup_printf ("cannot write here (%s): change to a folder of "
                               "yours, or give --out",
                               g_strerror (errno)));
      return;
    }
  uint64_t bytes = (uint64_t) disk.f_bavail * disk.f_frsize;
  g_autofree char *size = g_format_size (bytes);
  if (bytes < ENOUGH_BYTES)
    report (doctor, "run", "folder", STATE_REFUSED,
            g_strdup_printf ("only %s free here: remove something, or give "
                             "--out",
                             size));
  else
    report (doctor, "run", "folder", STATE_OK,
            g_strdup_printf ("may write here, %s free", size));
}

static void
check_terminal (Doctor *doctor)
{
  struct winsize window;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0)
    report (doctor, "look", "terminal", STATE_OK,
            g_strdup ("none here; tables are for 80 columns"));
  else if (window.ws_col < ENOUGH_COLUMNS)
    report (doctor, "look", "terminal", STATE_MISSING,
            g_strdup_printf ("%u columns: widen it to %d", window.ws_col,
                             ENOUGH_COLUMNS));
  else
    report (doctor, "look", "terminal", STATE_OK,
            g_strdup_printf ("%u columns", window.ws_col));
}

static State
check_tun_file (Doctor *doctor)
{
  int tun = tun_open ();
  if (tun < 0)
    return report (doctor, "exec", "tun", STATE_REFUSED,
                   refusal_explain (REFUSED_DEVICE_FILE, errno));
  close (tun);
  return report (doctor, "exec", "tun", STATE_OK,
                 g_strdup (TUN_PATH " can be opened"));
}

/* Tries it: nothing else tells for sure. */
static State
check_namespace (Doctor *doctor,
                 const char *name,
                 const NamespaceConfig *config,
                 const char *text)
{
  g_autoptr (GError) error = NULL;
  Namespace *namespace = namespace_new (config, &error);
  if (namespace == NULL)
    return report (doctor, "exec", name, STATE_REFUSED,
                   g_strdup (error->message));
  namespace_free (namespace);
  return report (doctor, "exec", name, STATE_OK, g_strdup (text));
}

static GArray *
sample_addresses (void)
{
  ScenarioAddress samples[2] = { { .prefix_length = 24 },
                                 { .prefix_length = 64 } };
  address_parse ("10.0.0.1", &samples[0].address);
  address_parse ("fd00::1", &samples[1].address);
  GArray *addresses = g_array_new (FALSE, FALSE, sizeof (ScenarioAddress));
  return g_array_append_vals (addresses, samples, 2);
}

static void
check_exec (Doctor *doctor)
{
  g_autoptr (GArray) addresses = sample_addresses ();
  NamespaceDevice device = { .name = "lab0",
                             .mtu = 1500,
                             .addresses = addresses };
  NamespaceConfig config = { .host = "doctor", .names = "" };
  State tun = check_tun_file (doctor);
  State namespaces =
      check_namespace (doctor, "namespaces", &config,
                       geteuid () == 0 ? "of their own, as root"
                                       : "of their own, without rights");
  if (tun != STATE_OK || namespaces != STATE_OK)
    return;
  config.devices = &device;
  config.device_count = 1;
  check_namespace (doctor, "devices", &config, "with IPv4 and IPv6");
}

static void
check_program (Doctor *doctor, const char *name, const char *package)
{
  char *path = g_find_program_in_path (name);
  if (path != NULL)
    report (doctor, "look", name, STATE_OK, path);
  else
    report (doctor, "look", name, STATE_MISSING,
            g_strdup_printf ("as root, 'apt install %s'", package));
}

static void
print_text (const Doctor *doctor)
{
  for (unsigned i = 0; i < doctor->checks->len; i++)
    {
      const Check *check = &g_array_index (doctor->checks, Check, i);
      printf ("%-8s %-5s %-11s %s\n", state_names[check->state], check->purpose,
              check->name, check->text);
    }
}

static void
print_json (const Doctor *doctor)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_array (builder);
  for (unsigned i = 0; i < doctor->checks->len; i++)
    {
      const Check *check = &g_array_index (doctor->checks, Check, i);
      const char *const members[][2] = { { "state", state_names[check->state] },
                                         { "for", check->purpose },
                                         { "check", check->name },
                                         { "text", check->text } };
      json_builder_begin_object (builder);
      for (unsigned m = 0; m < G_N_ELEMENTS (members); m++)
        member_put_text (builder, members[m][0], members[m][1]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  g_autofree char *text = member_print (builder);
  fputs (text, stdout);
}

static int
exit_code (const Doctor *doctor)
{
  for (unsigned i = 0; i < doctor->checks->len; i++)
    if (g_array_index (doctor->checks, Check, i).state == STATE_REFUSED)
      return EXIT_REFUSED;
  return EXIT_OK;
}

static void
check_clear (void *check)
{
  g_free (((Check *) check)->text);
}

int
verb_doctor (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  const OptionsOfVerb verb = {
    .name = "doctor",
    .summary = "Tries what run and exec need of this system: each is ok, or "
               "the exact cure\nis named. Exit 3: one of them would be "
               "refused.",
    .example = "doctor",
    .entries = entries,
  };
  if (!options_parse (&verb, &argc, &argv))
    return EXIT_USAGE;
  if (argc > 1)
    {
      options_complain ("doctor takes no argument");
      return EXIT_USAGE;
    }
  Doctor doctor = { g_array_new (FALSE, FALSE, sizeof (Check)) };
  g_array_set_clear_func (doctor.checks, check_clear);
  check_folder (&doctor);
  check_exec (&doctor);
  check_program (&doctor, "tshark", "tshark");
  check_program (&doctor, "capinfos", "wireshark-common");
  check_program (&doctor, "wireshark", "wireshark");
  check_terminal (&doctor);
  if (json)
    print_json (&doctor);
  else
    print_text (&doctor);
  int code = exit_code (&doctor);
  g_array_unref (doctor.checks);
  return code;
}
