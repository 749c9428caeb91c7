# SPDX-License-Identifier: Apache-2.0
"""sonde capture where something goes wrong: it ends when told, and says what is missing."""

import os
import signal

import pytest

import live
import support
from support import lab

HOST = "192.0.2.20"


@pytest.fixture(scope="module")
def net():
    with lab.Scenario.load("local-closed").up() as made:
        yield made


def taps(net):
    """How many packet sockets the scanner's namespace has."""
    return len(net.exec_ns("scanner", ["cat", "/proc/net/packet"]).stdout.splitlines()) - 1


def test_a_fifo_without_a_reader_can_be_left(net, keep):
    """Opening it waits for a reader, and for ever when none comes."""
    path = os.path.join(keep, "fifo")
    os.mkfifo(path)
    with live.Capture(net, "-i", "eth0", "-q", path=path) as capture:
        support.until(lambda: taps(net) == 1, "the tap")
        capture.end(signal.SIGINT)
    assert capture.status != 0
