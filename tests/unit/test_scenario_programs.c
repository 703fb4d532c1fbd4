// SPDX-License-Identifier: MIT
/* rule, app, at and expect, well written and not. */
#include "stack/address.h"
#include "stack/wire_ip.h"
#include "tests/unit/scenarios.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_rule (void)
{
  static const ScenarioBad bad[] = {
    { "rule", 5, "a link is missing" },
    { "rule alice bob match tcp drop", 6, "like alice>bob" },
    { "rule alice>carol match tcp drop", 6, "no link alice>carol" },
    { "rule alice>bob tcp drop", 16, "'match' is missing" },
    { "rule alice>bob match", 21, "what to match is missing" },
    { "rule alice>bob match \"tcp dst\" drop", 22, "no BPF expression" },
    { "rule alice>bob match \"tcp and (udp\" drop", 22, "no BPF expression" },
    { "rule alice>bob match \"host bob\" drop", 28, "not looked up" },
    { "rule alice>bob match \"port http\" drop", 28, "not looked up" },
    { "rule alice>bob match \"net localnet\" drop", 27, "not looked up" },
    { "rule alice>bob match tpc drop", 22, "did you mean 'tcp'?" },
    { "rule alice>bob match tcp", 25, "what to do is missing" },
    { "rule alice>bob match tcp dropp", 26, "did you mean 'drop'?" },
    { "rule alice>bob match tcp nth drop", 30, "nth: 'drop' is no number" },
    { "rule alice>bob match tcp nth 0 drop", 30, "begins with 1" },
    { "rule alice>bob match tcp nth 5-3 drop", 30, "after the last" },
    { "rule alice>bob match tcp every 1-3 drop", 32, "no whole number" },
    { "rule alice>bob match tcp delay", 31, "delay is missing" },
    { "rule alice>bob match tcp delay 5", 32, "needs a unit" },
    { "rule alice>bob match tcp behind 3", 26, "'behind' is not support" },
    { "rule alice>bob match tcp corrupt field ttl", 34, "'field' is not" },
    { "rule alice>bob match tcp drop drop", 31, "unexpected 'drop'" },
  };
  Scenario *scenario = scenarios_good (
      SCENARIO_BASE
      "rule alice>bob match \"tcp[tcpflags] & (tcp-syn|tcp-fin) != 0 and not "
      "host 10.0.0.3\" drop\n"
      "rule bob>alice match \"ip6 host fd00::1 and udp port 7\" ack 2-4 delay "
      "1ms\n"
      "rule alice>bob match udp every 3 duplicate\n"
      "rule alice>bob match icmp6 data 7 corrupt\n"
      "rule bob>alice match tcp mark\n");
  const ScenarioLink *there = g_ptr_array_index (scenario->links, 0);
  const ScenarioLink *back = g_ptr_array_index (scenario->links, 1);
  const RuleSpec *rule;

  g_assert_cmpuint (there->rules->len, ==, 3);
  rule = g_ptr_array_index (there->rules, 0);
  g_assert_cmpint (rule->count, ==, RULE_EACH);
  g_assert_cmpint (rule->action, ==, RULE_DROP);
  rule = g_ptr_array_index (there->rules, 1);
  g_assert_cmpint (rule->count, ==, RULE_EVERY);
  g_assert_cmpuint (rule->first, ==, 3);
  g_assert_cmpint (rule->action, ==, RULE_DUPLICATE);
  rule = g_ptr_array_index (there->rules, 2);
  g_assert_cmpint (rule->count, ==, RULE_DATA);
  g_assert_cmpuint (rule->last, ==, 7);
  rule = g_ptr_array_index (back->rules, 0);
  g_assert_cmpint (rule->count, ==, RULE_ACK);
  g_assert_cmpuint (rule->first, ==, 2);
  g_assert_cmpuint (rule->last, ==, 4);
  g_assert_cmpint (rule->delay_ns, ==, MILLISECOND);
  rule = g_ptr_array_index (back->rules, 1);
  g_assert_cmpint (rule->action, ==, RULE_MARK);
  scenario_free (scenario);
  scenarios_check_bad (bad, G_N_ELEMENTS (bad));
}

