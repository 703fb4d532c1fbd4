// SPDX-License-Identifier: MIT
#include "stack/path_mtu.h"

#include "stack/address.h"
#include "tests/unit/luck.h"

#define FORGED      100000
#define LONG_FACTOR 10

static Address
address_of (const char *text)
{
  Address address;

  g_assert_true (address_parse (text, &address));
  return address;
}

static Stack *
stack_with (StackConfig *config)
{
  Stack *stack = stack_new (config);
  Address ipv4 = address_of ("10.0.0.1"), ipv6 = address_of ("fd00::1");

  stack_interface_add (stack, 1500);
  stack_address_add (stack, 0, &ipv4, 8);
  stack_address_add (stack, 0, &ipv6, 64);
  return stack;
}

static Stack *
stack_default (void)
{
  StackConfig config;

  stack_config_init (&config);
  return stack_with (&config);
}

/* req: TCP-MTU-2 TCP-MTU-11 IP6-MTU-3 IP6-ICM-9 */
static void
test_only_lowered (void)
{
  Stack *stack = stack_default ();
  Address a = address_of ("10.0.0.2"), b = address_of ("10.0.0.3");
  Address six = address_of ("fd00::2");

  g_assert_cmpuint (path_mtu_get (stack, 0, &a), ==, 1500);
  g_assert_false (path_mtu_lower (stack, 0, &a, 1500, 1500));
  g_assert_false (path_mtu_lower (stack, 0, &a, 9000, 1500));
  g_assert_cmpuint (path_mtu_count (stack), ==, 0);
  g_assert_true (path_mtu_lower (stack, 0, &a, 1400, 1500));
  g_assert_cmpuint (path_mtu_get (stack, 0, &a), ==, 1400);
  g_assert_false (path_mtu_lower (stack, 0, &a, 1400, 1500));
  g_assert_false (path_mtu_lower (stack, 0, &a, 1450, 1500));
  g_assert_true (path_mtu_lower (stack, 0, &a, 30, 1500));
  g_assert_cmpuint (path_mtu_get (stack, 0, &a), ==, 68);
  g_assert_cmpuint (path_mtu_get (stack, 0, &b), ==, 1500);

  g_assert_false (path_mtu_lower (stack, 0, &six, 1279, 1500));
  g_assert_false (path_mtu_lower (stack, 0, &six, 0, 1500));
  g_assert_cmpuint (path_mtu_get (stack, 0, &six), ==, 1500);
  g_assert_true (path_mtu_lower (stack, 0, &six, 1280, 1500));
  g_assert_cmpuint (path_mtu_get (stack, 0, &six), ==, 1280);
  stack_free (stack);
}

/* req: TCP-MTU-3 */
static void
test_plateaus (void)
{
  Stack *stack = stack_default ();
  Address a = address_of ("10.0.0.2");
  static const unsigned steps[] = { 1492, 1006, 508, 296, 68 };
  unsigned mtu = 1500;

  for (unsigned i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_assert_true (path_mtu_lower (stack, 0, &a, 0, mtu));
      mtu = path_mtu_get (stack, 0, &a);
      g_assert_cmpuint (mtu, ==, steps[i]);
    }
  g_assert_false (path_mtu_lower (stack, 0, &a, 0, mtu));
  stack_free (stack);
}

/* req: TCP-MTU-6 IP6-MTU-3 */
static void
test_age (void)
{
  Stack *stack = stack_default ();
  Address a = address_of ("10.0.0.2"), b = address_of ("10.0.0.3");
  uint64_t version;

  path_mtu_lower (stack, 0, &a, 1400, 1500);
  path_mtu_lower (stack, 100 * SECOND, &b, 1300, 1500);
  /* Lowered again: the ten minutes begin anew. */
  path_mtu_lower (stack, 200 * SECOND, &a, 1200, 1500);
  path_mtu_expire (stack, 700 * SECOND - 1);
  g_assert_cmpuint (path_mtu_count (stack), ==, 2);
  version = path_mtu_version (stack);
  path_mtu_expire (stack, 700 * SECOND);
  g_assert_cmpuint (path_mtu_get (stack, 0, &b), ==, 1500);
  g_assert_cmpuint (path_mtu_get (stack, 0, &a), ==, 1200);
  g_assert_cmpuint (path_mtu_version (stack), !=, version);
  path_mtu_expire (stack, 800 * SECOND - 1);
  g_assert_cmpuint (path_mtu_get (stack, 0, &a), ==, 1200);
  path_mtu_expire (stack, 800 * SECOND);
  g_assert_cmpuint (path_mtu_get (stack, 0, &a), ==, 1500);
  stack_free (stack);
}

