# SPDX-License-Identifier: MIT
"""A second reader of captures, written from the format's specification and
not from our writer: pcapng as the program writes it, and classic pcap."""

import struct
from collections import namedtuple

Record = namedtuple('Record', 'time data length outbound id drops comments')

SECTION, INTERFACE, NAMES, STATISTICS, PACKET = 0x0A0D0D0A, 1, 4, 5, 6
COMMENT, RESOLUTION, FLAGS, DROPS, ID = 1, 9, 2, 4, 5
RAW = 101


def blocks(data):
    """(type, body) of each block of a little-endian file."""
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from('<II', data, at)
        assert length >= 12 and length % 4 == 0, 'bad length of a block'
        assert at + length <= len(data), 'the last block is cut off'
        again, = struct.unpack_from('<I', data, at + length - 4)
        assert length == again, 'the two lengths of a block differ'
        yield kind, data[at + 8:at + length - 4]
        at += length


def options(data):
    """[(code, value)], with the padding checked."""
    at, found = 0, []
    while at < len(data):
        code, length = struct.unpack_from('<HH', data, at)
        if code == 0:
            assert length == 0 and at + 4 == len(data), 'bad end of options'
            return found
        value = data[at + 4:at + 4 + length]
        assert len(value) == length, 'an option is cut off'
        end = at + 4 + length
        at = end + -length % 4
        assert not any(data[end:at]), 'padding is not zero'
        found.append((code, value))
    assert not found, 'options without an end'
    return found


def packet(body):
    interface, high, low, kept, length = struct.unpack_from('<5I', body)
    assert interface == 0, 'one interface a file'
    end = 20 + kept + -kept % 4
    known = {}
    comments = []
    for code, value in options(body[end:]):
        if code == COMMENT:
            comments.append(value.decode())
        else:
            assert code not in known, 'option %d twice' % code
            known[code] = int.from_bytes(value, 'little')
    return Record(high << 32 | low, body[20:20 + kept], length,
                  known[FLAGS] & 3 == 2, known[ID], known.get(DROPS, 0),
                  comments)


def read(path):
    """The records of a pcapng file, which must be well-formed."""
    with open(path, 'rb') as file:
        data = file.read()
    found, interfaces = [], 0
    for number, (kind, body) in enumerate(blocks(data)):
        assert (kind == SECTION) == (number == 0), 'one section, at the start'
        if kind == SECTION:
            assert struct.unpack_from('<IHH', body) == (0x1A2B3C4D, 1, 0)
            options(body[16:])
        elif kind == INTERFACE:
            interfaces += 1
            assert struct.unpack_from('<H', body)[0] == RAW
            assert (RESOLUTION, b'\x09') in options(body[8:]), 'nanoseconds'
        elif kind == PACKET:
            assert interfaces == 1, 'a packet before its interface'
            found.append(packet(body))
        else:
            assert kind in (NAMES, STATISTICS), 'block of type %d' % kind
    return found


def read_classic(path):
    """[(time, data, length)] of a classic nanosecond file."""
    with open(path, 'rb') as file:
        data = file.read()
    magic, major, minor, _, _, _, link = struct.unpack_from('<IHHiIII', data)
    assert (magic, major, minor) == (0xA1B23C4D, 2, 4), 'nanoseconds'
    assert link == RAW, 'link type %d' % link
    at, found = 24, []
    while at < len(data):
        seconds, rest, kept, length = struct.unpack_from('<4I', data, at)
        assert at + 16 + kept <= len(data), 'the last packet is cut off'
        found.append((seconds * 10**9 + rest, data[at + 16:at + 16 + kept],
                      length))
        at += 16 + kept
    return found
