#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""real_input.py ROOT TUNLAB: files of any size through 20 % loss, reordering,
duplication and corruption. A stream delivers every byte; of datagrams the
result names exactly the bytes that are missing."""

import os
import random
import re
import resource
import shutil

from lab import TUNLAB, must, path, scenario, summary
from tap import check, run, same, say, test

LARGE = 100_000_000
RSS_MAX_KB = 300_000


def make(size):
    """A file without zero bytes, so that a hole differs in each byte."""
    name = path('input-%d' % size)
    if not os.path.exists(name):
        with open(name, 'wb') as file:
            luck = random.Random(size)
            for start in range(0, size, 1 << 20):
                some = luck.randbytes(min(1 << 20, size - start))
                file.write(some.replace(b'\0', b'\1'))
    return name


def send(name, size):
    """The scenario NAME with such a file: the output folder and the table."""
    folder = path(name)
    shutil.rmtree(folder, ignore_errors=True)
    table = must(TUNLAB, 'run', '--out', folder, '--capture', 'headers',
                 '--events', 'flows', '--set', 'FILE=' + make(size),
                 *scenario(name))
    return folder, table.decode()


def stream(size):
    folder, table = send('storm', size)
    must('cmp', make(size), os.path.join(folder, 'files', 'got'))
    check('identical' in table, table)
    flow, = summary(folder)['flows']
    same((flow['bytes_delivered'], flow['holes']), (size, []))
    check(sum(flow['packets_lost']) > 0 or size < 2, 'nothing was lost')


def gaps(wanted, got):
    """[[from, to]] where the files differ, which must be zeros in the
    second."""
    found = [list(match.span()) for match in re.finditer(rb'\0+', got)]
    at = 0
    for start, end in [*found, [len(wanted)] * 2]:
        check(wanted[at:start] == got[at:start], 'other bytes at %d' % at)
        at = end
    same(len(got), len(wanted), 'length')
    return found


def datagrams(size):
    folder, table = send('holes', size)
    with open(make(size), 'rb') as file:
        wanted = file.read()
    with open(os.path.join(folder, 'files', 'got'), 'rb') as file:
        holes = gaps(wanted, file.read())
    flow, = summary(folder)['flows']
    check(flow['holes'] == holes, 'other holes')
    same(flow['bytes_delivered'],
         size - sum(end - start for start, end in holes))
    same(flow['compared'], 'different' if holes else 'identical')
    check(holes or size < 20_000, 'no holes')
    for start, end in holes[:10]:
        check('%d-%d' % (start, end - 1) in ' '.join(table.split()), table)


for size in 0, 1, 1440, 1441, 100_000:
    @test('a file of %d bytes comes over a stream as it was' % size)
    def _(size=size):
        stream(size)

    @test('of %d bytes in datagrams exactly the missing are named' % size)
    def _(size=size):
        datagrams(size)


@test('so does a file of 100 MB')
def _():
    stream(LARGE)


@test('so they are of 100 MB')
def _():
    datagrams(LARGE)


@test('so it does over a link on which no time passes')
def _():
    with open(path('now.lab'), 'w') as file:
        file.write('host alice 10.0.0.1/24\nhost bob 10.0.0.2/24\n'
                   'link alice bob\napp bob receive tcp 7777\n'
                   'app alice send tcp bob:7777 150mb\n'
                   'expect tcp.bytes_delivered == 157286400\n')
    must(TUNLAB, 'run', '--events', 'none', '--out', path('now'),
         path('now.lab'))


@test('whatever the size, a run takes less than 300 MB of memory')
def _():
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    say('at most %d kB; this test itself %d kB' % (peak, own))
    check(peak < RSS_MAX_KB, '%d kB' % peak)


run()
