#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tables.py ROOT TUNLAB [--write]: what TCP does, as tables under version
control. A change of behaviour changes a table: whoever made it reads the
difference, and commits it when it is what was meant."""

import os
import sys

import network
from lab import ROOT
from tap import check, run, say, test

FOLDER = os.path.join(ROOT, 'tests', 'behaviour')
ALGORITHMS = ('reno', 'cubic', 'bbr')
MEMORY = 'rcvbuf 16mb sndbuf 16mb '


def goodput(algorithm, sack, rtt_ms, loss):
    """kbit/s of a transfer that is cut after 20 s; 20 Mbit/s, a queue of
    100 packets."""
    text = network.pair(
        MEMORY + 'cc %s sack %s' % (algorithm, sack),
        'loss %s delay %s rate 20mbit limit 100'
        % (loss, network.half(rtt_ms * 1000)),
        'delay ' + network.half(rtt_ms * 1000))
    flow, = network.flows(text + 'app alice send tcp bob:7777 '
                          '100mb\nrun for 20s\n')
    return flow['bytes_delivered'] * 8 // 20 // 1000


def goodputs():
    """Goodput in kbit/s: 20 Mbit/s, queue of 100 packets, 20 s."""
    rtts = (1, 10, 30, 100, 300)
    yield ['cc', 'sack', 'loss'] + ['%dms' % rtt for rtt in rtts]
    for algorithm in ALGORITHMS:
        for sack in 'on', 'off':
            for loss in '0%', '0.1%', '1%', '3%', '5%', '10%', '20%':
                yield [algorithm, sack, loss] + [
                    goodput(algorithm, sack, rtt, loss) for rtt in rtts]


def completion(algorithm, size, rtt_ms, loss):
    text = network.pair(
        MEMORY + 'cc ' + algorithm,
        'loss %s delay %s rate 100mbit limit 400'
        % (loss, network.half(rtt_ms * 1000)),
        'delay ' + network.half(rtt_ms * 1000))
    flow, = network.flows(text + 'app alice send tcp bob:7777 %s\n' % size)
    return '%.1f' % (flow['last_at_ns'] / 1e6)


def completions():
    """Milliseconds until the last byte is there, from before the SYN:
    100 Mbit/s, queue of 400 packets."""
    sizes = ('10kb', '1mb', '100mb')
    yield ['cc', 'rtt', 'loss', *sizes]
    for algorithm in ALGORITHMS:
        for rtt in 10, 100:
            for loss in '0%', '1%':
                yield [algorithm, '%dms' % rtt, loss] + [
                    completion(algorithm, size, rtt, loss) for size in sizes]


def dumbbell(algorithms, count):
    """COUNT flows, in turn of these ALGORITHMS, over one bottleneck."""
    kinds = range(len(algorithms))
    memory = 'rcvbuf 2mb sndbuf 2mb '
    lines = ['seed 1',
             'router left 10.9.0.1/24 '
             + ' '.join('10.1.%d.1/24' % k for k in kinds),
             'router right 10.9.0.2/24 '
             + ' '.join('10.2.%d.1/24' % k for k in kinds),
             'link left right delay 10ms rate 50mbit limit 170']
    for k, algorithm in enumerate(algorithms):
        lines += ['host a%d 10.1.%d.2/24 %scc %s' % (k, k, memory, algorithm),
                  'host b%d 10.2.%d.2/24 %s' % (k, k, memory),
                  'link a%d left delay 5ms' % k,
                  'link b%d right delay 5ms' % k]
    for n in range(count):
        k = n % len(algorithms)
        lines += ['app b%d receive tcp %d' % (k, 7000 + n),
                  'app a%d send tcp b%d:%d 400mb at %dms'
                  % (k, k, 7000 + n, 7 * n)]
    return lines


def shares(algorithms, count):
    """Bytes of each flow in a minute."""
    lines = [*dumbbell(algorithms, count), 'run for 60s', '']
    return [flow['bytes_delivered']
            for flow in network.flows('\n'.join(lines))]


def fairness():
    """Jain's index over all flows, and the share of the first algorithm:
    50 Mbit/s, 40 ms, queue of one bandwidth-delay product, 60 s."""
    yield ['cc', 'flows', 'jain', 'first', 'mbit/s']
    for algorithms in (('reno',), ('cubic',), ('bbr',), ('reno', 'cubic'),
                       ('cubic', 'bbr'), ('reno', 'bbr')):
        for count in 2, 10, 100:
            x = shares(algorithms, count)
            jain = sum(x) ** 2 / (len(x) * sum(v * v for v in x))
            first = sum(x[::len(algorithms)]) / sum(x)
            yield ['+'.join(algorithms), count, '%.3f' % jain,
                   '%.3f' % first, '%.1f' % (sum(x) * 8 / 60e6)]


RECOVERIES = (('rack', 'sack on rack on'), ('count', 'sack on rack off'),
              ('newreno', 'sack off'))
SEGMENTS = 20


def recovery(options, lost):
    """What repaired segment LOST of a flight of 20, and when all was there."""
    text = network.pair('cc reno iw 20 delack off ' + options,
                        'delay 50ms rate 100mbit', 'delay 50ms')
    text += 'rule alice>bob match "tcp" data %d drop\n' % lost
    text += 'app alice send tcp bob:7777 %db\n' % (1400 * SEGMENTS)
    (flow,), repairs = network.logged(text, 'retransmitted')
    return '%s@%.0fms' % ('+'.join(e['cause'] for e in repairs) or '-',
                          flow['last_at_ns'] / 1e6)


def recoveries():
    """One lost segment at each position of a flight of 20: what repaired it
    and when everything was delivered. Round trip 100 ms, sent at 100 ms."""
    yield ['lost', *(name for name, _ in RECOVERIES)]
    for lost in range(1, SEGMENTS + 1):
        yield [lost] + [recovery(options, lost) for _, options in RECOVERIES]


TABLES = {'goodput': goodputs, 'completion': completions,
          'fairness': fairness, 'recovery': recoveries}


def made(name):
    rows = ['\t'.join(str(cell) for cell in row) for row in TABLES[name]()]
    return '# %s\n%s\n' % (' '.join(TABLES[name].__doc__.split()),
                           '\n'.join(rows))


def file(name):
    return os.path.join(FOLDER, name + '.tsv')


def compare(name):
    with open(file(name)) as golden:
        wanted = golden.read().splitlines()
    got = made(name).splitlines()
    for was, now in zip(wanted, got):
        if was != now:
            say('was %s\nnow %s' % (was, now))
    check(wanted == got, 'another table: if it is meant, '
          'tests/behaviour/tables.py ROOT TUNLAB --write')


if sys.argv[3:4] == ['--write']:
    for name in sys.argv[4:] or TABLES:
        with open(file(name), 'w') as out:
            out.write(made(name))
    sys.exit()

for name in TABLES:
    @test('the table %s is as it was' % name)
    def _(name=name):
        compare(name)
run()
