# SPDX-License-Identifier: Apache-2.0
"""The record of a scan: complete, exact, and enough to derive every verdict again."""

import collections
import contextlib
import re

import pytest

import capture_file
import support
from support import lab

MS = 1_000_000
NAMES = ["scanme-2007", "local-closed", "reject-codes", "tun", "loopback", "scanme-2007-v6",
         "local-closed-v6", "split"]
OWN = ["192.0.2.10", "2001:db8:1::10", "fe80::ff:fe00:100", "198.51.100.1"]
COMMENT = re.compile(
    r"sonde: (probe .+ try \d+|answers frame \d+ \(.+\) after -?\d+\.\d{3} ms: .+|"
    r"no proof: .+ frame \d+ \(.+\)|no proof: uses a port of this scan, .+|(reset|refused) by this machine's own kernel, .+|"
    r"address resolution beside the probes|other traffic with \S+|name look-up, (question|answer))")
SHB_OS, SHB_APPLICATION, IF_NAME, IF_FILTER, IF_OS, COMMENT_CODE = 3, 4, 2, 11, 12, 1
ISB_RECEIVED, ISB_DROPPED = 4, 7

STRANGER = """
import socket, sys, time
end = time.monotonic() + 30
while time.monotonic() < end:
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
    s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
    s.close()
    print("went", flush=True)
"""


def verdicts(path):
    """{(address, port): (state, reason)} that the library derives from a capture file."""
    done = support.tool(f"{support.TOOLS}/verdicts", path)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    return {(a, int(port)): (state, reason) for a, port, state, reason in rows}


EXPLAINED = re.compile(r"(\d+)/tcp +(\w+) +([\w-]+) +.*")


def explained(path, live):
    """The same as `sonde explain` tells it from a capture file alone, for LIVE's ports."""
    rows = {}
    for address in {a for a, _ in live}:
        ports = lab.ports_format({port for a, port in live if a == address})
        done = support.tool(support.SONDE, "explain", path, address, ports)
        assert done.returncode == 0 and done.stderr == "", done.stderr
        for line in done.stdout.splitlines():
            match = EXPLAINED.fullmatch(line)
            assert match, line
            rows[address, int(match[1])] = match[2], match[3]
    return rows


def printed(scan):
    """The same as the scan printed it."""
    return {(a, port): verdict for a, host in scan.hosts.items() if host.up
            for port, verdict in host.ports.items()}


def scanned(name, keep, *args):
    """A recorded scan of a scenario."""
    with lab.Scenario.load(name).up() as net:
        scan = support.sonde_scan(net, keep, *support.UNFOLDED, *args)
    assert scan.status == 0, scan.err
    return scan


def only_targets(rows, live):
    """ROWS of the hosts that the live scan reported."""
    addresses = {a for a, _ in live}
    return {key: value for key, value in rows.items() if key[0] in addresses}


@pytest.mark.parametrize("name", NAMES)
def test_live_verdicts_equal_those_of_both_captures(name, keep):
    """Live scan, explain of its own file and of tcpdump's, and the bare ledger agree per port."""
    scan = scanned(name, keep)
    live = printed(scan)
    assert len(live) >= 1000
    assert only_targets(verdicts(scan.record), live) == live
    assert only_targets(verdicts(scan.beside), live) == live
    assert explained(scan.record, live) == live
    assert explained(scan.beside, live) == live


def interface_name(file, frame):
    """The name of the interface that a frame of a pcapng file passed."""
    return file.interfaces[frame.interface][IF_NAME][0].decode()


def seen_beside(name, file):
    """The frames of our file that tcpdump could see: a resolver on lo is not on its interface."""
    return [f for f in file.frames if name == "loopback" or interface_name(file, f) != "lo"]


def multiset(frames):
    """Frame bytes with how often each came."""
    return collections.Counter(f.data for f in frames)


def describe(difference, frames):
    """The first frames of a difference, readable."""
    return [capture_file.packet(f) for f in frames if f.data in difference][:3]


