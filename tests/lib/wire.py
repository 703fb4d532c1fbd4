# SPDX-License-Identifier: MIT
"""TCP segments in raw IP packets, read without help from the stack."""

import struct
from collections import namedtuple

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
Segment = namedtuple('Segment',
                     'source target seq ack flags window options data')


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


def options_of(octets):
    """{'mss': bytes, 'wscale': shift, 'sackok': True, 'sack': [(left, right)],
    'ts': (value, echo)}, what there is of it, and 'size'."""
    options = {'size': len(octets)}
    while octets and octets[0] != 0:
        kind = octets[0]
        if kind == 1:
            octets = octets[1:]
            continue
        value, octets = octets[2:octets[1]], octets[octets[1]:]
        numbers = [struct.unpack_from('>I', value, at)[0]
                   for at in range(0, len(value) - 3, 4)]
        if kind == 2:
            options['mss'], = struct.unpack('>H', value)
        elif kind == 3:
            options['wscale'] = value[0]
        elif kind == 4:
            options['sackok'] = True
        elif kind == 5:
            options['sack'] = list(zip(numbers[::2], numbers[1::2]))
        elif kind == 8:
            options['ts'] = tuple(numbers)
    return options


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
                   window, options_of(payload[20:start]), payload[start:])
