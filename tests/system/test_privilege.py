# SPDX-License-Identifier: Apache-2.0
"""A scan gives up every right before it looks at the first received byte."""

import os
import re
import subprocess

import support
from support import SONDE, lab

CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
DROPPED = re.compile(r"prctl\(PR_SET_NO_NEW_PRIVS, 1|prctl\(PR_SET_NO_NEW_PRIVS, 0x1")
NEEDS_RIGHTS = re.compile(r"socket\((?:AF_PACKET|\w+, SOCK_RAW)|set(?:res|re|fs)?[ug]id\(|setgroups\(|"
                          r"prctl\(PR_CAPBSET_DROP|setsockopt\(\d+, SOL_SOCKET, "
                          r"SO_(?:BINDTODEVICE|RCVBUFFORCE|SNDBUFFORCE|MARK)")


def status(pid):
    """/proc/PID/status as a dict; empty when the process is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as rows:
            return dict(row.rstrip("\n").split(":\t", 1) for row in rows if ":\t" in row)
    except (FileNotFoundError, ProcessLookupError):
        return {}


def is_sonde(pid):
    """Whether the process has become sonde (after ip netns exec and setpriv)."""
    try:
        return os.path.basename(os.readlink(f"/proc/{pid}/exe")) == "sonde"
    except OSError:
        return False


def test_no_right_is_left_while_scanning(keep):
    """Before the first packet is out: all capability sets empty, no_new_privs, not root."""
    with lab.Scenario.load("scanme-2007").up() as net:
        scan = net.popen([SONDE, "scan", "-n", "--max-rate", "300", "-w",
                          os.path.join(keep, "scan.pcapng"), "198.51.100.20"],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert scan.stdout.readline().startswith(b"Starting sonde")  # printed before any packet
        now = status(scan.pid)
        assert is_sonde(scan.pid), "the scan ended too early to be looked at"
        groups = now["Groups"].split()
        threads = os.listdir(f"/proc/{scan.pid}/task")
        scan.terminate()
        scan.communicate(timeout=10)
    assert {name: int(now[name], 16) for name in CAPABILITIES} == dict.fromkeys(CAPABILITIES, 0)
    assert now["NoNewPrivs"] == "1"
    assert "0" not in now["Uid"].split() and "0" not in now["Gid"].split()
    assert groups == [] or "0" not in groups
    assert len(threads) == 1


def system_calls(net, keep, *args):
    """The system calls of a scan, in order, as strace prints them."""
    path = os.path.join(keep, "strace")
    done = net.run(["strace", "-f", "-qq", "-s", "64", "-o", path, SONDE, "scan", "-w",
                    os.path.join(keep, "scan.pcapng"), *args], capture=True)
    assert done.returncode == 0, done.stderr
    with open(path, encoding="utf-8", errors="replace") as rows:
        return [row.split(" ", 1)[1].strip() for row in rows]


def test_rights_are_used_before_the_drop_only_and_bytes_read_after(keep):
    """No raw socket or call that needs rights after the drop; packet sockets are not read before."""
    with lab.Scenario.load("scanme-2007").up() as net:
        calls = system_calls(net, keep, "scanme.lab")
    drop = next(i for i, call in enumerate(calls) if DROPPED.search(call))
    raw = [i for i, call in enumerate(calls) if "AF_PACKET" in call and call.startswith("socket(")
           and "= -1" not in call]
    assert raw and max(raw) < drop
    capset = [i for i, call in enumerate(calls) if call.startswith("capset(") and "= 0" in call]
    assert capset, "capabilities are not dropped by capset"
    settled = max(drop, capset[0])
    for opened in raw:
        number = re.search(r"= (\d+)$", calls[opened])[1]
        for call in calls[opened:settled]:
            if call.startswith(f"close({number})"):
                break
            assert not re.match(rf"(?:recv\w*|read\w*|mmap_read)\({number},", call), call
            assert not call.startswith(("epoll_wait(", "epoll_pwait(", "poll(")), call
    for call in calls[settled + 1:]:
        if call.endswith(("EPERM (Operation not permitted)", "EACCES (Permission denied)")):
            continue  # the drop proves itself: it tries to get a right back and must fail
        assert not NEEDS_RIGHTS.match(call), call


def test_a_scan_needs_at_most_16_megabytes(keep):
    """Peak resident memory of the default scan of scanme-2007."""
    path = os.path.join(keep, "peak")
    with lab.Scenario.load("scanme-2007").up() as net:
        done = net.run([f"{support.TOOLS}/peak", path, SONDE, "scan", "-w",
                        os.path.join(keep, "scan.pcapng"), "@targets"], capture=True)
    assert done.returncode == 0, done.stderr
    with open(path, encoding="ascii") as source:
        peak_kb = int(source.read().split()[3])
    assert peak_kb <= 16 * 1000, f"{peak_kb} KB"
