#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""other_programs.py ROOT TUNLAB: other people's programs, and a reader of our
own, on the captures of five scenarios; what they find is compared with the
log."""

import functools
import os
import re
import shutil
from collections import Counter

import pcapng
from lab import (LOSSY, NAMES, SCENARIOS, captures, command, events, must,
                 path, result)
from tap import Skip, check, run, same, test

EPOCH = 946684800 * 10**9
CHECKSUMS = [word for name in ('ip', 'tcp', 'udp')
             for word in ('-o', name + '.check_checksum:TRUE')]
WARNING = 6291456  # the severity of one, errors are above
LABELS = ['tcp.analysis.' + name for name in (
    'retransmission', 'fast_retransmission', 'spurious_retransmission',
    'out_of_order')]
SUMS = [name + '.checksum.status'
        for name in ('ip', 'tcp', 'udp', 'icmp', 'icmpv6')]
FIELDS = ['frame.packet_id', 'frame.packet_flags_direction', '_ws.malformed',
          '_ws.expert.severity', 'tcp.analysis.flags',
          'tcp.analysis.window_full', 'tcp.analysis.ack_lost_segment',
          'frame.comment', *LABELS, *SUMS]


@functools.lru_cache(None)
def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Skip(program + ' is not installed')
    if 'tshark' in programs:
        version = must('tshark', '--version').split()[2].decode()
        if tuple(int(part) for part in version.split('.')[:2]) < (4, 0):
            raise Skip('tshark is %s, older than 4.0' % version)


@functools.lru_cache(None)
def tshark(capture, *fields):
    """{field: its values, with commas between} of each frame."""
    need('tshark')
    words = [word for field in fields for word in ('-e', field)]
    said = must('tshark', '-n', '-r', capture, *CHECKSUMS, '-T', 'fields',
                *words).decode()
    return [dict(zip(fields, line.split('\t')))
            for line in said.splitlines()]


def ids(capture, wanted):
    """Of the packets in whose frames tshark found a field, or what a
    function looks for."""
    return {int(frame['frame.packet_id'])
            for frame in tshark(capture, *FIELDS)
            if (wanted(frame) if callable(wanted) else frame[wanted])}


def ours(*fields):
    """Finds frames that the host sent, with any of the FIELDS."""
    return lambda frame: (
        int(frame['frame.packet_flags_direction'], 0) == 2
        and any(frame[field] for field in fields))


def bad_sum(frame):
    return any('0' in frame[field].split(',') for field in SUMS)


def warned(frame):
    return any(int(severity) >= WARNING for severity
               in frame['_ws.expert.severity'].split(',') if severity)


def host_of(capture):
    return os.path.basename(capture).split('.')[0]


def each(names, judge):
    """Judges each capture of the runs NAMES."""
    for name in names:
        folder = result(name, '--pcap')
        for capture in captures(folder):
            try:
                judge(capture, folder)
            except AssertionError as error:
                raise AssertionError('%s: %s' % (capture, error)) from error


def packets(folder, *kinds, host=None):
    return [event['packet'] for event in events(folder, *kinds)
            if host in (None, event.get('host'))]


@functools.lru_cache(None)
def refused(folder, host, *causes):
    """Corrupted packets that HOST dropped, for one of the CAUSES if there
    are any: one with a wrong address has a wrong sum, too."""
    return {event['packet'] for event in events(folder, 'dropped')
            if event.get('host') == host
            and (not causes or event['cause'] in causes)
            } & set(packets(folder, 'corrupted'))


@test('tshark finds a packet malformed only where the log says corrupted')
def _():
    def judge(capture, folder):
        bad = ids(capture, '_ws.malformed')
        check(bad <= set(packets(folder, 'corrupted')), bad)
        check(not bad & set(packets(folder, 'sent', host=host_of(capture))))
    each(NAMES, judge)


def bad_checksums(said):
    """The frames of tcpdump --number -vv in which it finds a wrong sum."""
    parts = re.split(r'(?m)^ +(\d+)  ', said)
    return {int(number) for number, text in zip(parts[1::2], parts[2::2])
            if re.search(r'bad \w*\s*cksum|incorrect', text)}


@test('tshark and tcpdump find bad checksums where a host did: nowhere else')
def _():
    found = 0

    def judge(capture, folder):
        nonlocal found
        host = host_of(capture)
        certain = refused(folder, host, 'checksum')
        possible = refused(folder, host)
        need('tcpdump')
        records = pcapng.read(capture)
        said = must('tcpdump', '-nn', '--number', '-vv', '-r', capture)
        for name, bad in (('tshark', ids(capture, bad_sum)),
                          ('tcpdump', {records[number - 1].id for number
                                       in bad_checksums(said.decode())})):
            check(certain <= bad <= possible, '%s: %s, certain %s, possible %s'
                  % (name, bad, certain, possible))
        found += len(certain)
    each(NAMES, judge)
    check(found >= 5, 'too few damaged packets to judge')


TEXT = re.compile(r'tcp (\S+) \d+:(\d+)\((\d+)\)(?: ack (\d+))? win (\d+)')


def full_windows(folder, host):
    """Packets that end where the window ends that HOST knows of then, from
    the log alone."""
    texts = {event['packet']: TEXT.match(event['text'])
             for event in events(folder, 'sent')}
    edges, full = {}, set()
    for event in events(folder, 'sent', 'delivered'):
        packet, flow, link = event['packet'], event['flow'], event['link']
        if event['host'] != host or not texts[packet]:
            continue
        flags, end, length, acked, window = texts[packet].groups()
        if (int(length) and not set(flags) & set('SFR')
                and int(end) == edges.get((flow, link))):
            full.add(packet)
        if acked:
            back = '>'.join(reversed(link.split('>')))
            edges[flow, back] = int(acked) + int(window)
    return full


@test('without loss tshark warns of full windows, where the log shows them')
def _():
    found = 0

    def judge(capture, folder):
        nonlocal found
        full = full_windows(folder, host_of(capture))
        same(ids(capture, warned), full, 'warnings')
        same(ids(capture, 'tcp.analysis.window_full'), full, 'full windows')
        same(ids(capture, 'tcp.analysis.flags'), full, 'labels')
        found += len(full)
    each(['calm'], judge)
    check(found >= 5, 'too few full windows to judge')


@test('no ACK of ours is for bytes that tshark has not seen')
def _():
    def judge(capture, folder):
        same(ids(capture, ours('tcp.analysis.ack_lost_segment')), set())
    each(NAMES, judge)


def commented(folder, word):
    return Counter(record.id for capture in captures(folder)
                   for record in pcapng.read(capture)
                   for comment in record.comments
                   if comment.split()[0] == word)


def judge_comments(word, event, names, least):
    found = 0
    for name in names:
        folder = result(name, '--pcap')
        wanted = Counter(packets(folder, event))
        same(commented(folder, word), wanted, name)
        found += wanted.total()
    check(found >= least, 'too few events to judge')


for pair in (('dropped', 'dropped', 50), ('duplicated', 'duplicated', 5),
             ('retransmission', 'retransmitted', 50),
             ('reordered', 'reordered', 50), ('corrupted', 'corrupted', 5)):
    @test('%s: as many comments begin with it as the log has %s' % pair[:2])
    def _(pair=pair):
        judge_comments(*pair[:2], NAMES, pair[2])


@test('tshark counts the same comments that begin with dropped')
def _():
    for name in NAMES:
        folder = result(name, '--pcap')
        said = [word for capture in captures(folder)
                for frame in tshark(capture, *FIELDS)
                for word in frame['frame.comment'].split(',')
                if word.startswith('dropped ')]
        same(len(said), len(packets(folder, 'dropped')), name)


@test('each record has the log\'s packet id, time and direction, and no other')
def _():
    def judge(capture, folder):
        host = host_of(capture)
        wanted = [(event['t'], event['packet'], event['event'] == 'sent')
                  for event in events(folder, 'sent', 'delivered')
                  if event['host'] == host]
        same([(record.time - EPOCH, record.id, record.outbound)
              for record in pcapng.read(capture)], wanted)
        same([int(frame['frame.packet_id'])
              for frame in tshark(capture, *FIELDS)],
             [packet for _, packet, _ in wanted], 'tshark')
    each(NAMES, judge)


@test('what the sender sent again is what tshark calls sent again there')
def _():
    """It says 'out of order' of one that follows soon: it cannot know."""
    found = called_late = 0

    def judge(capture, folder):
        nonlocal found, called_late
        host = host_of(capture)
        wanted = set(packets(folder, 'retransmitted', host=host))
        same(ids(capture, ours(*LABELS)), wanted, 'labels')
        late = ids(capture, ours('tcp.analysis.out_of_order'))
        check(late <= wanted, 'others are called out of order')
        found += len(wanted)
        called_late += len(late)
    each(LOSSY, judge)
    check(found >= 50, 'too few retransmissions to judge')
    check(called_late < found, 'all are called out of order')


def reads(*words):
    """What a command says that must not complain."""
    done = command(*words)
    text = (done.stdout + done.stderr).decode(errors='replace')
    same(done.returncode, 0, ' '.join(words))
    for complaint in ('truncated', 'rror', 'orrupt', 'cut short', 'damaged'):
        check(complaint not in text, '%s: %s' % (words[0], text))
    return text


def count(capture):
    """By capinfos."""
    need('capinfos')
    said = reads('capinfos', '-M', '-c', capture)
    return int(re.search(r'Number of packets: +(\d+)', said)[1])


@test('capinfos reads every capture: its packets, in strict order of time')
def _():
    def judge(capture, folder):
        records = pcapng.read(capture)
        for file in capture, capture[:-2]:
            same(count(file), len(records), file)
            check('True' in reads('capinfos', '-o', file), 'order')
            check('Raw IP' in reads('capinfos', '-E', file), 'type')
    each(NAMES, judge)


@test('tcpdump reads every capture: all of its packets, none cut off')
def _():
    def judge(capture, folder):
        need('tcpdump')
        for file in capture, capture[:-2]:
            text = must('tcpdump', '-nn', '--number', '-t', '-r', file)
            lines = text.decode().splitlines()
            same(len(lines), len(pcapng.read(capture)), file)
            damaged = refused(folder, host_of(capture))
            check(damaged or not any('[|' in line or 'trunc' in line
                                     for line in lines), 'cut off')
    each(NAMES, judge)


@test('tcptrace reads every capture: its packets and connections')
def _():
    def judge(capture, folder):
        need('tcptrace')
        for file in capture, capture[:-2]:
            text = must('tcptrace', '-n', file).decode()
            seen, traced = re.search(
                r'(\d+) packets seen, (\d+) TCP packets', text).groups()
            records = pcapng.read(capture)
            flows = {event['flow'] for event in events(folder, 'sent')
                     if event['flow'].startswith('tcp')}
            if refused(folder, host_of(capture)):
                continue
            same(int(seen), len(records), file)
            same(len(re.findall(r'(?m)^ +\d+: ', text)), len(flows), text)
            check(not flows or int(traced) > 0, text)
    each(NAMES, judge)


@test('editcap rewrites every capture without loss of packet, id or comment')
def _():
    need('editcap', 'tshark')
    fields = ('frame.time_epoch', 'frame.packet_id', 'frame.drop_count',
              'frame.comment', 'ip.id', 'tcp.seq_raw', 'udp.checksum')

    def judge(capture, folder):
        copy = capture + '.copy'
        reads('editcap', capture, copy)
        same(count(copy), count(capture), 'packets')
        same(tshark(copy, *fields), tshark(capture, *fields))
        reads('editcap', '-F', 'nsecpcap', capture, copy)
        same(pcapng.read_classic(copy), pcapng.read_classic(capture[:-2]),
             'classic')
    each(NAMES, judge)


@test('the classic files hold the same packets at the same nanoseconds')
def _():
    def judge(capture, folder):
        same(pcapng.read_classic(capture[:-2]),
             [(record.time, record.data, record.length)
              for record in pcapng.read(capture)])
    each(NAMES, judge)


def followed(capture, port):
    """What both ends said on the connection to PORT, by tshark, which does
    not leave out by itself what arrived damaged."""
    need('editcap')
    damaged = [str(number)
               for number, record in enumerate(pcapng.read(capture), 1)
               if 'by=checksum' in ' '.join(record.comments)]
    whole = capture + '.whole'
    must('editcap', capture, whole, *damaged)
    stream = next(frame['tcp.stream']
                  for frame in tshark(whole, 'tcp.stream', 'tcp.port')
                  if str(port) in frame['tcp.port'].split(','))
    said = must('tshark', '-n', '-r', whole, *CHECKSUMS, '-q', '-z',
                'follow,tcp,raw,' + stream).decode()
    lines = [line for line in said.splitlines()
             if re.fullmatch(r'\t?(?:[0-9a-f]{2})+', line)]
    return tuple(bytes.fromhex(''.join(line for line in lines
                                       if line.startswith('\t') == back))
                 for back in (False, True))


@test('a followed stream is byte for byte what the application sent')
def _():
    with open(os.path.join(SCENARIOS, 'pages', 'lines.txt'), 'rb') as file:
        lines = file.read()
    talk = b''.join(b'msg %02d/20\n' % number for number in range(1, 21))
    for name, port, there in (('hello', 7777, talk), ('storm', 7777, lines),
                              ('calm', 7777, lines)):
        for capture in captures(result(name, '--pcap')):
            same(followed(capture, port), (there, b''), capture)
    for capture in captures(result('calm', '--pcap')):
        there, back = followed(capture, 7778)
        check(len(there) == 20 * 2000 and there == back, 'not an echo')
        same(followed(capture, 7780)[1].partition(b'\r\n\r\n')[2], lines,
             'page')
        with open(os.path.join(result('calm', '--pcap'), 'files', 'pattern'),
                  'rb') as file:
            same(followed(capture, 7779)[0], file.read(), 'pattern')


run()
