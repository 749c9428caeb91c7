# SPDX-License-Identifier: Apache-2.0
"""However a scan ends - signal, kill, full disk - its file is readable and nothing goes on."""

import os
import random
import signal
import subprocess
import time

import pytest

import capture_file
import support
from support import SONDE, lab

STOP_S = 0.1  # after the signal nothing is sent any more
END_S = 10

# When the signal comes: what the scan does then, and how tcpdump's file shows it.
MOMENTS = {
    "names": ("scanme.lab", "an unanswered question",
              lambda p: p.destination_port == 53),
    "discovery": ("198.51.100.99", "an unanswered echo request",
                  lambda p: p.icmp == (8, 0)),
    "scan": ("198.51.100.20", "a probe of the scan",
             lambda p: p.protocol == capture_file.TCP and p.destination_port not in (80, 443)),
}


def start(net, keep, *args, **kwargs):
    """sonde scan with pipes; its record is KEEP/scan.pcapng unless ARGS say otherwise."""
    kwargs.setdefault("stdout", subprocess.PIPE)
    record = [] if "-w" in args else ["-w", os.path.join(keep, "scan.pcapng")]
    return net.popen([SONDE, "scan", *record, *args], stderr=subprocess.PIPE, **kwargs)


def seen(path, wanted):
    """Whether a frame that WANTED accepts is in tcpdump's growing file."""
    with open(path, "rb") as source:
        data = source.read()
    return len(data) >= 24 and any(wanted(capture_file.packet(f))
                                   for f in capture_file.read_pcap(data).frames)


def readable(path):
    """Fails unless tshark and capinfos read the file without a complaint; its frames."""
    for command in (["capinfos", path], ["tshark", "-n", "-r", path]):
        done = support.tool(*command)
        said = [line for line in done.stderr.splitlines() if "Running as user" not in line]
        assert done.returncode == 0 and not said, said
    file = capture_file.read(path)
    assert file.cut == 0
    return file


def sent_by_us(path, after_ns):
    """Frames from our address in tcpdump's file, later than a time."""
    frames = [(f, capture_file.packet(f)) for f in capture_file.read(path).frames]
    return [(f.time - after_ns, p) for f, p in frames
            if p.source == support.SCANNER and f.time > after_ns
            and p.ether_type != capture_file.ETHER_ARP and p.flags != 0x04]


