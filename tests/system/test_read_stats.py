# SPDX-License-Identifier: Apache-2.0
"""`sonde read -z` counts what `tshark -q -z` counts, in its layout, the same in JSON.

Captures are those of ../shared: a sample, or all of them with SONDE_STATS_ALL=1 (some minutes).
A capture is compared where tshark names no protocol in it that sonde has no dissector for.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import warnings

import pytest

from support import SONDE

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SHARED = pathlib.Path(os.environ.get("SONDE_SHARED", ROOT.parent / "shared"))
CAPTURES = SHARED / "captures" / "tcpdump"
ALL = bool(os.environ.get("SONDE_STATS_ALL"))
SAMPLE, JOBS, TIMEOUT_S = 17, 2, 60
LINKS = {0, 1, 9, 12, 50, 101, 113, 228, 229, 276}
TYPES = ("eth", "ip", "ipv6", "tcp", "udp", "sctp")
COMPARED = ["io,phs", *(f"conv,{t}" for t in TYPES), *(f"endpoints,{t}" for t in TYPES),
            "plen,tree"]
BROKEN = {"_ws.malformed", "_ws.short", "_ws.unreassembled"}  # where a reader gives up
DIFFER = os.path.join(os.path.dirname(__file__), "stats_differ.txt")
# Marks and lines that both have, and the filter's own line.
NODE = re.compile(r" *(?:\.\.\.)?(\S+) +frames:(\d+) bytes:(\d+)")


def run(*command):
    """Standard output of a command that must end by itself."""
    done = subprocess.run(command, capture_output=True, check=False, timeout=TIMEOUT_S)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode()


def read(path, *arguments):
    """What `sonde read` prints of a file, which may be a damaged one."""
    code, out, err = run(SONDE, "read", *arguments, str(path))
    assert code in (0, 1), err
    return out


def z(*names):
    """["-z", name...]."""
    return [word for name in names for word in ("-z", name)]


def tshark(path, *names):
    """The same of tshark, which prints the last statistic first."""
    return run("tshark", "-n", "-q", *z(*reversed(names)), "-r", str(path))[1]


def link_of(path):
    """The link type in the header of a pcap file; Ethernet for others: most are."""
    head = path.read_bytes()[:24]
    order = {b"\xd4\xc3\xb2\xa1": "little", b"\x4d\x3c\xb2\xa1": "little",
             b"\xa1\xb2\xc3\xd4": "big", b"\xa1\xb2\x3c\x4d": "big"}.get(head[:4])
    return int.from_bytes(head[20:24], order) & 0xffff if order else 1


@pytest.fixture(scope="module", name="captures")
def fixture_captures():
    """Captures with link types that sonde reads."""
    if not CAPTURES.is_dir():
        warnings.warn(f"{CAPTURES} is absent: statistics are not compared with tshark's")
        pytest.skip("no captures")
    return sorted(CAPTURES.iterdir())[::1 if ALL else SAMPLE]


@pytest.fixture(scope="module", name="known")
def fixture_known():
    """Names of protocols that sonde dissects."""
    lines = run(SONDE, "read", "--fields")[1].splitlines()
    names = {line.split("\t")[2] for line in lines if "\t" in line}
    return names | {line.split("\t")[0] for line in lines if line.split("\t")[1] == "protocol"}


def compare(path, known):
    """None when the capture holds what sonde does not dissect, or is broken; else the outputs."""
    if link_of(path) not in LINKS:
        return None
    theirs = tshark(path, *COMPARED)
    names = {m[1] for line in theirs.splitlines() if (m := NODE.fullmatch(line))}
    if not names or names - known or BROKEN & names:
        return None
    return theirs, read(path, *z(*COMPARED))


def known_to_differ():
    """Names of captures, each with where it differs in DIFFER."""
    with open(DIFFER, encoding="utf-8") as source:
        return {line.split(":")[0] for line in source if not line.startswith("#")}


def test_equal_tshark(captures, known):
    """Hierarchy, conversations, endpoints and lengths, to the character."""
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        pairs = list(pool.map(lambda path: compare(path, known), captures))
    compared = [(path.name, *pair) for path, pair in zip(captures, pairs, strict=True) if pair]
    different = {name for name, theirs, ours in compared if theirs != ours}
    assert len(compared) >= len(captures) / 8
    assert not different - known_to_differ()


def hierarchy(text):
    """The part of a text that is the hierarchy."""
    return text[text.index("Protocol Hierarchy"):].split("\n====", 1)[0]


def test_plain_frames_count_as_dissected_ones(captures):
    """Without dissectors (io,phs alone) and with (expert needs every frame), of every capture."""
    for path in captures:
        names = ["io,phs", *(f"conv,{t}" for t in TYPES)]
        code, quick, _ = run(SONDE, "read", *z(*names), str(path))
        if code == 2:
            continue
        full = read(path, *z(*names, "expert"))
        assert full.startswith(quick), path.name


def test_json_says_what_the_text_says(captures):
    """The numbers of the hierarchy, conversations and lengths; always valid JSON."""
    for path in captures:
        code, out, _ = run(SONDE, "read", "--json",
                           *z("io,phs", "conv,eth", "plen,tree", "expert", "flow,any", "io,stat,0"),
                           str(path))
        if code == 2:
            continue
        phs, conv, plen, expert, flow, io = json.loads(out)["statistics"]
        text = read(path, *z("io,phs"))
        nodes = [m.groups() for line in text.splitlines() if (m := NODE.fullmatch(line))]
        assert nodes == [(p["protocol"], str(p["frames"]), str(p["bytes"]))
                         for p in phs["protocols"]], path.name
        lines = read(path, *z("conv,eth")).splitlines()[5:-1]
        assert [line.split()[0] for line in lines] == [
            c["a"]["address"] for c in conv["conversations"]], path.name
        frames = plen["all"]["count"]
        assert sum(r["count"] for r in plen["ranges"]) == frames
        assert sum(i["values"][0]["frames"] for i in io["intervals"]) == frames
        assert len(flow["packets"]) <= frames
        assert all(n["count"] for n in expert["notes"])


def frames_of(path, *rows):
    """Writes an Ethernet capture: (time in us, bytes) a row."""
    with open(path, "wb") as out:
        out.write(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
        for time, data in rows:
            for number in (time // 10**6, time % 10**6, len(data), len(data)):
                out.write(number.to_bytes(4, "little"))
            out.write(data)
    return path


def udp(source, destination, ports, size):
    """An Ethernet frame with a UDP datagram."""
    head = b"".join(p.to_bytes(2, "big") for p in (*ports, 8 + size, 0))
    ip = (bytes.fromhex("4500") + (28 + size).to_bytes(2, "big") + bytes.fromhex("0001000040110000")
          + bytes(source) + bytes(destination))
    return bytes.fromhex("0200000000020200000000010800") + ip + head + bytes(size)


HOSTS = (192, 0, 2, 1), (198, 51, 100, 9)


@pytest.fixture(name="sample")
def fixture_sample(tmp_path):
    """Forty datagrams within 12.25 s, every third of them an answer."""
    rows = [(10**9 + i * 12_250_001 // 39,
             udp(*(HOSTS if i % 3 else HOSTS[::-1]), (4000 + i % 4, 7777), 50 + i))
            for i in range(40)]
    return frames_of(tmp_path / "sample.pcap", *rows)


@pytest.mark.parametrize("name", [
    "io,stat,1", "io,stat,5", "io,stat,2.5", "io,stat,0.05,tcp,udp", "io,stat,5,FRAMES",
    "io,stat,5,SUM(udp.length)udp.length", "io,stat,2.5,BYTES()udp.port==4001,FRAMES",
    "io,stat,5,AVG(udp.length)udp.length,MIN(frame.time_delta)frame.time_delta,"
    "SUM(frame.time_delta)frame.time_delta,MAX(frame.len)frame.len,COUNT(ip.src)ip.src",
    "conv,udp", "conv,udp,udp.port==4001", "endpoints,udp", "endpoints,ip,frame.number>20",
    "plen,tree", "plen,tree,udp.srcport==4002", "io,phs,ip.src==192.0.2.1"])
def test_layout(sample, name):
    """The text is tshark's."""
    assert read(sample, "-z", name) == tshark(sample, name)


