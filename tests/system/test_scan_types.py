# SPDX-License-Identifier: Apache-2.0
"""Every scan type and every way to discover hosts: right, said as Nmap says it, and explained alike."""

import collections
import os
import re

import pytest

import capture_file
import support
from support import SONDE, lab

FAMILIES = {"v4": ["198.51.100.90", "203.0.113.90"], "v6": ["2001:db8:51::90", "2001:db8:113::90"]}
TCP_PORTS = "21,22,40-43,80"
UDP_PORTS = "6,7,9,40-43,53,69,111,123,137,161,389,443,500,3478,4433,5060,11211"
SILENT, RESET = "no-response", "reset"
REFUSED = {41: ("filtered", "port-unreach"), 42: ("filtered", "admin-prohibited"),
           43: ("filtered", "port-unreach")}
SPEAKING = [7, 53, 69, 111, 123, 161, 389, 443, 500, 3478, 4433, 5060, 11211]


def by_tcp(closed, listening, dropped):
    """What a Linux host's ports are when they answer so: closed, listening and dropped ones."""
    return {"tcp": {21: closed, 22: listening, 80: listening, 40: dropped, **REFUSED}}


STEALTH = by_tcp(("closed", RESET), ("open|filtered", SILENT), ("open|filtered", SILENT))
# What each scan type must say of the host kinds.lab, from the standards and the scenario.
TRUTH = {
    "S": by_tcp(("closed", RESET), ("open", "syn-ack"), ("filtered", SILENT)),
    "A": by_tcp(("unfiltered", RESET), ("unfiltered", RESET), ("filtered", SILENT)),
    "W": by_tcp(("closed", RESET), ("closed", RESET), ("filtered", SILENT)),
    "F": STEALTH, "N": STEALTH, "X": STEALTH,
    "M": by_tcp(("closed", RESET), ("closed", RESET), ("open|filtered", SILENT)),
    "U": {"udp": {6: ("closed", "port-unreach"), 9: ("open|filtered", SILENT),
                  40: ("open|filtered", SILENT), 41: REFUSED[41], 42: REFUSED[42],
                  43: ("closed", "port-unreach"),
                  137: ("open|filtered", SILENT),  # answers by another question's number
                  **{port: ("open", "udp-response") for port in SPEAKING}}},
}
TRUTH["SU"] = {**TRUTH["S"], **TRUTH["U"]}
# How --packet-trace writes the flags of each kind's probes.
FLAGS = {"S": "S", "A": "A", "W": "A", "F": "F", "N": "", "X": "FPU", "M": "FA"}

ROW = re.compile(r"^(\d+)/(tcp|udp) +(\S+) +(?:\S+ +)?([\w-]+)(?: from \S+)?(?: ttl \d+)?$", re.M)
EXPLAINED = re.compile(r"^(\d+)/(tcp|udp)(?: on \S+ is (\S+) \((\S+)\)\.| +(\S+) +(\S+) .*)$", re.M)


def rows(text):
    """{"tcp": {port: (state, reason)}, ...} of a printed table with reasons."""
    found = collections.defaultdict(dict)
    for port, protocol, state, reason in ROW.findall(text):
        found[protocol][int(port)] = (state, reason)
    return dict(found)


def explained(path, address, truth):
    """The same as `sonde explain` tells it of TRUTH's ports."""
    found = collections.defaultdict(dict)
    for protocol, ports in truth.items():
        words = ",".join(map(str, ports)) + f"/{protocol}"
        done = support.tool(SONDE, "explain", path, address, words)
        assert done.returncode == 0 and done.stderr == "", done.stderr
        for port, protocol, state, reason, state2, reason2 in EXPLAINED.findall(done.stdout):
            found[protocol][int(port)] = (state or state2, reason or reason2)
    return dict(found)


def ports_of(kinds):
    """The -p word for scan types that may be by TCP, by UDP or both."""
    return ",".join((["T:" + TCP_PORTS] if kinds != "U" else []) +
                    (["U:" + UDP_PORTS] if "U" in kinds else []))


@pytest.fixture(scope="module", name="net")
def types_net():
    """The scenario of this file, for all of its tests."""
    with lab.Scenario.load("types").up() as net:
        yield net


