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
])
def test_a_wrong_ladder_is_one_sentence(sample, args, words):
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
