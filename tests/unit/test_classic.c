// SPDX-License-Identifier: MIT
/* libpcap judges: it reads our classic files, and our pcapng alike. */
#include "sim/classic.h"

#include "sim/pcapng.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <pcap/pcap.h>
#include <string.h>

#define PACKETS 50
#define SNAP    40

static uint8_t bytes[PACKETS];

static Time
time_of (size_t i)
{
  return (Time) i * 999999999;
}

static void
check (const char *path)
{
  char message[PCAP_ERRBUF_SIZE];
  pcap_t *pcap = pcap_open_offline_with_tstamp_precision (
      path, PCAP_TSTAMP_PRECISION_NANO, message);
  struct pcap_pkthdr *header;
  const u_char *found;

  g_assert_nonnull (pcap);
  g_assert_cmpint (pcap_datalink (pcap), ==, DLT_RAW);
  g_assert_cmpint (pcap_snapshot (pcap), ==, SNAP);
  for (size_t i = 0; i < PACKETS; i++)
    {
      g_assert_cmpint (pcap_next_ex (pcap, &header, &found), ==, 1);
      g_assert_cmpuint (header->len, ==, i);
      g_assert_cmpuint (header->caplen, ==, MIN (i, SNAP));
      g_assert_cmpint (header->ts.tv_sec * SECOND + header->ts.tv_usec, ==,
                       time_of (i));
      g_assert_cmpint (memcmp (found, bytes, header->caplen), ==, 0);
    }
  g_assert_cmpint (pcap_next_ex (pcap, &header, &found), ==, PCAP_ERROR_BREAK);
  pcap_close (pcap);
}

static void
test_classic (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tunlab-classic-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "bob.pcap", NULL);
  g_autoptr (GError) error = NULL;
  Classic *classic = classic_new (path, SNAP, &error);

  g_assert_no_error (error);
  for (size_t i = 0; i < PACKETS; i++)
    classic_write (classic, time_of (i), bytes, i, MIN (i, SNAP));
  g_assert_true (classic_free (classic));
  check (path);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_pcapng (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tunlab-classic-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "bob.pcapng", NULL);
  FILE *file = fopen (path, "w");
  const char *comments[] = { "dropped", NULL };
  Pcapng *pcapng = pcapng_new (file, "bob", "hello", SNAP, NULL, 0);

  for (size_t i = 0; i < PACKETS; i++)
    pcapng_write (pcapng, &(PcapngPacket){ .at = time_of (i),
                                           .packet_id = i,
                                           .drop_count = i % 2,
                                           .comments = comments,
                                           .bytes = bytes,
                                           .length = i,
                                           .captured_length = MIN (i, SNAP) });
  g_assert_true (pcapng_free (pcapng));
  fclose (file);
  check (path);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_cannot_write (void)
{
  g_autoptr (GError) error = NULL;
  Classic *classic;

  g_assert_null (classic_new ("/proc/none/bob.pcap", SNAP, &error));
  g_assert_nonnull (error);
  if (!g_file_test ("/dev/full", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("no /dev/full");
      return;
    }
  classic = classic_new ("/dev/full", SNAP, NULL);
  g_assert_nonnull (classic);
  classic_write (classic, 0, bytes, 20, 20);
  g_assert_false (classic_free (classic));
  g_assert_cmpint (errno, ==, ENOSPC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < PACKETS; i++)
    bytes[i] = (uint8_t) (i * 37);
  g_test_add_func ("/classic/classic", test_classic);
  g_test_add_func ("/classic/pcapng", test_pcapng);
  g_test_add_func ("/classic/cannot-write", test_cannot_write);
  return g_test_run ();
}
