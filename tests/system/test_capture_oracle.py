# SPDX-License-Identifier: Apache-2.0
"""The capture floor against its oracles: tshark, capinfos and tcpdump of this system.

What we read must be what tshark reads, frame by frame; what we write must open there without a
warning and show all it holds. Reading runs over tcpdump's own test files in ../shared (set
SONDE_SHARED for another place). capinfos judges every file; tshark, which takes a quarter of a
second to start, judges every SAMPLE-th file frame by frame, and all of them with
SONDE_ORACLE=full (two minutes). SONDE_BUILD names the build directory (default: build).
"""
import concurrent.futures
import os
import pathlib
import shutil
import struct
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SONDE_BUILD", ROOT / "build"))
SHARED = pathlib.Path(os.environ.get("SONDE_SHARED", ROOT / ".." / "shared"))
CAPTURES = SHARED / "captures" / "tcpdump"
TOOLS = BUILD / "tests" / "capture"
SAMPLE = 1 if os.environ.get("SONDE_ORACLE") == "full" else 5
JOBS = os.cpu_count() or 2
NOISE = "Running as user"  # tshark's word to root

# Link types tshark 4.0 does not know: it refuses the whole file; tcpdump counts instead.
TSHARK_REFUSES = {
    "brcm-tag-prepend.pcap", "brcm-tag.pcap", "dsa-high-vid.pcap", "dsa.pcap",
    "edsa-high-vid.pcap", "edsa.pcap", "frf16_magic_ie-oobr.pcap", "hoobr_juniper3.pcap",
    "juniper_es_oobr.pcap", "juniper_monitor_invalid_cookie_length.pcap", "kday6.pcap",
    "vtp_asan-2.pcap", "vtp_asan-3.pcap", "vtp_asan.pcap",
}
# ATM: tshark takes a pseudo-header of 4 bytes off both lengths.
TSHARK_STRIPS_4 = {
    "atm-heapoverflow.pcap", "atm-oam-heapoverflow.pcap", "atm-oam-loopback-print-overrun.pcap",
}
# Fractions of a second above one second: tshark's 32-bit sum wraps, or is printed as it is.
TSHARK_WRAPS_TIME = {
    "atm-oam-loopback-print-overrun.pcap", "rx_serviceid_oobr.pcap",
    "timestamp_invalid_micro.pcap", "timestamp_invalid_nano.pcap",
}
# All-zero records: damage for us, empty packets of 1970 for tshark and tcpdump.
ZERO_RECORDS = {"bgp_vpn_rt-oobr.pcap", "vtp_asan.pcap"}


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, check=False,
                          encoding="utf-8", errors="replace")


def complaints(result):
    return [line for line in result.stderr.splitlines() if NOISE not in line]


@pytest.fixture(scope="module", autouse=True)
def tools():
    for name in ("tshark", "capinfos", "tcpdump"):
        assert shutil.which(name), f"{name} is missing: apt-get install tshark tcpdump"
    for name in ("list-frames", "write-sample"):
        assert (TOOLS / name).exists(), f"{TOOLS / name} is missing: build first"


@pytest.fixture(scope="module")
def captures():
    if not CAPTURES.is_dir():
        pytest.skip(f"NOT CHECKED against tcpdump's files: {CAPTURES} is absent; "
                    "set SONDE_SHARED to the folder that holds captures/")
    files = sorted(CAPTURES.glob("*.pcap*"))
    assert len(files) > 800
    return files


def each(function, files):
    """The complaints of function over all files, in parallel."""
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return [text for text in pool.map(function, files) if text]


def our_rows(path):
    result = run(TOOLS / "list-frames", path)
    return [tuple(line.split("\t")) for line in result.stdout.splitlines()], result


def reference_rows(path):
    """Classic pcap read by these few lines alone: what the bytes say."""
    data = path.read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    tick = 1 if b"\x3c" in data[:4] else 1000
    rows, at = [], 24
    while at + 16 <= len(data):
        seconds, ticks, captured, wire = struct.unpack_from(order + "IIII", data, at)
        if (seconds, ticks, captured, wire) == (0, 0, 0, 0) or captured > 262144:
            break
        if at + 16 + captured > len(data):
            break
        time = seconds * 10**9 + ticks * tick
        rows.append((str(len(rows) + 1), f"{time // 10**9}.{time % 10**9:09}", str(wire),
                     str(captured)))
        at += 16 + captured
    return rows, at


def compare_with_tshark(path):
    theirs = run("tshark", "-n", "-r", path, "-T", "fields", "-e", "frame.number",
                 "-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.cap_len")
    rows, ours = our_rows(path)
    expected = [tuple(line.split("\t")) for line in theirs.stdout.splitlines()]
    if path.name in TSHARK_STRIPS_4:
        expected = [(n, t, str(int(a) + 4), str(int(b) + 4)) for n, t, a, b in expected]
    if path.name in TSHARK_WRAPS_TIME:
        expected = [(n, "", a, b) for n, _, a, b in expected]
        rows = [(n, "", a, b) for n, _, a, b in rows]
    if rows != expected:
        return f"{path.name}: tshark {expected[:3]}..., sonde {rows[:3]}..."
    if (theirs.returncode != 0) != (ours.returncode != 0):
        return f"{path.name}: tshark says {complaints(theirs)}, sonde {ours.stderr!r}"
    return None


