# SPDX-License-Identifier: Apache-2.0
"""Where the last scan is kept, whose it is, and that it harms nobody else's file."""

import os
import re
import stat
import subprocess

import capture_file
import support
from support import SONDE, lab

HOST = "192.0.2.20"
UID = GID = 4242
LAST = "sonde/last.pcapng"
WORDS = ["-n", "-p", "20-25", HOST]


def environment(**changes):
    """Our environment with CHANGES; None removes a variable."""
    clean = {k: v for k, v in os.environ.items()
             if not k.startswith("SUDO_") and k not in ("XDG_STATE_HOME", "HOME")}
    return {**clean, **{k: v for k, v in changes.items() if v is not None}}


def scan(net, words=None, **changes):
    """A short scan without -w under an environment."""
    done = net.run([SONDE, "scan", *(words or WORDS)], capture=True, env=environment(**changes))
    assert re.search("^22/tcp +open", done.stdout, re.M), done.stderr
    return done


def owner_and_mode(path):
    """(uid, gid, permission bits) of a file itself."""
    about = os.lstat(path)
    return about.st_uid, about.st_gid, stat.S_IMODE(about.st_mode)


def test_the_default_place_is_the_state_directory(keep):
    """$XDG_STATE_HOME/sonde/last.pcapng, else ~/.local/state; mode 0600 whatever the umask."""
    with lab.Scenario.load("local-closed").up() as net:
        state, home = os.path.join(keep, "state"), os.path.join(keep, "home")
        before = os.umask(0)
        try:
            first = scan(net, XDG_STATE_HOME=state, HOME=home)
            second = scan(net, HOME=home)
        finally:
            os.umask(before)
    assert (first.returncode, first.stderr, second.returncode) == (0, "", 0)
    for path in (os.path.join(state, LAST), os.path.join(home, ".local/state", LAST)):
        assert owner_and_mode(path) == (0, 0, 0o600)
        assert owner_and_mode(os.path.dirname(path))[2] == 0o700
        assert capture_file.read(path).frames
    assert not os.path.exists(os.path.join(home, LAST))


def as_sudo(net, keep, prepare, words=None):
    """A scan as sudo runs it, for a user who exists in this mount namespace only; his home."""
    home = os.path.join(keep, "home")
    passwd = os.path.join(keep, "passwd")
    os.makedirs(home)
    os.chown(home, UID, GID)
    os.chmod(keep, 0o755)
    with open("/etc/passwd", encoding="utf-8") as source, open(passwd, "w", encoding="utf-8") as out:
        out.write(f"{source.read()}tester:x:{UID}:{GID}::{home}:/bin/sh\n")
    prepare(home)
    command = ["unshare", "-m", "sh", "-c", f'mount --bind "{passwd}" /etc/passwd && exec "$@"', "-",
               SONDE, "scan", *(words or WORDS)]
    done = net.run(command, capture=True, env=environment(
        HOME="/root", SUDO_UID=str(UID), SUDO_GID=str(GID), SUDO_USER="tester"))
    assert "22/tcp open" in done.stdout, done.stderr
    return home, done


def test_under_sudo_it_is_the_users(keep):
    """With sudo's variables the record and its directories are in the user's home and his."""
    with lab.Scenario.load("local-closed").up() as net:
        home, done = as_sudo(net, keep, lambda home: None)
    assert (done.returncode, done.stderr) == (0, "")
    path = os.path.join(home, ".local/state", LAST)
    assert owner_and_mode(path) == (UID, GID, 0o600)
    while (path := os.path.dirname(path)) != home:
        assert owner_and_mode(path)[:2] == (UID, GID), path
    assert capture_file.read(os.path.join(home, ".local/state", LAST)).frames


def test_under_sudo_a_named_file_is_the_users_too(keep):
    """-w FILE under sudo makes a file that the user can read."""
    with lab.Scenario.load("local-closed").up() as net:
        path = os.path.join(keep, "named.pcapng")
        as_sudo(net, keep, lambda home: None, ["-w", path, *WORDS])
    assert owner_and_mode(path) == (UID, GID, 0o600)


