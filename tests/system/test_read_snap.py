# SPDX-License-Identifier: Apache-2.0
"""What a snapshot length cut is said to be cut, never to be malformed, and shows what is there."""
import struct
import subprocess

import pytest

import oracle
import read_craft as craft
from talks import CLIENT, SERVER, record
from talks_seen import message, name



def ber(tag, *parts):
    """One element."""
    body = b"".join(parts)
    return bytes([tag, len(body)]) + body


OID = ber(6, b"\x2b\6\1\4\1\xbf\x08\2\3")
TRAP = ber(0x30, ber(2, b"\0"), ber(4, b"public"), ber(  # SNMPv1 (RFC 1157 s. 4.1.6)
    0xa4, OID, ber(0x40, bytes([192, 0, 2, 1])), ber(2, b"\6"), ber(2, b"\x11"), ber(0x43, b"\x7a\xcc"),
    ber(0x30, ber(0x30, OID, ber(4, b"test")), ber(0x30, OID, ber(2, b"\5")))))
HELLO = record(22, b"\1\0\0\x50\3\3" + bytes(32) + b"\0\0\4\x13\1\0\xff\1\0\0\x23\0\0\0\x0f\0\x0d\0\0\x0aabcdefghij"
               + b"\0\x2b\0\3\2\3\4\0\x0a\0\4\0\2\0\x1d", 0x0301)
RESPONSE = (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 60\r\n\r\n" + b"x" * 60)
REPORT = struct.pack(">BBHHH", 0x22, 0, 0, 0, 2) + 2 * (struct.pack(">BBH", 1, 0, 1) + bytes([224, 0, 0, 9])
                                                       + bytes([192, 0, 2, 3]))


def segment(port, data):
    """A segment of a connection that each cut has of its own."""
    return lambda number: craft.tcp(20000 + number, port, 0x18) + data


def datagram(port, data):
    """The same over UDP."""
    return lambda number: craft.udp(20000 + number, port, data)


# name: (IP number, bytes of a packet, bytes before its protocol begins)
MESSAGES = {
    "http": (6, segment(80, RESPONSE), 54),
    "request": (6, segment(80, b"GET /a/b HTTP/1.1\r\nHost: one.example\r\nAccept: */*\r\n\r\n"), 54),
    "tls": (6, segment(443, HELLO), 54),
    "records": (6, segment(443, record(23, bytes(30)) + record(23, bytes(40))), 54),
    "snmp": (17, datagram(162, TRAP), 42),
    "dns": (17, datagram(53, message(1, 0x8180, "q.example", ("q.example", 12, 1, 60, name("x.example")))), 42),
    "igmp": (2, lambda _: REPORT, 34),
}


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-passes"])
@pytest.mark.parametrize("case", sorted(MESSAGES))
def test_cut_is_not_malformed(case, passes, tmp_path):
    """At every byte behind the protocol's first."""
    number, make, head = MESSAGES[case]
    frames = [craft.ether(craft.ipv4(number, make(cut), CLIENT, SERVER)) for cut in range(200)]
    cuts = list(range(head + 1, len(frames[0])))
    file = tmp_path / "cut.pcap"
    file.write_bytes(snapped([(frames[i], cut) for i, cut in enumerate(cuts)] + [(frames[-1], None)]))
    out = subprocess.run([oracle.SONDE, "read", *passes, "-n", "-T", "fields", "-e", "_ws.malformed", "-e",
                          "_ws.short", "-e", "_ws.col.Info", str(file)],
                         capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
    rows = [line.split("\t") for line in out]
    assert len(rows) == len(cuts) + 1
    assert [i for i, row in enumerate(rows) if row[0]] == []
    assert rows[-1][1] == ""
    short = [cut for cut, row in zip(cuts, rows) if "[Packet size limited during capture]" in row[2]]
    known = [cut for cut in cuts if cut >= head + 8]
    assert [cut for cut in known if cut not in short] == []


def snapped(frames):
    """A pcap file of (frame, bytes captured or None)."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
    for number, (frame, cut) in enumerate(frames):
        out += struct.pack("<IIII", 1700000000, number, len(frame[:cut]), len(frame)) + frame[:cut]
    return out


def test_a_cut_line_is_not_joined_to_the_one_below(tmp_path):
    """The Info column of a response of which only its first bytes were captured."""
    frame = craft.ether(craft.ipv4(6, segment(80, RESPONSE)(0), CLIENT, SERVER))
    file = tmp_path / "cut.pcap"
    file.write_bytes(snapped([(frame, 58)]))
    out = subprocess.run([oracle.SONDE, "read", "-n", "--columns", "info", str(file)], capture_output=True,
                         text=True, check=True, timeout=60).stdout
    assert out.strip() == "Continuation[Packet size limited during capture]"
