# SPDX-License-Identifier: MIT
"""Rules about the text of the sources."""

import os
import re

from tree import rule

MAY_SEE = {'stack': ('stack',),
           'sim': ('stack', 'sim'),
           'tun': ('stack', 'sim', 'tun'),
           'tools': ('stack', 'sim', 'tun', 'tools'),
           'labs': ('stack', 'sim', 'tun', 'tools', 'labs'),
           'tests': ('stack', 'sim', 'tun', 'tools', 'labs', 'tests')}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]*)"')
FUNCTION_LINES, FILE_LINES, COLUMNS = 70, 500, 80
SPDX = 'SPDX-License-Identifier: MIT'


@rule('includes follow the arrows stack <- sim <- tun <- tools',
      ('stack/a.c', '\n#include "sim/b.h"\n', 2),
      ('sim/a.c', '#include "stack/b.h"\n#include "tun/b.h"\n', 2),
      ('tools/a.c', '#include "tests/b.h"\n', 1),
      ('tests/a.c', '#include "b.h"\n', 1))
def arrows(tree):
    complaints = []
    for path in tree.c_files():
        may_see = MAY_SEE.get(path.split('/')[0], ())
        for number, line in tree.lines(path):
            match = INCLUDE.match(line)
            if match and match[1].split('/')[0] not in may_see:
                complaints.append(
                    '%s:%d: %s: write it from the root, and of %s only'
                    % (path, number, match[1], ', '.join(may_see)))
    return complaints


@rule('a file includes its own header first',
      ('stack/a.h', '', 0),
      ('stack/a.c', '#include <glib.h>\n#include "stack/a.h"\n', 1))
def own_header(tree):
    complaints = []
    for path in tree.c_files(kind='.c'):
        own = path[:-2] + '.h'
        for number, line in tree.lines(path):
            if own in tree.texts and line.startswith('#include'):
                if line != '#include "%s"' % own:
                    complaints.append('%s:%d: include "%s" before'
                                      % (path, number, own))
                break
    return complaints


@rule('stack/ and sim/ count in integers',
      ('stack/a.c', '/* double */ "float"\ndouble a;\n', 2),
      ('sim/a.h', 'int a = 3;\nint b = 1.5;\n', 2))
def integers(tree):
    return tree.find(r'\bg?(?:float|double)\b|(?<!\w)\d+(?:\.\d|[eE]\d)',
                     'no floating point here: integers, unit in the name',
                     tree.c_files('stack', 'sim'))


@rule('stack/ is compiled in one way only',
      ('stack/a.h', '#pragma once\n# ifdef A\n#endif\n', 2))
def conditions(tree):
    return tree.find(r'^\s*#\s*if', 'no #if: a field of StackConfig instead',
                     tree.c_files('stack'))


@rule('stack/ and sim/ ask no clock and throw no dice',
      ('stack/a.c', 'a = 1;\nnow = time (NULL);\n', 2),
      ('sim/a.c', 'a = g_random_int ();\n', 1))
def clock_and_dice(tree):
    return tree.find(r'\b(time|gettimeofday|clock_gettime|clock|s?rand|'
                     r's?random|[dejlmn]rand48|getrandom|g_rand(?:om)?_\w+|'
                     r'g_get_\w*time|g_date_time_new_now\w*) ?\(',
                     '{}: time is a parameter, luck comes from the seed',
                     tree.c_files('stack', 'sim'))


# req: TCP-URG-7
@rule('programs do not send urgent data (RFC 9293 SHLD-13)',
      ('sim/a.c', 'send (a, MSG_OOB);\n', 1),
      ('tools/a.c', 'tcp_urgent_send (a);\n', 1))
def urgent(tree):
    return tree.find(r'(MSG_OOB|tcp_urgent_send)',
                     'new programs do not use urgent data: {}',
                     tree.c_files('sim', 'tun', 'tools', 'labs'))


@rule('stack/ does not print, loop or iterate hash tables',
      ('stack/a.c', '\ng_snprintf (a, 1, "");\n', 2),
      ('stack/b.c', 'g_main_loop_run (a);\n', 1),
      ('stack/c.c', 'g_hash_table_foreach (a, b, c);\n', 1))
def forbidden_calls(tree):
    return tree.find(r'\b(\w*printf|w?puts|putchar|fputs|fwrite|g_print\w*|'
                     r'g_log\w*|g_message|g_warning|g_debug|g_main_\w+|'
                     r'g_hash_table_(?:iter_init|foreach\w*|find|get_keys\w*|'
                     r'get_values\w*)) ?\(',
                     '{}: the stack is asked, it never acts',
                     tree.c_files('stack'))


