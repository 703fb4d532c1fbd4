#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""overlap.py FAMILY SOURCE DESTINATION: an intruder among the fragments.

Runs as the command of tunlab exec, with scapy. An echo request goes out in two
fragments, and before, between or behind them a third one: each range there is,
with and without "more fragments", with the request's own bytes and with others
(RFC 5722, RFC 8200 4.5). The host must answer when, and only when, each byte
came once or in an exact duplicate; after each case a whole request must be
answered. Prints how many cases there were and, by the same rule, how many
fragments must be dropped for which cause.
"""

import collections
import json
import socket
import sys

from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import (ICMPv6EchoReply, ICMPv6EchoRequest, IPv6,
                                IPv6ExtHdrFragment)
from scapy.packet import Raw

FAMILY, SOURCE, DESTINATION = sys.argv[1:]
FOUR = FAMILY == '4'
SIZE = 64
NOISE = b'?' * SIZE
WHOLE = 0xffff  # the sequence number of requests that are no case


def header(**fields):
    return (IP(src=SOURCE, dst=DESTINATION, proto=1, **fields) if FOUR else
            IPv6(src=SOURCE, dst=DESTINATION, **fields))


def request(number):
    """An echo request, and what of it is no IP header."""
    kind = ICMP if FOUR else ICMPv6EchoRequest
    packet = bytes(header() / kind(id=1, seq=number) /
                   Raw(bytes(range(SIZE - 8))))
    return packet, packet[-SIZE:]


def fragment(number, start, more, payload):
    if FOUR:
        return bytes(header(id=number, frag=start // 8, flags=int(more)) /
                     Raw(payload))
    return bytes(header() / IPv6ExtHdrFragment(
        id=number, nh=58, offset=start // 8, m=more) / Raw(payload))


def intruders():
    """Without those that are a datagram of their own."""
    for start in range(0, SIZE, 8):
        for end in range(start + 8, SIZE + 1, 8):
            for more in True, False:
                if start > 0 or more:
                    yield start, end, more


def cases():
    """Three pieces each: start, end, more, bytes."""
    number = 0
    for start, end, more in intruders():
        for strange in False, True:
            for place in range(3):
                number += 1
                own = request(number)[1]
                pieces = [(0, 32, True, own[:32]), (32, SIZE, False, own[32:])]
                pieces.insert(place, (start, end, more, (
                    NOISE if strange else own)[start:end]))
                yield number, pieces


def conflict(one, other):
    """Do they share a byte, or is one behind the other's end?"""
    return (one[0] < other[1] and other[0] < one[1]
            or not one[2] and other[1] > one[1]
            or not other[2] and one[1] > other[1])


def judge(pieces):
    """The bytes that become whole, or None, and the causes of drops."""
    here, poisoned, whole, dropped = [], False, None, []
    for piece in pieces:
        if poisoned:
            dropped.append('fragment')
        elif piece in here:
            dropped.append('duplicate')
        elif any(conflict(piece, other) for other in here):
            poisoned = True
            dropped += ['fragment'] * (len(here) + 1)
        else:
            here.append(piece)
            if (not all(more for _, _, more, _ in here)
                    and sum(e - s for s, e, _, _ in here)
                    == max(e for _, e, _, _ in here)):
                whole = b''.join(part for _, _, _, part in sorted(here))
                here = []
    return whole, dropped


def reply_number(packet):
    """Of an echo reply of ours, else None."""
    if FOUR:
        got = IP(packet)
        return got[ICMP].seq if ICMP in got and got[ICMP].type == 0 else None
    got = IPv6(packet)
    return got[ICMPv6EchoReply].seq if ICMPv6EchoReply in got else None


def answers(lab):
    """Numbers of the replies before that to a whole request."""
    lab.send(request(WHOLE)[0])
    got = []
    while not got or got[-1] != WHOLE:
        packet, (_, _, direction, *_) = lab.recvfrom(65536)
        if direction != socket.PACKET_OUTGOING:
            got.append(reply_number(packet))
    return [number for number in got[:-1] if number is not None]


def main():
    wanted, count = collections.Counter(), 0
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as lab:
        lab.settimeout(10)
        lab.bind(('lab0', 0x0800 if FOUR else 0x86dd))
        for number, pieces in cases():
            for start, _, more, part in pieces:
                lab.send(fragment(number, start, more, part))
            whole, dropped = judge(pieces)
            # Other bytes of the right length do not pass the checksum.
            right = whole == request(number)[1]
            if whole and not right:
                dropped.append('checksum')
            got = answers(lab)
            assert got == [number] * right, (pieces, got)
            wanted.update(dropped)
            count += 1
    print(json.dumps({'cases': count, 'dropped': wanted}))


if __name__ == '__main__':
    main()
