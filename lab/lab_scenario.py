# SPDX-License-Identifier: Apache-2.0
"""Reads a scenario file: its network, and the truth about every port in it."""

import dataclasses
import ipaddress
import os
import re

from lab_truth import ALL_PORTS, HostTruth, Truth, ports_format, ports_parse

HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIO_DIR = os.path.join(HERE, "scenario")

STATES = ("open", "closed", "filtered", "unfiltered", "open|filtered")
PORT_REASONS = (
    "syn-ack", "split-handshake-syn", "reset", "no-response", "conn-refused",
    "net-unreach", "host-unreach", "proto-unreach", "port-unreach", "dest-unreach",
    "net-prohibited", "host-prohibited", "admin-prohibited", "time-exceeded",
    "param-problem", "packet-too-big", "no-route", "beyond-scope", "reject-route",
)
UP_REASONS = (
    "echo-reply", "timestamp-reply", "syn-ack", "reset", "arp-response", "nd-response",
    "localhost-response", "user-set", "conn-refused", "port-unreach",
)
FAULTS = ("delay", "jitter", "rate", "queue", "loss", "burst", "dup", "reorder", "corrupt")
SIM_WORDS = ("host", "echo", "timestamp", "no-neighbour", "quote", "rst-limit", "icmp-limit",
             "tcp", "udp")
NODE_KINDS = ("kernel", "sim", "switch")


class ScenarioError(Exception):
    """One sentence for a person, beginning with FILE:LINE where there is one."""


@dataclasses.dataclass
class Node:
    """One machine of the network, in a namespace of its own."""
    name: str
    kind: str
    index: int
    interfaces: dict = dataclasses.field(default_factory=dict)  # name -> [IPvXInterface]
    routes: list = dataclasses.field(default_factory=list)  # (destination, gateway)
    forward: bool = False
    tcp_listen: str = ""
    rules: list = dataclasses.field(default_factory=list)  # (chain, nft rule)
    policy: str = "accept"
    icmp_rate: str = "free"
    sysctls: list = dataclasses.field(default_factory=list)
    dns: list = dataclasses.field(default_factory=list)  # (name, [addresses])
    raw_dns: list = dataclasses.field(default_factory=list)  # (kind, key, value)
    udp_services: str = ""
    nameservers: list = dataclasses.field(default_factory=list)
    hosts: list = dataclasses.field(default_factory=list)
    spec: list = dataclasses.field(default_factory=list)  # simhost lines
    sim_ranges: list = dataclasses.field(default_factory=list)  # (first, last)

    def has_ipv6(self, interface=None):
        """Whether an interface (or any) carries an IPv6 address."""
        names = [interface] if interface else self.interfaces
        return any(a.version == 6 for name in names for a in self.interfaces[name])

    def mac(self, interface):
        """The fixed station address of an interface."""
        slot = list(self.interfaces).index(interface)
        return f"02:00:00:00:{self.index:02x}:{slot:02x}"


@dataclasses.dataclass
class Wire:
    """What joins two interfaces."""
    kind: str  # cable, link (sonde-link, TAP) or tunnel (sonde-link, TUN)
    left: tuple  # (node name, interface)
    right: tuple
    both: list
    to_right: list
    to_left: list
    line: int


class Scenario:
    """A parsed scenario file."""

    def __init__(self, name, path):
        self.name = name
        self.path = path
        self.about = ""
        self.targets = []
        self.options = []
        self.seed = 1
        self.nodes = {}
        self.wires = []
        self.truths = []
        self.down = []

    @classmethod
    def load(cls, name):
        """Reads the scenario NAME of lab/scenario, or a file when NAME has a slash."""
        path = name if "/" in name else os.path.join(SCENARIO_DIR, name + ".scn")
        scenario = cls(os.path.basename(path).removesuffix(".scn"), path)
        try:
            with open(path, encoding="utf-8") as lines:
                _Reader(scenario).read(lines)
        except (OSError, UnicodeDecodeError) as error:
            if isinstance(error, FileNotFoundError) and "/" not in name:
                raise ScenarioError(f'There is no scenario "{name}"; see lab/run --list.') from None
            raise ScenarioError(f'Cannot read the scenario "{path}": {error}.') from None
        return scenario

    @staticmethod
    def names():
        """The scenarios that exist, sorted."""
        return sorted(f.removesuffix(".scn") for f in os.listdir(SCENARIO_DIR)
                      if f.endswith(".scn"))

    @property
    def truth(self):
        return Truth(self)

    def up(self, **kwargs):
        """A network of this scenario; use it with `with`."""
        import lab_network  # here, because that module knows this one
        return lab_network.Network(self, **kwargs)


