// SPDX-License-Identifier: MIT
/* How large a segment does the path take, when nobody tells? The search upwards
 * of RFC 4821 and RFC 8899. */
#include "stack/bytes.h"
#include "stack/socket_table.h"
#include "stack/tcp.h"
#include "tests/tcp/way.h"

/* Where all gets through, nobody asks. */
static void
test_good_path (void)
{
  for (WayKind kind = 0; kind < WAY_KINDS; kind++)
    {
      Way way;

      way_init (&way, kind, false, 1460, 1500);
      way_sends (&way, 500000);
      g_assert_cmpuint (way.lost, ==, 0);
      g_assert_cmpuint (way.probes, ==, 0);
      g_assert_cmpuint (app_info (way.t).retransmissions, ==, 0);
      way_clear (&way);
    }
}

/* The link was dead for a while, but large segments pass: the first probe is
 * of the full size, and the last one. req: TCP-MTU-9 */
static void
test_dead_link (void)
{
  for (WayKind kind = 0; kind < WAY_KINDS; kind++)
    {
      Way way;

      way_init (&way, kind, false, 1460, 0);
      way_writes (&way, 100000);
      way_runs (&way, 5 * SECOND);
      talk_check (way.t, app_info (way.t).mss == 536);
      way.mtu = 1500;
      way_sends (&way, 100000);
      talk_check (way.t, app_info (way.t).mss == 1460);
      talk_check (way.t, way.probes == 1 && way.probe == 1460);
      way_clear (&way);
    }
}

/* From the base upwards, until what is left to gain is small; everything
 * arrives. req: TCP-MTU-8 TCP-MTU-9 TCP-MTU-10 */
static void
test_converges (void)
{
  for (WayKind kind = 0; kind < WAY_KINDS; kind++)
    for (size_t mtu = 576; mtu <= 1500; mtu += kind == WAY_TIME ? 11 : 84)
      {
        size_t mss;
        Way way;

        way_init (&way, kind, false, 1460, mtu);
        way_sends (&way, 1000000);
        mss = app_info (way.t).mss;
        talk_check (way.t, mss + 40 <= mtu && mss + 40 + 8 >= mtu);
        talk_check (way.t, way.t->now - way.t->began < 60 * SECOND);
        way_clear (&way);
      }
}

/* req: TCP-MTU-9 TCP-MTU-11 */
static void
test_converges_ipv6 (void)
{
  for (WayKind kind = 0; kind < WAY_KINDS; kind++)
    for (size_t mtu = 1280; mtu <= 1500; mtu += 20)
      {
        size_t mss;
        Way way;

        way_init (&way, kind, true, 1440, mtu);
        way_sends (&way, 1000000);
        mss = app_info (way.t).mss;
        talk_check (way.t, mss + 60 <= mtu && mss + 60 + 8 >= mtu);
        way_clear (&way);
      }
}

/* A way that has just fallen to the base, in front of the first probe. */
static void
fall (Way *way, WayKind kind, size_t mtu)
{
  way_init (way, kind, false, 1460, mtu);
  way_writes (way, 500000);
  way_until_probe (way);
  talk_check (way->t, app_info (way->t).mss == 1160);
  talk_check (way->t, way->probe == 1460);
  way->again = 0;
}

static const TcpRate *
rate_of (const Way *way)
{
  const Talk *t = way->t;

  return &socket_table_get (t->stack, t->flow->socket)->tcp->sent.rate;
}

/* It alone is lost: that is no congestion, and it is sent again in pieces.
 * req: TCP-MTU-9 */
static void
test_lost_alone (void)
{
  for (WayKind kind = 0; kind < WAY_KINDS; kind++)
    {
      SocketInfo before, after;
      Way way;
      int64_t lost;

      fall (&way, kind, 1400);
      before = app_info (way.t);
      lost = rate_of (&way)->lost;
      while (way.again == 0)
        way_runs (&way, MILLISECOND);
      after = app_info (way.t);
      talk_check (way.t, way.cause == REPAIR_PATH_PROBE);
      talk_check (way.t, rate_of (&way)->lost == lost);
      talk_check (way.t, after.cwnd >= before.cwnd);
      talk_check (way.t, after.ssthresh == before.ssthresh);
      way_runs (&way, 150 * MILLISECOND);
      talk_check (way.t, way.again == 2);
      talk_check (way.t, app_info (way.t).cwnd >= before.cwnd);
      way_clear (&way);
    }
}

/* With another one it is, and says nothing of the size. req: TCP-MTU-9 */
static void
test_lost_in_company (void)
{
  for (WayKind kind = WAY_COUNT; kind < WAY_KINDS; kind++)
    {
      SocketInfo before;
      Way way;

      fall (&way, kind, 1400);
      before = app_info (way.t);
      way_loses_ahead (&way);
      while (way.again == 0)
        way_runs (&way, MILLISECOND);
      talk_check (way.t, app_info (way.t).ssthresh != before.ssthresh);
      for (unsigned i = 2; i <= 4; i++)
        {
          way_until_probe (&way);
          talk_check (way.t, way.probe == 1460);
        }
      way_until_probe (&way);
      talk_check (way.t, way.probe == 1310);
      way_clear (&way);
    }
}

