# SPDX-License-Identifier: Apache-2.0
"""Verdicts from captures of nmap, masscan and zmap against what these scanners themselves say.

tcpdump captures beside the scanner; the verdicts come from the capture alone. Every port whose
state the capture can decide must be as the scanner reports it, and no port may be missing. What a
connect scan calls conn-refused is a reset on the wire.
"""

import json
import os
import signal

import pytest

import scan_captures
import support
from scan_captures import derived, scanned, xml_report
from support import lab

WORDS = {"conn-refused": "reset"}
FAR, NEAR, NAMES = "198.51.100.20", "192.0.2.20", "192.0.2.53"
FAR_6, NEAR_6 = "2001:db8:51::20", "2001:db8:1::20"
LOSSY, LIMITED, ODD = "198.51.100.50", "198.51.100.60", "198.51.100.70"
CODES, REJECT, CODES_6, REJECT_6 = ("198.51.100.40", "203.0.113.40", "2001:db8:51::40",
                                    "2001:db8:113::40")
MIXED = "-p20-30,53,80,110,3000-3020,4000-4003"  # open, closed and silent ports of far.lab

NMAP = [
    *(("local-closed", [scan, "-p20-100", NEAR]) for scan in
      ("-sS", "-sT", "-sA", "-sF", "-sN", "-sX", "-sM")),
    ("local-closed", ["-n", "-sS", "-p-", NEAR]),
    ("local-closed", ["-sU", "-p50-55", NAMES]),  # ICMP errors come once a second
    ("local-closed", ["-sS", "-p20-100", NEAR, NAMES]),
    ("local-closed", ["-sY", "-p80-83", NEAR]),
    ("local-closed", ["-sO", "-p2,41,47,108", NEAR]),
    ("local-closed", ["-sn", "192.0.2.16/29", NAMES]),
    *(("scanme-2007", [scan, "-p20-80,113", "scanme.lab"]) for scan in ("-sS", "-sT", "-sA", "-sF")),
    ("scanme-2007", ["-sU", "-p50-60", FAR]),
    ("scanme-2007", ["-sn", FAR, "198.51.100.21"]),
    ("scanme-2007", ["-Pn", "-n", "-sS", "-p20-40", "--source-port", "53", FAR]),
    *(("local-closed-v6", ["-6", scan, "-p20-100", NEAR_6]) for scan in
      ("-sS", "-sT", "-sA", "-sF", "-sN", "-sX")),
    ("local-closed-v6", ["-6", "-sU", "-p50-53", NEAR_6]),
    ("scanme-2007-v6", ["-6", "-sS", "-p20-80,113", FAR_6]),
    ("scanme-2007-v6", ["-6", "-sT", "-p20-40", FAR_6]),
    ("scanme-2007-v6", ["-6", "-sn", FAR_6]),
    ("reject-codes", ["-n", "-sF", "-p22,80-90", REJECT]),
    ("loss", ["-n", "-sS", MIXED, LOSSY]),
    ("loss", ["-n", "-sT", MIXED, LOSSY]),
    ("queue", ["-n", "-sS", MIXED, LOSSY]),
    ("limits", ["-n", "-sS", "-p1-150,443", LIMITED]),
    ("subnet", ["-n", "-sS", "-p22,80,443", "192.0.2.16/28", "192.0.2.96-203"]),
]

SILENT = FORGED = ("filtered", "no-response")
CODED = "-p22,80-90,1304,1308,1313,5301,5303,6100"

