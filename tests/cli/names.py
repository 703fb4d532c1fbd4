#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Addresses and ports explained: names.py TUNLAB. As cli.py."""

import json
import os
import sys

import cli
from cli import case, fits, tunlab

cli.CASES.clear()  # its own are another test


def rows(text):
    """{label: text} of an explanation, and its first line as ''."""
    lines = text.splitlines()
    found = {'': lines[0]}
    for line in lines[1:]:
        if line.startswith('  ') and line[2:13].strip():
            label = line[2:13].strip()
            found[label] = line[13:]
        elif line.startswith(' ' * 13):
            found[label] += ' ' + line[13:]
    return found


@case
def lecture_zero_compression():
    done = tunlab('addr', '0000:0000:0000:0000:004f:12c2:0009:a2d2')
    fits(done.stdout)
    assert done.stdout == '''::4f:12c2:9:a2d2
  typed      0000:0000:0000:0000:004f:12c2:0009:a2d2
  full       0000:0000:0000:0000:004f:12c2:0009:a2d2
  ::         hides hextets 1 to 4, all zero
  kind       reserved (RFC 4291 4): not given out by the IETF
  scope      none: never a destination on a network

  hextet      hex  decimal  bits
  1          0000        0  0000 0000 0000 0000  hidden
  2          0000        0  0000 0000 0000 0000  hidden
  3          0000        0  0000 0000 0000 0000  hidden
  4          0000        0  0000 0000 0000 0000  hidden
  5          004f       79  0000 0000 0100 1111
  6          12c2     4802  0001 0010 1100 0010
  7          0009        9  0000 0000 0000 1001
  8          a2d2    41682  1010 0010 1101 0010
'''


@case
def lecture_mapped():
    done = tunlab('addr', '::ffff:129.89.150.0')
    fits(done.stdout)
    found = rows(done.stdout)
    assert found[''] == '::ffff:129.89.150.0'
    assert found['kind'].startswith('IPv4-mapped (RFC 4291 2.5.5.2)')
    assert found['holds IPv4'].startswith('129.89.150.0 (global unicast)')
    assert '  8          9600    38400  1001 0110 0000 0000  as octets 150.0' \
        in done.stdout
    found = rows(tunlab('addr', '129.89.150.0').stdout)
    assert found['as IPv6'].startswith('::ffff:129.89.150.0 (IPv4-mapped')


@case
def lecture_leading_zeros():
    done = tunlab('addr', '129.89.150.000', code=1)
    assert done.stdout == ''
    fits(done.stderr)
    assert done.stderr == '''\
tunlab: no address: an octet has no leading zeros; some programs read 010 as
        octal 8
  129.89.150.000
             ^~~
'''


@case
def good_ones_among_bad():
    done = tunlab('addr', '1::2::3', '10.0.0.1', '1.2.3', 'fd00::g', code=1)
    assert done.stdout.startswith('\n10.0.0.1\n')
    assert '\n  1::2::3\n      ^~\n' in done.stderr
    assert '\n  1.2.3\n       ^\n' in done.stderr
    assert '\n  fd00::g\n        ^\n' in done.stderr
    assert done.stderr.count('tunlab: no address: ') == 3


@case
def prefixes():
    done = tunlab('addr', '129.89.150.7/20', '2001:db8::1/127', '10.0.0.0/31',
                  '10.0.0.1/32', '0.0.0.0/0', '::/0', 'in', '129.89.150.0/8')
    fits(done.stdout)
    parts = [rows(part) for part in done.stdout.split('\n\n')[::2]]
    assert [part.get('network', '').split(':')[0] for part in parts[:1]] == [
        '129.89.144.0/20']
    assert '  3            150   96  1001 0110  network 4, host 4' \
        in done.stdout
    first = parts[0]
    assert first['first'] == '129.89.144.0'
    assert first['last'] == '129.89.159.255'
    assert first['addresses'] == '4096'
    assert first['broadcast'] == '129.89.159.255, the last one'
    assert first['in'] == '129.0.0.0/8? yes, the first 8 bits agree'
    assert '  addresses  4294967296\n' in done.stdout
    assert '  addresses  2^128\n' in done.stdout
    assert '  broadcast  none: these are two ends of one link' in done.stdout
    assert '  broadcast  none: it is one host alone' in done.stdout
    assert '  in         129.0.0.0/8? no, bit 1 of the first 8 differs' \
        in done.stdout
    assert '  in         129.0.0.0/8? no, it holds IPv4 addresses only' \
        in done.stdout


@case
def zones():
    found = rows(tunlab('addr', 'fe80::1%tun0/64').stdout)
    assert found[''] == 'fe80::1'
    assert found['zone'].startswith('tun0: ')
    done = tunlab('addr', 'fd00::1%tun0', code=1)
    assert '\n  fd00::1%tun0\n         ^\n' in done.stderr
    done = tunlab('addr', 'fe80::1%\x1b[1m')
    assert '\x1b' not in done.stdout + done.stderr


@case
def embedded_addresses():
    for text, inside in (('2002:c000:0204::', '192.0.2.4'),
                         ('64:ff9b::192.0.2.33', '192.0.2.33'),
                         ('2001:0:4136:e378:8000:63bf:3fff:fdd2',
                          '192.0.2.45')):
        found = rows(tunlab('addr', text).stdout)
        assert found['holds IPv4'].startswith(inside + ' (documentation)')


