# SPDX-License-Identifier: MIT
"""Running tunlab: test programs get ROOT and TUNLAB as their arguments."""

import atexit
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT, TUNLAB = (os.path.abspath(path) for path in sys.argv[1:3])
SCENARIOS = os.path.join(ROOT, 'tests', 'scenarios')
NAMES = ('hello', 'storm', 'holes', 'fetch', 'calm')
LOSSY = NAMES[:-1]

WORK = tempfile.mkdtemp(prefix='tunlab-test-')
atexit.register(shutil.rmtree, WORK, ignore_errors=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # out of time


def path(*parts):
    return os.path.join(WORK, *parts)


def command(*words, **options):
    """A finished process, with bytes; its standard input is empty."""
    options = {'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE,
               'stderr': subprocess.PIPE, **options}
    return subprocess.run(words, check=False, **options)


def must(*words, **options):
    """The standard output of a command that must succeed."""
    done = command(*words, **options)
    assert done.returncode == 0, '%s: exit %d\n%s' % (
        ' '.join(words), done.returncode,
        (done.stderr or b'').decode(errors='replace'))
    return done.stdout


def scenario(name):
    """The arguments that name it: none for the one that is built in."""
    return ([] if name == 'hello'
            else [os.path.join(SCENARIOS, name + '.lab')])


@functools.lru_cache(None)
def result(name, *options):
    """The folder of one run, made when it is first asked for."""
    folder = tempfile.mkdtemp(prefix=name + '-', dir=WORK)
    must(TUNLAB, 'run', '--out', folder, *options, *scenario(name))
    return folder


def files(folder):
    """{name: bytes} of all files below."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            file = os.path.join(place, name)
            with open(file, 'rb') as stream:
                found[os.path.relpath(file, folder)] = stream.read()
    return found


def captures(folder, ending='.pcapng'):
    return sorted(os.path.join(folder, name) for name in os.listdir(folder)
                  if name.endswith(ending))


@functools.lru_cache(None)
def events(folder, *kinds):
    """The log's events, only of these KINDS if there are any."""
    with open(os.path.join(folder, 'events.jsonl')) as file:
        found = [json.loads(line) for line in file]
    return [event for event in found
            if not kinds or event['event'] in kinds]


def summary(folder):
    with open(os.path.join(folder, 'summary.json')) as file:
        return json.load(file)
