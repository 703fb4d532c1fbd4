// SPDX-License-Identifier: MIT
#include "sim/address_fault.h"

const char *
address_fault_sentence (AddressFault fault)
{
  static const char *const sentences[ADDRESS_FAULT_COUNT] = {
    [ADDRESS_FAULT_NONE] = "nothing is wrong",
    [ADDRESS_FAULT_EMPTY] = "there is nothing to read",
    [ADDRESS_FAULT_BLANK] = "an address contains no blanks",
    [ADDRESS_FAULT_NAME] =
        "this is a name; an address has four octets or eight hextets",
    [ADDRESS_FAULT_BRACKET] =
        "brackets are not part of an address; [ADDRESS]:PORT needs them",
    [ADDRESS_FAULT_PORT] = "a port is not part of an address",
    [ADDRESS_FAULT_OCTETS_FEW] =
        "an IPv4 address has four octets, here one is missing",
    [ADDRESS_FAULT_OCTETS_MANY] =
        "an IPv4 address has four octets, here a fifth begins",
    [ADDRESS_FAULT_OCTET_EMPTY] = "an octet has at least one digit",
    [ADDRESS_FAULT_OCTET_RANGE] = "an octet is 8 bits, so it is at most 255",
    [ADDRESS_FAULT_OCTET_ZERO] =
        "an octet has no leading zeros; some programs read 010 as octal 8",
    [ADDRESS_FAULT_OCTET_HEX] = "an octet is decimal, without 0x",
    [ADDRESS_FAULT_OCTET_CHARACTER] =
        "an octet is decimal, of the digits 0 to 9",
    [ADDRESS_FAULT_HEXTETS_FEW] =
        "an IPv6 address has eight hextets, unless :: hides some zeros",
    [ADDRESS_FAULT_HEXTETS_MANY] =
        "an IPv6 address has eight hextets, this is one too many",
    [ADDRESS_FAULT_HEXTET_LONG] =
        "a hextet is 16 bits, so it has at most four digits",
    [ADDRESS_FAULT_HEXTET_PREFIX] = "a hextet is hexadecimal without 0x",
    [ADDRESS_FAULT_HEXTET_CHARACTER] =
        "a hextet is hexadecimal, of the digits 0 to 9 and a to f",
    [ADDRESS_FAULT_COLON_FIRST] =
        "one colon alone cannot begin an address, only :: can",
    [ADDRESS_FAULT_COLON_LAST] =
        "one colon alone cannot end an address, only :: can",
    [ADDRESS_FAULT_COLON_THREE] = "there are never three colons in a row",
    [ADDRESS_FAULT_GAP_TWICE] =
        "only one :: is allowed, else nobody knows how many zeros each hides",
    [ADDRESS_FAULT_GAP_NOTHING] =
        "here :: hides nothing, all eight hextets are written",
    [ADDRESS_FAULT_DOTTED_PLACE] =
        "dotted decimal can only be the end of an IPv6 address",
    [ADDRESS_FAULT_ZONE_EMPTY] = "the name of the zone is missing behind %",
    [ADDRESS_FAULT_ZONE_CHARACTER] =
        "the name of a zone contains neither blanks nor %",
    [ADDRESS_FAULT_ZONE_SCOPE] =
        "only link-local and multicast IPv6 addresses have a zone",
    [ADDRESS_FAULT_LENGTH_EMPTY] =
        "the length of the prefix is missing behind /",
    [ADDRESS_FAULT_LENGTH_MASK] =
        "a prefix is given by its length in bits, not by a mask",
    [ADDRESS_FAULT_LENGTH_ZERO] = "the length of a prefix has no leading zeros",
    [ADDRESS_FAULT_LENGTH_CHARACTER] =
        "the length of a prefix is decimal, of the digits 0 to 9",
    [ADDRESS_FAULT_LENGTH_RANGE_IPV4] =
        "an IPv4 address is 32 bits, so no prefix is longer",
    [ADDRESS_FAULT_LENGTH_RANGE_IPV6] =
        "an IPv6 address is 128 bits, so no prefix is longer",
  };

  return sentences[fault];
}
