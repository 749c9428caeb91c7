# SPDX-License-Identifier: Apache-2.0
"""Captures of scanners at work in the practice network, and the verdicts that follow from them."""

import collections
import os
import xml.etree.ElementTree as etree

import support
from support import lab

KINDS = {"-sS": "SYN", "-sT": "SYN", "-sA": "ACK", "-sW": "ACK", "-sF": "FIN",
         "-sN": "TCP_without_flags", "-sX": "FIN,_PSH,_URG", "-sM": "FIN/ACK",
         "-sU": "UDP_datagram", "-sY": "SCTP_INIT", "-sO": "packet_of_the_protocol"}

Verdicts = collections.namedtuple("Verdicts", "hosts ports")  # {address: up?}, {key: verdict}


def rows(path, damaged=False):
    """What the library derives: rows (scanner, address, kind or "host", port, state, reason)."""
    done = support.tool(f"{support.TOOLS}/verdicts", "--all", path)
    assert done.returncode == damaged, done.stderr
    return [tuple(line.split()) for line in done.stdout.splitlines()]


def derived(path, damaged=False):
    """The same without scanners: ({address: up}, {(address, kind, port): (state, reason)})."""
    found = Verdicts({}, {})
    for _, address, kind, port, state, reason in rows(path, damaged):
        if kind == "host":
            found.hosts[address] = found.hosts.get(address, False) or state == "up"
        else:
            found.ports[address, kind, int(port)] = state, reason
    return found


def xml_report(path, kind):
    """The same from nmap's own XML, which lists the ports of its folded states, too."""
    said = Verdicts({}, {})
    for host in etree.parse(path).getroot().iter("host"):
        address = next(a.get("addr") for a in host.iter("address") if a.get("addrtype") != "mac")
        said.hosts[address] = host.find("status").get("state") == "up"
        for extra in host.iter("extraports"):
            for reasons in extra.iter("extrareasons"):
                for port in lab.ports_parse(reasons.get("ports")):
                    said.ports[address, kind, port] = extra.get("state"), reasons.get("reason")
        for port in host.iter("port"):
            state = port.find("state")
            said.ports[address, kind, int(port.get("portid"))] = (state.get("state"),
                                                                  state.get("reason"))
    return said


def kind_of(args):
    """By what kind of probes nmap with ARGS asks about ports; None when it asks about none."""
    return next((KINDS[a] for a in args if a in KINDS), None)


def scanned(scenario, keep, command, seed=None):
    """Runs a scanner in SCENARIO, a name or a loaded one; the path of the capture beside it."""
    beside = os.path.join(keep, "beside.pcap")
    if isinstance(scenario, str):
        scenario = lab.Scenario.load(scenario)
    if seed is not None:
        scenario.seed = seed
    with scenario.up() as net:
        done = net.run(command, capture=True, tcpdump=beside, timeout=support.TIMEOUT_S)
    assert done.returncode == 0, done.stderr
    return beside
