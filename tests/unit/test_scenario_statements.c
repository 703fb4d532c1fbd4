// SPDX-License-Identifier: MIT
/* Each statement, well written and not. */
#include "stack/address.h"
#include "stack/wire_ip.h"
#include "tests/unit/scenarios.h"

#include <string.h>

/* Each of LINES after SCENARIO_BASE parses. */
static void
check_good (const char *const *lines)
{
  for (; *lines != NULL; lines++)
    {
      char *text = g_strconcat (SCENARIO_BASE, *lines, "\n", NULL);

      scenario_free (scenarios_good (text));
      g_free (text);
    }
}

static Scenario *
with_line (const char *line)
{
  char *text = g_strconcat (SCENARIO_BASE, line, "\n", NULL);
  Scenario *scenario = scenarios_good (text);

  g_free (text);
  return scenario;
}

static void
test_lexing (void)
{
  static const ScenarioBad bad[] = {
    { "\"host\" dave 10.0.0.3/24", 1, "without quotes" },
    { "title \"open", 7, "never closed" },
    { "title \"a\"b", 10, "blank is missing" },
    { "title a\"b\"", 8, "quote inside a word" },
    { "title a b", 9, "unexpected 'b'" },
    { "title \x01", 7, "control character (U+0001)" },
    { "title \x7f", 7, "control character (U+007F)" },
    { "title \xc3\xa9\xff", 8, "not valid UTF-8" },
    { "title \xc2\x9b", 7, "control character (U+009B)" },
    { "nonsense", 1, "unknown statement" },
    { "ruoter r 10.0.0.3/24", 1, "unknown statement" },
    { "HOST dave 10.0.0.3/24", 1, "unknown statement" },
  };
  static const char *const good[] = {
    "title a#b",  "title \"a # b\" # c", "\t title\tx\t",  "# only", "",
    "title \"\"", "title x\r",           "title \xc3\xa9", NULL
  };
  Scenario *scenario = with_line ("title \"a # b\"# c");
  GString *line = g_string_new (SCENARIO_BASE "#");
  unsigned count;
  char *errors;

  g_assert_cmpstr (scenario->title, ==, "a # b");
  scenario_free (scenario);
  scenarios_check_bad (bad, G_N_ELEMENTS (bad));
  check_good (good);
  for (unsigned i = 0; i < 4095; i++)
    g_string_append_c (line, 'x');
  scenario_free (scenarios_good (line->str));
  g_string_append_c (line, 'x');
  errors = scenarios_bad (line->str, &count);
  g_assert_nonnull (strstr (errors, "test.lab:5:1: error: the line has more"));
  g_free (errors);
  g_string_free (line, TRUE);
}

static void
test_general (void)
{
  static const ScenarioBad bad[] = {
    { "title", 6, "a title is missing" },
    { "seed", 5, "the seed is missing" },
    { "seed 1.5", 6, "no whole number" },
    { "seed -1", 6, "must not be negative" },
    { "seed 18446744073709551616", 6, "too large" },
    { "seed 1 2", 8, "unexpected '2'" },
    { "run", 4, "'run for TIME'" },
    { "run 30s", 5, "'run for TIME'" },
    { "run for", 8, "run for is missing" },
    { "run for 30", 9, "needs a unit" },
    { "run for 0s", 9, "takes some time" },
    { "run for 30s 2", 13, "unexpected" },
  };
  Scenario *scenario =
      scenarios_good (SCENARIO_BASE "title x\nrun for 1.5h\nseed 7\n");
  unsigned count;
  char *errors;

  g_assert_cmpuint (scenario->seed, ==, 7);
  g_assert_cmpint (scenario->run_for, ==, 5400 * SECOND);
  scenario_free (scenario);
  scenario = scenarios_good (SCENARIO_BASE);
  g_assert_cmpint (scenario->run_for, ==, 3600 * SECOND);
  g_assert_cmpstr (scenario->name, ==, "test");
  g_assert_cmpstr (scenario->title, ==, "test");
  scenario_free (scenario);
  scenarios_check_bad (bad, G_N_ELEMENTS (bad));
  errors = scenarios_bad (SCENARIO_BASE "seed 1\nseed 2\ntitle a\ntitle b\n"
                                        "run for 1s\nrun for 1s\n",
                          &count);
  g_assert_cmpuint (count, ==, 3);
  g_free (errors);
  errors = scenarios_bad ("", &count);
  g_assert_cmpstr (errors, ==, "test.lab: error: there is no host in it\n");
  g_free (errors);
}

