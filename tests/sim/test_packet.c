// SPDX-License-Identifier: MIT
#include "stack/checksum.h"
#include "tests/sim/world.h"

static void
test_new (void)
{
  static const uint8_t bytes[] = { 1, 2, 3 };
  Packet *packet = packet_new (bytes, sizeof bytes);
  g_assert_cmpuint (packet->copy, ==, 1);
  g_assert_false (packet->corrupted);
  g_assert_null (packet->flow);
  assert_bytes (packet->bytes, packet->length, bytes, sizeof bytes);
  packet_free (packet);
}

/* Whoever is copied, in whatever order: no number comes twice. */
static void
test_copies_differ (void)
{
  enum
  {
    COPIES = 200
  };
  Packet *packets[COPIES];
  uint64_t state = 0;
  packets[0] = packet_new (NULL, 0);
  packets[0]->id = 9;
  for (unsigned n = 1; n < COPIES; n++)
    packets[n] = packet_copy (packets[pick (&state, n)]);
  for (unsigned i = 0; i < COPIES; i++)
    for (unsigned j = 0; j < i; j++)
      g_assert_cmpuint (packets[i]->copy, !=, packets[j]->copy);
  for (unsigned i = 0; i < COPIES; i++)
    {
      g_assert_cmpuint (packets[i]->id, ==, 9);
      packet_free (packets[i]);
    }
}

static void
test_first_copy_is_2 (void)
{
  Packet *packet = packet_new ((const uint8_t *) "abc", 3);
  packet->corrupted = true;
  Packet *copy = packet_copy (packet);
  Packet *other = packet_copy (packet);
  g_assert_cmpuint (packet->copy, ==, 1);
  g_assert_cmpuint (copy->copy, ==, 2);
  g_assert_cmpuint (other->copy, ==, 3);
  g_assert_true (copy->corrupted);
  assert_bytes (copy->bytes, copy->length, "abc", 3);
  packet_free (packet);
  packet_free (copy);
  packet_free (other);
}

/* A storm that never ends must not make a duplicate look like the packet. */
static void
test_many_copies (void)
{
  Packet *packet = packet_new (NULL, 0);
  for (unsigned i = 0; i < 100; i++)
    {
      Packet *copy = packet_copy (packet);
      g_assert_cmpuint (copy->copy, >, 1);
      if (i % 2 == 0)
        {
          packet_free (copy);
          continue;
        }
      packet_free (packet);
      packet = copy;
    }
  packet_free (packet);
}

static void
test_flip (void)
{
  static const uint8_t zero[2];
  for (unsigned bit = 0; bit < 16; bit++)
    {
      Packet *packet = packet_new (zero, sizeof zero);
      packet_flip (packet, bit);
      unsigned value = (unsigned) packet->bytes[0] << 8 | packet->bytes[1];
      g_assert_cmpuint (value, ==, 0x8000u >> bit);
      packet_free (packet);
    }
}

/* The field as on the wire, and the sum of an IPv4 header stays right; what
 * is not capable or no IP packet stays as it is. */
static void
test_mark (void)
{
  uint8_t four[20] = { 0x45, [2] = 0, 20, [8] = 64, 17, 0xee, 0xee };
  uint8_t six[40] = { 0x60 };
  for (unsigned ecn = 0; ecn < 4; ecn++)
    {
      bool capable = ecn == 1 || ecn == 2;
      four[1] = (uint8_t) (0xb8 | ecn);
      six[1] = (uint8_t) (0x80 | ecn << 4 | 5);
      Packet *packet = packet_new (four, sizeof four);
      uint16_t sum = checksum_finish (checksum_add (0, four, sizeof four));
      g_assert_true (packet_mark (packet) == capable);
      g_assert_cmphex (packet->bytes[1], ==, capable ? 0xbb : four[1]);
      g_assert_cmphex (
          checksum_finish (checksum_add (0, packet->bytes, sizeof four)), ==,
          sum);
      packet_free (packet);
      packet = packet_new (six, sizeof six);
      g_assert_true (packet_mark (packet) == capable);
      g_assert_cmphex (packet->bytes[1], ==, capable ? 0xb5 : six[1]);
      packet_free (packet);
    }
  for (size_t length = 0; length < 20; length++)
    {
      Packet *packet = packet_new (four, length);
      g_assert_false (packet_mark (packet));
      packet_free (packet);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packet/new", test_new);
  g_test_add_func ("/packet/copies-differ", test_copies_differ);
  g_test_add_func ("/packet/first-copy-is-2", test_first_copy_is_2);
  g_test_add_func ("/packet/many-copies", test_many_copies);
  g_test_add_func ("/packet/flip", test_flip);
  g_test_add_func ("/packet/mark", test_mark);
  return g_test_run ();
}
