# SPDX-License-Identifier: Apache-2.0
"""Runs sonde in the practice network and reads what it says."""

import dataclasses
import os
import re
import subprocess
import sys
import time

REPO = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.environ.get("SONDE_BUILD", os.path.join(REPO, "build"))
SONDE = os.path.join(BUILD, "src", "sonde")
TOOLS = os.path.join(BUILD, "tests", "system")  # our own small C programs
sys.path.insert(0, os.path.join(REPO, "lab"))

import lab  # noqa: E402

SCANNER = "192.0.2.10"
UNFOLDED = ["--reason", "-v60"]  # a state is folded above 25 * (1 + verbose) ports
TIMEOUT_S = 120
POLL_S = 0.001

HOST = re.compile(r"sonde scan report for (?P<name>.+?)(?: \((?P<address>[0-9a-f.:]+)\))?")
DOWN = re.compile(r"sonde scan report for (?P<name>.+?) \[host down, received (?P<reason>\S+)\]")
UP = re.compile(r"Host is up(?:, received (?P<reason>\S+)(?: from \S+)?(?: ttl \d+)?)?"
                r"(?: \((?P<latency>[\d.]+)s latency\))?\.")
PORT = re.compile(r"(?P<port>\d+)/tcp +(?P<state>\S+) +(?P<service>\S+)"
                  r"(?: +(?P<reason>[\w-]+)(?: from \S+)?(?: ttl \d+)?)?")
TRACE = re.compile(r"(SENT|RCVD) \(")


@dataclasses.dataclass
class Host:
    """One host of a report."""
    name: str
    address: str
    up: bool = True
    reason: str = None
    latency: float = None
    ports: dict = dataclasses.field(default_factory=dict)  # port: (state, reason)


@dataclasses.dataclass
class Scan:
    """A scan that has ended, and its files."""
    status: int
    out: str
    err: str
    record: str = None
    beside: str = None

    @property
    def hosts(self):
        """{address: Host} as printed."""
        return read_report(self.out)

    @property
    def trace(self):
        """The lines of --packet-trace."""
        return [line for line in self.out.split("\n") if TRACE.match(line)]


def read_report(text):
    """{address: Host} of a printed report."""
    hosts, host = {}, None
    for line in text.split("\n"):
        if down := DOWN.fullmatch(line):
            hosts[down["name"]] = Host(down["name"], down["name"], False, down["reason"])
        elif begin := HOST.fullmatch(line):
            address = begin["address"] or begin["name"]
            host = hosts[address] = Host(begin["name"], address)
        elif host and (up := UP.fullmatch(line)):
            host.reason = up["reason"]
            host.latency = float(up["latency"]) if up["latency"] else None
        elif host and (port := PORT.fullmatch(line)):
            host.ports[int(port["port"])] = (port["state"], port["reason"])
    return hosts


def sonde_scan(net, keep, *args, targets=None, options=None, beside=True, name="scan", **kwargs):
    """Scans the scenario's targets, recording to KEEP/NAME.pcapng, tcpdump beside it."""
    record = os.path.join(keep, f"{name}.pcapng")
    pcap = os.path.join(keep, f"{name}-beside.pcap") if beside else None
    command = [SONDE, "scan", "-w", record, *args, *(net.options if options is None else options),
               *(net.targets if targets is None else targets)]
    done = net.run(command, capture=True, tcpdump=pcap, timeout=TIMEOUT_S, **kwargs)
    return Scan(done.returncode, done.stdout, done.stderr, record, pcap)


def until(condition, what, seconds=20):
    """Asks CONDITION until it is true and returns its answer; fails after SECONDS."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen in {seconds} s"
        time.sleep(POLL_S)  # between two questions
    return answer


def own_scenario(keep, text, name="own"):
    """The scenario of TEXT."""
    path = os.path.join(keep, f"{name}.scn")
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return lab.Scenario.load(path)


def crowd_behind_a_router(about, target, way, hosts, truth):
    """The text of a scenario: the scanner, WAY ("cable", or "link" with faults), and behind a router the
    simulated HOSTS, whose verdicts TRUTH has."""
    kind, _, faults = way.partition(" ")
    return f"""about   {about}
target  {target}

node scanner kernel
    if eth0 192.0.2.10/24
    route default via 192.0.2.1

node crowd sim
    if eth0
    host 192.0.2.1
    tcp rest closed
{hosts}
{kind} scanner:eth0 crowd:eth0 {faults}

{truth}"""


def changed_scenario(keep, base, old, new):
    """The scenario BASE with the text OLD replaced by NEW."""
    with open(os.path.join(REPO, "lab", "scenario", f"{base}.scn"), encoding="utf-8") as source:
        text = source.read()
    assert old in text, f"{base}.scn has no {old!r}"
    return own_scenario(keep, text.replace(old, new), base)


def tool(*command, **kwargs):
    """Runs a tool that must be there; its CompletedProcess with text."""
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                          **kwargs)


def wrong_verdicts(truth, hosts, ports):
    """Sentences about what differs from the truth; PORTS must all be there, and only they."""
    wrong = []
    for address, host in hosts.items():
        if not host.up:
            continue
        if address not in truth.addresses():
            wrong.append(f"{address} was reported up and nobody is there.")
            continue
        known = truth.host(address)
        if host.reason and host.reason not in known.up:
            wrong.append(f"{address} is up by {' or '.join(known.up)}, not by {host.reason}.")
        if host.latency is not None and host.latency * 1000 < known.rtt_ms - 0.5:
            wrong.append(f"{address} answered in {host.latency} s, faster than its way allows.")
        wrong += truth.check(address, host.ports)
        if ports is not None and set(host.ports) != ports:
            wrong.append(f"{address} has {len(host.ports)} ports reported, not {len(ports)}: "
                         f"{sorted(set(host.ports) ^ ports)[:10]} differ.")
    return wrong
