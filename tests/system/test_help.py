# SPDX-License-Identifier: Apache-2.0
"""What the program says of itself: help, manual pages, and what happens when nobody takes it."""
import pathlib
import re
import subprocess

import pytest

import support
from support import SONDE

COMMANDS = ("scan", "explain", "read", "capture", "watch")
MAN = pathlib.Path(support.BUILD) / "man"


def run(*words, out=subprocess.PIPE):
    return subprocess.run([SONDE, *words], stdout=out, stderr=subprocess.PIPE, text=True,
                          check=False, timeout=30)


def test_usage_names_every_command():
    done = run("--help")
    assert done.returncode == 0
    assert tuple(re.findall(r"^  (\w+) ", done.stdout, re.M)) == COMMANDS
    bare = run()
    assert (bare.returncode, bare.stdout, bare.stderr) == (2, "", done.stdout)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_with_a_command_is_its_help(command):
    done = run("help", command)
    assert (done.returncode, done.stdout) == (0, run(command, "--help").stdout)


def test_overview_leads_to_every_page():
    page = (MAN / "sonde.1").read_text()
    for command in COMMANDS:
        assert rf".BR sonde\-{command} (1)" in page
        assert (MAN / f"sonde-{command}.1").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_page_has_every_option_of_help(command):
    page = (MAN / f"sonde-{command}.1").read_text().replace("\\-", "-")
    words = re.findall(r"^  (?:-[^\s,\[]+, |   )?\s?(--?[^\s,\[]+)", run(command, "--help").stdout,
                       re.M)
    assert len(words) > 4
    assert [word for word in words if f"\\fB{word}\\fR" not in page] == []


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("capture", "-D"),
                                   ("capture", "-d", "-i", "lo", "tcp"),
                                   *((command, "--help") for command in COMMANDS)])
def test_a_full_disk_is_no_success(words):
    with open("/dev/full", "w") as full:
        done = run(*words, out=full)
    assert (done.returncode, done.stderr) == (
        1, "sonde: Standard output cannot be written: No space left on device.\n")
