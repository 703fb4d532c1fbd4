#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""count.py RUN...: counts the subtests of finished `meson test` runs.

Each RUN is a build folder; a build that failed has no results and counts as
one failure. Prints each skip with its reason, each failure with an excerpt
of its log, and ends with `N passed, N failed, N skipped`. Exit 1: some failed.
"""

import json
import os
import re
import sys

TAP_LINE = re.compile(r'^(not )?ok\b *\d* *(?:- )?(.*)$')
TAP_PLAN = re.compile(r'^1\.\.(\d+)(?: *# *skip\S* *(.*))?$', re.I)
DIRECTIVE = re.compile(r'^(.*?)\s*# *(skip|todo)\S*\s*(.*)$', re.I)
GOOD = ('OK', 'SKIP', 'EXPECTEDFAIL')


def last_line(text, otherwise):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else otherwise


def excerpt(text, count=25):
    """What failed subtests or compilers say, or else the last lines."""
    lines = text.splitlines()
    failed = [n for n, line in enumerate(lines)
              if line.startswith(('not ok', 'FAILED:'))]
    lines = ([line for line in lines[failed[0]:]
              if not line.startswith('ok')][:count]
             if failed else lines[-count:])
    return ''.join('    %s\n' % line for line in lines)


def subtests(entry):
    """(verdict, name, reason) of each subtest of one test program."""
    found = []
    tap = False
    for line in entry.get('stdout', '').splitlines():
        plan, test = TAP_PLAN.match(line), TAP_LINE.match(line)
        tap = tap or bool(plan or test)
        if plan and plan[1] == '0':
            found.append(('skipped', '', plan[2] or 'no reason given'))
        elif test:
            directive = DIRECTIVE.match(test[2])
            if directive:
                found.append(('skipped', directive[1],
                              directive[3] or 'no reason given'))
            else:
                found.append(('failed' if test[1] else 'passed', test[2], ''))
    result = entry['result']
    if not tap and result == 'SKIP':
        said = entry.get('stdout', '') + '\n' + entry.get('stderr', '')
        found.append(('skipped', '', last_line(said, 'no reason given')))
    elif not tap and result in GOOD:
        found.append(('passed', '', ''))
    if result not in GOOD and not any(f[0] == 'failed' for f in found):
        found.append(('failed', '', '%s, exit status %s'
                      % (result.lower(), entry.get('returncode'))))
    return found


def count_run(run, counts):
    label = os.path.basename(run)
    log = os.path.join(run, 'meson-logs', 'testlog.json')
    if not os.path.exists(log):
        counts['failed'] += 1
        built = run + '.log'
        print('FAILED %s: it did not build, or has no tests; all of it: %s; '
              'if the folder is stale: rm -r %s' % (label, built, run))
        if os.path.exists(built):
            with open(built, errors='replace') as file:
                print(excerpt(file.read()), end='')
        return
    with open(log) as file:
        entries = [json.loads(line) for line in file]
    for entry in entries:
        found = subtests(entry)
        for verdict, name, reason in found:
            counts[verdict] += 1
            if verdict != 'passed':
                print('%s %s: %s%s%s' % (verdict.upper(), label, entry['name'],
                                         ' ' + name if name else '',
                                         ': ' + reason if reason else ''))
        if any(f[0] == 'failed' for f in found):
            print(excerpt(entry.get('stdout', '')
                          + entry.get('stderr', '')), end='')
            print('    all of it: %s' % log.replace('.json', '.txt'))


def main(runs):
    counts = {'passed': 0, 'failed': 0, 'skipped': 0}
    for run in runs:
        count_run(run, counts)
    print('%(passed)d passed, %(failed)d failed, %(skipped)d skipped' % counts)
    return 1 if counts['failed'] else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
