# SPDX-License-Identifier: Apache-2.0
"""What goes wrong beside a scan: it ends, tells the truth or says what it could not do."""

import os
import random
import signal
import subprocess
import time

import pytest

import capture_file
import live
import scan_captures
import support
from support import SONDE, lab

HOST = "192.0.2.20"
SUBNET = """about   a neighbour that is silent but for two ports
target  192.0.2.20

node scanner kernel
    if eth0 192.0.2.10/24

node host kernel
    if eth0 192.0.2.20/24
    listen tcp 22,80
    policy drop
    input iif lo accept
    input tcp dport { 22, 80, 81 } accept

cable scanner:eth0 host:eth0

truth 192.0.2.20
    up arp-response
    tcp 22,80 open syn-ack
    tcp 81 closed reset
    tcp rest filtered no-response
"""


@pytest.fixture(scope="module", name="closed")
def local_closed():
    with lab.Scenario.load("local-closed").up() as net:
        yield net


@pytest.fixture(name="silent")
def silent_neighbour(keep):
    with support.own_scenario(keep, SUBNET).up() as net:
        yield net


def check(net, out, ports):
    """Every port of the one host is there and true."""
    hosts = support.read_report(out)
    assert not support.wrong_verdicts(net.truth, hosts, set(ports))
    assert set(hosts) == {HOST}


