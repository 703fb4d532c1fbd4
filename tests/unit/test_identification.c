// SPDX-License-Identifier: MIT
#include "stack/identification.h"

#include "stack/address.h"
#include "tests/unit/luck.h"

static Stack *
stack_with (uint8_t secret, unsigned max)
{
  StackConfig config;

  stack_config_init (&config);
  config.secret[3] = secret;
  config.identifications_max = max;
  return stack_new (&config);
}

static IpHeader
header_to (unsigned host, bool ipv6)
{
  IpHeader header = { .protocol = PROTOCOL_UDP };

  g_assert_true (address_parse (ipv6 ? "fd00::1" : "10.0.0.1", &header.source));
  header.destination = header.source;
  header.destination.bytes[14] = (uint8_t) (host >> 8);
  header.destination.bytes[15] = (uint8_t) host;
  return header;
}

/* req: IP4-ID-2 */
static void
test_unique (void)
{
  Stack *stack = stack_with (1, 4096);
  IpHeader header = header_to (2, false);
  g_autofree bool *seen = g_new0 (bool, 65536);

  for (unsigned i = 0; i < 65536; i++)
    {
      uint32_t id = identification_next (stack, &header);

      g_assert_cmpuint (id, <, 65536);
      g_assert_false (seen[id]);
      seen[id] = true;
    }
  stack_free (stack);
}

/* What a third host sees is the same, whatever is sent to others.
 * req: IP4-ID-3 IP4-ID-4 IP6-FRG-11 */
static void
test_no_step (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Stack *busy = stack_with (1, 4096), *idle = stack_with (1, 4096);
      Luck luck = { 9 };

      for (unsigned i = 0; i < 20000; i++)
        {
          IpHeader other = header_to (3 + luck_below (&luck, 1000), ipv6);

          identification_next (busy, &other);
          if (i % 100 == 0)
            {
              IpHeader third = header_to (2, ipv6);

              g_assert_cmpuint (identification_next (busy, &third), ==,
                                identification_next (idle, &third));
            }
        }
      stack_free (busy);
      stack_free (idle);
    }
}

/* Beginnings are spread, and another secret gives others. req: IP6-FRG-11 */
static void
test_unpredictable (void)
{
  Stack *a = stack_with (1, 4096), *b = stack_with (2, 4096);
  unsigned bins[16] = { 0 }, same = 0;

  for (unsigned host = 2; host < 4002; host++)
    {
      IpHeader header = header_to (host, true);
      uint32_t id = identification_next (a, &header);

      bins[id >> 28]++;
      same += id == identification_next (b, &header);
    }
  for (unsigned i = 0; i < 16; i++)
    {
      g_assert_cmpuint (bins[i], >, 180);
      g_assert_cmpuint (bins[i], <, 320);
    }
  g_assert_cmpuint (same, <, 2);
  stack_free (a);
  stack_free (b);
}

/* The counter that was not used for longest goes, and does not come back where
 * it was. */
static void
test_bounded (void)
{
  Stack *stack = stack_with (1, 8);
  IpHeader kept = header_to (2, true), lost = header_to (3, true);
  uint32_t kept_id = identification_next (stack, &kept);
  uint32_t lost_id = identification_next (stack, &lost);

  for (unsigned host = 10; host < 100; host++)
    {
      IpHeader header = header_to (host, true);

      identification_next (stack, &header);
      g_assert_cmpuint (identification_next (stack, &kept), ==, ++kept_id);
    }
  g_assert_cmpuint (identification_next (stack, &lost), !=, lost_id + 1);
  stack_free (stack);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identification/unique", test_unique);
  g_test_add_func ("/identification/no-step", test_no_step);
  g_test_add_func ("/identification/unpredictable", test_unpredictable);
  g_test_add_func ("/identification/bounded", test_bounded);
  return g_test_run ();
}
