# SPDX-License-Identifier: Apache-2.0
"""What `sonde read` is asked for and shows: options, columns, names, colours, wrong input."""

import gzip
import json
import os
import pty
import select
import shutil
import struct
import subprocess

import pytest

import read_craft as craft
import support
from support import SONDE

DAMAGED, USAGE = 1, 2


@pytest.fixture(name="file")
def sample_file(keep):
    """A pcap file with a frame of each kind."""
    return write(keep, "sample.pcap", craft.pcap(craft.sample()))


@pytest.fixture(name="rich")
def rich_file(keep):
    """A pcapng file that has everything."""
    return write(keep, "rich.pcapng", craft.rich())


def write(keep, name, data):
    path = os.path.join(keep, name)
    with open(path, "wb") as out:
        out.write(data)
    return path


def read(*args, status=0, **kwargs):
    """What sonde read prints, whose exit status must be the one given."""
    done = subprocess.run([SONDE, "read", *args], capture_output=True, text=True, timeout=60,
                          check=False, **kwargs)
    assert done.returncode == status, done.stderr
    if not status:
        assert done.stderr == ""
    return done.stdout


def tshark(*args):
    """What tshark prints."""
    assert shutil.which("tshark"), "tshark is missing: script/packages test"
    return subprocess.run(["tshark", "-n", *args], capture_output=True, text=True, timeout=60,
                          check=True).stdout


def same(ours, theirs):
    """Holds two texts to be equal; names the first lines that differ."""
    pairs = zip(ours.splitlines() + [None], theirs.splitlines() + [None])
    differ = [(a, b) for a, b in pairs if a != b]
    at = next((i for i, (a, b) in enumerate(zip(*differ[0])) if a != b), 0) \
        if differ and None not in differ[0] else 0
    where = [line and line[max(0, at - 60):at + 80] for line in differ[0]] if differ else None
    same_text = ours == theirs
    assert same_text, f"ours and tshark's: {where}"


