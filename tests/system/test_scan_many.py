# SPDX-License-Identifier: Apache-2.0
"""Scans of many hosts and many ports: streamed, in bounded memory, with progress and keys."""

import os
import re
import signal
import subprocess

import pytest

import support
from screen import Screen
from support import SONDE, TOOLS, lab

PEAK_MAX_KB = 64 * 1024

# Behind the router: a host that resets 50 times a second, quick ones, and 512 in a /16.
CROWD = support.crowd_behind_a_router(
    "many hosts behind a router, and a slow one", "198.51.100.60", "cable", """    host 198.51.100.60
    echo
    rst-limit 50/s
    tcp 22,80 open
    tcp rest closed
    host 198.51.100.61 to 198.51.100.69
    echo
    tcp 80 open
    tcp rest closed
    host 10.20.64.0 to 10.20.65.255
    echo
    tcp 80 open
    tcp rest closed
""", """truth 198.51.100.60 to 198.51.100.69
    up echo-reply reset
    tcp rest closed reset
""")
ALIVE = {f"10.20.{64 + n // 256}.{n % 256}" for n in range(512)}
SLOW, QUICK = "198.51.100.60", [f"198.51.100.{n}" for n in range(61, 70)]


@pytest.fixture(name="net")
def crowd(keep):
    with support.own_scenario(keep, CROWD, "crowd").up() as network:
        yield network


def run(net, keep, *args, **kwargs):
    """(CompletedProcess, peak of resident memory in KB) of a scan."""
    path = os.path.join(keep, "peak")
    done = net.run([f"{TOOLS}/peak", path, SONDE, "scan", "-n", *args], capture=True,
                   timeout=support.TIMEOUT_S, **kwargs)
    with open(path, encoding="ascii") as source:
        return done, int(source.read().split()[3])


def open_ports(text):
    """{address: open ports} of the hosts that have some."""
    return {address: sorted(port for port, (state, _) in host.ports.items() if state == "open")
            for address, host in support.read_report(text).items() if host.ports}


def undecided_live(text):
    """How many ports of the slow host a report calls undecided."""
    return int(re.search(r"^Not shown: .*?(\d+) undecided tcp ports", text, re.M)[1])


def undecided(record):
    """The same as `sonde explain` tells it, which calls no port of the host filtered."""
    rows = {state: support.tool(SONDE, "explain", record, SLOW, "--state", state).stdout
            for state in ("filtered", "undecided")}
    assert rows["filtered"] == "No port is filtered.\n"
    return len(re.findall(r"^\d+/tcp +undecided", rows["undecided"], re.M))


def test_a_slow_host_holds_up_nobody(net, keep):
    """Quick hosts are printed while the first target is still being asked."""
    done, _ = run(net, keep, "--no-record", "-p", "1-200", SLOW, *QUICK)
    order = re.findall(r"scan report for (\S+)", done.stdout)
    assert done.returncode == 0, done.stderr
    assert sorted(order) == [SLOW, *QUICK] and order[0] != SLOW
    assert open_ports(done.stdout) == {SLOW: [22, 80], **{address: [80] for address in QUICK}}


