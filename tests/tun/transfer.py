#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""transfer.py get|put HOST PORT FILE CC: one HTTP transfer by the kernel's
TCP, whose congestion control is CC. Prints seconds and the body's sha256."""

import hashlib
import socket
import sys
import time


def read_all(stream):
    digest, ahead = hashlib.sha256(), b''
    while b'\r\n\r\n' not in ahead:
        ahead += stream.recv(65536)
    head, body = ahead.split(b'\r\n\r\n', 1)
    length = [int(line.split(b':')[1]) for line in head.split(b'\r\n')
              if line.lower().startswith(b'content-length:')]
    want = length[0] if length else 0
    digest.update(body)
    got = len(body)
    while got < want:
        some = stream.recv(1 << 20)
        if not some:
            sys.exit('the peer ended after %d of %d bytes' % (got, want))
        digest.update(some)
        got += len(some)
    return head.split()[1].decode(), digest.hexdigest()


def main():
    verb, host, port, name, congestion = sys.argv[1:]
    body = b''
    if verb == 'put':
        with open(name, 'rb') as file:
            body = file.read()
    stream = socket.socket()
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION,
                      congestion.encode())
    began = time.monotonic()
    stream.connect((host, int(port)))
    head = '%s /%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n' % (
        {'get': 'GET', 'put': 'PUT'}[verb], name.split('/')[-1], host)
    if verb == 'put':
        head += 'Content-Length: %d\r\n' % len(body)
    stream.sendall(head.encode() + b'\r\n' + body)
    status, digest = read_all(stream)
    took = time.monotonic() - began
    if verb == 'put':
        digest = hashlib.sha256(body).hexdigest()
    print('%.6f %s %s' % (took, status, digest))


main()