class _Reader:
    """Fills a Scenario from lines; every complaint names file and line."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.block = None
        self.line = 0
        self.node_lines = {}
        self.truth_lines = []

    def fail(self, sentence, line=None):
        raise ScenarioError(f"{self.scenario.path}:{line or self.line}: {sentence}")

    def read(self, lines):
        for self.line, text in enumerate(lines, 1):
            words = re.sub(r"(^|\s)#.*", "", text).split()
            if words:
                self.statement(words[0], words[1:])
        self.check()

    def statement(self, word, args):
        top = getattr(self, "top_" + word, None) if re.fullmatch(r"[a-z]+", word) else None
        if top:
            self.block = None
            top(args)
        elif isinstance(self.block, HostTruth):
            self.truth_word(word, args)
        elif isinstance(self.block, Node) and self.block.kind == "sim" and word != "if":
            self.sim_word(word, args)
        elif isinstance(self.block, Node):
            self.node_word(word, args)
        else:
            self.fail(f'"{word}" is not a word of the scenario language.')

    def need(self, args, low, high, form):
        if not low <= len(args) <= (high if high is not None else len(args)):
            self.fail(f"Write {form}.")

    def address(self, text):
        try:
            return ipaddress.ip_address(text)
        except ValueError:
            return self.fail(f'"{text}" is not an address.')

    def ports(self, text):
        try:
            return ports_parse(text)
        except ValueError:
            return self.fail(f'"{text}" is not a list of ports such as 22,80-90.')

    def range(self, args, form):
        if len(args) not in (1, 3) or (len(args) == 3 and args[1] != "to"):
            self.fail(f"Write {form}.")
        first, last = self.address(args[0]), self.address(args[-1])
        if first.version != last.version or first > last:
            self.fail(f"The range from {first} to {last} runs backwards.")
        return first, last

    # Words that stand alone

    def top_about(self, args):
        self.scenario.about = " ".join(filter(None, [self.scenario.about, *args]))

    def top_target(self, args):
        self.need(args, 1, None, "target WORD...")
        self.scenario.targets += args

    def top_options(self, args):
        self.need(args, 1, None, "options WORD...")
        self.scenario.options += args

    def top_seed(self, args):
        if len(args) != 1 or not args[0].isdigit():
            self.fail("Write seed NUMBER.")
        self.scenario.seed = int(args[0])

    def top_node(self, args):
        self.need(args, 2, 2, "node NAME kernel|sim|switch")
        name, kind = args
        if not re.fullmatch(r"[a-z][a-z0-9]{0,11}", name):
            self.fail(f'"{name}" is not a node name of 1 to 12 small letters and digits.')
        if name in self.scenario.nodes:
            self.fail(f'The node "{name}" exists already.')
        if kind not in NODE_KINDS:
            self.fail(f'"{kind}" is not a kind of node; use kernel, sim or switch.')
        self.block = Node(name, kind, len(self.scenario.nodes) + 1)
        self.scenario.nodes[name] = self.block
        self.node_lines[name] = self.line

    def wire(self, kind, args):
        self.need(args, 2, None, f"{kind} NODE:IF NODE:IF")
        ends = []
        for end in args[:2]:
            node, colon, interface = end.partition(":")
            if not colon or node not in self.scenario.nodes \
                    or interface not in self.scenario.nodes[node].interfaces:
                self.fail(f'"{end}" is not NODE:IF of a node above.')
            if any((node, interface) in (w.left, w.right) for w in self.scenario.wires):
                self.fail(f'"{end}" is joined already.')
            ends.append((node, interface))
        wire = Wire(kind, ends[0], ends[1], [], [], [], self.line)
        for fault in args[2:]:
            where = {">": wire.to_right, "<": wire.to_left}.get(fault[0], wire.both)
            match = re.fullmatch(r"[<>]?(([a-z]+)=[0-9a-z.%/]+)", fault)
            if not match or match[2] not in FAULTS or kind == "cable":
                self.fail(f'"{fault}" is not a fault of a {kind}.')
            where.append(match[1])
        self.scenario.wires.append(wire)

    def top_cable(self, args):
        self.wire("cable", args)

    def top_link(self, args):
        self.wire("link", args)

    def top_tunnel(self, args):
        self.wire("tunnel", args)

    def top_truth(self, args):
        first, last = self.range(args, "truth ADDRESS, or truth FIRST to LAST")
        self.block = HostTruth(first, last)
        self.scenario.truths.append(self.block)
        self.truth_lines.append(self.line)

    def top_down(self, args):
        self.scenario.down.append(self.range(args, "down ADDRESS, or down FIRST to LAST"))

    # Words inside a block

    def node_word(self, word, args):
        node = self.block
        if word == "if":
            return self.interface_word(node, args)
        if node.kind == "switch":
            self.fail(f'"{word}" is not a word for a switch.')
        handler = getattr(self, "node_" + word.replace("-", "_"), None)
        if not handler:
            self.fail(f'"{word}" is not a word for a kernel node.')
        return handler(node, args)

    def interface_word(self, node, args):
        self.need(args, 1, None, "if NAME ADDRESS/LENGTH...")
        name, addresses = args[0], args[1:]
        if not re.fullmatch(r"[a-z][a-z0-9]{0,14}", name) or name in node.interfaces:
            self.fail(f'"{name}" is not a new interface name.')
        if node.kind != "kernel" and addresses:
            self.fail(f"An interface of a {node.kind} has no address.")
        try:
            node.interfaces[name] = [ipaddress.ip_interface(a) for a in addresses]
        except ValueError as error:
            self.fail(f"{error}.")

    def node_route(self, node, args):
        if len(args) != 3 or args[1] != "via":
            self.fail("Write route DESTINATION via ADDRESS.")
        self.address(args[2])
        if args[0] != "default":
            try:
                ipaddress.ip_network(args[0])
            except ValueError as error:
                self.fail(f"{error}.")
        node.routes.append((args[0], args[2]))

    def node_forward(self, node, args):
        self.need(args, 0, 0, "forward")
        node.forward = True

    def node_listen(self, node, args):
        if len(args) != 2 or args[0] != "tcp":
            self.fail("Write listen tcp PORTS.")
        self.ports(args[1])
        node.tcp_listen = ",".join(filter(None, [node.tcp_listen, args[1]]))

    def node_input(self, node, args):
        self.need(args, 1, None, "input NFT-RULE")
        node.rules.append(("input", " ".join(args)))

    def node_output(self, node, args):
        self.need(args, 1, None, "output NFT-RULE")
        node.rules.append(("output", " ".join(args)))

    def node_forwarded(self, node, args):
        self.need(args, 1, None, "forwarded NFT-RULE")
        node.rules.append(("forward", " ".join(args)))

    def node_policy(self, node, args):
        if args not in (["accept"], ["drop"]):
            self.fail("Write policy accept or policy drop.")
        node.policy = args[0]

    def node_icmp_rate(self, node, args):
        if args not in (["free"], ["kernel"]):
            self.fail("Write icmp-rate free or icmp-rate kernel.")
        node.icmp_rate = args[0]

    def node_sysctl(self, node, args):
        if len(args) != 2 or not re.fullmatch(r"net(\.[A-Za-z0-9_-]+)+", args[0]):
            self.fail("Write sysctl net.KEY VALUE.")
        node.sysctls.append((args[0], args[1]))

    def node_dns(self, node, args):
        self.need(args, 2, None, "dns NAME ADDRESS...")
        node.dns.append((args[0], [self.address(a) for a in args[1:]]))

    def node_raw_dns(self, node, args):
        if len(args) != 3 or args[0] not in ("a", "aaaa", "ptr"):
            self.fail("Write raw-dns a|aaaa NAME ADDRESS, or raw-dns ptr ADDRESS BYTES.")
        self.address(args[1] if args[0] == "ptr" else args[2])
        node.raw_dns.append(tuple(args))

    def node_udp_services(self, node, args):
        self.need(args, 1, 1, "udp-services PORTS")
        self.ports(args[0])
        node.udp_services = args[0]

    def node_nameserver(self, node, args):
        self.need(args, 1, 1, "nameserver ADDRESS")
        node.nameservers.append(self.address(args[0]))

    def node_hosts(self, node, args):
        self.need(args, 2, None, "hosts ADDRESS NAME...")
        node.hosts.append((self.address(args[0]), args[1:]))

    def sim_word(self, word, args):
        if word not in SIM_WORDS:
            self.fail(f'"{word}" is not a word for a simulated host.')
        if word == "host":
            self.block.sim_ranges.append(self.range(args, "host ADDRESS, or host FIRST to LAST"))
        elif not self.block.sim_ranges:
            self.fail(f'"{word}" comes before the first host line.')
        if word in ("tcp", "udp"):
            self.need(args, 2, 2, f"{word} PORTS ANSWER")
            if args[0] != "rest":
                self.ports(args[0])
        self.block.spec.append(" ".join([word, *args]))

    def truth_word(self, word, args):
        truth = self.block
        if word == "name":
            self.need(args, 1, 1, "name NAME")
            truth.names.append(args[0].encode("latin-1", "replace").decode("unicode_escape"))
        elif word == "other":
            self.need(args, 1, None, "other ADDRESS...")
            truth.others += [self.address(a) for a in args]
        elif word == "up":
            self.need(args, 1, None, "up REASON...")
            self.known(args, UP_REASONS, "a reason for a host to be up")
            truth.up += args
        elif word == "rtt":
            if len(args) != 1 or not re.fullmatch(r"[0-9.]+ms", args[0]):
                self.fail("Write rtt TIMEms.")
            truth.rtt_ms = float(args[0][:-2])
        elif word == "tcp":
            self.truth_ports(truth, args)
        else:
            self.fail(f'"{word}" is not a word for a truth.')

    def known(self, words, allowed, what):
        for word in words:
            if word not in allowed:
                self.fail(f'"{word}" is not {what}.')

    def truth_ports(self, truth, args):
        self.need(args, 3, None, "tcp PORTS STATE REASON...")
        self.known(args[1:2], STATES, "a port state")
        self.known(args[2:], PORT_REASONS, "a reason for a port state")
        before = set().union(*(ports for ports, _, _ in truth.tcp))
        if args[0] == "rest":
            ports = set(range(ALL_PORTS)) - before
        else:
            ports = self.ports(args[0])
        if ports & before:
            self.fail(f"TCP ports {ports_format(ports & before)} have a truth already.")
        truth.tcp.append((ports, args[1], args[2:]))

    # What only the whole can tell

    def check(self):
        scenario = self.scenario
        if "scanner" not in scenario.nodes:
            self.fail('There is no node "scanner".')
        joined = {end for w in scenario.wires for end in (w.left, w.right)}
        for node in scenario.nodes.values():
            for interface in node.interfaces:
                if (node.name, interface) not in joined:
                    self.fail(f'"{node.name}:{interface}" is joined to nothing.',
                              self.node_lines[node.name])
        if not scenario.targets:
            self.fail("There is no target line.")
        if not scenario.truths:
            self.fail("There is no truth.")
        for truth, line in zip(scenario.truths, self.truth_lines):
            count = sum(len(ports) for ports, _, _ in truth.tcp)
            if count != ALL_PORTS:
                self.fail(f"The truth covers {count} of 65536 TCP ports; add tcp rest.", line)
            if not truth.up:
                self.fail("The truth does not say why the host is up.", line)
