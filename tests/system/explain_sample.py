# SPDX-License-Identifier: Apache-2.0
"""Writes the capture of a made scan, the same each time, for docs/EXPLAIN.md and its test.

Somebody's scanner, 192.0.2.10, looks at 198.51.100.20 (scanme.lab) and .21 behind the router
192.0.2.1. Each port shows something else; the times are those of a path of 40 ms. No line of
sonde's code is used. explain_sample.py DIRECTORY writes scan.pcapng and nmap.xml there.
"""

import ipaddress
import os
import struct
import sys

from read_craft import EPB, IDB, ISB, NRB, SHB, checksum, icmp, ipv4, udp

SCANNER, ROUTER, HOST, DOWN = "192.0.2.10", "192.0.2.1", "198.51.100.20", "198.51.100.21"
FAR_ROUTER, STRANGER = "198.51.100.1", "192.0.2.77"
OUR_MAC, THEIR_MAC, OTHER_MAC = (bytes.fromhex(f"02000000000{n}") for n in "123")
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
BEGIN = 1_163_000_000 * 10**9  # in 2006
MS = 10**6
SEQ, LOCAL = 0x10000000, 40000


def tcp(ends, ports, flags, numbers, data=b"", options=b"", ttl=64):
    """An IPv4 packet with a TCP segment. ENDS, PORTS: source, destination; NUMBERS: seq, ack."""
    size = 5 + len(options) // 4
    segment = struct.pack(">HHIIBBHHH", *ports, *(n & 0xFFFFFFFF for n in numbers), size << 4,
                          flags, 1024, 0, 0) + options + data
    pseudo = b"".join(ipaddress.ip_address(end).packed for end in ends)
    total = checksum(pseudo + struct.pack(">HH", 6, len(segment)) + segment)
    return ipv4(6, segment[:16] + struct.pack(">H", total) + segment[18:], *ends, ttl)


def block(kind, body):
    """A pcapng block."""
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def option(code, value):
    """A pcapng option."""
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


class Capture:
    """Frames in the order in which they are put, sorted by time when written."""

    def __init__(self):
        self.frames = []

    def put(self, time, payload, sent=True, kind=0x0800, mac=THEIR_MAC):
        """One Ethernet frame at TIME in ms."""
        ends = mac + OUR_MAC if sent else OUR_MAC + mac
        self.frames.append((BEGIN + round(time * MS), ends + struct.pack(">H", kind) + payload))

    def ask(self, time, port, host=HOST, tries=1, local=LOCAL):
        """A SYN probe; the whole IP packet, for errors that quote it."""
        packet = tcp((SCANNER, host), (local + tries, port), SYN, (SEQ + port, 0),
                     options=b"\2\4\5\xb4")
        self.put(time, packet)
        return packet

    def answer(self, time, port, flags, tries=1, ack=1, ttl=63, local=LOCAL):
        """Its answer."""
        seq = 0 if flags & RST else 0x20000000 + port
        self.put(time, tcp((HOST, SCANNER), (port, local + tries), flags, (seq, SEQ + port + ack),
                           ttl=ttl), sent=False)

    def reset(self, time, port, tries=1):
        """What the scanner's kernel says of a SYN/ACK."""
        self.put(time, tcp((SCANNER, HOST), (LOCAL + tries, port), RST, (SEQ + port + 1, 0)))

    def refuse(self, time, quoted, code, source):
        """An ICMP error, type 3."""
        self.put(time, ipv4(1, icmp(3, code, bytes(4) + quoted[:28]), source, SCANNER, 63),
                 sent=False)

    def bytes(self, host_name):
        """The whole file: section, interface, name, frames, counts."""
        frames = sorted(self.frames, key=lambda frame: frame[0])
        end = frames[-1][0] + 1500 * MS
        name = ipaddress.ip_address(HOST).packed + host_name + b"\0"
        out = [block(SHB, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
               block(IDB, struct.pack("<HHI", 1, 0, 262144) + option(9, b"\x09") + bytes(4)),
               block(NRB, option(1, name) + bytes(4))]
        for time, data in frames:
            out.append(block(EPB, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF,
                                              len(data), len(data)) + data))
        out.append(block(ISB, struct.pack("<III", 0, end >> 32, end & 0xFFFFFFFF)
                         + option(3, struct.pack("<II", end >> 32, end & 0xFFFFFFFF))
                         + option(7, struct.pack("<Q", 0)) + bytes(4)))
        return b"".join(out)


def arp(asks, sender, target):
    """An ARP request, or the reply to one."""
    return (struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1 if asks else 2)
            + (OUR_MAC if asks else THEIR_MAC) + ipaddress.ip_address(sender).packed
            + (bytes(6) if asks else OUR_MAC) + ipaddress.ip_address(target).packed)


def discover(capture):
    """The way there, and who is up."""
    capture.put(0, arp(True, SCANNER, ROUTER), kind=0x0806)
    capture.put(0.21, arp(False, ROUTER, SCANNER), sent=False, kind=0x0806)
    rest = struct.pack(">HH", 0x4d2, 1)
    capture.put(0.4, ipv4(1, icmp(8, 0, rest), SCANNER, HOST))
    capture.put(0.5, ipv4(1, icmp(8, 0, rest), SCANNER, DOWN))
    capture.put(40.6, ipv4(1, icmp(0, 0, rest), HOST, SCANNER, 63), sent=False)
    capture.put(1041, ipv4(1, icmp(8, 0, struct.pack(">HH", 0x4d2, 2)), SCANNER, DOWN))


