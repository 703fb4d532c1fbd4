# SPDX-License-Identifier: MIT
"""Subtests as functions whose name is one sentence, reported as TAP.

    @test('the sky is blue')
    def _():
        check(sky == 'blue', 'it is %s' % sky)
"""

import sys
import traceback

TESTS = []


class Skip(Exception):
    """The reason why a subtest cannot be run here."""


def test(name):
    def add(function):
        TESTS.append((name, function))
        return function
    return add


def check(holds, otherwise=''):
    if not holds:
        raise AssertionError(otherwise)


def same(got, wanted, what=''):
    check(got == wanted, '%s: got %.900r, wanted %.900r' % (what, got, wanted))


def say(text):
    for line in text.splitlines():
        print('#   ' + line)


def run():
    """Runs all subtests; exits with 1 when one of them failed."""
    failed = 0
    print('1..%d' % len(TESTS), flush=True)
    for number, (name, function) in enumerate(TESTS, 1):
        try:
            function()
            print('ok %d - %s' % (number, name), flush=True)
        except Skip as skip:
            print('ok %d - %s # SKIP %s' % (number, name, skip), flush=True)
        except Exception:  # whatever it is, the others run
            failed += 1
            print('not ok %d - %s' % (number, name))
            say(traceback.format_exc())
            sys.stdout.flush()
    sys.exit(1 if failed else 0)
