#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""exec.py TUNLAB: tunlab exec and doctor with the real kernel on one side.

Prints TAP. Each test works in a folder and in namespaces of its own. Where
the system refuses devices or namespaces, tests are skipped with its reason.
"""

import glob
import hashlib
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TUNLAB = os.path.abspath(sys.argv[1])
NOBODY = 65534
TRANSFER = 10_000_000
LONG = bool(os.environ.get('TUNLAB_LONG'))
TESTS = []

PAIR = '''title "tests of exec"
seed  1
host  alice kernel 10.0.0.1/24 fd00::1/64
host  bob   10.0.0.2/24 fd00::2/64
link  alice bob %s
%s
'''


class Skip(Exception):
    pass


def test(function):
    TESTS.append(function)
    return function


def expect(held, *what):
    if not held:
        raise AssertionError(' '.join(str(word) for word in what))


def scenario(chain='delay 5ms', *lines):
    with open('pair.lab', 'w') as file:
        file.write(PAIR % (chain, '\n'.join(lines)))
    return 'pair.lab'


def run(words, timeout=60, prefix=(), **more):
    return subprocess.run([*prefix, TUNLAB, *words], text=True,
                          capture_output=True, timeout=timeout, **more)


def run_exec(command, *words, file='pair.lab', timeout=60, prefix=()):
    return run(['exec', *words, file, '--', *command], timeout, prefix)


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Skip('%s is not installed' % program)


def said_by_tunlab(done):
    return [line for line in done.stderr.splitlines()
            if line.startswith('tunlab:')]


def figure(name, value, unit):
    print('# figure %s %s %s' % (name, value, unit), flush=True)


def processes_with(marker):
    found = []
    for path in glob.glob('/proc/[0-9]*/cmdline'):
        try:
            with open(path, 'rb') as file:
                if marker.encode() in file.read().split(b'\0'):
                    found.append(path)
        except OSError:
            pass
    return found


def network_namespaces():
    found = set()
    for path in glob.glob('/proc/[0-9]*/ns/net'):
        try:
            found.add(os.readlink(path))
        except OSError:
            pass
    return found


def wait_for(condition, seconds, *what):
    end = time.monotonic() + seconds
    while not condition():
        expect(time.monotonic() < end, *what)
        time.sleep(0.02)


# --- round trips ------------------------------------------------------------

def ping(family, delay_ms, jitter_ms, count):
    """Round trip times; none may be shorter than the links allow."""
    done = run_exec(['ping', family, '-n', '-i', '0.01', '-c', str(count),
                     'bob'], '--force')
    expect(done.returncode == 0, done.stdout[-400:], done.stderr)
    times = [float(t) for t in re.findall(r'time=([\d.]+) ms', done.stdout)]
    shortest = float(re.search(r'= ([\d.]+)/', done.stdout)[1])
    expect(len(times) == count, len(times), 'answers to', count)
    expect(shortest >= 2 * (delay_ms - jitter_ms),
           shortest, 'ms is shorter than both ways together')
    return sorted(times)[count // 2]


def ping_thrice(family, jitter_ms, name):
    """The machine is not ours alone: the median has three attempts, the lower
    bound none to miss."""
    need('ping')
    scenario('delay 20ms %dms' % jitter_ms if jitter_ms else 'delay 20ms')
    medians = []
    while len(medians) < 3:
        medians.append(ping(family, 20, jitter_ms, 200))
        if abs(medians[-1] - 40) <= 1:
            break
    figure('tun.ping.median.' + name, medians[-1], 'ms')
    expect(abs(medians[-1] - 40) <= 1, 'medians', *medians)


@test
def ping_over_ipv4_takes_the_configured_delay():
    ping_thrice('-4', 2, 'ipv4')


@test
def ping_over_ipv6_takes_the_configured_delay():
    ping_thrice('-6', 2, 'ipv6')


@test
def ping_without_jitter_is_never_early():
    ping_thrice('-4', 0, 'constant')


# --- transfers --------------------------------------------------------------

def sha256(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def transfer(chain, command, got, size=TRANSFER):
    """Moves SIZE random bytes from web/big to the file GOT."""
    need('curl')
    os.mkdir('web')
    with open('web/big', 'wb') as file:
        file.write(os.urandom(size))
    scenario(chain, 'app bob http web port 80')
    begin = time.monotonic()
    done = run_exec(command, timeout=240)
    seconds = time.monotonic() - begin
    expect(done.returncode == 0, done.returncode, done.stderr)
    expect(sha256(got) == sha256('web/big'), got, 'differs')
    figure('tun.transfer.' + sys._getframe(1).f_code.co_name,
           '%.2f' % (size / seconds / 1e6), 'MB/s')


@test
def curl_gets_over_ipv4():
    transfer('delay 1ms', ['curl', '-4sfo', 'got', 'http://bob/big'], 'got')


@test
def curl_gets_over_ipv6():
    transfer('delay 1ms', ['curl', '-6sfo', 'got', 'http://bob/big'], 'got')


@test
def curl_gets_through_loss():
    transfer('delay 1ms loss 5%',
             ['curl', '-4sfo', 'got', 'http://bob/big'], 'got',
             TRANSFER if LONG else TRANSFER // 5)


@test
def curl_puts_through_loss_over_ipv4():
    transfer('delay 1ms loss 5%',
             ['curl', '-4sfT', 'web/big', 'http://bob/up'],
             'out/pair/files/up')


@test
def curl_puts_through_loss_over_ipv6():
    transfer('delay 1ms loss 5%',
             ['curl', '-6sfT', 'web/big', 'http://bob/up'],
             'out/pair/files/up')


ECHO_TCP = '''
import socket
sent = bytes(range(256)) * 400
got = b''
with socket.create_connection(('bob', 7), 20) as s:
    s.sendall(sent)
    s.shutdown(socket.SHUT_WR)
    while part := s.recv(65536):
        got += part
assert got == sent, len(got)
'''

ECHO_UDP = '''
import socket
for family, bob in (socket.AF_INET, '10.0.0.2'), (socket.AF_INET6, 'fd00::2'):
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        s.settimeout(20)
        s.connect((bob, 7))
        for size in 0, 1, 2, 1200, 1452:
            s.send(b'x' * size)
            got = s.recv(65536)
            assert got == b'x' * size, (size, len(got))
'''


@test
def a_stream_comes_back_from_echo():
    scenario('delay 2ms loss 5%', 'app bob echo tcp 7')
    done = run_exec([sys.executable, '-c', ECHO_TCP])
    expect(done.returncode == 0, done.stderr)


@test
def datagrams_come_back_from_echo():
    scenario('delay 2ms', 'app bob echo udp 7')
    done = run_exec([sys.executable, '-c', ECHO_UDP])
    expect(done.returncode == 0, done.stderr)


LAST_WORD = '''
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(b'the last word', ('10.0.0.2', 7777))
'''


@test
def what_is_on_its_way_at_the_end_arrives():
    scenario('delay 100ms', 'app bob receive udp 7777 word')
    done = run_exec([sys.executable, '-c', LAST_WORD])
    expect(done.returncode == 0, done.stderr)
    with open('out/pair/files/word') as file:
        expect(file.read() == 'the last word')


@test
def two_kernels_talk_through_the_link():
    need('ping')
    with open('two.lab', 'w') as file:
        file.write('host alice kernel 10.0.0.1/24\n'
                   'host bob kernel 10.0.0.2/24\n'
                   'link alice bob delay 10ms\n')
    words = ['ping', '-nc', '3', '-i', '0.01', '10.0.0.2']
    done = run_exec(words, file='two.lab')
    expect(done.returncode == 2 and 'say which' in done.stderr, done.stderr)
    done = run(['exec', 'two.lab', 'alice', '--', *words])
    expect(done.returncode == 0, done.stdout, done.stderr)
    expect(float(re.search(r'= ([\d.]+)/', done.stdout)[1]) >= 20)


# --- what the command meets -------------------------------------------------

@test
def the_kernel_finds_the_routers_on_the_way():
    """Each names itself by the side that faces the kernel. req: ICM4-9"""
    need('ping')
    with open('row.lab', 'w') as file:
        file.write('host alice kernel 10.0.0.1/24 fd00::1/64\n'
                   'router r1 10.0.0.9/24 fd00::9/64'
                   ' 10.0.1.1/24 fd01::1/64\n'
                   'router r2 10.0.1.2/24 fd01::2/64'
                   ' 10.0.2.9/24 fd02::9/64\n'
                   'host bob 10.0.2.1/24 fd02::1/64\n'
                   'link alice r1\nlink r1 r2\nlink r2 bob\n')
    for family, hops in (('4', ('10.0.0.9', '10.0.1.2', '10.0.2.1')),
                         ('6', ('fd00::9', 'fd01::2', 'fd02::1'))):
        for count, hop in enumerate(hops, 1):
            done = run_exec(['ping', '-' + family, '-n', '-c1', '-W5',
                             '-t', str(count), hops[-1]], file='row.lab')
            expect('rom ' + hop in done.stdout, done.stdout, done.stderr)


@test
def exit_codes_are_passed_on():
    scenario()
    for code, command in ((0, ['true']), (7, ['sh', '-c', 'exit 7']),
                          (137, ['sh', '-c', 'kill -9 $$']),
                          (127, ['no-such-command']), (126, ['/etc/passwd'])):
        done = run_exec(command)
        expect(done.returncode == code, command, done.returncode)
        expect(done.stdout == '', done.stdout)
        expect(done.stderr.splitlines() == said_by_tunlab(done), done.stderr)


@test
def output_is_the_commands_own():
    scenario()
    done = run_exec(['sh', '-c', 'cat; echo out; echo err >&2'])
    expect(done.stdout == 'out\n', done.stdout)
    others = [line for line in done.stderr.splitlines()
              if line not in said_by_tunlab(done)]
    expect(others == ['err'], others)


@test
def names_of_the_scenario_resolve():
    scenario()
    before = sha256('/etc/hosts')
    done = run_exec(['sh', '-c', 'hostname; cat /etc/hosts; ls /tmp/hosts'])
    expect(done.stdout.splitlines()[0] == 'alice', done.stdout)
    for line in '10.0.0.1 alice', '10.0.0.2 bob', 'fd00::2 bob':
        expect(line in done.stdout.splitlines(), line)
    expect(done.returncode != 0, '/tmp/hosts is there')
    expect(sha256('/etc/hosts') == before)


@test
def the_kernel_says_nothing_by_itself():
    scenario()
    done = run_exec(['sleep', '1'])
    expect(done.returncode == 0, done.stderr)
    with open('out/pair/events.jsonl') as file:
        events = [json.loads(line) for line in file]
    expect(not [e for e in events if e.get('event') == 'sent'], events)


@test
def packets_to_strangers_go_nowhere():
    need('ping')
    scenario()
    done = run_exec(['ping', '-nc', '2', '-i', '0.01', '-W', '0.1',
                     '10.0.0.77'])
    expect(done.returncode == 1, done.stdout, done.stderr)
    with open('out/pair/events.jsonl') as file:
        events = [json.loads(line) for line in file]
    expect(not [e for e in events if e.get('event') == 'sent'], events)
    ignored = [e['ignored'] for e in events if 'ignored' in e]
    expect(len(ignored) == 1 and ignored[0] >= 2, events)


@test
def captures_show_the_time_of_day():
    need('ping', 'tshark')
    scenario('delay 5ms')
    begin = time.time()
    done = run_exec(['ping', '-4nc', '3', '-i', '0.01', 'bob'])
    expect(done.returncode == 0, done.stderr)
    end = time.time()
    for host in 'alice', 'bob':
        shown = subprocess.run(
            ['tshark', '-r', 'out/pair/%s.pcapng' % host, '-T', 'fields', '-e',
             'frame.time_epoch', '-e', 'icmp.type', '-e', '_ws.malformed'],
            text=True, capture_output=True).stdout.splitlines()
        rows = [line.split('\t') for line in shown]
        expect([row[1] for row in rows] == ['8', '0'] * 3, host, rows)
        for row in rows:
            expect(begin <= float(row[0]) <= end and row[2] == '', host, row)


# --- the end ----------------------------------------------------------------

def start_sleepers(marker):
    """exec with a command that leaves orphans; returns it and the name of its
    namespace once they sleep."""
    scenario()
    child = subprocess.Popen(
        [TUNLAB, 'exec', 'pair.lab', '--', 'sh', '-c',
         'sleep %s & (sleep %s &) ; sleep %s' % ((marker,) * 3)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True)
    wait_for(lambda: len(processes_with(marker)) >= 3, 10, 'no command')
    namespace = os.readlink(
        processes_with(marker)[0].replace('cmdline', 'ns/net'))
    expect(namespace != os.readlink('/proc/self/ns/net'), 'none of its own')
    return child, namespace


def nothing_left(marker, namespace):
    wait_for(lambda: not processes_with(marker), 5, 'processes are left')
    wait_for(lambda: namespace not in network_namespaces(), 5,
             'the namespace is left')
    left = sorted(os.listdir('out')) if os.path.exists('out') else []
    expect(left in (['pair'], []), left)
    return left


def marker():
    """A number of seconds that no other test sleeps."""
    return '9%d.%d' % (os.getpid(), time.monotonic_ns() % 1000000)


@test
def interrupt_leaves_nothing_but_the_result():
    mark = marker()
    child, namespace = start_sleepers(mark)
    os.killpg(child.pid, signal.SIGINT)
    stderr = child.communicate(timeout=10)[1]
    expect(child.returncode == 130, child.returncode, stderr)
    expect(nothing_left(mark, namespace) == ['pair'], 'no result')
    expect(os.path.exists('out/pair/summary.json'))


@test
def terminate_is_handed_to_the_command():
    mark = marker()
    child, namespace = start_sleepers(mark)
    child.terminate()
    stderr = child.communicate(timeout=10)[1]
    expect(child.returncode == 143, child.returncode, stderr)
    expect(nothing_left(mark, namespace) == ['pair'], 'no result')


@test
def killed_tunlab_leaves_nothing():
    mark = marker()
    child, namespace = start_sleepers(mark)
    child.kill()
    child.communicate(timeout=10)
    wait_for(lambda: not os.listdir('out'), 5, 'output is left')
    nothing_left(mark, namespace)


@test
def orphans_end_with_the_command():
    mark = marker()
    scenario()
    done = run_exec(['sh', '-c', 'trap "" TERM; readlink /proc/self/ns/net; '
                                 'sleep %s & exit 5' % mark])
    expect(done.returncode == 5, done.returncode, done.stderr)
    nothing_left(mark, done.stdout.strip())


CONTROL_C = '''
import signal, time
count = 0
def interrupted(*_):
    global count
    count += 1
signal.signal(signal.SIGINT, interrupted)
print("ready", flush=True)
end = time.monotonic() + 1
while time.monotonic() < end:
    time.sleep(0.01)
print("interrupted %d times" % count)
raise SystemExit(4)
'''


@test
def the_terminals_control_c_arrives_once():
    scenario()
    child, terminal = pty.fork()
    if child == 0:
        os.execv(TUNLAB, [TUNLAB, 'exec', 'pair.lab', '--', sys.executable,
                          '-c', CONTROL_C])
    shown = b''
    while b'interrupted' not in shown:
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            break
        if shown.endswith(b'ready\r\n'):
            os.write(terminal, b'\x03')
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    expect(b'interrupted 1 times' in shown and code == 4, code, shown)


@test
def two_at_once_do_not_meet():
    need('ping')
    scenario('delay 10ms')
    children = [subprocess.Popen(
        [TUNLAB, 'exec', '--out', 'out/%d' % i, 'pair.lab', '--', 'ping', '-4',
         '-nc', '20', '-i', '0.02', 'bob'], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE) for i in range(2)]
    for i, child in enumerate(children):
        stdout, stderr = child.communicate(timeout=30)
        expect(child.returncode == 0, stderr)
        expect(' 0% packet loss' in stdout, stdout)
        with open('out/%d/events.jsonl' % i) as file:
            sent = [1 for line in file if '"event":"sent"' in line]
        expect(len(sent) == 40, len(sent))


# --- refusals ---------------------------------------------------------------

@test
def wrong_usage_is_explained():
    scenario()
    with open('none.lab', 'w') as file:
        file.write('host alice 10.0.0.1/24\nhost bob 10.0.0.2/24\n'
                   'link alice bob delay 1ms\n')
    for words, sentence in (
            (['exec', 'pair.lab'], 'COMMAND'),
            (['exec', 'pair.lab', '--'], 'COMMAND'),
            (['exec', '--', 'true'], 'SCENARIO'),
            (['exec', 'pair.lab', 'carol', '--', 'true'], 'carol'),
            (['exec', 'pair.lab', 'bob', '--', 'true'], 'kernel'),
            (['exec', 'none.lab', '--', 'true'], 'kernel'),
            (['exec', 'missing.lab', '--', 'true'], 'missing.lab')):
        done = run(words)
        expect(done.returncode == 2, words, done.returncode, done.stderr)
        expect(sentence in done.stderr, words, done.stderr)
    expect(not os.path.exists('out/pair') and not glob.glob('out/*tmp*'))


def as_root_only():
    if os.geteuid() != 0:
        raise Skip('only root can try this')


def in_private_mounts(script):
    """Runs SCRIPT and then its arguments where mounts are nobody else's."""
    need('unshare')
    return ['unshare', '-m', 'sh', '-ec', script + '; exec "$@"', 'sh']