static void
test_app_bad (void)
{
  static const ScenarioBad bad[] = {
    { "app", 4, "a host is missing" },
    { "app bobb echo udp 7", 5, "did you mean 'bob'?" },
    { "app bob", 8, "what the program does is missing" },
    { "app bob ecoh udp 7", 9, "did you mean 'echo'?" },
    { "app bob ask tcp alice:7", 9, "'ask' is not supported" },
    { "app bob trace alice:1", 15, "no port belongs here" },
    { "app bob echo sctp 7", 14, "tcp or udp is expected" },
    { "app bob echo udp", 17, "a port is missing" },
    { "app bob echo udp 0", 18, "not in 1 to 65535" },
    { "app bob echo udp 65536", 18, "not in 1 to 65535" },
    { "app bob echo udp http", 18, "is no number" },
    { "app bob echo udp 7 8", 20, "unexpected '8'" },
    { "app bob echo udp 7 at 5", 23, "needs a unit" },
    { "app bob receive udp 7 ../x", 23, "below the output folder" },
    { "app bob receive udp 7 /x", 23, "below the output folder" },
    { "app bob receive udp 7 a/../x", 23, "below the output folder" },
    { "app bob receive udp 7 x/", 23, "below the output folder" },
  };

  scenarios_check_bad (bad, G_N_ELEMENTS (bad));
}

static void
test_messages_bad (void)
{
  static const ScenarioBad bad[] = {
    { "app alice messages tcp bob:7 count 2", 37, "'every TIME'" },
    { "app alice messages tcp bob:7 every 2s at 1s", 39, "'count N'" },
    { "app alice messages tcp bob:7 count 0 every 2s", 36, "not in 1 to" },
    { "app alice messages tcp bob:7 count 1 count 1", 38, "here twice" },
    { "app alice messages tcp bob:7 count 20 every 1s size 9", 53, "at least" },
    { "app alice messages udp bob:7 count 1 every 1s size 65508", 52, "65507" },
    { "app alice messages tcp bob count 1 every 1s", 24, "no :PORT" },
    { "app alice messages tcp bob: count 1 every 1s", 28, "is no number" },
    { "app alice messages tcp bob:0 count 1 every 1s", 28, "1 to 65535" },
    { "app alice messages tcp bob:65536 count 1 every 1s", 28, "1 to 65535" },
    { "app alice messages tcp bbo:7 count 1 every 1s", 24, "mean 'bob'?" },
    { "app alice messages tcp :7 count 1 every 1s", 24, "a host is missing" },
    { "app alice messages tcp bob/5:7 count 1 every 1s", 27, "/4 or /6" },
    { "app alice messages tcp carol:7 count 1 every 1s", 24,
      "no link or router leads" },
    { "app carol messages tcp bob:7 count 1 every 1s", 24,
      "no link or router leads" },
    { "app alice messages tcp alice:7 count 1 every 1s", 24, "to itself" },
    { "app alice messages tcp 10.0.0.1:7 count 1 every 1s", 24, "to itself" },
    { "app alice messages tcp 10.9.0.1:7 count 1 every 1s", 24, "no prefix" },
    { "app carol messages tcp 192.168.7.2:7 count 1 every 1s", 24, "prefix" },
    { "app alice messages tcp fd00::2:7 count 1 every 1s", 24, "brackets" },
    { "app alice messages tcp [fd00::2] count 1 every 1s", 24, "no :PORT" },
    { "app alice messages tcp [10.0.0.2]:7 count 1 every 1s", 24, "address" },
    { "app alice messages tcp [fd00::x]:7 count 1 every 1s", 31, "address" },
    { "app alice messages tcp 10.0.0:7 count 1 every 1s", 30, "no address" },
  };

  scenarios_check_bad (bad, G_N_ELEMENTS (bad));
}