@rule('each source names its licence first',
      ('sim/a.c', '#include <glib.h>\n', 1),
      ('tests/a.py', '#!/usr/bin/env python3\n# %s\n' % SPDX, 0))
def licence(tree):
    complaints = []
    for path, text in tree.texts.items():
        if path.endswith(('.c', '.h', '.py', '.sh', 'check', 'demo')):
            first = re.sub(r'^#!.*\n', '', text).partition('\n')[0]
            if first not in ('// ' + SPDX, '# ' + SPDX):
                complaints.append('%s:1: begin with %s' % (path, SPDX))
    return complaints


@rule('functions have at most %d lines' % FUNCTION_LINES,
      ('sim/a.c', 'int\na (void)\n{\n%s}\n' % ('  a ();\n' * 69), 3),
      ('sim/b.c', 'int\na (void)\n{\n%s}\n' % ('  a ();\n' * 68), 0),
      ('sim/c.c', 'struct a\n{\n%s};\n' % ('  int a;\n' * 90), 0))
def function_length(tree):
    complaints = []
    for path in tree.c_files():
        before = start = None
        for number, line in tree.code(path):
            if line.startswith('{') and before and before.endswith(')'):
                start = number
            if line.startswith('}') and start:
                if number - start + 1 > FUNCTION_LINES:
                    complaints.append('%s:%d: %d lines: two questions, two '
                                      'functions' % (path, start,
                                                     number - start + 1))
                start = None
            before = line.rstrip() or before
    return complaints


@rule('files have at most %d lines' % FILE_LINES,
      ('sim/a.c', 'int a;\n' * 501, 501), ('sim/b.c', 'int a;\n' * 500, 0))
def file_length(tree):
    return ['%s:%d: a file that wants to grow has two questions: split it'
            % (path, FILE_LINES + 1) for path in tree.c_files()
            if len(tree.texts[path].splitlines()) > FILE_LINES]


@rule('docs/architecture.md asks one question of each file of TCP, no more',
      ('stack/tcp_a.c', '', 0), ('stack/tcp_b.c', '', 1),
      ('stack/tcp_c.h', '', 1),
      ('docs/architecture.md', '`tcp_b`\n| `tcp_a` `*` | why? |\n'
       '| `tcp_d` | what? |\n| `tcp_a` | how? |\n', 3),
      ('docs/architecture.md', '`tcp_b`\n| `tcp_a` `*` | why? |\n'
       '| `tcp_d` | what? |\n| `tcp_a` | how? |\n', 4))
def questions(tree):
    page = 'docs/architecture.md'
    files = {os.path.basename(path)[:-2]: path
             for path in tree.c_files('stack')
             if os.path.basename(path).startswith('tcp')}
    asked, complaints = set(), []
    for number, line in tree.lines(page) if page in tree.texts else ():
        cells = line.split('|')
        for name in re.findall(r'`(tcp\w*)`', cells[1] if cells[1:] else ''):
            if name in asked or name not in files:
                complaints.append('%s:%d: %s: no such file, or asked before'
                                  % (page, number, name))
            asked.add(name)
    return complaints + ['%s:1: name it and its question in %s' % (path, page)
                         for name, path in sorted(files.items())
                         if name not in asked]


@rule('lines have at most %d columns' % COLUMNS,
      ('sim/a.c', '%s\n%s\n' % ('a' * 80, 'a' * 81), 2))
def columns(tree):
    return tree.find('.{%d}' % (COLUMNS + 1), 'break the line',
                     tree.c_files(), tree.lines)


@rule('no trailing space, no tab, a newline at the end',
      ('sim/a.c', 'int a;\nint b; \n', 2), ('sim/b.c', 'a\n\tb\n', 2),
      ('docs/a.md', 'a\nb', 2), ('docs/b.md', 'a\r\n', 1))
def spaces(tree):
    return (tree.find(r'\s$|\t', 'remove trailing space, tabs, returns',
                      tree.texts, tree.lines)
            + ['%s:%d: end the file with one newline'
               % (path, text.count('\n') + 1)
               for path, text in tree.texts.items()
               if text and (text[-1] != '\n' or text.endswith('\n\n'))])


@rule('nothing is left for later',
      ('sim/a.c', 'int a; /* TO' 'DO: b */\n', 1))
def unfinished(tree):
    return tree.find(r'\b(TO' r'DO|FIX' r'ME|X' r'XX)\b',
                     '{}: do it now, or open an issue', tree.texts,
                     tree.lines)
