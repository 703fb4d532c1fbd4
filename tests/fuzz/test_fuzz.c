// SPDX-License-Identifier: MIT
/* The fuzz target on drawn bytes: some 300,000 packets and calls.
 * TUNLAB_SEED=N repeats one run. */
#include "tests/fuzz/fuzz_stack.h"

#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/luck.h"

#define BYTES 4000 /* about 250 steps */

static char message[64];

static void
tell_seed (int number)
{
  if (write (STDERR_FILENO, message, strlen (message)) < 0)
    _exit (1);
  signal (number, SIG_DFL);
  raise (number);
}

static void
run (unsigned seed)
{
  Luck luck = { seed };
  uint8_t bytes[BYTES];
  size_t length = BYTES - luck_below (&luck, BYTES / 2);

  g_snprintf (message, sizeof message, "# repeat with TUNLAB_SEED=%u\n", seed);
  luck_fill (&luck, bytes, length);
  /* Most begin with a listener on 7777, or few would have one. */
  if (seed % 4 != 0)
    memcpy (bytes + 1, "\x99\x00\x00\x07\xc1\x99\x01\x00\x7c", 9);
  LLVMFuzzerTestOneInput (bytes, length);
}

/* req: TCP-HDR-9 TCP-OPT-5 TCP-WND-2 TCP-SEQ-8 UDP-1 SOK-SHT-5 */
static void
test_drawn (void)
{
  const char *seed = g_getenv ("TUNLAB_SEED");
  unsigned rounds = luck_rounds (1500, 100);

  signal (SIGABRT, tell_seed);
  signal (SIGSEGV, tell_seed);
  if (seed != NULL)
    run ((unsigned) g_ascii_strtoull (seed, NULL, 10));
  else
    for (unsigned i = 0; i < rounds; i++)
      run (i);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz/drawn", test_drawn);
  return g_test_run ();
}
