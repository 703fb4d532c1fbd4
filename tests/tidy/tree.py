# SPDX-License-Identifier: MIT
"""The files that are judged, and the list of rules."""

import os
import re

FOLDERS = ('stack', 'sim', 'tun', 'tools', 'tests', 'labs', 'captures',
           'docs', '.ci')
TEXT = ('.c', '.h', '.py', '.sh', '.md', '.lab', '.talk', '.symbols', '.txt',
        'meson.build', 'meson_options.txt', 'demo', 'check', '.ci/run')
BLANKED = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
                     r"|'(?:\\.|[^'\\\n])+'", re.S)

RULES = []


class Skip(Exception):
    """Why a rule cannot be judged here."""


class Rule:
    def __init__(self, name, plants, check):
        self.name, self.plants, self.check = name, plants, check


def rule(name, *plants):
    """Makes a function a rule: it takes a Tree and returns complaints, each
    `FILE:LINE: what to do`. PLANTS are (FILE, TEXT, LINE of the violation; 0:
    there is none)."""
    def register(check):
        RULES.append(Rule(name, plants, check))
        return check
    return register


class Tree:
    def __init__(self, root, archive, compiler, style_from=None):
        self.root, self.archive, self.compiler = root, archive, compiler
        self.style = os.path.join(style_from or root, '.clang-format')
        self.style_from = style_from or root
        self.texts = {}
        for path in sorted(self.walk()):
            with open(os.path.join(root, path), newline='',
                      errors='replace') as file:
                self.texts[path] = file.read()

    def like_in(self, root):
        """The same settings for the files in ROOT."""
        return Tree(root, self.archive, self.compiler, self.style_from)

    def walk(self):
        tops = [('', os.listdir(self.root))]
        for folder in FOLDERS:
            for where, _, names in os.walk(os.path.join(self.root, folder)):
                tops.append((os.path.relpath(where, self.root), names))
        for where, names in tops:
            for path in (os.path.join(where, name) for name in names):
                if (path.endswith(TEXT) and '__pycache__' not in path
                        and os.path.isfile(os.path.join(self.root, path))):
                    yield path

    def c_files(self, *folders, kind=('.c', '.h')):
        return [path for path in self.texts if path.endswith(kind)
                and (not folders or path.split('/')[0] in folders)]

    def lines(self, path):
        """(number, line) of a file."""
        return enumerate(self.texts[path].split('\n'), 1)

    def code(self, path):
        """(number, line) with comments and strings blanked."""
        text = BLANKED.sub(lambda m: re.sub(r'[^\n]', ' ', m[0]),
                           self.texts[path])
        return enumerate(text.split('\n'), 1)

    def find(self, pattern, advice, paths, lines=None):
        """A complaint for each line that matches."""
        lines = lines or self.code
        return ['%s:%d: %s' % (path, number, advice.format(*match.groups()))
                for path in paths for number, line in lines(path)
                for match in [re.search(pattern, line)] if match]
