# SPDX-License-Identifier: MIT
"""Scenarios of a few lines, run at once, and what is measured of them."""

import itertools
import os
import shutil

from lab import TUNLAB, events, must, path, summary

HEADERS = 52  # IPv4 and TCP, with timestamps

NUMBERS = itertools.count(1)  # no two runs share a folder


def run(text, log='none', capture='none'):
    """The output folder of a run of the scenario TEXT."""
    folder = path('run-%d' % next(NUMBERS))
    file = folder + '.lab'
    with open(file, 'w') as out:
        out.write(text)
    must(TUNLAB, 'run', '--out', folder, '--events', log,
         '--capture', capture, file)
    return folder


def forget(folder):
    shutil.rmtree(folder)
    os.remove(folder + '.lab')


def half(rtt_us):
    """The delay of one direction; microseconds are exact."""
    return '%dns' % (rtt_us * 500)


def pair(options, forward, backward='', seed=1, peer=None):
    """Alice and bob, and the chains of the two directions between them."""
    return '\n'.join([
        'seed %d' % seed,
        'host alice 10.0.0.1/24 ' + options,
        'host bob 10.0.0.2/24 ' + (options if peer is None else peer),
        'link alice>bob ' + forward,
        'link bob>alice ' + (backward or forward),
        'app bob receive tcp 7777', ''])


def flows(text):
    """The flows of the summary, in the order in which they began."""
    folder = run(text)
    found = summary(folder)['flows']
    forget(folder)
    return found


def logged(text, *kinds):
    """The summary's flows, and the events of these KINDS."""
    folder = run(text, log='full')
    found = summary(folder)['flows'], events(folder, *kinds)
    forget(folder)
    return found
