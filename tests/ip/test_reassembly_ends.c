// SPDX-License-Identifier: MIT
/* Fragments near the end of what a datagram can be: 65,535 bytes. */
#include "tests/ip/pieces.h"

static Cut cut;

static Talk *
talk_of (bool ipv6)
{
  StackConfig config = talk_config ();

  return cut_talk (&config, ipv6);
}

/* Offsets and lengths around the end of what a packet can be.
 * req: IP4-REA-6 IP6-FRG-9 IP6-FRG-14 */
static void
test_ends (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    for (size_t end = 65500; end <= 65570; end++)
      {
        Talk *t = talk_of (ipv6);
        size_t limit = ipv6 ? 65535 : 65515, start = 65488, length;
        bool fits = end <= limit;
        uint8_t bytes[100] = { 0 };

        cut_begin (&cut, t, 7, 100);
        cut_sends (&cut, 0, 96, true);
        length = cut_make (&cut, 17, start, false, bytes, end - start);
        peer_sends_bytes (t, length);
        if (ipv6 && !fits)
          cut_expects_error (t, 4, 0, 42);
        peer_expects_nothing (t);
        drops_are (t, DROP_FRAGMENT, fits ? 0 : 2);
        talk_free (t);
      }
}

/* The zeros of a later piece are no type of an ICMPv6 error.
 * req: IP6-FRG-9 */
static void
test_end_of_an_echo (void)
{
  Talk *t = talk_of (true);
  uint8_t bytes[100] = { 0 };

  cut_begin (&cut, t, 7, 100);
  peer_sends_bytes (t, cut_make (&cut, 58, 65488, false, bytes, 100));
  cut_expects_error (t, 4, 0, 42);
  peer_expects_nothing (t);
  drops_are (t, DROP_FRAGMENT, 1);
  talk_free (t);
}

/* The largest there is, in pieces of a small link.
 * req: IP4-HDR-11 IP6-FRG-14 UDP-13 IP6-MTU-4 */
static void
test_largest (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    for (size_t less = 0; less < 10; less++)
      {
        Talk *t = talk_of (ipv6);
        size_t length = (ipv6 ? 65535 : 65515) - less;

        cut_begin (&cut, t, 7, length);
        for (size_t at = 0; at < length; at += 1232)
          cut_sends (&cut, at, MIN (at + 1232, length), at + 1232 < length);
        cut_arrives (&cut);
        talk_free (t);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reassembly-ends/ends", test_ends);
  g_test_add_func ("/reassembly-ends/ends-of-an-echo", test_end_of_an_echo);
  g_test_add_func ("/reassembly-ends/largest", test_largest);
  return g_test_run ();
}
