# SPDX-License-Identifier: Apache-2.0
"""Hostile bytes: whatever a capture holds, no report of a sanitizer, no hang, bounded, escaped.

The inputs are made by hostile_frames.py, a row of reliability-security.md section 2 each;
tests/fuzz/regress/README.md says which row shows what. cut-frames (tests/fuzz) takes each frame
every way and checks what must hold of any; its sanitizer build comes from script/test. Work is
counted in basic blocks by cut-frames-counted, so that no test looks at a clock.

Frames of tcpdump's own files in ../shared (SONDE_SHARED for another place) are cut at sampled
bytes, always the same ones; bench/hostile cuts them at every byte.
"""

import concurrent.futures
import json
import os
import pathlib
import random
import re
import subprocess
import unicodedata

import hostile_frames
import pytest
import read_craft as craft
from support import BUILD, REPO, SONDE
from write_talks import TALKS, write_talks

SHARED = pathlib.Path(os.environ.get("SONDE_SHARED", os.path.join(REPO, "..", "shared")))
CAPTURES = SHARED / "captures" / "tcpdump"
ASAN = os.path.join(REPO, "build-asan")
CHECKED = ASAN if os.path.exists(os.path.join(ASAN, "build.ninja")) else BUILD
CUT_FRAMES = os.path.join(CHECKED, "tests", "fuzz", "cut-frames")
REPLAY_CAPTURE = os.path.join(CHECKED, "tests", "fuzz", "replay-capture")
COUNTED = os.path.join("tests", "fuzz", "cut-frames-counted")
SAMPLE = 1  # cuts of a frame, each both ways
PARTS = 2
ENVIRONMENT = {**os.environ, "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1", "TZ": "UTC"}


def run(*command, **kwargs):
    return subprocess.run(command, capture_output=True, check=False, env=ENVIRONMENT, timeout=600,
                          **kwargs)


def write(path, data):
    with open(path, "wb") as out:
        out.write(data)
    return path


def row_file(keep, row):
    return write(os.path.join(keep, f"{row}.pcapng"),
                 hostile_frames.mixed(hostile_frames.ROWS[row]()))


def holds(done):
    """Fails with what a checked program said, if it did not end well."""
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")[-4000:]
    return done.stdout.decode()


def read(path, *options, status=0):
    """What sonde read prints."""
    done = run(SONDE, "read", *options, path)
    assert done.returncode == status, done.stderr.decode()
    return done.stdout.decode()


def one(keep, frame, *options, status=0):
    """What sonde read prints of one frame of ours."""
    return read(write(os.path.join(keep, "one.pcapng"), hostile_frames.mixed([frame])), *options,
                status=status)


# ---- Every row: no report, every way ----

@pytest.mark.parametrize("row", hostile_frames.ROWS)
def test_every_frame_of_a_row_is_survived(keep, row):
    out = holds(run(CUT_FRAMES, "-s", str(SAMPLE), row_file(keep, row)))
    assert re.match(r"1 files, [1-9]\d* frames, \d+ cuts, 0 over budget", out), out


def test_every_message_of_a_talk_is_survived(keep):
    """In order, so that memos, announcements and messages over several segments are at work."""
    files = write_talks(keep)
    out = holds(run(CUT_FRAMES, "-s", str(SAMPLE), *files))
    assert re.match(rf"{len(TALKS)} files, \d{{3,}} frames, \d{{3,}} cuts, 0 over budget", out), out


def test_talks_in_any_order_are_survived(keep):
    """Frames lost, doubled and out of order, of all talks at once; always the same ones."""
    frames, chance = [frame for make in TALKS for frame in make()], random.Random(7)
    files = []
    for number in range(3):
        some = [frame for frame in frames for _ in range(chance.choice((0, 1, 1, 2)))]
        reach = (8, 60, len(some))[number]  # how far a frame may stray
        order = sorted(range(len(some)), key=lambda at: at + chance.uniform(0, reach))
        files.append(write(os.path.join(keep, f"{number}.pcap"),
                           craft.pcap([some[at] for at in order])))
    out = holds(run(CUT_FRAMES, "-s", str(SAMPLE), "-w", *files))
    assert re.match(rf"{len(files)} files, \d{{4,}} frames, 0 cuts, 0 over budget", out), out


