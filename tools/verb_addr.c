// SPDX-License-Identifier: MIT
/* tunlab addr: explains addresses, or what is wrong with them. */
#include "tools/address_explain.h"
#include "tools/member.h"
#include "tools/options.h"
#include "tools/verbs.h"
#include <string.h>

typedef struct
{
  gboolean json;
  char **rest;
} Options;

static bool
read_options (Options *options, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json,
      "print an array of objects", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest,
      NULL, NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL }
  };
  const OptionsOfVerb verb = {
    .name = "addr",
    .arguments = "ADDRESS[/LENGTH]... [in PREFIX]",
    .summary =
        "Explains IPv4 and IPv6 addresses: octets or hextets, the canonical\n"
        "text (RFC 5952), kind and scope, and whether they are in a prefix;\n"
        "or says which character breaks which rule.",
    .example = "addr 2001:DB8:0:0:0::1 10.1.2.3/20 in 10.0.0.0/8",
    .entries = entries,
  };
  return options_parse (&verb, argc, argv);
}

/* How many of WORDS stand before "in PREFIX". */
static unsigned
count_addresses (char **words)
{
  unsigned count = 0;
  while (words[count] && strcmp (words[count], "in") != 0)
    count++;
  return count;
}

/* What is behind the COUNT addresses, none or "in PREFIX", is right, or it is
 * said what is wrong. */
static bool
read_within (char **words, unsigned count, AddressFacts *within)
{
  unsigned behind = g_strv_length (words) - count;
  AddressText read;
  if (behind == 0)
    return true;
  if (count == 0 || behind != 2)
    options_complain ("'in PREFIX' stands behind all addresses");
  else if (!address_text_read (words[count + 1], &read))
    address_explain_fault (words[count + 1], &read, stderr);
  else if (read.prefix_length < 0)
    options_complain ("in %s/? The length of the prefix is missing",
                      words[count + 1]);
  else
    {
      address_facts_find (words[count + 1], &read, within);
      return true;
    }
  return false;
}

static bool
explain (const char *text,
         const AddressFacts *within,
         JsonBuilder *builder,
         bool first)
{
  AddressText read;
  AddressFacts facts;
  bool valid = address_text_read (text, &read);
  if (valid)
    address_facts_find (text, &read, &facts);
  if (valid && builder)
    address_explain_json (&facts, within, builder);
  else if (builder)
    address_explain_fault_json (text, &read, builder);
  else if (valid)
    {
      fputs (first ? "" : "\n", stdout);
      address_explain (&facts, within, stdout);
    }
  fflush (stdout); /* what is wrong is said in its place */
  if (!valid)
    address_explain_fault (text, &read, stderr);
  return valid;
}

static int
explain_all (char **words, bool json)
{
  g_autoptr (JsonBuilder) builder = json ? json_builder_new () : NULL;
  unsigned count = count_addresses (words);
  AddressFacts within;
  int code = EXIT_OK;
  if (!read_within (words, count, &within))
    return EXIT_USAGE;
  if (json)
    json_builder_begin_array (builder);
  for (unsigned i = 0; i < count; i++)
    if (!explain (words[i], words[count] ? &within : NULL, builder, i == 0))
      code = EXIT_UNMET;
  if (json)
    {
      json_builder_end_array (builder);
      g_autofree char *text = member_print (builder);
      fputs (text, stdout);
    }
  return code;
}

int
verb_addr (int argc, char **argv)
{
  Options options = { 0 };
  int code = EXIT_USAGE;
  if (!read_options (&options, &argc, &argv))
    ;
  else if (!options.rest)
    options_complain ("which address? 'tunlab addr ADDRESS...'");
  else
    code = explain_all (options.rest, options.json);
  g_strfreev (options.rest);
  return code;
}