static void
test_host_bad (void)
{
  static const ScenarioBad bad[] = {
    { "host", 5, "the host's name is missing" },
    { "host 9dave 10.0.0.3/24", 6, "is no name" },
    { "host da.ve 10.0.0.3/24", 6, "is no name" },
    { "host bob 10.0.0.3/24", 6, "there is a host 'bob' already" },
    { "host dave", 10, "an address is missing" },
    { "host dave kernel", 17, "an address is missing" },
    { "host dave 10.0.0.3", 19, "the length of a prefix is missing" },
    { "host dave 10.0.0.3/", 20, "prefix is no number" },
    { "host dave 10.0.0.3/x", 20, "prefix is no number" },
    { "host dave 10.0.0.3/33", 20, "1 to 32" },
    { "host dave 10.0.0.3/0", 20, "1 to 32" },
    { "host dave fd00::3/129", 19, "1 to 128" },
    { "host dave 10.0.0/24", 17,
      "'10.0.0' is no address: an IPv4 address has" },
    { "host dave 10.0.0.256/24", 18, "it is at most 255" },
    { "host dave fe80::3%tun0/64", 18, "only an address is expected" },
    { "host dave ::ffff:10.0.0.3/24", 11, "is IPv4" },
    { "host dave 10.0.0.1/24", 11, "already an address of 'alice'" },
    { "host dave 10.0.0.3/24 10.0.0.3/24", 23, "address of 'dave'" },
    { "host dave 224.0.0.1/24", 11, "a group of hosts" },
    { "host dave ff02::1/64", 11, "a group of hosts" },
    { "host dave 127.0.0.1/8", 11, "loopback" },
    { "host dave 0.0.0.0/8", 11, "no host in particular" },
    { "host dave 10.0.0.255/24", 11, "broadcast" },
    { "host dave 10.0.0.0/24", 11, "the prefix itself" },
    { "host dave 10.0.0.3/24 rcvbuf", 29, "rcvbuf is missing" },
    { "host dave 10.0.0.3/24 rcvbuf 0", 30, "not in 1 to" },
    { "host dave 10.0.0.3/24 rcvbuf 2gb", 30, "not in 1 to" },
    { "host dave 10.0.0.3/24 rcvbuff 2kb", 23, "did you mean 'rcvbuf'?" },
    { "host dave 10.0.0.3/24 sck on", 23, "did you mean 'sack'?" },
    { "host dave 10.0.0.3/24 sack", 27, "sack is missing" },
    { "host dave 10.0.0.3/24 sack yes", 28, "'yes' is none of off, on" },
    { "host dave 10.0.0.3/24 sack onn", 28, "did you mean 'on'?" },
    { "host dave 10.0.0.3/24 cc", 25, "cc is missing" },
    { "host dave 10.0.0.3/24 cc vegas", 26, "none of reno, cubic, bbr" },
    { "host dave 10.0.0.3/24 cc cubik", 26, "did you mean 'cubic'?" },
    { "host dave 10.0.0.3/24 ecn 1", 27, "none of off, passive, on" },
    { "host dave 10.0.0.3/24 iw 0", 26, "not in 1 to 1000" },
    { "host dave 10.0.0.3/24 mss 47", 27, "not in 48 to 65535" },
    { "host dave 10.0.0.3/24 user_timeout 0s", 36, "too short" },
    { "host dave 10.0.0.3/24 user_timeout 25h", 36, "too long" },
    { "host dave 10.0.0.3/24 keep_idle 999ms", 33, "too short" },
    { "host dave 10.0.0.3/24 keep_interval off", 37, "is no number" },
    { "host dave 10.0.0.3/24 keep_count 128", 34, "not in 1 to 127" },
    { "host dave 10.0.0.3/24 r2 0", 26, "not in 1 to 255" },
    { "host dave 10.0.0.3/24 delack 500ms", 30, "less than 500ms" },
    { "host dave 10.0.0.3/24 delack 5", 30, "needs a unit" },
    { "host dave 10.0.0.3/24 ttl 256", 27, "not in 1 to 255" },
    { "host dave 10.0.0.3/24 mtu 67", 27, "not in 68 to 65535" },
    { "host dave fd00::3/64 mtu 1279", 26, "at least 1280" },
    { "host dave 10.0.0.3/24 msl 0s", 27, "too short" },
    { "host dave 10.0.0.3/24 rto_min 61s", 31, "above rto_max" },
  };

  scenarios_check_bad (bad, G_N_ELEMENTS (bad));
}

