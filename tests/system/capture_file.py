# SPDX-License-Identifier: Apache-2.0
"""Reads pcap and pcapng files with no line of sonde's code, to judge what sonde wrote."""

import dataclasses
import struct

SHB, IDB, NRB, ISB, EPB = 0x0A0D0D0A, 1, 4, 5, 6
SENT, RECEIVED = "sent", "received"
DIRECTIONS = {0: None, 1: RECEIVED, 2: SENT}
PCAP_NANO, PCAP_MICRO = 0xA1B23C4D, 0xA1B2C3D4
LINK_ETHERNET, LINK_RAW = 1, (12, 101, 228, 229)
ETHER_ARP, ETHER_IPV4, ETHER_IPV6 = 0x0806, 0x0800, 0x86DD
TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
ISB_STARTTIME, ISB_ENDTIME = 2, 3


@dataclasses.dataclass
class Frame:
    """One frame as the file has it."""
    time: int  # ns since 1970
    interface: int
    link: int
    wire: int
    data: bytes
    direction: str = None
    comments: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class File:
    """A whole file."""
    frames: list = dataclasses.field(default_factory=list)
    interfaces: list = dataclasses.field(default_factory=list)  # {option code: [bytes]} and "link"
    section: dict = dataclasses.field(default_factory=dict)
    counts: list = dataclasses.field(default_factory=list)  # (interface, options) of each ISB
    names: list = dataclasses.field(default_factory=list)  # (address bytes, name bytes)
    cut: int = 0  # bytes of an unfinished block at the end
    blocks: list = dataclasses.field(default_factory=list)  # types in order


    def span(self):
        """When the capture began and ended, in ns since 1970, by the counts at its end."""
        _, last = self.counts[-1]
        return [high << 32 | low for high, low in
                (struct.unpack("<II", last[code][0]) for code in (ISB_STARTTIME, ISB_ENDTIME))]


def options(data, order):
    """{code: [values]} of an option list."""
    found, at = {}, 0
    while at + 4 <= len(data):
        code, size = struct.unpack_from(order + "HH", data, at)
        if code == 0:
            break
        found.setdefault(code, []).append(data[at + 4:at + 4 + size])
        at += 4 + (size + 3 & ~3)
    return found


def name_records(body, order):
    """The (address, name) pairs of a name resolution block."""
    at = 0
    while True:
        kind, size = struct.unpack_from(order + "HH", body, at)
        if kind == 0:
            return
        value = body[at + 4:at + 4 + size]
        cut = 4 if kind == 1 else 16
        for name in value[cut:].split(b"\0")[:-1]:
            yield value[:cut], name
        at += 4 + (size + 3 & ~3)


def read_block(file, kind, body, order):
    """Adds one pcapng block to FILE."""
    if kind == SHB:
        file.section = options(body[16:], order)
    elif kind == IDB:
        link = struct.unpack_from(order + "H", body)[0]
        file.interfaces.append({"link": link, **options(body[8:], order)})
    elif kind == ISB:
        file.counts.append((struct.unpack_from(order + "I", body)[0], options(body[12:], order)))
    elif kind == NRB:
        file.names += name_records(body, order)
    elif kind == EPB:
        number, high, low, size, wire = struct.unpack_from(order + "5I", body)
        about = file.interfaces[number]
        unit = about.get(9, [b"\x06"])[0][0]
        assert unit in (6, 9), f"if_tsresol {unit}"
        more = options(body[20 + (size + 3 & ~3):], order)
        flags = struct.unpack(order + "I", more.get(2, [bytes(4)])[0])[0]
        file.frames.append(Frame((high << 32 | low) * 10 ** (9 - unit), number, about["link"], wire,
                                 body[20:20 + size], DIRECTIONS[flags & 3],
                                 [c.decode() for c in more.get(1, [])]))