def test_frames_equal_tshark(captures):
    chosen = [path for index, path in enumerate(captures)
              if (index % SAMPLE == 0 or path.name in TSHARK_STRIPS_4 | TSHARK_WRAPS_TIME)
              and path.name not in TSHARK_REFUSES | ZERO_RECORDS]
    print(f"tshark judges {len(chosen)} of {len(captures)} files frame by frame")
    assert len(chosen) > 800 / SAMPLE * 0.9
    assert each(compare_with_tshark, chosen) == []


def compare_with_capinfos(path):
    """Packets, sum of wire lengths and time range, with the damage that capinfos sees."""
    theirs = run("capinfos", "-TrMQ", "-c", "-d", "-a", "-e", "-S", path)
    rows, ours = our_rows(path)
    if path.name in TSHARK_REFUSES | ZERO_RECORDS | TSHARK_STRIPS_4 | TSHARK_WRAPS_TIME:
        return None
    expected = theirs.stdout.strip().splitlines()[-1].strip('"').split('"\t"') \
        if theirs.stdout.strip() else []
    times = [int(row[1].replace(".", "")) for row in rows]
    actual = [str(path), str(len(rows)), str(sum(int(row[2]) for row in rows))]
    if times and times == sorted(times):  # else capinfos has its own idea of first and last
        actual += [rows[0][1], rows[-1][1]]
    close = len(expected) == 5 and expected[:3] == actual[:3] and all(
        ours_time.startswith(theirs_time)
        for theirs_time, ours_time in zip(expected[3:], actual[3:]))
    if not close:
        return f"{path.name}: capinfos {expected} {complaints(theirs)}, sonde {actual}"
    if (theirs.returncode != 0) != (ours.returncode != 0):
        return f"{path.name}: capinfos says {complaints(theirs)}, sonde {ours.stderr!r}"
    return None


def test_totals_equal_capinfos(captures):
    assert each(compare_with_capinfos, captures) == []