def test_flow_fits_a_terminal(captures):
    """No line of a ladder is wider than 80 columns but the heading of two long addresses."""
    for path in captures:
        code, out, _ = run(SONDE, "read", "-z", "flow,any", str(path))
        events = [line for line in out.splitlines() if "--->" in line or "<---" in line]
        assert code == 2 or all(len(line) <= 80 for line in events), path.name


@pytest.mark.parametrize("arguments,says", [
    (["-z", "io,ph"], "io,phs"),
    (["-z", "conv,tpc"], "conv,tcp"),
    (["-z", "io,phs,ip.addrx"], "ip.addr"),
    (["-z", "io,stat,x"], "interval"),
    (["-z", "io,phs", "-Y", "tcp"], "-z \"io,phs,tcp\""),
    (["-z", "io,phs", "--json", "-V"], "-V"),
    (["--json"], "-z"),
    (["-z", "io,phs", "-w", "-"], "-w -")])
def test_wrong_arguments(sample, arguments, says):
    """One sentence, exit 2, nothing printed."""
    code, out, err = run(SONDE, "read", *arguments, str(sample))
    assert (code, out) == (2, "") and says in err and err.count("\n") == 1


def test_the_list_too(sample):
    """-P shows the packets, the statistics behind them."""
    out = read(sample, "-P", "-z", "io,phs", "-c", "3")
    assert out.count("UDP") == 3 and "frames:3" in out
    assert out.index("UDP") < out.index("Protocol Hierarchy")
    assert "UDP" not in read(sample, "-q")