static void
test_transfer_bad (void)
{
  static const ScenarioBad bad[] = {
    { "app alice send tcp bob:7", 25, "a file or a size is missing" },
    { "app alice send tcp bob:7 nofile", 26, "there is no file 'nofile'" },
    { "app alice send tcp bob:7 12", 26, "there is no file '12'" },
    { "app alice send tcp bob:7 ./10mb", 26, "there is no file" },
    { "app alice send tcp bob:7 .", 26, "no regular file" },
    { "app alice send tcp bob:7 0kb", 26, "nothing to send" },
    { "app alice send tcp bob:7 1kb rate 1mbit", 30, "is for udp" },
    { "app alice send udp bob:7 1kb rate 1", 35, "needs a unit" },
    { "app alice send udp bob:7 1kb rate 1bit rate 1bit", 40, "here twice" },
    { "app bob http", 13, "a directory is missing" },
    { "app bob http note.txt", 14, "'note.txt' is no directory" },
    { "app bob http . port", 20, "a port is missing" },
    { "app alice get", 14, "a URL is missing" },
    { "app alice get bob/", 15, "begin with http://" },
    { "app alice get http://bbo/", 15, "did you mean 'bob'?" },
    { "app alice get http://bob:x/", 26, "is no number" },
    { "app alice get http:///x", 15, "a host is missing" },
    { "app alice get http://bob/x /etc/x", 28, "below the output folder" },
    { "app alice ping", 15, "whom to talk to is missing" },
    { "app alice ping bob:7", 16, "no port belongs here" },
    { "app alice ping [fd00::2]:7", 16, "no port belongs here" },
    { "app alice ping fd00::2", 16, "no port belongs here" },
    { "app alice ping bob count x", 26, "is no number" },
    { "at 1s app alice ping bob at 2s", 26, "a time already" },
  };

  scenarios_check_bad (bad, G_N_ELEMENTS (bad));
}

static void
check_peer (const ScenarioApp *app, const char *expected)
{
  char text[ENDPOINT_TEXT_MAX];

  g_assert_cmpstr (endpoint_format (&app->peer, text), ==, expected);
}

static void
test_app (void)
{
  Scenario *scenario = scenarios_good (
      SCENARIO_BASE
      "app bob receive tcp 7777 got/it.txt\n"
      "app alice messages udp bob:7777 every 10ms size 99 count 20 at 2s\n"
      "app alice messages tcp bob/6:7 count 1 every 0s\n"
      "at 3s app alice send udp [fd00::9]:7 1.5mb size 1200b rate 10mbit\n"
      "app alice send tcp 10.0.0.2:7 ./note.txt\n"
      "app bob http \".\" port 8080\n"
      "app alice get http://bob:8080/a/b?c x.html\n"
      "app alice get http://bob/6\n"
      "app alice get http://[fd00::2] at 1s\n"
      "app alice ping bob/6 count 0 every 1ms\n"
      "app bob echo udp 7777\n"
      "app bob receive udp 9 \"at\"\n");
  ScenarioApp **apps = (ScenarioApp **) scenario->apps->pdata;

  g_assert_cmpuint (scenario->apps->len, ==, 12);
  g_assert_cmpstr (apps[0]->name, ==, "got/it.txt");
  g_assert_cmpuint (apps[0]->port, ==, 7777);
  g_assert_cmpint (apps[0]->protocol, ==, PROTOCOL_TCP);
  check_peer (apps[1], "10.0.0.2:7777");
  g_assert_cmpstr (apps[1]->peer_text, ==, "bob:7777");
  g_assert_cmpuint (apps[1]->count, ==, 20);
  g_assert_cmpuint (apps[1]->size, ==, 99);
  g_assert_true (apps[1]->size_is_given);
  g_assert_cmpint (apps[1]->every, ==, 10 * MILLISECOND);
  g_assert_cmpint (apps[1]->at, ==, 2 * SECOND);
  check_peer (apps[2], "[fd00::2]:7");
  g_assert_false (apps[2]->size_is_given);
  check_peer (apps[3], "[fd00::9]:7");
  g_assert_cmpint (apps[3]->at, ==, 3 * SECOND);
  g_assert_cmpuint (apps[3]->total, ==, 1572864);
  g_assert_cmpuint (apps[3]->size, ==, 1200);
  g_assert_cmpuint (apps[3]->rate_bps, ==, 10000000);
  g_assert_null (apps[3]->file);
  g_assert_cmpuint (apps[4]->total, ==, 0);
  g_assert_cmpstr (apps[4]->name, ==, "./note.txt");
  g_assert_true (g_path_is_absolute (apps[4]->file));
  g_assert_cmpuint (apps[5]->port, ==, 8080);
  check_peer (apps[6], "10.0.0.2:8080");
  g_assert_cmpstr (apps[6]->url_path, ==, "/a/b?c");
  g_assert_cmpstr (apps[6]->name, ==, "x.html");
  check_peer (apps[7], "[fd00::2]:80");
  g_assert_cmpstr (apps[7]->url_path, ==, "/");
  g_assert_null (apps[7]->name);
  check_peer (apps[8], "[fd00::2]:80");
  g_assert_cmpint (apps[8]->at, ==, SECOND);
  g_assert_cmpint (apps[9]->kind, ==, APP_PING);
  g_assert_cmpuint (apps[9]->count, ==, 0);
  g_assert_cmpstr (app_kind_name (apps[9]->kind), ==, "ping");
  g_assert_cmpstr (apps[11]->name, ==, "at");
  scenario_free (scenario);
}

