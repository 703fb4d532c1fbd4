// SPDX-License-Identifier: MIT
/* TCP options and the segment size: RFC 9293 3.1, 3.2, 3.7.1. */
#include "tests/harness.h"

static void
sizes_are (const char *options, bool ipv6, int size)
{
  Talk *t = ipv6 ? talk_new_ipv6 () : talk_new ();

  app_listen (t, 7777, 1);
  peer_sends (t, "S 0:0(0) win 65535%s", options);
  peer_expects (t, "S. 0:0(0) ack 1 <mss %d>", ipv6 ? 1440 : 1460);
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  app_sends (t, 3000);
  peer_expects (t, ". 1:%d(%d) ack 1", size + 1, size);
  peer_expects (t, "%s %d:%d(%d) ack 1", size == 1500 ? "P." : ".", size + 1,
                2 * size + 1, size);
  peer_ignores (t);
  talk_free (t);
}

/* req: TCP-MSS-1 TCP-MSS-3 TCP-MSS-4 TCP-MSS-7 */
static void
test_segment_size (void)
{
  sizes_are ("", false, 536);
  sizes_are ("", true, 1220);
  sizes_are (" <mss 1000>", false, 1000);
  sizes_are (" <mss 9000>", false, 1460);
  sizes_are (" <mss 9000>", true, 1440);
  sizes_are (" <mss 0>", false, 48);
  sizes_are (" <mss 1>", false, 48);
  sizes_are (" <mss 47>", true, 48);
  sizes_are (" <mss 49>", false, 49);
}

/* req: TCP-OPT-1 TCP-OPT-3 TCP-OPT-5 TCP-OPT-6 TCP-OPT-7 TCP-OPT-9 */
static void
test_parsing (void)
{
  sizes_are (" <nop,nop,mss 1000,eol>", false, 1000);
  sizes_are (" <nop,mss 1000>", false, 1000);
  sizes_are (" <raw c80601020304,mss 1000>", false, 1000);
  sizes_are (" <sackOK,wscale 7,mss 1000>", false, 1000);
  sizes_are (" <eol,mss 1000>", false, 536);
  sizes_are (" <mss 1000,eol,raw ff00ff00>", false, 1000);
  sizes_are (" <mss 1000,mss 900>", false, 900);
  /* What is wrong ends it; what came before counts. */
  sizes_are (" <raw c800,mss 1000>", false, 536);
  sizes_are (" <raw c801,mss 1000>", false, 536);
  sizes_are (" <mss 1000,raw c8ff>", false, 1000);
  sizes_are (" <raw 020303,mss 1000>", false, 536);
  sizes_are (" <mss 1000,nop,nop,nop,raw 02>", false, 1000);
}

/* req: TCP-OPT-2 TCP-OPT-8 */
static void
test_later_segments (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "P. 1:11(10) ack 1 <mss 100,nop,raw "
                 "c822000000000000000000000000000000000000000000000000000000"
                 "0000000000>");
  app_receives (t, 100, 10);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 11");
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/options/segment-size", test_segment_size);
  g_test_add_func ("/options/parsing", test_parsing);
  g_test_add_func ("/options/later-segments", test_later_segments);
  return g_test_run ();
}
