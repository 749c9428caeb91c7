# SPDX-License-Identifier: Apache-2.0
"""Runs `sonde capture` beside other programs in the practice network."""

import os
import re
import signal
import subprocess

import capture_file
import support
from support import SONDE

HEAD = 24  # bytes of the smallest file header: from then on the taps are open

# Sends COUNT datagrams of SIZE bytes to a port, in order, numbered.
SEND = """
import socket, sys
address, port, count, size = sys.argv[1], *map(int, sys.argv[2:5])
s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
for i in range(count):
    try:
        s.sendto(b"%08d" % i + bytes(size - 8), (address, port))
    except ConnectionRefusedError:
        s.sendto(b"%08d" % i + bytes(size - 8), (address, port))
"""


class Capture:
    """A `sonde capture` that runs in a node, for `with`: ready inside the block, ended after it."""

    def __init__(self, net, *args, path=None, node="scanner", environment=None, **kwargs):
        self.path = path
        self.status = self.out = self.err = None
        command = [SONDE, "capture", *(["-w", path] if path else []), *args]
        if environment:
            command = ["env", *environment, *command]
        kwargs.setdefault("stdout", subprocess.PIPE)
        kwargs.setdefault("stderr", subprocess.PIPE)
        self.process = net.popen(command, node=node, **kwargs)
        self.ended = False

    def __enter__(self):
        if self.path and not self.path.endswith("fifo"):
            support.until(lambda: self.process.poll() is not None or self.first_file(),
                          "the capture file's begin")
        return self

    def first_file(self):
        """The path of the first file, once it has a head."""
        folder, name = os.path.split(self.path)
        stem = os.path.splitext(name)[0]
        for found in sorted(os.listdir(folder)):
            whole = os.path.join(folder, found)
            if found.startswith(stem) and os.path.getsize(whole) >= HEAD:
                return whole
        return None

    def files(self):
        """All files of a capture with -b, oldest first."""
        folder, name = os.path.split(self.path)
        stem = os.path.splitext(name)[0]
        return [os.path.join(folder, f) for f in sorted(os.listdir(folder))
                if f.startswith(stem + "_")]

    def end(self, number=signal.SIGTERM):
        """Ends it by a signal (None: it ends by itself) and keeps status, out and err."""
        if self.ended:
            return
        self.ended = True
        if number is not None and self.process.poll() is None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=support.TIMEOUT_S)
        self.status = self.process.returncode
        self.out, self.err = ((text or b"").decode() for text in (out, err))

    def __exit__(self, kind, *_):
        if kind and self.process.poll() is None:
            self.process.kill()
        self.end()

    def last_frames(self):
        """The frames of the newest file of a capture with -b that has begun."""
        for path in reversed(self.files()):
            try:
                if os.path.getsize(path) >= HEAD:
                    return capture_file.read(path).frames
            except FileNotFoundError:
                pass  # a ring has removed it since
        return []

    def frames(self):
        """The frames of the one file."""
        return capture_file.read(self.path).frames


def send(net, address, count, size=100, port=9, node="scanner"):
    """Sends datagrams from a node; returns when all have left."""
    done = net.exec_ns(node, ["/usr/bin/python3", "-c", SEND, address, str(port), str(count),
                              str(size)])
    assert done.returncode == 0, done.stderr


def numbers(frames):
    """The numbers of the datagrams of send(), as they came."""
    found = []
    for frame in frames:
        match = re.search(rb"(\d{8})\0{8}", frame.data)
        if match and frame.direction != capture_file.RECEIVED:
            found.append(int(match[1]))
    return found
