# SPDX-License-Identifier: Apache-2.0
"""--packet-trace: Nmap 7.93's grammar, in time order, one line for each frame of the capture."""

import re

import pytest

import capture_file
import support
from support import lab

NUMBER = r"\d+"
V4 = r"\d{1,3}(?:\.\d{1,3}){3}"
V6 = r"(?=[0-9a-f:.]*:)[0-9a-f:.]+?"
MAC = r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}"
LOW_MAC = r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}"
IP4 = rf"ttl={NUMBER} id={NUMBER} iplen={NUMBER} (?:frag offset={NUMBER}\+? )?"
IP6 = rf"hopl={NUMBER} flow=[0-9a-f]+ payloadlen={NUMBER}"
FLAGS = r"S?F?R?P?A?U?E?C?"
OPTION = (r"(?:mss \d+|wscale \d+|sackOK|sack \d+ (?:\{\d+:\d+\})+|timestamp \d+ \d+|nop|eol)")
OPTIONS = rf"(?:<{OPTION}(?:,{OPTION})*>)?"
WORDS = (
    "Echo reply", "Echo request", "Timestamp request", "Timestamp reply", "Source quench",
    rf"Network {V4} unreachable", rf"Host {V4} unreachable", r"Protocol \d+ unreachable",
    r"Port (?:\d+ )?unreachable", "Fragmentation required", "Source route failed",
    rf"Destination network {V4} unknown", rf"Destination host {V4} unknown",
    "Source host isolated", rf"Destination network {V4} administratively prohibited",
    rf"Destination host {V4} administratively prohibited", rf"Network {V4} unreachable for TOS",
    rf"Host {V4} unreachable for TOS", "Communication administratively prohibited by filtering",
    "Host precedence violation", "Precedence cutoff in effect", "TTL=0 during transit",
    "TTL=0 during reassembly", r"Parameter problem \(pointer indicates error\)",
    r"Parameter problem \(option missing\)", r"Parameter problem \(bad length\)")
FIELDS = (r"(?:id=\d+ seq=\d+(?: orig=\d+ recv=\d+ trans=\d+)?|Next-Hop-MTU=\d+|pointer=\d+)?")
BODIES = {
    "tcp4": rf"TCP (?P<a>{V4}):(?P<p>\d+) > (?P<b>{V4}):(?P<q>\d+) (?P<flags>{FLAGS}) (?P<ip>{IP4})"
            rf" seq=(?P<seq>\d+) win=\d+ {OPTIONS}",
    "tcp6": rf"TCP (?P<a>{V6}):(?P<p>\d+) > (?P<b>{V6}):(?P<q>\d+) (?P<flags>{FLAGS}) (?P<ip>{IP6})"
            rf" seq=(?P<seq>\d+) win=\d+ {OPTIONS}",
    "udp4": rf"UDP (?P<a>{V4}):(?P<p>\d+) > (?P<b>{V4}):(?P<q>\d+) (?P<ip>{IP4})",
    "udp6": rf"UDP (?P<a>{V6}):(?P<p>\d+) > (?P<b>{V6}):(?P<q>\d+) (?P<ip>{IP6})",
    "icmp4": rf"ICMP \[(?P<a>{V4}) > (?P<b>{V4}) (?P<words>{'|'.join(WORDS)}) "
             rf"\(type=(?P<type>\d+)/code=(?P<code>\d+)\) {FIELDS}\] IP \[(?P<ip>{IP4})\]",
    "icmp6": rf"ICMPv6 \(58\) (?P<a>{V6}) > (?P<b>{V6}) \(type=(?P<type>\d+)/code=(?P<code>\d+)\) "
             rf"(?P<ip>{IP6})",
    "arp": rf"ARP (?:who-has (?P<b>{V4}) tell (?P<a>{V4})|reply (?P<c>{V4}) is-at {MAC})",
    "nd": rf"neighbor (?P<nd>solicitation|advertisement) (?P<a>{V6}) > (?P<b>{V6}) "
          rf"(?:who has {V6}|{V6} is at {LOW_MAC}|no link-layer address)",
}
LINE = re.compile(r"(?P<dir>SENT|RCVD) \((?P<time>\d+\.\d{4})s\) (?P<body>.*)")
BODY = {name: re.compile(text) for name, text in BODIES.items()}
LETTERS = "FSRPAUEC"  # bit 0 up
ORDER = "SFRPAUEC"
SLACK_S = 0.0001
NAMES = ["scanme-2007", "scanme-2007-v6", "local-closed", "local-closed-v6", "reject-codes",
         "reject-codes-v6", "tun", "loopback", "split"]

ELSEWHERE = """
about a host on one Ethernet and the resolver on another
target local.lab
node scanner kernel
    if eth0 192.0.2.10/24
    if eth1 203.0.113.10/24
    nameserver 203.0.113.53
node local kernel
    if eth0 192.0.2.20/24
    listen tcp 22
node names kernel
    if eth0 203.0.113.53/24
    dns local.lab 192.0.2.20
cable scanner:eth0 local:eth0
cable scanner:eth1 names:eth0
truth 192.0.2.20
    name local.lab
    up arp-response
    tcp 22 open syn-ack
    tcp rest closed reset
"""
LOOPBACK_DNS = ELSEWHERE.replace("nameserver 203.0.113.53", "nameserver 127.0.0.1\n"
                                 "    dns local.lab 192.0.2.20")


