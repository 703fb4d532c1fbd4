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
        self.times = []   # the timestamps on its segments

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
        self.syns = {}      # (from, to): the options of its SYN
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

    def agreed(self, way, option):
        return all(option in self.syns.get(one, ()) for one in (way, way[::-1]))

    def window(self, seg):
        """In bytes: that of a SYN is not scaled."""
        way = seg.source, seg.target
        if seg.flags & SYN or not self.agreed(way, 'wscale'):
            return seg.window
        return seg.window << self.syns[way]['wscale']

    def take(self, seg, outbound):
        if seg is None or seg.flags & RST:
            return
        way = seg.source, seg.target
        if seg.flags & SYN:
            if way not in self.streams:
                self.streams[way] = Stream(seg.seq)
            self.syns[way] = seg.options
            if not outbound:
                family = len(seg.source[0])
                mss = seg.options.get('mss', DEFAULT_MSS[family])
                self.mss[way[::-1]] = min(LINK_MSS[family], mss)
        stream = self.streams[way]
        self.judge_times(stream, seg, outbound)
        start = stream.offset(seg.seq)
        if outbound:
            self.judge_data(stream, seg, start, self.mss.get(way))
        octets = ([-1] * bool(seg.flags & SYN) + list(seg.data)
                  + [-2] * bool(seg.flags & FIN))
        like = stream.add(start, octets)
        self.demand(like or not outbound, 'other bytes in a retransmission')
        if seg.flags & ACK:
            self.judge_ack(self.streams[way[::-1]], seg, outbound)

    def judge_times(self, stream, seg, outbound):
        """Values never go back, echoes are of what has come; RFC 7323 3.2."""
        way = seg.source, seg.target
        value, echo = seg.options.get('ts', (None, None))
        if outbound and not seg.flags & SYN:
            self.demand((value is not None) == self.agreed(way, 'ts'),
                        'a timestamp that was not agreed on, or none')
        if value is None or not (seg.flags & SYN or self.agreed(way, 'ts')):
            return
        if outbound and seg.flags & ACK:
            self.demand(echo in self.streams[way[::-1]].times,
                        'an echo of what was not there')
            self.counts['echoes'] += 1
        elif outbound:
            self.demand(echo == 0, 'an echo without an ACK')
        if outbound and stream.times:
            self.demand((value - stream.times[-1]) % WRAP < WRAP // 2,
                        'a timestamp that goes back')
        stream.times.append(value)

    def judge_data(self, stream, seg, start, mss):
        if not seg.data:
            return
        last = start + bool(seg.flags & SYN) + len(seg.data)
        size = len(seg.data)
        if not seg.flags & SYN:
            size += seg.options['size']
        self.demand(size <= mss, 'a segment above the MSS')
        self.demand(last <= stream.edge or len(seg.data) == 1,
                    'data beyond the window')
        self.counts['segments'] += 1
        self.counts['full size'] += size == mss
        self.counts['again'] += start < stream.end
        self.counts['window full'] += last == stream.edge

    def judge_ack(self, stream, seg, outbound):
        """STREAM is the one that is acknowledged."""
        acked = stream.offset(seg.ack)
        edge = acked + self.window(seg)
        unit = 1
        if self.agreed((seg.source, seg.target), 'wscale'):
            unit <<= self.syns[seg.source, seg.target]['wscale']
        self.demand(acked <= (stream.whole if outbound else stream.end),
                    'an ACK of what was not there')
        if outbound:
            self.demand(acked >= stream.acked, 'an ACK that goes back')
            # By less than a unit: RFC 7323 2.4.
            self.demand(stream.edge is None or edge > stream.edge - unit,
                        'the right edge pulled back')
            self.judge_blocks(stream, seg, acked)
        stream.acked = max(stream.acked, acked)
        stream.edge = max(stream.edge or 0, edge)


    def judge_blocks(self, stream, seg, acked):
        """All of them are held; but a D-SACK, the first, they lie beyond the
        ACK, apart from each other (RFC 2018 4, RFC 2883 4)."""
        blocks = [(stream.offset(left), stream.offset(right))
                  for left, right in seg.options.get('sack', ())]
        if not blocks:
            return
        self.demand(self.agreed((seg.source, seg.target), 'sackok'),
                    'a block that was not agreed on')
        self.demand(all(left < right and all(offset in stream.seen
                                             for offset in range(left, right))
                        for left, right in blocks),
                    'a block of what was not there')
        left, right = blocks[0]
        if right <= acked or any(other[0] <= left and right <= other[1]
                                 for other in blocks[1:]):
            self.counts['duplicates told'] += 1
            blocks = blocks[1:]
        self.counts['blocks'] += len(blocks)
        blocks.sort()
        self.demand(all(one[1] < other[0] for one, other
                        in zip([(0, acked)] + blocks, blocks)),
                    'a block that is not beyond the others and the ACK')


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
    check(counts['echoes'], counts)
    counts = judge('storm')
    check(counts['blocks'] and counts['duplicates told'], counts)