# Where nmap says something else than the packets, or less: what it says, and what they say.
APART = [
    ("local-closed", ["-sW", "-p20-100", NEAR],  # on the wire nothing but an ACK scan
     {(("closed", "reset"), ("unfiltered", "reset"))}),
    ("reject-codes", ["-n", "-sT", "-p22,80-90", REJECT],  # what errno keeps of an ICMP code
     {(("closed", "reset"), ("filtered", "port-unreach")),
      (("filtered", "net-unreach"), ("filtered", "net-prohibited")),
      (("filtered", "host-unreach"), ("filtered", "host-prohibited")),
      (("filtered", "host-unreach"), ("filtered", "admin-prohibited"))}),
    ("reject-codes", ["-n", "-sS", CODED, REJECT, CODES],  # codes that nmap 7.93 does not know
     {(SILENT, ("filtered", "dest-unreach"))}),
    ("reject-codes", ["-n", "-sA", CODED, REJECT, CODES],
     {(SILENT, ("filtered", "dest-unreach"))}),
    ("reject-codes-v6", ["-6", "-n", "-sS", "-p22,80-90,1104,1200,1300,1400", REJECT_6, CODES_6],
     {(SILENT, ("filtered", "packet-too-big")), (SILENT, ("filtered", "time-exceeded")),
      (("open", "param-problem"), ("filtered", "param-problem"))}),
    ("split", ["-n", "-sS", "-p22,100,110,120,200,300", ODD],  # it asks for no proof
     {(("open", "split-handshake-syn"), FORGED), (("open", "syn-ack"), FORGED),
      (("closed", "reset"), FORGED)}),
]


def compared(scenario, args, keep):
    """Scans; ({key: (what nmap says, what the packets say)} where they differ, all that nmap says)."""
    report = os.path.join(keep, "nmap.xml")
    beside = scanned(scenario, keep, ["nmap", "-oX", report, *args])
    kind = scan_captures.kind_of(args)
    said, found = xml_report(report, kind), derived(beside)
    assert said.hosts
    for address, up in said.hosts.items():
        assert found.hosts.get(address, False) == up, address
    assert set(found.hosts) >= {a for a, up in said.hosts.items() if up}
    assert bool(said.ports) == (kind is not None)
    assert set(found.ports) == set(said.ports)
    differ = {}
    for key, (state, reason) in said.ports.items():
        told = state, WORDS.get(reason, reason)
        if found.ports[key] not in (told, ("undecided", "none")):
            differ[key] = told, found.ports[key]
    return differ, said


def name_of(value):
    """A test's name: the scenario, and of nmap's words those that say what was scanned."""
    if isinstance(value, list):
        return "".join(a for a in value if a[:2] in ("-s", "-P") or a == "-p-") + f"-{value[-1]}"
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize("scenario, args", NMAP, ids=name_of)
def test_nmap(scenario, args, keep):
    """Every state and reason is nmap's."""
    differ, _ = compared(scenario, args, keep)
    assert not differ


@pytest.mark.parametrize("scenario, args, apart", APART, ids=name_of)
def test_nmap_against_its_packets(scenario, args, apart, keep):
    """Where nmap says something else than the packets, it is these differences and no others."""
    differ, said = compared(scenario, args, keep)
    assert set(differ.values()) == apart
    assert "-sW" in args or len(differ) < len(said.ports)


def test_nmap_believes_damaged_answers(keep):
    """What differs on a link that damages packets was answered by a damaged one, and only that."""
    differ, said = compared("rough", ["-n", "-sS", MIXED, LOSSY], keep)
    done = support.tool("tshark", "-n", "-r", os.path.join(keep, "beside.pcap"), "-o",
                        "tcp.check_checksum:TRUE", "-T", "fields", "-e", "tcp.srcport", "-Y",
                        f"ip.src == {LOSSY} && tcp.checksum.status == 0")
    assert done.returncode == 0, done.stderr
    assert {str(port) for _, _, port in differ} <= set(done.stdout.split())
    assert len(differ) <= len(said.ports) / 10


def test_masscan(keep):
    """masscan reports what is open (and with its option what is closed), nothing of silence."""
    report = os.path.join(keep, "masscan.json")
    beside = scanned("scanme-2007", keep, ["masscan", FAR, "-p20-100,113", "--rate", "1000",
                                      "--wait", "1", "--open-only", "-oJ", report])
    with open(report, encoding="utf-8") as text:
        rows = json.load(text)
    said = {(row["ip"], "SYN", port["port"]) for row in rows for port in row["ports"]
            if port["status"] == "open"}
    found = derived(beside)
    assert said
    assert {key for key, (state, _) in found.ports.items() if state == "open"} == said
    assert {port for _, _, port in found.ports} == {*range(20, 101), 113}


