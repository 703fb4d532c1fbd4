#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""wire_rules.py ROOT TUNLAB: a stranger's view of our TCP, from the bytes of
the captures alone. Each capture is read as its host saw it: what it sent is
judged by what had reached it. tshark and tcptrace look at little of this."""

import re
from collections import Counter

import lab
import pcapng
from tap import check, run, same, test
from wire import ACK, FIN, RST, SYN, Segment, segment

WRAP = 1 << 32
DEFAULT_MSS = {4: 536, 16: 1220}
LINK_MSS = {4: 1460, 16: 1440}
DAMAGED = re.compile('dropped host=.* by=(?!sequence|duplicate|buffer)')


class Stream:
    """One direction of a connection, as one end knows it; offset 0: SYN."""

    def __init__(self, seq):
        self.base = seq
        self.seen = {}    # offset: the byte that was there first
        self.end = 0      # behind all that was seen
        self.whole = 0    # until here all was seen
        self.acked = 0
        self.edge = None  # right edge of the window offered for it

    def offset(self, seq):
        """Of a sequence number, near the end."""
        distance = (seq - self.base - self.end + WRAP // 2) % WRAP
        return self.end + distance - WRAP // 2

    def add(self, start, octets):
        """False: some differ from those seen before."""
        like = all([self.seen.setdefault(offset, octet) == octet
                    for offset, octet in enumerate(octets, start)])
        self.end = max(self.end, start + len(octets))
        while self.whole in self.seen:
            self.whole += 1
        return like


class Judge:
    def __init__(self):
        self.streams = {}   # (from, to): Stream
        self.mss = {}       # (from, to): the largest segment that may go
        self.faults = []
        self.counts = Counter()

    def read(self, path):
        """Not what was damaged on the way: its host used none of it."""
        for number, record in enumerate(pcapng.read(path), 1):
            if not any(DAMAGED.match(comment) for comment in record.comments):
                self.where = '%s:%d: ' % (path, number)
                self.take(segment(record.data), record.outbound)
        return self

    def demand(self, holds, fault):
        if not holds:
            self.faults.append(self.where + fault)

    def take(self, seg, outbound):
        if seg is None or seg.flags & RST:
            return
        way = seg.source, seg.target
        if seg.flags & SYN:
            if way not in self.streams:
                self.streams[way] = Stream(seg.seq)
            if not outbound:
                family = len(seg.source[0])
                self.mss[way[::-1]] = min(LINK_MSS[family],
                                          seg.mss or DEFAULT_MSS[family])
        stream = self.streams[way]
        start = stream.offset(seg.seq)
        if outbound:
            self.judge_data(stream, seg, start, self.mss.get(way))
        octets = ([-1] * bool(seg.flags & SYN) + list(seg.data)
                  + [-2] * bool(seg.flags & FIN))
        like = stream.add(start, octets)
        self.demand(like or not outbound, 'other bytes in a retransmission')
        if seg.flags & ACK:
            self.judge_ack(self.streams[way[::-1]], seg, outbound)

    def judge_data(self, stream, seg, start, mss):
        if not seg.data:
            return
        last = start + bool(seg.flags & SYN) + len(seg.data)
        self.demand(len(seg.data) <= mss, 'a segment above the MSS')
        self.demand(last <= stream.edge or len(seg.data) == 1,
                    'data beyond the window')
        self.counts['segments'] += 1
        self.counts['full size'] += len(seg.data) == mss
        self.counts['again'] += start < stream.end
        self.counts['window full'] += last == stream.edge

    def judge_ack(self, stream, seg, outbound):
        """STREAM is the one that is acknowledged."""
        acked = stream.offset(seg.ack)
        edge = acked + seg.window
        self.demand(acked <= (stream.whole if outbound else stream.end),
                    'an ACK of what was not there')
        if outbound:
            self.demand(acked >= stream.acked, 'an ACK that goes back')
            self.demand(stream.edge is None or edge >= stream.edge,
                        'the right edge pulled back')
        stream.acked = max(stream.acked, acked)
        stream.edge = max(stream.edge or 0, edge)


def judge(name):
    found = [Judge().read(path) for path in lab.captures(lab.result(name))]
    same([fault for one in found for fault in one.faults], [], name)
    return sum((one.counts for one in found), Counter())


for name in lab.NAMES:
    @test('each byte, window, MSS and ACK of %s is as the RFC wants' % name)
    def _(name=name):
        counts = judge(name)
        if name != 'holes':
            check(counts['segments'] > 10, 'too little to judge')
            check(name == 'calm' or counts['again'], 'no retransmission')


@test('the judge saw full segments and full windows, too')
def _():
    counts = judge('calm')
    check(counts['full size'] and counts['window full'], counts)


A, B = (b'\x0a\0\0\1', 1000), (b'\x0a\0\0\2', 7777)
TALK = [(True, A, B, WRAP - 2, 0, SYN, 100, 1460, b''),
        (False, B, A, 500, WRAP - 1, SYN | ACK, 10, 8, b''),
        (True, A, B, WRAP - 1, 501, ACK, 100, None, b'12345678'),
        (False, B, A, 501, 7, ACK, 10, None, b'abcd'),
        (True, A, B, 7, 505, ACK | FIN, 96, None, b'90'),
        (True, A, B, 7, 505, ACK, 96, None, b'90')]


def faults(talk):
    judge = Judge()
    for number, (outbound, *fields) in enumerate(talk):
        judge.where = '%d: ' % number
        judge.take(Segment(*fields), outbound)
    return judge.faults


def planted(number, **changes):
    """What it says when one segment of the talk is another one."""
    outbound, *fields = TALK[number]
    changed = Segment(*fields)._replace(**changes)
    return faults(TALK[:number] + [(outbound, *changed)])


@test('the judge turns red on each planted fault and on nothing else')
def _():
    same(faults(TALK), [])
    for number, changes, fault in (
            (2, {'data': b'123456789'}, 'a segment above the MSS'),
            (3, {'ack': 8}, 'an ACK of what was not there'),
            (4, {'seq': 10, 'data': b'xy' * 4}, 'data beyond the window'),
            (4, {'window': 95}, 'the right edge pulled back'),
            (4, {'ack': 506}, 'an ACK of what was not there'),
            (5, {'data': b'9x'}, 'other bytes in a retransmission'),
            (5, {'ack': 504, 'window': 97}, 'an ACK that goes back')):
        same(planted(number, **changes), ['%d: %s' % (number, fault)],
             changes)


run()
