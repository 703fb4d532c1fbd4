// SPDX-License-Identifier: MIT
#include "tools/address_kind.h"
#include "stack/address.h"
#include "stack/address_text.h"
#include <glib.h>
#include <string.h>

#define NONE    "none"
#define HOST    "host"
#define LINK    "link"
#define PRIVATE "private"
#define GLOBAL  "global"

static const AddressKind ipv4_kinds[] = {
  { "0.0.0.0/32", "unspecified", NONE, "RFC 1122 3.2.1.3",
    "no address yet; a socket bound to it takes what comes to any" },
  { "0.0.0.0/8", "this network", NONE, "RFC 791 3.2",
    "a source only, while a host learns its address" },
  { "10.0.0.0/8", "private", PRIVATE, "RFC 1918",
    "anyone's, so not unique; behind NAT to the Internet" },
  { "100.64.0.0/10", "shared", PRIVATE, "RFC 6598",
    "between a provider's NAT and its customers" },
  { "127.0.0.0/8", "loopback", HOST, "RFC 1122 3.2.1.3",
    "this host, without any network" },
  { "169.254.0.0/16", "link-local", LINK, "RFC 3927",
    "chosen by the host itself when nobody gives it one" },
  { "172.16.0.0/12", "private", PRIVATE, "RFC 1918",
    "anyone's, so not unique; behind NAT to the Internet" },
  { "192.0.0.0/29", "service continuity", PRIVATE, "RFC 7335",
    "the inner end of IPv4 over IPv6" },
  { "192.0.0.8/32", "dummy", NONE, "RFC 7600",
    "the source of ICMP errors without an IPv4 address" },
  { "192.0.0.9/32", "port control anycast", GLOBAL, "RFC 7723",
    "the nearest NAT that speaks PCP" },
  { "192.0.0.10/32", "TURN anycast", GLOBAL, "RFC 8155",
    "the nearest relay for NAT traversal" },
  { "192.0.0.170/31", "NAT64 discovery", NONE, "RFC 7050",
    "asked for by name to find a NAT64's prefix" },
  { "192.0.0.0/24", "protocol assignments", NONE, "RFC 6890 2.1",
    "kept by the IETF for its protocols" },
  { "192.0.2.0/24", "documentation", NONE, "RFC 5737",
    "for examples, never in use (TEST-NET-1)" },
  { "192.31.196.0/24", "AS112", GLOBAL, "RFC 7535",
    "answers useless DNS questions" },
  { "192.52.193.0/24", "AMT", GLOBAL, "RFC 7450",
    "relays that tunnel multicast" },
  { "192.88.99.0/24", "6to4 relay anycast", GLOBAL, "RFC 7526", "given up" },
  { "192.168.0.0/16", "private", PRIVATE, "RFC 1918",
    "anyone's, so not unique; behind NAT to the Internet" },
  { "192.175.48.0/24", "AS112", GLOBAL, "RFC 7534",
    "answers useless DNS questions" },
  { "198.18.0.0/15", "benchmark", PRIVATE, "RFC 2544",
    "for measurements of routers in a laboratory" },
  { "198.51.100.0/24", "documentation", NONE, "RFC 5737",
    "for examples, never in use (TEST-NET-2)" },
  { "203.0.113.0/24", "documentation", NONE, "RFC 5737",
    "for examples, never in use (TEST-NET-3)" },
  { "224.0.0.0/24", "multicast", LINK, "RFC 5771 4",
    "a group of hosts, for protocols of one link" },
  { "232.0.0.0/8", "multicast", GLOBAL, "RFC 4607",
    "a group of hosts that choose their source (SSM)" },
  { "233.252.0.0/24", "documentation", NONE, "RFC 6676",
    "for examples of multicast, never in use" },
  { "239.255.0.0/16", "multicast", "site", "RFC 2365",
    "a group of hosts nearby" },
  { "239.192.0.0/14", "multicast", "organization", "RFC 2365",
    "a group of hosts of one organisation" },
  { "239.0.0.0/8", "multicast", "admin", "RFC 2365",
    "a group of hosts, administratively scoped" },
  { "224.0.0.0/4", "multicast", GLOBAL, "RFC 5771", "a group of hosts" },
  { "255.255.255.255/32", "broadcast", LINK, "RFC 919 7",
    "all hosts of this link" },
  { "240.0.0.0/4", "reserved", NONE, "RFC 1112 4", "never given out" },
  { "0.0.0.0/0", "global unicast", GLOBAL, "RFC 6890",
    "one host; in none of the special registries" },
};

