# SPDX-License-Identifier: Apache-2.0
"""Wrong input gets one clear sentence, exit status 2, and sends nothing."""

import os

import pytest

import capture_file
import support
from support import SONDE, lab

ONE = ["-n", "-p", "22", "--no-record"]
HOST = "192.0.2.20"

# What is typed, and a piece of the sentence that must answer it.
WRONG = {
    "unknown option": (["--packet-trase", HOST], "--packet-trace"),
    "unknown letter": (["-Q", HOST], "-Q"),
    "versions": (["-sV", HOST], "nmap -sV"),
    "a report in a file": (["-oN", "scan.txt", HOST], "> FILE"),
    "a report attached": (["-oXscan.xml", HOST], "-w FILE"),
    "a decoy": (["-D", "RND:10", HOST], "disguises"),
    "old ping scan": (["-sP", HOST], "write -sn"),
    "a script": (["--script=default", HOST], "nmap -sC"),
    "port word": (["-p", "22,x y", HOST], "\"x"),
    "port reversed": (["-p", "90-80", HOST], "90-80"),
    "port 65536": (["-p", "65536", HOST], "65536"),
    "port range 65536": (["-p", "1-65536", HOST], "65536"),
    "port empty": (["-p", "", HOST], "-p"),
    "no target": ([], "target"),
    "empty target": ([""], "target"),
    "mask 33": (["192.0.2.20/33"], "33"),
    "mask v6 129": (["-6", "2001:db8:1::20/129"], "129"),
    "whole internet": (["0.0.0.0/0"], "0.0.0.0/0"),
    "multicast": (["224.0.0.1"], "224.0.0.1"),
    "multicast v6": (["-6", "ff02::1"], "ff02::1"),
    "broadcast": (["255.255.255.255"], "255.255.255.255"),
    "directed broadcast": (["192.0.2.255"], "192.0.2.255"),
    "missing interface": (["-e", "eth9", HOST], "eth9"),
    "interface down": (["-e", "idle0", HOST], "idle0"),
    "no route": (["203.0.113.7"], "203.0.113.7"),
    "bad octet range": (["192.0.2.30-20"], "30-20"),
    "octet 256": (["192.0.2.256"], "256"),
    "rate word": (["--max-rate", "fast", HOST], "fast"),
    "retries word": (["--max-retries", "-1", HOST], "-1"),
    "value missing": ([HOST, "-p"], "-p"),
    "no list file": (["-iL", "/nowhere/list"], "/nowhere/list"),
    "bad exclude": (["--exclude", "192.0.2.0/40", HOST], "40"),
    "both -w and --no-record": (["-w", "/tmp/x.pcapng", HOST], "--no-record"),
    "two ways by TCP": (["-sS", "-sA", HOST], "-sA"),
    "two ways chained": (["-sSF", HOST], "-sF"),
    "connections and UDP": (["-sTU", HOST], "-sU"),
    "no ports and a scan type": (["-sn", "-sS", HOST], "-sS"),
    "no ports and ports": (["-sn", "-p", "22", HOST], "-p"),
    "a list and a scan type": (["-sL", "-sU", HOST], "-sU"),
    "unknown scan type": (["-sQ", HOST], "-sQ"),
    "ports of the other protocol": (["-sU", "-p", "T:22", HOST], "T:22"),
    "ping and no ping": (["-Pn", "-PE", HOST], "-PE"),
    "ping ports": (["-PS0-70000", HOST], "70000"),
    "ping of IPv4 only": (["-6", "-PP", "2001:db8:1::20"], "-PP"),
    "connections and a ping": (["-sT", "-PE", HOST], "-PE"),
    "names and none": (["-R", HOST], "-R"),
    "level 6": (["-T6", HOST], "6"),
    "level by half a name": (["-Tnorm", HOST], "norm"),
    "rates reversed": (["--min-rate", "9", "--max-rate", "8", HOST], "--min-rate"),
    "attempts reversed": (["--min-parallelism", "9", "--max-parallelism", "8", HOST],
                          "--min-parallelism"),
    "groups reversed": (["--min-hostgroup", "9", "--max-hostgroup", "8", HOST], "--min-hostgroup"),
    "rate in another form": (["--min-rate", "1e9", HOST], "digits"),
    "waits reversed": (["--min-rtt-timeout", "2s", "--max-rtt-timeout", "1s", HOST],
                       "--min-rtt-timeout"),
    "first wait too long": (["--initial-rtt-timeout", "2s", "--max-rtt-timeout", "900ms", HOST],
                            "--initial-rtt-timeout"),
    "first wait too short": (["--initial-rtt-timeout", "2ms", "--min-rtt-timeout", "900ms", HOST],
                             "--initial-rtt-timeout"),
    "delays reversed": (["--scan-delay", "2", "--max-scan-delay", "1s", HOST], "--scan-delay"),
    "time without a unit we know": (["--host-timeout", "3 weeks", HOST], "3 weeks"),
    "no wait at all": (["--max-rtt-timeout", "0", HOST], "--max-rtt-timeout"),
    "v6 without -6": (["2001:db8:1::20"], "-6"),
    "v4 with -6": (["-6", HOST], "-6"),
}