static void
test_host (void)
{
  static const char *const good[] = {
    "host dave 10.0.0.3/31", "host dave 10.0.0.3/32 fe80::3/64",
    "host D-a_v3 10.0.0.3/24", "host dave kernel 10.0.0.3/24 sndbuf 4k", NULL
  };
  Scenario *scenario = with_line (
      "host dave kernel fd00:1::3/64 10.0.0.3/24 rcvbuf 8kb sndbuf 9000 r2 off "
      "privileged iw 4 delack off rto_min 300ms rto_initial 3s rto_max 2min "
      "msl 1s ttl 9 mtu 1280");
  const ScenarioHost *host = g_ptr_array_index (scenario->hosts, 3);
  char text[ADDRESS_TEXT_MAX];

  g_assert_cmpstr (host->name, ==, "dave");
  g_assert_true (host->kernel && host->privileged && !host->router);
  g_assert_cmpuint (host->place.line, ==, 5);
  g_assert_cmpuint (host->addresses->len, ==, 2);
  g_assert_cmpuint (
      g_array_index (host->addresses, ScenarioAddress, 0).prefix_length, ==,
      64);
  address_format (&g_array_index (host->addresses, ScenarioAddress, 1).address,
                  text);
  g_assert_cmpstr (text, ==, "10.0.0.3");
  g_assert_cmpuint (host->mtu, ==, 1280);
  g_assert_cmpuint (host->config.receive_buffer, ==, 8192);
  g_assert_cmpuint (host->config.send_buffer, ==, 9000);
  g_assert_cmpuint (host->config.tcp.r2, ==, 0);
  g_assert_cmpuint (host->config.tcp.initial_window, ==, 4);
  g_assert_cmpint (host->config.tcp.delayed_ack, ==, 0);
  g_assert_cmpint (host->config.rto_min, ==, 300 * MILLISECOND);
  g_assert_cmpint (host->config.rto_initial, ==, 3 * SECOND);
  g_assert_cmpint (host->config.rto_max, ==, 120 * SECOND);
  g_assert_cmpint (host->config.msl, ==, SECOND);
  g_assert_cmpuint (host->config.hop_limit, ==, 9);
  host = g_ptr_array_index (scenario->hosts, 0);
  g_assert_false (host->kernel || host->privileged);
  scenario_free (scenario);
  check_good (good);
}