@pytest.mark.parametrize("row", hostile_frames.FILES)
def test_every_file_of_a_row_is_survived(keep, row):
    files = [write(os.path.join(keep, name), data) for name, data in hostile_frames.FILES[row]()]
    assert f"{len(files)} inputs" in holds(run(REPLAY_CAPTURE, *files))
    for path in files:
        done = run(SONDE, "read", "-V", path)
        assert done.returncode in (0, 1, 2), (path, done.returncode)
        if done.returncode:
            assert re.fullmatch(r'sonde: ".*" is .*\n', done.stderr.decode()), (path, done.stderr)
        if done.returncode == 1:
            assert re.search(r" at byte \d+", done.stderr.decode()), (path, done.stderr)


def test_sampled_cuts_of_all_captures():
    if not CAPTURES.is_dir():
        pytest.skip(f"NOT CUT: tcpdump's files in {CAPTURES} are absent; only our own frames are")
    with concurrent.futures.ThreadPoolExecutor(PARTS) as pool:
        done = list(pool.map(lambda part: run(CUT_FRAMES, "-s", str(SAMPLE), "-p", f"{part}/{PARTS}",
                                              str(CAPTURES)), range(PARTS)))
    counts = [re.match(r"(\d+) files, (\d+) frames, (\d+) cuts", holds(part)) for part in done]
    assert all(int(count.group(1)) >= 830 for count in counts), counts
    assert sum(int(count.group(2)) for count in counts) >= 10000, counts
    assert all(int(count.group(3)) for count in counts), counts


# ---- Work and memory ----

def test_the_dearest_frames_stay_within_their_budget(keep):
    ninja = run("ninja", "-C", BUILD, COUNTED)
    assert ninja.returncode == 0, ninja.stdout.decode()
    for name, frame in hostile_frames.worst():
        write(os.path.join(keep, f"{name}.pcapng"), hostile_frames.mixed([frame]))
    for row in hostile_frames.ROWS:
        row_file(keep, row)
    out = holds(run(os.path.join(BUILD, COUNTED), "-w", keep,
                    *([str(CAPTURES)] if CAPTURES.is_dir() else [])))
    assert int(re.search(r"most basic blocks: (\d+)", out).group(1)) > 1000000, "it does not count"
    assert int(re.search(r"most items: (\d+)", out).group(1)) <= 8192, out


# ---- Nothing is decided by bytes that nobody wrote (B35) ----

def under_valgrind(*command):
    """Exit status 9 when a branch or an address hung on memory that was never written."""
    return run("valgrind", "-q", "--error-exitcode=9", "--leak-check=no", *command)


