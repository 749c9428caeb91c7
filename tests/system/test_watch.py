# SPDX-License-Identifier: Apache-2.0
"""sonde watch: all that a scanner sent and got, whatever becomes of the scanner."""

import collections
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios

import pytest

import capture_file
import support
from support import SONDE, lab

HOST, MAC, STRANGER = "192.0.2.20", "02:00:00:00:02:00", "192.0.2.53"
IF_NAME = 2
NOISE = b"noise of a stranger"
ZMAP = ["zmap", "-q", "-p", "22", "-i", "eth0", "-G", MAC, "-B", "1M", "-c", "1",
        "--blacklist-file=/dev/null", f"{HOST}/32"]
MASSCAN = ["masscan", HOST, "-p20-30", "--rate", "1000", "--wait", "1", "--router-mac", MAC,
           "--adapter-ip", "192.0.2.10", "--adapter", "eth0"]

# Datagrams to the scanner until we are ended. masscan 1.3.2 needs something to receive: it ends
# when its receiver wakes up.
STIR = f"""
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    s.sendto({NOISE!r}, ("192.0.2.10", 9))
    time.sleep(0.1)
"""


@pytest.fixture(scope="module", name="net")
def local_closed():
    """One network for all: what is watched leaves nothing behind."""
    with lab.Scenario.load("local-closed").up() as net:
        yield net


def watch(net, path, *command, options=(), **kwargs):
    """`sonde watch -w PATH OPTIONS -- COMMAND`, ended."""
    place = ["-w", path] if path else []
    return net.run([SONDE, "watch", *place, *options, "--", *command], capture=True, timeout=60,
                   **kwargs)


def interfaces(path):
    """The names of the interfaces a file has frames of, or was made for."""
    return {i[IF_NAME][0].decode() for i in capture_file.read(path).interfaces}


def multiset(frames):
    """Frame bytes with how often each came, without the stranger's."""
    return collections.Counter(f.data for f in frames if NOISE not in f.data)


# Nothing of theirs missing


SCANS = {
    "nmap -sS": (["nmap", "-n", "-sS", "-p", "20-120", HOST], "2 open (syn-ack), 99 closed"),
    "nmap -sT": (["nmap", "-n", "-sT", "-p", "20-60", HOST], "1 open (syn-ack), 40 closed"),
    "nmap -sU": (["nmap", "-n", "-sU", "-p", "50-70", HOST], "is up (arp-response)"),
    "nmap -sn": (["nmap", "-n", "-sn", "192.0.2.16/28"], "1 is up"),
    "nmap -6": (["nmap", "-6", "-n", "-p", "20-60", "2001:db8:1::20"], "1 open (syn-ack)"),
    "nmap by name": (["nmap", "-p", "22", "local.lab"], "1 open (syn-ack)"),
    "masscan": (MASSCAN, "1 open (syn-ack), 10 closed"),
    "zmap": (ZMAP, "1 open (syn-ack)"),
}


@pytest.mark.parametrize("scan", SCANS)
def test_nothing_of_theirs_is_missing(scan, net, keep):
    """Byte for byte beside tcpdump; the scanner's own words come through, the verdicts follow."""
    command, verdict = SCANS[scan]
    path, beside = os.path.join(keep, "own.pcapng"), os.path.join(keep, "beside.pcap")
    stir = None
    if scan == "masscan":
        stir = subprocess.Popen(net.helper_command("names", ["/usr/bin/python3", "-c", STIR]))
    try:
        done = watch(net, path, *command, tcpdump=beside)
    finally:
        if stir:
            stir.kill()
            stir.wait()
    assert done.returncode == 0, done.stderr
    assert HOST in done.stdout or "2001:db8:1::20" in done.stdout
    file = capture_file.read(path)
    began, ended = file.span()  # tcpdump listens longer; kernels look after neighbours at any time
    theirs = [f for f in capture_file.read(beside).frames if began <= f.time <= ended]
    missing = multiset(theirs) - multiset(file.frames)
    assert multiset(theirs) and not missing, f"{sum(missing.values())} frames are missing"
    assert file.cut == 0 and ", 0 dropped by the kernel" in done.stderr
    assert verdict in done.stderr, done.stderr
    noise = sum(NOISE in f.data for f in file.frames)
    assert bool(noise) == bool(stir)
    others = re.findall(r"(\d+) of the \d+ frames (?:are|is) (?:no part of the scan|other traffic)",
                        done.stderr)
    if noise:  # and the unreachables that quote them
        assert sum(map(int, others)) == sum(NOISE[:8] in f.data for f in file.frames), done.stderr


@pytest.mark.parametrize("words, wanted", [
    ([HOST], {"eth0"}), (["-sn", "192.0.2.20-30", "-p", "22,80"], {"eth0"}),
    (["-oX", "out.xml", "-sn", HOST], {"eth0"}), (["127.0.0.1"], {"lo", "eth0"}),
    (["-e", "lo", HOST], {"lo", "eth0"}),
])
def test_from_addresses_only_their_way_is_captured(words, wanted, net, keep):
    """And the name server's. The file describes what is captured from the start."""
    path = os.path.join(keep, "own.pcapng")
    assert watch(net, path, "true", *words).returncode == 0
    assert interfaces(path) == wanted