static const AddressKind ipv6_kinds[] = {
  { "::/128", "unspecified", NONE, "RFC 4291 2.5.2",
    "no address yet; a socket bound to it takes what comes to any" },
  { "::1/128", "loopback", HOST, "RFC 4291 2.5.3",
    "this host, without any network" },
  { "::ffff:0:0/96", "IPv4-mapped", NONE, "RFC 4291 2.5.5.2",
    "how an IPv6 socket names an IPv4 address; never on the wire" },
  { "::/96", "IPv4-compatible", NONE, "RFC 4291 2.5.5.1",
    "an early way to IPv6, given up" },
  { "64:ff9b::/96", "NAT64", GLOBAL, "RFC 6052",
    "an IPv4 host, reached through a translator" },
  { "64:ff9b:1::/48", "local NAT64", PRIVATE, "RFC 8215",
    "an IPv4 host, reached through a local translator" },
  { "100::/64", "discard-only", PRIVATE, "RFC 6666",
    "whatever is sent there is thrown away" },
  { "100:0:0:1::/64", "dummy", NONE, "RFC 9780",
    "a prefix that stands for none" },
  { "2001::/32", "Teredo", GLOBAL, "RFC 4380",
    "a host behind an IPv4 NAT, tunnelled through UDP" },
  { "2001:1::1/128", "port control anycast", GLOBAL, "RFC 7723",
    "the nearest NAT that speaks PCP" },
  { "2001:1::2/128", "TURN anycast", GLOBAL, "RFC 8155",
    "the nearest relay for NAT traversal" },
  { "2001:1::3/128", "DNS-SD anycast", GLOBAL, "RFC 9665",
    "the nearest registrar of services" },
  { "2001:2::/48", "benchmark", PRIVATE, "RFC 5180",
    "for measurements of routers in a laboratory" },
  { "2001:3::/32", "AMT", GLOBAL, "RFC 7450", "relays that tunnel multicast" },
  { "2001:4:112::/48", "AS112", GLOBAL, "RFC 7535",
    "answers useless DNS questions" },
  { "2001:10::/28", "ORCHID", NONE, "RFC 4843",
    "a hash that looks like an address, given up" },
  { "2001:20::/28", "ORCHIDv2", GLOBAL, "RFC 7343",
    "a hash that looks like an address" },
  { "2001:30::/28", "drone identity", GLOBAL, "RFC 9374", "names an aircraft" },
  { "2001::/23", "protocol assignments", NONE, "RFC 2928",
    "kept by the IETF for its protocols" },
  { "2001:db8::/32", "documentation", NONE, "RFC 3849",
    "for examples, never in use" },
  { "2002::/16", "6to4", GLOBAL, "RFC 3056",
    "a prefix made of an IPv4 address, tunnelled to it" },
  { "2620:4f:8000::/48", "AS112", GLOBAL, "RFC 7534",
    "answers useless DNS questions" },
  { "3fff::/20", "documentation", NONE, "RFC 9637",
    "for examples, never in use" },
  { "2000::/3", "global unicast", GLOBAL, "RFC 4291 2.5.4",
    "one interface; in none of the special registries" },
  { "5f00::/16", "segment identifier", PRIVATE, "RFC 9602",
    "an instruction of segment routing" },
  { "fc00::/8", "unique local", PRIVATE, "RFC 4193 3.1",
    "not defined yet; fd00::/8 is the half in use" },
  { "fd00::/8", "unique local", PRIVATE, "RFC 4193",
    "like private ones, but with 40 random bits, so probably unique" },
  { "fe80::/10", "link-local", LINK, "RFC 4291 2.5.6",
    "each interface has one; a zone such as %eth0 tells the link" },
  { "fec0::/10", "site-local", "site", "RFC 3879",
    "given up for unique local ones" },
  { "ff02::1/128", "multicast", LINK, "RFC 4291 2.7.1",
    "all hosts of this link" },
  { "ff02::2/128", "multicast", LINK, "RFC 4291 2.7.1",
    "all routers of this link" },
  { "ff02::1:ff00:0/104", "multicast", LINK, "RFC 4291 2.7.1",
    "solicited-node: those whose last 24 bits are these" },
  { "ff00::/8", "multicast", GLOBAL, "RFC 4291 2.7", "a group of hosts" },
  { "::/0", "reserved", NONE, "RFC 4291 4", "not given out by the IETF" },
};

static bool
holds (const AddressKind *kind, const Address *address)
{
  AddressText read;
  unsigned bits;
  g_assert_true (address_text_read (kind->prefix, &read));
  bits = (unsigned) read.prefix_length + (read.ipv6 ? 0 : 96);
  return address_common_bits (address, &read.address) >= bits;
}

const AddressKind *
address_kind_find (const Address *address, bool ipv6)
{
  const AddressKind *kind = ipv6 ? ipv6_kinds : ipv4_kinds;
  while (!holds (kind, address))
    kind++; /* the last one holds all */
  return kind;
}

const char *
address_kind_scope (const AddressKind *kind, const Address *address, bool ipv6)
{
  static const char *const words[16] = {
    [0x0] = "reserved",     [0x1] = "interface", [0x2] = LINK,
    [0x3] = "realm",        [0x4] = "admin",     [0x5] = "site",
    [0x8] = "organization", [0xe] = GLOBAL,      [0xf] = "reserved",
  };
  if (!ipv6 || address->bytes[0] != 0xff)
    return kind->scope;
  const char *word = words[address->bytes[1] & 0xf];
  return word ? word : "unassigned";
}

const char *
address_kind_reach (const char *scope)
{
  static const char *const table[][2] = {
    { NONE, "never a destination on a network" },
    { HOST, "it never leaves this host" },
    { "interface", "it never leaves this interface" },
    { LINK, "it never crosses a router" },
    { "realm", "within one network of things (RFC 7346)" },
    { "admin", "within borders that were configured" },
    { "site", "within one site" },
    { "organization", "within one organisation" },
    { PRIVATE, "within one organisation, never on the Internet" },
    { GLOBAL, "valid everywhere" },
    { "reserved", "not to be used" },
    { "unassigned", "within borders that were configured" },
  };
  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i][0], scope) == 0)
      return table[i][1];
  g_assert_not_reached ();
}
