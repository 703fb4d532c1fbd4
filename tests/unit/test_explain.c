// SPDX-License-Identifier: MIT
#include "tests/unit/scenarios.h"
#include "tools/explain.h"

static const char SCENARIO[] =
    "title \"a $N b\"\nlet N 3\nrun for 30s\n"
    "host alice 10.0.0.1/24 fd00::1/64 rcvbuf 64kb\n"
    "host bob kernel 10.0.0.2/24 fd00::2/64\n"
    "host carol 10.1.0.1/24\n"
    "link alice bob netem rate 10mbit limit 50 delay 40ms 10ms reorder 5%\n"
    "link bob>alice delay 40ms 1ms order keep | rate 1500bit 14 48 5 limit 3kb "
    "reorder 1% gap 3 loss 2.5% duplicate 1% corrupt 1%\n"
    "rule alice>bob match \"tcp dst port 7777\" data 3-5 delay 3ms\n"
    "rule alice>bob match udp every 21 corrupt\n"
    "rule alice>bob match icmp ack 2 drop\n"
    "rule alice>bob match icmp nth 111-113 duplicate\n"
    "rule alice>bob match icmp drop\n"
    "app bob receive tcp 7777 out.txt\n"
    "app alice messages tcp bob/6:7777 count 20 every 10ms size 30\n"
    "app alice messages udp 10.0.0.2:9 count 1 every 0s\n"
    "app alice send udp [fd00::2]:7 1mb size 1200b rate 1.5mbit at 2s\n"
    "app bob echo udp 7\napp bob discard udp 9\napp bob chargen tcp 19\n"
    "app bob http . port 8080\n"
    "app alice get http://bob:8080/x y.html\n"
    "app alice ping bob count 0 every 1ms\napp alice ping bob count 1\n"
    "at 2s link alice>bob rate 5mbit\n"
    "at 3s link bob>alice down\nat 4s link bob>alice up\n"
    "at 5s link bob>alice chain delay 1ms | rate 1mbit limit 9 codel ecn\n"
    "at 5s link bob>alice chain rate 1mbit fq_codel limit 3kb | rate 1mbit "
    "pie\n"
    "at 6s link bob>alice chain slot 1ms 2ms packets 3 bytes 1kb | delay 9ms "
    "5ms distribution pareto | delay 9ms "
    "5ms 25% distribution normal order keep\n"
    "at 3s rule bob>alice match udp nth 112 drop\n"
    "at 4s expect udp.lost > 0 or bob.tcp.last_delay <= 1.5s\n"
    "expect tcp.delivered == 20\n";

static const char EXPLAINED[] =
    "test: a 3 b\n"
    "  runs for at most 30s with seed 1\n"
    "  alice has 10.0.0.1/24, fd00::1/64\n"
    "    receive buffers in bytes: 65536 (rcvbuf)\n"
    "  bob has 10.0.0.2/24, fd00::2/64; live, it is the Linux kernel\n"
    "  carol has 10.1.0.1/24\n"
    "  alice>bob rule 1 holds up the 3rd to 5th packet with payload that "
    "matches 'tcp dst port 7777' for 3ms\n"
    "  alice>bob rule 2 flips a bit in each 21st packet that matches 'udp'\n"
    "  alice>bob rule 3 drops the 2nd packet without payload, SYN or FIN "
    "that matches 'icmp'\n"
    "  alice>bob rule 4 doubles the 111th to 113th packet that matches "
    "'icmp'\n"
    "  alice>bob rule 5 drops each packet that matches 'icmp'\n"
    "  alice>bob sends at 10mbit from a queue of 50 packets, then delays by "
    "30ms to 50ms, overtaking allowed, then lets 5% skip that delay\n"
    "  bob>alice delays by 39ms to 41ms without overtaking, then sends at "
    "1500bit, each packet 14 bytes longer on the wire, in cells of 48 bytes "
    "that cost 53 from a queue of 3072 bytes, then lets 1% of every 3rd packet "
    "skip "
    "that delay, then loses 2.5%, then doubles 1%, then flips a bit in 1%\n"
    "  bob receives at tcp port 7777 into files/out.txt\n"
    "  alice sends 20 messages over tcp to bob/6:7777 ([fd00::2]:7777), one "
    "every 10ms, of 30 bytes\n"
    "  alice sends 1 message over udp to 10.0.0.2:9\n"
    "  alice sends 1048576 bytes over udp to [fd00::2]:7 in datagrams of "
    "1200 bytes at 1500kbit, from 2s on\n"
    "  bob sends back what comes at udp port 7\n"
    "  bob throws away what comes at udp port 9\n"
    "  bob sends lines of characters at tcp port 19\n"
    "  bob serves HTTP at tcp port 8080 from the directory .\n"
    "  alice gets /x over HTTP from bob:8080 (10.0.0.2:8080) into "
    "files/y.html\n"
    "  alice pings bob (10.0.0.2) without end, one every 1ms\n"
    "  alice pings bob (10.0.0.2) 1 time\n"
    "  at 2s alice>bob changes: sends at 5mbit from a queue of 1000 packets\n"
    "  at 3s bob>alice goes down\n"
    "  at 4s bob>alice goes up\n"
    "  at 5s bob>alice gets another chain: delays by 1ms, then sends at 1mbit "
    "from a codel "
    "queue of 9 packets that marks after waits of 5ms during 100ms\n"
    "  at 5s bob>alice gets another chain: sends at 1mbit from a fq_codel "
    "queue of 3072 bytes, by turns of 1514 bytes for each flow, that marks "
    "after waits of 5ms during 100ms, then sends at 1mbit from a pie queue of "
    "1000 packets that drops so many that the wait comes to 15ms\n"
    "  at 6s bob>alice gets another chain: opens 1ms to 2ms after somebody "
    "came, for all that wait, up to 3 packets, until 1024 bytes left, then "
    "delays by 9ms with a standard "
    "deviation of 5ms (pareto, 5.982728ms to 121.537231ms; netem's ends at 4 "
    "deviations), overtaking allowed, then delays by 9ms with a standard "
    "deviation of 5ms (normal, 0s to 27.248596ms: what would be below 0 is 0, "
    "so "
    "the mean is more), 25% of them exactly as the packet before without "
    "overtaking\n"
    "  at 3s bob>alice gets a rule: drops the 112th packet that matches "
    "'udp'\n"
    "  expects udp.lost > 0 or bob.tcp.last_delay <= 1.5s at 4s\n"
    "  expects tcp.delivered == 20 at the end\n";

