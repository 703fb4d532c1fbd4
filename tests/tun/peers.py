#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""peers.py TUNLAB: the kernel's own tools meet our hosts and routers.

Prints TAP. Each program runs by tunlab exec, in a folder and in namespaces of
its own; what is missing is named and its subtests are skipped.
"""

import collections
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from tap import Skip, check, run, same, test

TUNLAB = os.path.abspath(sys.argv[1])
OVERLAP = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       'overlap.py')
ALICE = {4: '10.0.3.1', 6: 'fd03::1'}
BOB = {4: '10.0.3.2', 6: 'fd03::2'}
ROUTERS = {4: ['10.0.0.9', '10.0.1.2', '10.0.2.2'],
           6: ['fd00::9', 'fd01::2', 'fd02::2']}

PAIR = '''host alice kernel 10.0.3.1/24 fd03::1/64
host bob 10.0.3.2/24 fd03::2/64
link alice bob
app bob echo tcp 7
app bob discard tcp 9
app bob http web port 80
app bob receive tcp 65535
app bob echo udp 7
app bob discard udp 9
app bob chargen udp 19
'''

ROW = '''host alice kernel 10.0.0.1/24 fd00::1/64
router r1 10.0.0.9/24 fd00::9/64 10.0.1.1/24 fd01::1/64
router r2 10.0.1.2/24 fd01::2/64 10.0.2.1/24 fd02::1/64
router r3 10.0.2.2/24 fd02::2/64 10.0.3.1/24 fd03::1/64
host bob 10.0.3.2/24 fd03::2/64
link alice r1
link r1 r2
link r2 r3
link r3 bob
app bob echo tcp 7
'''
SMALL = ROW.replace('fd02::1/64', 'fd02::1/64 mtu 1300', 1).replace(
    'fd01::1/64', 'fd01::1/64 mtu 1300', 1) + 'app bob http web port 80\n'


@functools.lru_cache(None)
def why_refused():
    """What doctor says of exec, or None."""
    done = subprocess.run([TUNLAB, 'doctor', '--json'], text=True,
                          capture_output=True)
    for line in json.loads(done.stdout):
        if line['for'] == 'exec' and line['state'] == 'refused':
            return line['text']
    return None


def together(scenario, *words):
    """Runs the command and tunlab; gives what both said and the events."""
    if not shutil.which(words[0]):
        raise Skip('%s is not installed' % words[0])
    if why_refused():
        raise Skip(why_refused())
    os.makedirs('web', exist_ok=True)
    with open('peers.lab', 'w') as file:
        file.write(scenario)
    done = subprocess.run(
        [TUNLAB, 'exec', '--force', 'peers.lab', '--', *words], text=True,
        capture_output=True, timeout=60)
    with open('out/peers/events.jsonl') as file:
        return done, [json.loads(line) for line in file]


def succeeds(scenario, *words):
    done, events = together(scenario, *words)
    check(done.returncode == 0, '%d\n%s\n%s' % (
        done.returncode, done.stdout[-1500:], done.stderr[-1500:]))
    return done.stdout, events


def for_both_families(name):
    """Makes two subtests of a function of the family."""
    def add(function):
        for family in 4, 6:
            test('%s over IPv%d' % (name, family))(
                in_a_folder(function, family))
    return add


def in_a_folder(function, *arguments):
    def inside():
        home = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                function(*arguments)
            finally:
                os.chdir(home)
    return inside


# --- ping -------------------------------------------------------------------

SIZES = 0, 1, 7, 8, 56, 1472, 1473, 2000, 8000, 65507


@for_both_families('ping of all sizes is answered')
def _(family):
    """req: IP4-FRG-1"""
    # One by one: of several, ping waits for the last no more than twice as
    # long as for the first.
    sizes = [size for size in SIZES for _ in range(2)]
    said, events = succeeds(PAIR, 'sh', '-c', 'set -e; for size in %s\ndo '
                            'ping -%d -n -c 1 -W 5 -s $size %s\ndone' %
                            (' '.join(map(str, sizes)), family, BOB[family]))
    got = re.findall(r'^(\d+) bytes from %s: icmp_seq' % BOB[family], said,
                     re.M)
    same([int(size) for size in got], [size + 8 for size in sizes], 'replies')
    check('wrong data' not in said, said)
    same([e for e in events if e['event'] == 'dropped'], [], 'dropped')


# --- the way ----------------------------------------------------------------

def as_root():
    if os.geteuid() != 0:
        raise Skip('only root may send raw packets')


def traceroute(family, *ways):
    for how in ways:
        said, _ = succeeds(ROW, 'traceroute', '-%d' % family, '-n', *how,
                           '-w', '5', BOB[family])
        got = re.findall(r'^ *\d+  (\S+)  [\d.]+ ms', said, re.M)
        same(got, ROUTERS[family] + [BOB[family]], said)
        check('*' not in said and '!' not in said, said)


@for_both_families('traceroute names three routers in order')
def _(family):
    """req: ICM4-9"""
    traceroute(family, [])


@for_both_families('traceroute by pings and segments names them, too')
def _(family):
    as_root()
    traceroute(family, ['-I'], ['-T', '-p', '7'], ['-T', '-p', '8'])


@for_both_families('tracepath finds the hop with the small MTU')
def _(family):
    said, _ = succeeds(SMALL, 'tracepath', '-%d' % family, '-n',
                       BOB[family])
    found = re.search(r'^ *\d+: +(\S+) .*pmtu 1300$', said, re.M)
    check(found and found[1] == ROUTERS[family][0], said)
    check('pmtu 1300 hops 4 back 4' in said, said)


# --- scans ------------------------------------------------------------------

def scan(family, *words):
    """{port/protocol: state} by nmap."""
    as_root()
    said, events = succeeds(
        PAIR, 'nmap', '-n', '-Pn', '--reason', '--max-retries', '2',
        '--host-timeout', '20s', *(['-6'] if family == 6 else []), *words,
        BOB[family])
    return dict(re.findall(r'^(\d+/\w+) +(\S+)', said, re.M)), events


PORTS = (1, 7, 8, 9, 10, 11, 12, 13, 19, 22, 53, 80, 123, 443, 1023, 1024,
         8080, 32768, 65534, 65535)


def ports(protocol, **states):
    """What nmap should say: all are closed but for these."""
    said = dict.fromkeys(PORTS, 'closed')
    for state, numbers in states.items():
        said.update(dict.fromkeys(numbers, state.replace('_or_', '|')))
    return {'%d/%s' % (port, protocol): state for port, state in said.items()}


@for_both_families('nmap sees exactly the open and the closed TCP ports')
def _(family):
    for how in '-sS', '-sT':
        got, _ = scan(family, how, '-p', ','.join(map(str, PORTS)))
        same(got, ports('tcp', open=[7, 9, 80, 65535]), how)


@for_both_families('nmap sees exactly the open and the closed UDP ports')
def _(family):
    """Of port 9 it cannot know: who discards says nothing."""
    got, _ = scan(family, '-sU', '--data-length', '4',
                  '-p', ','.join(map(str, PORTS)))
    same(got, ports('udp', open=[7, 19], open_or_filtered=[9]))


@for_both_families('nmap gets silence for bad checksums')
def _(family):
    for how, port in ('-sS', '7/tcp'), ('-sU', '7/udp'):
        got, events = scan(family, how, '--badsum', '--max-retries', '0',
                           '--data-length', '4', '-p', '7')
        check(got[port] in ('filtered', 'open|filtered'), got)
        dropped = [e['cause'] for e in events if e['event'] == 'dropped']
        check(dropped and set(dropped) == {'checksum'}, dropped)
        same([e for e in events if e['event'] == 'sent' and
              e['host'] == 'bob'], [], 'answers')


# --- datagrams --------------------------------------------------------------

ECHO = '''
import os, socket, sys
family, largest = {'4': (socket.AF_INET, 65507),
                   '6': (socket.AF_INET6, 65527)}[sys.argv[1]]
# Around each number of fragments (1480 or 1448 bytes each), with a UDP header.
edges = {count * each - 8 + more for count in range(46)
         for each in (1480, 1448) for more in (-1, 0, 1)}
with socket.socket(family, socket.SOCK_DGRAM) as s:
    s.settimeout(10)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    s.connect((sys.argv[2], 7))
    for size in sorted(e for e in edges | {0, 1, largest - 1, largest}
                       if 0 <= e <= largest):
        sent = os.urandom(size)
        s.send(sent)
        got = s.recv(65536)
        assert got == sent, (size, len(got))
'''


@for_both_families('datagrams of all sizes come back the same')
def _(family):
    succeeds(PAIR, sys.executable, '-c', ECHO, str(family), BOB[family])


# --- fragments --------------------------------------------------------------

SCAPY = '''
import socket, sys
from scapy.layers.inet import ICMP, IP, TCP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6, IPv6ExtHdrFragment
from scapy.packet import Raw

def four(number, payload, at, more, protocol=1):
    return IP(src='10.0.3.1', dst='10.0.3.2', id=number, proto=protocol,
              frag=at // 8, flags=more) / Raw(payload)

def six(number, payload, at, more, protocol=58):
    return (IPv6(src='fd03::1', dst='fd03::2') /
            IPv6ExtHdrFragment(id=number, nh=protocol, offset=at // 8, m=more)
            / Raw(payload))

version, case = sys.argv[1:]
make = {'4': four, '6': six}[version]
echo = {'4': bytes(IP(src='10.0.3.1', dst='10.0.3.2') / ICMP() /
                   Raw(bytes(56)))[20:],
        '6': bytes(IPv6(src='fd03::1', dst='fd03::2') / ICMPv6EchoRequest() /
                   Raw(bytes(56)))[40:]}[version]
tcp = bytes(TCP(sport=4000, dport=7, flags='S'))
packets = {
    'overlap': [make(1, echo[:32], 0, 1), make(1, echo[24:], 24, 0)],
    'teardrop': [make(2, echo[:40], 0, 1), make(2, echo[24:32], 24, 0)],
    'tiny': [make(3, tcp[:8], 0, 1, 6), make(3, tcp[8:], 8, 0, 6)],
    'beyond': [make(4, bytes(64), 65512, 0, 17)],
    'death': [make(5, echo[:8] + bytes(1440), at, at < 65160)
              for at in range(0, 65535, 1448)],
    'jolt': 100 * [make(6, bytes(9), 65528, 0)],
    'odd': [make(7, echo[:33], 0, 1), make(7, echo[32:], 32, 0)],
    'empty': [make(8, b'', 32, 1), make(8, b'', 0, 1)],
    'nested': [make(9, bytes(make(9, echo, 0, 1))[-len(echo) - 8:], 0, 1,
                    44)],
}[case]
kind = {'4': 0x0800, '6': 0x86dd}[version]
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
    s.bind(('lab0', kind))
    for packet in packets:
        s.send(bytes(packet))
'''


# How many fragments are dropped over IPv4 and IPv6, and what RFC 8200 4.5
# wants to be said about it; all else is silence.
CASES = {'overlap': (2, 2, []), 'teardrop': (2, 2, []),
         'tiny': (2, 1, ['icmp6 incomplete headers at 0']),
         'beyond': (1, 1, ['icmp6 bad header at 42']),
         'death': (46, 46, ['icmp6 bad header at 42']),
         'jolt': (100, 100, ['icmp6 bad header at 42']),
         'odd': (1, 1, ['icmp6 bad header at 4']),
         'empty': (2, 2, []),
         'nested': (0, 1, [])}  # IPv4 knows no such header, and waits


def scapy():
    """The system's Python, which has it."""
    as_root()
    python = '/usr/bin/python3'
    if not os.path.exists(python) or subprocess.run(
            [python, '-c', 'import scapy'], capture_output=True).returncode:
        raise Skip('scapy is not installed for ' + python)
    return python