def refused(done, cure):
    expect(done.returncode == 3, done.returncode, done.stderr)
    said = said_by_tunlab(done)
    expect(len(said) == 1 and cure in said[0], done.stderr)
    expect(not glob.glob('out/*'), glob.glob('out/*'))


@test
def a_missing_device_is_named_with_its_cure():
    as_root_only()
    scenario()
    prefix = in_private_mounts('mount -t tmpfs none /dev/net')
    refused(run_exec(['true'], prefix=prefix), 'modprobe tun')
    done = run(['doctor', '--json'], prefix=prefix)
    expect(done.returncode == 3, done.returncode, done.stderr)
    states = {c['check']: c['state'] for c in json.loads(done.stdout)}
    expect(states['tun'] == 'refused' and states['folder'] == 'ok', states)


def as_nobody(mode):
    """The words before a command: nobody, who meets a device with MODE."""
    as_root_only()
    need('setpriv', 'unshare')
    os.chmod('.', 0o777)
    nobody = ['setpriv', '--reuid', str(NOBODY), '--regid', str(NOBODY),
              '--clear-groups']
    if subprocess.run([*nobody, TUNLAB, '--version'],
                      capture_output=True).returncode != 0:
        raise Skip('an ordinary user cannot reach ' + TUNLAB)
    if subprocess.run([*nobody, 'unshare', '-Un', 'true'],
                      capture_output=True).returncode != 0:
        raise Skip('this system gives ordinary users no namespaces')
    return in_private_mounts(
        'mount -t tmpfs none /dev/net; mknod -m %o /dev/net/tun c 10 200'
        % mode) + nobody


