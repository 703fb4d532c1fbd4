// SPDX-License-Identifier: MIT
#include "sim/classic.h"

#include <errno.h>
#include <pcap/pcap.h>

struct Classic
{
  pcap_t *pcap;
  pcap_dumper_t *dumper;
};

Classic *
classic_new (const char *path, size_t snap_length, GError **error)
{
  pcap_t *pcap = pcap_open_dead_with_tstamp_precision (
      DLT_RAW, (int) snap_length, PCAP_TSTAMP_PRECISION_NANO);
  pcap_dumper_t *dumper = pcap_dump_open (pcap, path);
  Classic *classic;

  if (dumper == NULL)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                           pcap_geterr (pcap));
      pcap_close (pcap);
      return NULL;
    }
  classic = g_new (Classic, 1);
  classic->pcap = pcap;
  classic->dumper = dumper;
  return classic;
}

void
classic_write (Classic *classic,
               Time at,
               const uint8_t *bytes,
               size_t length,
               size_t captured_length)
{
  struct pcap_pkthdr header = {
    .ts = { .tv_sec = at / SECOND, .tv_usec = at % SECOND }, /* nanoseconds */
    .caplen = (bpf_u_int32) captured_length,
    .len = (bpf_u_int32) length,
  };

  pcap_dump ((u_char *) classic->dumper, &header, bytes);
}

bool
classic_free (Classic *classic)
{
  FILE *file = pcap_dump_file (classic->dumper);
  int error = 0;

  /* pcap_dump_close says nothing about failure, so ask before. */
  errno = 0;
  if (pcap_dump_flush (classic->dumper) != 0 || ferror (file))
    error = errno != 0 ? errno : EIO;
  pcap_dump_close (classic->dumper);
  pcap_close (classic->pcap);
  g_free (classic);
  errno = error;
  return error == 0;
}
