// SPDX-License-Identifier: MIT
#include "stack/hash.h"

#include <glib.h>

#include "tests/unit/luck.h"

/* Key 00..0f, message 00, 01, .. of each length: the reference vectors. */
static void
test_vectors (void)
{
  static const uint64_t expected[] = {
    0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a,
    0x85676696d7fb7e2d, 0xcf2794e0277187b7, 0x18765564cd99a68d,
    0xcbc9466e58fee3ce, 0xab0200f58b01d137, 0x93f5f5799a932462,
    0x9e0082df0ba9e4b0, 0x7a5dbbc594ddb9f3, 0xf4b32f46226bada7,
    0x751e8fbc860ee5fb, 0x14ea5627c0843d90, 0xf723ca908e7af2ee,
    0xa129ca6149be45e5,
  };
  uint8_t bytes[16];
  HashKey key;

  for (unsigned i = 0; i < 16; i++)
    bytes[i] = (uint8_t) i;
  key = hash_key_from_bytes (bytes);
  for (unsigned i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      uint8_t *message = luck_exact_copy (bytes, i);

      g_assert_cmphex (hash_bytes (&key, message, i), ==, expected[i]);
      g_free (message);
    }
}

/* Each bit of a message and of the key matters, also behind 16 bytes. */
static void
test_each_bit_counts (void)
{
  uint8_t message[41] = { 0 }, bytes[16] = { 0 };
  HashKey zero = { 0 };
  uint64_t plain = hash_bytes (&zero, message, sizeof message);

  for (unsigned i = 0; i < 8 * sizeof message; i++)
    {
      message[i / 8] ^= (uint8_t) (1u << i % 8);
      g_assert_cmphex (hash_bytes (&zero, message, sizeof message), !=, plain);
      message[i / 8] = 0;
    }
  for (unsigned i = 0; i < 8 * sizeof bytes; i++)
    {
      HashKey key;

      bytes[i / 8] ^= (uint8_t) (1u << i % 8);
      key = hash_key_from_bytes (bytes);
      g_assert_cmphex (hash_bytes (&key, message, sizeof message), !=, plain);
      bytes[i / 8] = 0;
    }
}

static void
test_derived_keys_differ (void)
{
  static const char *const purposes[] = { "", "a", "b", "ab", "flow", "isn" };
  HashKey root = { 1, 2 }, keys[G_N_ELEMENTS (purposes)];

  for (unsigned i = 0; i < G_N_ELEMENTS (purposes); i++)
    {
      HashKey again = hash_key_derive (&root, purposes[i]);

      keys[i] = hash_key_derive (&root, purposes[i]);
      g_assert_true (again.k0 == keys[i].k0 && again.k1 == keys[i].k1);
      g_assert_cmphex (keys[i].k0, !=, keys[i].k1);
      for (unsigned j = 0; j < i; j++)
        {
          g_assert_cmphex (keys[i].k0, !=, keys[j].k0);
          g_assert_cmphex (keys[i].k0, !=, keys[j].k1);
          g_assert_cmphex (keys[i].k1, !=, keys[j].k1);
          g_assert_cmphex (keys[i].k1, !=, keys[j].k0);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hash/vectors", test_vectors);
  g_test_add_func ("/hash/each-bit-counts", test_each_bit_counts);
  g_test_add_func ("/hash/derived-keys-differ", test_derived_keys_differ);
  return g_test_run ();
}