@pytest.mark.parametrize("name", NAMES)
def test_same_frames_as_tcpdump_byte_for_byte(name, keep):
    """Nothing is missing from the record and nothing is in it that tcpdump did not see."""
    scan = scanned(name, keep)
    ours, theirs = capture_file.read(scan.record), capture_file.read(scan.beside)
    have, want = multiset(seen_beside(name, ours)), multiset(theirs.frames)
    assert not want - have, f"missing: {describe(want - have, theirs.frames)}"
    assert not have - want, f"too many: {describe(have - want, ours.frames)}"
    assert all(f.wire == len(f.data) for f in ours.frames)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "loopback"])
def test_time_stamps_are_tcpdumps_and_in_order(name, keep):
    """Each frame's stamp is within 1 ms of tcpdump's; the file is strictly ordered in time."""
    scan = scanned(name, keep)
    ours = capture_file.read(scan.record)
    stamps = collections.defaultdict(list)
    for frame in capture_file.read(scan.beside).frames:
        stamps[frame.data].append(frame.time)
    apart = [abs(f.time - stamps[f.data].pop(0)) for f in seen_beside(name, ours)]
    assert max(apart) <= MS
    times = [f.time for f in ours.frames]
    assert times == sorted(times)


@pytest.mark.parametrize("name", NAMES)
def test_every_frame_has_direction_and_comment(name, keep):
    """Sent frames are from our addresses, received ones are not, and each says what it means."""
    scan = scanned(name, keep)
    file = capture_file.read(scan.record)
    for number, frame in enumerate(file.frames, 1):
        packet = capture_file.packet(frame)
        what = f"frame {number}: {packet} {frame.comments}"
        if interface_name(file, frame) != "lo":
            sent = packet.source in OWN
            assert frame.direction == (capture_file.SENT if sent else capture_file.RECEIVED), what
        assert frame.direction, what
        assert len(frame.comments) == 1 and COMMENT.fullmatch(frame.comments[0]), what


def test_loopback_directions_follow_the_conversation(keep):
    """On lo, where the kernel cannot say, probes are sent and answers received."""
    scan = scanned("loopback", keep)
    for frame in capture_file.read(scan.record).frames:
        packet = capture_file.packet(frame)
        if packet.protocol != capture_file.TCP:
            continue
        sent = packet.flags == 0x02 or (packet.flags == 0x04 and packet.sequence and
                                        packet.source_port > 60000)
        assert frame.direction == (capture_file.SENT if sent else capture_file.RECEIVED), packet


def test_comments_name_the_frame_they_answer(keep):
    """"answers frame N" names the probe to that port, and the time between them is right."""
    frames = capture_file.read(scanned("scanme-2007", keep).record).frames
    answers = 0
    for frame in frames:
        match = re.match(r"sonde: answers frame (\d+) \(SYN (\S+) (\d+)/tcp try (\d+)\) "
                         r"after ([\d.]+) ms", frame.comments[0])
        if not match:
            continue
        probe = frames[int(match[1]) - 1]
        assert capture_file.packet(probe).destination_port == int(match[3])
        assert probe.comments == [f"sonde: probe SYN {match[2]} {match[3]}/tcp try {match[4]}"]
        assert abs((frame.time - probe.time) / MS - float(match[5])) <= 0.002
        answers += 1
    assert answers >= 6


def test_the_file_says_who_wrote_it_where_and_how(keep):
    """Command line, program, OS, interface name and filter, counts, and names are in the file."""
    scan = scanned("scanme-2007", keep, "--max-rate", "2000")
    file = capture_file.read(scan.record)
    assert file.section[COMMENT_CODE][0].decode() == (
        f"sonde scan -w {scan.record} --reason -v60 --max-rate 2000 scanme.lab")
    assert file.section[SHB_APPLICATION][0].startswith(b"sonde ")
    assert file.section[SHB_OS][0].startswith(b"Linux")
    interface, = file.interfaces
    assert interface[IF_NAME] == [b"eth0"] and interface[IF_OS][0].startswith(b"Linux")
    assert file.counts, "no interface statistics"
    last = file.counts[-1][1]
    assert int.from_bytes(last[ISB_RECEIVED][0], "little") >= len(file.frames)
    assert int.from_bytes(last[ISB_DROPPED][0], "little") == 0
    assert (bytes([198, 51, 100, 20]), b"scanme.lab") in file.names
    about = support.tool("capinfos", scan.record)
    assert about.returncode == 0 and "sonde" in about.stdout and "eth0" in about.stdout


