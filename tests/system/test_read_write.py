# SPDX-License-Identifier: Apache-2.0
"""What `sonde read` writes (-w, -F, --repair), follows (-f) and filters by libpcap."""

import gzip
import os
import shutil
import signal
import subprocess

import pytest

import read_craft as craft
from support import SONDE, until

FAILED, USAGE, INTERRUPTED = 1, 2, 3
NOISE = "Running as user"  # tshark's word to root
FACTS = ["-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.cap_len", "-e",
         "frame.comment", "-e", "frame.packet_flags", "-e", "frame.interface_name", "-e",
         "frame.section_number"]


def write(keep, name, data):
    path = os.path.join(keep, name)
    with open(path, "wb") as out:
        out.write(data)
    return path


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def read(*args, status=0, **kwargs):
    """Runs sonde read; its CompletedProcess, whose exit status must be the one given."""
    done = subprocess.run([SONDE, "read", *args], capture_output=True, timeout=60, check=False,
                          **kwargs)
    assert done.returncode == status, done.stderr
    return done


def tool(*command):
    """What a tool of Wireshark's or tcpdump prints, which must not complain."""
    assert shutil.which(command[0]), f"{command[0]} is missing: script/packages test"
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    wrong = [line for line in done.stderr.splitlines() if NOISE not in line
             and not line.startswith(("reading from", "Warning: interface names"))]
    assert not wrong
    return done.stdout


def sentences(done):
    return done.stderr.decode().splitlines()


def test_a_pcapng_file_is_copied_byte_for_byte(keep):
    data = craft.rich()
    out = os.path.join(keep, "out.pcapng")
    done = read("-w", out, write(keep, "in.pcapng", data))
    assert done.stdout == b""
    assert sentences(done) == [
        f'sonde: 1 custom block of the file asks not to be copied: not in "{out}".']
    want = [block for block in craft.blocks(data) if block[0] != craft.CUSTOM_NO_COPY]
    assert craft.blocks(contents(out)) == want
    assert os.stat(out).st_mode & 0o777 == 0o600


def test_a_filter_chooses_frames_and_nothing_else(keep):
    file, out = write(keep, "in.pcapng", craft.rich(custom=False)), os.path.join(keep, "out.pcapng")
    read("-Y", "udp", "-w", out, file)
    before, after = craft.blocks(contents(file)), craft.blocks(contents(out))
    frames = (craft.EPB, craft.SPB)
    others = [block for block in before if block[0] not in frames + (craft.CUSTOM_NO_COPY,)]
    assert [block for block in after if block[0] not in frames] == others
    assert tool("tshark", "-n", "-r", out, *FACTS) == tool(
        "tshark", "-n", "-r", file, "-Y", "udp", *FACTS)


def test_tshark_and_capinfos_agree_on_what_was_written(keep):
    file, out = write(keep, "in.pcapng", craft.rich(custom=False)), os.path.join(keep, "out.pcapng")
    read("-w", out, file)
    assert tool("tshark", "-n", "-r", out, *FACTS) == tool("tshark", "-n", "-r", file, *FACTS)
    counts = [tool("capinfos", "-Trc", path).split()[-1] for path in (out, file)]
    assert counts[0] == counts[1] and int(counts[0]) == len(craft.sample()) + 3


@pytest.mark.parametrize("nano", [False, True])
@pytest.mark.parametrize("link", [1, 101])
def test_a_pcap_file_becomes_pcapng_of_its_own_resolution(keep, nano, link):
    frames = [frame[14:] if link == 101 else frame for frame in craft.sample()[1:]]
    file = write(keep, "in.pcap", craft.pcap(frames, link, nano=nano))
    out = os.path.join(keep, "out.pcapng")
    read("-w", out, file)
    assert tool("tshark", "-n", "-r", out, *FACTS[:6]) == tool("tshark", "-n", "-r", file,
                                                               *FACTS[:6])
    described = [block for kind, block in craft.blocks(contents(out)) if kind == craft.IDB]
    assert len(described) == 1 and described[0][8] == link
    assert craft.option(9, b"\x09" if nano else b"\x06") in described[0]