static void
test_host_tcp (void)
{
  Scenario *scenario = with_line (
      "host dave 10.0.0.3/24 cc bbr sack on timestamps on wscale on rack on "
      "ecn passive nagle off pacing on probing on mss 900 user_timeout 30s "
      "keepalive on keep_idle 10s keep_interval 2s keep_count 3 cookies off");
  const ScenarioHost *host = g_ptr_array_index (scenario->hosts, 3);
  const TcpSettings *tcp = &host->config.tcp;

  g_assert_cmpint (tcp->congestion, ==, TCP_CONGESTION_BBR);
  g_assert_true (tcp->sack && tcp->timestamps && tcp->window_scale);
  g_assert_true (tcp->rack && tcp->pacing && tcp->path_probing);
  g_assert_true (tcp->keep_alive && !tcp->nagle);
  g_assert_cmpint (tcp->ecn, ==, TCP_ECN_PASSIVE);
  g_assert_cmpuint (tcp->mss_max, ==, 900);
  g_assert_cmpint (tcp->user_timeout, ==, 30 * SECOND);
  g_assert_cmpint (tcp->keep_idle, ==, 10 * SECOND);
  g_assert_cmpint (tcp->keep_interval, ==, 2 * SECOND);
  g_assert_cmpuint (tcp->keep_count, ==, 3);
  g_assert_false (host->config.syn_cookies);
  scenario_free (scenario);
  scenario = with_line ("host dave 10.0.0.3/24 sack off sack on sack off");
  host = g_ptr_array_index (scenario->hosts, 3);
  g_assert_false (host->config.tcp.sack);
  scenario_free (scenario);
}

static void
test_link_bad (void)
{
  static const ScenarioBad bad[] = {
    { "link", 5, "a link is missing" },
    { "link alice", 11, "other end is missing" },
    { "link alice bobb", 12, "did you mean 'bob'?" },
    { "link alice>bobb loss 1%", 12, "there is no host 'bobb'" },
    { "link alice> bob loss 1%", 6, "one word without blanks" },
    { "link alice alice", 6, "linked to itself" },
    { "link alice carol", 6, "have no prefix in common" },
    { "link alice:10.0.0.1 bob:10.0.0.2", 6, "settled already: test.lab:4" },
    { "link alice:10.0.0.9 bob", 12, "'10.0.0.9' is no address of 'alice'" },
    { "at 1s link alice:10.0.0.1>bob down", 12, "no address belongs here" },
    { "link alice bob loss 2%", 6, "its line already: test.lab:4" },
    { "link bob alice loss 2%", 6, "its line already: test.lab:4" },
    { "link alice>bob los 2%", 16, "did you mean 'loss'?" },
    { "link alice>bob delay", 21, "delay is missing" },
    { "link alice>bob delay 5", 22, "needs a unit" },
    { "link alice>bob delay 5ms 6ms", 26, "more than the delay" },
    { "link alice>bob delay 5ms 1ms 25", 30, "needs a percent sign" },
    { "link alice>bob delay 5ms 1ms 101%", 30, "more than 100%" },
    { "link alice>bob delay 5ms distribution", 38, "is missing" },
    { "link alice>bob delay 5ms distribution normal", 39, "no jitter that" },
    { "link alice>bob delay 5ms distribution gauss", 39, "unknown distrib" },
    { "link alice>bob delay 5ms order kept", 32, "did you mean 'keep'?" },
    { "link alice>bob loss 5", 21, "needs a percent sign" },
    { "link alice>bob loss 101%", 21, "more than 100%" },
    { "link alice>bob slot", 20, "slot is missing" },
    { "link alice>bob slot 2ms 1ms", 25, "is shorter than" },
    { "link alice>bob slot 2ms packets 0", 33, "below 1" },
    { "link alice>bob mtu", 19, "mtu is missing" },
    { "link alice>bob mtu 67", 20, "not in 68 to 65535" },
    { "link alice>bob mtu 1280b", 20, "" },
    { "link alice>bob netem mtu 1280", 22, "netem has no 'mtu'" },
    { "link alice>bob red", 16, "'red' is not supported" },
    { "link alice>bob reorder 5%", 16, "needs a 'delay' before" },
    { "link alice>bob delay 1ms reorder 5% reorder 1%", 37, "already" },
    { "link alice>bob delay 1ms reorder 5% gap 0", 41, "not in 1 to" },
    { "link alice>bob duplicate 5", 26, "needs a percent" },
    { "link alice>bob rate 10", 21, "needs a unit" },
    { "link alice>bob rate 0bit", 21, "nothing leaves" },
    { "link alice>bob rate 1mbit limit 0", 33, "below 1" },
    { "link alice>bob rate 1mbit 65536", 27, "not in -65535 to 65535" },
    { "link alice>bob rate 1mbit 14 0", 30, "not in 1 to 65535" },
    { "link alice>bob rate 1mbit 14 48 49", 33, "not in -48 to 48" },
    { "link alice>bob rate 1mbit cell 48 -48", 35, "nothing is left" },
    { "link alice>bob rate 1mbit overhead", 35, "overhead is missing" },
    { "link alice>bob rate 1mbit overhead 1kb", 36, "overhead: '1kb'" },
    { "link alice>bob limit 5", 16, "unknown word 'limit'" },
    { "link alice>bob | loss 5%", 16, "unknown word '|'" },
    { "link alice>bob loss 5% |", 24, "nothing comes after" },
    { "link alice>bob loss 5% | | loss 1%", 26, "unknown word '|'" },
    { "link alice>bob down loss 5%", 21, "unexpected 'loss'" },
    { "link alice>bob netem", 21, "options are missing" },
    { "link alice>bob netem loss 1% loss 2%", 30, "here twice" },
    { "link alice>bob netem delay 1ms limit 5", 32, "without 'rate'" },
    { "link alice>bob netem reorder 5% loss 1%", 22, "needs a 'delay'" },
  };

  scenarios_check_bad (bad, G_N_ELEMENTS (bad));
}

