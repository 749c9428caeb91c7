# SPDX-License-Identifier: Apache-2.0
"""The short way to the list (packet/plain.h) writes what the dissectors write.

A display filter with a field that is in no core header, which every frame passes all the same,
sends each frame through the dissectors.
"""

import os
import pathlib
import random
import struct
import subprocess

import pytest

from support import SONDE, TOOLS

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("SONDE_SHARED", ROOT.parent / "shared")) / "captures/tcpdump"
LONG_WAY = ["-Y", "frame || dns.id"]
LINK_ETHERNET, LINK_RAW = 1, 101
MUTANTS = 4000


def lines(path, *options):
    """What the list shows, damaged file or not."""
    done = subprocess.run([SONDE, "read", "-n", *options, path], capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()


def assert_same(path, *options):
    quick, full = lines(path, *options), lines(path, *options, *LONG_WAY)
    assert len(quick) == len(full)
    for ours, theirs in zip(quick, full):
        assert ours == theirs
    return len(full)


def ipv4(protocol, payload, source, destination, ttl=64):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 7, 0, ttl, protocol, 0,
                       bytes(source), bytes(destination))
    return head + payload


def ipv6(protocol, payload, source, destination):
    return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + source + destination + payload


def tcp(source, destination, seq, ack, flags, options=b"", data=b""):
    offset = (20 + len(options)) // 4
    return struct.pack(">HHIIBBHHH", source, destination, seq, ack, offset << 4, flags, 1024, 0,
                       0) + options + data


def udp(source, destination, data=b""):
    return struct.pack(">HHHH", source, destination, 8 + len(data), 0) + data


def icmp(kind, code, rest, data):
    return struct.pack(">BBHI", kind, code, 0, rest) + data


ME, HOST = (192, 0, 2, 10), (198, 51, 100, 20)
ME6, HOST6 = b"\x20\x01\x0d\xb8" + bytes(11) + b"\1", b"\x20\x01\x0d\xb8" + bytes(11) + b"\2"
MSS = b"\2\4\5\xb4"
LINUX = MSS + b"\4\2\x08\x0a\0\0\0\1\0\0\0\0\1\3\3\7"
SACK = b"\1\1\5\x0a\0\0\0\1\0\0\0\2"


def scan():
    """A scan's IP packets in order: the plain ones, and what comes near them."""
    probe = ipv4(6, tcp(40000, 81, 5, 0, 2, MSS), ME, HOST)
    asked = ipv4(17, udp(40000, 161), ME, HOST)
    told = ipv4(17, udp(40000, 161, b"abc"), ME, HOST)
    return [
        probe, ipv4(6, tcp(81, 40000, 0, 6, 0x14), HOST, ME), probe,
        ipv4(6, tcp(40000, 22, 1000, 0, 2, LINUX), ME, HOST),
        ipv4(6, tcp(22, 40000, 77, 1001, 0x12, LINUX), HOST, ME),
        ipv4(6, tcp(22, 40000, 77, 1001, 0x12, LINUX), HOST, ME),
        ipv4(6, tcp(40000, 22, 1001, 78, 0x10), ME, HOST),
        ipv4(6, tcp(22, 40000, 78, 1001, 0x18, b"", b"SSH-2.0-x\r\n"), HOST, ME),
        ipv4(6, tcp(40000, 22, 1001, 89, 0x10, SACK), ME, HOST),
        ipv4(6, tcp(40000, 22, 1001, 89, 0x10, SACK), ME, HOST),
        ipv4(6, tcp(22, 40000, 89, 1001, 0x11), HOST, ME),
        ipv4(6, tcp(40000, 22, 1001, 90, 0x04), ME, HOST),
        ipv4(6, tcp(40000, 22, 5000, 0, 2), ME, HOST),
        ipv4(6, tcp(1, 2, 3, 4, 0xff), ME, HOST), ipv4(6, tcp(1, 2, 3, 4, 0), ME, HOST),
        ipv4(6, tcp(1, 2, 3, 4, 2, b"\5\xff\0\0"), ME, HOST),
        asked, told, ipv4(17, udp(5, 53), ME, HOST), ipv4(17, udp(5, 4000, b"x"), ME, HOST),
        ipv4(1, icmp(3, 3, 0, asked), HOST, ME), ipv4(1, icmp(3, 13, 0, probe), HOST, ME),
        ipv4(1, icmp(3, 99, 0, probe), HOST, ME), ipv4(1, icmp(3, 4, 1400, probe), HOST, ME),
        ipv4(1, icmp(11, 0, 0, probe), HOST, ME), ipv4(1, icmp(11, 0, 0, probe[:28]), HOST, ME),
        ipv4(1, icmp(5, 1, 0x01020304, probe), HOST, ME), ipv4(1, icmp(3, 1, 0, told), HOST, ME),
        ipv4(1, icmp(3, 3, 0, probe + bytes(8)), HOST, ME), ipv4(1, icmp(8, 0, 9, b"ping"), ME, HOST),
        ipv6(6, tcp(40000, 80, 9, 0, 2, MSS), ME6, HOST6),
        ipv6(6, tcp(80, 40000, 3, 10, 0x14), HOST6, ME6), ipv6(17, udp(1, 2), ME6, HOST6),
        ipv6(0, b"\6\0\1\4\0\0\0\0" + tcp(1, 2, 3, 4, 2), ME6, HOST6),
        ipv6(58, icmp(1, 4, 0, ipv6(17, udp(1, 2), ME6, HOST6)), HOST6, ME6),
    ]