def begun(net, keep, *args):
    """A scan with pipes that has sent some probes: (process, path of its record)."""
    record = os.path.join(keep, "scan.pcapng")
    process = net.popen([SONDE, "scan", "-n", "-w", record, *support.UNFOLDED, *args],
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    support.until(lambda: process.poll() is not None or (
        os.path.exists(record) and os.path.getsize(record) and sent(record) > 20),
        "its first probes")
    assert process.poll() is None
    return process, record


def sent(path):
    """How many frames of ours are in the file by now."""
    return sum(f.direction == capture_file.SENT for f in capture_file.read(path).frames)


def end(process):
    out, err = process.communicate(timeout=support.TIMEOUT_S)
    return process.returncode, out, err


def link(net, *words, node="scanner"):
    done = net.exec_ns(node, ["ip", "link", "set", *words])
    assert done.returncode == 0, done.stderr


def test_the_interface_goes_down_and_comes_back(silent, keep):
    """The scan waits for it, says so, and asks again what may have been lost."""
    process, _ = begun(silent, keep, "--max-rate", "200", "-p", "1-300", HOST)
    link(silent, "eth0", "down")
    line = process.stderr.readline()  # that comes with the first frame that could not leave
    link(silent, "eth0", "up")
    status, out, err = end(process)
    assert status == 0 and not err
    assert line == 'sonde: the interface "eth0" is down; the scan waits for it.\n'
    check(silent, out, range(1, 301))


def test_the_interface_is_removed(silent, keep):
    """What is known is printed, the failure said, the file whole."""
    process, record = begun(silent, keep, "--max-rate", "200", "-p", "1-300", HOST)
    link(silent, "eth0", "name", "gone0", node="host")  # the other end: a veth goes with its peer
    silent.exec_ns("host", ["ip", "link", "del", "gone0"])
    status, out, err = end(process)
    assert status != 0 and f"sending to {HOST} failed: No such device" in err
    assert "Not probed" in out and HOST in out
    assert support.tool(SONDE, "read", record).returncode == 0


def test_the_host_gets_another_mac(silent, keep):
    """A neighbour that moved to another card is found again before its silence is believed."""
    process, _ = begun(silent, keep, "--max-rate", "400", "-p", "22,80,81,1000-1099", HOST)
    link(silent, "eth0", "address", "02:00:00:00:77:77", node="host")
    status, out, err = end(process)
    assert status == 0, err
    assert "MAC Address: 02:00:00:00:77:77" in out
    check(silent, out, {22, 80, 81, *range(1000, 1100)})


def test_a_neighbour_that_never_answers(closed):
    done = closed.run([SONDE, "scan", "-n", "-v", "--no-record", "-p", "80", "192.0.2.77"],
                      capture=True, timeout=support.TIMEOUT_S)
    assert done.returncode == 0
    assert "192.0.2.77 [host down, received no-response]" in done.stdout
    assert "Raw packets sent: 3 " in done.stdout


def test_a_router_that_never_answers(closed):
    """Said once however many targets are behind it, and the exit status says so too."""
    done = closed.run(["sh", "-c", 'ip route add 203.0.113.0/24 via 192.0.2.78; "$@"; s=$?; '
                       'ip route del 203.0.113.0/24; exit $s', "-", SONDE, "scan", "-n",
                       "--no-record", "-p", "80", "203.0.113.0/28"], capture=True)
    assert done.returncode not in (0, 3)
    lines = done.stderr.splitlines()
    assert len(lines) == 2 and "does not answer ARP" in lines[0] and lines[1].startswith(
        "sonde: 15 more targets")


@pytest.mark.parametrize("error, when", [("ENOBUFS", "3+4"), ("EAGAIN", "2+2"), ("EINTR", "2+3")])
def test_sending_has_no_room(error, when, closed, keep):
    """A full queue, again and again: nothing is lost by it."""
    log = os.path.join(keep, "strace")
    done = closed.run(["strace", "-E", "ASAN_OPTIONS=detect_leaks=0", "-f", "-o", log, "-e", "trace=sendmmsg", "-e",
                       f"inject=sendmmsg:error={error}:when={when}", SONDE, "scan", "-n",
                       "--no-record", *support.UNFOLDED, "-p", "1-500,8080", HOST], capture=True,
                      timeout=support.TIMEOUT_S)
    assert done.returncode == 0, done.stderr
    with open(log, encoding="ascii", errors="replace") as text:
        assert text.read().count("(INJECTED)") >= 3
    check(closed, done.stdout, {*range(1, 501), 8080})


def test_a_busy_machine(closed):
    """Twice as many busy programs as processors beside the scan."""
    hogs = [subprocess.Popen(["/usr/bin/python3", "-c", "while True: pass"])
            for _ in range(2 * os.cpu_count())]
    try:
        done = closed.run([SONDE, "scan", "-n", "--no-record", *support.UNFOLDED, HOST],
                          capture=True, timeout=support.TIMEOUT_S)
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
    assert done.returncode == 0, done.stderr
    check(closed, done.stdout, set(support.read_report(done.stdout)[HOST].ports))
    assert len(support.read_report(done.stdout)[HOST].ports) == 1000


def test_a_pause_of_the_scan(closed, keep):
    """Stopped and continued in its midst: what the ring kept meanwhile counts."""
    process, _ = begun(closed, keep, "--max-rate", "500", "-p", "1-400", HOST)
    process.send_signal(signal.SIGSTOP)
    support.until(lambda: state_of(process.pid) == "T", "the stop")
    live.send(closed, HOST, 3)  # the world goes on
    process.send_signal(signal.SIGCONT)
    status, out, err = end(process)
    assert status == 0, err
    check(closed, out, range(1, 401))


def round_trips(record):
    """Of each SYN its port, and how long its first answer took in ns, or None."""
    frames = [(f, capture_file.packet(f)) for f in capture_file.read(record).frames]
    came = {}
    for frame, packet in frames:
        if frame.direction == capture_file.RECEIVED and packet.flags in (0x12, 0x14):
            came.setdefault((packet.source_port, packet.ack), frame.time)
    asked = [(f.time, (p.destination_port, (p.sequence + 1) % (1 << 32))) for f, p in frames
             if f.direction == capture_file.SENT and p.flags == 0x02]
    return [(key[0], came[key] - time if key in came else None) for time, key in asked]


@pytest.mark.parametrize("late", ["300ms", "60s"])
def test_answers_that_come_late(late, keep):
    """A fifth of them overtaken by all others, or after the end: no verdict suffers."""
    scenario = support.changed_scenario(
        keep, "rough", "jitter=10ms burst=0.2%/30ms dup=3% reorder=3%/20ms corrupt=0.5%",
        f"<reorder=20%/{late}")
    with scenario.up() as net:
        scan = support.sonde_scan(net, keep, "-p", "1-25,80,443,1000-1099,3000-3099",
                                  *support.UNFOLDED, beside=False)
        truth = net.truth
    assert scan.status == 0, scan.err
    assert not support.wrong_verdicts(truth, scan.hosts, {*range(1, 26), 80, 443,
                                                          *range(1000, 1100), *range(3000, 3100)})
    took = [ns for port, ns in round_trips(scan.record) if port not in range(1000, 1100)]
    if late == "300ms":
        assert [ns for ns in took if ns and ns > 300_000_000], "none was late"
    else:
        assert None in took, "none was late"
    told = scan_captures.derived(scan.record).ports
    assert {port: told[name, kind, port] for name, kind, port in told if kind == "SYN"} == scan.hosts[
        "198.51.100.50"].ports


def state_of(pid):
    """"T" for a process that is stopped."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as text:
        return text.read().rpartition(")")[2].split()[0]


def interrupted_at(net, record, seconds, number):
    """A scan of a host and of an address where nobody is, ended by signal NUMBER after SECONDS."""
    process = net.popen([SONDE, "scan", "-w", record, "--max-rate", "500", "-v60", "-p", "1-400",
                         HOST, "192.0.2.77"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                        text=True)
    try:
        return (process.wait(timeout=seconds), *process.communicate())  # it was quicker
    except subprocess.TimeoutExpired:
        process.send_signal(number)
        return end(process)


def test_ctrl_c_at_random_moments(closed, keep):
    """
    Sixteen scans, each ended at a moment drawn over the whole life of one, from before its first word to
    its last wait: status, words, what is known by then, and a whole file.
    """
    seed = int(os.environ.get("SONDE_SEED") or random.randrange(1 << 32))
    rng = random.Random(seed)
    began = time.monotonic()
    status, whole, _ = interrupted_at(closed, os.path.join(keep, "whole.pcapng"), 60, 0)
    life = time.monotonic() - began
    assert status == 0 and len(support.read_report(whole)[HOST].ports) == 400
    for turn in range(16):
        record = os.path.join(keep, f"{turn}.pcapng")
        number = rng.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
        status, out, err = interrupted_at(closed, record, rng.uniform(0, life), number)
        where = f"SONDE_SEED={seed} turn {turn}: {status} {err} {out[-300:]}"
        if status == -number:  # before the program listened to signals, so before it did anything
            assert not out and not os.path.exists(record), where
            continue
        assert not err and os.path.exists(record), where
        assert support.tool(SONDE, "read", record).returncode == 0, where
        assert "sonde done" in out, where
        assert status == 3 and "topped" in out or status == 0 and "topped" not in out, where
        ports = support.read_report(out).get(HOST, support.Host(HOST, HOST)).ports
        known = {p: v for p, v in ports.items() if v[0] not in ("undecided", "unknown")}
        assert not closed.truth.check(HOST, known), where
        answers = answered(record)
        assert answers <= set(known), f"{where}: {sorted(answers - set(known))} are not told"


def answered(record):
    """The ports of which a SYN/ACK or a reset that answers a SYN is in the file."""
    packets = [capture_file.packet(f) for f in capture_file.read(record).frames
               if f.direction == capture_file.RECEIVED]
    return {p.source_port for p in packets if p.source == HOST and p.flags in (0x12, 0x14)}


def is_ours(packet):
    """Whether a packet to HOST is a SYN or an ARP request, not the kernel's reset or ARP reply."""
    arp = packet.ether_type == capture_file.ETHER_ARP
    return packet.destination == HOST and packet.flags == (1 if arp else 0x02)


def test_no_second_holds_more_than_the_users_rate(closed, keep):
    """
    By the kernel's stamps, wherever the second begins; retries, pings, canaries and our ARP requests
    count. What the kernel sends by itself does not, nor do the two questions to the name server.
    """
    rate = 200
    scan = support.sonde_scan(closed, keep, "-n", "--max-rate", str(rate), "-p", "1-500", beside=False)
    assert scan.status == 0, scan.err
    times = sorted(f.time for f in capture_file.read(scan.record).frames
                   if f.direction == capture_file.SENT and is_ours(capture_file.packet(f)))
    assert len(times) >= 500
    most = max(sum(1 for t in times[i:i + 2 * rate] if t < begin + 1_000_000_000)
               for i, begin in enumerate(times))
    assert most <= rate, f"{most} packets within a second"
