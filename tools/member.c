// SPDX-License-Identifier: MIT
#include "tools/member.h"

void
member_put_text (JsonBuilder *builder, const char *key, const char *text)
{
  json_builder_set_member_name (builder, key);
  if (text)
    json_builder_add_string_value (builder, text);
  else
    json_builder_add_null_value (builder);
}

void
member_put_number (JsonBuilder *builder, const char *key, int64_t number)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, number);
}

void
member_put_flag (JsonBuilder *builder, const char *key, bool flag)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_boolean_value (builder, flag);
}

char *
member_print (JsonBuilder *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  json_generator_set_pretty (generator, TRUE);
  json_generator_set_root (generator, root);
  g_autofree char *text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}