def read_pcapng(data):
    """Every whole block of a pcapng file."""
    file, at, order = File(), 0, "<"
    while at + 12 <= len(data):
        kind, size = struct.unpack_from(order + "II", data, at)
        if kind == SHB:
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            size = struct.unpack_from(order + "I", data, at + 4)[0]
        assert size >= 12 and size % 4 == 0, f"block length {size} at {at}"
        if at + size > len(data):
            break
        assert struct.unpack_from(order + "I", data, at + size - 4)[0] == size, f"block at {at}"
        file.blocks.append(kind)
        read_block(file, kind, data[at + 8:at + size - 4], order)
        at += size
    file.cut = len(data) - at
    return file


def read_pcap(data):
    """Every whole record of a pcap file."""
    magic, _, _, _, _, _, link = struct.unpack_from("<IHHiIII", data)
    assert magic in (PCAP_NANO, PCAP_MICRO), hex(magic)
    scale = 1 if magic == PCAP_NANO else 1000
    file, at = File(interfaces=[{"link": link}]), 24
    while at + 16 <= len(data):
        seconds, part, size, wire = struct.unpack_from("<IIII", data, at)
        if at + 16 + size > len(data):
            break
        file.frames.append(Frame(seconds * 10 ** 9 + part * scale, 0, link, wire,
                                 data[at + 16:at + 16 + size]))
        at += 16 + size
    file.cut = len(data) - at
    return file


def read(path):
    """The File at PATH, of either format."""
    with open(path, "rb") as source:
        data = source.read()
    assert data, f"{path} is empty"
    return read_pcapng(data) if data[:4] == b"\x0a\x0d\x0d\x0a" else read_pcap(data)


@dataclasses.dataclass
class Packet:
    """What a frame holds, as far as these tests ask."""
    ether_type: int = 0
    source: str = None
    destination: str = None
    protocol: int = None
    source_port: int = None
    destination_port: int = None
    flags: int = 0
    sequence: int = 0
    ack: int = 0
    ip_id: int = None
    ip_len: int = None
    hops: int = None
    icmp: tuple = None  # type, code
    payload: bytes = b""


def address(data):
    """Address bytes as text."""
    import ipaddress
    return str(ipaddress.ip_address(data))


def network_of(frame):
    """(EtherType, bytes from the network header on)."""
    if frame.link == LINK_ETHERNET:
        kind, at = struct.unpack_from("!H", frame.data, 12)[0], 14
        if kind == 0x8100:
            kind, at = struct.unpack_from("!H", frame.data, 16)[0], 18
        return kind, frame.data[at:]
    if frame.link == 113:
        return struct.unpack_from("!H", frame.data, 14)[0], frame.data[16:]
    assert frame.link in LINK_RAW, f"link type {frame.link}"
    return ETHER_IPV6 if frame.data[0] >> 4 == 6 else ETHER_IPV4, frame.data


def packet(frame):
    """The Packet in FRAME."""
    kind, data = network_of(frame)
    p = Packet(ether_type=kind)
    if kind == ETHER_ARP:
        p.flags = struct.unpack_from("!H", data, 6)[0]
        p.source, p.destination = address(data[14:18]), address(data[24:28])
        return p
    if kind == ETHER_IPV4:
        p.ip_len, p.ip_id = struct.unpack_from("!HH", data, 2)
        p.hops, p.protocol = data[8], data[9]
        p.source, p.destination = address(data[12:16]), address(data[16:20])
        rest = data[(data[0] & 15) * 4:p.ip_len]
    elif kind == ETHER_IPV6:
        p.ip_len, p.protocol, p.hops = struct.unpack_from("!HBB", data, 4)
        p.source, p.destination = address(data[8:24]), address(data[24:40])
        rest = data[40:40 + p.ip_len]
    else:
        return p
    if p.protocol in (TCP, UDP):
        p.source_port, p.destination_port = struct.unpack_from("!HH", rest)
    if p.protocol == TCP:
        p.sequence, p.ack = struct.unpack_from("!II", rest, 4)
        p.flags, p.payload = rest[13], rest[(rest[12] >> 4) * 4:]
    elif p.protocol == UDP:
        p.payload = rest[8:]
    elif p.protocol in (ICMP, ICMPV6):
        p.icmp, p.payload = (rest[0], rest[1]), rest[4:]
    return p