def without_dns(keep):
    """scanme-2007 without a DNS server: port 53 of the router is silent."""
    return support.changed_scenario(
        keep, "scanme-2007", "    forward\n    dns scanme.lab 198.51.100.20 2001:db8:51::20\n",
        "    forward\n    input udp dport 53 drop\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["int", "term"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_signal_stops_sending_at_once(moment, number, keep):
    """Nothing is sent 100 ms after the signal; what is known is printed; exit 3; file whole."""
    target, what, wanted = MOMENTS[moment]
    scenario = without_dns(keep) if moment == "names" else lab.Scenario.load("scanme-2007")
    beside = os.path.join(keep, "beside.pcap")
    with scenario.up() as net, net.tcpdump(beside):
        scan = start(net, keep, "-n", "--max-rate", "400", target)
        support.until(lambda: seen(beside, wanted), what)
        before = time.time_ns()
        scan.send_signal(number)
        out, err = scan.communicate(timeout=END_S)
        took = (time.time_ns() - before) / 1e9
    assert scan.returncode == 3, (scan.returncode, err)
    late = sent_by_us(beside, before + int(STOP_S * 1e9))
    assert not late, late[:3]
    assert took < 1, "it lingers"
    assert b"sonde done" in out and b"topped" in out, out
    assert err == b"", err
    readable(os.path.join(keep, "scan.pcapng"))


def test_known_verdicts_are_printed_when_interrupted(keep):
    """After Ctrl-C the table has what was answered by then, all true, and counts the rest."""
    beside = os.path.join(keep, "beside.pcap")
    with lab.Scenario.load("scanme-2007").up() as net, net.tcpdump(beside):
        scan = start(net, keep, "-n", "--max-rate", "200", *support.UNFOLDED, "198.51.100.20")
        support.until(lambda: seen(beside, lambda p: p.source_port == 22), "the answer of port 22")
        time.sleep(0.1)  # a moment in the midst of the scan; nothing hangs on it
        scan.send_signal(signal.SIGINT)
        out, _ = scan.communicate(timeout=END_S)
    text = out.decode()
    host = support.read_report(text)["198.51.100.20"]
    assert host.ports[22] == ("open", "syn-ack")
    known = {port: verdict for port, verdict in host.ports.items() if verdict[0] != "undecided"}
    assert not net.truth.check("198.51.100.20", known)
    assert len(host.ports) < 1000 and "Not probed" in text


def test_a_second_signal_does_no_harm(keep):
    """Impatient Ctrl-C, Ctrl-C: still exit 3 and a whole file."""
    beside = os.path.join(keep, "beside.pcap")
    with lab.Scenario.load("scanme-2007").up() as net, net.tcpdump(beside):
        scan = start(net, keep, "-n", "--max-rate", "200", "198.51.100.20")
        support.until(lambda: seen(beside, MOMENTS["scan"][2]), "a probe")
        scan.send_signal(signal.SIGINT)
        scan.send_signal(signal.SIGINT)
        scan.send_signal(signal.SIGTERM)
        scan.communicate(timeout=END_S)
    assert scan.returncode == 3
    readable(os.path.join(keep, "scan.pcapng"))


def test_a_second_signal_at_the_very_end_changes_nothing(keep):
    """Ctrl-C once more when the last line is printed: the exit status is still 3."""
    with lab.Scenario.load("local-closed").up() as net:
        for _ in range(12):
            scan = start(net, keep, "-n", "--max-rate", "200", "192.0.2.20")
            support.until(lambda s=scan: os.path.exists(os.path.join(keep, "scan.pcapng")), "the file")
            assert b"Starting" in scan.stdout.readline()
            scan.send_signal(signal.SIGINT)
            while b"sonde done" not in (line := scan.stdout.readline()):
                assert line
            scan.send_signal(signal.SIGINT)
            scan.communicate(timeout=END_S)
            assert scan.returncode == 3


def test_a_killed_scan_leaves_a_readable_file(keep):
    """
    SIGKILL at random moments: whole blocks only, written at most 250 ms before. A busy machine may be
    late once or twice: the middle one of the files tells, and none is so late as who writes by 64 KiB,
    which take so slow a scan 2.5 s.
    """
    seed = random.randrange(1 << 32)
    draw = random.Random(seed)
    record, ages = os.path.join(keep, "scan.pcapng"), []
    with lab.Scenario.load("scanme-2007").up() as net:
        for turn in range(8):
            begun = turn >= 3  # before that the file itself is only being begun
            if os.path.exists(record):
                os.unlink(record)  # else it would be seen before its new head is written
            scan = start(net, keep, "-n", "--max-rate", "200", "198.51.100.20")
            support.until(lambda s=scan: os.path.exists(record) and os.path.getsize(record) > 200
                          or s.poll() is not None, "the file")
            time.sleep(draw.uniform(1.6, 2.6) if begun else draw.uniform(0, 0.5))  # the moment itself
            scan.kill()
            killed = time.time_ns()
            scan.communicate(timeout=END_S)
            file = readable(record)
            age = (killed - file.frames[-1].time) / 1e9 if file.frames else 0
            if begun:
                assert file.frames and age < 1.25, f"seed {seed} turn {turn}: {age} s old"
                ages.append(age)
    assert sorted(ages)[len(ages) // 2] < 0.45, f"seed {seed}: the newest frames are {ages} s old"


def full_disk(net, keep, kilobytes, *args):
    """A scan that records to a tmpfs of its own, too small; (what ran, a copy of the file)."""
    copy = os.path.join(keep, "full.pcapng")
    script = (f'mount -t tmpfs -o size={kilobytes}k none /mnt && "$@"; status=$?; '
              f'cp /mnt/scan.pcapng "{copy}"; exit $status')
    done = net.run(["unshare", "-m", "bash", "-c", script, "-", SONDE, "scan", "-w",
                    "/mnt/scan.pcapng", *args], capture=True, timeout=60)
    return done, copy


def test_a_full_disk_does_not_stop_the_scan(keep):
    """The table is complete, the loss is said, exit is not 0, and the file's good part opens."""
    with lab.Scenario.load("local-closed").up() as net:
        done, copy = full_disk(net, keep, 64, "-n", "192.0.2.20")
    assert "995 closed" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("sonde: "), done.stderr
    assert "/mnt/scan.pcapng" in lines[0] and "No space left" in lines[0], lines[0]
    file = readable(copy)
    assert 10 < len(file.frames) < 1900


def test_dev_full_is_a_full_disk(keep):
    """-w /dev/full: the same, with nothing written at all."""
    with lab.Scenario.load("local-closed").up() as net:
        done = net.run([SONDE, "scan", "-n", "-w", "/dev/full", "192.0.2.20"], capture=True)
    assert "995 closed" in done.stdout and done.returncode == 1
    assert "/dev/full" in done.stderr and len(done.stderr.splitlines()) == 1


def test_standard_output_on_a_full_disk_is_said(keep):
    """When the report cannot be written, the exit status is not 0 and a sentence says why."""
    with lab.Scenario.load("local-closed").up() as net:
        done = net.run(["bash", "-c", 'exec "$@" >/dev/full', "-", SONDE, "scan", "-n", "-w",
                        os.path.join(keep, "scan.pcapng"), "192.0.2.20"], capture=True)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("sonde: "), done.stderr
    readable(os.path.join(keep, "scan.pcapng"))
