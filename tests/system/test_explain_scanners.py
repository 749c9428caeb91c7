# SPDX-License-Identifier: Apache-2.0
"""Verdicts from captures of nmap, masscan and zmap against what these scanners themselves say.

tcpdump captures beside the scanner; the verdicts come from the capture alone. Every port whose
state the capture can decide must be as the scanner reports it, and no port may be missing. What a
connect scan calls conn-refused is a reset on the wire.
"""

import json
import os

import pytest

import scan_captures
import support
from scan_captures import derived, scanned, xml_report
from support import lab

WORDS = {"conn-refused": "reset"}
FAR, NEAR, NAMES = "198.51.100.20", "192.0.2.20", "192.0.2.53"
FAR_6, NEAR_6 = "2001:db8:51::20", "2001:db8:1::20"

NMAP = [
    *(("local-closed", [scan, "-p20-100", NEAR]) for scan in
      ("-sS", "-sT", "-sA", "-sF", "-sN", "-sX", "-sM")),
    ("local-closed", ["-sU", "-p50-55", NAMES]),  # ICMP errors come once a second
    ("local-closed", ["-sS", "-p20-100", NEAR, NAMES]),
    ("local-closed", ["-sY", "-p80-83", NEAR]),
    ("local-closed", ["-sn", "192.0.2.16/29", NAMES]),
    *(("scanme-2007", [scan, "-p20-80,113", "scanme.lab"]) for scan in ("-sS", "-sT", "-sA", "-sF")),
    ("scanme-2007", ["-sU", "-p50-60", FAR]),
    ("scanme-2007", ["-sn", FAR, "198.51.100.21"]),
    ("scanme-2007", ["-Pn", "-n", "-sS", "-p20-40", "--source-port", "53", FAR]),
    *(("local-closed-v6", ["-6", scan, "-p20-100", NEAR_6]) for scan in
      ("-sS", "-sT", "-sA", "-sF", "-sN", "-sX")),
    ("local-closed-v6", ["-6", "-sU", "-p50-53", NEAR_6]),
    ("scanme-2007-v6", ["-6", "-sS", "-p20-80,113", FAR_6]),
    ("scanme-2007-v6", ["-6", "-sn", FAR_6]),
]


@pytest.mark.parametrize("scenario, args", NMAP,
                         ids=[f"{name}{''.join(a for a in args if a[:2] in ('-s', '-P'))}-{args[-1]}"
                              for name, args in NMAP])
def test_nmap(scenario, args, keep):
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
    for key, (state, reason) in said.ports.items():
        if found.ports[key][0] == "undecided":
            continue
        assert found.ports[key] == (state, WORDS.get(reason, reason)), key


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


def test_zmap(keep):
    """zmap asks many hosts for one port and reports those that answered, resets included."""
    report = os.path.join(keep, "zmap.csv")
    beside = os.path.join(keep, "beside.pcap")
    with lab.Scenario.load("scanme-2007").up() as net:
        link = json.loads(net.exec_ns("router", ["ip", "-j", "link", "show", "eth0"]).stdout)
        done = net.run(["zmap", "-q", "-p", "22", "-b", "/dev/null", "-r", "200", "-c", "1",
                        "-i", "eth0", "-G", link[0]["address"], "-f", "saddr,classification",
                        "--output-filter", "repeat = 0", "-O", "csv", "-o", report,
                        "198.51.100.16/28"], capture=True, tcpdump=beside, timeout=60)
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
    assert "  ARP or ND of targets " in phases and "  UDP scan, first tries " in phases
    assert explain(beside, "--unexpected").count("\n") >= 2
    for args, words in ((["53/tcp"], "not probed"), (["--state", "ajar"], "no state of a port"),
                        (["53/udp", "53/tcp"], "one protocol at a time")):
        done = support.tool(support.SONDE, "explain", beside, *args)
        assert done.returncode == 2 and words in done.stderr