def test_a_planted_symlink_is_not_followed(keep):
    """last.pcapng as a link to root's file: that file stays, the link is replaced or refused."""
    victim = os.path.join(keep, "victim")
    with open(victim, "w", encoding="ascii") as out:
        out.write("precious")

    def plant(home):
        os.makedirs(os.path.join(home, ".local/state/sonde"))
        for path in (".local", ".local/state", ".local/state/sonde"):
            os.chown(os.path.join(home, path), UID, GID)
        os.symlink(victim, os.path.join(home, ".local/state", LAST))

    with lab.Scenario.load("local-closed").up() as net:
        home, _ = as_sudo(net, keep, plant)
    with open(victim, encoding="ascii") as source:
        assert source.read() == "precious"
    assert owner_and_mode(victim)[0] == 0
    path = os.path.join(home, ".local/state", LAST)
    assert os.path.islink(path) or owner_and_mode(path)[0] == UID


def test_a_planted_directory_link_gives_no_rights(keep):
    """~/.local/state/sonde as a link into root's directory: nothing is made there."""
    vault = os.path.join(keep, "vault")
    os.makedirs(vault, mode=0o700)

    def plant(home):
        os.makedirs(os.path.join(home, ".local/state"))
        os.symlink(vault, os.path.join(home, ".local/state/sonde"))

    with lab.Scenario.load("local-closed").up() as net:
        _, done = as_sudo(net, keep, plant)
    assert os.listdir(vault) == []
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("sonde: ")


def test_no_record_writes_nothing(keep):
    """--no-record leaves neither file nor directory."""
    with lab.Scenario.load("local-closed").up() as net:
        scan(net, ["--no-record", *WORDS], XDG_STATE_HOME=keep, HOME=keep)
    assert os.listdir(keep) == []


def test_without_a_home_the_scan_goes_on(keep):
    """Neither HOME nor XDG_STATE_HOME: the scan is done and one sentence says what is missing."""
    with lab.Scenario.load("local-closed").up() as net:
        done = scan(net)
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1 and "-w" in done.stderr


def test_a_longer_scan_before_leaves_nothing_behind(keep):
    """What is in last.pcapng is always the last scan's alone."""
    with lab.Scenario.load("local-closed").up() as net:
        scan(net, ["-n", HOST], XDG_STATE_HOME=keep)
        long = os.path.getsize(os.path.join(keep, LAST))
        scan(net, XDG_STATE_HOME=keep)
    assert os.listdir(os.path.join(keep, "sonde")) == ["last.pcapng"]
    file = capture_file.read(os.path.join(keep, LAST))
    assert file.cut == 0 and os.path.getsize(os.path.join(keep, LAST)) < long
    assert file.section[1][0].endswith(b"20-25 192.0.2.20")


def test_two_scans_at_once_do_not_corrupt_each_other(keep):
    """Two scans into the same place: each prints the truth, and the file left is whole."""
    with lab.Scenario.load("local-closed").up() as net:
        both = [net.popen([SONDE, "scan", "-n", "--max-rate", rate, *support.UNFOLDED, HOST],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=environment(XDG_STATE_HOME=keep)) for rate in ("4000", "3000")]
        results = [process.communicate(timeout=30) for process in both]
        truth = net.truth
    for process, (out, err) in zip(both, results):
        assert process.returncode == 0 and err == ""
        assert not support.wrong_verdicts(truth, support.read_report(out), None)
    assert os.listdir(os.path.join(keep, "sonde")) == ["last.pcapng"]
    file = capture_file.read(os.path.join(keep, LAST))
    assert file.cut == 0 and file.blocks.count(capture_file.SHB) == 1
    probes = [f for f in file.frames if (p := capture_file.packet(f)).protocol == 6
              and p.flags == 2]
    assert len({capture_file.packet(f).destination_port for f in probes}) == 1000
