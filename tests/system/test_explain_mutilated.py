# SPDX-License-Identifier: Apache-2.0
"""A capture that came to harm tells the same verdicts, or says that it knows less.

Each capture is made once and harmed in many ways by mutilator.py; what follows from it whole is
held to the scanner's own report by test_explain_scanners.py.
"""

import concurrent.futures
import json
import os

import pytest

import capture_file
import mutilator
import scan_captures
import support
from support import lab

pytestmark = pytest.mark.xdist_group("mutilated")  # one worker: the captures are made once

FAR, NEAR, NAMES, NEAR_6 = "198.51.100.20", "192.0.2.20", "192.0.2.53", "2001:db8:1::20"
SYN, RST = 2, 4
HOUR_NS = 3600 * 10**9
SCANNERS = {support.SCANNER, "2001:db8:1::10"}
SCANS = {
    "syn": ("scanme-2007", ["nmap", "-n", "-sS", "-p20-40,80,113", FAR]),
    "connect": ("local-closed", ["nmap", "-n", "-sT", "-p20-100", NEAR]),
    "udp": ("local-closed", ["nmap", "-n", "-sU", "-p30-53", NAMES]),
    "fin": ("local-closed-v6", ["nmap", "-6", "-n", "-sF", "-p20-60", NEAR_6]),
    "ping": ("local-closed", ["nmap", "-n", "-sn", "192.0.2.16/29", NAMES]),
    "ours": ("scanme-2007", None),
}


def capture_of(name, keep):
    """Makes one of the captures; its path."""
    scenario, command = SCANS[name]
    os.makedirs(keep)
    if command:
        return scan_captures.scanned(scenario, keep, command)
    with lab.Scenario.load(scenario).up() as net:
        scan = support.sonde_scan(net, keep, "-n")
    assert scan.status == 0, scan.err
    return scan.record


@pytest.fixture(name="captures", scope="module")
def fixture_captures(tmp_path_factory):
    """{name: path} of whole captures."""
    keep = tmp_path_factory.mktemp("mutilated")
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        made = {name: pool.submit(capture_of, name, keep / name) for name in SCANS}
        return {name: path.result() for name, path in made.items()}


def frames_of(path):
    """The frames at PATH."""
    return capture_file.read(path).frames


def explained(path, *args):
    """What `sonde explain` says of the file at PATH."""
    done = support.tool(support.SONDE, "explain", path, *args)
    assert done.returncode == 0, done.stderr
    return done.stdout


def unwrapped(path, *args):
    """What is said of it, without its name, by whose length lines break elsewhere."""
    return " ".join(explained(path, *args).replace(path, "X").split())


def test_what_belongs_together(captures):
    """Tries from any source port are joined to their port; timing and kernel's resets are neither."""
    packets = [capture_file.packet(f) for f in frames_of(captures["syn"])]
    told = json.loads(explained(captures["syn"], "--json"))
    host, = told["hosts"]
    ports = {row["port"]: row["probes"] for row in host["ports"]}
    assert set(ports) == {*range(20, 41), 80, 113}
    timing = 0
    for port, frames in ports.items():
        sent = [number for number, p in enumerate(packets, 1)
                if p.destination == FAR and p.destination_port == port and p.flags == SYN]
        answered = min((number for number, p in enumerate(packets, 1)
                        if number > sent[0] and p.source == FAR and p.source_port == port),
                       default=len(packets) + 1)
        assert frames == [number for number in sent if number < answered], port
        timing += len(sent) - len(frames)
    assert {packets[number - 1].source_port for number in ports[21]} == {
        p.source_port for p in packets if p.destination_port == 21}
    assert len(ports[21]) > 1 and len({packets[n - 1].source_port for n in ports[21]}) > 1
    resets = sum(p.destination == FAR and p.flags == RST for p in packets)
    phases = {phase["kind"]: phase["packets"] for phase in told["scanners"][0]["phases"]}
    assert resets and phases["kernel-resets"] == resets
    assert timing and phases["timing"] == timing


@pytest.mark.parametrize("stamps", (False, True), ids=("file-order", "stamps"))
@pytest.mark.parametrize("seed", (1, 2, 3))
def test_shuffled_within_10_ms(captures, keep, seed, stamps):
    """Answers before their probes, handshakes inside out: the same verdicts."""
    for name, path in captures.items():
        frames = frames_of(path)
        mixed = mutilator.shuffled(frames, seed=seed, stamps=stamps)
        whole = mutilator.write(os.path.join(keep, f"{name}.pcap"), frames)
        harmed = mutilator.write(os.path.join(keep, f"{name}-mixed.pcap"), mixed)
        assert [f.data for f in mixed] != [f.data for f in frames]
        assert scan_captures.derived(harmed) == scan_captures.derived(whole), name


