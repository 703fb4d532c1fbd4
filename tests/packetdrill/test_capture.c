// SPDX-License-Identifier: MIT
/* pcap=FILE: all packets of both directions, at their virtual times. libpcap
 * judges. */
#include "tests/packetdrill/peer.h"

#include <glib/gstdio.h>
#include <pcap/pcap.h>

#define PACKETS 6

static char *
temporary (void)
{
  char *path = NULL;
  int file = g_file_open_tmp ("talk-XXXXXX.pcap", &path, NULL);

  g_assert_cmpint (file, >=, 0);
  g_close (file, NULL);
  return path;
}

static void
test_both_ways (void)
{
  g_autofree char *path = temporary ();
  g_autofree char *flags =
      g_strconcat (peer_flags (PEER_IPV6), ",pcap=", path, NULL);
  char message[PCAP_ERRBUF_SIZE];
  struct pcap_pkthdr *header;
  const u_char *bytes;
  Peer peer;
  long long at[PACKETS] = { 0 };
  pcap_t *pcap;
  int fd;

  g_assert_true (table_fill (&peer.table, flags, NULL));
  peer_init (&peer, PEER_IPV6);
  fd = peer_connects (&peer);
  peer_sends (&peer, "P. 1:101(100) ack 1");
  at[4] = peer_expects (&peer, ". 1:1(0) ack 101");
  at[5] = peer_now (&peer);
  peer.table.close (peer.table.userdata, fd); /* unread: a reset */
  peer.table.free (peer.table.userdata);

  pcap = pcap_open_offline_with_tstamp_precision (
      path, PCAP_TSTAMP_PRECISION_MICRO, message);
  g_assert_nonnull (pcap);
  g_assert_cmpint (pcap_datalink (pcap), ==, DLT_RAW);
  for (int i = 0; i < PACKETS; i++)
    {
      g_assert_cmpint (pcap_next_ex (pcap, &header, &bytes), ==, 1);
      g_assert_cmpuint (bytes[0] >> 4, ==, 6);
      g_assert_null (packet_line_check (bytes, header->len));
      if (i >= 4)
        g_assert_cmpint (header->ts.tv_sec * 1000000LL + header->ts.tv_usec, ==,
                         at[i]);
    }
  g_assert_cmpint (pcap_next_ex (pcap, &header, &bytes), ==, PCAP_ERROR_BREAK);
  pcap_close (pcap);
  g_unlink (path);
}

static void
test_no_folder (void)
{
  g_autoptr (GError) error = NULL;
  PacketdrillTable table;

  g_assert_false (table_fill (
      &table, "local4=192.0.2.1,pcap=/no/such/folder/file", &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/capture/both-ways", test_both_ways);
  g_test_add_func ("/capture/no-folder", test_no_folder);
  return g_test_run ();
}