/* Three times is enough; then half way up. req: TCP-MTU-9 */
static void
test_three_times (void)
{
  for (WayKind kind = 0; kind < WAY_KINDS; kind++)
    {
      Way way;

      fall (&way, kind, 1400);
      for (unsigned i = 2; i <= 3; i++)
        {
          way_until_probe (&way);
          talk_check (way.t, way.probes == i && way.probe == 1460);
        }
      way_until_probe (&way);
      talk_check (way.t, way.probe == 1310);
      for (unsigned i = 0; i < 3; i++)
        {
          way_until_probe (&way);
          talk_check (way.t, app_info (way.t).mss == 1310);
          talk_check (way.t, way.probe == 1385);
        }
      way_until_probe (&way);
      talk_check (way.t, way.probe == 1347);
      way_clear (&way);
    }
}

/* Ten minutes later the path may be another. req: TCP-MTU-9 */
static void
test_raises (void)
{
  Way way;
  unsigned probes;

  way_init (&way, WAY_TIME, false, 1460, 1400);
  way_sends (&way, 1000000);
  probes = way.probes;
  way.mtu = 1500;
  way_runs (&way, 590 * SECOND);
  way_sends (&way, 100000);
  talk_check (way.t, way.probes == probes);
  way_runs (&way, 15 * SECOND);
  way_sends (&way, 100000);
  talk_check (way.t, way.probes == probes + 1);
  talk_check (way.t, app_info (way.t).mss == 1460);
  way_clear (&way);
}

/* Not without what shows its loss: more data, a window for it.
 * req: TCP-MTU-9 */
static void
test_too_little (void)
{
  Way way;

  way_init (&way, WAY_TIME, false, 1460, 1400);
  for (unsigned i = 0; i < 20; i++)
    way_sends (&way, 1460 + 3 * 1160 - 1);
  talk_check (way.t, app_info (way.t).mss == 1160 && way.probes == 0);
  way.window = 4 * 1160;
  way_sends (&way, 1);
  way_sends (&way, 20000);
  way_sends (&way, 20000);
  talk_check (way.t, way.probes == 0);
  way.window = 65535;
  way_sends (&way, 1);
  way_sends (&way, 20000);
  way_sends (&way, 20000);
  talk_check (way.t, way.probes > 0);
  way_clear (&way);
}

/* What the peer takes is enough. req: TCP-MTU-9 */
static void
test_peer_takes_less (void)
{
  static const unsigned SIZES[] = { 1300, 1164 };

  for (unsigned i = 0; i < G_N_ELEMENTS (SIZES); i++)
    {
      Way way;

      way_init (&way, WAY_TIME, false, SIZES[i], 0);
      way_writes (&way, 100000);
      way_runs (&way, 500 * MILLISECOND);
      way.mtu = 1500;
      way_runs (&way, 150 * MILLISECOND);
      talk_check (way.t, app_info (way.t).mss == 1160);
      way_sends (&way, 100000);
      talk_check (way.t, way.probes == 1 && way.probe == SIZES[i]);
      talk_check (way.t, app_info (way.t).mss == SIZES[i]);
      way_clear (&way);
    }
}

/* The probe arrives, but the segment in front of it does not. */
static void
test_behind_a_hole (void)
{
  for (WayKind kind = WAY_COUNT; kind < WAY_KINDS; kind++)
    {
      Way way;

      way_init (&way, kind, false, 1460, 1400);
      way_writes (&way, 200000);
      while (app_info (way.t).mss != 1160)
        way_runs (&way, MILLISECOND);
      way.mtu = 1500;
      way_until_probe (&way);
      way_loses_ahead (&way);
      way_sends (&way, 100000);
      talk_check (way.t, app_info (way.t).mss == 1460 && way.probes == 1);
      way_clear (&way);
    }
}

/* The peer has no room for it and takes its bytes later, in pieces: they say
 * nothing of its size. */
static void
test_refused (void)
{
  Way way;

  fall (&way, WAY_PLAIN, 1400);
  way.mtu = 0;
  way_runs (&way, 100 * MILLISECOND);
  peer_sends (way.t, ". 1:1(0) ack %ld win 0", (long) way.nxt);
  way.mtu = 1200;
  peer_sends (way.t, ". 1:1(0) ack %ld win 65535", (long) way.nxt);
  way_runs (&way, 110 * MILLISECOND);
  talk_check (way.t, way.again >= 2 && way.cause == REPAIR_PROBE);
  talk_check (way.t, app_info (way.t).mss == 1160);
  way_clear (&way);
}

