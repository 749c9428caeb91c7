#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes seeds of tests/fuzz/corpus/frame: "-packets" of src/proto's unit tests, "row-" of hostile rows.

Run it again after a change there; the files are committed so that replaying needs no Python.
"""
import pathlib
import re
import struct
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "system"))

import hostile_frames  # pylint: disable=wrong-import-position

OUT = HERE / "corpus" / "frame"
LONGEST = 1500
ROW_LONGEST, ROW_FRAMES = 400, 12
MACS = bytes.fromhex("020000000002020000000001")


def ether(kind):
    """Behind an EtherType."""
    return lambda data: MACS + struct.pack(">H", kind) + data


def llc(head):
    """Behind a length and LLC."""
    return lambda data: MACS + struct.pack(">H", len(head) + len(data)) + head + data


def ip4(protocol):
    """In an IPv4 packet."""
    return lambda data: ether(0x0800)(struct.pack(
        ">BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 64, protocol, 0)
        + bytes([192, 0, 2, 1, 224, 0, 0, 5]) + data)


def ip6(protocol):
    """In an IPv6 packet."""
    return lambda data: ether(0x86dd)(struct.pack(">IHBB", 6 << 28, len(data), protocol, 255)
                                      + bytes(15) + b"\1" + bytes(15) + b"\2" + data)


def udp(port):
    """To a port."""
    return lambda data: ip4(17)(struct.pack(">HHHH", 40000, port, 8 + len(data), 0) + data)


def tcp(port):
    """To a port, each time from another."""
    return lambda data: ip4(6)(struct.pack(">HHIIHHHH", 40000 + len(data), port, 1, 0, 0x5018, 1000,
                                           0, 0) + data)


def ospf(data):
    """Version 3 is IPv6's."""
    return (ip6 if data[0] == 3 else ip4)(89)(data)


ENVELOPES = {
    "cdp": llc(bytes.fromhex("aaaa0300000c2000")), "stp": llc(b"\x42\x42\3"),
    "ipx": ether(0x8137), "lldp": ether(0x88cc), "mpls": ether(0x8847), "pppoe": ether(0x8864),
    "gre": ip4(47), "igmp": ip4(2), "ipsec": ip4(50), "sctp": ip4(132),
    "vrrp": ip4(112), "icmpv6_dissect": ip6(58), "ospf": ospf,
    "dns_dissect": udp(53), "dhcp": udp(67), "dhcpv6": udp(547), "ntp": udp(123), "snmp": udp(161),
    "radius": udp(1812), "syslog": udp(514), "tftp": udp(69), "netbios": udp(137), "sip": udp(5060),
    "quic": udp(443), "rtp": udp(5004), "rtcp": udp(5005), "tls": tcp(443),
    "http": tcp(80), "ssh": tcp(22), "ftp": tcp(21), "smtp": tcp(25), "pop": tcp(110),
    "imap": tcp(143),
}


def numbers(body, names):
    """The bytes of a table, None when they are not all numbers."""
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    for name, value in names:
        body = re.sub(rf"\b{name}\b", value, body)
    words = [word.strip() for word in body.split(",") if word.strip()]
    if not words or not all(re.fullmatch(r"0x[0-9a-f]{1,2}|\d{1,3}", word) for word in words):
        return None
    return bytes(int(word, 0) for word in words)


def packets(text):
    """The tables of bytes of a test, and its strings."""
    names = re.findall(r"^#define (\w+) ([0-9a-fx, ]+,[0-9a-fx, ]+)$", text.replace("\\\n", ""), re.M)
    for body in re.findall(r"static const uint8_t \w+\[\w*\] = \{([^{}]*)\};", text):
        data = numbers(body, names)
        if data:
            yield data[:LONGEST]
    for body in re.findall(r'static const char payload\[\] =\s*((?:"(?:[^"\\]|\\.)*"\s*)+);', text):
        words = re.findall(r'"((?:[^"\\]|\\.)*)"', body)
        yield b"".join(word.encode().decode("unicode_escape").encode("latin-1") for word in words)


def seed(frames):
    """Frames of Ethernet as the target's input."""
    return b"\0" + b"".join(struct.pack(">H", len(frame)) + frame for frame in frames)


def row(frames):
    """Some short frames of a row of hostile_frames.py, from all over it."""
    short = [frame for link, frame, _ in frames
             if link == hostile_frames.ETHERNET and 0 < len(frame) <= ROW_LONGEST]
    return short[::max(1, len(short) // ROW_FRAMES)][:ROW_FRAMES]


def main():
    """A seed a test, all its packets in it; a seed a row."""
    for name, make in hostile_frames.ROWS.items():
        frames = row(make())
        if frames:
            (OUT / f"row-{name}").write_bytes(seed(frames))
    for name, envelope in ENVELOPES.items():
        text = (HERE.parent / "proto" / f"test_{name}.c").read_text()
        frames = [envelope(data) for data in packets(text)]
        if not frames:
            sys.exit(f"tests/proto/test_{name}.c has no packets")
        (OUT / f"{name.split('_')[0]}-packets").write_bytes(seed(frames))


if __name__ == "__main__":
    main()
