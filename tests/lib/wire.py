# SPDX-License-Identifier: MIT
"""TCP segments in raw IP packets, read without help from the stack."""

import struct
from collections import namedtuple

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
Segment = namedtuple('Segment', 'source target seq ack flags window mss data')


def internet(packet):
    """(protocol, pseudo header, source, destination, payload), no options of
    IPv4, no extension headers, no fragments: nothing here has them."""
    if packet[0] >> 4 == 4:
        length, = struct.unpack_from('>H', packet, 2)
        protocol, source, target = packet[9], packet[12:16], packet[16:20]
        payload = packet[20:length]
        header = packet[:20]
        pseudo = source + target + struct.pack('>HH', protocol, len(payload))
        assert packet[0] == 0x45 and total(header) == 0xffff, 'IPv4 header'
    else:
        length, protocol = struct.unpack_from('>HB', packet, 4)
        source, target = packet[8:24], packet[24:40]
        payload = packet[40:40 + length]
        pseudo = source + target + struct.pack('>II', length, protocol)
    assert len(packet) == len(payload) + (20 if packet[0] >> 4 == 4 else 40)
    return protocol, pseudo, source, target, payload


def total(data):
    """The Internet checksum's sum: 0xffff when all is well."""
    words = struct.unpack('>%dH' % ((len(data) + 1) // 2),
                          data + b'\0' * (len(data) % 2))
    return (sum(words) - 1) % 0xffff + 1 if any(words) else 0


def mss_of(options):
    while options and options[0] != 0:
        if options[0] == 1:
            options = options[1:]
        elif options[0] == 2:
            return struct.unpack_from('>H', options, 2)[0]
        else:
            options = options[options[1]:]
    return None


def segment(packet):
    """A Segment, or None for what is not TCP."""
    protocol, pseudo, source, target, payload = internet(packet)
    if protocol != 6:
        return None
    assert total(pseudo + payload) == 0xffff, 'TCP checksum'
    (sport, dport, seq, ack, offset, flags,
     window) = struct.unpack_from('>HHIIBBH', payload)
    start = offset >> 4 << 2
    return Segment((source, sport), (target, dport), seq, ack, flags & 0x3f,
                   window, mss_of(payload[20:start]), payload[start:])
