#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""determinism.py ROOT TUNLAB BUILD: the same scenario and seed give the same
bytes in every output file, whoever runs it, wherever, however it was built.
Other builds are made, and kept for the next time, below the folder BUILD."""

import os
import shutil
import sys

from lab import (NAMES, ROOT, SCENARIOS, TUNLAB, command, files, must, path,
                 result, scenario)
from tap import Skip, check, run, same, test

BUILD = os.path.abspath(sys.argv[3])
SEEDS = 200 if os.environ.get('TUNLAB_LONG') else 20
ALIEN = {'PATH': os.environ['PATH'], 'LC_ALL': 'tr_TR.UTF-8',
         'LANGUAGE': 'tr', 'TZ': 'Asia/Kabul', 'HOME': '/nowhere',
         'G_RANDOM_VERSION': '2.0', 'G_RANDOM_SEED': '7',
         'G_SLICE': 'always-malloc', 'MALLOC_PERTURB_': '181',
         'COLUMNS': '40', 'TERM': 'dumb', 'USER': 'nobody',
         'SOURCE_DATE_EPOCH': '0'}


def again(name, *words, program=TUNLAB, **options):
    """The files of another run."""
    folder = path('again')
    shutil.rmtree(folder, ignore_errors=True)
    must(*options.pop('before', ()), program, 'run', '--out', folder,
         *words, *options.pop('what', scenario(name)), **options)
    return files(folder)


def same_files(got, wanted):
    same(sorted(got), sorted(wanted), 'names')
    check(any(name.endswith('.pcapng') for name in got), 'no captures')
    for name, data in wanted.items():
        check(got[name] == data, '%s differs' % name)


def each(judge):
    """Judges every scenario; says which one failed."""
    for name in NAMES:
        try:
            judge(name)
        except AssertionError as error:
            raise AssertionError('%s: %s' % (name, error)) from error


@test('the same scenario and seed give the same bytes in every file')
def _():
    each(lambda name: same_files(again(name), files(result(name))))


@test('so they do in another directory, locale, time zone, home, memory')
def _():
    each(lambda name: same_files(
        again(name, env=ALIEN, cwd='/', umask=0o077), files(result(name))))


@test('so they do when the scenario and its files are named from elsewhere')
def _():
    copy = path('copy')
    shutil.copytree(SCENARIOS, copy)
    for name in NAMES[1:]:
        same_files(again(name, what=[name + '.lab'], cwd=copy),
                   files(result(name)))


@test('so they do with addresses that are random, and with fixed ones')
def _():
    with open('/proc/sys/kernel/randomize_va_space') as file:
        if file.read().strip() != '2':
            raise Skip('this kernel does not randomize addresses')
    if command('setarch', '-R', 'true').returncode != 0:
        raise Skip('setarch -R is not permitted here')
    each(lambda name: same_files(again(name, before=['setarch', '-R']),
                                 files(result(name))))


@test('so they do for many seeds, and each seed gives others')
def _():
    seen = set()
    for seed in range(SEEDS):
        one = again('hello', '--seed', str(seed))
        same_files(again('hello', '--seed', str(seed)), one)
        seen.add(one['events.jsonl'])
    same(len(seen), SEEDS, 'different logs')


@test('another seed gives other captures and another log')
def _():
    def judge(name):
        first, other = files(result(name)), again(name, '--seed', '4711')
        for file in first:
            if file.endswith('.pcapng') or file == 'events.jsonl':
                check(first[file] != other[file], file + ' is the same')
    each(judge)


@test('the folder\'s scenario.lab gives the same bytes in every file again')
def _():
    each(lambda name: same_files(
        again(name, what=[os.path.join(result(name), 'scenario.lab')]),
        files(result(name))))


@test('so it does when seed and variables came from the command line')
def _():
    folder = result('fetch', '--seed', '99', '--set', 'LOST=3')
    same_files(again('fetch', what=[os.path.join(folder, 'scenario.lab')]),
               files(folder))


@test('a folder that is served may hold results: they are no inputs')
def _():
    served = path('served')
    shutil.copytree(os.path.join(SCENARIOS, 'pages'), served)
    with open(os.path.join(served, 'self.lab'), 'w') as file:
        file.write('host alice 10.0.0.1/24\nhost bob 10.0.0.2/24\n'
                   'link alice bob\napp bob http . port 7780\n'
                   'app alice get http://bob:7780/lines.txt got\n')
    seen = []
    for _ in range(2):
        must(TUNLAB, 'run', 'self.lab', cwd=served)
        seen.append(files(os.path.join(served, 'out', 'self')))
    same_files(*seen)
    check(any(name.endswith('/lines.txt') for name in seen[0]), 'no input')
    check(not any('/out/' in name for name in seen[0]), 'a result in it')


@test('what is said on the standard output is the same, too')
def _():
    def judge(name):
        words = (TUNLAB, 'run', '--force', '--out', 'said', *scenario(name))
        same(must(*words, cwd=path(), env=ALIEN), must(*words, cwd=path()),
             'table')
    each(judge)


def other_build(compiler, level):
    """The program, built by COMPILER with -O LEVEL."""
    if not shutil.which(compiler):
        raise Skip(compiler + ' is not installed')
    folder = os.path.join(BUILD, '%s-O%s' % (compiler, level))
    if not os.path.exists(os.path.join(folder, 'build.ninja')):
        must('meson', 'setup', folder, ROOT, '-Doptimization=' + level,
             '-Ddebug=false', env={**os.environ, 'CC': compiler})
    must('ninja', '-j2', '-C', folder, 'tools/tunlab')
    return os.path.join(folder, 'tools', 'tunlab')


for built in (('gcc', '0'), ('gcc', '2'), ('clang', '0'), ('clang', '2')):
    @test('built by %s with -O%s it gives the same bytes' % built)
    def _(built=built):
        program = other_build(*built)
        each(lambda name: same_files(again(name, program=program),
                                     files(result(name))))

run()
