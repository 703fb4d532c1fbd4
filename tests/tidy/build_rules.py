# SPDX-License-Identifier: MIT
"""Rules that need tools: compiler, nm, clang-format."""

import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

from tree import Skip, rule

LIBRARIES = ('glib-2.0', 'libpcap', 'json-glib-1.0', 'libedit')
WARNINGS = ('-std=c11', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror',
            '-Wno-unused-parameter')
CLANG_FORMAT = 14
ALLOWED = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       'stack.symbols')


def output_of(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, **more)


def archive_of(tree):
    """libstack.a; for a planted tree, an archive made of its stack/."""
    if tree.archive == '-':
        raise Skip('instrumented build: its symbols are not the product\'s')
    if not shutil.which('nm'):
        raise Skip('nm is not here: install binutils')
    if tree.root == tree.style_from:
        return tree.archive
    made = []
    for path in tree.c_files('stack', kind='.c'):
        made.append(os.path.join(tree.root, os.path.basename(path)[:-2]
                                 + '.c.o'))
        subprocess.run([*tree.compiler, '-w', '-c', path, '-o', made[-1]],
                       cwd=tree.root, check=True)
    archive = os.path.join(tree.root, 'libstack.a')
    subprocess.run(['ar', 'rc', archive, *made], check=True)
    return archive


def symbols(tree):
    """(complaint's place, section, name) of each symbol of the archive."""
    path = None
    table = output_of('objdump', '-t', archive_of(tree), check=True).stdout
    for line in table.splitlines():
        member = re.match(r'(?:.*/)?(\w+\.c)\.o:', line)
        symbol = re.match(r'[0-9a-f]{8,} .{7} (\S+)\t\S+ (\S+)$', line)
        if member:
            path = 'stack/' + member[1]
            uses = list(tree.code(path)) if path in tree.texts else []
        elif symbol and path:
            named = [number for number, text in uses
                     if re.search(r'\b%s\b' % re.escape(symbol[2]), text)]
            yield ('%s:%d:' % (path, named[0] if named else 1),
                   symbol[1], symbol[2])


@rule('libstack.a needs no symbols but those in stack.symbols',
      ('stack/a.c', 'int b (void);\nint\na (void)\n{\n  return b ();\n}\n', 0),
      ('stack/b.c', 'int time (void *);\nint b (void);\nint\nb (void)\n{\n'
                    '  return time (0);\n}\n', 1))
def allowed_symbols(tree):
    with open(ALLOWED) as file:
        allowed = {line.split('#')[0].strip() for line in file}
    found = list(symbols(tree))
    own = {name for _, section, name in found if section != '*UND*'}
    return ['%s %s: do without, or argue for it in tests/tidy/stack.symbols'
            % (place, name) for place, section, name in found
            if section == '*UND*' and name not in own | allowed]


@rule('libstack.a has no global state',
      ('stack/a.c', 'static const char *const a[] = { "a" };\n'
                    'const char *\nb (int c)\n{\n  return a[c];\n}\n', 0),
      ('stack/b.c', '\nint state;\n', 2), ('stack/c.c', 'int one = 1;\n', 1))
def global_state(tree):
    return ['%s %s: put it into a struct of the caller, or make it const'
            % (place, name) for place, section, name in symbols(tree)
            if re.match(r'\.t?(data|bss)(?!\.rel\.ro)|\*COM\*', section)
            and not name.startswith('.')]


@rule('each header compiles alone',
      ('stack/a.h', '#pragma once\n\nuint8_t a;\n', 3))
def headers_alone(tree):
    flags = output_of('pkg-config', '--cflags', *LIBRARIES).stdout.split()

    def compile_alone(path):
        said = output_of(*tree.compiler, *WARNINGS, *flags, '-I.',
                         '-fsyntax-only', '-x', 'c', '-', cwd=tree.root,
                         input='#include "%s"\n' % path)
        error = re.search(r'^(?:\./)?(\S+?:\d+):\S* (.*)$', said.stderr, re.M)
        if said.returncode:
            return ('%s: %s: include what it needs' % error.groups() if error
                    else '%s:1: %s' % (path, said.stderr.strip()))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(filter(None, pool.map(compile_alone,
                                          tree.c_files(kind='.h'))))


@rule('clang-format would change nothing',
      ('sim/a.c', 'int a;\nint  b;\n', 2))
def formatted(tree):
    version = re.search(r'version (\d+)', output_of(
        'clang-format', '--version').stdout if shutil.which('clang-format')
        else '')
    if not version or int(version[1]) != CLANG_FORMAT:
        raise Skip('clang-format %d is not here: install clang-format'
                   % CLANG_FORMAT)
    said = output_of('clang-format', '--style=file:' + tree.style,
                     '--dry-run', '-Werror', *tree.c_files(), cwd=tree.root)
    places = dict.fromkeys(re.findall(r'^(\S+:\d+):\d+: error', said.stderr,
                                      re.M))
    return ['%s: run clang-format -i on the file' % place for place in places]