static const ElementSpec *
element (const Scenario *scenario, unsigned link, unsigned index)
{
  const ScenarioLink *direction = g_ptr_array_index (scenario->links, link);

  g_assert_cmpuint (index, <, direction->chain->len);
  return &g_array_index (direction->chain, ElementSpec, index);
}

static unsigned
chain_length (const Scenario *scenario, unsigned link)
{
  return ((ScenarioLink *) g_ptr_array_index (scenario->links, link))
      ->chain->len;
}

static void
test_link (void)
{
  Scenario *scenario = with_line (
      "link bob>alice rate 10mbit | delay 40ms 10ms distribution uniform order "
      "keep reorder 25% gap 5 loss random 1% duplicate 2% corrupt 3% rate "
      "1mbit limit 64kb rate 2mbit limit 7");
  const ScenarioLink *there = g_ptr_array_index (scenario->links, 0);
  const ScenarioLink *back = g_ptr_array_index (scenario->links, 1);

  g_assert_cmpuint (there->from, ==, 0);
  g_assert_cmpuint (there->to, ==, 1);
  g_assert_cmpuint (back->from, ==, 1);
  g_assert_cmpuint (back->to, ==, 0);
  g_assert_cmpuint (back->addresses->len, ==, 2);
  g_assert_cmpuint (chain_length (scenario, 0), ==, 2);
  g_assert_cmpuint (chain_length (scenario, 1), ==, 8);
  g_assert_cmpuint (element (scenario, 1, 0)->as.rate.rate_bps, ==, 10000000);
  g_assert_cmpuint (element (scenario, 1, 0)->as.rate.limit_packets, ==, 1000);
  g_assert_cmpint (element (scenario, 1, 1)->as.delay.delay_ns, ==,
                   40 * MILLISECOND);
  g_assert_cmpint (element (scenario, 1, 1)->as.delay.jitter_ns, ==,
                   10 * MILLISECOND);
  g_assert_true (element (scenario, 1, 1)->as.delay.keep_order);
  g_assert_cmpuint (element (scenario, 1, 2)->as.reorder.gap, ==, 5);
  g_assert_cmpuint (element (scenario, 1, 3)->as.loss.chance.share_ppb, ==,
                    10000000);
  g_assert_cmpint (element (scenario, 1, 5)->kind, ==, ELEMENT_CORRUPT);
  g_assert_cmpuint (element (scenario, 1, 6)->as.rate.limit_bytes, ==, 65536);
  g_assert_cmpuint (element (scenario, 1, 6)->as.rate.limit_packets, ==, 0);
  g_assert_cmpuint (element (scenario, 1, 7)->as.rate.limit_packets, ==, 7);
  scenario_free (scenario);
}

