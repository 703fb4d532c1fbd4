// SPDX-License-Identifier: MIT
/* The blocks that our ACKs report: RFC 2018 4, RFC 2883 4. Nagle is on, and
 * what the stack sends has blocks only where there is something to tell. */
#include "tests/harness.h"

static Talk *
talk_with (bool timestamps, bool ipv6)
{
  StackConfig config = talk_config_modern ();
  Talk *t;

  config.tcp.timestamps = timestamps;
  config.tcp.window_scale = false;
  config.tcp.rack = false;
  t = talk_new_with (&config, ipv6, 1000 * SECOND);
  app_listen (t, 7777, 8);
  if (timestamps)
    {
      peer_sends (t, "S 0:0(0) win 65535 <mss 1000,sackOK,TS val 0 ecr 0>");
      peer_expects (t,
                    "S. 0:0(0) ack 1 win 65535 <mss %d,sackOK,"
                    "TS val 0 ecr 0>",
                    ipv6 ? 1440 : 1460);
      peer_sends (t, ". 1:1(0) ack 1 <TS val 0 ecr 0>");
    }
  else
    {
      peer_sends (t, "S 0:0(0) win 65535 <mss 1000,sackOK>");
      peer_expects (t, "S. 0:0(0) ack 1 win 65535 <mss %d,nop,nop,sackOK>",
                    ipv6 ? 1440 : 1460);
      peer_sends (t, ". 1:1(0) ack 1");
    }
  app_accepts (t);
  return t;
}

/* RFC 2018 7, case 2: segments of 500 bytes that begin at 5000 there and at 1
 * here; the first of eight is lost. req: TCP-SAK-2 TCP-SAK-3 TCP-SAK-4 */
static void
test_rfc2018_first_lost (void)
{
  Talk *t = talk_with (false, false);

  peer_sends (t, ". 501:1001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 1 <nop,nop,sack 501:1001>");
  for (int i = 2; i < 8; i++)
    {
      peer_sends (t, ". %d:%d(500) ack 1", 500 * i + 1, 500 * i + 501);
      peer_expects (t, ". 1:1(0) ack 1 <nop,nop,sack 501:%d>", 500 * i + 501);
    }
  peer_sends (t, ". 1:501(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 4001 <>");
  talk_free (t);
}

/* Case 3 (in case 1 there is nothing to report): the second, fourth, sixth and
 * eighth are lost; then the fourth and the second come. req: TCP-SAK-2
 * TCP-SAK-3 TCP-SAK-4 */
static void
test_rfc2018_every_other_lost (void)
{
  Talk *t = talk_with (false, false);

  peer_sends (t, ". 1:501(500) ack 1");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 501 <>");
  peer_sends (t, ". 1001:1501(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 501 <nop,nop,sack 1001:1501>");
  peer_sends (t, ". 2001:2501(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 501 <nop,nop,sack 2001:2501 1001:1501>");
  peer_sends (t, ". 3001:3501(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 501 "
                   "<nop,nop,sack 3001:3501 2001:2501 1001:1501>");
  /* The fourth, out of order. */
  peer_sends (t, ". 1501:2001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 501 <nop,nop,sack 1001:2501 3001:3501>");
  /* The second: the ACK moves, the rest stays. */
  peer_sends (t, ". 501:1001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 2501 <nop,nop,sack 3001:3501>");
  talk_free (t);
}

/* More holes than blocks: those touched last. req: TCP-SAK-3 TCP-OPT-10 */
static void
test_most_recent (void)
{
  Talk *t = talk_with (false, false);

  for (int i = 1; i <= 6; i++)
    {
      peer_sends (t, ". %d:%d(10) ack 1", 100 * i + 1, 100 * i + 11);
      peer_takes (t);
    }
  peer_sends (t, ". 111:121(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 1 "
                   "<nop,nop,sack 101:121 601:611 501:511 401:411>");
  /* What was reported long ago comes back when there is room. */
  peer_sends (t, ". 411:601(190) ack 1");
  peer_expects (t, ". 1:1(0) ack 1 "
                   "<nop,nop,sack 501:511 401:611 101:121 301:311>");
  talk_free (t);
}

/* With timestamps there is room for three. req: TCP-OPT-10 TCP-SAK-3 */
static void
test_three_with_timestamps (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_with (true, ipv6 == 1);

      for (int i = 1; i <= 3; i++)
        {
          peer_sends (t, ". %d:%d(10) ack 1 <nop,nop,TS val 0 ecr 0>",
                      100 * i + 1, 100 * i + 11);
          peer_takes (t);
        }
      peer_sends (t, ". 401:411(10) ack 1 <nop,nop,TS val 5 ecr 0>");
      peer_expects (t, ". 1:1(0) ack 1 <nop,nop,TS val 0 ecr 0,"
                       "nop,nop,sack 401:411 301:311 201:211>");
      talk_free (t);
    }
}