def one_sentence(text):
    """Fails unless TEXT is one line in sonde's voice with more than a word to say; that line."""
    lines = text.splitlines()
    assert len(lines) == 1, text
    assert lines[0].startswith("sonde: ") and len(lines[0].split()) >= 5, text
    assert lines[0][-1] in ".?!" and lines[0][-2] not in ".?!", text
    return lines[0]


def frames_beside(path):
    """How many frames tcpdump saw (its file has a header at least)."""
    return len(capture_file.read(path).frames)


def refused(net, keep, args, status=2, **kwargs):
    """Runs a scan that must be refused without a packet; its sentence."""
    beside = os.path.join(keep, "beside.pcap")
    done = net.run([SONDE, "scan", *args], capture=True, tcpdump=beside, timeout=20, **kwargs)
    assert done.returncode == status, (done.returncode, done.stderr)
    assert frames_beside(beside) == 0, "a packet was sent"
    assert done.stdout == "", done.stdout
    return one_sentence(done.stderr)


@pytest.fixture(scope="module")
def quiet_net():
    """local-closed with one more interface, which is down."""
    with lab.Scenario.load("local-closed").up() as net:
        done = net.exec_ns("scanner", ["ip", "link", "add", "idle0", "type", "dummy"])
        if done.returncode:  # no dummy module: the loose end of a cable is down too
            done = net.exec_ns("scanner", ["ip", "link", "add", "idle0", "type", "veth",
                                           "peer", "name", "idle1"])
        assert done.returncode == 0, done.stderr
        yield net


@pytest.mark.xdist_group("quiet_net")
@pytest.mark.parametrize("case", WRONG, ids=[name.replace(" ", "-") for name in WRONG])
def test_wrong_words_get_one_sentence(case, quiet_net, keep):
    """Exit status 2, one sentence that names what was wrong, and not one packet."""
    args, piece = WRONG[case]
    sentence = refused(quiet_net, keep, [*ONE, *args] if "-p" not in args else
                       ["-n", "--no-record", *args])
    assert piece in sentence


@pytest.mark.xdist_group("quiet_net")
@pytest.mark.parametrize("kind", ["directory", "unwritable", "missing", "symlink", "hardlink"])
def test_output_that_cannot_be_written(kind, quiet_net, keep):
    """-w refuses directories, unwritable places and links, and leaves what is there alone."""
    victim = os.path.join(keep, "victim")
    with open(victim, "w", encoding="ascii") as out:
        out.write("precious")
    path = {"directory": keep, "unwritable": "/proc/nothing.pcapng",
            "missing": os.path.join(keep, "no", "where.pcapng"),
            "symlink": os.path.join(keep, "link.pcapng"),
            "hardlink": os.path.join(keep, "hard.pcapng")}[kind]
    if kind == "symlink":
        os.symlink(victim, path)
    if kind == "hardlink":
        os.link(victim, path)
    sentence = refused(quiet_net, keep, ["-n", "-p", "22", "-w", path, HOST])
    assert path in sentence
    with open(victim, encoding="ascii") as source:
        assert source.read() == "precious"