def test_the_interface_names_its_capture_filter(keep):
    """The interface block holds the filter, in the language of capture filters."""
    scan = scanned("scanme-2007", keep)
    file = capture_file.read(scan.record)
    assert IF_FILTER in file.interfaces[0], "no if_filter in the interface block"
    text = file.interfaces[0][IF_FILTER][0]
    assert text[0] == 0
    kept = support.tool("tcpdump", "-n", "-r", scan.beside, text[1:].decode())
    assert kept.returncode == 0, kept.stderr
    assert len(kept.stdout.splitlines()) == len(file.frames)


def test_tshark_opens_it_without_a_warning(keep):
    """tshark reads every frame, finds nothing malformed, and shows each comment."""
    scan = scanned("scanme-2007", keep)
    count = len(capture_file.read(scan.record).frames)
    for words, lines in ((["-Y", "frame.comment"], count), (["-Y", "_ws.malformed"], 0),
                         (["-Y", 'frame.comment contains "22/tcp is open"'], 1)):
        done = support.tool("tshark", "-n", "-r", scan.record, *words)
        warning = [line for line in done.stderr.splitlines() if "Running as user" not in line]
        assert done.returncode == 0 and not warning
        assert len(done.stdout.splitlines()) == lines, words


PING = """
import socket, struct, sys, time
def fold(data):
    n = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while n >> 16:
        n = (n & 0xffff) + (n >> 16)
    return ~n & 0xffff
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
end = time.monotonic() + 30
turn = 0
while time.monotonic() < end:
    turn += 1
    body = struct.pack("!HH", 4711, turn & 0xffff)
    s.sendto(struct.pack("!BBH", 8, 0, fold(b"\\x08\\0" + body)) + body, (sys.argv[1], 0))
    s.recv(2048)
    print("went", flush=True)
    time.sleep(0.002)
"""


@contextlib.contextmanager
def running(*processes):
    """Ends the processes at the end of the block."""
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_no_frame_of_strangers(keep):
    """Another program's connections to the same host and port, and its DNS, are not recorded."""
    with lab.Scenario.load("scanme-2007").up() as net:
        stranger = net.popen(["/usr/bin/python3", "-c", STRANGER, "198.51.100.20", "22"],
                             stdout=-1)
        with running(stranger):
            assert stranger.stdout.readline() == b"went\n"
            scan = support.sonde_scan(net, keep, *support.UNFOLDED)
    assert scan.status == 0
    all_frames = capture_file.read(scan.beside).frames
    ours = capture_file.read(scan.record).frames
    low = min(capture_file.packet(f).source_port for f in ours
              if f.direction == capture_file.SENT and
              capture_file.packet(f).protocol == capture_file.TCP)
    foreign = {f.data for f in all_frames
               if (p := capture_file.packet(f)).protocol == capture_file.TCP
               and not {p.source_port, p.destination_port} & set(range(low, low + 64))}
    assert foreign, "the stranger did not come through"
    assert not [capture_file.packet(f) for f in ours if f.data in foreign]


def test_another_programs_ping_is_not_ours(keep):
    """An echo request that another program sends to the target is neither kept nor believed."""
    with lab.Scenario.load("local-closed").up() as net:
        ping = net.popen(["/usr/bin/python3", "-c", PING, "192.0.2.20"], stdout=-1)
        with running(ping):
            assert ping.stdout.readline() == b"went\n"
            scan = support.sonde_scan(net, keep, *support.UNFOLDED, "--max-rate", "3000")
    assert scan.status == 0
    protocols = [capture_file.packet(f) for f in capture_file.read(scan.record).frames]
    assert any(p.protocol == capture_file.ICMP for p in map(
        capture_file.packet, capture_file.read(scan.beside).frames))
    assert not [p for p in protocols if p.protocol == capture_file.ICMP]
