# SPDX-License-Identifier: Apache-2.0
"""sonde capture: everything that passes, in whole files, until it is told to stop."""

import collections
import json
import os
import re
import signal
import struct
import subprocess

import pytest

import capture_file
import live
import support
from support import SONDE, lab

NAMES = lab.Scenario.names()
PAIR = "local-closed"
HOST = "192.0.2.20"
SHB_COMMENT, IF_NAME, IF_FILTER, ISB_OSDROP, ISB_RECEIVED = 1, 2, 11, 7, 4
KILLS = 20


def multiset(frames):
    """Frame bytes with how often each came."""
    return collections.Counter(f.data for f in frames)


def count_of(options, code):
    """A 64-bit count of an interface statistics block."""
    return struct.unpack("<Q", options[code][0])[0]


# Nothing missing, nothing more


@pytest.mark.parametrize("name", NAMES)
def test_same_frames_as_tcpdump(name, keep):
    """Byte for byte, in every scenario, and tshark opens the file without a word."""
    path, beside = os.path.join(keep, "own.pcapng"), os.path.join(keep, "beside.pcap")
    with lab.Scenario.load(name).up() as net:
        first = net.scanner_interfaces()[0]
        with live.Capture(net, "-i", first, "-q", path=path) as capture:
            done = net.run([SONDE, "scan", "-n", "--no-record", "-p", "1-60", *net.options,
                            *net.targets], capture=True, tcpdump=beside)
            assert done.returncode == 0, done.stderr
            theirs = capture_file.read(beside).frames
            support.until(lambda: len(capture.frames()) >= len(theirs), "the last frame")
    assert capture.status == 0, capture.err
    file = capture_file.read(path)
    missing = multiset(theirs) - multiset(file.frames)
    assert not missing, f"{sum(missing.values())} frames are missing"
    assert file.cut == 0
    assert file.interfaces[0][IF_NAME] == [first.encode()]
    assert all(count_of(options, ISB_OSDROP) == 0 for _, options in file.counts)
    opened = support.tool("tshark", "-r", path, "-n")
    assert opened.stderr.replace("Running as user \"root\" and group \"root\". "
                                 "This could be dangerous.\n", "") == ""
    assert len(opened.stdout.splitlines()) == len(file.frames)


def test_any_takes_all_interfaces(keep):
    path = os.path.join(keep, "any.pcapng")
    with lab.Scenario.load("scanme-2007").up() as net:
        with live.Capture(net, "-i", "any", "-q", path=path) as capture:
            live.send(net, "127.0.0.1", 3)
            live.send(net, "198.51.100.20", 3)
            support.until(lambda: len(live.numbers(capture.frames())) >= 6, "the datagrams")
    file = capture_file.read(path)
    names = {file.interfaces[f.interface][IF_NAME][0] for f in file.frames
             if b"00000002" in f.data}
    assert names == {b"lo", b"eth0"}


def test_several_interfaces(keep):
    path = os.path.join(keep, "two.pcapng")
    with lab.Scenario.load("scanme-2007").up() as net:
        with live.Capture(net, "-i", "lo", "-i", "2", "-q", path=path) as capture:
            live.send(net, "127.0.0.1", 3)
            live.send(net, "198.51.100.20", 3)
            support.until(lambda: len(live.numbers(capture.frames())) >= 6, "the datagrams")
    assert [i[IF_NAME][0] for i in capture_file.read(path).interfaces] == [b"lo", b"eth0"]


def test_pcap_on_request(keep):
    path = os.path.join(keep, "own.pcap")
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-F", "pcap", "-q", "udp", path=path) as capture:
            live.send(net, HOST, 20)
            support.until(lambda: len(live.numbers(capture.frames())) == 20, "the datagrams")
    assert live.numbers(capture_file.read(path).frames) == list(range(20))
    assert "pcap" in support.tool("capinfos", "-t", path).stdout


# Filters


