# SPDX-License-Identifier: Apache-2.0
"""TCP analysis and request pairs say what tshark says of made segments, in one pass and in two.

The conversations of segments.py are mostly honest, with everything in them that the marks are for,
and some nonsense: whoever agrees on these agrees on real captures.
"""
import os
import pathlib
import shutil
import subprocess

import pytest

import segments

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("SONDE_BUILD", HERE.parent.parent / "build"))
FIELDS = ["_ws.col.Info", "tcp.stream", "tcp.completeness", "tcp.seq", "tcp.ack", "tcp.nxtseq",
          "tcp.window_size", "tcp.window_size_scalefactor", "tcp.time_relative", "tcp.time_delta"]
FIELDS += ["tcp.analysis." + name for name in (
    "acks_frame", "ack_rtt", "initial_rtt", "bytes_in_flight", "push_bytes_sent", "rto",
    "rto_frame", "duplicate_ack_num", "duplicate_ack_frame", "retransmission",
    "fast_retransmission", "spurious_retransmission", "out_of_order", "reused_ports",
    "lost_segment", "ack_lost_segment", "window_update", "window_full", "keep_alive",
    "keep_alive_ack", "zero_window", "zero_window_probe", "zero_window_probe_ack")]
LEAST = 0.998  # of the values that either has

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def ask(command):
    words = [word for name in FIELDS for word in ("-e", name)]
    done = subprocess.run(command + ["-n", "-T", "fields", "-E", "separator=|"] + words,
                          capture_output=True, text=True, check=True, timeout=300,
                          env=dict(os.environ, LC_ALL="C.UTF-8"))
    return [line.split("|") for line in done.stdout.splitlines()]


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-passes"])
@pytest.mark.parametrize("seed", [1, 2, 7])
def test_marks(tmp_path, seed, passes):
    file = tmp_path / "segments.pcap"
    file.write_bytes(segments.capture(seed, conversations=100))
    theirs = ask(["tshark", "-r", str(file)] + passes)
    ours = ask([str(BUILD / "src/sonde"), "read", str(file)] + passes)
    assert len(ours) == len(theirs) > 2000
    total, wrong = 0, []
    for number, (mine, other) in enumerate(zip(ours, theirs), 1):
        for name, our, their in zip(FIELDS, mine, other):
            total += bool(our or their)
            if our != their:
                wrong.append(f"{number} {name}: ours {our!r} theirs {their!r}")
    assert len(wrong) <= (1 - LEAST) * total, f"seed {seed}:\n" + "\n".join(wrong[:40])


def test_two_passes_need_a_file():
    done = subprocess.run([str(BUILD / "src/sonde"), "read", "-2", "-"], input=b"",
                          capture_output=True, check=False)
    assert done.returncode != 0
