# SPDX-License-Identifier: Apache-2.0
"""`sonde read -Y` selects the frames that tshark -Y selects, and what it refuses is refused.

The pairs stand in dfilter_pairs.txt. A refusal shows the filter with a caret under the place where
tshark puts its own.
"""
import functools
import subprocess
import warnings

import pytest

import oracle
import tshark

HERE = oracle.ROOT / "tests/system"
WAYS = tshark.BUILD / "tests/packet/filter-ways"
PAIRS_MIN, REFUSED_MIN = 400, 60
REFUSED_ON = "dns_tcp.pcap"
USAGE = 2  # exit status
# Our caret stands elsewhere: where our lexer ends one word and theirs another.
CARET_ELSEWHERE = {"ip.src == 192.168.1.11/255.255.255.0"}

pytestmark = pytest.mark.xdist_group("dfilter-oracle")


def read_pairs():
    """[(capture, filter)] and the filters that are refused."""
    captures, refused, into = [], [], None
    for line in (HERE / "dfilter_pairs.txt").read_text().splitlines():
        if not line or line.startswith("# "):
            continue
        if line.startswith("[captures]"):
            captures.append((line.split()[1:], into := []))
        elif line == "[refused]":
            into = refused
        else:
            into.append(line)
    pairs = [(c, f) for names, of in captures for c in names for f in of]
    return list(dict.fromkeys(pairs)), list(dict.fromkeys(refused))


def folder():
    return oracle.shared() / "captures/tcpdump"


@functools.cache
def their_tshark():
    return tshark.Tshark(*oracle.two_passes(), "-T", "fields", "-e", "frame.number", filters=True)


def ours(capture, text):
    """What `sonde read -Y` says: status, frames, what it wrote to standard error."""
    done = subprocess.run(
        [oracle.SONDE, "read", *oracle.two_passes(), "-n", "-Y=" + text, "-T", "fields", "-e",
         "frame.number", str(folder() / capture)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.split(), done.stderr


def caret(lines):
    """(the filter shown, column of the caret under it), or None."""
    for before, line in zip(lines, lines[1:]):
        if line.strip().startswith("^") and set(line.strip()) <= set("^~"):
            margin = len(before) - len(before.lstrip())
            return before.strip(), line.index("^") - margin
    return None


@pytest.fixture(scope="module", autouse=True)
def captures_are_there():
    if not oracle.captures():
        text = ("DISPLAY FILTERS WERE NOT COMPARED WITH TSHARK: ../shared/captures/tcpdump is "
                "absent (set SONDE_SHARED)")
        warnings.warn(text)
        pytest.skip(text)
    yield
    their_tshark().close()


def test_same_frames():
    pairs, _ = read_pairs()
    assert len(pairs) >= PAIRS_MIN
    wrong, selective = [], 0
    for capture, text in pairs:
        theirs = their_tshark().ask(folder() / capture, text, make=tshark.numbers)
        status, frames, said = ours(capture, text)
        selective += bool(theirs)
        if status or frames != theirs:
            wrong.append(f"{capture}: {text}\n  tshark: {theirs}\n  sonde:  {frames} {said}")
    assert not wrong, f"{len(wrong)} of {len(pairs)} differ\n" + "\n".join(wrong)
    assert selective > len(pairs) / 4  # filters that select nothing prove little


def test_same_refusals():
    _, refused = read_pairs()
    assert len(refused) >= REFUSED_MIN
    file = folder() / REFUSED_ON
    wrong = []
    for text in refused:
        theirs = tshark.complaint(file, text)
        status, frames, said = ours(REFUSED_ON, text)
        place, expected = caret(said.splitlines()), caret(theirs)
        same = (place and place[0] == text.strip() and
                (not expected or place == expected or text in CARET_ELSEWHERE))
        if not theirs or status != USAGE or frames or not same:
            wrong.append(f"{text}\n  tshark: {theirs}\n  sonde:  {said}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("text, nearest", [
    ("tcp.prt == 80", "tcp.port"), ("ip.sorce == 1.2.3.4", "ip.src"), ("icpm", "icmp"),
    ("tcp.flags.sync", "tcp.flags.syn"), ("dns.qry.nam", "dns.qry.name"),
    ("http.request.methd == \"GET\"", "http.request.method")])
def test_error_names_the_nearest_field(text, nearest):
    _, _, said = ours(REFUSED_ON, text)
    assert f'"{nearest}"' in said.splitlines()[0], said


def test_quick_way_is_the_slow_way():
    """Filters judged on the core headers alone agree with filters judged on the whole tree."""
    done = subprocess.run([str(WAYS), *map(str, oracle.captures())], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0 and done.stdout.rstrip().endswith(" 0 differ"), done.stdout[-4000:]