def test_a_filter_is_the_kernels(keep):
    path = os.path.join(keep, "own.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-q", "udp", "port", "77", path=path) as capture:
            live.send(net, HOST, 5, port=78)
            live.send(net, HOST, 5, port=77)
            support.until(lambda: len(live.numbers(capture.frames())) >= 5, "the datagrams")
    file = capture_file.read(path)
    assert len(file.frames) == 5
    assert file.interfaces[0][IF_FILTER] == [b"\0udp port 77"]
    assert count_of(file.counts[-1][1], ISB_RECEIVED) == 5


def test_direction(keep):
    with lab.Scenario.load(PAIR).up() as net:
        for direction, sent in (("out", True), ("in", False)):
            path = os.path.join(keep, f"{direction}.pcapng")
            with live.Capture(net, "-i", "eth0", "-Q", direction, "-q", "udp or icmp",
                              path=path) as capture:
                live.send(net, HOST, 1, port=80)
                support.until(lambda: capture.frames(), "a frame")
            wanted = capture_file.SENT if sent else capture_file.RECEIVED
            assert {f.direction for f in capture.frames()} == {wanted}


def test_snap_length_keeps_the_length_on_the_wire(keep):
    path = os.path.join(keep, "own.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-s", "60", "-q", "udp", path=path) as capture:
            live.send(net, HOST, 2, size=1000)
            support.until(lambda: len(capture.frames()) >= 2, "the datagrams")
    assert {(len(f.data), f.wire) for f in capture.frames()} == {(60, 1042)}