def test_help():
    """-z help lists all."""
    code, out, _ = run(SONDE, "read", "-z", "help")
    assert code == 0
    assert all(name in out for name in ("io,phs", "conv,TYPE", "io,stat", "expert", "flow"))


def test_a_cut_file_counts_its_good_part(sample, tmp_path):
    """Exit 1, and what is whole is counted."""
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(sample.read_bytes()[:-5])
    code, out, err = run(SONDE, "read", "--json", "-z", "plen,tree", str(cut))
    assert code == 1 and err
    assert json.loads(out)["statistics"][0]["all"]["count"] == 39


PORTS = 40000  # streams: more than a table counts without a thread (packet/stat_table.c)


def syn(port, back):
    """A SYN to a port of HOSTS[1], or the reset that answers it, without options or data."""
    source, destination = HOSTS[::-1] if back else HOSTS
    ports = (port, 50000) if back else (50000, port)
    ip = bytes.fromhex("450000280001000040060000") + bytes(source) + bytes(destination)
    flags = bytes.fromhex("0000000100000000500204000000" if not back
                          else "0000000000000002501400000000")
    return (bytes.fromhex("0200000000020200000000010800") + ip
            + b"".join(p.to_bytes(2, "big") for p in ports) + flags + bytes(2))


@pytest.fixture(name="scan")
def fixture_scan(tmp_path):
    """Every port asked, two in three answered."""
    rows = [(10**9 + 20 * port + back, syn(port, back))
            for port in range(1, PORTS + 1) for back in range(1 + (port % 3 > 0))]
    return frames_of(tmp_path / "scan.pcap", *rows)


@pytest.mark.parametrize("name", ["conv,tcp", "endpoints,tcp", "conv,ip"])
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_one_processor_or_two(scan, name, form):
    """Threads count and write the same as none."""
    command = [SONDE, "read", "-n", *form, "-z", name, str(scan)]
    code, two, err = run(*command)
    assert (code, err) == (0, "")
    assert run("taskset", "-c", "0", *command) == (0, two, "")
    assert two.count("\n") > (2 if name == "conv,ip" else PORTS)


def test_conversations_of_a_scan(scan):
    """The long table has every stream, with its packets."""
    table = json.loads(read(scan, "-n", "--json", "-z", "conv,tcp"))["statistics"][0]
    found = {c["b"]["port"]: (c["packets_a_to_b"], c["packets_b_to_a"])
             for c in table["conversations"]}
    assert found == {port: (1, int(port % 3 > 0)) for port in range(1, PORTS + 1)}
    assert table["left_out"] == 0


def test_durations_in_the_middle_of_two(tmp_path):
    """Of 0.00345 s, say, tshark prints 0.0034 or 0.0035 by the doubles of its two ends."""
    rows = []
    for port in range(1, 400):
        start = 10**9 + 7919 * port * port
        rows += [(start, syn(port, False)), (start + 50 + 100 * (port % 97), syn(port, True))]
    path = frames_of(tmp_path / "middles.pcap", *sorted(rows))
    assert read(path, *z("conv,tcp")) == tshark(path, "conv,tcp")


def test_nobody_takes_the_lines(scan):
    """A full disk is told, by whichever thread's text met it."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run([SONDE, "read", "-n", "-z", "conv,tcp", str(scan)], stdout=full,
                              stderr=subprocess.PIPE, check=False, timeout=TIMEOUT_S)
    assert done.returncode != 0 and done.stderr