/* What netem does does not depend on the order of its words. */
static void
test_netem (void)
{
  static const ElementKind order[] = { ELEMENT_LOSS,    ELEMENT_DUPLICATE,
                                       ELEMENT_CORRUPT, ELEMENT_RATE,
                                       ELEMENT_DELAY,   ELEMENT_REORDER };
  Scenario *scenario =
      with_line ("link bob>alice netem limit 50 reorder 25% delay 10ms rate "
                 "1mbit corrupt 1% duplicate 1% loss 3%");

  g_assert_cmpuint (chain_length (scenario, 1), ==, 6);
  for (unsigned i = 0; i < 6; i++)
    g_assert_cmpint (element (scenario, 1, i)->kind, ==, order[i]);
  g_assert_cmpuint (element (scenario, 1, 3)->as.rate.limit_packets, ==, 50);
  scenario_free (scenario);
}

/* The later line replaces; a direction that no line names is perfect. */
static void
test_link_lines (void)
{
  static const char hosts[] = "host a 10.0.0.1/24\nhost b 10.0.0.2/24\n";
  static const struct
  {
    const char *lines;
    unsigned there, back, ats;
  } table[] = {
    { "link a b", 0, 0, 0 },
    { "link a>b loss 1%", 1, 0, 0 },
    { "link b>a loss 1%", 1, 0, 0 }, /* the first pair member is b>a */
    { "link a b loss 1% loss 2%\nlink b>a loss 1%", 2, 1, 0 },
    { "link b>a loss 1%\nlink a b loss 1% loss 2%", 2, 2, 0 },
    { "link a b down\nlink a b loss 1%", 1, 1, 2 },
    { "link a b up", 0, 0, 0 },
    { "link a>b down", 0, 0, 1 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      char *text = g_strconcat (hosts, table[i].lines, "\n", NULL);
      Scenario *scenario = scenarios_good (text);

      g_assert_cmpuint (scenario->links->len, ==, 2);
      g_assert_cmpuint (chain_length (scenario, 0), ==, table[i].there);
      g_assert_cmpuint (chain_length (scenario, 1), ==, table[i].back);
      g_assert_cmpuint (scenario->ats->len, ==, table[i].ats);
      scenario_free (scenario);
      g_free (text);
    }
}

/* An address that two interfaces would have. */
static void
test_link_addresses (void)
{
  unsigned count;
  char *errors = scenarios_bad ("host hub 10.0.0.1/24\nhost a 10.0.0.2/24\n"
                                "host b 10.0.0.3/24\nlink hub a\nlink hub b\n",
                                &count);

  g_assert_cmpuint (count, ==, 1);
  g_assert_nonnull (strstr (errors, "test.lab:5:6: error: 10.0.0.1 is "
                                    "already used on the link hub>a"));
  g_free (errors);
  scenario_free (
      scenarios_good ("host hub 10.0.0.1/24 10.0.1.1/24\nhost a 10.0.0.2/24\n"
                      "host b 10.0.1.3/24\nlink hub a\nlink hub b\n"
                      "app hub ping a\napp hub ping b\napp a echo udp 7\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario_statements/lexing", test_lexing);
  g_test_add_func ("/scenario_statements/general", test_general);
  g_test_add_func ("/scenario_statements/host", test_host);
  g_test_add_func ("/scenario_statements/host-tcp", test_host_tcp);
  g_test_add_func ("/scenario_statements/host-bad", test_host_bad);
  g_test_add_func ("/scenario_statements/link", test_link);
  g_test_add_func ("/scenario_statements/link-bad", test_link_bad);
  g_test_add_func ("/scenario_statements/link-lines", test_link_lines);
  g_test_add_func ("/scenario_statements/link-addresses", test_link_addresses);
  g_test_add_func ("/scenario_statements/netem", test_netem);
  return g_test_run ();
}