@for_both_families('scapy: bad fragments are dropped, and a ping works after')
def _(family):
    """req: IP6-FRG-3 IP6-FRG-8 IP6-FRG-9 IP6-FRG-10"""
    for case, (four, six, errors) in CASES.items():
        _, events = succeeds(
            PAIR, 'sh', '-c', '"$0" -c "$1" %d %s && ping -n -c 1 -W 5 %s' %
            (family, case, BOB[family]), scapy(), SCAPY)
        dropped = [e['cause'] for e in events if e['event'] == 'dropped'
                   and e['host'] == 'bob']
        same(dropped, ['fragment'] * (four if family == 4 else six), case)
        answers = [e['text'] for e in events if e['event'] == 'sent'
                   and e['host'] == 'bob']
        check('echo reply' in answers.pop(), answers)
        same(answers, errors if family == 6 else [], case)


@for_both_families('scapy: of all overlaps none is answered')
def _(family):
    """req: IP6-FRG-3 IP6-FRG-4"""
    said, events = succeeds(PAIR, scapy(), '-B', OVERLAP, str(family),
                            ALICE[family], BOB[family])
    wanted = json.loads(said)
    check(wanted['cases'] == 384, said)
    same(collections.Counter(e['cause'] for e in events
                             if e['event'] == 'dropped'),
         wanted['dropped'], 'dropped')


# --- streams ----------------------------------------------------------------

@for_both_families('curl puts and gets through the small MTU')
def _(family):
    """req: TCP-MTU-1"""
    os.makedirs('web')
    sent = os.urandom(1_000_000)
    with open('web/big', 'wb') as file:
        file.write(sent)
    at = '10.0.3.2' if family == 4 else '[fd03::2]'
    for words, target in ((['-o', 'got'], 'big'), (['-T', 'web/big'], 'up')):
        _, events = succeeds(SMALL, 'curl', '-gsf', *words,
                             'http://%s/%s' % (at, target))
        check([e for e in events if e['event'] == 'dropped' and
               e['cause'] == 'too-big'], 'no packet was too big')
        # A kernel that waits for the processor says things twice.
        same([e for e in events if e['event'] == 'dropped' and
              e['cause'] not in ('too-big', 'duplicate')], [], 'dropped')
    for name in 'got', 'out/peers/files/up':
        with open(name, 'rb') as file:
            check(file.read() == sent, name + ' differs')


if __name__ == '__main__':
    run()