def scan(capture):
    """The ports: each another story."""
    capture.ask(100, 22)
    capture.answer(140.2, 22, SYN | ACK)
    capture.reset(140.3, 22)
    for number, port in enumerate((23, 25, 70, 113)):
        capture.ask(100.1 + number / 10, port)
        capture.answer(140.4 + number / 10, port, RST | ACK)
    capture.ask(100.5, 80)  # this one is lost
    capture.ask(1200.5, 80, tries=2)
    capture.answer(1240.7, 80, SYN | ACK, tries=2)
    capture.reset(1240.8, 80, tries=2)
    capture.refuse(120.9, capture.ask(100.6, 110), 13, FAR_ROUTER)
    for tries in (1, 2):
        capture.ask(100.7 + 1100 * (tries - 1), 443, tries=tries)
    capture.ask(100.8, 8080)
    capture.answer(120.1, 8080, RST | ACK, ttl=254)
    capture.answer(140.9, 8080, SYN | ACK)
    capture.reset(141, 8080)
    capture.ask(100.9, 9100)
    capture.answer(141.2, 9100, SYN | ACK, ack=7777)  # it does not acknowledge the probe
    capture.ask(1200.9, 9100, tries=2)
    capture.refuse(1340.3, scan_udp(capture, 1300, 161), 3, HOST)
    scan_udp(capture, 1300.1, 53)
    capture.put(1340.5, ipv4(17, udp(53, 41000, bytes(12)), HOST, SCANNER, 63), sent=False)


def scan_udp(capture, time, port):
    """A datagram; the whole IP packet."""
    packet = ipv4(17, udp(41000, port, bytes(12)), SCANNER, HOST)
    capture.put(time, packet)
    return packet


def greet(capture):
    """A connection to port 22 by the scanner's system: it looks for the version."""
    local, seq, ack, hello = 51000, 0x30000000, 0x40000000, b"SSH-2.0-OpenSSH_9.2\r\n"
    options = b"\2\4\5\xb4\4\2\x08\x0a" + bytes(8) + b"\1\3\3\7"
    steps = ((0, True, SYN, 0, 0, b"", options), (40, False, SYN | ACK, 0, 1, b"", b"\2\4\5\xb4"),
             (40.1, True, ACK, 1, 1, b"", b""), (81, False, PSH | ACK, 1, 1, hello, b""),
             (81.1, True, ACK, 1, 1 + len(hello), b"", b""),
             (81.2, True, FIN | ACK, 1, 1 + len(hello), b"", b""),
             (121.3, False, FIN | ACK, 1 + len(hello), 2, b"", b""),
             (121.4, True, ACK, 2, 2 + len(hello), b"", b""))
    for time, ours, flags, mine, theirs, data, opts in steps:
        if ours:
            packet = tcp((SCANNER, HOST), (local, 22), flags,
                         (seq + mine, (ack + theirs) if flags & ACK else 0), data, opts)
        else:
            packet = tcp((HOST, SCANNER), (22, local), flags, (ack + mine, seq + theirs), data,
                         opts, 63)
        capture.put(1400 + time, packet, sent=ours)


def sample(host_name=b"scanme.lab"):
    """The bytes of the capture."""
    capture = Capture()
    discover(capture)
    scan(capture)
    greet(capture)
    capture.put(700, ipv4(17, udp(5353, 5353, bytes(12)), STRANGER, "224.0.0.251"), sent=False,
                mac=OTHER_MAC)
    return capture.bytes(host_name)


NMAP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap" args="nmap -sS -sU -oX nmap.xml scanme.lab 198.51.100.21" start="1163000000"
 version="7.93" xmloutputversion="1.05">
<scaninfo type="syn" protocol="tcp" numservices="10"
 services="22-23,25,70,80,110,113,443,8080,9100"/>
<scaninfo type="udp" protocol="udp" numservices="2" services="53,161"/>
<host><status state="down" reason="no-response" reason_ttl="0"/>
<address addr="198.51.100.21" addrtype="ipv4"/></host>
<host><status state="up" reason="echo-reply" reason_ttl="63"/>
<address addr="198.51.100.20" addrtype="ipv4"/>
<hostnames><hostname name="scanme.lab" type="user"/></hostnames>
<ports><extraports state="closed" count="4">
<extrareasons reason="reset" count="4" proto="tcp" ports="23,25,70,113"/></extraports>
<port protocol="tcp" portid="22"><state state="open" reason="syn-ack" reason_ttl="63"/></port>
<port protocol="tcp" portid="80"><state state="filtered" reason="no-response" reason_ttl="0"/></port>
<port protocol="tcp" portid="110"><state state="filtered" reason="admin-prohibited"/></port>
<port protocol="tcp" portid="443"><state state="open" reason="syn-ack" reason_ttl="63"/></port>
<port protocol="tcp" portid="8080"><state state="closed" reason="reset" reason_ttl="254"/></port>
<port protocol="tcp" portid="9100"><state state="filtered" reason="no-response"/></port>
<port protocol="udp" portid="53"><state state="open" reason="udp-response"/></port>
<port protocol="udp" portid="161"><state state="closed" reason="port-unreach"/></port>
</ports></host>
<runstats><finished time="1163000002"/><hosts up="1" down="1" total="2"/></runstats>
</nmaprun>
"""


def write(directory):
    """Writes both files."""
    with open(os.path.join(directory, "scan.pcapng"), "wb") as out:
        out.write(sample())
    with open(os.path.join(directory, "nmap.xml"), "w", encoding="utf-8") as out:
        out.write(NMAP)


if __name__ == "__main__":
    write(sys.argv[1])