@case
def addresses_for_scripts():
    done = tunlab('addr', '--json', '1:0:0:0:2::/20', '10.1.2.3/8', '256.1.1.1',
                  'fe80::1%tun0', 'in', '10.0.0.0/12', code=1)
    one, two, three, four = json.loads(done.stdout)
    assert one == {
        'text': '1:0:0:0:2::/20', 'valid': True, 'family': 'ipv6',
        'canonical': '1::2:0:0:0',
        'full': '0001:0000:0000:0000:0002:0000:0000:0000',
        'hextets': [1, 0, 0, 0, 2, 0, 0, 0], 'hidden': [2, 4],
        'hidden_as_typed': [6, 8], 'kind': 'reserved',
        'source': 'RFC 4291 4', 'scope': 'none', 'zone': None, 'ipv4': None,
        'prefix': {'length': 20, 'host_bits': 108, 'first': '1::',
                   'last': '1:fff:ffff:ffff:ffff:ffff:ffff:ffff',
                   'broadcast': None},
        'in': False}
    assert two['octets'] == [10, 1, 2, 3] and two['in'] is True
    assert two['mapped'] == '::ffff:10.1.2.3' and two['hidden'] is None
    assert two['prefix']['broadcast'] == '10.255.255.255'
    assert three == {'text': '256.1.1.1', 'valid': False,
                     'rule': 'octet-range', 'offset': 0, 'length': 3,
                     'message': 'an octet is 8 bits, so it is at most 255'}
    assert four['zone'] == 'tun0' and four['in'] is False


@case
def usage_of_addr():
    for words in ([], ['in', '::/0'], ['::1', 'in'], ['::1', 'in', 'x'],
                  ['::1', 'in', '::'], ['::1', 'in', '::/0', '::2'],
                  ['--nonsense', '::1']):
        done = tunlab('addr', *words, code=2)
        assert done.stdout == ''
        assert done.stderr.startswith('tunlab: '), done.stderr


SERVICES = """ssh 22/tcp
http 80/tcp www # the web
domain 53/tcp
domain 53/udp
twice 1000/tcp
twice 50000/udp
evil\x1b[1m 81/tcp
wrong line
"""


@case
def lecture_ports():
    done = tunlab('port', '22', '80', '443', 'http', 'ssh')
    fits(done.stdout)
    assert done.stderr == ''
    parts = [rows(part) for part in done.stdout.split('\n\n')]
    assert [part[''] for part in parts] == [
        '22 ssh', '80 http', '443 https', '80 http', '22 ssh']
    for part in parts:
        assert part['range'].startswith('system, 0 to 1023 (RFC 6335)')
        assert part['commonly'] and part['may bind']
    assert parts[0]['service'].startswith('ssh/tcp')
    assert parts[1]['commonly'].startswith('web pages')


@case
def ports_of_a_file():
    cli.write('services', SERVICES)
    done = tunlab('port', '--services', 'services', 'WWW', '53', 'twice', '81',
                  '0', '7777')
    fits(done.stdout)
    parts = [rows(part) for part in done.stdout.split('\n\n')]
    assert [part[''] for part in parts] == [
        '80 http', '53 domain', '1000 twice', '50000 twice', '81 evil?[1m',
        '0', '7777']
    assert parts[0]['service'] == 'http/tcp (also www)'
    assert parts[1]['service'] == 'domain/tcp, domain/udp'
    assert parts[3]['range'].startswith('dynamic, 49152 to 65535')
    assert parts[6]['range'].startswith('user, 1024 to 49151')
    assert parts[6]['may bind'] == 'everybody'
    # names that this file lacks, but people say
    done = tunlab('port', '--services', 'services', 'dns', 'rdp')
    assert done.stdout.startswith('53 domain\n')
    assert '\n3389\n' in done.stdout
    done = tunlab('port', '--services', 'absent', '80', code=2)
    assert 'absent' in done.stderr and done.stdout == ''


@case
def wrong_ports():
    cli.write('services', SERVICES)
    done = tunlab('port', '--services', 'services', '65536', '22', '0x50',
                  ' 80', '080', '+1', 'domian', 'a_b', '', code=1)
    assert done.stdout.startswith('\n22 ssh\n') or \
        done.stdout.startswith('22 ssh\n')
    fits(done.stderr)
    complaints = [line for line in done.stderr.splitlines()
                  if line.startswith('tunlab: no port: ')]
    assert len(complaints) == 8
    assert 'at most 65535' in complaints[0]
    assert complaints[5].endswith("did you mean 'domain'?")
    assert '\n  a_b\n   ^\n' in done.stderr
    tunlab('port', '--', '-1', code=1)
    for words in ([], ['--nonsense', '1']):
        assert tunlab('port', *words, code=2).stdout == ''


@case
def ports_for_scripts():
    cli.write('services', SERVICES)
    done = tunlab('port', '--json', '--services', 'services', 'www', '0',
                  '65536', 'domian', '50000', code=1)
    one, zero, two, three, four = json.loads(done.stdout)
    assert one.pop('unprivileged_from') in (None, *range(65537))
    assert one == {
        'text': 'www', 'valid': True, 'port': 80, 'range': 'system',
        'services': [{'name': 'http', 'protocol': 'tcp', 'aliases': ['www']}],
        'bundled': False, 'commonly': 'web pages, not encrypted',
        'privileged': True}
    assert zero['privileged'] is False and zero['services'] == []
    assert two == {'text': '65536', 'valid': False, 'rule': 'range',
                   'message': 'a port is 16 bits, so it is at most 65535',
                   'offset': 0, 'length': 5}
    assert three['rule'] == 'unknown'
    assert "'domain'" in three['message']
    assert four['range'] == 'dynamic' and four['privileged'] is False


if __name__ == '__main__':
    cli.TUNLAB = os.path.abspath(sys.argv[1])
    sys.exit(cli.main())