/* Two programs cannot wait at one port, but tcp and udp are two. */
static void
test_ports (void)
{
  unsigned count;
  char *errors = scenarios_bad (SCENARIO_BASE "app bob echo udp 7\n"
                                              "app bob echo tcp 7\n"
                                              "app alice echo udp 7\n"
                                              "app bob discard udp 7\n",
                                &count);

  g_assert_cmpuint (count, ==, 1);
  g_assert_nonnull (strstr (errors, "test.lab:8:21: error: port 7 of 'bob' is "
                                    "taken already: test.lab:5"));
  g_free (errors);
}

static void
test_expect (void)
{
  static const ScenarioBad bad[] = {
    { "expect", 7, "what to expect is missing" },
    { "expect delivered == 1", 8, "is no metric" },
    { "expect a.b.c.d == 1", 8, "is no metric" },
    { "expect bbo.tcp.sent == 1", 8, "did you mean 'bob'?" },
    { "expect bob.tpc.sent == 1", 12, "not 'tpc'" },
    { "expect sctp.sent == 1", 8, "not 'sctp'" },
    { "expect tcp.snet == 1", 12, "did you mean 'sent'?" },
    { "expect tcp.sent", 16, "a comparison is missing" },
    { "expect tcp.sent = 1", 17, "none of ==" },
    { "expect tcp.sent ==", 19, "sent is missing" },
    { "expect tcp.sent == 1ms", 20, "no whole number" },
    { "expect tcp.sent == 5%", 20, "no whole number" },
    { "expect tcp.last_delay == 5", 26, "needs a unit" },
    { "expect tcp.sent == 1 udp.sent == 2", 22, "unexpected" },
    { "expect tcp.sent == 1 and", 25, "what to expect is missing" },
  };
  Scenario *scenario = scenarios_good (
      SCENARIO_BASE "expect tcp.delivered == 20 and bob.udp.lost > 0 or "
                    "udp.last_delay <= 1.5s  # really\n"
                    "at 2s expect udp.bytes_sent != 64kb\n");
  const ScenarioExpect *expect = g_ptr_array_index (scenario->expects, 0);
  const ScenarioTerm *terms =
      (const ScenarioTerm *) (void *) expect->terms->data;

  g_assert_cmpstr (expect->text, ==,
                   "tcp.delivered == 20 and bob.udp.lost > 0 or "
                   "udp.last_delay <= 1.5s");
  g_assert_false (expect->timed);
  g_assert_cmpuint (expect->terms->len, ==, 3);
  g_assert_null (terms[0].host);
  g_assert_cmpstr (terms[0].word, ==, "delivered");
  g_assert_cmpstr (terms[0].comparison, ==, "==");
  g_assert_cmpint (terms[0].value, ==, 20);
  g_assert_cmpstr (terms[1].host, ==, "bob");
  g_assert_cmpint (terms[1].protocol, ==, PROTOCOL_UDP);
  g_assert_false (terms[0].or_before || terms[1].or_before);
  g_assert_true (terms[2].or_before);
  g_assert_cmpint (terms[2].value, ==, 1500 * MILLISECOND);
  expect = g_ptr_array_index (scenario->expects, 1);
  g_assert_true (expect->timed);
  g_assert_cmpuint (scenario->ats->len, ==, 1);
  g_assert_cmpuint (
      ((ScenarioAt *) g_ptr_array_index (scenario->ats, 0))->expect, ==, 1);
  scenario_free (scenario);
  scenarios_check_bad (bad, G_N_ELEMENTS (bad));
}