/* req: TCP-MTU-7 */
static void
test_bounded (void)
{
  Stack *stack = stack_default ();
  unsigned count = luck_rounds (FORGED, LONG_FACTOR);
  Luck luck = { 5 };
  Address last = address_of ("10.0.0.2");

  for (unsigned i = 0; i < count; i++)
    {
      last = address_of ("10.0.0.2");
      luck_fill (&luck, last.bytes + 13, 3);
      path_mtu_lower (stack, i, &last, 68, 1500);
      g_assert_cmpuint (path_mtu_count (stack), <=, 4096);
    }
  g_assert_cmpuint (path_mtu_get (stack, 0, &last), ==, 68);
  g_assert_cmpuint (path_mtu_count (stack), ==, 4096);
  g_assert_cmpuint (stack_counter (stack, STACK_COUNTER_PATH_MTU_EVICTED), >,
                    count / 2);
  stack_free (stack);
}

/* The law against a list that is searched from end to end. */
static void
test_model (void)
{
  enum
  {
    HOSTS = 12,
    MAX = 5
  };
  StackConfig config;
  Stack *stack;
  Luck luck = { 17 };
  unsigned mtus[HOSTS];
  Time told[HOSTS], now = 0;

  stack_config_init (&config);
  config.path_mtus_max = MAX;
  stack = stack_with (&config);
  for (unsigned i = 0; i < HOSTS; i++)
    mtus[i] = 1500;
  for (unsigned round = 0; round < 20000; round++)
    {
      unsigned host = luck_below (&luck, HOSTS), known = 0, oldest = HOSTS;
      unsigned mtu = 60 + luck_below (&luck, 1500);
      Address address = address_of ("10.0.0.2");

      now += luck_below (&luck, 50) * SECOND + 1;
      path_mtu_expire (stack, now);
      for (unsigned i = 0; i < HOSTS; i++)
        if (mtus[i] < 1500 && now - told[i] >= 600 * SECOND)
          mtus[i] = 1500;
      address.bytes[15] = (uint8_t) (2 + host);
      g_assert_cmpuint (path_mtu_get (stack, 0, &address), ==, mtus[host]);
      mtu = MAX (mtu, 68);
      g_assert_cmpint (path_mtu_lower (stack, now, &address, mtu, 1500), ==,
                       mtu < mtus[host]);
      if (mtu >= mtus[host])
        continue;
      for (unsigned i = 0; i < HOSTS; i++)
        if (mtus[i] < 1500 && i != host)
          {
            known++;
            if (oldest == HOSTS || told[i] < told[oldest])
              oldest = i;
          }
      if (mtus[host] == 1500 && known == MAX)
        mtus[oldest] = 1500;
      mtus[host] = mtu;
      told[host] = now;
    }
  stack_free (stack);
}

/* req: IP6-MTU-2 */
static void
test_discovery_off (void)
{
  StackConfig config;
  Stack *stack;
  Address four = address_of ("10.0.0.2"), six = address_of ("fd00::2");

  stack_config_init (&config);
  config.path_mtu_discovery = false;
  stack = stack_with (&config);
  g_assert_cmpuint (path_mtu_get (stack, 0, &six), ==, 1280);
  g_assert_cmpuint (path_mtu_get (stack, 0, &four), ==, 1500);
  g_assert_false (path_mtu_lower (stack, 0, &four, 600, 1500));
  g_assert_cmpuint (path_mtu_get (stack, 0, &four), ==, 1500);
  stack_free (stack);
}

/* req: IP6-MTU-1 */
static void
test_small_mtu (void)
{
  StackConfig config;
  Stack *stack;
  Address four = address_of ("10.0.0.1"), six = address_of ("fd00::1");

  stack_config_init (&config);
  stack = stack_new (&config);
  stack_interface_add (stack, 1279);
  stack_interface_add (stack, 1280);
  g_assert_true (stack_address_add (stack, 0, &four, 24));
  g_assert_false (stack_address_add (stack, 0, &six, 64));
  g_assert_true (stack_address_add (stack, 1, &six, 64));
  stack_free (stack);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/path-mtu/only-lowered", test_only_lowered);
  g_test_add_func ("/path-mtu/plateaus", test_plateaus);
  g_test_add_func ("/path-mtu/age", test_age);
  g_test_add_func ("/path-mtu/bounded", test_bounded);
  g_test_add_func ("/path-mtu/model", test_model);
  g_test_add_func ("/path-mtu/discovery-off", test_discovery_off);
  g_test_add_func ("/path-mtu/small-link", test_small_mtu);
  return g_test_run ();
}
