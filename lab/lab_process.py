# SPDX-License-Identifier: Apache-2.0
"""Starts the lab's helpers and waits until they say that they are ready."""

import os
import select
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
READY_S = 10


class LabError(Exception):
    """One sentence about what could not be built."""


def program(name):
    """The path of one of the lab's C programs."""
    places = [os.environ.get("SONDE_BUILD", ""), os.path.join(HERE, "..", "build")]
    for place in filter(None, places):
        for path in (os.path.join(place, "lab", name), os.path.join(place, name)):
            if os.access(path, os.X_OK):
                return os.path.abspath(path)
    raise LabError(f'The lab\'s program "{name}" is not built; run meson setup build && '
                   "ninja -C build, or set SONDE_BUILD.")


def read_line(process, stream, wanted, what):
    """Waits until STREAM of PROCESS has a line with WANTED; returns that line."""
    deadline = time.monotonic() + READY_S
    text = b""
    while time.monotonic() < deadline:
        if select.select([stream], [], [], max(0.0, deadline - time.monotonic()))[0]:
            piece = os.read(stream.fileno(), 65536)
            text += piece
            lines = text.split(b"\n")
            for line in lines[:-1]:
                if wanted in line:
                    return line.decode("utf-8", "replace")
            if not piece:
                break
    process.kill()
    process.wait()
    extra = process.stderr.read() if process.stderr and process.stderr is not stream else b""
    said = (text + extra).decode("utf-8", "replace").strip().replace("\n", "; ")
    raise LabError(f"{what} did not get ready: {said or 'it said nothing'}.")


def batch(*jobs):
    """Runs commands, each with an input text, at the same time; one failing fails all."""
    running = []
    for command, text in jobs:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)
        process.stdin.write(text.encode())
        process.stdin.close()
        process.stdin = None
        running.append((process, command, text))
    failed = None
    for process, command, text in running:
        out = process.communicate()[0].decode("utf-8", "replace").strip()
        if process.returncode and not failed:
            failed = f"{' '.join(command)} failed: {out} (input: {text.strip()!r})"
    if failed:
        raise LabError(failed)