A, B = (b'\x0a\0\0\1', 1000), (b'\x0a\0\0\2', 7777)
def options(size=0, **given):
    return dict(given, size=size)


TALK = [(True, A, B, WRAP - 2, 0, SYN, 100, options(mss=1460), b''),
        (False, B, A, 500, WRAP - 1, SYN | ACK, 10, options(mss=8), b''),
        (True, A, B, WRAP - 1, 501, ACK, 100, options(), b'12345678'),
        (False, B, A, 501, 7, ACK, 10, options(), b'abcd'),
        (True, A, B, 7, 505, ACK | FIN, 96, options(), b'90'),
        (True, A, B, 7, 505, ACK, 96, options(), b'90')]

# The same with all options, and a hole.
MORE = [(True, A, B, WRAP - 2, 0, SYN, 100,
         options(mss=1460, sackok=True, ts=(WRAP - 1, 0), wscale=3), b''),
        (False, B, A, 500, WRAP - 1, SYN | ACK, 10,
         options(mss=20, sackok=True, ts=(900, WRAP - 1), wscale=2), b''),
        (True, A, B, WRAP - 1, 501, ACK, 13, options(12, ts=(0, 900)),
         b'12345678'),
        (False, B, A, 504, 7, ACK, 10, options(12, ts=(901, 0)), b'de'),
        (True, A, B, 7, 501, ACK, 13,
         options(24, ts=(1, 900), sack=[(504, 506)]), b''),
        (False, B, A, 501, 7, ACK, 10, options(12, ts=(902, 0)), b'abc'),
        (True, A, B, 7, 506, ACK, 12, options(12, ts=(1, 902)), b'90'),
        (False, B, A, 501, 7, ACK, 10, options(12, ts=(903, 0)), b'abc'),
        (True, A, B, 9, 506, ACK, 12,
         options(24, ts=(2, 903), sack=[(501, 504)]), b'')]


def faults(talk):
    judge = Judge()
    for number, (outbound, *fields) in enumerate(talk):
        judge.where = '%d: ' % number
        judge.take(Segment(*fields), outbound)
    return judge.faults


def planted(talk, number, **changes):
    """What it says when one segment of the talk is another one."""
    outbound, *fields = talk[number]
    changed = Segment(*fields)._replace(**changes)
    return faults(talk[:number] + [(outbound, *changed)])


@test('the judge turns red on each planted fault and on nothing else')
def _():
    same(faults(TALK), [])
    same(faults(MORE), [])
    for talk, number, changes, fault in (
            (TALK, 2, {'data': b'123456789'}, 'a segment above the MSS'),
            (TALK, 3, {'ack': 8}, 'an ACK of what was not there'),
            (TALK, 4, {'seq': 10, 'data': b'xy' * 4},
             'data beyond the window'),
            (TALK, 4, {'window': 95}, 'the right edge pulled back'),
            (TALK, 4, {'ack': 506}, 'an ACK of what was not there'),
            (TALK, 5, {'data': b'9x'}, 'other bytes in a retransmission'),
            (TALK, 5, {'ack': 504, 'window': 97}, 'an ACK that goes back'),
            (TALK, 4, {'options': options(ts=(1, 1))},
             'a timestamp that was not agreed on, or none'),
            (TALK, 4, {'options': options(sack=[(501, 503)])},
             'a block that was not agreed on'),
            (MORE, 2, {'data': b'123456789'}, 'a segment above the MSS'),
            (MORE, 0, {'options': options(ts=(1, 1))},
             'an echo without an ACK'),
            (MORE, 4, {'options': options()},
             'a timestamp that was not agreed on, or none'),
            (MORE, 4, {'options': options(12, ts=(WRAP - 2, 900))},
             'a timestamp that goes back'),
            (MORE, 4, {'options': options(12, ts=(1, 902))},
             'an echo of what was not there'),
            (MORE, 4, {'options': options(24, ts=(1, 900),
                                          sack=[(503, 506)])},
             'a block of what was not there'),
            (MORE, 8, {'options': options(24, ts=(1, 903),
                                          sack=[(501, 501)])},
             'a block of what was not there'),
            (MORE, 4, {'options': options(32, ts=(1, 900),
                                          sack=[(504, 505), (505, 506)])},
             'a block that is not beyond the others and the ACK'),
            (MORE, 6, {'window': 11}, 'the right edge pulled back')):
        same(planted(talk, number, **changes),
             ['%d: %s' % (number, fault)], changes)


run()