def traced(name, keep, *args):
    """A traced scan of a scenario (a name, or a Scenario)."""
    scenario = lab.Scenario.load(name) if isinstance(name, str) else name
    with scenario.up() as net:
        scan = support.sonde_scan(net, keep, "--packet-trace", *args)
    assert scan.status == 0, scan.err
    assert scan.trace
    return scan


def parse(line):
    """(direction, seconds, kind, match) of a line; fails when it is not in the grammar."""
    head = LINE.fullmatch(line)
    assert head, f"not a trace line: {line!r}"
    found = [(kind, m) for kind, pattern in BODY.items() if (m := pattern.fullmatch(head["body"]))]
    assert len(found) == 1, f"{len(found)} kinds of line fit {line!r}"
    return head["dir"], float(head["time"]), *found[0]


def flag_letters(flags):
    """TCP flags in Nmap's order."""
    have = {LETTERS[i] for i in range(8) if flags >> i & 1}
    return "".join(c for c in ORDER if c in have)


def what_line_says(kind, m):
    """What a trace line tells about its packet, comparable with what_frame_says()."""
    if kind == "arp":
        return ("arp", m["c"] or m["a"])
    said = [kind[:-1] if kind != "nd" else "nd", m["a"], m["b"]]
    if kind[:3] in ("tcp", "udp"):
        said += [int(m["p"]), int(m["q"])]
    if kind[:3] == "tcp":
        said += [m["flags"], int(m["seq"])]
    if kind[:4] == "icmp":
        said += [int(m["type"]), int(m["code"])]
    if kind != "nd":
        said += [int(n) for n in re.findall(r"(?:ttl|id|iplen|hopl|payloadlen)=(\d+)", m["ip"])]
    return tuple(said)


def what_frame_says(frame):
    """The same, read from the capture file by our own small reader."""
    p = capture_file.packet(frame)
    if p.ether_type == capture_file.ETHER_ARP:
        return ("arp", p.source)
    ip = [p.hops, p.ip_len] if p.ip_id is None else [p.hops, p.ip_id, p.ip_len]
    kind = {6: "tcp", 17: "udp", 1: "icmp", 58: "icmp"}[p.protocol]
    if p.protocol == 58 and frame.direction == capture_file.RECEIVED and p.icmp[0] in (135, 136):
        return ("nd", p.source, p.destination)
    said = [kind, p.source, p.destination]
    if p.source_port is not None:
        said += [p.source_port, p.destination_port]
    if kind == "tcp":
        said += [flag_letters(p.flags), p.sequence]
    if p.icmp:
        said += list(p.icmp)
    return tuple(said + ip)


@pytest.mark.parametrize("name", NAMES)
def test_each_line_parses_and_is_its_frame_in_order(name, keep):
    """Line N of the trace is frame N of the record: direction, time to 0.1 ms, all numbers."""
    scan = traced(name, keep)
    frames = capture_file.read(scan.record).frames
    lines = [parse(line) for line in scan.trace]
    assert len(lines) == len(frames)
    zero = frames[0].time / 1e9 - lines[0][1]
    for line, (direction, seconds, kind, match), frame in zip(scan.trace, lines, frames):
        assert what_line_says(kind, match) == what_frame_says(frame), line
        assert direction == ("SENT" if frame.direction == capture_file.SENT else "RCVD"), line
        assert abs(frame.time / 1e9 - zero - seconds) <= SLACK_S * 1.01, line
    times = [seconds for _, seconds, _, _ in lines]
    assert times == sorted(times)
    assert 0 <= times[0] < 1, "the clock does not start with the scan"


def kinds(scan):
    """Lines of a scan by direction and kind."""
    return [(direction, kind, m) for direction, _, kind, m in map(parse, scan.trace)]


def test_nothing_is_left_out(keep):
    """Next-hop ARP, our DNS both ways, every probe, and the kernel's own RST are lines."""
    lines = kinds(traced("scanme-2007", keep))
    text = [(d, k, m["b"] if k == "arp" else None) for d, k, m in lines]
    assert ("SENT", "arp", "192.0.2.1") in text, "no next-hop ARP request"
    assert any(d == "RCVD" and k == "arp" for d, k, _ in text), "no next-hop ARP reply"
    questions = [m for d, k, m in lines if (d, k) == ("SENT", "udp4") and m["q"] == "53"]
    answers = [m for d, k, m in lines if (d, k) == ("RCVD", "udp4") and m["p"] == "53"]
    assert len(questions) == len(answers) == 3, "A, AAAA and PTR"
    opened = {m["p"] for d, k, m in lines if k == "tcp4" and d == "RCVD" and m["flags"] == "SA"}
    reset = {m["q"] for d, k, m in lines if k == "tcp4" and d == "SENT" and m["flags"] == "R"}
    assert opened == reset == {"22", "53", "80"}, "the kernel's RST to each SYN/ACK"
    probed = {m["q"] for d, k, m in lines if k == "tcp4" and d == "SENT" and m["flags"] == "S"}
    assert len(probed) >= 1000


