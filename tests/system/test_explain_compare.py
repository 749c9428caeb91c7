# SPDX-License-Identifier: Apache-2.0
"""`sonde explain --compare` and `--json` over captures of the lab, beside the scanners' own reports."""

import json
import os

import pytest

import support
import test_explain_json
from support import lab

NEAR, NAMES = "192.0.2.20", "192.0.2.53"


def scan(net, keep, *command):
    """Runs a scanner; its capture and its report."""
    beside, report = os.path.join(keep, "beside.pcap"), os.path.join(keep, "report")
    done = net.run([*command, report], capture=True, tcpdump=beside, timeout=support.TIMEOUT_S)
    assert done.returncode == 0, done.stderr
    return beside, report


def compare(beside, report):
    """(counts of ports, counts of hosts, exit status) of a comparison."""
    done = support.tool(support.SONDE, "explain", beside, "--compare", report, "--json")
    assert not done.stderr
    document = json.loads(done.stdout)
    assert not list(test_explain_json.wrong(document))
    found = document["comparison"]
    assert found["damage"] is None and not found["strange_hosts"] and not found["strange_ports"]
    return ({name: n for name, n in found["ports"].items() if n},
            {name: n for name, n in found["hosts"].items() if n}, done.returncode)


@pytest.mark.parametrize("scenario, command, equal", [
    ("local-closed", ["nmap", "-n", "-sS", "-p20-100", NEAR, NAMES, "-oX"], 162),
    ("local-closed", ["nmap", "-n", "-sT", "-p20-100", NEAR, "-oX"], 81),
    ("local-closed-v6", ["nmap", "-6", "-n", "-sA", "-p20-30", "2001:db8:1::20", "-oX"], 11),
    ("local-closed", ["nmap", "-n", "-sU", "-p52,53", NAMES, "-oX"], 2),
    ("scanme-2007", ["masscan", "198.51.100.20", "-p20-30", "--rate", "1000", "--wait", "1",
                     "-oJ"], 1),
], ids=["syn", "connect", "ack-v6", "udp", "masscan"])
def test_nothing_differs_from_the_scanners_own_report(scenario, command, equal, keep):
    with lab.Scenario.load(scenario).up() as net:
        beside, report = scan(net, keep, *command)
    ports, hosts, status = compare(beside, report)
    assert ports == {"equal": equal} and status == 0
    assert set(hosts) <= {"equal"} and bool(hosts) == (command[0] == "nmap")


def test_a_lie_in_the_report_is_found(keep):
    """One port's state changed in nmap's own XML: that port differs, with its frame."""
    with lab.Scenario.load("local-closed").up() as net:
        beside, report = scan(net, keep, "nmap", "-n", "-sS", "-p22,23,80", NEAR, "-oX")
    with open(report, encoding="utf-8") as source:
        text = source.read()
    lie = text.replace('portid="22"><state state="open"', 'portid="22"><state state="closed"')
    assert lie != text
    with open(report, "w", encoding="utf-8") as out:
        out.write(lie)
    ports, _, status = compare(beside, report)
    assert ports == {"equal": 2, "contradicted": 1} and status == 1
    said = support.tool(support.SONDE, "explain", beside, "--compare", report).stdout
    assert f"{NEAR} 22/tcp: the report says closed (syn-ack), the packets say open" in said