def test_the_own_ssh_session_is_left_out(keep):
    path = os.path.join(keep, "own.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        ssh = f"SSH_CONNECTION={HOST} 2222 192.0.2.10 22"
        with live.Capture(net, "-i", "eth0", path=path, environment=[ssh]) as capture:
            live.send(net, HOST, 1, port=78)
            support.until(lambda: live.numbers(capture.frames()), "the datagram")
        assert "SSH session is left out" in capture.err
        own = f"not (tcp and host {HOST} and port 2222 and host 192.0.2.10 and port 22)"
        assert capture_file.read(path).interfaces[0][IF_FILTER] == [b"\0" + own.encode()]
        program = net.run(["env", ssh, SONDE, "capture", "-i", "eth0", "-d", "udp"],
                          capture=True).stdout
        theirs = net.run(["tcpdump", "-i", "eth0", "-d", f"{own} and (udp)"], capture=True).stdout
        assert program == theirs
        kept = net.run(["env", ssh, SONDE, "capture", "-i", "eth0", "--keep-ssh", "-d", "udp"],
                       capture=True).stdout
        assert kept == net.run(["tcpdump", "-i", "eth0", "-d", "udp"], capture=True).stdout


# Stopping


@pytest.mark.parametrize("args, frames", [
    (["-c", "7"], 7),
    (["-a", "packets:9"], 9),
    (["-a", "packets:9", "-c", "7"], 7),
    (["--stop-when", "udp.dstport == 9 && frame.number >= 5"], 5),
    (["-a", "filesize:2"], None),
    (["-a", "duration:0.3"], None),
])
def test_stops_by_itself(args, frames, keep):
    path = os.path.join(keep, "own.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-q", *args, "udp", path=path) as capture:
            live.send(net, HOST, 40)
            capture.end(None)
    assert capture.status == 0, capture.err
    if frames:
        assert live.numbers(capture.frames()) == list(range(frames))
    if "filesize:2" in args:
        size = os.path.getsize(path)
        last = max(f.wire for f in capture.frames()) + 200
        assert 2000 <= size <= 2000 + 2 * last


@pytest.mark.parametrize("rule, files, keep_files", [
    (["-b", "packets:10"], 4, None),
    (["-b", "packets:10", "-b", "files:2"], 2, 2),
    (["-b", "filesize:2"], None, None),
    (["-b", "packets:10", "-a", "files:2"], 2, None),
    (["-b", "interval:3600"], 1, None),
])
def test_several_files_hold_everything_once(rule, files, keep_files, keep):
    """In order, none twice, none lost but what a ring or -a files says; names as dumpcap's."""
    path = os.path.join(keep, "ring.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-q", *rule, "udp", path=path) as capture:
            live.send(net, HOST, 40)
            if "files:2" not in rule or keep_files:
                support.until(lambda: 39 in live.numbers(capture.last_frames()),
                              "the last datagram")
            else:
                capture.end(None)
    assert capture.status == 0, capture.err
    names = [os.path.basename(f) for f in capture.files()]
    assert all(re.fullmatch(r"ring_\d{5}_\d{14}\.pcapng", n) for n in names), names
    seen = [live.numbers(capture_file.read(f).frames) for f in capture.files()]
    together = [n for part in seen for n in part]
    if files:
        assert len(names) == files
    if keep_files:
        assert together == list(range(20, 40)) and names[0].startswith("ring_00003_")
    elif "files:2" in rule:
        assert together == list(range(20))
    else:
        assert together == list(range(40))
    for one in capture.files():
        assert capture_file.read(one).counts and support.tool("capinfos", one).returncode == 0


def test_new_files_after_the_rights_are_gone(keep):
    """The process that parses runs as nobody without capabilities, and files still come."""
    os.chmod(keep, 0o700)
    path = os.path.join(keep, "ring.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-q", "-b", "packets:5", "udp", path=path) as capture:
            status = support.until(lambda: parser_status(capture.process.pid), "the parser")
            assert re.search(r"^CapEff:\t0+$", status, re.M), status
            assert re.search(r"^CapPrm:\t0+$", status, re.M)
            assert re.search(r"^NoNewPrivs:\t1$", status, re.M)
            assert re.search(r"^Uid:\t65534\t", status, re.M)
            live.send(net, HOST, 20)
            support.until(lambda: len(capture.files()) == 4, "the fourth file")


def descendants(pid):
    """The process and all below it."""
    found = [pid]
    for path in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{path}/children", encoding="ascii") as children:
            for child in children.read().split():
                found += descendants(int(child))
    return found


def parser_status(pid):
    """/proc/PID/status of the sonde process that has given up its user."""
    for one in descendants(pid):
        with open(f"/proc/{one}/status", encoding="ascii") as status:
            text = status.read()
        if text.startswith("Name:\tsonde\n") and "Uid:\t65534" in text:
            return text
    return None


# Losses


def test_counts_what_the_kernel_dropped(keep):
    """A small buffer and large frames: received and dropped add up to what was sent."""
    path, sent = os.path.join(keep, "own.pcapng"), 6000
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-B", "1", "--status", "json", "udp",
                          path=path) as capture:
            sonde = next(p for p in descendants(capture.process.pid)
                         if open(f"/proc/{p}/comm", encoding="ascii").read() == "sonde\n")
            os.kill(sonde, signal.SIGSTOP)
            live.send(net, HOST, sent, size=1400)
            os.kill(sonde, signal.SIGCONT)
    file = capture_file.read(path)
    received = count_of(file.counts[-1][1], ISB_RECEIVED)
    dropped = count_of(file.counts[-1][1], ISB_OSDROP)
    assert received == sent and dropped > 0
    assert len(file.frames) == sent - dropped
    last = json.loads([x for x in capture.err.splitlines() if x.startswith("{")][-1])
    assert (last["dropped"], last["packets"]) == (dropped, sent - dropped)
    assert f"{dropped} dropped by the kernel" in capture.err
    assert "larger buffer" in capture.err