/* A router says a size between the two: that is the next probe. req: TCP-MTU-9
 */
static void
test_router_helps (void)
{
  Way way;

  fall (&way, WAY_TIME, 1400);
  way_router_says (&way, 1400);
  talk_check (way.t, app_info (way.t).mss == 1160);
  way_until_probe (&way);
  talk_check (way.t, way.probe == 1360);
  way_sends (&way, 100000);
  talk_check (way.t, app_info (way.t).mss == 1360 && way.probes == 2);
  way_clear (&way);
}

/* Less than what is in use: at once, as ever. */
static void
test_router_lowers (void)
{
  Way way;

  fall (&way, WAY_TIME, 1400);
  way_router_says (&way, 1000);
  talk_check (way.t, app_info (way.t).mss == 960);
  way.mtu = 1000;
  way_sends (&way, 100000);
  talk_check (way.t, app_info (way.t).mss == 960 && way.probes == 1);
  way_clear (&way);
}

/* The timestamps are part of it: packets of 1200, and one of 1500.
 * req: TCP-MTU-9 */
static void
test_timestamps (void)
{
  StackConfig config = way_config (WAY_PLAIN);
  size_t largest = 0;
  int64_t nxt = 1;
  Talk *t;

  config.tcp.timestamps = true;
  t = way_talk_timed (&config);
  app_sends (t, 1448);
  peer_expects (t, "P. 1:1449(1448) ack 1");
  advance (t, 200, MILLISECOND);
  peer_expects (t, "P. 1:1449(1448) ack 1");
  advance (t, 400, MILLISECOND);
  peer_expects (t, ". 1:1149(1148) ack 1");
  peer_sends (t, ". 1:1(0) ack 1149 win 65535 <nop,nop,TS val 1 ecr 600>");
  peer_expects (t, "P. 1149:1449(300) ack 1");
  peer_sends (t, ". 1:1(0) ack 1449 win 65535 <nop,nop,TS val 1 ecr 600>");
  app_sends (t, 60000);
  while (largest < 1500)
    {
      for (size_t size; (size = peer_takes (t)) > 0;)
        {
          talk_check (t, size <= 1200 || size == 1500);
          largest = MAX (largest, size);
          nxt = bytes_get32 (t->bytes + 24) - t->flow->isn;
          nxt += (int64_t) size - 52;
        }
      peer_sends (t, ". 1:1(0) ack %ld win 65535 <nop,nop,TS val 1 ecr 600>",
                  (long) nxt);
    }
  talk_check (t, largest == 1500);
  peer_ignores (t);
  talk_check (t, (socket_abort (t->stack, t->flow->socket), true));
  peer_ignores (t);
  talk_free (t);
}

/* The timer finds it lost: it has failed, too. */
static void
test_timeout_of_probe (void)
{
  Way way;

  fall (&way, WAY_PLAIN, 1400);
  way.mtu = 0;
  way_runs (&way, 400 * MILLISECOND);
  way.mtu = 1400;
  for (unsigned i = 2; i <= 3; i++)
    {
      way_until_probe (&way);
      talk_check (way.t, way.probe == 1460);
    }
  way_until_probe (&way);
  talk_check (way.t, way.probe < 1460);
  way_clear (&way);
}

/* Switched off, the search ends; what it has found stays. */
static void
test_switched_off (void)
{
  Way way;

  fall (&way, WAY_TIME, 1400);
  app_sets (way.t, SOCKET_OPTION_PATH_PROBING, 0);
  way_sends (&way, 100000);
  talk_check (way.t, way.probes == 1);
  talk_check (way.t, app_info (way.t).mss == 1160);
  way_clear (&way);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/probe/good-path", test_good_path);
  g_test_add_func ("/probe/dead-link", test_dead_link);
  g_test_add_func ("/probe/converges", test_converges);
  g_test_add_func ("/probe/converges-ipv6", test_converges_ipv6);
  g_test_add_func ("/probe/lost-alone", test_lost_alone);
  g_test_add_func ("/probe/lost-in-company", test_lost_in_company);
  g_test_add_func ("/probe/three-times", test_three_times);
  g_test_add_func ("/probe/raises", test_raises);
  g_test_add_func ("/probe/too-little", test_too_little);
  g_test_add_func ("/probe/peer-takes-less", test_peer_takes_less);
  g_test_add_func ("/probe/behind-a-hole", test_behind_a_hole);
  g_test_add_func ("/probe/refused", test_refused);
  g_test_add_func ("/probe/router-helps", test_router_helps);
  g_test_add_func ("/probe/router-lowers", test_router_lowers);
  g_test_add_func ("/probe/timestamps", test_timestamps);
  g_test_add_func ("/probe/timeout-of-probe", test_timeout_of_probe);
  g_test_add_func ("/probe/switched-off", test_switched_off);
  return g_test_run ();
}