/* Nothing is agreed: no blocks, and those of the peer mean nothing.
 * req: TCP-SAK-1 */
static void
test_not_agreed (void)
{
  StackConfig config = talk_config_modern ();
  Talk *t;

  config.tcp.sack = false;
  config.tcp.timestamps = false;
  t = talk_new_with (&config, false, 1000 * SECOND);
  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000,sackOK>");
  peer_expects (t, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  peer_sends (t, ". 101:111(10) ack 1 <nop,nop,sack 1:11>");
  peer_expects (t, ". 1:1(0) ack 1 <>");
  peer_sends (t, ". 101:111(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 1 <>");
  talk_free (t);
}

/* RFC 2883 4.1, example 1: a duplicate of what was acknowledged. It is told
 * once. req: TCP-SAK-9 */
static void
test_duplicate_below (void)
{
  Talk *t = talk_with (false, false);

  peer_sends (t, ". 1:501(500) ack 1");
  peer_sends (t, ". 501:1001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 1001 <>");
  peer_sends (t, ". 1:501(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 1001 <nop,nop,sack 1:501>");
  peer_sends (t, ". 1001:1001(0) ack 1");
  peer_sends (t, ". 501:1001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 1001 <nop,nop,sack 501:1001>");
  peer_sends (t, ". 1501:1601(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 1001 <nop,nop,sack 1501:1601>");
  talk_free (t);
}

/* Example 2: the duplicate together with a hole. Example 3: a duplicate of
 * what lies beyond the hole. req: TCP-SAK-9 */
static void
test_duplicate_and_hole (void)
{
  Talk *t = talk_with (false, false);

  peer_sends (t, ". 1:501(500) ack 1");
  peer_sends (t, ". 501:1001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 1001 <>");
  peer_sends (t, ". 1501:2001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 1001 <nop,nop,sack 1501:2001>");
  peer_sends (t, ". 501:1001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 1001 <nop,nop,sack 501:1001 1501:2001>");
  peer_sends (t, ". 1501:2001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 1001 <nop,nop,sack 1501:2001 1501:2001>");
  peer_sends (t, ". 2001:2501(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 1001 <nop,nop,sack 1501:2501>");
  talk_free (t);
}

/* Example 4. Numbers are those of the RFC less 499. req: TCP-SAK-10 */
static void
test_partial_duplicate (void)
{
  Talk *t = talk_with (false, false);

  peer_sends (t, ". 1:501(500) ack 1");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 501 <>");
  peer_sends (t, ". 1501:2001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 501 <nop,nop,sack 1501:2001>");
  peer_sends (t, ". 501:1001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 1001 <nop,nop,sack 1501:2001>");
  peer_sends (t, ". 501:1501(1000) ack 1");
  peer_expects (t, ". 1:1(0) ack 2001 <nop,nop,sack 501:1001>");
  talk_free (t);
}

/* Example 5: two duplicates in one segment, below the ACK. req: TCP-SAK-10 */
static void
test_two_duplicates_below (void)
{
  Talk *t = talk_with (false, false);

  peer_sends (t, ". 1:501(500) ack 1");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 501 <>");
  peer_sends (t, ". 2501:3001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 501 <nop,nop,sack 2501:3001>");
  peer_sends (t, ". 501:1001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 1001 <nop,nop,sack 2501:3001>");
  peer_sends (t, ". 1501:2001(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 1001 "
                   "<nop,nop,sack 1501:2001 2501:3001>");
  peer_sends (t, ". 501:2001(1500) ack 1");
  peer_expects (t, ". 1:1(0) ack 2001 <nop,nop,sack 501:1001 2501:3001>");
  talk_free (t);
}

/* Example 6: above the ACK; the second block is what holds the first.
 * req: TCP-SAK-10 */
static void
test_two_duplicates_above (void)
{
  Talk *t = talk_with (false, false);

  peer_sends (t, ". 1:501(500) ack 1");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 501 <>");
  peer_sends (t, ". 3001:3501(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 501 <nop,nop,sack 3001:3501>");
  peer_sends (t, ". 1001:1501(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 501 <nop,nop,sack 1001:1501 3001:3501>");
  peer_sends (t, ". 2001:2501(500) ack 1");
  peer_expects (t, ". 1:1(0) ack 501 "
                   "<nop,nop,sack 2001:2501 1001:1501 3001:3501>");
  peer_sends (t, ". 1001:2501(1500) ack 1");
  peer_expects (t, ". 1:1(0) ack 501 "
                   "<nop,nop,sack 1001:1501 1001:2501 3001:3501>");
  talk_free (t);
}

/* Data in order that overlaps what came early: told although it is below the
 * ACK by now. req: TCP-SAK-10 */
static void
test_overlap_from_below (void)
{
  Talk *t = talk_with (false, false);

  peer_sends (t, ". 101:201(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 1 <nop,nop,sack 101:201>");
  peer_sends (t, ". 1:151(150) ack 1");
  peer_expects (t, ". 1:1(0) ack 201 <nop,nop,sack 101:151>");
  app_receives (t, 1000, 200);
  talk_free (t);
}

/* The peer's FIN has a number too. req: TCP-SAK-4 */
static void
test_fin (void)
{
  Talk *t = talk_with (false, false);

  peer_sends (t, "F. 101:201(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 1 <nop,nop,sack 101:202>");
  peer_sends (t, ". 1:101(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 202 <>");
  peer_sends (t, "F. 101:201(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 202 <nop,nop,sack 101:201>");
  state_is (t, "CLOSE-WAIT");
  talk_free (t);
}

/* What lies outside the window was never taken; what came before the stream
 * began is not of it. req: TCP-SAK-4 */
static void
test_only_what_is_held (void)
{
  Talk *t = talk_with (false, false);

  peer_sends (t, ". 65521:65561(40) ack 1");
  peer_expects (t, ". 1:1(0) ack 1 <nop,nop,sack 65521:65536>");
  peer_sends (t, ". 70001:70101(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 1 <nop,nop,sack 65521:65536>");
  peer_sends (t, ". -99:1(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 1 <nop,nop,sack 65521:65536>");
  talk_free (t);
}

/* Data of ours leaves room for the blocks that go with it; what is repeated
 * keeps its size and leaves them out. req: TCP-MSS-4 TCP-OPT-10 */
static void
test_blocks_on_data (void)
{
  Talk *t = talk_with (true, false);

  app_sends (t, 988);
  peer_expects (t, "P. 1:989(988) ack 1 <nop,nop,TS val 0 ecr 0>");
  peer_sends (t, ". 101:111(10) ack 1 <nop,nop,TS val 0 ecr 0>");
  peer_expects (t, ". 989:989(0) ack 1 "
                   "<nop,nop,TS val 0 ecr 0,nop,nop,sack 101:111>");
  app_sends (t, 2500);
  peer_expects (t, ". 989:1965(976) ack 1 "
                   "<nop,nop,TS val 0 ecr 0,nop,nop,sack 101:111>");
  peer_expects (t, ". 1965:2941(976) ack 1 "
                   "<nop,nop,TS val 0 ecr 0,nop,nop,sack 101:111>");
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1:989(988) ack 1 <nop,nop,TS val 200 ecr 0>");
  peer_sends (t, ". 1:1(0) ack 989 <nop,nop,TS val 9 ecr 200>");
  peer_expects (t, ". 989:1965(976) ack 1 "
                   "<nop,nop,TS val 200 ecr 9,nop,nop,sack 101:111>");
  peer_ignores (t);
  talk_free (t);
}

/* All the rest of a small path is not given to blocks: half of a segment is
 * data. req: TCP-MSS-4 TCP-MSS-7 */
static void
test_blocks_on_small_path (void)
{
  StackConfig config = talk_config_modern ();
  Talk *t;

  config.tcp.window_scale = false;
  t = talk_new_with (&config, false, 1000 * SECOND);
  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 0,sackOK,TS val 0 ecr 0>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 <TS val 0 ecr 0>");
  app_accepts (t);
  for (int i = 1; i <= 3; i++)
    {
      peer_sends (t, ". %d:%d(10) ack 1 <TS val 0 ecr 0>", 100 * i + 1,
                  100 * i + 11);
      peer_takes (t);
    }
  app_sends (t, 100);
  peer_expects (t, ". 1:25(24) ack 1 "
                   "<nop,nop,TS val 0 ecr 0,nop,nop,sack 301:311>");
  peer_ignores (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func ("/sack-receiver/" name, test)
  ADD ("rfc2018-first-lost", test_rfc2018_first_lost);
  ADD ("rfc2018-every-other-lost", test_rfc2018_every_other_lost);
  ADD ("most-recent", test_most_recent);
  ADD ("three-with-timestamps", test_three_with_timestamps);
  ADD ("not-agreed", test_not_agreed);
  ADD ("duplicate-below", test_duplicate_below);
  ADD ("duplicate-and-hole", test_duplicate_and_hole);
  ADD ("partial-duplicate", test_partial_duplicate);
  ADD ("two-duplicates-below", test_two_duplicates_below);
  ADD ("two-duplicates-above", test_two_duplicates_above);
  ADD ("overlap-from-below", test_overlap_from_below);
  ADD ("fin", test_fin);
  ADD ("only-what-is-held", test_only_what_is_held);
  ADD ("blocks-on-data", test_blocks_on_data);
  ADD ("blocks-on-small-path", test_blocks_on_small_path);
#undef ADD
  return g_test_run ();
}
