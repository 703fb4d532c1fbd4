#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tunlab sock: sessions compared word by word, a terminal, random lines.

sock.py ROOT TUNLAB [--write]: the files of tests/cli/sock/ are transcripts;
what stands behind a prompt is typed, and the whole must come out again.
--write writes them anew."""

import os
import pty
import random
import re
import select
import signal
import subprocess
import sys
import time

import tap
from lab import ROOT, TUNLAB, path
from tap import check, same, test

SESSIONS = os.path.join(ROOT, 'tests', 'cli', 'sock')
PAGE = os.path.join(ROOT, 'docs', 'man', 'tunlab-sock.1')
TYPED = re.compile(r'^\w+> (.*)$', re.M)
ENVIRONMENT = dict(os.environ, LC_ALL='C', TERM='xterm')


def sock(script, *options, code=0):
    done = subprocess.run([TUNLAB, 'sock', *options], input=script.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=ENVIRONMENT, timeout=120)
    text = done.stdout.decode(errors='replace')
    check(done.returncode == code, 'exit %d, not %d\n%s%s' % (
        done.returncode, code, text, done.stderr.decode(errors='replace')))
    return text


def options_of(text):
    """A session's first line may be '# OPTIONS', its scenario's name in
    them."""
    first = re.match(r'# (.*)\n', text)
    return [os.path.join(SESSIONS, word) if word.endswith('.lab') else word
            for word in first[1].split()] if first else []


def replay(name):
    with open(os.path.join(SESSIONS, name)) as file:
        wanted = file.read()
    head = re.match(r'(?:# .*\n)?', wanted)[0]
    script = ''.join(line + '\n' for line in TYPED.findall(wanted))
    return wanted, head + sock(script, '--echo', *options_of(wanted))


for session in sorted(os.listdir(SESSIONS)):
    if session.endswith('.txt'):
        @test('session ' + session[:-4])
        def _(session=session):
            wanted, got = replay(session)
            for line in got.splitlines():
                check(len(line) <= 79 or line.startswith(('  lost', '  dropped'))
                      or re.match(r'\w+> |  \d|.* (tcp|udp) .*\[', line),
                      'too wide: ' + line)
            check(got == wanted, 'it is now\n' + got)


@test('the examples of the manual page')
def _():
    with open(PAGE) as file:
        page = file.read()
    examples = re.findall(r'^\.Bd -literal.*?\n(.*?)^\.Ed', page, re.M | re.S)
    check(len(examples) >= 3, 'only %d' % len(examples))
    for example in examples:
        example = example.replace('\\(aq', "'").replace('\\&', '')
        script = ''.join(line + '\n' for line in TYPED.findall(example))
        same(sock(script, '--echo'), example, 'an example')


@test('exit codes')
def _():
    sock('bind s1 :80\n')
    sock('bind s1 :80\n', '--strict', code=1)
    sock('create tcp\nbind s1 :0\nquit\nbind\n', '--strict')
    sock('', '--strict')
    sock('', 'nothing.lab', code=2)
    sock('', '--seed', 'x', code=2)


@test('an output folder is written when asked for')
def _():
    folder = path('sock')
    script = ('create udp\nconnect s1 bob:7777\nsend s1 hi\nwait\n'
              '# a remark\nreceive s1')
    text = sock(script, '--out', folder)
    check(folder in text, text)
    names = sorted(os.listdir(folder))
    same(names, ['alice.pcapng', 'bob.pcapng', 'commands.txt', 'events.jsonl',
                 'scenario.lab', 'summary.json'])
    with open(os.path.join(folder, 'commands.txt')) as file:
        same(file.read(), script + '\n')
    with open(os.path.join(folder, 'events.jsonl')) as file:
        log = file.read()
    for word in ('"call":"connect"', '"call":"send"', '"cause":"ECONNREFUSED"'):
        check(word in log, word)


@test('the same seed gives the same session, another one does not')
def _():
    script = 'create udp\nsend s1 hi to bob:7777\nstatus\n'
    same(sock(script, '--seed', '5'), sock(script, '--seed', '5'))
    check(sock(script, '--seed', '5') != sock(script, '--seed', '6'))


class Terminal:
    """The program on a pseudo-terminal."""

    def __init__(self):
        self.state = path('state')
        # libedit 3.1 never frees the name of a function that is added.
        environment = dict(ENVIRONMENT, XDG_STATE_HOME=self.state,
                           ASAN_OPTIONS='detect_leaks=0')
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.execve(TUNLAB, [TUNLAB, 'sock'], environment)
        self.text = ''

    def wait_for(self, wanted):
        end = time.monotonic() + 30
        while wanted not in self.text:
            left = end - time.monotonic()
            check(left > 0, 'no %r in %r' % (wanted, self.text))
            if select.select([self.file], [], [], left)[0]:
                try:
                    self.text += os.read(self.file, 4096).decode()
                except OSError:
                    break
        check(wanted in self.text, 'no %r in %r' % (wanted, self.text))
        self.text = self.text[self.text.index(wanted) + len(wanted):]

    def type(self, text):
        os.write(self.file, text.encode())

    def end(self):
        """The exit code; one that does not end is killed."""
        end = time.monotonic() + 30
        pid = 0
        while pid == 0:
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            time.sleep(0.01)
        os.close(self.file)
        return os.waitstatus_to_exitcode(status)


@test('lines are edited, completed and remembered on a terminal')
def _():
    terminal = Terminal()
    terminal.wait_for('alice> ')
    terminal.type('xreate tcp\x01\x1b[3~c\n')  # Home, Delete
    terminal.wait_for('s1, a stream socket')
    terminal.wait_for('alice> ')
    terminal.type('crea\tudp\n')
    terminal.wait_for('s2, a datagram socket')
    terminal.wait_for('alice> ')
    terminal.type('nonsense\x03host bob\n')  # Ctrl-C gives up the line
    terminal.wait_for('bob> ')
    terminal.type('\x1b[A\x1b[A\n')  # Up, Up
    terminal.wait_for('s3, a datagram socket')
    terminal.wait_for('bob> ')
    terminal.type('\x04')
    same(terminal.end(), 0)

    terminal = Terminal()
    terminal.wait_for('alice> ')
    terminal.type('\x1b[A\n')  # of the session before
    terminal.wait_for('s1, a datagram socket')
    terminal.wait_for('alice> ')
    terminal.type('quit\n')
    same(terminal.end(), 0)
    check(os.path.exists(os.path.join(terminal.state, 'tunlab',
                                      'sock_history')))


@test('Ctrl-C ends a wait, not the session')
def _():
    terminal = Terminal()
    terminal.wait_for('alice> ')
    # A peer that never reads is asked for room for ever.
    terminal.type('create tcp\noption s1 rcvbuf 64kb\nbind s1 :7777\n'
                  'listen s1\nhost bob\ncreate tcp\n'
                  'connect s2 alice:7777\nsend s2 70kb\n')
    terminal.wait_for('71680 bytes')
    terminal.wait_for('bob> ')
    terminal.type('wait 2500000h\n')
    terminal.wait_for('wait 2500000h')
    time.sleep(0.3)
    terminal.type('\x03')
    terminal.wait_for('interrupted')
    terminal.wait_for('bob> ')
    terminal.type('quit\n')
    same(terminal.end(), 0)


@test('a request to stop ends a script')
def _():
    reader, writer = os.pipe()
    child = subprocess.Popen([TUNLAB, 'sock'], stdin=reader,
                             stdout=subprocess.PIPE, env=ENVIRONMENT)
    os.write(writer, b'create tcp\n')
    check(b's1' in child.stdout.readline())
    child.send_signal(signal.SIGTERM)
    same(child.wait(timeout=30), 130)
    child.stdout.close()
    os.close(reader)
    os.close(writer)


WORDS = ('create bind listen connect accept send receive shutdown close status'
         ' wait step limit host hosts link rule verbose help tcp udp 4 6 s1 s2'
         ' s3 s4 s5 s6 alice bob alice>bob bob>alice :7777 :0 :80 bob:7777'
         ' alice:7777 bob/6:7777 alice/4:7777 10.0.0.2:7777 [fd00::1]:7777'
         ' [fd00::2]:7777 bob:1 255.255.255.255:1 224.0.0.1:5 to hi "a b" ""'
         ' 100b 70kb 1mb 3 0 -1 99999 1s 100ms 2min on off read write both up'
         ' down loss 20% 100% delay 5ms chain rate 1mbit match tcp data 1 drop'
         ' duplicate corrupt " # \xff \x01 :::: [::]:1 %s %n 999999999999999999'
         ).split(' ')
SHAPES = ('create T', 'create T', 'bind S E', 'listen S', 'connect S E',
          'connect S E', 'accept S', 'send S hi', 'send S 100b to E',
          'send S 30kb', 'receive S', 'receive S 3', 'shutdown S', 'close S',
          'host H', 'host H', 'wait', 'wait 1s', 'step', 'status', 'limit 10s',
          'link alice bob loss 20%', 'link alice>bob loss 0%', 'verbose on',
          'link alice>bob chain delay 5ms 2ms loss 10% duplicate 10%'
          ' corrupt 5%', 'rule bob>alice match tcp every 3 drop')


def fill(luck, shape):
    choices = {'T': ('tcp', 'udp', 'tcp 6', 'udp 6'),
               'S': ['s%d' % (1 + luck.randrange(8))],
               'H': ('alice', 'bob'),
               'E': ('bob:7777', 'alice:7777', ':7777', 'bob/6:7777',
                     'alice:8888', ':8888', '[fd00::2]:7777')}
    return ' '.join(luck.choice(choices.get(word, [word]))
                    for word in shape.split())


@test('random lines never crash it')
def _():
    long = os.environ.get('TUNLAB_LONG') == '1'
    for seed in range(200 if long else 12):
        luck = random.Random(seed)
        lines = [fill(luck, luck.choice(SHAPES)) if luck.random() < 0.8
                 else ' '.join(luck.choices(WORDS, k=luck.randrange(7)))
                 for _ in range(120)]
        text = sock('\n'.join(['limit 30s'] + lines))
        check('limit' in text, 'seed %d' % seed)


def write_anew():
    for name in sorted(os.listdir(SESSIONS)):
        if name.endswith('.txt'):
            got = replay(name)[1]
            with open(os.path.join(SESSIONS, name), 'w') as file:
                file.write(got)


if sys.argv[3:] == ['--write']:
    write_anew()
else:
    tap.run()