static void
test_all (void)
{
  Scenario *scenario = scenarios_good (SCENARIO);
  GString *text = g_string_new (NULL);

  explain_scenario (text, scenario);
  g_assert_cmpstr (text->str, ==, EXPLAINED);
  g_string_free (text, TRUE);
  scenario_free (scenario);
}

static void
test_perfect (void)
{
  Scenario *scenario = scenarios_good ("host a 10.0.0.1/24\n"
                                       "host b 10.0.0.2/24\nlink a b\n");
  GString *text = g_string_new (NULL);

  explain_scenario (text, scenario);
  g_assert_cmpstr (text->str, ==,
                   "test: test\n"
                   "  runs for at most 3600s with seed 1\n"
                   "  a has 10.0.0.1/24\n"
                   "  b has 10.0.0.2/24\n"
                   "  a>b passes everything at once\n"
                   "  b>a passes everything at once\n");
  g_string_free (text, TRUE);
  scenario_free (scenario);
}

/* What the numbers of a model come to. */
static void
test_loss (void)
{
  Scenario *scenario = scenarios_good (
      "host a 10.0.0.1/24\nhost b 10.0.0.2/24\n"
      "link a>b loss 10% 50% ecn loss burst 1% 4 shared loss state 1% 0% "
      "loss gemodel 2% 25% duplicate 1% 2%\n"
      "link b>a loss state 5% 25% 10% 50% 2%\n");
  GString *text = g_string_new (NULL);

  explain_scenario (text, scenario);
  g_assert_cmpstr (
      text->str, ==,
      "test: test\n"
      "  runs for at most 3600s with seed 1\n"
      "  a has 10.0.0.1/24\n"
      "  b has 10.0.0.2/24\n"
      "  a>b loses 10% with a correlation of 50% (netem's would change the "
      "share, this does not), on average 2.22 in a row, but marks what is "
      "ECN-capable instead, then loses 1%, on average 4.00 in a row, over all "
      "flows, then "
      "loses 100% in a row without end, then loses 7.4074074%, on average "
      "4.00 in a row, then doubles 1% with a correlation of 2% (netem's would "
      "change the share, this does not)\n"
      "  b>a loses 17.4603174%, on average 2.44 in a row\n");
  g_string_free (text, TRUE);
  scenario_free (scenario);
}

static void
test_host (void)
{
  Scenario *scenario = scenarios_good (
      "host a 10.0.0.1/24 sack off wscale on cc bbr ecn passive iw 4 "
      "delack off r2 off rto_min 1.5s privileged mtu 1280\n"
      "router b 10.0.0.2/24 rpf ttl 9\nlink a b\n");
  GString *text = g_string_new (NULL);

  explain_host (text, g_ptr_array_index (scenario->hosts, 0));
  explain_host (text, g_ptr_array_index (scenario->hosts, 1));
  g_assert_cmpstr (
      text->str, ==,
      "  a has 10.0.0.1/24\n"
      "    congestion control: bbr (cc)\n"
      "    without selective acknowledgments (sack off)\n"
      "    with windows of more than 64 KiB (wscale on)\n"
      "    marks of routers instead of losses: passive (ecn)\n"
      "    segments before the first ACK: 4 (iw)\n"
      "    longest delay of an ACK: off (delack)\n"
      "    retransmissions before giving up: off (r2)\n"
      "    shortest retransmission timeout: 1.5s (rto_min)\n"
      "    largest packet in bytes: 1280 (mtu)\n"
      "    \"sock\" may bind ports below 1024 (privileged)\n"
      "  router b has 10.0.0.2/24\n"
      "    hops of each packet: 9 (ttl)\n"
      "    drops what comes from where it would not send an answer "
      "(rpf)\n");
  g_string_free (text, TRUE);
  scenario_free (scenario);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain/all", test_all);
  g_test_add_func ("/explain/host", test_host);
  g_test_add_func ("/explain/loss", test_loss);
  g_test_add_func ("/explain/perfect", test_perfect);
  return g_test_run ();
}
