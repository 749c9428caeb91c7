# SPDX-License-Identifier: Apache-2.0
"""A default scan of every scenario gives every port its true state, for an allowed reason.

SONDE_RUNS=20 repeats each scan (bench/verdicts does so and prints a table).
"""

import os
import re

import pytest

import capture_file
import support
from support import lab

ISB_OS_DROPPED = 7
RUNS = int(os.environ.get("SONDE_RUNS", "1"))

# What is scanned beside the scenario's own target: the second address of the two-family ones.
ALSO = {"tun": ("-6", "2001:db8:51::2"), "loopback": ("-6", "::1")}
CASES = [(name, ()) for name in lab.Scenario.names()] + list(ALSO.items())


def default_ports():
    """The 1,000 ports of a default scan."""
    with open(os.path.join(support.REPO, "data", "tcp-ports.txt"), encoding="ascii") as rows:
        return {int(row) for row in rows if not row.startswith("#")}


def odd_ports(truth):
    """The ports a truth names one by one (not its "rest" and not long ranges)."""
    return {port for host in truth.hosts for ports, _, _ in host.tcp if len(ports) <= 100
            for port in ports}


def told_dropped(scan):
    """How many packets the report says that the kernel dropped."""
    match = re.search(r"the kernel dropped (\d+) captured packets", scan.out)
    return int(match[1]) if match else 0


def recorded_dropped(path):
    """The same by the last interface statistics of the file."""
    counts = [c for number, c in capture_file.read(path).counts if number == 0]
    return int.from_bytes(counts[-1][ISB_OS_DROPPED][0], "little")


def scan_once(net, keep, run, words):
    """A default scan, and one of the truth's odd ports where the default leaves some out."""
    common = default_ports()
    more = odd_ports(net.truth) - common
    scans = [(common, [])] + ([(more, ["-p", lab.ports_format(more)])] if more else [])
    wrong = []
    for number, (ports, args) in enumerate(scans):
        options, targets = (words[:1], words[1:]) if words else (None, None)
        scan = support.sonde_scan(net, keep, *support.UNFOLDED, *args, options=options,
                                  targets=targets, name=f"run{run}-{number}")
        assert scan.status == 0, scan.err
        assert told_dropped(scan) == recorded_dropped(scan.record)
        found = [a for a, host in scan.hosts.items() if host.up]
        expected = words[1:] if words else [
            a for a in net.truth.addresses() if (":" in a) == ("-6" in net.options)]
        assert sorted(found) == sorted(expected)
        wrong += support.wrong_verdicts(net.truth, scan.hosts, ports)
        if not wrong and run < RUNS - 1:
            os.unlink(scan.record)
            os.unlink(scan.beside)
    return wrong


@pytest.mark.parametrize("name, words", CASES, ids=lambda v: v if isinstance(v, str) else
                         "".join(v[:1]) or "default")
def test_every_port_is_told_as_it_is(name, words, keep):
    """States equal the truth and reasons are among the truth's, in each of RUNS scans."""
    with lab.Scenario.load(name).up() as net:
        for run in range(RUNS):
            wrong = scan_once(net, keep, run, words)
            assert not wrong, f"run {run + 1}: {len(wrong)} wrong, first: {wrong[:8]}"