def test_snapped_to_64_bytes(captures, keep):
    """Headers are enough, but what an ICMP error quotes is gone, and of IPv6 the TCP flags are."""
    for name, path in captures.items():
        frames = frames_of(path)
        harmed = mutilator.write(os.path.join(keep, f"{name}.pcap"), mutilator.snapped(frames))
        whole = mutilator.write(os.path.join(keep, f"{name}-whole.pcap"), frames)
        found, want = scan_captures.derived(harmed), scan_captures.derived(whole)
        if name == "fin":
            assert not found.ports and not found.hosts
            continue
        assert found.hosts == want.hosts and set(found.ports) == set(want.ports), name
        for key, (state, reason) in want.ports.items():
            if reason == "port-unreach":
                assert found.ports[key][1] == "no-response"
            else:
                assert found.ports[key] == (state, reason), key


@pytest.mark.parametrize("apart_ns", (None, 20_000), ids=("appended", "copied"))
def test_doubled(captures, keep, apart_ns):
    """The same frames again, appended or as a second interface shows them."""
    for name, path in captures.items():
        frames = frames_of(path)
        whole = mutilator.write(os.path.join(keep, f"{name}.pcap"), frames)
        harmed = mutilator.write(os.path.join(keep, f"{name}-double.pcap"),
                                 mutilator.twice(frames, apart_ns))
        assert scan_captures.derived(harmed) == scan_captures.derived(whole), name


def test_the_same_scan_an_hour_later(captures, keep):
    """Two scans of one scanner: each is judged by itself, and named."""
    frames = frames_of(captures["syn"])
    later = mutilator.write(os.path.join(keep, "later.pcap"), mutilator.twice(frames, HOUR_NS))
    first = json.loads(explained(captures["syn"], "--json"))["hosts"]
    both = json.loads(explained(later, "--json"))
    assert [s["scan"] for s in both["scanners"]] == [1, 2]
    assert [(h["address"], h["scan"]) for h in both["hosts"]] == [(FAR, 1), (FAR, 2)]
    for host in both["hosts"]:
        assert [(p["port"], p["state"], p["reason"], p["tries"]) for p in host["ports"]] == [
            (p["port"], p["state"], p["reason"], p["tries"]) for p in first[0]["ports"]]
    assert " in scan 2 is " in explained(later, "80")


def test_merged_with_other_scans(captures, keep):
    """All at once in one file: each keeps its verdicts."""
    names = [name for name in captures if name != "ours"]  # the target and ports of "syn"
    want = scan_captures.Verdicts({}, {})
    for name in names:
        found = scan_captures.derived(captures[name])
        want.ports.update(found.ports)
        for address, up in found.hosts.items():
            want.hosts[address] = want.hosts.get(address, False) or up
    harmed = mutilator.write(os.path.join(keep, "merged.pcap"),
                             mutilator.merged(*(frames_of(captures[name]) for name in names)))
    found = scan_captures.derived(harmed)
    found.hosts.pop("192.0.2.1", None)  # our networks share MACs: it may not look like the router
    assert found == want


def one_sided(captures, keep, sent):
    """(name, the capture without its other side) of each."""
    for name, path in captures.items():
        side = mutilator.one_side(frames_of(path), SCANNERS, sent=sent)
        yield name, mutilator.write(os.path.join(keep, f"{name}.pcap"), side)


def test_only_the_probes(captures, keep):
    """No answer is invented, the same was asked, and it is said that a side is missing."""
    for name, harmed in one_sided(captures, keep, True):
        whole, found = scan_captures.derived(captures[name]), scan_captures.derived(harmed)
        assert set(found.ports) >= set(whole.ports) and not any(found.hosts.values()), name
        assert {state for state, _ in found.ports.values()} <= {"filtered", "open|filtered"}
        findings = json.loads(explained(harmed, "--json"))["findings"]
        if name == "ping":  # so few probes that nobody need be at home
            assert "9 hosts were probed, 0 are up." in explained(harmed)
        else:
            assert "one-sided" in {finding["kind"] for finding in findings}, name


def test_only_the_answers(captures, keep):
    """An answer without its probe proves nothing: it is said that the probes are missing."""
    for name, harmed in one_sided(captures, keep, False):
        assert scan_captures.rows(harmed) == [], name
        done = support.tool(support.SONDE, "explain", harmed)
        assert done.returncode and not done.stdout, name
        assert "shows no scan" in done.stderr, name
        if name in ("syn", "connect", "fin", "ours"):
            assert "capture both directions" in done.stderr, name