@pytest.mark.parametrize("text, interface", [(ELSEWHERE, "eth1"), (LOOPBACK_DNS, "lo")],
                         ids=["eth1", "lo"])
def test_dns_is_traced_whatever_interface_it_takes(text, interface, keep):
    """Questions and answers of our resolver are lines and frames, each on its interface."""
    scan = traced(support.own_scenario(keep, text), keep, "-p", "20-25")
    lines = kinds(scan)
    assert sum(1 for d, k, m in lines if k == "udp4" and d == "SENT" and m["q"] == "53") == 3
    assert sum(1 for d, k, m in lines if k == "udp4" and d == "RCVD" and m["p"] == "53") == 3
    file = capture_file.read(scan.record)
    names = [i[2][0].decode() for i in file.interfaces]
    used = {names[f.interface] for f in file.frames
            if 53 in (capture_file.packet(f).source_port, capture_file.packet(f).destination_port)
            and capture_file.packet(f).protocol == capture_file.UDP}
    assert used == {interface}
    assert len(lines) == len(file.frames)


def line_class(line):
    """A trace line without what differs from run to run: numbers, addresses, which options."""
    body = LINE.fullmatch(line)
    if not body:
        return None
    text = re.sub(r"<[^>]*>", "<O>", body["body"])
    text = re.sub(MAC, "MAC", text)
    text = re.sub(LOW_MAC, "mac", text)
    text = re.sub(rf"(?<![0-9a-f:.]){V4}(?![0-9a-f.])", "A", text)
    text = re.sub(r"(?<![0-9a-zA-Z:.])(?:[0-9a-f]*:){2,}[0-9a-f]*?(?=:\d+ |[ \]]|$)", "A", text)
    text = re.sub(r"(?<=flow=)[0-9a-f]+|(?<=[=:])\d+|\bPort \d+|(?<=Protocol )\d+",
                  lambda m: "Port N" if m[0].startswith("Port") else "N", text)
    return f"{body['dir']} {re.sub(r'type=N/code=N', types_of(body['body']), text)}"


def types_of(body):
    """The ICMP type and code of a body, which belong to its class."""
    match = re.search(r"type=\d+/code=\d+", body)
    return match[0] if match else "type=N/code=N"


def nmap_trace(net, *args):
    """nmap's own trace of the same scan, and of discovery by each probe kind on its own."""
    lines = []
    for words in (args, ["-sn", "-PE"], ["-sn", "-PA80"], ["-sn", "-PS443"], ["-sn", "-PP"]):
        if words == ["-sn", "-PP"] and "-6" in net.options:
            continue
        done = net.run(["nmap", "--packet-trace", *net.options, *words, *net.targets], capture=True)
        assert done.returncode == 0, done.stderr
        lines += done.stdout.split("\n")
    return lines


def nmap_can_have(line):
    """Nmap has no DNS, ND or kernel's RST lines, and no next-hop lines it left to the kernel."""
    _, _, kind, match = parse(line)
    if kind[:3] == "udp" or kind in ("arp", "nd"):
        return False
    if kind == "icmp6" and match["type"] in ("135", "136"):
        return False
    return not (line.startswith("SENT") and kind[:3] == "tcp" and match["flags"] == "R")


@pytest.mark.parametrize("name", ["scanme-2007", "scanme-2007-v6", "local-closed", "reject-codes",
                                  "reject-codes-v6", "tun"])
def test_lines_are_spelled_as_nmaps(name, keep):
    """Each class of line that Nmap can have too is spelled identically by it."""
    ports = []
    if name.startswith("reject"):
        ports = ["-p", "22,81-89,1100-1106,1300-1315,2100-2202,5101-5313,6100"]
    with lab.Scenario.load(name).up() as net:
        scan = support.sonde_scan(net, keep, "--packet-trace", *ports)
        assert scan.status == 0, scan.err
        theirs = {line_class(line) for line in nmap_trace(net, *ports)} - {None}
    ours = {line_class(line): line for line in scan.trace if nmap_can_have(line)}
    assert len(ours) >= 3
    unknown = {c: line for c, line in ours.items() if c not in theirs}
    assert not unknown, f"ours: {unknown}\nnmap's: {sorted(theirs)}"


def test_arp_lines_are_spelled_as_nmaps(keep):
    """ARP requests and replies of host discovery read as Nmap's do."""
    with lab.Scenario.load("local-closed").up() as net:
        scan = support.sonde_scan(net, keep, "--packet-trace", "-p", "22")
        theirs = {line_class(line) for line in nmap_trace(net)}
    ours = {line_class(line) for line in scan.trace if " ARP " in line}
    assert {line for line in ours if line.startswith("SENT ARP who-has")} <= theirs
    assert {line for line in ours if line.startswith("RCVD ARP reply")} <= theirs
