#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""theory.py ROOT TUNLAB: what textbooks and RFCs say of TCP in the long run,
against what it does. Windows are in segments, times in seconds."""

from math import sqrt

import network
from tap import check, run, say, test

MEMORY = 'rcvbuf 32mb sndbuf 32mb '
MSS = 1460 - 12  # timestamps


def rate(options, chain, rule, rtt, seed=1, start=100, end=400, mss=MSS):
    """Segments delivered in a round trip, from second START to END: two runs
    of one scenario do the same as long as both last."""
    delay = 'delay ' + network.half(round(rtt * 1e6))
    text = network.pair(MEMORY + options, (chain + ' ' + delay).strip(),
                        delay, seed)
    text += rule + 'app alice send tcp bob:7777 100000mb\n'
    got = []
    for until in start, end:
        flow, = network.flows(text + 'run for %ds\n' % until)
        got.append(flow['bytes_delivered'])
    return (got[1] - got[0]) / mss / (end - start) * rtt


def near(got, wanted, share, what):
    say('%s: %.2f segments a round trip, theory %.2f, %+.1f%%'
        % (what, got, wanted, (got / wanted - 1) * 100))
    check(abs(got / wanted - 1) <= share, '%s: %.2f is not %.2f'
          % (what, got, wanted))


@test('Reno with every n-th packet lost: Mathis et al., C = sqrt (3/2)')
def _():
    for every in 200, 1000, 5000:
        got = rate('cc reno delack off', '',
                   'rule alice>bob match "tcp" every %d drop\n' % every,
                   0.1)
        near(got, sqrt(1.5 * every), 0.15, 'every %d' % every)


def pftk(p, rtt, rto):
    """Padhye et al. 1998, equation 30, b = 1: an ACK for each segment."""
    return rtt / (rtt * sqrt(2 * p / 3)
                  + rto * min(1, 3 * sqrt(3 * p / 8)) * p * (1 + 32 * p * p))


@test('Reno with random loss: Padhye, Firoiu, Towsley, Kurose')
def _():
    rtt, seeds = 0.1, 5
    for loss in 0.001, 0.003, 0.01, 0.03:
        got = sum(rate('cc reno delack off', 'loss %g%%' % (loss * 100), '',
                       rtt, seed) for seed in range(1, seeds + 1))
        near(got / seeds, pftk(loss, rtt, 0.2), 0.2, 'loss %g' % loss)


@test('CUBIC with every n-th packet lost: the function of RFC 9438 5.1')
def _():
    for every, rtt in (10000, 0.1), (10000, 0.2), (30000, 0.1):
        got = rate('cc cubic delack off', '',
                   'rule alice>bob match "tcp" every %d drop\n' % every,
                   rtt, start=800, end=1400)
        near(got, 1.054 * (rtt * every) ** 0.75, 0.15,
             'every %d, %g s' % (every, rtt))


@test('slow start doubles in each round trip')
def _():
    text = network.pair(MEMORY + 'cc reno delack off', 'delay 50ms')
    _, sent = network.logged(text + 'app alice send tcp bob:7777 1mb\n',
                             'sent')
    times = [e['t'] for e in sent if e['link'] == 'alice>bob'][2:]
    flights, start = [], times[0]
    for t in times:
        if not flights or t - start >= 50_000_000:
            flights.append(0)
            start = t
        flights[-1] += 1
    say('segments in each round trip: %s' % flights)
    check(flights[:6] == [10, 20, 40, 80, 160, 320], flights)


@test('BBR fills a link with 1 % loss, 100 Mbit/s, 100 ms; Reno cannot')
def _():
    chain = 'loss 1% rate 100mbit limit 1000'
    full = 100e6 * 0.1 / 8 / (MSS + network.HEADERS)
    share = {cc: rate('cc ' + cc, chain, '', 0.1, start=10, end=70) / full
             for cc in ('reno', 'cubic', 'bbr')}
    say(' '.join('%s %.1f%%' % (cc, s * 100) for cc, s in share.items()))
    check(share['bbr'] >= 0.9, share)
    check(share['reno'] < 0.2, share)
run()
