# SPDX-License-Identifier: Apache-2.0
"""sonde explain when memory runs out, at each place in turn: a whole answer, or a sentence."""

import os
import subprocess

import pytest

import capture_file
import explain_sample
import mutilator
import support

SHIM = os.path.join(support.TOOLS, "memory-out.so")
ENOUGH = 40  # whole answers in a row: the answer has been asked for all its memory


@pytest.fixture(scope="module", name="scan")
def nameless_scan(tmp_path_factory):
    """The sample as a pcap file: names that found no room would be missing on purpose."""
    directory = tmp_path_factory.mktemp("memory")
    explain_sample.write(directory)
    frames = capture_file.read(os.path.join(directory, "scan.pcapng")).frames
    return mutilator.write(os.path.join(directory, "scan.pcap"), frames)


def explain(scan, args, at=None):
    """A run in which the request for memory of the number AT fails; None: none does."""
    environment = {**os.environ, "LC_ALL": "C"}
    if at is not None:
        environment.update(LD_PRELOAD=SHIM, MEMORY_OUT_AT=str(at))
    return subprocess.run([support.SONDE, "explain", scan, *args], env=environment, timeout=60,
                          capture_output=True, text=True, check=False)


@pytest.mark.parametrize("args", [(), ("22",), ("--phases", "--unexpected"), ("--json",),
                                  ("--ladder", "22")], ids=lambda args: " ".join(args) or "brief")
def test_no_half_answer(args, scan):
    with open(support.SONDE, "rb") as program:
        if b"libasan.so" in program.read():
            pytest.skip("AddressSanitizer has its own malloc()")
    whole = explain(scan, args)
    assert whole.returncode == 0 and whole.stdout
    at = in_row = failed = 0
    while in_row < ENOUGH:
        done = explain(scan, args, at)
        assert done.returncode in (0, 1, 2), (at, done.stderr)
        if done.returncode:
            assert done.stderr.startswith("sonde: "), (at, done)
            failed += 1
        else:
            assert done.stdout == whole.stdout, at
        in_row = in_row + 1 if done.returncode == 0 else 0
        at += 1
    assert failed > ENOUGH
