# SPDX-License-Identifier: Apache-2.0
"""sonde capture where something goes wrong: it ends when told, and says what is missing."""

import os
import re
import signal
import subprocess

import pytest

import capture_file
import live
import support
from support import SONDE, lab

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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_reader_who_sleeps_keeps_nobody(number, net, keep):
    """The list cannot be written, and yet it ends when told, with a whole file."""
    path, sent = os.path.join(keep, "own.pcapng"), 3000
    with live.Capture(net, "-i", "eth0", "-V", "-P", "udp", path=path) as capture:
        live.send(net, HOST, sent, size=1000)
        capture.process.send_signal(number)
        assert capture.process.wait(support.TIMEOUT_S) == 1
        capture.end(None)
    assert "the end of the list is not written" in capture.err
    file = capture_file.read(path)
    dropped = int(re.search(r"captured, (\d+) dropped", capture.err)[1])
    assert file.cut == 0 and len(file.frames) + dropped == sent
    assert live.numbers(file.frames)[:100] == list(range(100))


@pytest.mark.parametrize("named", [True, False], ids=["fifo", "stdout"])
def test_a_reader_who_sleeps_on_a_pipe_keeps_nobody(named, net, keep):
    """The packets cannot be written, and SIGTERM ends it all the same."""
    path = os.path.join(keep, "fifo")
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with open(path, "wb") as pipe:
        capture = live.Capture(net, "-i", "eth0", "-q", "udp", *([] if named else ["-w", "-"]),
                               path=path if named else None, stdout=pipe)
    with capture:
        support.until(lambda: taps(net) == 1, "the tap")
        live.send(net, HOST, 3000, size=1000)
        capture.process.send_signal(signal.SIGTERM)
        capture.process.wait(support.TIMEOUT_S)
        capture.end(None)
    assert os.read(reader, 4) == b"\n\r\r\n"
    os.close(reader)


def test_who_reads_a_pipe_slowly_gets_all_of_it(net, keep):
    """Also when SIGTERM comes meanwhile."""
    path, sent = os.path.join(keep, "fifo"), 3000
    os.mkfifo(path)
    with live.Capture(net, "-i", "eth0", "-q", "udp", path=path) as capture:
        with open(path, "rb") as pipe:
            live.send(net, HOST, sent, size=1000)
            capture.process.send_signal(signal.SIGTERM)
            with open(os.path.join(keep, "own.pcapng"), "wb") as copy:
                while piece := pipe.read(4096):
                    copy.write(piece)
    file = capture_file.read(os.path.join(keep, "own.pcapng"))
    assert capture.status == 0, capture.err
    assert file.cut == 0 and live.numbers(file.frames) == list(range(sent))


def test_a_slow_reader_gets_the_whole_list(net, keep):
    """When no signal came it is waited for."""
    path, sent = os.path.join(keep, "own.pcapng"), 3000
    with live.Capture(net, "-i", "eth0", "-P", "-c", str(sent), "udp", path=path) as capture:
        live.send(net, HOST, sent)
        support.until(lambda: len(capture.frames()) > sent // 4, "a full pipe")
        capture.end(None)
    assert capture.status == 0, capture.err
    assert len(capture.out.splitlines()) == sent


def test_a_list_on_a_full_disk_is_told(net):
    with open("/dev/full", "w", encoding="ascii") as full:
        capture = live.Capture(net, "-i", "eth0", "-c", "1000", "udp", stdout=full)
        with capture:
            support.until(lambda: capture.process.poll() is not None or live.send(net, HOST, 1),
                          "the first packet")
            capture.end(None)
    assert capture.status == 1
    assert "Standard output cannot be written: No space left on device" in capture.err


def test_several_files_on_a_full_disk_lose_what_is_said(net, keep):
    """One file ends whole where the disk is full, none is begun after it, and the sum says it all."""
    disk = os.path.join(keep, "disk")
    os.mkdir(disk)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=True)
    try:
        path = os.path.join(disk, "own.pcapng")
        with live.Capture(net, "-i", "eth0", "-q", "-b", "filesize:20", "udp", path=path) as capture:
            live.send(net, HOST, 300, size=1000)
            capture.end(None)
        files = [capture_file.read(f) for f in capture.files()]
    finally:
        subprocess.run(["umount", disk], check=True)
    captured, lost = map(int, re.search(r"(\d+) packets captured, 0 dropped by the kernel, (\d+) not "
                                        r"written", capture.err).groups())
    assert capture.status == 1 and "No space left" in capture.err
    assert all(f.frames and not f.cut for f in files)
    assert sum(len(f.frames) for f in files) == captured - lost