def scan(net, keep, *words, **kwargs):
    """A recorded scan that must succeed."""
    done = support.sonde_scan(net, keep, "-n", "--reason", *words, targets=[], **kwargs)
    assert done.status == 0 and done.err == "", done.err
    return done


def six(address):
    """The option for the address's family."""
    return ["-6"] if ":" in address else []


@pytest.mark.xdist_group("types_net")
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kinds", TRUTH)
def test_every_scan_type_is_right_and_explained_alike(kinds, family, net, keep):
    """Printed verdicts are the truth; so are those of our record and of tcpdump's file."""
    address = FAMILIES[family][0]
    done = scan(net, keep, f"-s{kinds}", "-p", ports_of(kinds), *six(address), address)
    assert rows(done.out) == TRUTH[kinds]
    assert explained(done.record, address, TRUTH[kinds]) == TRUTH[kinds]
    assert explained(done.beside, address, TRUTH[kinds]) == TRUTH[kinds]


# Nmap takes any datagram for an answer (137), knows none from another port (69), and asks these services
# in a way that ours do not answer.
DIFFERENT = {("udp", 137): {"open"},
             **{("udp", port): {"open|filtered"} for port in (69, 161, 389, 443, 500, 5060)}}


@pytest.mark.xdist_group("types_net")
@pytest.mark.parametrize("family", FAMILIES)
def test_nmap_says_the_same(family, net):
    """Nmap's own verdicts in the same network, but for what DIFFERENT names."""
    address = FAMILIES[family][0]
    for kinds, truth in TRUTH.items():
        if kinds == "SU":
            continue
        done = net.run(["nmap", "-n", "-T4", "--max-retries", "1", "--reason", f"-s{kinds}", "-p",
                        ports_of(kinds), *six(address), address], capture=True, timeout=60)
        got = rows(done.stdout)
        for protocol, ports in truth.items():
            for port, (state, _) in ports.items():
                allowed = DIFFERENT.get((protocol, port), {state})
                assert got[protocol][port][0] in allowed, (kinds, protocol, port)


@pytest.mark.xdist_group("types_net")
@pytest.mark.parametrize("family", FAMILIES)
def test_a_window_in_a_reset_is_an_open_port(family, net, keep):
    """-sW reads the window; an ACK scan of the same host does not."""
    address = FAMILIES[family][1]
    done = scan(net, keep, "-sW", "-p", "21,22,40", *six(address), address)
    want = {"tcp": {21: ("closed", RESET), 22: ("open", RESET), 40: ("filtered", SILENT)}}
    assert rows(done.out) == want
    assert explained(done.beside, address, want) == want
    done = scan(net, keep, "-sA", "-p", "21,22", *six(address), address)
    assert rows(done.out) == {"tcp": {21: ("unfiltered", RESET), 22: ("unfiltered", RESET)}}


@pytest.mark.xdist_group("types_net")
def test_the_record_has_every_frame_of_a_udp_scan(net, keep):
    """The answers, our own kernel's refusals of them among the rest, as tcpdump saw them; each frame
    says what it is, and the liar's answer proves nothing."""
    done = scan(net, keep, "-sU", "-p", UDP_PORTS, FAMILIES["v4"][0])
    ours = capture_file.read(done.record).frames
    theirs = capture_file.read(done.beside).frames
    assert collections.Counter(f.data for f in ours) == collections.Counter(f.data for f in theirs)
    comments = [f.comments[0] for f in ours]
    assert any(re.fullmatch(r"sonde: probe UDP datagram \S+ 53/udp try 1", c) for c in comments)
    assert any(re.fullmatch(r"sonde: answers frame \d+ \(UDP datagram \S+ 53/udp try 1\) after "
                            r"[\d.]+ ms: UDP datagram, so 53/udp is open", c) for c in comments)
    assert any(re.match(r"sonde: refused by this machine's own kernel, .* 53/udp", c)
               for c in comments)
    assert any(re.match(r"sonde: no proof: .*137/udp", c) for c in comments)


