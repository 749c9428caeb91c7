# SPDX-License-Identifier: Apache-2.0
"""Display filters select the frames that tshark -Y selects, and what it refuses is refused.

The pairs stand in dfilter_pairs.txt. Frames that only a dissection can judge ("?") are left to the
test of `sonde read -Y`; here every pair must have none.
"""
import concurrent.futures
import os
import pathlib
import subprocess
import warnings

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SHARED = pathlib.Path(os.environ.get("SONDE_SHARED", ROOT.parent / "shared"))
CAPTURES = SHARED / "captures" / "tcpdump"
PROBE = pathlib.Path(os.environ.get("SONDE_BUILD", ROOT / "build")) / "tests/packet/filter-frames"
PAIRS_MIN, REFUSED_MIN, JOBS = 400, 60, 2


def read_pairs():
    """Filters for each capture, and filters that are refused."""
    captures, refused, filters, into = [], [], [], None
    for line in (HERE / "dfilter_pairs.txt").read_text().splitlines():
        if not line or line.startswith("# "):
            continue
        if line.startswith("[captures]"):
            captures.append((line.split()[1:], filters := []))
            into = filters
        elif line == "[refused]":
            into = refused
        else:
            into.append(line)
    pairs = [(c, f) for names, of in captures for c in names for f in of]
    return pairs, refused


def tshark(capture, text):
    """Numbers of the frames selected; None when the filter was refused."""
    done = subprocess.run(
        ["tshark", "-n", "-r", str(CAPTURES / capture), "-Y", text, "-T", "fields", "-e",
         "frame.number"], capture_output=True, text=True, check=False)
    return None if done.returncode else done.stdout.split()


def ours(capture, texts):
    """The same of every filter, in one run."""
    done = subprocess.run([str(PROBE), str(CAPTURES / capture)], input="\n".join(texts) + "\n",
                          capture_output=True, text=True, check=True)
    return dict(zip(texts, done.stdout.splitlines(), strict=True))


def all_of_tshark(pairs):
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return list(pool.map(lambda pair: tshark(*pair), pairs))


@pytest.fixture(scope="module", autouse=True)
def captures_are_there():
    if not CAPTURES.is_dir():
        text = (f"DISPLAY FILTERS WERE NOT COMPARED WITH TSHARK: {CAPTURES} is absent "
                "(set SONDE_SHARED)")
        warnings.warn(text)
        pytest.skip(text)


def test_same_frames():
    pairs, _ = read_pairs()
    assert len(set(pairs)) >= PAIRS_MIN
    answers = {c: ours(c, [f for d, f in pairs if d == c]) for c in {c for c, _ in pairs}}
    wrong = []
    for (capture, text), theirs in zip(pairs, all_of_tshark(pairs), strict=True):
        answer = answers[capture][text]
        if theirs is None or answer.split() != theirs:
            wrong.append(f"{capture}: {text}\n  tshark: {theirs}\n  sonde:  {answer}")
    assert not wrong, f"{len(wrong)} of {len(pairs)} differ\n" + "\n".join(wrong)


def test_same_refusals():
    _, refused = read_pairs()
    assert len(set(refused)) >= REFUSED_MIN
    capture = "dns_tcp.pcap"
    answers = ours(capture, refused)
    theirs = all_of_tshark([(capture, text) for text in refused])
    wrong = [f"{text}\n  tshark: {t}\n  sonde:  {answers[text]}"
             for text, t in zip(refused, theirs, strict=True)
             if t is not None or not answers[text].startswith("error: ")]
    assert not wrong, "\n".join(wrong)