def test_one_of_several_interfaces_that_goes_away_is_told(net, keep):
    """Even when another one went down and came back since."""
    path = os.path.join(keep, "own.pcapng")
    ip = ["ip", "link"]
    for name in ("one", "two"):
        net.exec_ns("scanner", [*ip, "add", name, "type", "veth", "peer", name + "peer"])
        for end in (name, name + "peer"):
            net.exec_ns("scanner", [*ip, "set", end, "up"])
    with live.Capture(net, "-i", "one", "-i", "two", "--status", "json", path=path,
                      stderr=open(os.path.join(keep, "err"), "wb")) as capture:
        def said(what):
            with open(os.path.join(keep, "err"), encoding="utf-8") as err:
                return what in err.read().splitlines()[-1]

        net.exec_ns("scanner", [*ip, "del", "two"])
        net.exec_ns("scanner", [*ip, "set", "one", "down"])
        support.until(lambda: said('"trouble":"Interface \\"two\\" was removed.'), "the removal")
        net.exec_ns("scanner", [*ip, "set", "one", "up"])
        capture.end()
    with open(os.path.join(keep, "err"), encoding="utf-8") as err:
        assert err.read().splitlines()[-1] == 'sonde: Interface "two" was removed.'
    assert capture.status == 1
    net.exec_ns("scanner", [*ip, "del", "one"])


# Datagrams for as long as it is let.
SEND_ON = """
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    try:
        s.sendto(bytes(50), (sys.argv[1], 9))
    except ConnectionRefusedError:
        pass
    time.sleep(0.002)  # a pace, not a wait
"""

# A TAP device that says to be of another link type (CAN) has received a frame.
STRANGE_DEVICE = """
import fcntl, os, struct, subprocess
fd = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH22x", b"strange", 0x1002))  # TUNSETIFF, TAP, no head
fcntl.ioctl(fd, 0x400454CD, 280)  # TUNSETLINK, ARPHRD_CAN
subprocess.run(["ip", "link", "set", "strange", "up"], check=True)
for _ in range(3):
    os.write(fd, bytes(60))
"""


def test_packets_of_strange_interfaces_are_told(net, keep):
    path = os.path.join(keep, "own.pcapng")
    with live.Capture(net, "-i", "any", "-q", path=path) as capture:
        done = net.exec_ns("scanner", ["/usr/bin/python3", "-c", STRANGE_DEVICE])
        assert done.returncode == 0, done.stderr
        live.send(net, HOST, 2)
        support.until(lambda: len(live.numbers(capture.frames())) == 2, "the datagrams")
    assert "packets on interfaces with a link header that sonde does not know are left out." \
        in capture.err
    assert capture.status == 0


def test_of_many_interfaces_a_few_are_named(net):
    names = [f"pair{n}" for n in range(20)]
    batch = "".join(f"link add {n} type veth peer name {n}b\n" for n in names)
    assert net.exec_ns("scanner", ["ip", "-batch", "-"], input=batch).returncode == 0
    done = net.run([SONDE, "capture", "-i", "pair99"], capture=True, timeout=20)
    net.exec_ns("scanner", ["ip", "-batch", "-"], input="".join(f"link del {n}\n" for n in names))
    assert done.returncode == 2 and len(done.stderr) < 250, done.stderr
    assert done.stderr.endswith("any and 34 more, which \"sonde capture -D\" lists.\n")


def test_no_line_is_lost_for_lack_of_memory(net, keep):
    """A request for memory is refused, each in turn: all lines are there, or a sentence is."""
    shim, failed = os.path.join(support.TOOLS, "memory-out.so"), 0
    with open(SONDE, "rb") as program:
        if b"libasan.so" in program.read():
            pytest.skip("AddressSanitizer has its own malloc()")
    sender = net.popen(["/usr/bin/python3", "-c", SEND_ON, HOST])
    for at in range(20, 70):
        done = net.run([*("env", f"LD_PRELOAD={shim}", f"MEMORY_OUT_AT={at}"), SONDE, "capture",
                        "-i", "eth0", "-c", "3"], capture=True)
        assert done.returncode in (0, 1, 2), (at, done)
        if done.returncode:
            assert "sonde: " in done.stderr, (at, done)
            failed += 1
        else:
            assert len(done.stdout.splitlines()) == 3, (at, done)
    sender.kill()
    sender.wait()
    assert failed > 5


@pytest.mark.parametrize("command", [
    ["capture", "-i", "lo", "-a", "duration:0.1", "-q"],
    ["capture", "-i", "lo", "-a", "duration:0.1", "-q", "-b", "packets:1"],
    ["watch", "-i", "lo", "--keep-ssh"],
], ids=["one file", "several files", "watch"])
def test_too_many_open_files_is_what_is_said(command, net, keep):
    """Whatever it is that finds no descriptor, until there are enough."""
    words = ["-w", os.path.join(keep, "own.pcapng"), *(["--", "true"] if "watch" in command else [])]
    for most in range(4, 20):
        done = net.run(["prlimit", f"--nofile={most}", SONDE, *command, *words], capture=True)
        if not done.returncode:
            break
        assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, (most, done.stderr)
        assert "Too many open files" in done.stderr, (most, done.stderr)
    assert most > 5 and not done.returncode