@pytest.mark.parametrize("nano", [False, True])
def test_pcap_is_written_on_request(keep, nano):
    data = craft.pcap(craft.sample(), nano=nano)
    out = os.path.join(keep, "out.pcap")
    read("-F", "pcap", "-w", out, write(keep, "in.pcap", data))
    assert contents(out) == data
    two = read("-F", "pcap", "-w", out, write(keep, "two.pcapng", craft.rich()), status=FAILED)
    assert len(sentences(two)) == 1 and "one link type" in sentences(two)[0]


def test_an_interface_of_nanoseconds_may_come_late(keep):
    """A pcap file has one resolution, and its head is written before the second interface's."""
    frames = craft.sample()[:2]
    second, nsec = 1700000000, 123456789
    data = (craft.section() + craft.interface(options=craft.option(9, b"\x06")) +
            craft.packet(frames[0], second * 10**6 + nsec // 1000) +
            craft.interface(options=craft.option(9, b"\x09")) +
            craft.packet(frames[1], second * 10**9 + nsec, number=1))
    out = os.path.join(keep, "out.pcap")
    read("-F", "pcap", "-w", out, write(keep, "in.pcapng", data))
    assert tool("tshark", "-n", "-r", out, "-T", "fields", "-e", "frame.time_epoch").split() == [
        "1700000000.123456000", "1700000000.123456789"]


def test_a_file_without_frames_is_still_a_file(keep):
    for name, data in (("a.pcap", craft.pcap(craft.sample())),
                       ("a.pcapng", craft.rich(custom=False))):
        file, out = write(keep, name, data), os.path.join(keep, "out")
        for form in ("pcap", "pcapng"):
            read("-Y", "sip", "-F", form, "-w", out, file)
            if (name, form) != ("a.pcapng", "pcap"):
                assert tool("tshark", "-r", out) == ""


def test_standard_output_takes_the_file(keep):
    data = craft.pcap(craft.sample())
    done = read("-F", "pcap", "-w", "-", write(keep, "in.pcap", data))
    assert done.stdout == data
    again = read("-F", "pcap", "-w", "-", "-", input=gzip.compress(data))
    assert again.stdout == data


def test_shown_and_written_at_once(keep):
    file, out = write(keep, "in.pcap", craft.pcap(craft.sample())), os.path.join(keep, "out")
    assert read("-P", "-w", out, file).stdout == read(file).stdout
    assert read("-V", "-w", out, file).stdout == read("-V", file).stdout
    assert read("-c", "2", "-w", out, file).stdout == b""
    assert read(out).stdout == read("-c", "2", file).stdout


@pytest.mark.parametrize("way", ["name", "symlink", "hard link"])
def test_the_file_being_read_is_never_written(keep, way):
    data = craft.pcap(craft.sample())
    file = write(keep, "in.pcap", data)
    other = file if way == "name" else os.path.join(keep, "other")
    if way != "name":
        (os.symlink if way == "symlink" else os.link)(file, other)
    read("-w", other, file, status=USAGE)
    with open(file, "rb") as stdin:
        read("-w", other, "-", stdin=stdin, status=USAGE)
    assert contents(file) == data


def test_a_link_to_another_file_is_not_followed(keep):
    file = write(keep, "in.pcap", craft.pcap(craft.sample()))
    other, link = write(keep, "other", b"precious"), os.path.join(keep, "link")
    os.symlink(other, link)
    assert "symbolic link" in sentences(read("-w", link, file, status=USAGE))[0]
    os.remove(link)
    os.link(other, link)
    assert "second name" in sentences(read("-w", link, file, status=USAGE))[0]
    assert contents(other) == b"precious"


@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_small_faults_are_told_and_cost_no_packet(keep, passes):
    bad = craft.interface(options=craft.option(4, b"\x09\x09") + craft.option(0, b""))
    data = craft.section() + bad + craft.packet(craft.sample()[0], 10**18)
    done = read(*passes, write(keep, "in.pcapng", data))
    assert len(done.stdout.splitlines()) == 1
    assert len(sentences(done)) == 1 and "wrong length and was left out. (1 such small fault; no" in sentences(done)[0]


def test_a_filter_that_costs_too_much_is_told(keep):
    frames = [craft.ether(craft.ipv4(17, craft.udp(5, 40000, payload)))
              for payload in (b"a" * 1000 + b"bc", b"aab")]
    done = read("-Y", 'data matches "^(a|aa)+b$"', write(keep, "in.pcap", craft.pcap(frames)))
    assert len(done.stdout.splitlines()) == 1
    assert len(sentences(done)) == 1 and "cost too much for 1 packet:" in sentences(done)[0]


def test_a_full_disk_is_one_sentence(keep):
    for form in ("pcap", "pcapng"):
        done = read("-F", form, "-w", "/dev/full",
                    write(keep, "in.pcap", craft.pcap(craft.sample())), status=FAILED)
        assert len(sentences(done)) == 1 and "No space left" in sentences(done)[0]


def test_a_size_limit_leaves_whole_frames(keep):
    data = craft.pcap(craft.sample() * 20000)
    file, out = write(keep, "in.pcap", data), os.path.join(keep, "out")
    for form in ("pcap", "pcapng"):
        done = subprocess.run(["prlimit", "--fsize=1500000", SONDE, "read", "-F", form, "-w", out,
                               file], capture_output=True, timeout=60, check=False)
        assert done.returncode == FAILED
        assert len(sentences(done)) == 1 and "File too large" in sentences(done)[0]
        assert 0 < os.path.getsize(out) <= 1500000
        tool("capinfos", "-c", out)
        read(out)


CUTS = {"in a record": 200, "in a record's head": 24 + 16 + 42 + 5}


@pytest.mark.parametrize("cut", CUTS)
def test_repair_keeps_what_is_good(keep, cut):
    data = craft.pcap(craft.sample())[:CUTS[cut]]
    file, out = write(keep, "cut.pcap", data), os.path.join(keep, "out")
    done = read("--repair", "-F", "pcap", "-w", out, file)
    good = contents(out)
    assert data.startswith(good) and len(good) >= 24 + 16 + 42
    assert f"at byte {len(good)}" in sentences(done)[0] and out in sentences(done)[1]
    assert contents(file) == data
    assert read(out).stderr == b""
    assert "at byte" in sentences(read("-w", out, file, status=FAILED))[0]


def test_repair_of_pcapng(keep):
    data = craft.rich()
    out = os.path.join(keep, "out")
    done = read("--repair", "-w", out, write(keep, "cut.pcapng", data[:-5]))
    want = [block for block in craft.blocks(data) if block[0] != craft.CUSTOM_NO_COPY][:-1]
    assert craft.blocks(contents(out)) == want
    assert "cut short" in sentences(done)[0]
    assert tool("tshark", "-n", "-r", out, *FACTS)


def test_a_whole_file_needs_no_repair(keep):
    file, out = write(keep, "in.pcap", craft.pcap(craft.sample())), os.path.join(keep, "out")
    done = read("--repair", "-F", "pcap", "-w", out, file)
    assert done.stderr == b"" and contents(out) == contents(file)


FILTERS = ["udp", "tcp port 22", "arp", "icmp", "host 192.0.2.1 and udp port 53", "greater 70",
           "ether src 02:00:00:00:00:02", "tcp[tcpflags] & tcp-rst != 0", "not ip"]


@pytest.mark.parametrize("text", FILTERS)
def test_capture_filters_choose_as_tcpdump_does(keep, text):
    file = write(keep, "in.pcap", craft.pcap(craft.sample()))
    ours = read("-t", "e", "--capture-filter", text, "--columns", "time", file).stdout.split()
    theirs = tool("tcpdump", "-tt", "-n", "-r", file, text).splitlines()
    assert [time.decode() for time in ours] == [line.split()[0] for line in theirs]
    assert ours or text == "ether src 02:00:00:00:00:02"


def test_capture_filters_fit_each_link_type(keep):
    file = write(keep, "rich.pcapng", craft.rich())
    lines = read("--capture-filter", "udp", "--columns", "no,interface", file).stdout.split(b"\n")
    assert [line.split()[0] for line in lines if line] == [b"2", b"8", b"10"]
    # Raw IP has no such header: never true there, which is a fault only where nothing else is.
    assert read("--capture-filter", "ether proto 0x88cc", file).stdout == b""
    raw = write(keep, "raw.pcap", craft.pcap([craft.ipv4(17, craft.udp(1, 2))], 101))
    done = read("--capture-filter", "ether proto 0x88cc", raw, status=USAGE)
    assert len(sentences(done)) == 1 and "Raw IP" in sentences(done)[0]


def test_numbers_and_times_are_those_of_the_whole_file(keep):
    file = write(keep, "in.pcap", craft.pcap(craft.sample()))
    assert read("--capture-filter", "icmp", file).stdout.startswith(b"    3   0.002002 ")


def start(*args):
    return subprocess.Popen([SONDE, "read", *args], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def grow(path, data):
    with open(path, "ab") as file:
        file.write(data)


@pytest.mark.parametrize("form", ["pcap", "pcapng", "gzip"])
def test_a_growing_file_is_followed(keep, form):
    data = craft.rich(custom=False) if form == "pcapng" else craft.pcap(craft.sample())
    packed = gzip.compress(data) if form == "gzip" else data
    want = read(write(keep, "whole", data)).stdout.splitlines(keepends=True)
    path, out = write(keep, "growing", packed[:2]), os.path.join(keep, "out.pcapng")
    with start("-f", "-P", "-w", out, path) as run:
        for at in range(2, len(packed), 97):
            grow(path, packed[at:at + 97])
        assert [run.stdout.readline() for _ in want] == want
        until(lambda: os.path.getsize(out) > len(data) // 2, "the copy")
        run.send_signal(signal.SIGINT)
        assert run.wait(timeout=30) == INTERRUPTED
        assert run.stdout.read() == b"" and run.stderr.read() == b""
    assert read(out).stdout == read(path).stdout


def test_following_stops_after_c_packets(keep):
    path = write(keep, "growing", craft.pcap(craft.sample()))
    done = read("-f", "-c", "3", path)
    assert len(done.stdout.splitlines()) == 3


def test_a_followed_file_that_shrinks_is_told(keep):
    path = write(keep, "growing", craft.pcap(craft.sample()))
    with start("-f", path) as run:
        for _ in craft.sample():
            run.stdout.readline()
        os.truncate(path, 30)
        assert run.wait(timeout=30) == FAILED
        assert b"shorter" in run.stderr.read()


def test_a_pipe_is_shown_as_it_comes(keep):
    data = craft.pcap(craft.sample())
    want = read(write(keep, "whole", data)).stdout.splitlines(keepends=True)
    first = 24 + 16 + 42
    with subprocess.Popen([SONDE, "read", "-"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as run:
        run.stdin.write(data[:first + 7])
        run.stdin.flush()
        assert run.stdout.readline() == want[0]  # before the rest is there
        run.stdin.write(data[first + 7:])
        run.stdin.close()
        assert run.stdout.readlines() == want[1:]
        assert run.wait(timeout=30) == 0


def test_ctrl_c_leaves_the_written_file_whole(keep):
    data = craft.pcap(craft.sample())
    out = os.path.join(keep, "out")
    with subprocess.Popen([SONDE, "read", "-w", out, "-"], stdin=subprocess.PIPE) as run:
        run.stdin.write(data[:-3])
        run.stdin.flush()
        until(lambda: os.path.exists(out) and os.path.getsize(out), "the copy")
        run.send_signal(signal.SIGINT)
        assert run.wait(timeout=30) == INTERRUPTED
        run.stdin.close()
    assert len(read(out).stdout.splitlines()) == len(craft.sample()) - 1
