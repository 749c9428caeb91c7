# SPDX-License-Identifier: Apache-2.0
"""Capture files made byte by byte, for the tests of `sonde read`; no line of sonde's code."""

import ipaddress
import struct

MAC = bytes.fromhex("020000000001020000000002")
SHB, IDB, SPB, NRB, ISB, EPB = 0x0A0D0D0A, 1, 3, 4, 5, 6
CUSTOM, CUSTOM_NO_COPY, SECRETS = 0xBAD, 0x40000BAD, 10
A, B = "192.0.2.10", "192.0.2.1"


def checksum(data):
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(protocol, payload, source=A, destination=B, ttl=64):
    """An IPv4 packet."""
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, ttl, protocol, 0)
    ends = ipaddress.ip_address(source).packed + ipaddress.ip_address(destination).packed
    return head[:10] + struct.pack(">H", checksum(head + ends)) + ends + payload


def udp(source, destination, payload=b""):
    """A UDP header without checksum, and its payload."""
    return struct.pack(">HHHH", source, destination, 8 + len(payload), 0) + payload


def tcp(source, destination, flags, seq=0, ack=0):
    """A TCP header."""
    return struct.pack(">HHIIBBHHH", source, destination, seq, ack, 0x50, flags, 1024, 0, 0)


def icmp(kind, code, rest):
    """An ICMP message: rest are its bytes behind the checksum."""
    body = struct.pack(">BBH", kind, code, 0) + rest
    return body[:2] + struct.pack(">H", checksum(body)) + body[4:]


def ether(packet, kind=0x0800):
    """An Ethernet frame."""
    return MAC + struct.pack(">H", kind) + packet


def dns(name="www.example.com"):
    """A DNS question."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return struct.pack(">6H", 0x1234, 0x0100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


def arp(target=B):
    """Who has TARGET?"""
    return ether(struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + MAC[6:]
                 + ipaddress.ip_address(A).packed + bytes(6)
                 + ipaddress.ip_address(target).packed, 0x0806)


def refusal(port=161):
    """A port unreachable for a UDP probe from 40000."""
    probe = ipv4(17, udp(40000, port))
    return ether(ipv4(1, icmp(3, 3, bytes(4) + probe), B, A))


def sample():
    """A few frames of different protocols."""
    return [arp(), ether(ipv4(17, udp(40000, 53, dns()))), refusal(),
            ether(ipv4(6, tcp(40001, 22, 0x02))), ether(ipv4(6, tcp(22, 40001, 0x14, 0, 1), B, A)),
            ether(ipv4(17, udp(40000, 40007, b"text")))]


def pcap(frames, link=1, order="<", nano=False, start=1700000000):
    """A pcap file, its frames a millisecond and a bit apart."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)]
    unit, step = (10**9, 1000001) if nano else (10**6, 1001)
    for i, data in enumerate(frames):
        seconds, ticks = divmod(i * step, unit)
        out.append(struct.pack(order + "IIII", start + seconds, ticks, len(data), len(data)))
        out.append(data)
    return b"".join(out)


def padded(data):
    """DATA filled up to four bytes."""
    return data + bytes(-len(data) % 4)


def option(code, value, order="<"):
    """One pcapng option."""
    return struct.pack(order + "HH", code, len(value)) + padded(value)


def block(kind, body, order="<"):
    """One pcapng block."""
    size = len(body) + 12
    return struct.pack(order + "II", kind, size) + body + struct.pack(order + "I", size)


def section(order="<", options=b""):
    """A section header."""
    return block(SHB, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + options, order)


def interface(link=1, order="<", options=b""):
    """An interface description."""
    return block(IDB, struct.pack(order + "HHI", link, 0, 262144) + options, order)


def packet(data, ticks, number=0, order="<", options=b""):
    """An enhanced packet block."""
    head = struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(data),
                       len(data))
    return block(EPB, head + padded(data) + options, order)


def names(pairs, order="<"):
    """A name resolution block of IPv4 addresses."""
    body = b""
    for address, name in pairs:
        value = ipaddress.ip_address(address).packed + name.encode() + b"\0"
        body += struct.pack(order + "HH", 1, len(value)) + padded(value)
    return block(NRB, body + bytes(4), order)


def rich(custom=True):
    """
    A pcapng file that has everything: comments, names, counts, blocks nobody knows; a second
    section in the other byte order with two interfaces of different link types and resolutions.
    CUSTOM blocks count as packets in Wireshark, so tests against it leave them out.
    """
    frames = sample()
    out = section(options=option(1, b"of the file") + option(0, b""))
    out += interface(options=option(2, b"eth0") + option(9, b"\x09") + option(0, b""))
    out += names([(B, "target.example")])
    base = 1700000000 * 10**9
    for i, data in enumerate(frames):
        notes = option(1, f"probe {i}\nsecond line".encode()) + option(2, struct.pack("<I", 1 + i % 2))
        out += packet(data, base + i * 1000001, options=notes + option(0, b""))
        if i == 1 and custom:
            out += block(CUSTOM, struct.pack("<I", 32473) + b"kept")
            out += block(CUSTOM_NO_COPY, struct.pack("<I", 32473) + b"left")
            out += block(0x77777777, b"unknown!")
    out += block(SPB, struct.pack("<I", len(frames[0])) + padded(frames[0]))
    out += block(ISB, struct.pack("<III", 0, base >> 32, base & 0xFFFFFFFF)
                 + option(4, struct.pack("<Q", 99)) + option(0, b""))
    out += section(">")
    out += interface(101, ">", option(9, b"\x03", ">") + option(0, b"", ">"))
    out += interface(1, ">")
    out += packet(ipv4(17, udp(5, 6)), 1700000001 * 10**3, 0, ">")
    out += packet(frames[3], 1700000002 * 10**6, 1, ">", option(1, b"big", ">"))
    return out


def blocks(data):
    """(type, bytes) of each block of a pcapng file."""
    found, at, order = [], 0, "<"
    while at < len(data):
        kind = struct.unpack_from("<I", data, at)[0]
        if kind == SHB:
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
        kind, size = struct.unpack_from(order + "II", data, at)
        assert size >= 12 and at + size <= len(data), f"a torn block at {at}"
        found.append((kind, data[at:at + size]))
        at += size
    return found
