#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bad_input.py ROOT TUNLAB: what the user, the disk or the reader does wrong
is told in a sentence with the cure, and nothing half-written stays. More of
this, case by case, is in the suite cli."""

import os
import re
import shutil
import signal
import subprocess
import time

import lab
from lab import TUNLAB, command, files, must, path
from tap import Skip, check, run, same, test

MISTAKES = '''\
titel "Ten mistakes"
host  alice 10.0.0.1/24 rcvbfu 64kb
host  bob   10.0.0.2/24
link  alice bob delay 40
rule  alice>bob match "tcp dst prt 7777" drop
app   bob   recieve tcp 7777
app   alice messages tcp bob:77777 count 20 every 10ms
app   alice send tcp bob:7777 nowhere.bin
at 2s link alice>bob los 0%
expect tcp.deliverd == 20
run for 30
'''
# line and column of each, and what the message must name as the cure
EXPECTED = [(1, 1, "'title'"), (2, 25, "'rcvbuf'"), (4, 23, ' ms,'),
            (5, 32, "'port'"), (6, 13, "'receive'"), (7, 30, '1 to 65535'),
            (8, 31, "no file 'nowhere.bin'"), (9, 22, "'loss'"),
            (10, 12, "'delivered'"), (11, 9, ' ms,')]
LONG = '''\
host alice 10.0.0.1/24
host bob   10.0.0.2/24
link alice bob rate 1gbit
app  bob   receive tcp 7777
app  alice send tcp bob:7777 100gb
'''


def place(**texts):
    """A new folder with files of these names, which is all it may hold."""
    folder = path('place')
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    for name, text in texts.items():
        with open(os.path.join(folder, name + '.lab'), 'w') as file:
            file.write(text)
    return folder


def fails(code, *words, **options):
    """What it says on stderr when it refuses; stdout must stay empty."""
    done = command(*words, **options)
    said = done.stderr.decode()
    same(done.returncode, code, said)
    same(done.stdout or b'', b'', 'standard output')
    return said


@test('ten mistakes give ten errors with place, line, caret and hint')
def _():
    folder = place(m=MISTAKES)
    for verb in ['run'], ['check']:
        said = fails(2, TUNLAB, *verb, 'm.lab', cwd=folder)
        parts = re.split(r'(?m)^m\.lab:(\d+):(\d+): error: ', said)[1:]
        found = list(zip(parts[::3], parts[1::3], parts[2::3]))
        same([(int(line), int(column)) for line, column, _ in found],
             [place[:2] for place in EXPECTED], said)
        for (line, column, text), (_, _, hint) in zip(found, EXPECTED):
            quoted, caret = text.split('\n')[1:3]
            same(quoted.strip(), MISTAKES.split('\n')[int(line) - 1].strip())
            same(caret.index('^'), 2 + int(column) - 1, text)
            check(hint in text, '%s is not in: %s' % (hint, text))
    same(os.listdir(folder), ['m.lab'])


@test('an output folder that may not be made is refused, and the cure named')
def _():
    if os.geteuid() == 0 and not shutil.which('setpriv'):
        raise Skip('setpriv is needed to be somebody else than root')
    drop = (['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
            if os.geteuid() == 0 else [])
    folder = place()
    os.chmod(lab.WORK, 0o755)
    os.chmod(folder, 0o555)
    if drop and command(*drop, TUNLAB, '--version').returncode != 0:
        raise Skip('another user may not run the program where it is')
    for options in [], ['--out', 'below/there']:
        said = fails(3, *drop, TUNLAB, 'run', *options, cwd=folder)
        check('Permission denied' in said and '--out' in said, said)
        same(len(said.splitlines()), 1, said)
    same(os.listdir(folder), [])
    os.chmod(folder, 0o755)


@test('a name that can be no folder is refused with the cure')
def _():
    folder = place()
    with open(os.path.join(folder, 'file'), 'w') as file:
        file.write('mine')
    for name in '', 'file', 'file/below', '/proc/below', '.', '/':
        said = fails(3, TUNLAB, 'run', '--out', name, cwd=folder)
        check('--out' in said and '\n' not in said.strip(), said)
    same(files(folder), {'file': b'mine'})


@test('a result of another scenario stays unless it is forced away')
def _():
    folder = place(other=LONG.replace('100gb', '1kb'))
    must(TUNLAB, 'run', '--out', 'r', cwd=folder)
    before = files(folder)
    said = fails(3, TUNLAB, 'run', '--out', 'r', 'other.lab', cwd=folder)
    check('--force' in said, said)
    same(files(folder), before)
    must(TUNLAB, 'run', '--out', 'r', '--force', 'other.lab', cwd=folder)
    check(files(folder) != before, 'not replaced')
    same(sorted(os.listdir(folder)), ['other.lab', 'r'])


@test('a full device under a capture ends the run at once; nothing stays')
def _():
    folder = place(long=LONG)
    said = fails(1, TUNLAB, 'run', '-w', 'alice:/dev/full', 'long.lab',
                 cwd=folder, timeout=60)
    check('No space left' in said and 'alice' in said, said)
    same(sorted(os.listdir(folder)), ['long.lab', 'out'])
    same(os.listdir(os.path.join(folder, 'out')), [])


@test('a full disk leaves the old result and nothing half-written')
def _():
    probe = ['unshare', '-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']
    if command(*probe).returncode != 0:
        raise Skip('no file system may be mounted here')
    folder = place(short=LONG.replace('100gb', '60kb'))
    for size in 24, 48, 96, 160:
        script = '''
            mount -t tmpfs -o size=%dk none /mnt && cd /mnt || exit 99
            mkdir r && printf '# tunlab: short\\nold\\n' >r/scenario.lab
            "$1" run --out r "$2/short.lab" >/dev/null
            code=$?
            [ "$(ls -A)" = r ] || exit 98
            [ $code = 0 ] || [ "$(cat r/*)" = "$(
              printf '# tunlab: short\\nold')" ] || exit 97
            exit $code''' % size
        said = fails(1, 'unshare', '-m', 'sh', '-c', script, 'sh', TUNLAB,
                     folder)
        check('No space left' in said, said)


@test('a file that may not grow is an error like others, not the end')
def _():
    folder = place(long=LONG)
    said = fails(1, 'sh', '-c', 'ulimit -f 100; exec "$@"', 'sh', TUNLAB,
                 'run', 'long.lab', cwd=folder, timeout=60)
    check('File too large' in said, said)
    same(os.listdir(os.path.join(folder, 'out')), [])


@test('a reader of a capture that goes away ends the run at once, quietly')
def _():
    folder = place(long=LONG)
    with subprocess.Popen([TUNLAB, 'run', '-w', 'alice:-', 'long.lab'],
                          cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as running:
        same(running.stdout.read(4), b'\x0a\x0d\x0d\x0a')
        running.stdout.close()
        said = running.stderr.read()
        same(running.wait(60), 1)
    same(said, b'')
    same(os.listdir(os.path.join(folder, 'out')), [])


@test('without standard output and error the files are what they should be')
def _():
    folder = place()
    must(TUNLAB, 'run', '--out', 'open', cwd=folder)
    for closed in '>&-', '>&- 2>&-', '<&- >&- 2>&-':
        must('sh', '-c', '"$1" run --out closed %s; [ $? = 1 ]' % closed,
             'sh', TUNLAB, cwd=folder)
        same(files(os.path.join(folder, 'closed')),
             files(os.path.join(folder, 'open')), closed)


@test('a run that is told to stop leaves nothing')
def _():
    folder = place(long=LONG)
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        with subprocess.Popen([TUNLAB, 'run', 'long.lab'], cwd=folder,
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as running:
            out = os.path.join(folder, 'out')
            while not os.path.exists(out) or not os.listdir(out):
                time.sleep(0.01)
            running.send_signal(number)
            running.communicate(timeout=60)
            same(running.returncode, 130, number.name)
        same(os.listdir(out), [], number.name)


run()