static void
test_at (void)
{
  static const ScenarioBad bad[] = {
    { "at", 3, "at is missing" },
    { "at 5 link alice bob down", 4, "needs a unit" },
    { "at 5s", 6, "what happens then is missing" },
    { "at 5s title x", 7, "cannot happen at a time" },
    { "at 5s lnik alice bob down", 7, "did you mean 'link'?" },
    { "at 5s link alice>carol down", 12, "no link alice>carol" },
    { "at 5s link alice bob", 21, "what changes is missing" },
    { "at 5s link alice bob dwon", 22, "unknown word 'dwon'" },
    { "at 5s link alice bob down 3", 27, "unexpected '3'" },
    { "at 5s link alice bob duplicate 1%", 22, "no 'duplicate' to change" },
    { "at 5s link alice bob loss 1% loss 2%", 30, "no 'loss' to change" },
    { "at 5s rule alice>bob match tcp", 31, "what to do is missing" },
  };
  Scenario *scenario = scenarios_good (
      SCENARIO_BASE "at 9s link alice bob rate 1mbit\n"
                    "at 1s link alice>bob loss 0%\n"
                    "at 2s link alice bob chain netem rate 10mbit delay 1ms\n"
                    "at 3s link alice bob down\n"
                    "at 4s link alice bob up\n"
                    "at 5s rule bob>alice match tcp nth 1 drop\n");
  ScenarioAt **ats = (ScenarioAt **) scenario->ats->pdata;

  g_assert_cmpuint (scenario->ats->len, ==, 10);
  g_assert_cmpint (ats[0]->at, ==, 9 * SECOND);
  g_assert_cmpint (ats[0]->kind, ==, AT_CHANGE);
  g_assert_cmpuint (ats[0]->link, ==, 0);
  g_assert_cmpuint (ats[1]->link, ==, 1);
  g_assert_cmpuint (ats[2]->link, ==, 0);
  g_assert_cmpint (ats[3]->kind, ==, AT_CHAIN);
  g_assert_cmpuint (ats[3]->chain->len, ==, 2);
  g_assert_cmpint (ats[5]->kind, ==, AT_DOWN);
  g_assert_cmpint (ats[7]->kind, ==, AT_UP);
  g_assert_cmpint (ats[9]->kind, ==, AT_RULE);
  g_assert_cmpuint (ats[9]->link, ==, 1);
  g_assert_cmpstr (ats[9]->rule->match, ==, "tcp");
  scenario_free (scenario);
  scenarios_check_bad (bad, G_N_ELEMENTS (bad));
}

int
main (int argc, char **argv)
{
  char *folder = g_dir_make_tmp ("tunlab-XXXXXX", NULL);
  int code;

  g_assert_cmpint (g_chdir (folder), ==, 0);
  g_assert_true (g_file_set_contents ("note.txt", "x", -1, NULL));
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario_programs/rule", test_rule);
  g_test_add_func ("/scenario_programs/app", test_app);
  g_test_add_func ("/scenario_programs/app-bad", test_app_bad);
  g_test_add_func ("/scenario_programs/messages-bad", test_messages_bad);
  g_test_add_func ("/scenario_programs/transfer-bad", test_transfer_bad);
  g_test_add_func ("/scenario_programs/ports", test_ports);
  g_test_add_func ("/scenario_programs/expect", test_expect);
  g_test_add_func ("/scenario_programs/at", test_at);
  code = g_test_run ();
  g_remove ("note.txt");
  g_rmdir (folder);
  g_free (folder);
  return code;
}
