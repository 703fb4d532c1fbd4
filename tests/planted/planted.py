#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""planted.py ROOT [WORD...]: do the tests catch bugs? Plants those of bugs.py
(only those with a WORD in what they do), one at a time, in a copy of the
sources, and runs the tests that must notice."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

from bugs import BUGS
from tap import check, run, test

ROOT = os.path.abspath(sys.argv[1])
WORDS = sys.argv[2:]
WORK = tempfile.mkdtemp(prefix='tunlab-planted-')
TREE, BUILD = os.path.join(WORK, 'tree'), os.path.join(WORK, 'build')
FOLDERS = ('stack', 'sim', 'tun', 'tools', 'tests', 'docs', 'captures')
PATIENCE_S = 120
# Enough for each of them; whoever finds it later finds it by luck.
SEEDS = '300'


def quietly(*words):
    return subprocess.run(words, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, text=True)


def set_up():
    os.mkdir(TREE)
    for name in os.listdir(ROOT):
        path = os.path.join(ROOT, name)
        if name in FOLDERS:
            shutil.copytree(path, os.path.join(TREE, name), symlinks=True)
        elif os.path.isfile(path):
            shutil.copy2(path, TREE)
    done = quietly('meson', 'setup', BUILD, TREE)
    assert done.returncode == 0, done.stdout


def find_tests():
    """{name: [the program]} of all tests, as meson knows them."""
    done = quietly('meson', 'introspect', '--tests', BUILD)
    assert done.returncode == 0, done.stdout
    return {entry['name']: entry['cmd']
            for entry in json.loads(done.stdout)}


def notices(program):
    """Does this test turn red, by failing, crashing or not coming back?"""
    try:
        done = subprocess.run(
            program, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=False, timeout=PATIENCE_S,
            env={**os.environ, 'TUNLAB_SEEDS': SEEDS})
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def build(*programs):
    done = quietly('ninja', '-C', BUILD, *(
        os.path.relpath(program[0], BUILD) for program in programs))
    assert done.returncode == 0, done.stdout[-2000:]


def is_caught(file, old, new, names):
    path = os.path.join(TREE, file)
    with open(path) as stream:
        text = stream.read()
    check(text.count(old) == 1, '%s has the text %d times: write the bug anew'
          % (file, text.count(old)))
    programs = [TESTS[name] for name in names]
    try:
        with open(path, 'w') as stream:
            stream.write(text.replace(old, new))
        build(*programs)
        return any(notices(program) for program in programs)
    finally:
        with open(path, 'w') as stream:
            stream.write(text)


try:
    set_up()
    TESTS = find_tests()
    chosen = [bug for bug in BUGS
              if not WORDS or any(word in bug[0] for word in WORDS)]

    @test('without a bug all of them are green')
    def _():
        names = sorted({name for bug in chosen for name in bug[4]})
        build(*(TESTS[name] for name in names))
        red = [name for name in names if notices(TESTS[name])]
        check(not red, red)

    for what, *bug in chosen:
        @test('caught: ' + what)
        def _(bug=bug):
            check(is_caught(*bug), 'no test noticed')
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