ZMAP_RUNS = 3  # zmap 2.1.1 rarely aborts by an assertion of its own (constraint_lookup_index)


def test_zmap(keep):
    """zmap asks many hosts for one port and reports those that answered, resets included."""
    report = os.path.join(keep, "zmap.csv")
    beside = os.path.join(keep, "beside.pcap")
    with lab.Scenario.load("scanme-2007").up() as net:
        link = json.loads(net.exec_ns("router", ["ip", "-j", "link", "show", "eth0"]).stdout)
        for _ in range(ZMAP_RUNS):
            done = net.run(["zmap", "-q", "-p", "22", "-b", "/dev/null", "-r", "200", "-c", "1",
                            "-i", "eth0", "-G", link[0]["address"], "-f", "saddr,classification",
                            "--output-filter", "repeat = 0", "-O", "csv", "-o", report,
                            "198.51.100.16/28"], capture=True, tcpdump=beside, timeout=60)
            if done.returncode != -signal.SIGABRT:
                break
    assert done.returncode == 0, done.stderr
    with open(report, encoding="utf-8") as text:
        rows = [line.strip().split(",") for line in text if line[:1].isdigit()]
    said = {address: {"synack": "open", "rst": "closed"}[word] for address, word in rows
            if word in ("synack", "rst")}
    found = derived(beside)
    assert said == {FAR: "open"}
    assert len(found.ports) == 16
    assert {address: state for (address, _, _), (state, _) in found.ports.items()
            if state in ("open", "closed")} == said


def test_two_scanners_in_one_file(keep):
    """Each pair of scanner and target has its own verdict."""
    beside = os.path.join(keep, "beside.pcap")
    with lab.Scenario.load("local-closed").up() as net:
        with net.tcpdump(beside):
            for node, ports in ("scanner", "22,23"), ("names", "80,81,82"):
                done = net.exec_ns(node, ["nmap", "-n", "-sS", "-p", ports, NEAR])
                assert done.returncode == 0, done.stderr
            net.exec_ns("names", ["nmap", "-n", "-sS", "-p", "22", "192.0.2.10"])
    done = support.tool(f"{support.TOOLS}/verdicts", "--all", beside)
    rows = {tuple(line.split()) for line in done.stdout.splitlines()}
    syns = {(source, target, int(port), state) for source, target, kind, port, state, _ in rows
            if kind == "SYN"}
    assert syns == {("192.0.2.10", NEAR, 22, "open"), ("192.0.2.10", NEAR, 23, "closed"),
                    (NAMES, "192.0.2.10", 22, "closed")}


def test_asking_about_a_udp_scan(keep):
    """Ports of a protocol, states, phases and findings as `sonde explain` tells them."""
    beside = scanned("local-closed", keep, ["nmap", "-n", "-sU", "-p50-53", NAMES])

    def explain(*args):
        done = support.tool(support.SONDE, "explain", *args)
        assert done.returncode == 0 and not done.stderr, done.stderr
        return done.stdout

    assert f"53/udp on {NAMES} is open (udp-response).\n" in explain(beside, NAMES, "53/udp")
    assert explain(beside, "51/udp").startswith(f"51/udp on {NAMES} is closed (port-unreach).\n")
    listed = [line.split()[:3] for line in explain(beside, "--state", "closed").splitlines()]
    assert listed == [[f"{port}/udp", "closed", "port-unreach"] for port in (50, 51, 52)]
    phases = explain(beside, "--phases")
    assert "  host discovery " in phases and "  UDP scan, first tries " in phases
    assert explain(beside, "--unexpected").count("\n") >= 2
    for args, words in ((["53/tcp"], "not probed"), (["--state", "ajar"], "no state of a port"),
                        (["53/udp", "53/tcp"], "one protocol at a time")):
        done = support.tool(support.SONDE, "explain", beside, *args)
        assert done.returncode == 2 and words in done.stderr