@pytest.mark.parametrize("words", [
    [], ["local.lab"], [HOST, "local.lab"], ["-iL", "list"], ["--include-file=list", HOST],
])
def test_with_names_every_interface_is_captured(words, net, keep):
    """Interfaces are described as their frames come."""
    path = os.path.join(keep, "own.pcapng")
    script = f"echo > /dev/udp/127.0.0.1/9; echo > /dev/udp/{HOST}/9"
    assert watch(net, path, "bash", "-c", script, *words).returncode == 0
    assert interfaces(path) == {"lo", "eth0"}


def test_any_interface_on_request(net, keep):
    path = os.path.join(keep, "own.pcapng")
    done = watch(net, path, "nmap", "-n", "-p", "22", HOST, options=["-i", "lo"])
    assert interfaces(path) == {"lo"} and not capture_file.read(path).frames
    assert "shows no scan: it holds not one frame" in done.stderr and done.returncode == 0


def test_without_a_file_the_last_scan_s_place(net, keep):
    environment = {**net.environment(), "XDG_STATE_HOME": keep}
    done = watch(net, None, "nmap", "-n", "-p", "22,23", HOST, env=environment)
    assert "sonde explain 192.0.2.20 22" in done.stderr or "sonde explain 22" in done.stderr
    said = support.tool(SONDE, "explain", "22", env=environment)
    assert said.returncode == 0 and "22/tcp on 192.0.2.20 is open (syn-ack)" in said.stdout
    assert os.stat(os.path.join(keep, "sonde/last.pcapng")).st_mode & 0o777 == 0o600


# What becomes of the command


@pytest.mark.parametrize("command, status", [
    (["true"], 0), (["sh", "-c", "exit 7"], 7),
    (["sh", "-c", "kill -TERM $$"], 128 + 15), (["sh", "-c", "kill -KILL $$"], 128 + 9),
])
def test_the_exit_status_is_the_commands(command, status, net, keep):
    done = watch(net, os.path.join(keep, "own.pcapng"), *command)
    assert done.returncode == status, done.stderr
    assert "packets captured" in done.stderr


@pytest.mark.parametrize("command, status, piece", [
    ("nosuch", 127, "along PATH"), ("./nosuch", 127, '"./nosuch"'), ("/etc/passwd", 126, "denied"),
    ("/etc", 126, "directory"),
])
def test_a_wrong_command_leaves_the_capture_before(command, status, piece, net, keep):
    """Nothing is begun: one sentence, and the file that is there stays as it is."""
    path = os.path.join(keep, "own.pcapng")
    with open(path, "w", encoding="ascii") as file:
        file.write("precious")
    done = watch(net, path, command)
    assert done.returncode == status and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and piece in done.stderr
    with open(path, encoding="ascii") as file:
        assert file.read() == "precious"


def test_the_command_keeps_its_rights_and_sonde_has_none(net, keep):
    """Asked of the kernel from inside the watched command, about itself and its parent."""
    ask = "grep -E 'CapEff|Uid|NoNewPrivs' /proc/self/status /proc/$PPID/status"
    mine = net.run(["sh", "-c", "grep CapEff /proc/self/status"], capture=True).stdout.split()[-1]
    done = watch(net, os.path.join(keep, "own.pcapng"), "sh", "-c", ask)
    said = dict(re.findall(r"^/proc/(\w+/status:\w+):\t(.*)$", done.stdout, re.M))
    assert len(said) == 6, done.stdout
    theirs = {k.split(":")[1]: v for k, v in said.items() if k.startswith("self")}
    ours = {k.split(":")[1]: v for k, v in said.items() if not k.startswith("self")}
    assert theirs["CapEff"] == mine and int(mine, 16) and theirs["NoNewPrivs"] == "0"
    assert theirs["Uid"].startswith("0\t")
    assert int(ours["CapEff"], 16) == 0 and ours["NoNewPrivs"] == "1"
    assert ours["Uid"].startswith("65534\t")


def test_input_and_output_are_the_commands(net, keep):
    process = net.popen([SONDE, "watch", "-w", os.path.join(keep, "own.pcapng"), "--", "sh", "-c",
                         "read a; echo got $a"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                        stderr=subprocess.PIPE, text=True)
    out, err = process.communicate("a line\n", timeout=60)
    assert (process.returncode, out) == (0, "got a line\n"), err


class Terminal:
    """A command that has a terminal of its own, as in a shell, for `with`."""

    def __init__(self, net, *command):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = net.popen(
            [SONDE, "watch", *command], stdin=slave, stdout=slave, stderr=slave,
            preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)))
        os.close(slave)
        self.text = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)

    def read(self):
        """Takes what has come; False at the end."""
        try:
            got = os.read(self.master, 65536)
        except OSError:
            return False
        self.text += got.decode(errors="replace")
        return bool(got)

    def until(self, words):
        """Reads until WORDS have come."""
        def has_come():
            if select.select([self.master], [], [], 0)[0]:
                assert self.read() or words in self.text, self.text
            return words in self.text
        support.until(has_come, words)

    def type(self, keys):
        """Types KEYS."""
        os.write(self.master, keys)

    def end(self):
        """Reads to the end; the exit status."""
        while self.read():
            pass
        return self.process.wait(timeout=60)