def test_no_decision_hangs_on_unwritten_bytes(keep):
    frames = [frame for make in hostile_frames.ROWS.values()
              for frame in (lambda all: all[::max(1, len(all) // 6)])(list(make()))
              if len(frame[1]) < 4000]
    assert len(frames) > 100
    path = write(os.path.join(keep, "sample.pcapng"), hostile_frames.mixed(frames))
    holds(under_valgrind(os.path.join(BUILD, "tests", "fuzz", "cut-frames"), "-s", "1", path))


def test_an_unwritten_byte_would_be_found(keep):
    program = os.path.join(keep, "unwritten")
    source = b"#include <stdlib.h>\nint main(void) { char *p = malloc(1); return *p ? 1 : 0; }\n"
    assert run("gcc", "-O0", "-x", "c", "-o", program, "-", input=source).returncode == 0
    assert under_valgrind(program).returncode == 9


# ---- What is said of each ----

def test_lengths_that_lie_are_said(keep):
    lie = hostile_frames.eth4(hostile_frames.TCP, hostile_frames.tcp(80), length=65535)
    assert "IPv4 total length exceeds packet length" in one(keep, lie, "-V")
    lie = hostile_frames.eth4(hostile_frames.TCP, hostile_frames.tcp(80), length=19)
    assert "Bogus IP length" in one(keep, lie, "-V")
    lie = hostile_frames.eth4(hostile_frames.UDP, hostile_frames.udp(53, b"x" * 20, length=7))
    assert "BAD UDP LENGTH 7 < 8" in one(keep, lie)
    lie = hostile_frames.eth4(hostile_frames.TCP, hostile_frames.tcp(80), ihl=4)
    assert "ogus" in one(keep, lie)


def test_a_cut_and_a_lie_are_told_apart(keep):
    link, frame, _ = hostile_frames.eth4(hostile_frames.TCP, hostile_frames.tcp(80))
    for size in range(35, 54):  # with none of TCP's bytes tshark says nothing either
        cut = one(keep, (link, frame[:size], len(frame) - size), "-V")
        lie = one(keep, (link, frame[:size], 0), "-V")
        assert "[Packet size limited during capture: TCP truncated]" in cut, size
        assert "[Malformed Packet" not in cut, size
        assert "[Malformed Packet: TCP]" in lie, size
        assert "Internet Protocol Version 4, Src: 192.0.2.10" in cut and "192.0.2.10" in lie


@pytest.mark.parametrize("row, mark, at_least", [
    ("B4", "[Malformed Packet: ICMP", 100),
    ("B5-B6", " (with too-short option length = 0 bytes)]", 200),
    ("B5-B6", " (with too-short option length = 1 byte)]", 200),
    ("B5-B6", " bytes says option goes past end of options)]", 500),
    ("B5-B6", "[option length should be ", 100),
    ("B5-B6", "[suboption would go past end of option]", 20),
    ("B7", "[Malformed Packet: TCP]", 160),
    ("B12", "<Name contains a pointer that loops>", 2),
    ("B12", "[Malformed Packet: DNS]", 5),
    ("B15", "<Name too long>", 1),
    ("B17", "[Malformed Packet: DNS]", 20),
    ("B25", "[Malformed Packet: ", 20),
    ("B41", "[Malformed Packet: ARP/RARP]", 50),
    ("B41", "[Malformed Packet: LLDP]", 50),
])
def test_malformed_frames_are_marked(keep, row, mark, at_least):
    assert read(row_file(keep, row), "-V").count(mark) >= at_least


def test_fragments_are_put_together_or_said_to_be_wrong(keep):
    """Of the orders that hostile_frames.fragments() makes, each as UDP, TCP and over IPv6."""
    out = read(row_file(keep, "B26-B27"), "-V")
    for version in (4, 6):
        whole = re.findall(rf"\[(\d) IPv{version} Fragments \((\d+) bytes\)", out)
        datagrams = 2 if version == 4 else 1
        assert sorted(whole) == sorted(datagrams * [
            ("3", "64"),  # overlap
            ("2", "16"),  # teardrop: the last one ends inside the first
            ("2", "64"),  # tiny first
            ("3", "64"),  # doubles
            ("3", "64"),  # reversed
        ]), (version, whole)
    assert out.count("[Fragment overlap: True]") == 12  # overlap, teardrop, doubles
    assert out.count("[Fragment too long: True]") == 3  # teardrop
    assert " Fragments (" not in out.split("\nFrame 49:")[1]  # 3000 sets stay open


def test_the_rest_of_a_file_is_read_after_each_lie(keep):
    good = hostile_frames.eth4(hostile_frames.ICMP, hostile_frames.icmp(8, 0, b"good one"))
    for row, make in hostile_frames.ROWS.items():
        frames = list(make())
        path = write(os.path.join(keep, f"{row}.pcapng"), hostile_frames.mixed(frames + [good]))
        out = read(path, "-T", "fields", "-e", "frame.number", "-e", "data.data")
        assert out.splitlines()[-1] == f"{len(frames) + 1}\t{b'good one'.hex()}", row


def test_nests_end_with_a_word(keep):
    path = row_file(keep, "B23-B24")
    out = read(path, "-V")
    assert out.count("[Too much in one frame: the rest is not shown]") >= 6, out.count("Too much")
    depths = [line.count(":") for line in
              read(path, "-T", "fields", "-e", "frame.protocols").splitlines()]
    assert max(depths) <= 80, depths


def test_what_is_too_much_is_said(keep):
    """Nothing is shown without its value once a frame's budget of text or lines is used up."""
    frames = [frame for _, (link, frame, _) in hostile_frames.worst() if link == 1]
    path = os.path.join(keep, "worst.pcap")
    with open(path, "wb") as out:
        out.write(craft.pcap(frames))
    said = re.split(r"^Frame (?=\d+:)", read(path, "-V"), flags=re.M)[1:]
    assert len(said) == len(frames)
    too_much = [text for text in said if "[Too much in one frame: the rest is not shown]" in text]
    assert len(too_much) >= 90, len(too_much)
    assert all("[Protocols in frame: " in text for text in said)
    assert not [text for text in too_much if re.search(r"^ *(Text|Name: )$", text, re.M)]


def test_a_name_costs_no_more_than_its_budget(keep):
    lines = read(row_file(keep, "B13-B14")).splitlines()
    assert len(lines) == 2 and all("DNS" in line for line in lines)
    link, frame, _ = hostile_frames.dns_frame(hostile_frames.chain_with_records(),
                                              counts=(0, 65535, 0, 0))
    said = one(keep, (link, frame, 0), "-V")
    assert "[Too much in one frame: the rest is not shown]" in said
    assert 500 < said.count(" Name: ") < 4000


def test_names_that_point_wrongly_are_read_as_tshark_does(keep):
    """B12: to itself, into itself, forward, into the header, beyond the message."""
    path = row_file(keep, "B12")
    theirs = run("tshark", "-n", "-V", "-c", "9", "-r", path).stdout.decode()
    said = [[line for line in text.splitlines()
             if re.match(r"Frame \d+:| +Name: |\[Malformed Packet", line)]
            for text in (theirs, read(path, "-V", "-c", "9"))]
    assert [line.strip() for line in said[0] if "Name" in line] == (
        ["Name: <Name contains a pointer that loops>"] + 4 * ["Name: <Root>"])
    assert [line.split(" (")[0] for line in said[0]] == [line.split(" (")[0] for line in said[1]]


def test_unknown_link_types_are_bytes(keep):
    out = read(row_file(keep, "B39"), "-T", "fields", "-e", "frame.number")
    assert len(out.splitlines()) == 301 * 3


def test_long_texts_are_cut_in_the_list(keep):
    for line in read(row_file(keep, "B28")).splitlines():
        assert len(line) < 8192, len(line)


def test_times_at_the_ends_of_64_bits_are_printed(keep):
    for name, data in hostile_frames.FILES["B22"]():
        path = write(os.path.join(keep, name), data)
        for style in ("r", "a", "ad", "d", "dd", "e", "u", "ud"):
            assert len(read(path, "-t", style).splitlines()) == 3, (name, style)


# ---- Text from strangers ----

def terminal_safe(text):
    """Fails on a character that moves, hides or reorders others: by Python's own tables."""
    for character in text:
        kind = unicodedata.category(character)
        assert character in "\n\t" or kind not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"), \
            f"{ord(character):#x} in {text[:200]!r}"


@pytest.mark.parametrize("options", [
    [], ["-V"], ["-x"], ["-T", "json"], ["-T", "ek"], ["-T", "fields", "-e", "_ws.col.Info", "-e",
    "dns.qry.name", "-e", "dns.ptr.domain_name", "-e", "dns.txt", "-e", "http.host", "-e",
    "http.request.line", "-e", "frame.comment", "-e", "frame.interface_name", "-e", "dns"],
], ids=lambda options: " ".join(options[:2]) or "list")
def test_strange_text_never_reaches_the_terminal(keep, options):
    files = [row_file(keep, "B16")]
    files += [write(os.path.join(keep, name), data)
              for name, data in hostile_frames.FILES["B16"]()]
    said = ""
    for path in files:
        out = read(path, *options)
        terminal_safe(out)
        said += out
    if options != ["-x"]:
        assert r"\x1B" in said or r"\u001b" in said, "nothing strange was met"


def test_frames_stay_one_line_each(keep):
    path = row_file(keep, "B16")
    count = len(list(hostile_frames.ROWS["B16"]()))
    assert len(read(path).splitlines()) == count
    assert len(read(path, "-T", "fields", "-e", "dns.ptr.domain_name", "-e",
                    "http.host").split("\n")) == count + 1
    assert len(read(path, "-T", "ek").split("\n")) == 2 * count + 1


def pairs(hook):
    """Python's json with doubled keys kept (they are allowed, and tshark writes them too)."""
    return lambda text: json.loads(text, object_pairs_hook=hook)


def test_json_is_json_whatever_the_bytes(keep):
    for row in hostile_frames.ROWS:
        path = row_file(keep, row)
        frames = pairs(list)(read(path, "-T", "json", "-c", "300"))
        lines = read(path, "-T", "ek", "-c", "300").splitlines()
        assert len(frames) == len(lines) // 2 > 0, row
        for line in lines:
            pairs(list)(line)


def test_json_keeps_what_was_said(keep):
    text = "a\"b\\c\u009bd\u202ee\U000e0041f\u00e9".encode()
    frame = hostile_frames.dns_frame(hostile_frames.record(b"\0", 12, bytes([len(text)]) + text + b"\0"))
    out = one(keep, frame, "-T", "json")
    terminal_safe(out)
    assert f'"dns.ptr.domain_name": {json.dumps(text.decode(), ensure_ascii=False)}'.replace(
        "\u009b", r"\u009b").replace("\u202e", r"\u202e").replace(
            "\U000e0041", r"\udb40\udc41") in out
    found = re.search(r'"dns\.ptr\.domain_name": ("(?:[^"\\]|\\.)*")', out).group(1)
    assert json.loads(found) == text.decode()


@pytest.mark.parametrize("option", ["-Y", "-e", "-O", "-t", "-T", "-E"])
def test_what_a_user_typed_is_escaped_in_errors(keep, option):
    path = write(os.path.join(keep, "one.pcapng"), hostile_frames.mixed([
        hostile_frames.eth4(hostile_frames.TCP, hostile_frames.tcp(80))]))
    for word in ("\x1b[2Jip", "ip.\u202esrc == 1", "\u009b2J", "ip.src == \"\x07", b"\xff\xfe"):
        more = ["-T", "fields"] if option in ("-e", "-E") else []
        more += ["-e", "ip.src"] if option == "-E" else []
        done = run(SONDE, "read", *more, option, word, path)
        assert done.returncode == 2, (option, word, done.stderr)
        terminal_safe(done.stderr.decode())


def test_a_file_name_is_escaped_in_errors(keep):
    done = run(SONDE, "read", os.path.join(keep, "no\x1b[2J\u202ename"))
    assert done.returncode == 2
    terminal_safe(done.stderr.decode())


# ---- What a user may type or name (B29 to B32) ----

STRANGE_FILTERS = [
    "ether host " + "a:" * 200, "ether host aa:bb:cc:dd:ee:ff:00:11", "ether host 1:2", "ether host :",
    "host " + ".".join(["a" * 63] * 255), "host " + "." * 300, "net 1.2.3.4/99", "net ::/129",
    "port 99999999999999999999", "ip[4294967295] == 0", "ip[0:3] == 1", "ip[-1] == 0",
    "ip[0] / 0 == 1", "ip[0] % 0 == 1", "ip[0] << 99 == 1", "vlan " * 200, "(" * 10000, "not " * 10000 + "tcp",
    "tcp and " * 4000 + "tcp", "\0", "\x1b[2J", "proto 256", "portrange 5-1", "less -1", "gateway x",
]


@pytest.mark.parametrize("text", STRANGE_FILTERS, ids=range(len(STRANGE_FILTERS)))
def test_strange_capture_filters_end(keep, text):
    """B31: libpcap's compiler behind ours: an answer or a sentence, nothing a sanitizer reports."""
    path = write(os.path.join(keep, "one.pcapng"), hostile_frames.mixed([
        hostile_frames.eth4(hostile_frames.TCP, hostile_frames.tcp(80))]))
    done = run(os.path.join(CHECKED, "src", "sonde"), "read", "--capture-filter",
               text.replace("\0", "\1"), path)
    err = done.stderr.decode(errors="replace")
    assert done.returncode in (0, 2), err[-2000:]
    assert done.returncode == 0 or err.startswith("sonde: "), err[-2000:]
    terminal_safe(err)


@pytest.mark.parametrize("text", ["(a+)+$", "(a|aa)+$", "(.*)*x", "(a?){64}a{64}", "^(([a-z])+.)+[A-Z]"])
def test_expressions_that_backtrack_are_limited(keep, text):
    """B30: on 60 KB of the letter that suits them; "matches" that gives up is no match."""
    frame = hostile_frames.eth4(hostile_frames.UDP, hostile_frames.udp(9, b"a" * 60000 + b"!"))
    path = write(os.path.join(keep, "one.pcapng"), hostile_frames.mixed([frame]))
    done = subprocess.run([os.path.join(CHECKED, "src", "sonde"), "read", "-Y",
                           f'frame matches "{text}"', path], capture_output=True, check=False,
                          env=ENVIRONMENT, timeout=60)
    assert done.returncode == 0, done.stderr.decode()


TARGET_LISTS = {
    "sparse": (None, 2, "no target was given"),  # 16 MiB of zero bytes, and never all in memory
    "no-newline": (b"192.0.2.1", 0, ""),
    "zero-bytes": (b"192.0.2.1\0\0 192.0.2.2\0\n", 0, ""),
    "one-line": (b"1" * 3000000, 2, "too long for a target"),
    "noise": (bytes(range(1, 256)) * 4000, 2, "line 1"),
    "terminal": (b"\x1b[2J\x1b]0;title\x07", 2, "is neither an address nor a name"),
    "utf-16": ("192.0.2.1".encode("utf-16"), 2, "UTF-16"),
}


@pytest.mark.parametrize("name", TARGET_LISTS)
def test_strange_target_lists_end(keep, name):
    """B32: a list of targets is a file of a stranger's; -sL sends nothing."""
    data, status, words = TARGET_LISTS[name]
    path = os.path.join(keep, "list")
    if data is None:
        with open(path, "wb") as out:
            out.truncate(16 << 20)
    else:
        write(path, data)
    done = run(os.path.join(CHECKED, "src", "sonde"), "scan", "-n", "-sL", "-iL", path)
    err = done.stderr.decode(errors="replace")
    assert done.returncode == status, err[-2000:]
    assert words in err, err[-2000:]
    terminal_safe(err)
    assert status or done.stdout.decode().count("scan report for") == data.count(b"192.0.2.")


def test_a_target_list_that_is_no_file(keep):
    """B32: a directory is refused by its name, a pipe without an end is read as it comes."""
    done = run(os.path.join(CHECKED, "src", "sonde"), "scan", "-n", "-sL", "-iL", keep)
    assert done.returncode == 2 and "Is a directory" in done.stderr.decode()
    pipe = os.path.join(keep, "pipe")
    os.mkfifo(pipe)
    with subprocess.Popen([SONDE, "scan", "-n", "-sL", "-iL", pipe], stdout=subprocess.PIPE) as scan:
        with open(pipe, "wb") as out:
            out.write(b"192.0.2.1\n192.0.2.2")
        assert scan.stdout.read().decode().count("scan report for") == 2
    assert scan.returncode == 0


# ---- Recursion ----

def test_no_function_calls_itself_without_a_budget():
    if CHECKED != ASAN:
        pytest.skip("NOT CHECKED for recursion: there is no build-asan, whose calls are all there")
    assert re.search(r", 0 wrong$", holds(run(os.path.join(REPO, "script", "check-recursion"), ASAN)))


def test_recursion_is_found(keep):
    """The check can fail: one circle is made, straight and over two objects."""
    if CHECKED != ASAN:
        pytest.skip("NOT CHECKED for recursion: there is no build-asan, whose calls are all there")
    source = {
        "one.c": "void two(int); void one(int n) { if (n) two(n - 1); }\n"
                 "void dissect_inside(void); void dissect_inside(void) {}\n"
                 "void run_layer(void); void run_layer(void) {}",
        "two.c": "void one(int); void two(int n) { one(n); }\n"
                 "static int self(int n) { return n ? self(n - 1) + 1 : 0; }\n"
                 "int other(int n); int other(int n) { return self(n); }",
    }
    os.mkdir(os.path.join(keep, "src"))
    for name, text in source.items():
        path = write(os.path.join(keep, name), text.encode())
        assert run("gcc", "-O0", "-fPIE", "-c", "-o", path + ".o", path).returncode == 0
    objects = [os.path.join(keep, name + ".o") for name in source]
    assert run("ar", "rc", os.path.join(keep, "src", "libsonde.a"), *objects).returncode == 0
    done = run(os.path.join(REPO, "script", "check-recursion"), keep)
    assert done.returncode == 1
    assert "limit: one, two\n" in done.stderr.decode() and "limit: self\n" in done.stderr.decode()
