# SPDX-License-Identifier: Apache-2.0
"""What a right scan of a scenario finds: hosts, ports, states, and the reasons for them."""

import dataclasses
import ipaddress
import re

ALL_PORTS = 65536


def ports_parse(text):
    """"22,80-90" as a set of numbers; ValueError when it is no port list."""
    ports = set()
    for piece in text.split(","):
        match = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", piece)
        if not match:
            raise ValueError(text)
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        if last < first or last >= ALL_PORTS:
            raise ValueError(text)
        ports.update(range(first, last + 1))
    return ports


def ports_format(ports):
    """A set of numbers as "22,80-90"."""
    pieces, run = [], []
    for port in sorted(ports):
        if run and port == run[-1] + 1:
            run[1:] = [port]
            continue
        if run:
            pieces.append("-".join(map(str, run)))
        run = [port]
    if run:
        pieces.append("-".join(map(str, run)))
    return ",".join(pieces)


def addresses_between(first, last):
    """Every address from FIRST to LAST, both included."""
    kind = type(first)
    return [kind(number) for number in range(int(first), int(last) + 1)]


@dataclasses.dataclass
class HostTruth:
    """What a right scan finds out about an address."""
    first: object
    last: object
    names: list = dataclasses.field(default_factory=list)
    others: list = dataclasses.field(default_factory=list)
    up: list = dataclasses.field(default_factory=list)
    rtt_ms: float = 0.0
    tcp: list = dataclasses.field(default_factory=list)  # (set, state, [reasons])

    def port(self, number):
        """(state, [acceptable reasons]) of a TCP port."""
        for ports, state, reasons in self.tcp:
            if number in ports:
                return state, reasons
        raise KeyError(number)


class Truth:
    """All that a scenario says about the results."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.hosts = scenario.truths
        self.down_ranges = scenario.down

    def host(self, address):
        """The truth about an address that is up; KeyError otherwise."""
        address = ipaddress.ip_address(address)
        for host in self.hosts:
            if host.first.version == address.version and host.first <= address <= host.last:
                return host
        raise KeyError(str(address))

    def addresses(self):
        """Every address that is up, as text."""
        return [str(a) for h in self.hosts for a in addresses_between(h.first, h.last)]

    def port(self, address, number):
        """(state, [acceptable reasons]) of a TCP port of an address."""
        return self.host(address).port(number)

    def check(self, address, ports):
        """Compares {port: (state, reason)} with the truth; returns sentences about differences."""
        wrong = []
        for number, (state, reason) in sorted(ports.items()):
            want, reasons = self.port(address, number)
            if state != want or (reason is not None and reason not in reasons):
                wrong.append(f"{address} port {number} is {want} ({' or '.join(reasons)}), "
                             f"but {state} ({reason}) was reported.")
        return wrong

    def as_dict(self):
        """The truth as plain data, for JSON."""
        hosts = []
        for host in self.hosts:
            rows = [{"ports": ports_format(ports), "state": state, "reasons": reasons}
                    for ports, state, reasons in host.tcp]
            hosts.append({
                "address": str(host.first),
                "last_address": str(host.last),
                "names": host.names,
                "other_addresses": [str(a) for a in host.others],
                "status": "up",
                "up_reasons": host.up,
                "rtt_ms": host.rtt_ms,
                "tcp": rows,
            })
        return {
            "scenario": self.scenario.name,
            "about": self.scenario.about,
            "targets": self.scenario.targets,
            "options": self.scenario.options,
            "hosts": hosts,
            "down": [{"address": str(a), "last_address": str(b)} for a, b in self.down_ranges],
        }
