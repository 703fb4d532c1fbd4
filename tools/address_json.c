// SPDX-License-Identifier: MIT
/* Addresses for scripts. */
#include "sim/address_fault.h"
#include "stack/bytes.h"
#include "tools/address_explain.h"
#include "tools/member.h"

static void
put_groups (const AddressFacts *facts, JsonBuilder *builder)
{
  const uint8_t *bytes = facts->read.address.bytes;
  json_builder_set_member_name (builder,
                                facts->read.ipv6 ? "hextets" : "octets");
  json_builder_begin_array (builder);
  for (unsigned i = 0; facts->read.ipv6 && i < ADDRESS_HEXTETS; i++)
    json_builder_add_int_value (builder, bytes_get16 (bytes + 2 * i));
  for (unsigned i = 12; !facts->read.ipv6 && i < 16; i++)
    json_builder_add_int_value (builder, bytes[i]);
  json_builder_end_array (builder);
}

/* The first and the last hextet, from 1, that "::" hides. */
static void
put_gap (JsonBuilder *builder, const char *key, unsigned gap, unsigned count)
{
  json_builder_set_member_name (builder, key);
  if (count == 0)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, gap + 1);
  json_builder_add_int_value (builder, gap + count);
  json_builder_end_array (builder);
}

static void
put_address (JsonBuilder *builder,
             const char *key,
             const Address *address,
             bool ipv6)
{
  char text[ADDRESS_FACTS_TEXT];
  address_facts_format (address, ipv6, text);
  member_put_text (builder, key, text);
}

static void
put_prefix (const AddressFacts *facts, JsonBuilder *builder)
{
  bool ipv6 = facts->read.ipv6;
  json_builder_set_member_name (builder, "prefix");
  if (facts->read.prefix_length < 0)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  member_put_number (builder, "length", facts->read.prefix_length);
  member_put_number (builder, "host_bits", facts->host_bits);
  put_address (builder, "first", &facts->first, ipv6);
  put_address (builder, "last", &facts->last, ipv6);
  if (!ipv6 && facts->host_bits > 1)
    put_address (builder, "broadcast", &facts->last, false);
  else
    member_put_text (builder, "broadcast", NULL);
  json_builder_end_object (builder);
}

void
address_explain_json (const AddressFacts *facts,
                      const AddressFacts *within,
                      JsonBuilder *builder)
{
  const AddressText *read = &facts->read;
  g_autofree char *zone =
      g_strndup (facts->text + read->zone, read->zone_length);
  g_autofree char *zone_valid = g_utf8_make_valid (zone, -1);
  g_autofree char *text = g_utf8_make_valid (facts->text, -1);
  json_builder_begin_object (builder);
  member_put_text (builder, "text", text);
  member_put_flag (builder, "valid", true);
  member_put_text (builder, "family", read->ipv6 ? "ipv6" : "ipv4");
  member_put_text (builder, "canonical", facts->canonical);
  member_put_text (builder, "full", facts->full);
  put_groups (facts, builder);
  put_gap (builder, "hidden", facts->gap, facts->gap_count);
  put_gap (builder, "hidden_as_typed", read->gap, read->gap_count);
  member_put_text (builder, "kind", facts->kind->kind);
  member_put_text (builder, "source", facts->kind->source);
  member_put_text (builder, "scope", facts->scope);
  member_put_text (builder, "zone", read->zone_length > 0 ? zone_valid : NULL);
  if (facts->holds)
    put_address (builder, "ipv4", &facts->inside, false);
  else
    member_put_text (builder, "ipv4", NULL);
  if (!read->ipv6)
    put_address (builder, "mapped", &read->address, true);
  put_prefix (facts, builder);
  if (within)
    member_put_flag (builder, "in",
                     address_facts_shared (within, facts)
                         == within->read.prefix_length);
  json_builder_end_object (builder);
}

void
address_explain_fault_json (const char *text,
                            const AddressText *read,
                            JsonBuilder *builder)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  json_builder_begin_object (builder);
  member_put_text (builder, "text", valid);
  member_put_flag (builder, "valid", false);
  member_put_text (builder, "rule", address_fault_name (read->fault));
  member_put_text (builder, "message", address_fault_sentence (read->fault));
  member_put_number (builder, "offset", (int64_t) read->fault_at);
  member_put_number (builder, "length", (int64_t) read->fault_length);
  json_builder_end_object (builder);
}
