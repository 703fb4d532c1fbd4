#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The program as people and scripts meet it: cli.py TUNLAB. One TAP subtest
for each function below; each runs in a folder of its own."""

import filecmp
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
HOSTS = 'host alice 10.0.0.1/24\nhost bob 10.0.0.2/24\n'
STORM = ('link alice bob delay 10ms 5ms loss 20% reorder 10% duplicate 5%'
         ' corrupt 5%\n')
CASES = []


def case(function):
    CASES.append(function)
    return function


def tunlab(*words, code=0, **more):
    """Runs it; the exit code must be CODE."""
    environment = dict(os.environ, LC_ALL='C', TERM='xterm')
    environment.pop('NO_COLOR', None)
    options = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                   env=environment, timeout=120)
    options.update(more)
    done = subprocess.run(['tunlab', *words], executable=TUNLAB, **options)
    assert done.returncode == code, '%s: exit %d, not %d\n%s%s' % (
        ' '.join(words), done.returncode, code, done.stdout, done.stderr)
    return done


def write(name, content):
    with open(name, 'wb') as file:
        file.write(content if isinstance(content, bytes)
                   else content.encode())


def read(name):
    with open(name, 'rb') as file:
        return file.read()


def luck(size):
    return random.Random(size).randbytes(size)


def tree(folder):
    """{path: content} of all files below."""
    return {os.path.relpath(os.path.join(at, name), folder):
            read(os.path.join(at, name))
            for at, _, names in os.walk(folder) for name in names}


def fits(text):
    """Plain ASCII, no colour, 80 columns."""
    for line in text.splitlines():
        assert len(line) <= 80, 'too wide: ' + line
        assert all(' ' <= letter <= '~' for letter in line), repr(line)


@case
def readme_shows_hello():
    """What the README promises is what its reader will see."""
    with open(os.path.join(HERE, '../../README.md')) as file:
        readme = file.read()
    shown = readme.split('<!-- demo -->\n```\n')[1].split('\n```\n')[0]
    with open(os.path.join(HERE, 'hello.txt')) as file:
        assert file.read().startswith(shown + '\n'), (
            'README.md is outdated: its block is the beginning of hello.txt')


@case
def hello_as_it_was():
    done = tunlab('run')
    with open(os.path.join(HERE, 'hello.txt')) as file:
        wanted = file.read()
    fits(done.stdout)
    assert done.stdout == wanted, 'not as in hello.txt:\n' + done.stdout
    assert done.stderr == ''
    assert sorted(os.listdir('out/hello')) == [
        'alice.pcapng', 'bob.pcapng', 'events.jsonl', 'scenario.lab',
        'summary.json']


@case
def same_bytes_again():
    tunlab('run', '--out', 'one')
    tunlab('run', '--out', 'two')
    tunlab('run', '--out', 'three', '--seed', '8')
    tunlab('run', 'one/scenario.lab', '--out', 'four')
    one, three = tree('one'), tree('three')
    assert one == tree('two')
    assert one == tree('four')
    for name in one:
        assert one[name] != three[name], name + ' is the same for all seeds'


@case
def inputs_travel_with_the_scenario():
    os.mkdir('data')
    write('data/a.bin', luck(3000))
    write('s.lab', HOSTS + 'link alice bob delay 1ms\n'
          'app bob receive tcp 7777 got\n'
          'app alice send tcp bob:7777 data/a.bin\n')
    tunlab('run', 's.lab', '--out', 'one')
    os.rename('data', 'gone')
    tunlab('run', 'one/scenario.lab', '--out', 'two')
    assert tree('one') == tree('two')
    assert read('two/files/got') == luck(3000)


@case
def json_is_the_summary():
    done = tunlab('run', '--json')
    result = json.loads(done.stdout)
    assert done.stdout == read('out/hello/summary.json').decode()
    assert tunlab('show', 'out/hello', '--json').stdout == done.stdout
    assert result['version'] == 1 and result['scenario'] == 'hello'
    assert [flow['protocol'] for flow in result['flows']] == ['tcp', 'udp']
    assert result['flows'][0]['messages_delivered'] == 20
    assert result['expects'] == [{'expect': 'tcp.delivered == 20',
                                  'held': True}]


@case
def log_and_table_agree():
    result = json.loads(tunlab('run', '--json').stdout)
    events = [json.loads(line)
              for line in read('out/hello/events.jsonl').splitlines()]
    for flow in result['flows']:
        own = [e for e in events if e.get('flow') == flow['flow']]

        def count(name, link=True):
            return sum(e['event'] == name and ('link' in e) == link
                       for e in own)
        assert sum(flow['packets']) == count('sent')
        assert sum(flow['packets_lost']) == count('dropped')
        assert sum(flow['packets_duplicated']) == count('duplicated')
        assert sum(flow['packets_reordered']) == count('reordered')
        assert sum(flow['retransmitted']) == count('retransmitted')
        got = {e['number'] for e in own
               if 'number' in e and e['action'] == 'received'}
        assert flow['messages_delivered'] == len(got)


@case
def help_fits():
    verbs = tunlab()
    fits(verbs.stdout)
    assert tunlab('--help').stdout == verbs.stdout
    assert tunlab('--version').stdout.startswith('tunlab ')
    names = [line.split()[0] for line in verbs.stdout.splitlines()
             if line.startswith('  ')]
    assert 'run' in names and 'show' in names
    page = read(os.path.join(HERE, '../../docs/man/tunlab.1')).decode()
    synopsis = page.split('.Sh SYNOPSIS')[1].split('.Sh')[0]
    for name in names:
        assert '\n.Cm %s\n' % name in synopsis, 'tunlab.1 lacks ' + name
    for name in names:
        lines = tunlab(name, '--help').stdout.splitlines()
        assert all(len(line) <= 80 for line in lines), name
        assert len(lines) <= 24, '%s --help has %d lines' % (name, len(lines))
        assert lines[0].startswith('Usage:')
        assert lines[1].startswith('  tunlab ' + name)
        last = [line for line in lines if line][-1]
        assert last.startswith('  tunlab ' + name), last


@case
def wrong_usage():
    assert "'run'" in tunlab('rn', code=2).stderr
    for words in (['nothing-like-it'], ['run', '--nonsense'],
                  ['run', 'a', 'b'], ['run', '--capture', 'some'],
                  ['run', '--events', 'some'], ['run', '-w', 'bob'],
                  ['run', '-w', 'carol:x'], ['run', '--seed', 'x'],
                  ['run', '--seed', '-1'], ['run', '--set', 'X=1'],
                  ['run', 'nowhere.lab'], ['show'], ['show', 'nowhere'],
                  ['show', 'a', 'b']):
        done = tunlab(*words, code=2)
        assert done.stdout == '', words
        assert done.stderr, words
    assert os.listdir('.') in ([], ['out']), os.listdir('.')
    assert not os.path.exists('out') or os.listdir('out') == []


@case
def wrong_scenario():
    write('s.lab', HOSTS + 'link alice bob dely 1ms\nexpekt tcp.sent == 1\n')
    done = tunlab('run', 's.lab', code=2)
    assert 's.lab:3:16: error: ' in done.stderr, done.stderr
    assert 's.lab:4:1: error: ' in done.stderr
    assert "'delay'" in done.stderr and "'expect'" in done.stderr
    assert os.listdir('.') == ['s.lab']


@case
def failed_expectation():
    write('s.lab', HOSTS + 'link alice bob loss 100%\n'
          'app bob receive udp 7777\n'
          'app alice messages udp bob:7777 count 3 every 1ms\n'
          'expect udp.sent == 3\nexpect udp.delivered == 3\n')
    done = tunlab('run', 's.lab', code=1)
    assert 'met:   expect udp.sent == 3' in done.stdout
    assert 'UNMET: expect udp.delivered == 3' in done.stdout
    assert 'delivered nothing' in done.stdout
    assert os.path.exists('out/s/summary.json')


# req: TCP-ECN-1
@case
def marks_slow_but_lose_nothing():
    took = []
    for rule in ('', 'rule alice>bob match "ip[1] & 3 != 0" every 100 mark\n'):
        write('s.lab', 'host alice 10.0.0.1/24 ecn on\n'
              'host bob 10.0.0.2/24 rcvbuf 64kb\n'
              'link alice bob rate 10mbit delay 20ms\n' + rule
              + 'app bob receive tcp 7777\napp alice send tcp bob:7777 1mb\n'
              'expect tcp.retransmitted == 0 and tcp.packets_lost == 0\n')
        tunlab('run', 's.lab', '--force')
        events = [json.loads(line)
                  for line in read('out/s/events.jsonl').splitlines()[1:]]
        marks = [e for e in events if e['event'] == 'marked']
        assert len(marks) == (7 if rule else 0), len(marks)
        assert all(e['link'] == 'alice>bob' for e in marks)
        took.append(max(e['t'] for e in events))
    assert 2 * took[1] > 3 * took[0], took


@case
def output_refused():
    write('file', 'not a folder')
    done = tunlab('run', '--out', 'file/below', code=3)
    assert done.stdout == '' and 'file/below' in done.stderr
    assert os.listdir('.') == ['file'] and read('file') == b'not a folder'


@case
def other_results_stay():
    tunlab('run', '--out', 'out')
    before = tree('out')
    write('s.lab', HOSTS + 'link alice bob delay 1ms\n')
    done = tunlab('run', 's.lab', '--out', 'out', code=3)
    assert '--force' in done.stderr
    assert tree('out') == before
    tunlab('run', 's.lab', '--out', 'out', '--force')
    assert tree('out') != before
    os.mkdir('mine')
    write('mine/thesis.txt', 'years')
    tunlab('run', '--out', 'mine', '--force', code=3)
    assert tree('mine') == {'thesis.txt': b'years'}
    assert sorted(os.listdir('.')) == ['mine', 'out', 's.lab']


@case
def full_device():
    with open('/dev/full', 'w') as full:
        done = tunlab('run', code=1, stdout=full)
    assert 'No space left' in done.stderr
    done = tunlab('run', '-w', 'bob:/dev/full', '--out', 'kept', code=1)
    assert 'No space left' in done.stderr
    assert not os.path.exists('kept')
    assert os.listdir('.') == ['out']


@case
def full_folder():
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))

    write('s.lab', HOSTS + 'link alice bob delay 1ms\n'
          'app bob receive tcp 7777 got\n'
          'app alice send tcp bob:7777 100kb\n')
    # Ignored, SIGXFSZ leaves the error EFBIG, as ENOSPC would come.
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    done = tunlab('run', 's.lab', '--capture', 'none', '--events', 'none',
                  code=1, preexec_fn=limit, restore_signals=False)
    assert 'EFBIG' in done.stdout
    done = tunlab('run', 's.lab', '--out', 'two', code=1, preexec_fn=limit,
                  restore_signals=False)
    signal.signal(signal.SIGXFSZ, before)
    assert 'nothing was kept' in done.stderr
    assert sorted(os.listdir('.')) == ['out', 's.lab']


@case
def interrupted():
    write('s.lab', HOSTS + 'link alice bob delay 1ms\n'
          'app bob receive udp 7777\n'
          'app alice messages udp bob:7777 count 4000000000 every 1us\n')
    with subprocess.Popen([TUNLAB, 'run', 's.lab', '--events', 'none',
                           '--capture', 'none'],
                          stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        while process.poll() is None and not (os.path.exists('out')
                                              and os.listdir('out')):
            time.sleep(0.01)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)
    assert process.returncode == 130, process.returncode
    assert said == (b'', b'tunlab: interrupted; nothing was kept\n'), said
    assert os.listdir('out') == []


@case
def reader_goes_away():
    reader, writer = os.pipe()
    os.close(reader)
    done = tunlab('run', code=1, stdout=writer)
    os.close(writer)
    assert done.stderr == ''


@case
def files_over_a_stream():
    for size in (0, 1, 100000):
        write('input', luck(size))
        write('s.lab', HOSTS + STORM + 'app bob receive tcp 7777 got\n'
              'app alice send tcp bob:7777 input\n'
              'expect tcp.bytes_delivered == %d and tcp.holes == 0\n' % size)
        done = tunlab('run', 's.lab')
        assert filecmp.cmp('input', 'out/s/files/got', shallow=False)
        assert 'identical' in done.stdout
        fits(done.stdout)


@case
def holes_of_datagrams():
    data = bytes(1 + byte % 255 for byte in luck(100000))
    write('input', data)
    write('s.lab', HOSTS + STORM + 'app bob receive udp 7777 got\n'
          'app alice send udp bob:7777 input\n')
    done = tunlab('run', 's.lab')
    got = read('out/s/files/got')
    flow = json.loads(read('out/s/summary.json'))['flows'][0]
    assert len(got) == len(data)
    zeros, at = [], 0
    while at < len(got):
        start = at
        while at < len(got) and got[at] == 0:
            at += 1
        if at > start:
            zeros.append([start, at])
        at += 1
    assert flow['holes'] == zeros and zeros
    for start, end in zeros:
        data = data[:start] + bytes(end - start) + data[end:]
    assert got == data
    assert '%d-%d' % (zeros[0][0], zeros[0][1] - 1) in done.stdout
    assert 'different' in done.stdout
    fits(done.stdout)


@case
def empty_file_of_datagrams():
    write('input', b'')
    for chain, state in (('delay 1ms', 'identical'), ('loss 100%', 'none')):
        write('s.lab', HOSTS + 'link alice bob %s\n' % chain
              + 'app bob receive udp 7777 got\n'
              'app alice send udp bob:7777 input\n')
        done = tunlab('run', 's.lab')
        assert state in done.stdout
        assert os.path.exists('out/s/files/got') == (state == 'identical')
    assert 'delivered nothing' in done.stdout


@case
def captures_elsewhere():
    done = tunlab('run', '-w', 'bob:-', '-w', 'alice:a.pcapng', text=False)
    assert done.stdout[:4] == b'\x0a\x0d\x0d\x0a'
    assert b'stream (TCP)' in done.stderr
    assert read('a.pcapng') == read('out/hello/alice.pcapng')
    tunlab('run', '--pcap')
    assert read('out/hello/bob.pcap')[:4] == b'\x4d\x3c\xb2\xa1'
    full = len(read('out/hello/bob.pcapng'))
    tunlab('run', '--blind')
    assert b'dropped' not in read('out/hello/alice.pcapng')
    assert len(read('out/hello/bob.pcapng')) <= full


@case
def less_output():
    done = tunlab('run', '--events', 'none', '--capture', 'none')
    assert sorted(os.listdir('out/hello')) == ['scenario.lab', 'summary.json']
    assert 'tshark' not in done.stdout and '|' not in done.stdout
    tunlab('run', '--events', 'flows')
    names = {json.loads(line)['event']
             for line in read('out/hello/events.jsonl').splitlines()}
    assert 'message' in names and 'sent' not in names
    tunlab('show', 'out/hello')


def hello_loss():
    """What happened, and the first repair of a segment that was lost."""
    events = [json.loads(line)
              for line in read('out/hello/events.jsonl').splitlines()]
    lost = {e['packet'] for e in events
            if e['event'] == 'dropped' and e.get('cause') == 'loss'}
    return events, next(e for e in events if e['event'] == 'retransmitted'
                        and e.get('of') in lost)


@case
def show_says_the_same():
    ran = tunlab('run').stdout
    shown = tunlab('show', 'out/hello').stdout
    assert ran.startswith(shown)
    everything = tunlab('show', 'out/hello', '--all').stdout
    fits(everything)
    assert 'more packets' not in everything
    events, again = hello_loss()
    for packet in again['of'], again['packet']:
        assert ' #%d ' % packet in shown
    sent = [e['packet'] for e in events if e['event'] == 'sent']
    for packet in sent:
        assert ' #%d ' % packet in everything
    swapped = tunlab('show', 'out/hello', '--host', 'bob').stdout
    assert 'ms  bob' in swapped and 'ms  alice' in shown
    assert "reaches 'carol'" in tunlab('show', 'out/hello', '--host', 'carol',
                                       code=2).stderr
    for wrong in ('0', '-1', 'x', ''):
        assert '--packet wants' in tunlab('show', 'out/hello', '--packet',
                                          wrong, code=2).stderr
    assert 'no output folder' in tunlab('show', 'out/none', code=2).stderr


@case
def ladder_is_not_clipped():
    write('s.lab', HOSTS + 'link alice bob delay 40ms loss 20%\n'
          'app bob receive tcp 7777\n'
          'app alice messages tcp bob:7777 count 50 every 10ms size 1000\n')
    tunlab('run', 's.lab')
    done = tunlab('show', 'out/s', '--all').stdout
    fits(done)
    steps = [line[12:67].strip() for line in done.splitlines()
             if line[11:12] == '|']
    assert any('again' in step and step.endswith('X loss') for step in steps)
    for step in steps:
        assert (step.startswith(('<', 'loss X'))
                or step.endswith(('>', 'X loss'))), step


@case
def no_packet_no_ladder():
    write('s.lab', HOSTS + 'link alice bob delay 1ms\n')
    assert '\n\n\n' not in tunlab('run', 's.lab').stdout


@case
def life_of_a_packet():
    tunlab('run')
    again = hello_loss()[1]
    life = tunlab('show', 'out/hello', '--packet', str(again['of'])).stdout
    assert 'dropped' in life and 'cause=loss' in life
    assert 'retransmitted' in life
    assert 'packet=%d' % again['packet'] in life
    tunlab('show', 'out/hello', '--packet', '99999', code=2)


@case
def many_flows():
    write('s.lab', HOSTS + 'link alice bob delay 1ms\n'
          'app bob receive udp 7777\n'
          + 'app alice messages udp bob:7777 count 3 every 1ms\n' * 6)
    done = tunlab('run', 's.lab')
    fits(done.stdout)
    lines = done.stdout.splitlines()
    assert sum(line.startswith('udp alice>bob:7777') for line in lines) == 6
    assert any(line.startswith('together ') and '18' in line
               for line in lines)


@case
def flows_without_an_app():
    """As they are when programs of a kernel host began them."""
    tunlab('run')
    result = json.loads(read('out/hello/summary.json'))
    for flow in result['flows']:
        flow['app'] = None
    write('out/hello/summary.json', json.dumps(result))
    shown = tunlab('show', 'out/hello').stdout
    assert 'stream (TCP)' in shown and 'datagrams (UDP)' in shown
    assert ' 32                  20' in shown.split('packets it took')[1]


@case
def errors_in_narrow_columns():
    for count in (1, 2, 3, 4):
        write('s.lab', HOSTS + 'link alice bob delay 1ms\n'
              + ''.join('app alice messages tcp bob:%d count 1 every 1ms\n'
                        % (7777 + number) for number in range(count)))
        done = tunlab('run', 's.lab')
        fits(done.stdout)
        words = next(line for line in done.stdout.splitlines()
                     if line.startswith('failed with')).split()[2:]
        assert words == (['ECONNREFUSED'] * count if count < 4
                         else ['see', 'below'] * count), words
        assert done.stdout.count('ECONNREFUSED.') == count


@case
def kernel_is_played():
    write('s.lab', HOSTS.replace('host bob', 'host bob kernel')
          + 'link alice bob delay 1ms\n')
    assert 'bob is marked' in tunlab('run', 's.lab').stderr


@case
def check_explains():
    write('good.lab', 'let P 1%\n' + HOSTS + 'link alice bob loss $P\n')
    write('bad.lab', HOSTS + 'lnik alice bob\nexpect tcp.snet == 1\n')
    said = tunlab('check', '--set', 'P=7%', 'good.lab')
    assert 'alice>bob loses 7%' in said.stdout and not said.stderr
    assert not tunlab('check', '-q', 'good.lab').stdout
    assert 'no \'let Q\'' in tunlab('check', '--set', 'Q=1', 'good.lab',
                                    code=2).stderr
    said = tunlab('check', 'bad.lab', 'good.lab', 'none.lab', code=2)
    assert 'bad.lab:3:1: error: unknown statement' in said.stderr
    assert 'bad.lab:4:12: error: unknown metric' in said.stderr
    assert 'none.lab: error: there is no file' in said.stderr
    assert 'alice>bob loses 1%' in said.stdout
    tunlab('check', code=2)
    assert sorted(os.listdir()) == ['bad.lab', 'good.lab']


def main():
    good = True
    print('1..%d' % len(CASES), flush=True)
    for number, function in enumerate(CASES, 1):
        name = function.__name__.replace('_', ' ')
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                function()
                print('ok %d - %s' % (number, name), flush=True)
            except Exception:
                good = False
                print('not ok %d - %s' % (number, name), flush=True)
                for line in traceback.format_exc().splitlines():
                    print('#   ' + line, flush=True)
            os.chdir(HERE)
    return 0 if good else 1


if __name__ == '__main__':
    TUNLAB = os.path.abspath(sys.argv[1])
    sys.exit(main())