@test
def an_ordinary_user_learns_who_may_open_the_device():
    prefix = as_nobody(0o600)
    scenario()
    refused(run_exec(['true'], prefix=prefix), 'chmod 0666 /dev/net/tun')


@test
def an_ordinary_user_pings_and_serves():
    need('ping')
    prefix = as_nobody(0o666)
    scenario()
    done = run_exec(['sh', '-c', 'id -u; ping -nc 2 -i 0.1 10.0.0.2'],
                    prefix=prefix)
    expect(done.returncode == 0, done.stdout, done.stderr)
    expect(done.stdout.startswith('%d\n' % NOBODY), done.stdout)
    bind = 'import socket; socket.socket().bind(("10.0.0.1", 80))'
    if os.access('/usr/bin/python3', os.X_OK):
        done = run_exec(['/usr/bin/python3', '-c', bind], prefix=prefix)
        expect(done.returncode == 0, done.stderr)
    done = run(['doctor'], prefix=prefix)
    expect(done.returncode == 0, done.stdout)


# --- TAP --------------------------------------------------------------------

def why_refused():
    """What doctor says of exec, or None."""
    done = run(['doctor', '--json'])
    for check in json.loads(done.stdout):
        if check['for'] == 'exec' and check['state'] == 'refused':
            return check['text']
    return None


def main():
    print('1..%d' % len(TESTS), flush=True)
    home, refusal, failed = os.getcwd(), None, False
    for number, function in enumerate(TESTS, 1):
        name = function.__name__.replace('_', ' ')
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            refusal = refusal or why_refused()
            try:
                if refusal:
                    raise Skip(refusal)
                function()
                line = 'ok %d - %s' % (number, name)
            except Skip as skip:
                line = 'ok %d - %s # SKIP %s' % (number, name, skip)
            except (AssertionError, subprocess.TimeoutExpired) as error:
                failed = True
                line = 'not ok %d - %s' % (number, name)
                print('# ' + str(error).replace('\n', '\n# '))
            os.chdir(home)
        print(line, flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