WRONG = {
    "no file": ([], "needs a capture file"),
    "two files": (["FILE", "FILE"], "one file at a time"),
    "a filter behind the file": (["FILE", "tcp.port == 80"], "given with -Y"),
    "a capture filter behind the file": (["FILE", "tcp port 80"], "--capture-filter"),
    "two files followed": (["-f", "FILE", "tcp port 80"], "--capture-filter"),
    "not there": (["/nonexistent"], "/nonexistent"),
    "a directory": (["/"], "directory"),
    "no capture": (["/etc/passwd"], "no capture file"),
    "unknown option": (["--colums", "no", "FILE"], "--columns"),
    "time style": (["-t", "x", "FILE"], "adoy"),
    "time precision": (["-t", "ad.x", "FILE"], "ad.x"),
    "column": (["--columns", "no,sorce", "FILE"], "source"),
    "no column": (["--columns", ",", "FILE"], "--columns"),
    "columns and tree": (["--columns", "no", "-V", "FILE"], "--columns"),
    "columns and fields": (["--columns", "no", "-T", "json", "FILE"], "--columns"),
    "format": (["-T", "yaml", "FILE"], "yaml"),
    "fields without -e": (["-T", "fields", "FILE"], "-e"),
    "-e without fields": (["-e", "ip.src", "FILE"], "-T fields"),
    "field": (["-T", "fields", "-e", "ip.scr", "FILE"], "ip.src"),
    "-E": (["-T", "fields", "-e", "ip.src", "-E", "bom=x", "FILE"], "bom=x"),
    "tree as fields": (["-V", "-T", "fields", "-e", "ip.src", "FILE"], "-T text"),
    "ranges without tree": (["--ranges", "FILE"], "--ranges"),
    "protocol": (["-O", "radus", "FILE"], "the nearest is \"radius\""),
    "no protocol near": (["-O", "zzzzzz", "FILE"], "sonde read --fields"),
    "column": (["--columns", "numbr", "FILE"], "the nearest is \"number\""),
    "no column near": (["--columns", "x", "FILE"], "sonde read --fields"),
    "packed by others": (["XZ"], "xz -dc"),
    "name letter": (["-N", "x", "FILE"], "\"x\""),
    "vendors": (["-N", "m", "FILE"], "MAC vendors"),
    "name servers": (["-N", "N", "FILE"], "name servers"),
    "colour": (["--color", "maybe", "FILE"], "maybe"),
    "count": (["-c", "0", "FILE"], "-c"),
    "file format": (["-F", "erf", "-w", "OUT", "FILE"], "erf"),
    "-F alone": (["-F", "pcap", "FILE"], "-w FILE"),
    "repair alone": (["--repair", "FILE"], "-w FILE"),
    "repair and follow": (["--repair", "-f", "-w", "OUT", "FILE"], "--repair"),
    "own input": (["-w", "FILE", "FILE"], "being read"),
    "no such directory": (["-w", "/nonexistent/out", "FILE"], "/nonexistent/out"),
    "both to stdout": (["-w", "-", "-P", "FILE"], "Standard output"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_gets_one_sentence(keep, file, case):
    args, piece = WRONG[case]
    places = {"FILE": file, "OUT": os.path.join(keep, "out"),
              "XZ": write(keep, "packed.xz", b"\xfd7zXZ\0")}
    done = subprocess.run([SONDE, "read", *[places.get(word, word) for word in args]],
                          capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == USAGE
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("sonde: "), done.stderr
    assert done.stderr[-2] in ".?" and piece in done.stderr


@pytest.mark.parametrize("args, hint", [
    (["-Y", "tcp.port = 80"], "write =="),
    (["-Y", "tcp port 80"], "give it with --capture-filter"),
    (["-Y", "tcp prt 80"], None),
    (["--capture-filter", "tcp.port == 80"], "give it with -Y"),
    (["--capture-filter", "tcp prt 80"], None),
])
def test_a_filter_in_the_other_language_is_known(file, args, hint):
    done = subprocess.run([SONDE, "read", *args, file], capture_output=True, text=True,
                          timeout=20, check=False)
    assert done.returncode == USAGE and done.stdout == ""
    assert hint in done.stderr if hint else "give it with" not in done.stderr


def test_a_wrong_capture_filter_is_told_of_a_file_without_frames(keep):
    empty = write(keep, "empty.pcap", craft.pcap([]))
    assert read("--capture-filter", "tcp", empty) == ""
    read("--capture-filter", "tcp prt", empty, status=USAGE)


@pytest.mark.parametrize("text, word, why", [
    ("tcp port 80 && udp prt 53", "prt", "syntax error"),
    ("wlan type mgt", "type", "802.11"),
])
def test_a_wrong_capture_filter_is_pointed_at(keep, file, text, word, why):
    """By the first frame, and where there is none."""
    for path in (file, write(keep, "empty.pcap", craft.pcap([]))):
        done = subprocess.run([SONDE, "read", "--capture-filter", text, path],
                              capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == USAGE and done.stdout == ""
        sentence, *mark = done.stderr.splitlines()
        assert sentence.startswith(f'sonde: The capture filter "{text}" does not work')
        assert why in sentence
        assert mark == [f"    {text}", " " * (4 + text.index(word)) + "^" + "~" * (len(word) - 1)]


def test_a_reader_that_leaves_is_no_message(keep):
    big = write(keep, "big.pcap", craft.pcap(craft.sample() * 20000))
    with subprocess.Popen([SONDE, "read", big], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as run:
        assert run.stdout.readline().startswith(b"    1 ")
        run.stdout.close()
        assert run.wait(timeout=60) == DAMAGED
        assert run.stderr.read() == b""


def test_a_full_standard_output_is_one_sentence(file):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([SONDE, "read", file], stdout=full, stderr=subprocess.PIPE,
                              text=True, timeout=20, check=False)
    assert done.returncode == DAMAGED
    assert done.stderr == "sonde: Standard output cannot be written: No space left on device.\n"


@pytest.mark.parametrize("style", ["r", "a", "ad", "adoy", "d", "dd", "e", "u", "ud", "udoy"])
def test_time_styles_are_those_of_tshark(file, monkeypatch, style):
    monkeypatch.setenv("TZ", "America/New_York")
    fields = ["-t", style, "-T", "fields", "-e", "_ws.col.Time"]
    assert read(*fields, file) == tshark(*fields, "-r", file)


@pytest.fixture(name="timeless")
def timeless_file(keep):
    """Packets with a time, with none (a simple packet block) and from before 1970."""
    frames = craft.sample()
    offset = craft.option(14, struct.pack("<q", -3600)) + craft.option(0, b"")
    simple = craft.block(craft.SPB, struct.pack("<I", len(frames[1])) + craft.padded(frames[1]))
    return write(keep, "timeless.pcapng", craft.section() + craft.interface(options=offset)
                 + craft.packet(frames[1], 1700000000 * 10**6) + simple
                 + craft.packet(frames[2], 5 * 10**6) + simple)


@pytest.mark.parametrize("show", [
    [], ["-t", "ad"], ["-t", "d"], ["-t", "dd"], ["-t", "e"], ["-2"], ["-Y", "!frame.time_epoch"],
    ["-T", "fields", "-e", "frame.number", "-e", "frame.time", "-e", "frame.time_delta"]],
    ids=" ".join)
def test_packets_without_a_time_have_none(timeless, show):
    same(read("--strict", *show, timeless), tshark(*show, "-r", timeless))
    assert read("-Y", "!frame.time", timeless).count("\n") == 2


def test_ek_counts_back_from_1970(timeless):
    stamps = [json.loads(line) for line in read("-T", "ek", timeless).splitlines()]
    assert [row["index"]["_index"][-10:] for row in stamps[::2]] == [
        "2023-11-14", "1970-01-01", "1969-12-31", "1970-01-01"]
    assert [row["timestamp"] for row in stamps[1::2]] == ["1699996400000", "0", "-3595000", "0"]


def test_time_styles_take_a_precision(file):
    assert read("-t", "ud.3", "-c1", "--columns", "time", file) == "2023-11-14 22:13:20.000\n"
    assert read("-t", "r.0", "-c1", "--columns", "time", file).strip() == "0"


LAYOUTS = [["-x"], ["-V"], ["-V", "-x"], ["-P", "-V"], ["-P", "-x"], ["-P", "-V", "-x"],
           ["-O", "ip,udp"], ["-P", "-O", "arp", "-x"], ["-T", "tabs"]]


@pytest.mark.parametrize("layout", LAYOUTS, ids=" ".join)
def test_layouts_are_those_of_tshark(keep, layout):
    file = write(keep, "plain.pcap", craft.pcap(craft.sample()[:2]))
    same(read(*layout, file), tshark(*layout, "-r", file))


def test_psml_is_that_of_tshark(keep):
    file = write(keep, "plain.pcap", craft.pcap(craft.sample()[:3]))
    ours, theirs = read("-T", "psml", file), tshark("-T", "psml", "-r", file)
    same(ours.replace('"sonde"', '"wireshark/4.0.17"'), theirs)


@pytest.mark.parametrize("setting", ["separator=;", "separator=/s", "aggregator=;", "quote=d",
                                     "quote=s", "occurrence=f", "occurrence=l", "header=y",
                                     "bom=y"])
def test_fields_settings_are_those_of_tshark(file, setting):
    fields = ["-T", "fields", "-E", setting, "-e", "frame.number", "-e", "ip.addr", "-e",
              "udp.port", "-e", "_ws.col.Protocol"]
    assert read(*fields, file) == tshark(*fields, "-r", file)


def test_ek_is_that_of_tshark(keep):
    file = write(keep, "ip.pcap", craft.pcap([frame[14:] for frame in craft.sample()[1:3]], 101))
    ours, theirs = read("-T", "ek", file), tshark("-T", "ek", "-r", file)
    same(ours, theirs)


def test_columns_are_laid_out_as_tshark_does(file):
    columns = ('gui.column.format:"N","%m","D","%d","S","%s","P","%uS","F","%Cus:ip.proto",'
               '"T","%t","I","%i"')
    # tshark shows the ports of an ICMP error's quote as those of the error itself.
    ours = read("--columns", "number,dst,src,srcport,ip.proto,time,protocol", "-Y", "!icmp", file)
    theirs = tshark("-o", columns.replace('"I","%i"', '"I","%p"'), "-Y", "!icmp", "-r", file)
    same(ours, theirs)


def test_columns_of_a_scan_file(rich):
    lines = read("--columns", "no,interface,direction,comment,length", rich).splitlines()
    assert lines[0] == "    1 eth0 in probe 0 second line 42"
    assert lines[1] == "    2 eth0 out probe 1 second line 75"
    assert lines[-1].endswith("big 54")


def test_an_icmp_error_names_its_probe_in_the_list(file):
    words = "Destination unreachable (Port unreachable)"
    line = read("-Y", "icmp", file)
    assert line.rstrip("\n").endswith(
        f"{words} [about UDP 192.0.2.10:40000 → 192.0.2.1:161]")
    assert read("-Y", "icmp", "--strict", file).rstrip("\n").endswith(words)
    assert read("-Y", "icmp", "-T", "fields", "-e", "_ws.col.Info", file) == words + "\n"
    about = read("--columns", "no,about", file).splitlines()
    assert about[2] == "    3 UDP 192.0.2.10:40000 → 192.0.2.1:161"
    assert about[1] == "    2 "


def test_names_of_the_capture_and_of_ports(rich):
    lines = read("-N", "nt", rich).splitlines()
    assert "192.0.2.10 → target.example" in lines[1]
    assert read("-N", "nt", "-n", rich) == read(rich)
    ports = read("-N", "t", "--columns", "srcport,dstport", rich).splitlines()
    assert ports[1] == "safetynetp domain" and ports[3] == "40001 ssh"
    assert ports[5] == "safetynetp 40007"  # nobody's
    assert "192.0.2.1" in lines[0]  # within Info addresses stay numbers


def test_hosts_file_names_loopback(keep):
    with open("/etc/hosts", encoding="utf-8") as hosts:
        rows = [line.split("#")[0].split() for line in hosts]
    name = next((row[1] for row in rows if len(row) > 1 and row[0] == "127.0.0.1"), None)
    assert name, "/etc/hosts does not name 127.0.0.1"
    file = write(keep, "lo.pcap", craft.pcap([craft.ipv4(17, craft.udp(1, 2), "127.0.0.1")], 101))
    assert f"{name} → 192.0.2.1" in read("-N", "n", file)


def test_colours_follow_the_environment(file):
    plain = read(file).splitlines()
    for env, begin in (({"COLORTERM": "truecolor"}, "\033[38;2;18;39;46m\033[48;2;250;240;215m"),
                       ({"TERM": "xterm-256color"}, "\033[38;5;16m\033[48;5;230m"),
                       ({"TERM": "linux"}, "\033[30m\033[103m")):
        lines = read("--color", "always", file, env={"PATH": os.environ["PATH"], **env})
        first = lines.splitlines()[0]
        assert first == begin + plain[0] + "\033[0m"
    assert read("--color", "never", file).splitlines() == plain


def test_colour_rules_are_wiresharks(file):
    backs = [line.split("m")[1] for line in read(
        "--color", "always", file, env={"COLORTERM": "truecolor"}).splitlines()]
    assert backs == ["\033[48;2;250;240;215",  # ARP
                     "\033[48;2;218;238;255",  # UDP
                     "\033[48;2;18;39;46",  # ICMP errors
                     "\033[48;2;160;160;160",  # TCP SYN/FIN
                     "\033[48;2;164;0;0",  # TCP RST
                     "\033[48;2;218;238;255"]


def on_terminal(*args, **env):
    """What sonde read writes to a terminal."""
    master, slave = pty.openpty()
    out = b""
    with subprocess.Popen([SONDE, "read", *args], stdout=slave, stderr=slave,
                          env={"PATH": os.environ["PATH"], "TERM": "xterm", **env}) as run:
        os.close(slave)
        while select.select([master], [], [], 20)[0]:
            try:
                part = os.read(master, 65536)
            except OSError:  # the other end was closed
                break
            if not part:
                break
            out += part
        assert run.wait(timeout=20) == 0
    os.close(master)
    return out.decode()


def test_colour_is_for_terminals_and_no_color_is_obeyed(file):
    assert "\033[" in on_terminal(file)
    assert "\033[" not in on_terminal(file, NO_COLOR="1")
    assert "\033[" not in on_terminal(file, TERM="dumb")
    assert "\033[" not in read(file)


def test_ranges_name_bytes_as_filters_do(file):
    tree = read("-O", "ip", "--ranges", "-Y", "udp.dstport == 53", file).splitlines()
    assert "    Time to Live: 64  frame[22:1]" in tree
    assert tree[1].endswith("  frame[0:14]")


def test_bytes_of_the_filters_fields_stand_out(file):
    lines = read("-x", "-Y", "ip.ttl == 64 && dns", "--color", "always", file).splitlines()
    assert lines[1].startswith("0010  00 3d 00 01 00 00 \033[7m40\033[27m 11 ")
    assert read("-x", "-Y", "dns", file).count("\033") == 0


@pytest.mark.parametrize("link", [12, 14, 101, 228])
def test_every_number_of_raw_ip(keep, link):
    file = write(keep, "raw.pcap", craft.pcap([craft.ipv4(17, craft.udp(1, 40000))], link))
    assert read(file) == tshark("-r", file)
    other = craft.section() + craft.interface(link)
    other += craft.packet(craft.ipv4(17, craft.udp(1, 40000)), 0)
    file = write(keep, "raw.pcapng", other)
    assert " UDP 28 1 → 40000" in read(file)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_every_pcap_is_read_packed_and_from_a_pipe(keep, order, nano):
    data = craft.pcap(craft.sample(), order=order, nano=nano)
    file = write(keep, "a.pcap", data)
    packed = write(keep, "a.pcap.gz", gzip.compress(data))
    want = read("--strict", file)
    assert len(want.splitlines()) == len(craft.sample())
    assert read("--strict", packed) == want
    with open(packed, "rb") as stdin:
        assert read("--strict", "-", stdin=stdin) == want
    fields = ["-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len"]
    assert read(*fields, file) == tshark(*fields, "-r", file)


def test_names_from_strangers_are_escaped(keep):
    data = craft.section() + craft.interface(options=craft.option(2, b"a\033[2Jb"))
    data += craft.names([(craft.B, "evil\033[2J")])
    data += craft.packet(craft.sample()[1], 0, options=craft.option(1, b"c\033[2J\x07"))
    file = write(keep, "evil.pcapng", data)
    out = read("-N", "n", "--columns", "no,dst,comment,interface,info", file)
    assert "\033" not in out and "\x07" not in out and "\\x1B[2J" in out


def test_help_and_manual_name_every_option():
    done = subprocess.run([SONDE, "read", "--help"], capture_output=True, text=True, check=True,
                          timeout=20).stdout
    manual = os.path.join(support.BUILD, "man", "sonde-read.1")
    with open(manual, encoding="utf-8") as page:
        text = page.read().replace("\\-", "-")
    for name in ("--columns", "--capture-filter", "--follow", "--repair", "--color", "--strict",
                 "--ranges"):
        assert name in done and name in text