def test_frames_equal_the_bytes(captures):
    """Every classic file against a second reader; among them all that tshark reads otherwise."""
    def compare(path):
        if path.read_bytes()[:4] not in (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4",
                                         b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d"):
            return None
        rows, ours = our_rows(path)
        expected, offset = reference_rows(path)
        if rows != expected:
            return f"{path.name}: bytes {expected[:3]}..., sonde {rows[:3]}..."
        whole = offset == path.stat().st_size
        if whole != (ours.returncode == 0) or not whole and f"at byte {offset}:" not in ours.stderr:
            return f"{path.name}: bytes end at {offset}, sonde {ours.stderr!r}"
        return None
    assert each(compare, captures) == []


def test_counts_equal_tcpdump_where_tshark_refuses(captures):
    for path in captures:
        if path.name in TSHARK_REFUSES - ZERO_RECORDS:
            theirs = run("tcpdump", "-n", "--count", "-r", path)
            rows, _ = our_rows(path)
            assert int(theirs.stdout.split()[0]) == len(rows), path.name


def test_zero_records_are_damage(captures):
    for path in captures:
        if path.name in ZERO_RECORDS:
            _, ours = our_rows(path)
            assert ours.returncode == 1 and "zero bytes stand" in ours.stderr, path.name


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    path = tmp_path_factory.mktemp("capture") / "sample.pcapng"
    result = run(TOOLS / "write-sample", path)
    assert result.returncode == 0, result.stderr
    return path


def tshark_fields(path, *fields, options=()):
    command = ["tshark", "-n", *options, "-r", path, "-T", "fields"]
    for field in fields:
        command += ["-e", field]
    result = run(*command)
    assert result.returncode == 0 and complaints(result) == []
    return [line.split("\t") for line in result.stdout.splitlines()]


def test_ours_opens_without_a_warning(sample):
    for command in (("tshark", "-n", "-r", sample), ("capinfos", sample),
                    ("tshark", "-n", "-r", sample, "-V")):
        result = run(*command)
        assert result.returncode == 0 and complaints(result) == []
        assert "Malformed" not in result.stdout


def test_tcpdump_opens_one_interface(sample, tmp_path):
    """libpcap wants one link type: the frames of the first interface."""
    first = tmp_path / "first.pcapng"
    data = sample.read_bytes()
    kept, at, interfaces = b"", 0, 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        interfaces += kind == 1
        second = kind == 1 and interfaces == 2 or \
            kind in (5, 6) and struct.unpack_from("<I", data, at + 8)[0] == 1
        kept += b"" if second else data[at:at + size]
        at += size
    first.write_bytes(kept)
    result = run("tcpdump", "-n", "-r", first)
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == 3
    assert result.stdout.count("ICMP echo request") == 3


def test_tshark_shows_our_frames(sample):
    rows, _ = our_rows(sample)
    theirs = tshark_fields(sample, "frame.number", "frame.time_epoch", "frame.len",
                           "frame.cap_len")
    assert [list(row) for row in rows] == theirs
    assert theirs[0][1] == "1700000000.000000001"
    assert [row[0] for row in tshark_fields(sample, "frame.interface_name")] == \
        ["eth0", "eth0", "eth0", "tun0"]


def test_tshark_shows_our_comments(sample):
    rows = tshark_fields(sample, "frame.number", "frame.comment",
                         options=("-Y", "frame.comment"))
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[0][1] == "probe: echo to 192.0.2.1, try 1,second line"
    assert rows[1][1] == "escape \\x1B[2J café\\nnext line"
    assert rows[2][1] == "l" * 65535
    assert tshark_fields(sample, "frame.number",
                         options=("-Y", 'frame.comment contains "try 1"')) == [["1"]]


def test_tshark_shows_our_directions(sample):
    values = [int(row[0] or "0", 16)
              for row in tshark_fields(sample, "frame.packet_flags")]
    assert [value & 3 for value in values] == [2, 1, 1, 0]
    assert [bool(value & 1 << 9) for value in values] == [True, False, False, False]


def test_tshark_knows_our_names(sample):
    """Names may come after the frames they are for, so tshark reads twice."""
    rows = run("tshark", "-2", "-N", "n", "-r", sample, "-T", "fields", "-e", "ip.dst_host")
    assert set(rows.stdout.split()) & {"scanme.lab", "www.scanme.lab"}


def test_capinfos_shows_what_we_said(sample):
    text = run("capinfos", sample).stdout
    for line in ("Capture hardware:    x86-64", "Capture oper-sys:    Debian 12",
                 "Capture application: sonde test", "Capture comment:     café \\xFF",
                 "Capture comment:     sonde scan -p 22 192.0.2.1", "Name = eth0", "Name = tun0",
                 "Description = to the lab", "Hardware = virtual card", "Speed = 1000000000",
                 "Filter string = icmp or tcp", "Operating system = Linux 6.1",
                 "Time precision = nanoseconds (9)", "Number of stat entries = 1",
                 "Number of resolved IPv4 addresses in file: 2",
                 "Number of resolved IPv6 addresses in file: 1"):
        assert line in text, line


def test_drop_counts_stand_in_the_file(sample):
    """No tool prints them (only Wireshark's window does): read them by the draft, section 4.6."""
    data, at, found = sample.read_bytes(), 0, []
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        assert struct.unpack_from("<I", data, at + size - 4)[0] == size
        if kind == 5:
            options, where = {}, at + 20
            while True:
                code, length = struct.unpack_from("<HH", data, where)
                if code == 0:
                    break
                options[code] = data[where + 4:where + 4 + length]
                where += 4 + (length + 3) // 4 * 4
            found.append((struct.unpack_from("<III", data, at + 8), options))
        at += size
    (head, first), (_, second) = found
    assert head[0] == 0 and head[1] << 32 | head[2] == 1700000001 * 10**9
    numbers = {code: struct.unpack("<Q", first[code])[0] for code in (4, 5, 6, 7, 8)}
    assert numbers == {4: 5, 5: 2, 6: 4, 7: 1, 8: 3}
    high, low = struct.unpack("<II", first[3])
    assert high << 32 | low == 1700000002 * 10**9
    assert 3 not in second and 4 not in second and 5 in second


def test_mergecap_and_editcap_accept_ours(sample, tmp_path):
    for name in ("mergecap", "editcap"):
        assert shutil.which(name), f"{name} is missing: apt-get install wireshark-common"
    merged, copied = tmp_path / "merged.pcapng", tmp_path / "copied.pcapng"
    assert run("mergecap", "-w", merged, sample, sample).returncode == 0
    assert len(our_rows(merged)[0]) == 8
    assert run("editcap", sample, copied).returncode == 0
    rows, ours = our_rows(copied)
    assert ours.returncode == 0 and rows == our_rows(sample)[0]


@pytest.mark.parametrize("zeros", [4, 64])
def test_tails_cut_or_zeroed_as_tshark(sample, tmp_path, zeros):
    """A damaged tail: the same frames come out of tshark and of us, and both exit not 0."""
    data = sample.read_bytes()
    broken = tmp_path / "broken.pcapng"
    for damaged in (data[:-zeros], data + bytes(zeros), data[:1000], data[:300]):
        broken.write_bytes(damaged)
        theirs = run("tshark", "-n", "-r", broken, "-T", "fields", "-e", "frame.number")
        rows, ours = our_rows(broken)
        assert len(theirs.stdout.splitlines()) == len(rows)
        assert theirs.returncode != 0 and ours.returncode != 0
        assert "at byte" in ours.stderr