def test_a_full_disk_leaves_a_whole_file(keep):
    disk = os.path.join(keep, "disk")
    os.mkdir(disk)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=True)
    try:
        path = os.path.join(disk, "own.pcapng")
        with lab.Scenario.load(PAIR).up() as net:
            with live.Capture(net, "-i", "eth0", "-q", "udp", path=path) as capture:
                live.send(net, HOST, 200, size=1000)
                capture.end(None)
        assert capture.status == 1
        assert "No space left" in capture.err and path in capture.err
        file = capture_file.read(path)
        assert file.cut == 0
        assert live.numbers(file.frames) == list(range(len(file.frames))) and file.frames
    finally:
        subprocess.run(["umount", disk], check=True)


def test_an_interface_that_goes_away(keep):
    path = os.path.join(keep, "own.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        net.exec_ns("scanner", ["ip", "link", "add", "gone0", "type", "veth", "peer", "gone1"])
        for name in ("gone0", "gone1"):
            net.exec_ns("scanner", ["ip", "link", "set", name, "up"])
        with live.Capture(net, "-i", "gone0", "-q", path=path) as capture:
            net.exec_ns("scanner", ["ip", "link", "del", "gone0"])
            capture.end(None)
    assert capture.status == 1
    assert "\"gone0\" was removed" in capture.err
    assert capture_file.read(path).cut == 0


def test_an_interface_that_comes_back(keep):
    path = os.path.join(keep, "own.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-q", "udp", path=path) as capture:
            live.send(net, HOST, 3)
            support.until(lambda: len(live.numbers(capture.frames())) == 3, "the first ones")
            for state in ("down", "up"):
                net.exec_ns("scanner", ["ip", "link", "set", "eth0", state])
            support.until(lambda: "state UP" in net.exec_ns(
                "scanner", ["ip", "link", "show", "eth0"]).stdout, "the carrier")
            live.send(net, HOST, 3)
            support.until(lambda: len(live.numbers(capture.frames())) >= 6, "the others")
    assert capture.status == 0, capture.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_everything(number, keep):
    path = os.path.join(keep, "own.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-q", "udp", path=path) as capture:
            live.send(net, HOST, 50)
            capture.end(number)  # at once: the last block is still the kernel's
    assert capture.status == 0, capture.err
    assert live.numbers(capture.frames()) == list(range(50))
    assert "50 packets captured, 0 dropped" in capture.err


def test_kill_leaves_a_readable_file(keep):
    """At any moment; and what had been captured 250 ms before is in it."""
    import random
    import time
    rng = random.Random(4)
    with lab.Scenario.load(PAIR).up() as net:
        for turn in range(KILLS):
            path = os.path.join(keep, f"kill-{turn}.pcapng")
            with live.Capture(net, "-i", "eth0", "-q", "udp", path=path) as capture:
                sender = net.popen(["/usr/bin/python3", "-c", live.SEND, HOST, "9", "100000", "60"])
                support.until(lambda: capture.frames(), "a frame")
                time.sleep(rng.random() * 0.3)
                killed_at = time.time_ns()
                for one in descendants(capture.process.pid)[::-1]:
                    os.kill(one, signal.SIGKILL)
                capture.end(None)
                sender.kill()
                sender.wait()
            file = capture_file.read(path)
            assert live.numbers(file.frames) == list(range(len(file.frames)))
            whole = os.path.join(keep, "whole.pcapng")
            fixed = support.tool(SONDE, "read", "--repair", "-w", whole, path)
            assert fixed.returncode in (0, 1) and capture_file.read(whole).cut == 0
            assert len(capture_file.read(whole).frames) == len(file.frames)
            # A stopped machine may be late itself; that much is allowed on top of the promise.
            assert killed_at - file.frames[-1].time < 2_000_000_000


# What is shown


def test_lists_live_as_read_lists_the_file(keep):
    path = os.path.join(keep, "own.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-P", "-c", "40", path=path) as capture:
            net.run([SONDE, "scan", "-n", "--no-record", "-p", "1-60", HOST], capture=True)
            capture.end(None)
    read = support.tool(SONDE, "read", path)
    assert capture.out == read.stdout and len(capture.out.splitlines()) == 40


def test_lists_what_passes_and_writes_everything(keep):
    path = os.path.join(keep, "own.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-Y", "udp.dstport == 77 && !icmp",
                          path=path) as capture:
            live.send(net, HOST, 4, port=77)
            live.send(net, HOST, 4, port=78)
            support.until(lambda: len(live.numbers(capture.frames())) >= 8, "the datagrams")
    assert len(capture.out.splitlines()) == 4 and "77" in capture.out


def test_a_filter_that_costs_too_much_is_told(keep):
    """A packet for which the filter gave up is not passed over in silence."""
    dear = r'data matches "^[0-9]+(\x00|\x00\x00)+[0-9]$"'
    path = os.path.join(keep, "own.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-c", "2", "-P", "-q", "-Y", dear, "--stop-when", dear,
                          "udp", path=path) as capture:
            live.send(net, HOST, 2, size=1000)
            capture.end(None)
    assert capture.status == 0 and not capture.out
    assert "sonde: The filter cost too much for 2 packets:" in capture.err
    assert "sonde: --stop-when cost too much for 2 packets:" in capture.err


def test_without_a_file_packets_are_listed(keep):
    with lab.Scenario.load(PAIR).up() as net:
        capture = live.Capture(net, "-i", "eth0", "-c", "3", "udp port 9")
        with capture:
            support.until(lambda: capture.process.poll() is not None or live.send(net, HOST, 1),
                          "the third packet")
            capture.end(None)
    assert capture.status == 0 and len(capture.out.splitlines()) == 3


def test_names_on_request(keep):
    """As sonde read shows them."""
    path = os.path.join(keep, "own.pcapng")
    with lab.Scenario.load(PAIR).up() as net:
        with live.Capture(net, "-i", "eth0", "-P", "-N", "nt", "-c", "1", "udp and dst port 13",
                          path=path) as capture:
            live.send(net, HOST, 1, port=13)
            capture.end(None)
        read = net.run([SONDE, "read", "-N", "nt", path], capture=True)
    assert capture.out == read.stdout and "→ daytime(13) Len=100" in capture.out


def test_percentages_add_up_and_agree_with_the_file(keep):
    path = os.path.join(keep, "own.pcapng")
    with lab.Scenario.load("scanme-2007").up() as net:
        with live.Capture(net, "-i", "eth0", "--status", "json", path=path) as capture:
            net.run([SONDE, "scan", "--no-record", "-p", "1-300", *net.targets], capture=True)
    last = json.loads([x for x in capture.err.splitlines() if x.startswith("{")][-1])
    file = capture_file.read(path)
    assert last["packets"] == len(file.frames) == sum(last["kinds"].values())
    assert last["bytes"] == sum(f.wire for f in file.frames)
    phs = support.tool(SONDE, "read", "-q", "-z", "io,phs", path).stdout
    for kind, words in (("TCP", "tcp"), ("ARP", "arp"), ("UDP", "udp"), ("ICMP", "icmp")):
        found = re.search(rf"^ +{words} +frames:(\d+) ", phs, re.M)
        assert last["kinds"].get(kind, 0) == (int(found[1]) if found else 0), kind
    syn = support.tool("tshark", "-r", path, "-n", "-Y", "tcp.flags.syn == 1 && tcp.flags.ack == 0")
    assert last["scan"]["syn"] == len(syn.stdout.splitlines())


def test_devices_are_listed():
    with lab.Scenario.load("scanme-2007").up() as net:
        out = net.run([SONDE, "capture", "-D"], capture=True).stdout
    rows = {line.split()[1]: line for line in out.splitlines()[1:]}
    assert set(rows) == {"lo", "eth0"}
    assert "192.0.2.10/24" in rows["eth0"] and " up " in rows["eth0"]


# Wrong input


WRONG = {
    "interface": (["-i", "eth9"], "eth9"),
    "any and another": (["-i", "any", "-i", "lo"], "any"),
    "another and any": (["-i", "lo", "-i", "any"], "any"),
    "size of no file": (["-i", "lo", "-a", "filesize:1"], "-w"),
    "size of several": (["-i", "lo", "-w", "/tmp/x", "-a", "filesize:1", "-b", "packets:5"],
                        "-b filesize"),
    "filter": (["-i", "lo", "tcp prt 80"], "prt"),
    "filter twice": (["-i", "lo", "-f", "tcp", "udp"], "two filters"),
    "display filter": (["-i", "lo", "-Y", "tcp.nosuch"], "tcp.nosuch"),
    "stop filter": (["-i", "lo", "--stop-when", "ip.addr =="], "end of filter"),
    "direction": (["-i", "lo", "-Q", "left"], "left"),
    "rule": (["-i", "lo", "-a", "size:3"], "size:3"),
    "rule value": (["-i", "lo", "-a", "packets:0"], "packets:0"),
    "rule for several files": (["-i", "lo", "-w", "/tmp/x", "-a", "interval:3"], "interval"),
    "ring without a file": (["-i", "lo", "-b", "packets:3"], "-w"),
    "ring without an end": (["-i", "lo", "-w", "/tmp/x", "-b", "files:3"], "files"),
    "format": (["-i", "lo", "-w", "/tmp/x", "-F", "snoop"], "snoop"),
    "pcap of any": (["-i", "any", "-w", "/tmp/x", "-F", "pcap"], "pcap"),
    "comment in pcap": (["-i", "lo", "-w", "/tmp/x", "-F", "pcap", "--comment", "x"], "comment"),
    "status": (["-i", "lo", "--status", "loud"], "loud"),
    "directory": (["-i", "lo", "-w", "/tmp"], "/tmp"),
    "no such folder": (["-i", "lo", "-w", "/nowhere/x"], "/nowhere/x"),
    "time": (["-i", "lo", "-t", "q"], "\"q\""),
    "names": (["-i", "lo", "-N", "x"], "x"),
    "snap length": (["-i", "lo", "-s", "300000"], "300000"),
    "program of no filter": (["-i", "lo", "-d"], "-d"),
}


@pytest.fixture(scope="module")
def quiet_net():
    with lab.Scenario.load("loopback").up() as net:
        yield net


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_one_sentence(case, quiet_net):
    args, piece = WRONG[case]
    done = quiet_net.run([SONDE, "capture", *args], capture=True, timeout=20)
    lines = done.stderr.splitlines()
    assert done.returncode == 2 and done.stdout == "", done.stderr
    assert lines[0].startswith("sonde: ") and lines[0][-1] in ".?!", lines
    assert any(piece in line for line in lines), lines
    assert len(lines) == 1 or (len(lines) == 3 and "^" in lines[2]), lines


@pytest.mark.parametrize("text, place", [
    ("tcp prt 80", "prt"), ("tcp and and udp", "and"), ("port foo", "foo"),
    ("host 1.2.3.300", "1.2.3.300"), ("(tcp", ""), ("tcp port", ""), ("ip[0 = 3", "="),
    ("port 99999", "99999"), ("tcp[tcpflags] & tcp-sin != 0", "tcp-sin"),
])
def test_a_filter_error_points_at_the_place(text, place, quiet_net):
    done = quiet_net.run([SONDE, "capture", "-i", "lo", "-f", text], capture=True, timeout=20)
    sentence, shown, mark = done.stderr.splitlines()
    start, length = mark.index("^"), len(mark) - mark.index("^")
    assert done.returncode == 2 and shown.strip() == text
    assert shown[start:start + length] == place if place else start == len(shown), done.stderr


def test_without_rights_it_says_so(keep):
    with lab.Scenario.load("scanme-2007").up() as net:
        done = net.run([SONDE, "capture", "-i", "eth0"], capture=True, as_user="user")
    assert done.returncode == 2 and "CAP_NET_RAW" in done.stderr
