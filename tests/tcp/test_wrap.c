// SPDX-License-Identifier: MIT
/* Sequence numbers go round: 2^32 is followed by 0, and half of the circle is
 * where signed and unsigned differ. */
#include "tests/harness.h"

#define TRANSFER 200000

static uint32_t
isn_at (Time start)
{
  StackConfig config = talk_config ();
  Talk *t = talk_new_with (&config, false, start);
  uint32_t isn;

  app_listen (t, 7777, 5);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  isn = t->flow->isn;
  talk_free (t);
  return isn;
}

/* TRANSFER bytes both ways, with a loss each way on top of the turn. */
static void
transfer (Talk *t)
{
  int64_t sent = 1, received = 1;

  app_sends (t, TRANSFER);
  while (sent <= TRANSFER)
    {
      peer_ignores (t);
      sent = MIN (sent + 2000, TRANSFER + 1);
      /* The second comes first. */
      peer_sends (t, ". %ld:%ld(1000) ack %ld", (long) received + 1000,
                  (long) received + 2000, (long) sent);
      peer_ignores (t);
      peer_sends (t, ". %ld:%ld(1000) ack %ld", (long) received,
                  (long) received + 1000, (long) sent);
      received += 2000;
      peer_ignores (t);
      app_receives (t, 5000, 2000);
      peer_ignores (t);
    }
  talk_check (t, app_info (t).retransmissions == 0);
  talk_check (t, app_info (t).send_queue == 0);
  app_sends (t, 3000);
  talk_check (t, peer_ignores (t) == 3);
  sleep_through (t, 1, SECOND);
  talk_check (t, app_info (t).retransmissions > 0);
  peer_sends (t, "F. %ld:%ld(0) ack %d", (long) received, (long) received,
              TRANSFER + 3001);
  peer_expects (t, ". %d:%d(0) ack %ld", TRANSFER + 3001, TRANSFER + 3001,
                (long) received + 1);
  falls_silent (t);
}

static void
run (uint32_t isn, uint32_t peer_isn)
{
  StackConfig config = talk_config ();
  Time start = 10 * SECOND;
  Talk *t;

  start += (Time) (uint32_t) (isn - isn_at (start)) * 4 * MICROSECOND;
  t = talk_new_with (&config, false, start);
  t->flow->peer_isn = peer_isn;
  talk_accepted (t);
  g_assert_cmphex (t->flow->isn, ==, isn);
  transfer (t);
  talk_free (t);
}

/* req: TCP-HDR-5 TCP-ISN-1 */
static void
test_wrap (void)
{
  static const uint32_t BEFORE[] = { 0xffffffff, 0xfffffffe, 0xffffff00,
                                     0xfffff000, 0x7fffffff, 0x7ffffffe,
                                     0x7fffff00, 0x7ffff000, 0,
                                     0x80000000 };

  for (unsigned i = 0; i < G_N_ELEMENTS (BEFORE); i++)
    for (unsigned k = 0; k < G_N_ELEMENTS (BEFORE); k++)
      run (BEFORE[i], BEFORE[k]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wrap/both-ways", test_wrap);
  return g_test_run ();
}