@pytest.mark.xdist_group("types_net")
@pytest.mark.parametrize("kinds", [*FLAGS, "U"])
def test_the_trace_has_a_line_for_every_probe(kinds, net, keep):
    """In Nmap's grammar, with the flags of the kind, as many as the record holds."""
    done = scan(net, keep, f"-s{kinds}", "-Pn", "-p", ports_of(kinds), "--packet-trace",
                FAMILIES["v4"][0])
    line = (r"SENT \(\d+\.\d{4}s\) UDP [\d.]+:\d+ > 198.51.100.90:\d+ ttl=64 id=\d+ iplen=\d+ "
            if kinds == "U" else
            r"SENT \(\d+\.\d{4}s\) TCP [\d.]+:\d+ > 198.51.100.90:\d+ " + FLAGS[kinds] +
            r" ttl=64 id=\d+ iplen=4[04]  seq=\d+ win=\d+ (<mss 1460>)?")
    probes = [f for f in capture_file.read(done.record).frames
              if f.comments[0].startswith("sonde: probe ")
              and "ARP" not in f.comments[0]]
    assert len([t for t in done.trace if re.fullmatch(line, t)]) == len(probes) > 0


# What each option of discovery sends to hosts beyond a router, and what of it kinds.lab answers first.
PINGS = {
    "-PE": ({"echo request"}, "echo-reply"),
    "-PP": ({"timestamp request"}, "timestamp-reply"),
    "-PS21": ({"SYN 21/tcp"}, "reset"),
    "-PS": ({"SYN 80/tcp"}, "syn-ack"),
    "-PA22,40": ({"ACK 22/tcp", "ACK 40/tcp"}, "reset"),
    "-PA": ({"ACK 80/tcp"}, "reset"),
    "-PS40 -PA40,22": ({"SYN 40/tcp", "ACK 40/tcp", "ACK 22/tcp"}, "reset"),
    "-PU": ({"UDP datagram 40125/udp"}, "port-unreach"),
    "-PU53": ({"UDP datagram 53/udp"}, "udp-response"),
}


def probes_sent(path):
    """What the comments of a record say was sent, resolution left out: "SYN 80/tcp"."""
    sent = set()
    for frame in capture_file.read(path).frames:
        match = re.fullmatch(r"sonde: probe ([^\d]+) [\da-f.:]+( \d+/\w+)? try \d+",
                             frame.comments[0])
        if match and match[1] not in ("ARP request", "neighbour solicitation"):
            sent.add(match[1] + (match[2] or ""))
    return sent


@pytest.mark.xdist_group("types_net")
@pytest.mark.parametrize("ping,family", [(ping, family) for family in FAMILIES for ping in PINGS
                                         if (ping, family) != ("-PP", "v6")])  # IPv6 has none
def test_hosts_are_discovered_as_asked(ping, family, net, keep):
    """Only the probes asked for leave; the answer is the reason; nothing but discovery happens."""
    address = FAMILIES[family][0]
    done = scan(net, keep, "-sn", *ping.split(), *six(address), address)
    sent, reason = PINGS[ping]
    assert probes_sent(done.record) == sent
    assert re.search(rf"^Host is up, received {reason} ttl 63 \([\d.]+s latency\)\.$", done.out, re.M)
    assert "PORT" not in done.out


@pytest.mark.xdist_group("types_net")
def test_discovery_and_scan_meet_on_one_port(net, keep):
    """A ping of a port that is scanned too changes nothing, and explain agrees."""
    for ping, kinds, state in (("-PS22", "S", "open"), ("-PA22", "A", "unfiltered"),
                               ("-PU53", "U", "open")):
        port = 53 if kinds == "U" else 22
        done = scan(net, keep, ping, f"-s{kinds}", "-p", str(port), FAMILIES["v4"][0])
        protocol = "udp" if kinds == "U" else "tcp"
        got = rows(done.out)
        assert got[protocol][port][0] == state
        assert explained(done.record, FAMILIES["v4"][0], got) == got


@pytest.mark.xdist_group("types_net")
def test_a_silent_ping_finds_nobody(net, keep):
    """A dropped port asked alone: the host seems down, and the report says what to try."""
    done = scan(net, keep, "-sn", "-PS40", FAMILIES["v4"][0])
    assert "Note: Host seems down." in done.out and "(0 hosts up)" in done.out
    assert probes_sent(done.record) == {"SYN 40/tcp"}