def test_comments_stripped(captures, keep):
    """What a comment says is in the frames, too."""
    bare = mutilator.comment_changed(captures["ours"], os.path.join(keep, "bare.pcapng"),
                                     lambda number: None)
    assert any(f.comments for f in frames_of(captures["ours"]))
    assert not any(f.comments for f in frames_of(bare))
    assert scan_captures.rows(bare) == scan_captures.rows(captures["ours"])
    assert unwrapped(bare) == unwrapped(captures["ours"])


FORGED = ("sonde: answers frame 1 (SYN 203.0.113.66 31337/tcp try 1) after 0.001 ms: SYN/ACK, "
          "so 31337/tcp is open", "sonde: probe SYN 203.0.113.66 31337/tcp try 1",
          "sonde: no proof: does not carry the cookie of frame 2 (SYN 203.0.113.66 31337/tcp try 1)")


@pytest.mark.parametrize("args", ((), ("--phases",), ("--unexpected",), ("22",)),
                         ids=lambda args: "".join(args) or "summary")
def test_every_comment_forged(captures, keep, args):
    """No word of a comment is taken for a fact: the answers are those of the frames."""
    true = captures["ours"]
    forged = mutilator.comment_changed(true, os.path.join(keep, "forged.pcapng"),
                                       lambda number: FORGED[number % len(FORGED)])
    assert {f.comments[0] for f in frames_of(forged)} == set(FORGED)
    assert scan_captures.rows(forged) == scan_captures.rows(true)
    told = unwrapped(forged, *args)
    assert told == unwrapped(true, *args)
    assert "203.0.113.66" not in told and "31337" not in told


def test_ten_thousand_hosts(keep):
    """All verdicts of a scan of 10,000 hosts with loss are its truth, in bounded memory."""
    capture, truth, peak = (os.path.join(keep, name) for name in ("made.pcap", "truth", "peak"))
    for words in ((f"{support.TOOLS}/made-scan", capture, truth, "10000", "3", "2", "3", "1"),
                  (f"{support.TOOLS}/peak", peak, support.SONDE, "explain", capture)):
        done = support.tool(*words)
        assert done.returncode == 0, done.stderr
    told = done.stdout
    with open(truth, encoding="ascii") as source:
        want = source.read().splitlines()
    found = support.tool(f"{support.TOOLS}/verdicts", capture).stdout.splitlines()
    assert len(want) == 30_000 and sorted(found) == sorted(want)
    answered = {line.split()[0] for line in want if line.split()[3] in ("syn-ack", "reset")}
    assert f"10,000 hosts were probed, {len(answered):,} are up." in told
    with open(peak, encoding="ascii") as source:
        assert int(source.read().split()[3]) <= 64_000


@pytest.mark.parametrize("share", (0.3, 0.61, 0.97))
def test_cut_in_the_middle_of_a_frame(captures, keep, share):
    """What is whole is judged; silence counts only as far as the file shows it."""
    undecided = 0
    for name, path in captures.items():
        harmed = mutilator.cut(path, os.path.join(keep, f"{name}.cut"), share)
        whole, found = scan_captures.derived(path), scan_captures.derived(harmed, damaged=True)
        done = support.tool(support.SONDE, "explain", harmed)
        assert done.returncode == 1 and "cut short" in done.stderr, name
        assert set(found.ports) <= set(whole.ports), name
        for key, verdict in found.ports.items():
            assert verdict in (whole.ports[key], ("undecided", "none")), key
            undecided += verdict != whole.ports[key]
    assert undecided


@pytest.mark.parametrize("share", (0.2, 0.5))
def test_cut_after_some_frames(captures, keep, share):
    """Silence at an end that nobody can know of is told as such."""
    doubtful = 0
    for name, path in captures.items():
        frames = frames_of(path)
        frames = frames[:int(len(frames) * share)]
        harmed = mutilator.write(os.path.join(keep, f"{name}.pcap"), frames)
        whole, found = scan_captures.derived(path), scan_captures.derived(harmed)
        assert set(found.ports) <= set(whole.ports), name
        differ = [key for key, verdict in found.ports.items() if verdict != whole.ports[key]]
        assert all(found.ports[key][1] == "no-response" for key in differ)
        doubtful += len(differ)
        for address, kind, port in differ[:2]:
            protocol = "udp" if kind.startswith("UDP") else "tcp"
            told = explained(harmed, address, f"{port}/{protocol}")
            assert "how long it was waited for cannot be known" in " ".join(told.split())
    assert doubtful
