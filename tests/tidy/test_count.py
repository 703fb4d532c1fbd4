#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Does tests/count.py count what happened? Prints TAP."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..'))
from count import subtests  # noqa: E402

# what happened, result by meson, exit status, output, verdicts and reasons
CASES = (
    ('a program without TAP', 'OK', 0, 'fine\n', ['passed']),
    ('its failure', 'FAIL', 1, 'not fine\n', ['failed fail, exit status 1']),
    ('exit 77', 'SKIP', 77, 'no TUN\n', ['skipped no TUN']),
    ('exit 77 without a word', 'SKIP', 77, '', ['skipped no reason given']),
    ('subtests', 'OK', 0, '1..3\nok 1 - a\nok 2 /b # SKIP no TUN\nok 3\n',
     ['passed', 'skipped no TUN', 'passed']),
    ('a failed subtest is one failure', 'FAIL', 1,
     '1..2\nnot ok 1 - a\nok 2 - b\n', ['failed', 'passed']),
    ('all skipped', 'SKIP', 0, '1..0 # SKIP no nm\n', ['skipped no nm']),
    ('an abort after a subtest', 'ERROR', -6,
     '1..2\nok 1 /a\nBail out! no\n',
     ['passed', 'failed error, exit status -6']),
    ('fewer subtests than planned', 'ERROR', 0, '1..2\nok 1 - a\n',
     ['passed', 'failed error, exit status 0']),
    ('a leak found at exit', 'FAIL', 1, '1..1\nok 1 - a\n',
     ['passed', 'failed fail, exit status 1']),
    ('a hang', 'TIMEOUT', -15, '', ['failed timeout, exit status -15']),
)

print('1..%d' % len(CASES))
good = True
for number, (name, result, status, output, wanted) in enumerate(CASES, 1):
    got = [('%s %s' % (verdict, reason)).strip() for verdict, _, reason
           in subtests({'result': result, 'returncode': status,
                        'stdout': output})]
    good &= got == wanted
    print('%sok %d - counts %s' % ('' if got == wanted else 'not ', number,
                                   name))
    if got != wanted:
        print('# %r instead of %r' % (got, wanted))
sys.exit(0 if good else 1)