@pytest.mark.xdist_group("types_net")
def test_a_list_sends_nothing_but_name_look_ups(net, keep):
    """-sL names the targets in order; -n names none; only DNS is on the wire."""
    beside = os.path.join(keep, "list.pcap")
    words = ["198.51.100.88-91", "windows.lab"]
    done = net.run([SONDE, "scan", "-sL", *words], capture=True, tcpdump=beside)
    assert done.returncode == 0 and done.stderr == ""
    lines = [line.removeprefix("sonde scan report for ") for line in done.stdout.split("\n")[1:7]]
    assert lines == ["198.51.100.88", "198.51.100.89", "kinds.lab (198.51.100.90)", "198.51.100.91",
                     "windows.lab (203.0.113.90)",
                     "Other addresses for windows.lab (not scanned): 2001:db8:113::90"]
    assert "sonde done: 5 IP addresses (0 hosts up) scanned" in done.stdout
    packets = [capture_file.packet(f) for f in capture_file.read(beside).frames]
    assert packets and all(53 in (p.source_port, p.destination_port) for p in packets
                           if p.protocol == capture_file.UDP)
    assert not [p for p in packets if p.protocol in (capture_file.TCP, capture_file.ICMP)]
    done = net.run([SONDE, "scan", "-sL", "-n", "198.51.100.88-91"], capture=True, tcpdump=beside)
    assert "kinds.lab" not in done.stdout and done.stdout.count("report for") == 4
    assert not capture_file.read(beside).frames


@pytest.mark.xdist_group("types_net")
def test_names_of_silent_hosts_with_big_r(net, keep):
    """-R names a host that is down, too; without it only those that are up are asked for."""
    for option, name in (("-R", "kinds.lab (198.51.100.90)"), ("-v", "198.51.100.90")):
        done = support.sonde_scan(net, keep, "-sn", "-v", "-PS40", option, targets=["198.51.100.90"])
        assert f"sonde scan report for {name} [host down, received no-response]" in done.out


@pytest.mark.xdist_group("types_net")
def test_open_shows_open_ports_and_their_hosts(net, keep):
    """--open: closed and filtered ports are counted, hosts without an open one are left out."""
    done = scan(net, keep, "--open", "-p", TCP_PORTS, *FAMILIES["v4"])
    assert rows(done.out) == {"tcp": {22: ("open", "syn-ack"), 80: ("open", "syn-ack")}}
    assert "203.0.113.90" not in done.out and "(2 hosts up)" in done.out
    assert re.search(r"^Not shown: .*1 closed tcp port \(reset\)", done.out, re.M)


@pytest.mark.xdist_group("types_net")
def test_folded_ports_are_counted_by_protocol(net, keep):
    """"Not shown" as Nmap words it: by state, protocol and reason, the largest first."""
    done = scan(net, keep, "-sSU", "-p", "T:1-39,U:200-260", FAMILIES["v4"][0])
    assert ("Not shown: 61 closed udp ports (port-unreach), 38 closed tcp ports (reset)\n"
            in done.out)
    assert re.search(r"^22/tcp +open +ssh +syn-ack ttl 63$", done.out, re.M)


@pytest.mark.xdist_group("types_net")
def test_the_connect_scan_can_be_chosen(net):
    """-sT as root: no notice, no packets of our own; a file to record them in is refused."""
    done = net.run([SONDE, "scan", "-n", "-sT", "--reason", "-p", "21,22,40", "198.51.100.90"],
                   capture=True)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert rows(done.stdout) == {"tcp": {21: ("closed", "conn-refused"), 22: ("open", "syn-ack"),
                                         40: ("filtered", SILENT)}}
    done = net.run([SONDE, "scan", "-sT", "-w", "/tmp/never.pcapng", "198.51.100.90"], capture=True)
    assert done.returncode == 2 and "-w" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.xdist_group("types_net")
