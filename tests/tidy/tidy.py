#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The rules of the house as a test: one TAP subtest for each rule, and one
that shows that the rule turns red on a planted violation.

tidy.py ROOT [ARCHIVE COMPILER...]: ARCHIVE is libstack.a of a plain build, or
`-` and then the rules about its symbols are skipped.
"""

import os
import sys
import tempfile

import build_rules
import source_rules
from tree import RULES, Skip, Tree


def judge(number, name, complaints):
    print('%sok %d - %s' % ('not ' if complaints else '', number, name))
    for complaint in complaints:
        print('#   ' + complaint)
    return not complaints


def planted(rule, tree):
    """What is wrong with the rule: it must complain about each planted line
    and about nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text, line in rule.plants:
            os.makedirs(os.path.join(folder, os.path.dirname(path)),
                        exist_ok=True)
            with open(os.path.join(folder, path), 'w') as file:
                file.write(text)
        found = rule.check(tree.like_in(folder))
    wanted = {'%s:%d:' % (path, line) for path, _, line in rule.plants if line}
    got = {complaint.split(' ')[0] for complaint in found}
    return (['no complaint about the planted ' + w for w in wanted - got]
            + ['complaint about a line without fault: ' + g
               for g in got - wanted])


def main(root, archive='-', *compiler):
    tree = Tree(os.path.abspath(root), archive, list(compiler) or ['gcc'])
    print('1..%d' % (2 * len(RULES)))
    good = True
    for number, rule in enumerate(RULES):
        for offset, name, check in (
                (1, rule.name, lambda: rule.check(tree)),
                (2, rule.name + ' turns red', lambda: planted(rule, tree))):
            try:
                good &= judge(2 * number + offset, name, check())
            except Skip as skip:
                print('ok %d - %s # SKIP %s'
                      % (2 * number + offset, name, skip))
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