def test_each_host_is_printed_when_it_is_finished(net, keep):
    """The quick ones are in the pipe while the slow one is under way: Ctrl-C then finds it unfinished."""
    record = os.path.join(keep, "scan.pcapng")
    process = net.popen([SONDE, "scan", "-n", "-w", record, "-p", "1-1000", SLOW, *QUICK],
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seen = []
    while not set(QUICK) <= set(seen):
        line = process.stdout.readline()
        assert line, (seen, process.stderr.read())
        seen += re.findall(r"^sonde scan report for (\S+)", line)
    process.send_signal(signal.SIGINT)
    rest, err = process.communicate(timeout=support.TIMEOUT_S)
    assert process.returncode == 3 and not err, (process.returncode, err)
    assert SLOW not in seen and f"scan report for {SLOW}" in rest
    assert "Stopped early" in rest and "filtered" not in rest, rest
    assert undecided(record) == undecided_live(rest)


def test_the_time_of_a_host_is_limited(net, keep):
    """
    What was found of a slow host is told, and that its time was over; others are complete. No port of
    it is called filtered: its limited resets explain all silence.
    """
    record = os.path.join(keep, "scan.pcapng")
    done, _ = run(net, keep, "-w", record, "--host-timeout", "5s", "-p", "1-1000", SLOW, *QUICK)
    text = done.stdout
    assert done.returncode == 0, done.stderr
    assert text.count("Skipping host") == 1 and f"Skipping host {SLOW} due to host timeout" in text
    assert set(open_ports(text)) == {SLOW, *QUICK}
    assert open_ports(text)[SLOW] == [22, 80]
    assert text.count("Not shown: 999 closed tcp ports (reset)") == len(QUICK)
    assert "undecided tcp ports (not-waited)" in text and "filtered" not in text
    assert undecided(record) == undecided_live(text)


def test_a_16_in_bounded_memory(net, keep):
    done, peak = run(net, keep, "-w", os.path.join(keep, "scan.pcapng"), "--open", "-Pn",
                     "--max-retries", "0", "-p", "80", "10.20.0.0/16")
    assert done.returncode == 0, done.stderr
    assert open_ports(done.stdout) == {address: [80] for address in ALIVE}
    assert "65536 IP addresses (65536 hosts up)" in done.stdout
    assert peak <= PEAK_MAX_KB


def test_a_network_that_is_mostly_dead(net, keep):
    """Thousands are looked for at once: no group waits for another's silence."""
    done, _ = run(net, keep, "--no-record", "-sn", "-PE", "10.20.64.0/20")
    assert done.returncode == 0, done.stderr
    up = {a for a, host in support.read_report(done.stdout).items() if host.up}
    assert up == ALIVE
    assert "4096 IP addresses (512 hosts up)" in done.stdout


def test_all_ports_in_bounded_memory(keep):
    with lab.Scenario.load("local-closed").up() as net:
        done, peak = run(net, keep, "-w", os.path.join(keep, "scan.pcapng"), "-p-", *net.targets)
    assert done.returncode == 0, done.stderr
    assert "Not shown: 65530 closed tcp ports (reset)" in done.stdout
    assert peak <= PEAK_MAX_KB


def test_progress_on_request(net, keep):
    """--stats-every speaks on standard error, terminal or not, and nothing else does."""
    done, _ = run(net, keep, "--no-record", "--stats-every", "100ms", "-p", "1-150", SLOW)
    lines = done.stderr.split("\n")
    stats = [line for line in lines if re.fullmatch(
        r"Stats: 0:00:\d\d elapsed; 0 hosts completed \(0 up\), [01] undergoing SYN Stealth Scan",
        line)]
    shares = [float(x) for x in re.findall(r"^SYN Stealth Scan Timing: About ([\d.]+)% done",
                                           done.stderr, re.M)]
    assert done.returncode == 0 and len(stats) >= 5
    assert shares == sorted(shares) and all(0 <= share <= 100 for share in shares)
    assert re.search(r"; ETC: \d\d:\d\d \(0:00:\d\d remaining\)$", done.stderr, re.M)
    assert "Stats" not in done.stdout and "\033" not in done.stderr + done.stdout


def test_keys(net, keep):
    """The keys people know, suspended and continued, and a whole terminal after it all."""
    with Screen(net, keep, 100, 90) as screen:  # the report may list 25 ports of each state
        screen.type(f"clear; {SONDE} scan -n --no-record -p 1-1000 {SLOW}")
        screen.wait(lambda text: re.search(r"0 of 1 hosts done, 0 up, \d+ probes sent", text),
                    "the line in place")
        screen.tmux("send-keys", " ")
        screen.wait("undergoing SYN Stealth Scan")
        screen.tmux("send-keys", "v")
        screen.wait("Verbosity Increased to 1.")
        screen.tmux("send-keys", "d")
        screen.wait("Debugging Increased to 1.")
        screen.tmux("send-keys", "Enter")
        screen.wait("a second; our queue was full 0 times")
        screen.tmux("send-keys", "?")
        screen.wait("any other key: how far the scan is")
        screen.tmux("send-keys", "C-z")
        screen.wait("Stopped")
        screen.is_usable()
        screen.type("clear; fg")
        screen.wait("hosts done")
        screen.tmux("send-keys", "V")
        screen.wait("Verbosity Decreased to 0.")
        screen.tmux("send-keys", "p")
        screen.wait("Packet Tracing enabled.")
        screen.wait("RCVD (")
        screen.tmux("send-keys", "P")
        screen.wait("Packet Tracing disabled.")
        screen.tmux("send-keys", "C-c")
        text = screen.wait("Stopped early")
        assert "hosts done," not in text[text.rindex("scan report for"):]
        screen.is_usable()


def test_a_scan_in_the_background_takes_no_keys(net, keep):
    with Screen(net, keep, 100, 30) as screen:
        out = os.path.join(keep, "out")
        screen.type(f"clear; {SONDE} scan -n --no-record -p 1-1000 {SLOW} >{out} 2>&1 &")
        support.until(lambda: os.path.exists(out) and os.path.getsize(out), "its first line")
        screen.type("clear")
        screen.is_usable()
        screen.type("clear; kill %1; wait; echo en''ded")
        screen.wait("ended")
        screen.is_usable()
    with open(out, encoding="utf-8") as text:
        assert "Stopped early" in text.read()
