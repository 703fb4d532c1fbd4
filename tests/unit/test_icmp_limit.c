// SPDX-License-Identifier: MIT
#include "stack/icmp_limit.h"

#include "stack/address.h"
#include "tests/unit/luck.h"

static const uint8_t secret[16] = { 1, 2, 3 };

static Address
address_of (unsigned number)
{
  const uint8_t octets[4] = { 10, (uint8_t) (number >> 16),
                              (uint8_t) (number >> 8), (uint8_t) number };

  return address_from_ipv4 (octets);
}

/* req: ICM4-10 IP6-ICM-5 */
static void
test_refill (void)
{
  IcmpLimit limit;
  Address a = address_of (1);
  Time now = -5 * SECOND;

  icmp_limit_init (&limit, secret, 10, 3);
  for (unsigned i = 0; i < 3; i++)
    g_assert_true (icmp_limit_take (&limit, now, &a));
  g_assert_false (icmp_limit_take (&limit, now, &a));
  g_assert_false (icmp_limit_take (&limit, now + 100 * MILLISECOND - 1, &a));
  g_assert_true (icmp_limit_take (&limit, now + 100 * MILLISECOND, &a));
  g_assert_false (icmp_limit_take (&limit, now + 100 * MILLISECOND, &a));
  now += 3600 * SECOND;
  for (unsigned i = 0; i < 3; i++)
    g_assert_true (icmp_limit_take (&limit, now, &a));
  g_assert_false (icmp_limit_take (&limit, now, &a));
  icmp_limit_clear (&limit);
}

static void
test_off (void)
{
  Address a = address_of (1);

  for (unsigned rate = 0; rate < 2; rate++)
    {
      IcmpLimit limit;

      icmp_limit_init (&limit, secret, rate, 1 - rate);
      g_assert_false (icmp_limit_take (&limit, 0, &a));
      g_assert_false (icmp_limit_take (&limit, SECOND, &a));
      icmp_limit_clear (&limit);
    }
}

/* One destination that asks without end, at any times, against a count of
 * tokens. */
static void
test_model (void)
{
  Luck luck = { 21 };
  IcmpLimit limit;
  Address a = address_of (1);
  Time now = 0, filled = 0;
  const Time interval = SECOND / 100;
  unsigned tokens = 7, given = 0;

  icmp_limit_init (&limit, secret, 100, 7);
  for (unsigned i = 0; i < 100000; i++)
    {
      bool full = tokens == 7;

      now += luck_below (&luck, 3) == 0 ? luck_below (&luck, 90000000)
                                        : luck_below (&luck, 3000000);
      while (!full && filled + interval <= now)
        {
          filled += interval;
          full = ++tokens == 7;
        }
      if (full)
        filled = now;
      g_assert_true (icmp_limit_take (&limit, now, &a) == (tokens > 0));
      if (tokens > 0)
        {
          tokens--;
          given++;
        }
    }
  g_assert_cmpuint (given, >, 10000);
  icmp_limit_clear (&limit);
}

/* However many addresses are forged, tokens don't become more; and the flood
 * of one takes nothing from another.  */
static void
test_forged_addresses (void)
{
  IcmpLimit limit;
  unsigned given = 0;

  icmp_limit_init (&limit, secret, 100, 50);
  for (unsigned i = 0; i < 200000; i++)
    {
      Address a = address_of (i);

      given += icmp_limit_take (&limit, 0, &a);
    }
  g_assert_cmpuint (given, <=, ICMP_LIMIT_BUCKETS * 50);
  g_assert_cmpuint (given, >, ICMP_LIMIT_BUCKETS * 45);
  icmp_limit_clear (&limit);

  icmp_limit_init (&limit, secret, 100, 50);
  for (unsigned i = 0; i < 10000; i++)
    {
      Address flooder = address_of (0);

      icmp_limit_take (&limit, 0, &flooder);
    }
  for (unsigned i = 1; i < 1000; i++)
    {
      Address other = address_of (i);

      g_assert_true (icmp_limit_take (&limit, 0, &other));
    }
  icmp_limit_clear (&limit);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/icmp-limit/refill", test_refill);
  g_test_add_func ("/icmp-limit/off", test_off);
  g_test_add_func ("/icmp-limit/model", test_model);
  g_test_add_func ("/icmp-limit/forged-addresses", test_forged_addresses);
  return g_test_run ();
}