def until_the_end(fin, data=b""):
    """A response of HTTP without a length, which the segment with FIN ends: its IP packets."""
    return [
        ipv4(6, tcp(40000, 80, 1, 0, 2), ME, HOST), ipv4(6, tcp(80, 40000, 1, 2, 0x12), HOST, ME),
        ipv4(6, tcp(40000, 80, 2, 2, 0x18, b"", b"GET / HTTP/1.0\r\n\r\n"), ME, HOST),
        ipv4(6, tcp(80, 40000, 2, 20, 0x18, b"", b"HTTP/1.0 200 OK\r\n\r\nbody"), HOST, ME),
        ipv4(6, tcp(40000, 80, 20, 25, 0x10), ME, HOST),
        ipv4(6, tcp(80, 40000, 25, 20, fin, b"", data), HOST, ME),
        ipv4(6, tcp(40000, 80, 20, 26, 0x11), ME, HOST),
    ]


def write(path, link, records):
    """A pcap of (bytes held, length on the wire)."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHIIII", 0xa1b23c4d, 2, 4, 0, 0, 65535, link))
        for number, (held, wire) in enumerate(records):
            out.write(struct.pack("<IIII", 1700000000 + number // 7, number * 999983 % 10**9,
                                  len(held), wire) + held)


def mutants(packets, link):
    """The packets as they are, padded, cut, and with bytes changed; seeded."""
    chance = random.Random(4)
    heads = {LINK_RAW: (b"", b""), LINK_ETHERNET: (bytes(11) + b"\1\x08\0", bytes(11) + b"\1\x86\xdd")}
    frames = [heads[link][p[0] >> 4 == 6] + p for p in packets]
    records = [(f, len(f)) for f in frames]
    records += [(f.ljust(60, b"\0"), max(60, len(f))) for f in frames]
    records += [(f[:cut], len(f)) for f in frames for cut in range(len(f))]
    records += [(f[:cut], cut) for f in frames for cut in range(14, len(f), 3)]
    for _ in range(MUTANTS):
        frame = bytearray(chance.choice(frames))
        for _ in range(chance.randint(1, 3)):
            frame[chance.randrange(len(frame))] = chance.choice([0, 1, 4, 6, 17, 255,
                                                                 chance.randrange(256)])
        records.append((bytes(frame), len(frame)))
    return records


@pytest.mark.parametrize("link", [LINK_ETHERNET, LINK_RAW])
def test_both_ways_write_one_list(tmp_path, link):
    path = str(tmp_path / "scan.pcap")
    write(path, link, mutants(scan(), link))
    assert assert_same(path) > MUTANTS
    assert_same(path, "-t", "dd")
    assert_same(path, "-2")
    assert_same(path, "-t", "ud.3", "-c", "77")


@pytest.mark.parametrize("link", [LINK_ETHERNET, LINK_RAW])
@pytest.mark.parametrize("data", [b"", b" more"])
def test_the_end_of_a_stream_ends_its_message(tmp_path, link, data):
    path = str(tmp_path / "http.pcap")
    head = bytes(11) + b"\1\x08\0" if link == LINK_ETHERNET else b""
    frames = [head + packet for packet in until_the_end(0x11, data)]
    write(path, link, [(frame, len(frame)) for frame in frames])
    assert_same(path)
    assert_same(path, "-2")
    assert lines(path)[5].decode().split()[5:] == [
        "HTTP", str(len(frames[5])), "HTTP/1.0", "200", "OK"]
    assert lines(path, "-Y", "tcp.srcport == 80 && tcp.flags.fin == 1") == [lines(path)[5]]


def test_a_core_filter_selects_the_same_lines(tmp_path):
    path = str(tmp_path / "scan.pcap")
    write(path, LINK_ETHERNET, mutants(scan(), LINK_ETHERNET))
    for text in ("tcp.flags.syn == 1", "udp", "ip.addr == 192.0.2.10 && !tcp", "frame.number > 99",
                 "icmp.type == 3", "tcp.port != 81", "tcp.port == 81 && icmp", "all ip.ttl == 64",
                 "ip#2 && udp", "udp.dstport > 160 || tcp.window_size_value < 1024",
                 "tcp.flags == 0x014", "!(ip.proto == 6)", "eth.type == 0x86dd"):
        quick = lines(path, "-t", "dd", "-Y", text)
        full = lines(path, "-t", "dd", "-Y", f"({text}) && (frame || dns.id)")
        assert quick == full
        assert quick
        twice = lines(path, "-2", "-Y", text)
        assert twice == lines(path, "-2", "-Y", f"({text}) && (frame || dns.id)")


def long_scan(ports, hosts):
    """A scan in which the answers, and what else belongs to a stream, come long after its SYN."""
    def address(host):
        return (198, 51, 100 + host // 200, host % 200)

    streams = [(port, host) for port in ports for host in range(hosts)]
    chance = random.Random(7)
    chance.shuffle(streams)
    for port, host in streams:
        yield ipv4(6, tcp(40000, port, 9 * port + host, 0, 2, LINUX), ME, address(host))
    chance.shuffle(streams)
    for at, (port, host) in enumerate(streams):
        ours, theirs = 9 * port + host + 1, 77 * port
        if host % 7 == 0:
            yield ipv4(1, icmp(3, 13, 0, ipv4(6, tcp(40000, port, ours - 1, 0, 2, MSS), ME,
                                              address(host))), address(host), ME)
        elif port % 3 == 0:
            yield ipv4(6, tcp(port, 40000, theirs, ours, 0x12, LINUX), address(host), ME)
            yield ipv4(6, tcp(40000, port, ours, theirs + 1, 0x10), ME, address(host))
        else:
            yield ipv4(6, tcp(port, 40000, 0, ours, 0x14), address(host), ME)
        if at % 11 == 0:
            yield ipv4(17, udp(40000, port), ME, address(host))
            yield ipv6(6, tcp(40000, port, ours, 0, 2, MSS), ME6, HOST6)
    chance.shuffle(streams)
    for port, host in streams:
        ours, theirs = 9 * port + host + 1, 77 * port
        if port % 6 == 0 and host % 5 == 1:
            yield ipv4(6, tcp(port, 40000, theirs + 1, ours, 0x18, b"", b"220 x\r\n"),
                       address(host), ME)
            yield ipv4(6, tcp(40000, port, ours, theirs + 8, 0x10, SACK), ME, address(host))
        if port % 5 == 0:
            yield ipv4(6, tcp(40000, port, ours - 1, 0, 2, LINUX), ME, address(host))
            yield ipv4(6, tcp(40000, port, ours + 5000, 0, 2), ME, address(host))


@pytest.mark.parametrize("spoil", [None, 9000])
def test_streams_of_the_few_that_match_are_whole(tmp_path, spoil):
    """Frames before a match count for its numbers and marks, however long ago they came."""
    packets = list(long_scan(range(60, 160), 60))
    if spoil: # a frame of which the headers do not tell whose streams it belongs to
        packets.insert(spoil, ipv4(4, ipv4(6, tcp(40000, 81, 5, 0, 2, MSS), ME, HOST), ME, HOST))
    path = str(tmp_path / "long.pcap")
    write(path, LINK_RAW, [(p, len(p)) for p in packets])
    for text in ("tcp.dstport == 81 && tcp.flags.syn == 1", "tcp.flags.push == 1", "tcp.port == 90",
                 "tcp.port == 80 && tcp.flags.ack == 1", "icmp && tcp.dstport == 66", "ipv6",
                 "ip.addr == 198.51.100.7", "tcp.flags.syn == 1", "udp && !(udp.dstport > 70)",
                 "frame.number == 17000", "frame.number == 1 or frame.number > 17600"):
        for option in ("d", "dd"):
            quick = lines(path, "-t", option, "-Y", text)
            full = lines(path, "-t", option, "-Y", f"({text}) && (frame || dns.id)")
            assert quick == full, text
            assert quick, text


LINES_ALONE = 4096  # after so many lines a second thread writes them (command/read_lines.h)


def many_lines(path):
    """Plain frames and others in turn, far more than one thread shows alone."""
    packets = [p for p in long_scan(range(60, 160), 60)] + scan()
    head = bytes(11) + b"\1\x08\0", bytes(11) + b"\1\x86\xdd"
    frames = [head[p[0] >> 4 == 6] + p for p in packets]
    write(path, LINK_ETHERNET, [(f, len(f)) for f in frames])
    return len(frames)


def test_two_threads_write_one_list(tmp_path):
    path = str(tmp_path / "many.pcap")
    count = many_lines(path)
    assert count > 3 * LINES_ALONE
    for option in ("r", "d", "dd", "ud.3"):
        assert assert_same(path, "-t", option) == count
    whole = lines(path)
    for limit in (LINES_ALONE - 1, LINES_ALONE, LINES_ALONE + 1, 9999):
        assert lines(path, "-c", str(limit)) == whole[:limit]
    alone = subprocess.run(["taskset", "-c", "0", SONDE, "read", "-n", path], capture_output=True,
                           check=True)
    assert alone.stdout.splitlines() == whole


def test_two_threads_show_what_is_good_of_a_damaged_file(tmp_path):
    path, cut = str(tmp_path / "many.pcap"), str(tmp_path / "cut.pcap")
    many_lines(path)
    with open(path, "rb") as whole, open(cut, "wb") as out:
        out.write(whole.read()[:-5])
    done = subprocess.run([SONDE, "read", "-n", cut], capture_output=True, check=False)
    assert done.returncode == 1 and b"is cut short at byte" in done.stderr
    assert done.stdout.splitlines() == lines(path)[:-1]


def test_two_threads_tell_that_nobody_takes_the_lines(tmp_path):
    path = str(tmp_path / "many.pcap")
    many_lines(path)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([SONDE, "read", "-n", path], stdout=full, stderr=subprocess.PIPE,
                              check=False)
    assert done.returncode == 1
    assert done.stderr == b"sonde: Standard output cannot be written: No space left on device.\n"
    with subprocess.Popen([SONDE, "read", "-n", path], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as reader:
        assert reader.stdout.readline().startswith(b"    1 ")
        reader.stdout.close()
        assert reader.wait(60) == 1
        assert reader.stderr.read() == b""


def shared_captures():
    """All of tcpdump's files, in order."""
    if not SHARED.is_dir():
        pytest.skip(f"NO CAPTURES: {SHARED} is not there, so nothing was compared")
    return sorted(map(str, SHARED.iterdir()))


def test_the_short_way_of_decoding_agrees_on_shared_captures():
    """walk-file ends by a signal where packet_decode()'s two ways part."""
    done = subprocess.run([f"{TOOLS}/../packet/walk-file", *shared_captures()],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stderr.split()[0]) > 5000


def test_both_ways_agree_on_shared_captures():
    """Each ninth file: all of them take minutes."""
    compared = 0
    for path in shared_captures()[::9]:
        try:
            compared += assert_same(path)
        except AssertionError as error:
            if "is no capture file" not in str(error) and "is empty" not in str(error):
                raise
    assert compared > 100
