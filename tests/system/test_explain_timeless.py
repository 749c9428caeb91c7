# SPDX-License-Identifier: Apache-2.0
"""Frames of which nobody noted the time (simple packets of pcapng) are explained in their order."""

import json
import os
import struct
import subprocess

import pytest

import explain_sample
import read_craft as craft
import support

BEGIN = 1_163_000_000 * 10**6  # us, in 2006
SYN, SYN_ACK, RST_ACK = 0x02, 0x12, 0x14
REPORT = """<?xml version="1.0"?>
<nmaprun scanner="nmap"><host><status state="up"/><address addr="192.0.2.1" addrtype="ipv4"/><ports>
{}</ports></host></nmaprun>
"""
PORT = '<port protocol="tcp" portid="{}"><state state="{}" reason="{}"/></port>\n'


def ask(port):
    return craft.ether(explain_sample.tcp((craft.A, craft.B), (40000, port), SYN, (1000 + port, 0)))


def answer(port, flags):
    return craft.ether(explain_sample.tcp((craft.B, craft.A), (port, 40000), flags,
                                          (7, 1001 + port)))


# port 22 is open, 23 closed, and 24 answers to its second try only
FRAMES = [ask(22), ask(23), answer(22, SYN_ACK), answer(23, RST_ACK), ask(24), ask(24),
          answer(24, RST_ACK)]


def write(path, timeless):
    """The frames 10 ms apart; those whose index is in TIMELESS as simple packets."""
    blocks = [craft.section(), craft.interface()]
    for i, data in enumerate(FRAMES):
        if i in timeless:
            blocks.append(craft.block(craft.SPB, struct.pack("<I", len(data)) + craft.padded(data)))
        else:
            blocks.append(craft.packet(data, BEGIN + i * 10_000))
    with open(path, "wb") as out:
        out.write(b"".join(blocks))
    return path


def explain(path, *args):
    done = subprocess.run([support.SONDE, "explain", path, *args], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout


def states(document):
    return {p["port"]: (p["state"], p["tries"], p["probes"], p["answer"])
            for p in document["hosts"][0]["ports"]}


@pytest.mark.parametrize("timeless", [{0}, {2, 3}, {0, 1, 4}, {6}, {5, 6}, {0, 2, 4, 6}])
def test_the_same_verdicts_and_no_time_of_1970(timeless, tmp_path):
    whole = json.loads(explain(write(tmp_path / "whole.pcapng", ()), "--json"))
    path = write(tmp_path / "some.pcapng", timeless)
    some = json.loads(explain(path, "--json"))
    assert states(some) == states(whole)
    assert some["capture"]["timeless"] == len(timeless) and whole["capture"]["timeless"] == 0
    assert some["capture"]["began"][:10] == whole["capture"]["began"][:10] == "2006-11-08"
    assert some["capture"]["seconds"] <= whole["capture"]["seconds"]
    assert all(p["round_trip"] >= 0 for h in some["hosts"] for p in h["ports"])
    said = f"{len(timeless)} frame{'s have' if len(timeless) > 1 else ' has'} no time"
    assert said in explain(path)
    assert "no time" not in explain(tmp_path / "whole.pcapng")


@pytest.mark.parametrize("timeless", [{0, 2}, {5, 6}])
def test_the_ladder_s_times_are_those_of_the_scan(timeless, tmp_path):
    rows = []
    for chosen in (timeless, ()):
        for port in ("22", "24"):
            text = explain(write(tmp_path / "own.pcapng", chosen), "--ladder", port)
            rows.append([line.split()[:2] for line in text.splitlines() if "|-" in line
                         or "|<-" in line])
    for some, whole in zip(rows[:2], rows[2:]):
        assert [frame for frame, _ in some] == [frame for frame, _ in whole] and some
        times = [float(time) for _, time in some]
        assert times == sorted(times) and times[0] >= 0 and times[-1] <= 0.06


def test_without_any_time_the_order_is_what_there_is(tmp_path):
    path = write(tmp_path / "none.pcapng", set(range(len(FRAMES))))
    document = json.loads(explain(path, "--json"))
    whole = json.loads(explain(write(tmp_path / "whole.pcapng", ()), "--json"))
    assert states(document) == states(whole)
    assert document["capture"]["began"] is None and document["capture"]["seconds"] == 0
    assert "No frame of it has a time" in explain(path)
    assert "1970" not in explain(path, "--json")


def test_a_report_agrees(tmp_path):
    report = os.path.join(tmp_path, "nmap.xml")
    with open(report, "w", encoding="ascii") as out:
        out.write(REPORT.format("".join([PORT.format(22, "open", "syn-ack"),
                                         PORT.format(23, "closed", "reset"),
                                         PORT.format(24, "closed", "reset")])))
    for timeless in ({2, 3, 6}, {0, 4}):
        path = write(tmp_path / "some.pcapng", timeless)
        assert "nmap.xml" in explain(path, "--compare", report)  # a difference has status 1