@pytest.mark.xdist_group("quiet_net")
def test_bad_lines_of_a_list_are_named(quiet_net, keep):
    """-iL with a bad line: the sentence says which file, which line and what."""
    path = os.path.join(keep, "targets")
    with open(path, "w", encoding="ascii") as out:
        out.write("# comment\n192.0.2.20\n\n192.0.2.20/99\n192.0.2.30\n")
    sentence = refused(quiet_net, keep, [*ONE, "-iL", path])
    assert path in sentence and "192.0.2.20/99" in sentence and "4" in sentence


@pytest.mark.xdist_group("quiet_net")
def test_a_list_of_targets_is_scanned(quiet_net, keep):
    """-iL reads targets from a file and, as "-", from standard input."""
    path = os.path.join(keep, "targets")
    with open(path, "w", encoding="ascii") as out:
        out.write("# the hosts\n192.0.2.20 192.0.2.53 # two\n")
    for source in (path, "-"):
        with open(path, encoding="ascii") as stdin:
            done = quiet_net.run([SONDE, "scan", *ONE, "-iL", source], capture=True, stdin=stdin)
        assert done.returncode == 0, done.stderr
        assert set(support.read_report(done.stdout)) == {"192.0.2.20", "192.0.2.53"}


@pytest.mark.xdist_group("quiet_net")
def test_an_unknown_name_does_not_stop_the_others(quiet_net):
    """One name that does not resolve: said in one sentence, the others scanned, status 2."""
    done = quiet_net.run([SONDE, "scan", *ONE, "nobody.lab", "local.lab"], capture=True)
    assert done.returncode == 2
    assert "nobody.lab" in one_sentence(done.stderr)
    assert support.read_report(done.stdout)[HOST].ports[22][0] == "open"


@pytest.mark.xdist_group("quiet_net")
def test_one_bad_address_does_not_stop_the_others(quiet_net):
    """One unroutable target: said in one sentence, the others scanned, status 2."""
    done = quiet_net.run([SONDE, "scan", *ONE, "203.0.113.7", HOST], capture=True)
    assert done.returncode == 2
    assert "203.0.113.7" in one_sentence(done.stderr)
    assert support.read_report(done.stdout)[HOST].ports[22][0] == "open"


@pytest.mark.xdist_group("quiet_net")
@pytest.mark.parametrize("words", [["--exclude", "local.lab", HOST, "192.0.2.53"],
                                   ["--exclude", "local.lab/31", "192.0.2.20-21", "192.0.2.53"],
                                   ["--exclude", "192.0.2.20", "local.lab", "192.0.2.53"],
                                   ["-sT", "--exclude", "local.lab", HOST, "192.0.2.53"]],
                         ids=["name", "name-and-bits", "address", "connections"])
def test_an_excluded_host_gets_no_packet(words, quiet_net, keep):
    """Whether --exclude or the target is a name: the host is not scanned, the other one is."""
    beside = os.path.join(keep, "beside.pcap")
    done = quiet_net.run([SONDE, "scan", *ONE, *words], capture=True, tcpdump=beside)
    assert done.returncode == 0 and done.stderr == ""
    assert set(support.read_report(done.stdout)) == {"192.0.2.53"}
    host = bytes(map(int, HOST.split(".")))
    asked = [{b"\x08\x00": frame.data[30:34], b"\x08\x06": frame.data[38:42]}[frame.data[12:14]]
             for frame in capture_file.read(beside).frames]
    assert asked and host not in asked


@pytest.mark.xdist_group("quiet_net")
def test_nothing_is_scanned_while_an_excluded_name_is_unknown(quiet_net):
    """A name of --exclude without an address may be any host: none is scanned, status 2."""
    done = quiet_net.run([SONDE, "scan", *ONE, "--exclude", "nobody.lab", HOST], capture=True)
    assert done.returncode == 2
    sentence = one_sentence(done.stderr)
    assert "nobody.lab" in sentence and "--exclude" in sentence
    assert not support.read_report(done.stdout)


