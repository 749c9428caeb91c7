# SPDX-License-Identifier: Apache-2.0
"""docs/EXPLAIN.md shows what `sonde explain` prints, and what it prints fits its page."""

import os
import subprocess

import pytest

import explain_sample
import support

SCRIPT = os.path.join(support.REPO, "script", "explain-transcripts")


def test_the_documents_transcripts_are_what_is_printed():
    done = support.tool(SCRIPT, "--check", env={**os.environ, "SONDE_BUILD": support.BUILD})
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module", name="sample")
def made_sample(tmp_path_factory):
    directory = tmp_path_factory.mktemp("sample")
    explain_sample.write(directory)
    return directory


def explain(sample, *args):
    """What is printed of the sample, and the exit status."""
    done = subprocess.run([support.SONDE, "explain", "scan.pcapng", *args], cwd=sample, text=True,
                          capture_output=True, timeout=60, check=False)
    return done.stdout + done.stderr, done.returncode


def crowd(hosts, ports):
    """A scan of many hosts behind a router; each answers its ports both ways."""
    capture = explain_sample.Capture()
    for number in range(hosts):
        host = f"10.1.{number // 250}.{number % 250 + 1}"
        for port in range(1, ports + 1):
            ends, seq = (host, explain_sample.SCANNER), 0x1000 + port
            capture.ask(number / 10, port, host)
            for flags in (explain_sample.SYN | explain_sample.ACK,
                          explain_sample.RST | explain_sample.ACK):
                capture.put(number / 10 + 30, explain_sample.tcp(
                    ends, (port, explain_sample.LOCAL + 1), flags,
                    (seq, explain_sample.SEQ + port + 1)), sent=False)
    return capture.bytes(b"many.lab")


@pytest.mark.parametrize("hosts, ports", [(1, 60), (4, 30), (250, 1), (2000, 1)])
def test_the_answer_fits_a_screen(tmp_path, hosts, ports):
    with open(tmp_path / "scan.pcapng", "wb") as out:
        out.write(crowd(hosts, ports))
    text, status = explain(tmp_path)
    assert status == 0 and text.count("\n") <= 24
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "Worth knowing (more: sonde explain scan.pcapng --unexpected):" in text
    shown = sum(line.startswith("10.1.") for line in text.splitlines())
    if hosts > 4:
        assert f"{hosts:,} hosts were probed, {hosts:,} are up." in text
        assert f"and {hosts - shown:,} more hosts that are up" in text
        assert "sonde explain scan.pcapng HOST; of all: --json" in text


def test_a_host_that_is_named_is_told_in_full(sample):
    brief, _ = explain(sample)
    full, _ = explain(sample, explain_sample.HOST)
    assert brief.count("\n") <= 24 < full.count("\n")
    assert f"more lines: sonde explain scan.pcapng {explain_sample.HOST}" in brief
    assert f"{explain_sample.DOWN} never answered." in brief


@pytest.mark.parametrize("port", ["22", "80", "110", "443", "8080", "9100", "53/udp", "161/udp"])
def test_a_ladder_fits_the_page_and_names_its_frames(sample, port):
    text, status = explain(sample, "--ladder", port)
    assert status == 0
    assert all(len(line) <= 80 for line in text.splitlines())
    full, _ = explain(sample, port)
    frames = {int(line.split()[1].rstrip(",")) for line in full.splitlines()
              if line.startswith("  Frame ")}
    drawn = {int(line.split()[0]) for line in text.splitlines() if line[:7].strip().isdigit()}
    assert frames and drawn >= frames


@pytest.mark.parametrize("args, words", [
    (["--ladder", "22-23"], "--ladder draws one port"),
    (["--ladder", "198.51.100.20"], "--ladder draws one port"),
    (["--ladder", "99"], "port 99/tcp was not probed"),
    (["22", "--ladder", "22"], "leave out the other ports"),
    (["--ladder", ""], "--ladder"),
    (["--ladder", "22", "--state", "closed"], "--ladder and --state are two questions"),
    (["--ladder", "22", "--phases"], "--ladder and --phases are two questions"),
    (["--compare", "nmap.xml", "--unexpected"], "--compare and --unexpected are two"),
    (["--phases", "--unexpected", "--state", "open"], "--state and --phases are two"),
])
def test_a_wrong_question_is_one_sentence(sample, args, words):
    text, status = explain(sample, *args)
    assert status == 2 and words in text and text.count("\n") == 1


@pytest.mark.parametrize("report, words", [
    ("scan.pcapng", "is no report that can be compared"),
    ("nowhere.xml", "cannot be opened: No such file"),
    (".", "cannot be read: Is a directory"),
])
def test_a_wrong_report_is_one_sentence(sample, report, words):
    text, status = explain(sample, "--compare", report)
    assert status == 2 and words in text and text.count("\n") == 1


def test_a_report_that_agrees_ends_with_zero(sample):
    report = os.path.join(sample, "nmap.xml")
    with open(report, encoding="utf-8") as source:
        text = source.read()
    agreed = os.path.join(sample, "agreed.xml")
    with open(agreed, "w", encoding="utf-8") as out:
        for port, said, seen in (("80", "filtered", "open"), ("443", "open", "filtered"),
                                 ("8080", "closed", "open")):
            text = text.replace(f'portid="{port}"><state state="{said}"',
                                f'portid="{port}"><state state="{seen}"')
        out.write(text)
    said, status = explain(sample, "--compare", agreed)
    assert status == 0 and "contradicted" not in said and "different" not in said
    assert explain(sample, "--compare", report)[1] == 1


def test_a_full_disk_is_said_beside_damage(sample, tmp_path):
    """Neither is the other's excuse."""
    whole = (sample / "scan.pcapng").read_bytes()
    (tmp_path / "cut.pcapng").write_bytes(whole[:-100])
    for args in ((), ("--json",)):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([support.SONDE, "explain", tmp_path / "cut.pcapng", *args],
                                  stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
                                  check=False)
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 2, done.stderr
        assert "No space left on device" in done.stderr and "cut.pcapng" in done.stderr