def test_the_terminal_is_passed_through(net, keep):
    ask = "test -t 0 && test -t 1 && stty size; read word; echo read-$word; exit 5"
    with Terminal(net, "-w", os.path.join(keep, "own.pcapng"), "--", "sh", "-c", ask) as terminal:
        terminal.until("24 80")
        terminal.type(b"hello\n")
        assert terminal.end() == 5
    assert "read-hello" in terminal.text and "packets captured" in terminal.text


def test_ctrl_c_ends_nmap_and_the_summary_comes(net, keep):
    """Ctrl-C is the command's; sonde goes on to the end of it and then says what was seen."""
    path = os.path.join(keep, "own.pcapng")
    with Terminal(net, "-w", path, "--", "nmap", "-n", "-sS", "-p", "1-2000", "--max-rate", "20",
                  HOST) as terminal:
        support.until(lambda: os.path.exists(path) and os.path.getsize(path) > 24 and
                      len(capture_file.read(path).frames) > 10, "the scan's first frames")
        terminal.type(b"\3")
        assert terminal.end() != 0
    assert "packets captured" in terminal.text and "Nmap done" not in terminal.text
    assert "192.0.2.20 is up" in terminal.text
    assert capture_file.read(path).cut == 0


def test_sigterm_ends_both(net, keep):
    """Told to end, sonde passes it on to a command that it has no rights over any more."""
    path, mark = os.path.join(keep, "own.pcapng"), os.path.join(keep, "mark")
    script = f"trap 'echo ended > {mark}; exit 6' TERM; echo begun; while :; do sleep 0.01; done"
    process = net.popen([SONDE, "watch", "-w", path, "--", "sh", "-c", script],
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 6 and "packets captured" in err and os.path.exists(mark)
    assert capture_file.read(path).cut == 0


def test_kill_ends_both(net, keep):
    path, mark = os.path.join(keep, "own.pcapng"), os.path.join(keep, "mark")
    script = f"trap 'echo ended > {mark}; exit 6' TERM; echo begun; while :; do sleep 0.01; done"
    process = net.popen([SONDE, "watch", "-w", path, "--", "sh", "-c", script],
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begun\n"
    process.kill()
    process.communicate(timeout=60)
    support.until(lambda: os.path.exists(mark), "the command's end")


def test_a_full_disk_does_not_end_the_command(net, keep):
    disk = os.path.join(keep, "disk")
    os.mkdir(disk)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], check=True)
    try:
        path = os.path.join(disk, "own.pcapng")
        done = watch(net, path, "sh", "-c", f"nmap -n -p 1-400 {HOST}; sleep 0.5; exit 7")
        assert "Nmap done" in done.stdout
        assert done.returncode == 7 and "No space left" in done.stderr
        assert capture_file.read(path).cut == 0 and capture_file.read(path).frames
    finally:
        subprocess.run(["umount", disk], check=True)


# Wrong input


WRONG = {
    "no command": ([], "needs a command"),
    "only dashes": (["--"], "needs a command"),
    "unknown option": (["--nosuch", "--", "true"], "--nosuch"),
    "no such interface": (["-i", "eth9", "--", "true"], "eth9"),
    "standard output": (["-w", "-", "--", "true"], "Standard output is the command's"),
    "unwritable file": (["-w", "/nowhere/x", "--", "true"], "/nowhere/x"),
    "no file at all": (["-w", "/dev/null", "--", "true"], "/dev/null"),
    "wrong filter": (["-f", "tcp prt 80", "--", "true"], "prt"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_one_sentence(case, net):
    args, piece = WRONG[case]
    done = net.run([SONDE, "watch", *args], capture=True, timeout=20)
    lines = done.stderr.splitlines()
    assert done.returncode == 2 and done.stdout == "", done.stderr
    assert lines[0].startswith("sonde: ") and any(piece in line for line in lines), lines
    assert len(lines) == 1 or (len(lines) == 3 and "^" in lines[2]), lines


def test_nothing_is_run_when_something_is_wrong(net, keep):
    mark = os.path.join(keep, "mark")
    done = net.run([SONDE, "watch", "-w", "/nowhere/x", "--", "touch", mark], capture=True)
    assert done.returncode == 2 and not os.path.exists(mark)


def test_without_rights_it_says_so(net, keep):
    mark = os.path.join(keep, "mark")
    done = net.run([SONDE, "watch", "-w", "/tmp/sonde-none", "--", "touch", mark], capture=True,
                   as_user="user")
    assert done.returncode == 2 and "CAP_NET_RAW" in done.stderr and not os.path.exists(mark)
