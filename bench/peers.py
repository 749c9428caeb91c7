# SPDX-License-Identifier: Apache-2.0
"""The scanners that bench/scan compares: their command lines, and what they found.

nmap judges every port, so each verdict of its XML counts, the folded ones too. masscan knows open and
closed ports, zmap open ones of one port a run: what they do not report must be something else.
"""

import csv
import os
import re
import sys
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "system"))

import support  # noqa: E402
from support import SONDE, lab  # noqa: E402

MASSCAN_RATE, MASSCAN_WAIT_S = 1000, 2
ZMAP_RATE, ZMAP_WAIT_S = 1000, 2
NEXT_HOP_LOOKS = 100
KNOWN = {"masscan": {"open", "closed"}, "zmap": {"open"}}  # the others know all states
# masscan ends only when a frame wakes its receiver: these, which nobody answers, do.
WAKER = """
import signal, socket, sys, time
count = 0
def end(*_):
    print(count)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
print("ready", flush=True)
while True:
    s.send(bytes.fromhex("ffffffffffff0200000000998888") + bytes(46))
    count += 1
    time.sleep(0.2)
"""


def default_ports():
    """The 1,000 ports of a default scan, for those who have no such list."""
    with open(os.path.join(support.REPO, "data", "tcp-ports.txt"), encoding="ascii") as rows:
        return ",".join(row.strip() for row in rows if not row.startswith("#"))


def next_hop(net, target):
    """The station address of the target's next hop, which zmap and masscan need to be told."""
    routed = re.search(r"via (\S+)", net.exec_ns("scanner", ["ip", "route", "get", target]).stdout)
    hop = routed[1] if routed else target
    for _ in range(NEXT_HOP_LOOKS):
        net.exec_ns("scanner", ["bash", "-c", f"echo >/dev/udp/{hop}/9"])
        said = net.exec_ns("scanner", ["ip", "neigh", "show", hop]).stdout
        if found := re.search(r"lladdr (\S+)", said):
            return found[1]
    sys.exit(f"bench/scan: {hop} does not answer ARP.")


def command(tool, directory, options, net, addresses):
    """The command line of one tool. ADDRESSES: the targets as numbers, for who looks up no names."""
    out = os.path.join(directory, tool.strip("-"))
    if tool == "sonde":
        return [SONDE, "scan", *support.UNFOLDED, "-w", out, *options, *net.options, *net.targets]
    if tool.startswith("-T"):
        return ["nmap", tool, "--reason", "-oX", out, *options, *net.options, *net.targets]
    mac = next_hop(net, addresses[0].partition("/")[0])
    if tool == "zmap":
        return ["zmap", "-q", "-v", "0", "-T", "1", "-r", str(ZMAP_RATE), "-c", str(ZMAP_WAIT_S),
                "-i", "eth0", "-G", mac, "-b", "/dev/null", "-o", out, "-f", "saddr,sport,classification",
                *options, *addresses]
    ports = options if options else ["-p" + default_ports()]
    return ["masscan", "--rate", str(MASSCAN_RATE), "--wait", str(MASSCAN_WAIT_S), "-e", "eth0",
            "--router-mac", mac.replace(":", "-"), "--show", "closed", "-oL", out, *ports, *addresses]


def read_nmap(path):
    """{address: {port: (state, None)}} of nmap's XML; folded ports are unfolded."""
    found = {}
    for host in xml.etree.ElementTree.parse(path).findall("host"):
        ports = found[host.find("address").get("addr")] = {
            int(p.get("portid")): (p.find("state").get("state"), None)
            for p in host.iterfind("ports/port")}
        for extra in host.iterfind("ports/extraports"):
            for reason in extra.iterfind("extrareasons"):
                for port in lab.ports_parse(reason.get("ports")):
                    ports[port] = (extra.get("state"), None)
    return found


def read_masscan(path):
    """The same of a list of masscan's: "open tcp 80 192.0.2.1 TIME"."""
    found = {}
    with open(path, encoding="ascii") as lines:
        for row in (line.split() for line in lines):
            if len(row) == 5:
                found.setdefault(row[3], {})[int(row[2])] = (row[0], None)
    return found


def read_zmap(path):
    """The same of zmap's rows."""
    found = {}
    with open(path, encoding="ascii", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["classification"] == "synack":
                found.setdefault(row["saddr"], {})[int(row["sport"])] = ("open", None)
    return found


def verdicts(tool, directory, text):
    """{address: {port: (state, reason)}} that TOOL found; TEXT is its standard output."""
    path = os.path.join(directory, tool.strip("-"))
    if tool == "sonde":  # a row scans one protocol, and read_report() knows the one of TCP
        hosts = support.read_report(text.replace("/udp", "/tcp"))
        return {a: h.ports for a, h in hosts.items() if h.up}
    if tool.startswith("-T"):
        return read_nmap(path)
    return read_masscan(path) if tool == "masscan" else read_zmap(path)


def wrong_of_all(net, found, ports, udp):
    """Wrong verdicts of who judges every port: PORTS are the ports that each host must have."""
    count = 0
    for address in net.truth.addresses():
        here = found.get(address, {})
        if udp:  # the truth of the scenarios with -sU: every port is closed
            count += sum(state != "closed" for state, _ in here.values())
        else:
            count += len(net.truth.check(address, here))
        count += max(0, ports - len(here))
    return count + len(set(found) - set(net.truth.addresses()))


def wrong_of_some(net, tool, found, ports):
    """Wrong verdicts of who knows some states only: what is KNOWN and not told, or told and not so."""
    count = 0
    for address in net.truth.addresses():
        here = found.get(address, {})
        for port in ports:
            state = net.truth.port(address, port)[0]
            told = here.get(port, (None, None))[0]
            count += told != (state if state in KNOWN[tool] else None)
    return count + len(set(found) - set(net.truth.addresses()))


def wrong(net, tool, found, ports, udp):
    """How many verdicts differ from the truth. PORTS: a set."""
    if tool in KNOWN:
        return wrong_of_some(net, tool, found, ports)
    return wrong_of_all(net, found, len(ports), udp)