@pytest.mark.xdist_group("quiet_net")
@pytest.mark.parametrize("words, piece", [(["--exclude", "192.0.2.0/24", HOST], "--exclude"),
                                          (["192.0.2.0,255"], "broadcast")])
def test_a_scan_of_nobody_says_so(words, piece, quiet_net):
    """No target left is no silent success."""
    done = quiet_net.run([SONDE, "scan", *ONE, *words], capture=True)
    assert done.returncode == 0
    assert piece in one_sentence(done.stderr)
    assert "0 IP addresses" in done.stdout


@pytest.mark.xdist_group("quiet_net")
@pytest.mark.parametrize("how", ["-sS", "-sT"])
def test_closed_standard_input_and_few_descriptors(how, quiet_net, keep):
    """A scan works with stdin closed and with 20 file descriptors."""
    record = os.path.join(keep, "scan.pcapng")
    script = 'ulimit -n 20; exec "$@" <&-'
    words = ["-w", record] if how == "-sS" else []
    done = quiet_net.run(["bash", "-c", script, "-", SONDE, "scan", how, "-n", *words,
                          *support.UNFOLDED, HOST], capture=True)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    hosts = support.read_report(done.stdout)
    assert len(hosts[HOST].ports) == 1000
    assert not quiet_net.truth.check(HOST, {port: (state, None) for port, (state, _)
                                            in hosts[HOST].ports.items()})
    assert not words or capture_file.read(record).cut == 0


@pytest.mark.xdist_group("quiet_net")
@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_closed_standard_streams_do_not_get_packets(closed, quiet_net, keep):
    """With standard streams closed no text gets into the capture file."""
    record = os.path.join(keep, "scan.pcapng")
    quiet_net.run(["bash", "-c", f'exec "$@" {closed}', "-", SONDE, "scan", "-n", "--packet-trace",
                   "-w", record, HOST], capture=True)
    file = capture_file.read(record)
    assert file.cut == 0 and len(file.frames) > 1000


@pytest.mark.xdist_group("quiet_net")
def test_output_into_a_closed_pipe(quiet_net, keep):
    """| head -1: the scan ends without hanging, and its file is whole."""
    record = os.path.join(keep, "scan.pcapng")
    done = quiet_net.run(["bash", "-c", '"$@" | head -1; exit ${PIPESTATUS[0]}', "-", SONDE, "scan",
                          "--packet-trace", "-w", record, "-n", HOST], capture=True, timeout=20)
    assert done.stdout.startswith("Starting sonde")
    file = capture_file.read(record)
    assert file.cut == 0
    about = support.tool("capinfos", record)
    assert about.returncode == 0, about.stderr


HOSTILE = "ev\x1b[2J\x1b]0;owned\x07\x7fil.lab"


@pytest.mark.parametrize("hosts", ["", f"    hosts 192.0.2.66 {HOSTILE}\n"], ids=["dns", "hosts"])
def test_terminal_escapes_in_names_are_escaped(hosts, keep):
    """A reverse name with escape bytes reaches neither terminal nor trace nor explain raw."""
    scenario = support.changed_scenario(keep, "evil-name", "    nameserver 192.0.2.53\n",
                                        f"    nameserver 192.0.2.53\n{hosts}")
    with scenario.up() as net:
        scan = support.sonde_scan(net, keep, "--packet-trace", "-v", "-p", "20-25", "evil.lab",
                                  targets=[])
        explained = net.run([SONDE, "explain", scan.record], capture=True)
        ports = net.run([SONDE, "explain", scan.record, "22"], capture=True)
    assert scan.status == 0 and explained.returncode == 0 and ports.returncode == 0
    for text in (scan.out, scan.err, explained.stdout, explained.stderr, ports.stdout):
        bad = [c for c in text if (ord(c) < 32 and c != "\n") or ord(c) == 127 or c == "\ufffd"]
        assert not bad, text
    if hosts:
        assert "owned" in scan.out, "the name is not shown"
        names = [name for _, name in capture_file.read(scan.record).names]
        assert any(b"owned" in name for name in names)
        assert not [name for name in names if any(b < 32 or b == 127 for b in name)]