@pytest.mark.parametrize("words", [["-sS"], ["-sU"], ["-sSU"], ["-sX"], ["-PE"], ["-sn", "-PU"]],
                         ids=" ".join)
def test_missing_rights_are_said_in_one_sentence(words, net):
    """What needs packets of our own says so, and what would help; nothing is sent."""
    done = net.run([SONDE, "scan", *words, "198.51.100.90"], capture=True, as_user="user")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and words[-1][:3] in done.stderr, done.stderr


@pytest.mark.xdist_group("types_net")
@pytest.mark.parametrize("level", ["0", "paranoid", "T", "3", "aggressive", "5"])
def test_levels_are_taken(level, net, keep):
    """Every level is known by number and name; one port that answers takes no time at any."""
    words = ["-Pn", "-p", "21", "198.51.100.90"]
    if level == "T":
        words = ["-T", "4", "-T", "2", *words]
    else:
        words = [f"-T{level}", *words]
    assert rows(scan(net, keep, *words).out) == {"tcp": {21: ("closed", RESET)}}


# Every port that is asked in a protocol, and what Wireshark takes the question for.
QUESTIONS = {
    7: {"ECHO"}, 53: {"DNS"}, 69: {"TFTP"}, 88: {"KRB5"}, 111: {"Portmap"}, 123: {"NTP"}, 137: {"NBNS"},
    161: {"SNMP"}, 177: {"XDMCP"}, 389: {"CLDAP"}, 427: {"SRVLOC"}, 443: {"QUIC", "DTLS"},
    500: {"ISAKMP"}, 520: {"RIPv2"}, 623: {"ASF"}, 853: {"DTLS"},
    1194: {"OpenVPN"}, 1434: {"UDP"}, 1645: {"RADIUS"}, 1701: {"L2TP"}, 1812: {"RADIUS"},
    1900: {"SSDP"}, 2049: {"NFS"}, 2123: {"GTP"}, 2152: {"GTP"}, 3391: {"DTLS"}, 3478: {"STUN"},
    4433: {"DTLS"}, 4500: {"ISAKMP"}, 5060: {"SIP"}, 5349: {"DTLS"}, 5351: {"NAT-PMP"},
    5353: {"MDNS"}, 5683: {"CoAP"}, 5684: {"DTLS"}, 6881: {"BT-DHT"}, 8443: {"QUIC"},
    10001: {"UDP"}, 10161: {"DTLS"}, 11211: {"MEMCACHE"}, 27015: {"UDP"}, 47808: {"BACnet-APDU"},
    64738: {"UDP"},
}


@pytest.mark.parametrize("family", FAMILIES)
def test_wireshark_reads_every_question(family, keep):
    """Each payload is a whole message of its protocol: never malformed, never an expert's error."""
    ports = ",".join(map(str, QUESTIONS))
    address = {"v4": "198.51.100.30", "v6": "2001:db8:51::30"}[family]
    scenario = "silent" if family == "v4" else "silent-v6"
    with lab.Scenario.load(scenario).up() as net:
        done = support.sonde_scan(net, keep, "-n", "-Pn", "-sU", "-p", ports, targets=[address])
    assert done.status == 0
    shown = support.tool("tshark", "-n", "-r", done.record, "-Y", "udp", "-T", "fields", "-e",
                         "udp.dstport", "-e", "_ws.col.Protocol", "-e", "_ws.malformed", "-e",
                         "_ws.expert.severity")
    found = collections.defaultdict(set)
    for line in shown.stdout.splitlines():
        port, protocol, malformed, severity = (line + "\t\t\t").split("\t")[:4]
        assert not malformed, line
        assert "8388608" not in severity.split(","), line  # an error
        found[int(port)].add(re.sub(r"^DTLSv.*", "DTLS", protocol))
    assert dict(found) == QUESTIONS


def test_a_limit_of_icmp_errors_is_waited_for(keep):
    """A Linux host that says port unreachable six times, then once a second: all ten are closed."""
    with lab.Scenario.load("udp-limit").up() as net:
        done = scan(net, keep, "-sU", "-p", "1-10", "198.51.100.66")
    assert rows(done.out) == {"udp": {port: ("closed", "port-unreach") for port in range(1, 11)}}
