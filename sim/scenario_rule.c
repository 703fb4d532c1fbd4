// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"
#include "sim/units.h"

#include <pcap/pcap.h>
#include <string.h>

#define SNAPSHOT 65535

/* All words that libpcap understands on raw IP. Anything else that looks like
 * a word would be looked up: as a host (a query to the network) or a service
 * (a file of this machine); a run depends on nothing of the kind. */
static const char *const BPF_WORDS[] = { "and",
                                         "or",
                                         "not",
                                         "src",
                                         "dst",
                                         "host",
                                         "net",
                                         "mask",
                                         "port",
                                         "portrange",
                                         "proto",
                                         "protochain",
                                         "less",
                                         "greater",
                                         "len",
                                         "length",
                                         "broadcast",
                                         "multicast",
                                         "ip",
                                         "ip6",
                                         "tcp",
                                         "udp",
                                         "icmp",
                                         "icmp6",
                                         "igmp",
                                         "sctp",
                                         "esp",
                                         "ah",
                                         "pim",
                                         "vrrp",
                                         "tcpflags",
                                         "tcp-fin",
                                         "tcp-syn",
                                         "tcp-rst",
                                         "tcp-push",
                                         "tcp-ack",
                                         "tcp-urg",
                                         "tcp-ece",
                                         "tcp-cwr",
                                         "icmptype",
                                         "icmpcode",
                                         "icmp-echoreply",
                                         "icmp-unreach",
                                         "icmp-sourcequench",
                                         "icmp-redirect",
                                         "icmp-echo",
                                         "icmp-routeradvert",
                                         "icmp-routersolicit",
                                         "icmp-timxceed",
                                         "icmp-paramprob",
                                         "icmp-tstamp",
                                         "icmp-tstampreply",
                                         "icmp6type",
                                         "icmp6code",
                                         "icmp6-echo",
                                         "icmp6-echoreply",
                                         "icmp6-destinationunreach",
                                         "icmp6-packettoobig",
                                         "icmp6-timeexceeded",
                                         "icmp6-parameterproblem",
                                         NULL };

static const char *const COUNTS[] = { "nth", "data", "ack", "every", NULL };

/* In the order of RuleAction. */
static const char *const ACTIONS[] = { "drop",    "delay", "duplicate",
                                       "corrupt", "mark",  NULL };

static const char *const LATER[] = { "behind", NULL };

static bool
is_word_byte (char byte)
{
  return g_ascii_isalnum (byte) || strchr (".-_:", byte) != NULL;
}

/* The words of EXPRESSION must be known ones, numbers or addresses. */
static bool
check_words (Parser *parser, const Token *token)
{
  const char *at = token->text;

  while (*at != '\0')
    {
      size_t length = 0;
      char *word;
      bool known;

      while (at[length] != '\0' && is_word_byte (at[length]))
        length++;
      word = g_ascii_strdown (at, (gssize) length);
      known = !g_ascii_isalpha (*at) || memchr (at, ':', length) != NULL
              || g_strv_contains (BPF_WORDS, word);
      if (!known)
        scenario_error_inside (parser, token, (size_t) (at - token->text),
                               scenario_error_hint (word, BPF_WORDS),
                               "'%s' is no word of a match; names of hosts "
                               "and services are not looked up",
                               word);
      g_free (word);
      if (!known)
        return false;
      at += MAX (length, 1);
    }
  return true;
}

/* libpcap knows best what it will accept. */
static bool
check_match (Parser *parser, const Token *token)
{
  struct bpf_program program;
  pcap_t *pcap;
  bool right;

  if (!check_words (parser, token))
    return false;
  pcap = pcap_open_dead (DLT_RAW, SNAPSHOT);
  g_assert (pcap != NULL);
  right =
      pcap_compile (pcap, &program, token->text, 1, PCAP_NETMASK_UNKNOWN) == 0;
  if (right)
    pcap_freecode (&program);
  else
    scenario_error (parser, token, "the match is no BPF expression: %s",
                    pcap_geterr (pcap));
  pcap_close (pcap);
  return right;
}

/* N or N-N; "every" takes N alone. */
static bool
take_numbers (Parser *parser, const char *word, RuleSpec *rule)
{
  const Token *token = scenario_take (parser, "a number");
  const char *dash, *wrong;
  char *first;

  if (token == NULL)
    return false;
  dash = rule->count != RULE_EVERY ? strchr (token->text, '-') : NULL;
  first = dash != NULL ? g_strndup (token->text, (size_t) (dash - token->text))
                       : g_strdup (token->text);
  wrong = unit_parse_number (first, &rule->first);
  rule->last = rule->first;
  if (wrong == NULL && dash != NULL)
    wrong = unit_parse_number (dash + 1, &rule->last);
  g_free (first);
  if (wrong != NULL)
    return scenario_error (parser, token, "%s: '%s' %s", word, token->text,
                           wrong);
  if (rule->first == 0 || rule->first > rule->last)
    return scenario_error (parser, token,
                           rule->first == 0 ? "counting begins with 1"
                                            : "the first is after the last");
  return true;
}

static bool
take_count (Parser *parser, RuleSpec *rule)
{
  static const RuleCount counts[] = { RULE_NTH, RULE_DATA, RULE_ACK,
                                      RULE_EVERY };
  int which = scenario_try_words (parser, COUNTS);

  if (which < 0)
    return true;
  rule->count = counts[which];
  return take_numbers (parser, COUNTS[which], rule);
}

static bool
take_action (Parser *parser, RuleSpec *rule)
{
  static const char *const words[] = { "drop",  "delay", "duplicate", "corrupt",
                                       "mark",  "nth",   "data",      "ack",
                                       "every", NULL };
  static const char *const later[] = { "field", NULL };
  const Token *token = scenario_peek (parser);
  int which;

  if (token != NULL && scenario_is_later (parser, token, LATER))
    return false;
  which = scenario_try_words (parser, ACTIONS);
  if (which < 0)
    return token == NULL ? scenario_take (parser, "what to do") != NULL
                         : scenario_error_word (parser, token, "word", words);
  rule->action = (RuleAction) which;
  if (rule->action == RULE_DELAY)
    return scenario_take_time (parser, "delay", &rule->delay_ns);
  token = scenario_peek (parser);
  return rule->action != RULE_CORRUPT || token == NULL
         || !scenario_is_later (parser, token, later);
}

RuleSpec *
scenario_rule_take (Parser *parser, unsigned *link)
{
  RuleSpec *rule;
  const Token *match;

  if (!scenario_link_take_direction (parser, link))
    return NULL;
  match = scenario_peek (parser);
  if (!scenario_try (parser, "match"))
    {
      scenario_error (parser, match, "'match' is missing here");
      return NULL;
    }
  match = scenario_take (parser, "what to match");
  if (match == NULL || !check_match (parser, match))
    return NULL;
  rule = g_new0 (RuleSpec, 1);
  rule->match = g_strdup (match->text);
  if (take_count (parser, rule) && take_action (parser, rule)
      && scenario_end (parser))
    return rule;
  scenario_rule_free (rule);
  return NULL;
}

bool
scenario_rule (Parser *parser)
{
  unsigned index = 0;
  RuleSpec *rule = scenario_rule_take (parser, &index);
  ScenarioLink *link;

  if (rule == NULL)
    return false;
  link = g_ptr_array_index (parser->scenario->links, index);
  g_ptr_array_add (link->rules, rule);
  return true;
}

void
scenario_rule_free (RuleSpec *rule)
{
  g_free (rule->match);
  g_free (rule);
}
