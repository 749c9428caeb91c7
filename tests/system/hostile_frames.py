# SPDX-License-Identifier: Apache-2.0
"""The inputs of reliability-security.md section 2, made anew for each run: frames that lie.

ROWS maps a row (B2, B5, ...) to the function that makes its frames; each yields (link type, bytes,
bytes cut off by the capture). FILES maps rows about files to functions that yield (name, bytes).
WORST yields (name, frame) of 64 KiB that cost their reader as much as we know how to make them.
tests/fuzz/regress/README.md says what each row shows.
"""

import struct

ETHERNET, RAW, SLL, SLL2, NULL, LOOP, PPP, WIFI = 1, 101, 113, 276, 0, 108, 9, 105
IP4, IP6, ARP, VLAN, MPLS, LLDP, PPPOES = 0x0800, 0x86DD, 0x0806, 0x8100, 0x8847, 0x88CC, 0x8864
ICMP, IGMP, IPIP, TCP, UDP, IP6IN, ROUTING, FRAGMENT, GRE, AH, ICMP6, NONXT, DSTOPT, OSPF, SCTP = (
    1, 2, 4, 6, 17, 41, 43, 44, 47, 51, 58, 59, 60, 89, 132)
LONGEST = 65535
SRC, DST = bytes([192, 0, 2, 10]), bytes([198, 51, 100, 7])
SRC6, DST6 = bytes.fromhex("20010db8" + 23 * "0" + "1"), bytes.fromhex("20010db8" + 23 * "0" + "2")


def checksum(data):
    """The Internet checksum (RFC 1071)."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ether(kind, data):
    return b"\x02\0\0\0\0\2\x02\0\0\0\0\1" + struct.pack("!H", kind) + data


def ip4(protocol, data, options=b"", length=None, flags=0, ihl=None, ident=1, version=4):
    """An IPv4 packet; length and ihl may lie."""
    ihl = 5 + len(options) // 4 if ihl is None else ihl
    length = 20 + len(options) + len(data) if length is None else length
    head = struct.pack("!BBHHHBBH", version << 4 | ihl, 0, length & 0xFFFF, ident, flags, 64,
                       protocol, 0) + SRC + DST + options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + data


def ip6(protocol, data, length=None):
    length = len(data) if length is None else length
    return struct.pack("!IHBB", 6 << 28, length & 0xFFFF, protocol, 64) + SRC6 + DST6 + data


def udp(port, data, length=None, source=40000):
    length = 8 + len(data) if length is None else length
    return struct.pack("!HHHH", source, port, length & 0xFFFF, 0) + data


def tcp(port, data=b"", options=b"", offset=None, flags=0x18, source=40000, seq=1):
    offset = 5 + len(options) // 4 if offset is None else offset
    return struct.pack("!HHIIBBHHH", source, port, seq, 1, offset << 4, flags, 1024, 0,
                       0) + options + data


def icmp(kind, code, rest, word=0):
    body = struct.pack("!BBHI", kind, code, 0, word) + rest
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]


def eth4(protocol, data, **lies):
    return ETHERNET, ether(IP4, ip4(protocol, data, **lies)), 0


def eth6(protocol, data, **lies):
    return ETHERNET, ether(IP6, ip6(protocol, data, **lies)), 0


def dns(body, counts=(0, 1, 0, 0), flags=0x8180, ident=1):
    return struct.pack("!HH4H", ident, flags, *counts) + body


def dns_frame(body, counts=(0, 1, 0, 0), flags=0x8180):
    return eth4(UDP, udp(40000, dns(body, counts, flags), source=53))


def record(name, kind, data, size=None):
    size = len(data) if size is None else size
    return name + struct.pack("!HHIH", kind, 1, 60, size & 0xFFFF) + data


# ---- Rows ----

def lying_lengths():
    """B2, B3: every length field 0, 1, around its header, beyond what is there."""
    for length in (0, 1, 19, 20, 21, 39, 41, 65535):
        yield eth4(TCP, tcp(80), length=length)
        yield eth6(TCP, tcp(80), length=length)
    for length in (0, 1, 7, 8, 9, 65535):
        yield eth4(UDP, udp(53, b"x" * 20, length=length))
    for ihl in range(16):
        yield eth4(TCP, tcp(80), ihl=ihl, length=ihl * 4 - 1 if ihl else 0)


def short_icmp():
    """B4: errors of 0 to 7 payload bytes, and a quoted TCP header of exactly eight bytes."""
    for kind in (3, 4, 5, 11, 12):
        for size in range(8):
            yield eth4(ICMP, bytes([kind, 0, 0, 0, 0, 0, 0, 0])[:size])
        yield eth4(ICMP, icmp(kind, 1, ip4(TCP, tcp(80)[:8], length=40)))
    for kind in (1, 2, 3, 4, 133, 134, 135, 136, 137, 143):
        for size in range(8):
            yield eth6(ICMP6, bytes([kind, 0, 0, 0, 0, 0, 0, 0])[:size])


def tcp_option_lengths():
    """B5, B6: every kind with lengths 0, 1, 2, odd ones and beyond; forty bytes of one kind."""
    for kind in range(256):
        for size in (0, 1, 2, 3, 4, 5, 9, 10, 40, 255):
            options = (bytes([kind, size]) + b"\1" * 10)[:12]
            yield eth4(TCP, tcp(80, options=options))
        yield eth4(TCP, tcp(80, options=bytes([kind]) * 40))
        yield eth4(TCP, tcp(80, options=b"\1\1\1" + bytes([kind])))
    for subtype in range(16):  # Multipath TCP
        for size in range(3, 21):
            options = bytes([30, size, subtype << 4]) + b"\0" * (size - 3)
            yield eth4(TCP, tcp(80, options=options + b"\0" * (-size % 4)))
    for size in range(2, 21):  # fast open, SACK
        for kind in (5, 34):
            options = bytes([kind, size]) + b"\7" * (size - 2)
            yield eth4(TCP, tcp(80, options=options + b"\0" * (-size % 4)))


def data_offsets():
    """B7: every data offset over every segment length up to 60."""
    for offset in range(16):
        for size in range(0, 61, 3):
            yield eth4(TCP, (tcp(80, offset=offset) + b"\1" * 40)[:size])


def quoted_packets():
    """B8: header lengths outside and inside, a quoted version that is none, a length that lies."""
    for outer in range(5, 16):
        for inner in range(16):
            quote = ip4(UDP, udp(53, b"quoted"), ihl=inner) + b"\0" * 40
            yield eth4(ICMP, icmp(3, 3, quote), options=b"\1" * (outer * 4 - 20))
    for version in (0, 5, 6, 9):
        yield eth4(ICMP, icmp(3, 1, ip4(TCP, tcp(80), version=version)))
    for protocol in range(0, 256, 5):
        yield eth4(ICMP, icmp(11, 0, ip4(protocol, b"\xff" * 40, length=65535)))


def icmp_extensions():
    """B9: RFC 4884 lengths and objects that lie."""
    quote = ip4(UDP, udp(33434, b"\0" * 100))
    for word in (0, 1, 5, 32, 33, 255):
        for size in (0, 1, 3, 4, 5, 12, 65535):
            for kind in (1, 2, 3, 4, 255):
                extension = b"\x20\0\0\0" + struct.pack("!HBB", size, kind, 0xFF) + b"\0" * 8
                yield eth4(ICMP, icmp(11, 0, quote.ljust(128, b"\0") + extension, word << 16))


def extension_chains():
    """B10, B11: chains of 1 to 200 headers, length 0, no next header with data, routing lies."""
    for count in (1, 2, 8, 32, 60, 100, 200):
        chain = b""
        for number in range(count):
            follower = DSTOPT if number + 1 < count else TCP
            chain += bytes([follower, 0, 1, 4, 0, 0, 0, 0])
        yield eth6(DSTOPT, chain + tcp(80))
    for size in (0, 1, 255):
        for kind in (0, ROUTING, FRAGMENT, AH, DSTOPT):
            yield eth6(kind, bytes([TCP, size, 2, 1]) + b"\0" * 20 + tcp(80))
            yield eth6(kind, bytes([kind, size, 0, 255]) + bytes([kind, 0, 5, 250]) * 12)
    yield eth6(NONXT, b"data where none may be")
    yield eth6(FRAGMENT, b"\0\0\0\1\0\0\0\1" + b"\x06\0\1\4\0\0\0\0" + tcp(80))
    quote = ip6(ROUTING, bytes([FRAGMENT, 4, 0, 3]) + b"\0" * 36 + b"\0\0\0\0\0\0\0\1" +
                bytes([TCP, 0, 1, 4, 0, 0, 0, 0]) + tcp(80)[:8])
    for size in range(0, len(quote), 4):
        yield eth6(ICMP6, icmp(1, 0, quote[:size]))


def name_pointers():
    """B12: pointers to themselves, forward, in a ring, into the header, into a label."""
    for target in (12, 13, 14, 0, 1, 5, 20, 200, 0x3FFF):
        yield dns_frame(record(struct.pack("!H", 0xC000 | target), 1, b"\1\2\3\4"))
    ring = record(b"\xc0\x0e\xc0\x0c", 1, b"\1\2\3\4")
    yield dns_frame(ring)
    yield dns_frame(record(b"\3abc\xc0\x0d", 12, b"\xc0\x0c"))


def descending_chain(size=16000):
    """B13: each pointer leads to the one before it."""
    body = b"\0\0" + b"".join(struct.pack("!H", 0xC000 | 12 + at) for at in range(0, size, 2))
    body = b"\0" + body[1:]
    return body + record(struct.pack("!H", 0xC000 | 12 + size), 1, b"\1\2\3\4")


def pointer_chains():
    """B13, B14: one deep chain; the same with thousands of records that point at its end."""
    yield dns_frame(descending_chain(), counts=(0, 1, 0, 0))
    yield dns_frame(chain_with_records())


def chain_with_records():
    body = b"\0\1a\0"
    for at in range(0, 300, 2):
        body += struct.pack("!H", 0xC000 | 13 + at)
    end = struct.pack("!H", 0xC000 | 12 + len(body) - 2)
    records = b"".join(record(end, 12, end) for _ in range(4000))
    return record(b"\0", 10, body) + records[:LONGEST - 1500]


def name_lengths():
    """B15: as many labels, as long a name as can be and one more; label kinds nobody uses."""
    names = [b"\1a" * 127, b"\x3f" + b"b" * 63 + b"\x3f" + b"c" * 63 + b"\x3f" + b"d" * 63]
    names += [names[1] + bytes([last]) + b"e" * last for last in (60, 61, 62, 63)]
    names += [b"\x40abc", b"\x80abc", b"\x41\x04abcd", b"\x3f" + b"f" * 10]
    for name in names:
        yield dns_frame(record(name + b"\0", 1, b"\1\2\3\4"))
        yield dns_frame(name + b"\0\0\1\0\1", counts=(1, 0, 0, 0), flags=0x0100)


# Terminal controls, ends of lines, NUL, XML, CSV formula, override of direction, C1, no UTF-8.
STRANGE = [b"\x1b[2J\x1b]0;t\x07", b"a\rb\nc", b"a\0b", b"<script>&\"'", b"=cmd|'x'!A0",
           "a\u202eb\u2066c\u200fd".encode(), "\u009b2J\u0085".encode(), b"\xff\xfe\xc0\x80\xed\xa0\x80",
           "\ufeff\u2028\U000e0041".encode(), b"\x7f\x08\x08", "ok \u00e9\u4e2d".encode(), b"\\x41\\\"\\u0041"]


def hostile_names():
    """B16: such text wherever a protocol carries text."""
    for text in STRANGE:
        label = bytes([len(text)]) + text + b"\0"
        yield dns_frame(record(b"\0", 12, label))
        yield dns_frame(record(b"\0", 16, bytes([len(text)]) + text))
        yield dns_frame(label + b"\0\1\0\1", counts=(1, 0, 0, 0), flags=0x0100)
        yield eth4(TCP, tcp(80, b"GET /" + text + b" HTTP/1.1\r\nHost: " + text + b"\r\n\r\n"))
        yield eth4(TCP, tcp(40000, b"HTTP/1.1 200 " + text + b"\r\nServer: " + text + b"\r\n\r\n",
                            source=80))
        yield eth4(UDP, udp(5060, b"INVITE sip:" + text + b" SIP/2.0\r\nFrom: " + text +
                            b"\r\nCall-ID: " + text + b"\r\n\r\n"))
        yield eth4(UDP, udp(514, b"<13>" + text))
        yield eth4(UDP, udp(69, b"\0\1" + text + b"\0octet\0"))
        yield eth4(TCP, tcp(40000, b"SSH-2.0-" + text + b"\r\n", source=22))
        for port, line in ((21, b"220 "), (25, b"220 "), (110, b"+OK "), (143, b"* OK ")):
            yield eth4(TCP, tcp(40000, line + text + b"\r\n", source=port))
            yield eth4(TCP, tcp(port, b"USER " + text + b"\r\n"))
        yield eth4(UDP, udp(67, dhcp(bytes([12, len(text)]) + text + bytes([60, len(text)]) + text),
                            source=68))
        tlv = struct.pack("!H", 5 << 9 | len(text)) + text
        yield ETHERNET, ether(LLDP, b"\2\7\4\2\0\0\0\0\1\4\5\5" + text[:4].ljust(4) + b"\6\2\0\x78" +
                              tlv + b"\0\0"), 0
        cdp = b"\2\xb4\0\0" + struct.pack("!HH", 1, 4 + len(text)) + text
        cdp = b"\xaa\xaa\3\0\0\x0c\x20\0" + cdp
        yield ETHERNET, b"\1\0\x0c\xcc\xcc\xcc\2\0\0\0\0\1" + struct.pack("!H", len(cdp)) + cdp, 0
        yield eth4(TCP, tcp(443, client_hello(text), flags=0x18))
        yield eth4(UDP, udp(1812, struct.pack("!BBH", 1, 1, 22 + len(text)) + b"\0" * 16 +
                            bytes([1, 2 + len(text)]) + text))


def dhcp(options, op=1):
    return (struct.pack("!BBBBI", op, 1, 6, 0, 7) + b"\0" * 20 + b"\2\0\0\0\0\1" + b"\0" * 202 +
            b"\x63\x82\x53\x63\x35\1\1" + options + b"\xff")


def client_hello(name):
    sni = struct.pack("!HBH", len(name) + 3, 0, len(name)) + name
    extensions = struct.pack("!HH", 0, len(sni)) + sni
    body = b"\3\3" + b"\0" * 32 + b"\0" + b"\0\2\x13\1" + b"\1\0" + struct.pack(
        "!H", len(extensions)) + extensions
    return b"\x16\3\1" + struct.pack("!H", len(body) + 4) + b"\1" + len(body).to_bytes(3, "big") + body


def record_counts():
    """B17: counts of 65535, data that ends before it begins, a cut answer."""
    for counts in ((65535, 0, 0, 0), (0, 65535, 0, 0), (65535,) * 4):
        yield dns_frame(b"\0\0\1\0\1", counts=counts)
    for size in (1, 3, 5, 255, 65535):
        yield dns_frame(record(b"\1a\0", 1, b"\1\2\3\4", size))
        yield dns_frame(record(b"\1a\0", 6, b"\0\0\0\0", size), flags=0x8380)
    for kind in range(0, 270):
        yield dns_frame(record(b"\1a\0", kind, b"\xff" * 3))
        yield dns_frame(record(b"\1a\0", kind, b"\0" * 40))


def nests():
    """B23, B24: tunnels in tunnels until nobody reads on."""
    inner = ip4(TCP, tcp(80))
    packet = inner
    for _ in range(1000):
        packet = ip4(IPIP, packet)
    yield ETHERNET, ether(IP4, packet), 0
    packet = inner
    for _ in range(200):
        packet = ip4(GRE, b"\0\0\x08\0" + packet)
    yield ETHERNET, ether(IP4, packet), 0
    packet = ether(IP4, inner)
    for _ in range(60):
        packet = ether(IP4, ip4(UDP, udp(4789, b"\x08\0\0\0\0\0\1\0" + packet)))
    yield ETHERNET, packet, 0
    yield ETHERNET, ether(VLAN, b"\0\1\x81\0" * 300 + b"\0\1\x08\0" + inner), 0
    yield ETHERNET, ether(MPLS, b"\0\1\0\x40" * 500 + b"\0\1\1\x40" + inner), 0
    packet = ip6(TCP, tcp(80))
    for _ in range(100):
        packet = ip6(IP6IN, packet)
    yield ETHERNET, ether(IP6, packet), 0
    packet = ip4(ICMP, icmp(3, 3, inner))
    for _ in range(40):
        packet = ip4(ICMP, icmp(3, 3, packet))
    yield ETHERNET, ether(IP4, packet), 0
    packet = ip6(ICMP6, icmp(1, 0, ip6(TCP, tcp(80))))
    for _ in range(40):
        packet = ip6(ICMP6, icmp(1, 0, packet))
    yield ETHERNET, ether(IP6, packet), 0


def zero_lengths():
    """B25: every walker over type-length-value with length 0 and one less than its header."""
    for size in (0, 1, 2, 3):
        word = struct.pack("!H", size)
        yield eth4(SCTP, b"\0\1\0\2\0\0\0\0\0\0\0\0" + (b"\1\0" + word) * 20)
        yield eth4(SCTP, b"\0\1\0\2\0\0\0\0\0\0\0\0\1\0\0\x40" + b"\0" * 16 + (b"\0\7" + word) * 11)
        yield eth4(UDP, udp(67, dhcp(bytes([82, 4, 1, size, 9, 0]) + bytes([12, size]))))
        yield eth4(UDP, udp(1812, struct.pack("!BBH", 1, 1, 60) + b"\0" * 16 + bytes([1, size]) * 20))
        cdp = b"\xaa\xaa\3\0\0\x0c\x20\0\2\xb4\0\0" + (b"\0\1" + word) * 10
        yield ETHERNET, b"\1\0\x0c\xcc\xcc\xcc\2\0\0\0\0\1" + struct.pack("!H", len(cdp)) + cdp, 0
        yield ETHERNET, ether(LLDP, struct.pack("!H", 1 << 9 | size) * 20), 0
        yield eth6(ICMP6, icmp(134, 0, b"\0" * 8 + bytes([1, size]) + bytes([3, 0]) * 8))
        yield eth4(TCP, tcp(443, b"\x16\3\1" + word + b"\1\0\0" + bytes([size]) * 40))
        yield ETHERNET, ether(0x8863, b"\x11\x09\0\0\0\x28" + (b"\1\1" + word) * 10), 0
        yield eth4(OSPF, b"\2\1\0\x2c" + b"\0" * 12 + b"\0\0\0\0" + b"\0" * 8 + word * 12)
        yield eth4(TCP, tcp(22, struct.pack("!IBB", size, 0, 20) + b"\0" * 40))
        yield eth4(UDP, udp(53, dns(b"\0\0\x29\x10\0\0\0\0\0\0\x10" + (b"\0\x08" + word) * 4,
                                    counts=(0, 0, 0, 1))))
        yield eth4(UDP, udp(5004, b"\x80\xc8" + word + b"\0" * 24, source=5005))


def fragments():
    """B26, B27: overlaps, teardrop, tiny, beyond the end, doubles, reversed, many open sets."""
    whole = udp(53, b"A" * 56)
    more = 0x2000
    orders = [
        [(0, 0, 32, 1), (2, 16, 40, 1), (4, 32, 64, 0)],       # overlap
        [(0, 0, 40, 1), (1, 8, 16, 0)],                        # teardrop
        [(0, 0, 8, 1), (1, 8, 64, 0)],                         # tiny first
        [(8191, 0, 64, 0)], [(8189, 0, 64, 1), (0, 0, 8, 1)],  # beyond 65535
        [(0, 0, 32, 1), (0, 0, 32, 1), (4, 32, 64, 0)],        # doubles
        [(4, 32, 64, 0), (2, 16, 32, 1), (0, 0, 16, 1)],       # reversed, last first
        [(0, 0, 0, 1), (0, 0, 0, 1)],                          # nothing in it
    ]
    for ident, order in enumerate(orders):
        for offset, begin, end, follows in order:
            yield eth4(UDP, whole[begin:end], flags=offset | more * follows, ident=ident)
            yield eth4(TCP, whole[begin:end], flags=offset | more * follows, ident=ident)
            head = struct.pack("!BBHI", UDP, 0, offset << 3 | follows, ident)
            yield eth6(FRAGMENT, head + whole[begin:end])
    for ident in range(3000):
        yield eth4(UDP, whole[:8], flags=more | ident % 4, ident=ident * 21 & 0xFFFF)


def long_texts():
    """B28: 64 KiB of printable text where a line is made of it."""
    text = b"A" * 65000
    for port, begin in ((80, b"GET /"), (21, b"USER "), (25, b"MAIL FROM:"), (110, b"USER "),
                        (143, b"a LOGIN "), (22, b"SSH-2.0-")):
        yield eth4(TCP, tcp(port, begin + text + b"\r\n"))
        yield eth4(TCP, tcp(40000, begin + text + b"\r\n", source=port))
    for port, begin in ((514, b"<13>"), (69, b"\0\1"), (5060, b"INVITE sip:"), (1900, b"M-SEARCH ")):
        yield eth4(UDP, udp(port, begin + text))


def big_frames():
    """B37: IP length 0 behind segmentation offload, a jumbo frame."""
    yield eth4(TCP, tcp(80, b"B" * 200000), length=0)
    yield eth6(TCP, tcp(80, b"B" * 200000), length=0)
    jumbo = b"\x06\0\xc2\4" + struct.pack("!I", 100000)
    yield eth6(0, jumbo + tcp(80, b"C" * 99972), length=0)


def link_types():
    """B39: every link type there may be, over an IP packet and over nothing."""
    packet = ip4(TCP, tcp(80))
    for link in list(range(0, 300)) + [65535]:
        yield link, packet, 0
        yield link, b"", 0
        yield link, b"\0" * 20 + packet, 0


def all_numbers():
    """B34, B40: each number of the fields that name tables explain, shifts of 31 and more."""
    for number in range(256):
        yield eth4(ICMP, icmp(number, number, b"\0" * 20))
        yield eth6(ICMP6, icmp(number, number, b"\0" * 20))
        yield eth4(number, b"\xff" * 24)
        yield eth6(number, b"\xff" * 24)
        yield eth4(TCP, tcp(80, options=bytes([3, 3, number, 1]), flags=2))
        yield eth4(TCP, tcp(80, flags=number))
        yield eth4(UDP, udp(67, dhcp(bytes([53, 1, number, number, 4]) + b"\xff" * 4)))
        yield eth4(UDP, udp(123, bytes([number]) + b"\xff" * 47))
        yield eth4(UDP, udp(1812, bytes([number, 1, 0, 26]) + b"\0" * 16 + bytes([number, 6, 1, 2, 3, 4])))
        yield eth4(IGMP, bytes([number, 255, 0, 0]) + b"\xff" * 12)
        yield ETHERNET, ether(ARP, b"\0\1\x08\0\6\4\0" + bytes([number]) + b"\0" * 20), 0
    for kind in range(0, 65536, 97):
        yield ETHERNET, ether(kind, b"\0" * 46), 0


def lan_lies():
    """B41: ARP address lengths 0 to 255, LLDP ends, DHCP option 52 that leads on and on."""
    for size in list(range(0, 20)) + [127, 128, 255]:
        for other in (0, 4, 6, 16, 255):
            yield ETHERNET, ether(ARP, struct.pack("!HHBBH", 1, 0x800, size, other, 1) + b"\0" * 40), 0
    for kind in range(128):
        yield ETHERNET, ether(LLDP, struct.pack("!H", kind << 9 | 511) + b"\1" * 60), 0
        yield ETHERNET, ether(LLDP, struct.pack("!H", kind << 9 | 1) + b"\1\0\0"), 0
    for overload in range(4):
        message = bytearray(dhcp(bytes([52, 1, overload, 52, 1, 3])))
        message[44:108] = bytes([52, 1, 3] * 21) + b"\xff"
        message[108:236] = bytes([52, 1, 3] * 42) + b"\xff\0"
        yield eth4(UDP, udp(67, bytes(message)))
    for option in range(256):
        for size in (0, 1, 3, 5, 255):
            yield eth4(UDP, udp(67, dhcp(bytes([option, size]) + b"\1\2\3\4\5")))


ROWS = {
    "B2-B3": lying_lengths, "B4": short_icmp, "B5-B6": tcp_option_lengths, "B7": data_offsets,
    "B8": quoted_packets, "B9": icmp_extensions, "B10-B11": extension_chains,
    "B12": name_pointers, "B13-B14": pointer_chains, "B15": name_lengths, "B16": hostile_names,
    "B17": record_counts, "B23-B24": nests, "B25": zero_lengths, "B26-B27": fragments,
    "B28": long_texts, "B34-B40": all_numbers, "B37": big_frames, "B39": link_types,
    "B41": lan_lies,
}


# ---- The dearest frames we know to make ----

def fill(unit, size=65000):
    return (unit * (size // len(unit) + 1))[:size]


def worst_dns():
    """Messages of 64 KiB: many records, long names, pointers everywhere, strange bytes."""
    long_name = b"\1a" * 120
    yield "dns-root-a", fill(record(b"\0", 1, b"\1\2\3\4")), (0, 65535, 0, 0)
    yield "dns-pointers", record(long_name + b"\0", 1, b"\1\2\3\4") + fill(
        record(b"\xc0\x0c", 12, b"\xc0\x0c"), 64000), (0, 65535, 0, 0)
    yield "dns-chain", chain_with_records(), (0, 65535, 0, 0)
    yield "dns-descend", descending_chain(), (0, 65535, 0, 0)
    yield "dns-questions", fill(b"\0\0\1\0\1"), (65535, 0, 0, 0)
    yield "dns-txt", fill(record(b"\0", 16, b"\0" * 60)), (0, 65535, 0, 0)
    yield "dns-txt-escape", fill(record(b"\0", 16, b"\xff" + b"\x1b" * 255)), (0, 65535, 0, 0)
    yield "dns-empty-txt", record(b"\0", 16, b"\0" * 64000), (0, 1, 0, 0)
    yield "dns-nsec", record(b"\0", 47, b"\0" + fill(b"\0\x20" + b"\xff" * 32, 64000)), (0, 1, 0, 0)
    yield "dns-svcb", record(b"\0", 65, b"\0\1\0" + fill(b"\0\1\0\0", 64000)), (0, 1, 0, 0)
    yield "dns-opt", record(b"\0", 41, fill(b"\0\x08\0\0", 64000)), (0, 0, 0, 1)
    yield "dns-unknown", fill(record(b"\0", 65280, b"")), (0, 65535, 0, 0)
    yield "dns-soa", record(long_name + b"\0", 1, b"\1\2\3\4") + fill(
        record(b"\xc0\x0c", 6, b"\xc0\x0c\xc0\x0c" + b"\0" * 20), 64000), (0, 65535, 0, 0)


def worst_tcp():
    """Payloads of 64 KiB for the readers above TCP."""
    yield "http-headers", 80, b"GET / HTTP/1.1\r\n" + fill(b"A:\r\n")
    yield "http-known", 80, b"GET / HTTP/1.1\r\n" + fill(b"Host: x\r\n")
    yield "http-cookies", 80, b"GET / HTTP/1.1\r\n" + fill(b"Cookie: \x1b\r\n")
    yield "http-chunks", 80, b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + fill(b"1\r\na\r\n")
    yield "http-joined", 80, (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" +
                              fill(b"1\r\na\r\n", 24000) + b"0\r\n\r\n")
    yield "http-pipeline", 80, fill(b"GET / HTTP/1.1\r\n\r\n")
    yield "http-query", 80, b"GET /?" + fill(b"a=b&", 60000) + b" HTTP/1.1\r\n\r\n"
    yield "tls-alerts", 443, fill(b"\x15\3\3\0\2\1\0")
    yield "tls-empty", 443, fill(b"\x17\3\3\0\0")
    yield "tls-handshakes", 443, b"\x16\3\1\x40\0" + fill(b"\0\0\0\0", 16384)
    yield "tls-ciphers", 443, (b"\x16\3\1\x40\0\1\0\x3f\xfc\3\3" + b"\0" * 32 + b"\0\x3f\0" +
                               fill(b"\x13\1", 16200))
    yield "tls-extensions", 443, (b"\x16\3\1\x40\0\1\0\x3f\xfc\3\3" + b"\0" * 32 +
                                  b"\0\0\2\x13\1\1\0\x3f\0" + fill(b"\0\x17\0\0", 16128))
    yield "tls-chosen", 443, (b"\x16\3\1\x40\0\2\0\x3f\xfc\3\3" + b"\0" * 36 +
                              b"\x3f\xd4" + fill(b"\0\x63\0\0", 16340))
    yield "tls-groups", 443, (b"\x16\3\1\x40\0\1\0\x3f\xfc\3\3" + b"\0" * 32 +
                              b"\0\0\2\x13\1\1\0\x3f\0\0\x0a\x3e\0\x3d\xfe" + fill(b"\0\x1d", 16100))
    yield "ftp-lines", 21, fill(b"a\r\n")
    yield "ftp-empty", 21, fill(b"\r\n")
    yield "smtp-lines", 25, fill(b"a\n")
    yield "imap-lines", 143, fill(b"a b c\r\n")
    yield "pop-lines", 110, fill(b"+OK\n")
    yield "ssh-packets", 22, fill(b"\0\0\0\2\0\x14")
    yield "ssh-kex", 22, struct.pack("!IBB", 60000, 4, 20) + b"\0" * 16 + b"\0\0\xe0\0" + fill(b"a,", 57344)
    yield "dns-tcp", 53, fill(b"\0\x0c" + dns(b"", (0, 0, 0, 0)))
    yield "escapes", 21, b"USER " + b"\x1b" * 64000 + b"\r\n"
    yield "zeros", 9999, b"\0" * 65000
    yield "netbios", 139, fill(b"\x85\0\0\0")


def worst_udp():
    """Payloads of 64 KiB for the readers above UDP."""
    yield "sip-headers", 5060, b"INVITE sip:a SIP/2.0\r\n" + fill(b"a:b\r\n")
    yield "sip-known", 5060, b"INVITE sip:a SIP/2.0\r\n" + fill(b"Via: b;c=d\r\n")
    yield "sip-cseq", 5060, b"INVITE sip:a SIP/2.0\r\n" + fill(b"Contact: <sip:a@b;c>;d=e\r\n")
    for name, line in (("media", b"m=audio 9 RTP/AVP 0\n"), ("formats", b"m=a 9 RTP/AVP" + b" 0" * 99),
                       ("maps", b"a=rtpmap:96 a/1\n"), ("parameters", b"a=fmtp:1 " + b"a;" * 99),
                       ("bogus", b"b\n")):
        yield "sdp-" + name, 5060, (
            b"INVITE sip:a SIP/2.0\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nc: application/sdp\r\n\r\n"
            b"c=IN IP4 192.0.2.10\nm=audio 9 RTP/AVP 0\n" + fill(line))
    yield "ssdp-headers", 1900, b"M-SEARCH * HTTP/1.1\r\n" + fill(b"a:b\r\n")
    yield "dhcp-pads", 67, dhcp(b"\0" * 64000)
    yield "dhcp-options", 67, dhcp(fill(b"\x0c\0", 64000))
    yield "dhcp-parameters", 67, dhcp(fill(b"\x37\xff" + b"\1" * 255, 64000))
    yield "dhcp-relay", 67, dhcp(fill(b"\x52\xff" + b"\1\0" * 127 + b"\0", 64000))
    yield "dhcp-routes", 67, dhcp(fill(b"\x79\xff" + b"\0\0\0\0\0" * 51, 64000))
    yield "radius", 1812, struct.pack("!BBH", 1, 1, 65000) + b"\0" * 16 + fill(b"\1\3a", 64980)
    yield "radius-vsa", 1812, struct.pack("!BBH", 1, 1, 65000) + b"\0" * 16 + fill(
        b"\x1a\x08\0\0\0\x09\1\2", 64980)
    yield "rtcp", 5005, fill(b"\x80\xc9\0\1\0\0\0\1")
    yield "rtcp-sdes", 5005, b"\x9f\xca\x3f\0" + fill(b"\0\0\0\1\1\0\0\0", 64000)
    yield "quic", 443, fill(b"\xc3\0\0\0\1\0\0\0\0")
    yield "syslog", 514, b"<13>" + b"\x1b" * 65000
    yield "tftp", 69, b"\0\1a\0octet\0" + fill(b"a\0b\0")
    yield "ntp", 123, fill(b"\xe3")
    yield "nbns", 137, b"\0\1\x01\x10" + b"\xff\xff" * 4 + fill(b"\x20" + b"CA" * 16 + b"\0\0\x20\0\1")
    yield "snmp-varbinds", 161, snmp(fill(b"\x30\x06\x06\x01\x2b\x05\x00", 60000)[:59997])
    yield "snmp-oid", 161, snmp(b"\x30\x82\xe0\4\x06\x82\xdf\xfe" + b"\x81" * 57342 + b"\5\0")
    yield "snmp-nest", 161, fill(b"\x30\x80")
    yield "dhcpv6", 547, b"\1\0\0\1" + fill(b"\0\x08\0\0")
    yield "dhcpv6-nest", 547, b"\x0c\0" + b"\0" * 32 + b"".join(
        struct.pack("!HH", 9, 64000 - 38 * i) + b"\x0c\0" + b"\0" * 32 for i in range(1600))
    yield "dhcpv6-options", 547, b"\1\0\0\1" + b"".join(
        struct.pack("!HH", 3, 64000 - 16 * i) + b"\0" * 12 for i in range(3900))


def ber(tag, data):
    """A BER value with a long length."""
    return bytes([tag, 0x83]) + len(data).to_bytes(3, "big") + data


def snmp(varbinds):
    pdu = b"\2\1\1\2\1\0\2\1\0" + ber(0x30, varbinds)
    return ber(0x30, b"\2\1\1\4\6public" + ber(0xA0, pdu))


def worst_ip():
    """Packets of 64 KiB for the readers above IP and Ethernet."""
    sctp = b"\0\1\0\2\0\0\0\0\0\0\0\0"
    yield "sctp-chunks", eth4(SCTP, sctp + fill(b"\7\0\0\4"))
    yield "sctp-data", eth4(SCTP, sctp + fill(b"\0\3\0\x11\0\0\0\1\0\0\0\0\0\0\0\0a\0\0\0"))
    yield "sctp-unknown", eth4(SCTP, sctp + fill(b"\xff\0\0\4"))
    yield "sctp-init", eth4(SCTP, sctp + b"\1\0\xfd\0" + b"\0" * 16 + fill(b"\0\7\0\4", 64700))
    yield "sctp-sack", eth4(SCTP, sctp + b"\3\0\xfd\0" + b"\0" * 8 + b"\x3f\0\0\0" + b"\0" * 64700)
    yield "hbh-pads", eth6(0, fill(b"\0\xff" + b"\0" * 2046) + b"")
    yield "dstopt-padn", eth6(DSTOPT, fill(bytes([DSTOPT, 255]) + b"\1\0" * 1023))
    yield "routing", eth6(ROUTING, fill(bytes([ROUTING, 254, 0, 127]) + b"\0" * 2036))
    yield "nd-options", eth6(ICMP6, icmp(134, 0, b"\0" * 8 + fill(b"\1\1\0\0\0\0\0\0")))
    yield "nd-dns", eth6(ICMP6, icmp(134, 0, b"\0" * 8 + fill(b"\x1f\xff" + b"\0" * 2038)))
    yield "nd-search", eth6(ICMP6, icmp(134, 0, b"\0" * 8 + fill(
        b"\x1f\xff\0\0\0\0\0\1" + b"\1a\0" * 677 + b"\0")))
    yield "mld", eth6(ICMP6, icmp(143, 0, fill(b"\1\0\0\0" + b"\xff" * 16), 65535))
    yield "igmp", eth4(IGMP, b"\x22\0\0\0\0\0\xff\xff" + fill(b"\1\0\0\0\xe0\0\0\1"))
    yield "icmp-extension", eth4(ICMP, icmp(11, 0, ip4(UDP, b"").ljust(128, b"\0") + b"\x20\0\0\0" +
                                            fill(b"\0\4\1\1"), 32 << 16))
    yield "icmp-mpls", eth4(ICMP, icmp(11, 0, ip4(UDP, b"").ljust(128, b"\0") + b"\x20\0\0\0" +
                                       b"\xfd\0\1\1" + fill(b"\0\0\0\0"), 32 << 16))
    yield "icmp-router", eth4(ICMP, icmp(9, 0, fill(b"\1\2\3\4\0\0\0\0"), 0xff020000))
    yield "ospf-dd", eth4(OSPF, b"\2\2\xfd\0" + b"\0" * 20 + b"\0" * 8 + fill(b"\0\0\x02\1" + b"\0" * 16))
    yield "ospf-lsa", eth4(OSPF, b"\2\4\xfd\0" + b"\0" * 20 + b"\0\0\xff\xff" + fill(
        b"\0\0\x02\1" + b"\0" * 14 + b"\0\x18\0\0\0\0"))
    yield "ospf-hello", eth4(OSPF, b"\2\1\xfd\0" + b"\0" * 40 + fill(b"\1\2\3\4"))
    yield "vrrp", eth4(112, b"\x21\1\x64\xff\0\1\0\0" + fill(b"\1\2\3\4"))
    yield "gre-routing", eth4(GRE, b"\x40\0\x08\0\0\0\0\0" + fill(b"\0\2\0\4\1\2\3\4"))
    yield "mpls", (ETHERNET, ether(MPLS, fill(b"\0\1\0\x40")), 0)
    yield "vlan", (ETHERNET, ether(VLAN, fill(b"\0\1\x81\0")), 0)
    yield "pppoe", (ETHERNET, ether(0x8863, b"\x11\x09\0\0\xfd\0" + fill(b"\1\1\0\0")), 0)
    yield "ppp-lcp", (ETHERNET, ether(PPPOES, b"\x11\0\0\1\xfd\0\xc0\x21\1\1\xfc\0" + fill(b"\5\2")), 0)
    yield "lldp", (ETHERNET, ether(LLDP, b"\2\7\4\2\0\0\0\0\1\4\2\5a\6\2\0\x78" + fill(b"\x0c\0")), 0)
    yield "lldp-oui", (ETHERNET, ether(LLDP, b"\2\7\4\2\0\0\0\0\1\4\2\5a\6\2\0\x78" + fill(
        b"\xfe\6\0\x80\xc2\1\0\1")), 0)
    yield "cdp", (ETHERNET, b"\1\0\x0c\xcc\xcc\xcc\2\0\0\0\0\1\x05\xdc\xaa\xaa\3\0\0\x0c\x20\0\2\xb4\0\0" +
                  fill(b"\0\1\0\4", 1480), 0)
    yield "cdp-jumbo", (SLL, b"\0\0\0\1\0\6\2\0\0\0\0\1\0\0\0\4\xaa\xaa\3\0\0\x0c\x20\0\2\xb4\0\0" +
                        fill(b"\0\2\xff\xf0\0\0\xff\xff" + b"\1\1\xcc\0\4\1\2\3\4"), 0)
    yield "stp-mst", (SLL, b"\0\0\0\1\0\6\2\0\0\0\0\1\0\0\0\4\x42\x42\3\0\0\3\2\0" + b"\0" * 32 +
                      b"\0\xfd\0" + fill(b"\0"), 0)
    yield "ipx", (SLL, b"\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x81\x37" + b"\xff\xff\xfd\0\0\1" + b"\0" * 10 +
                  b"\x04\x53" + b"\0" * 10 + b"\x04\x53" + b"\0\2" + fill(b"\0\0\0\1\0\1\0\1"), 0)
    yield "tcp-padding", eth4(TCP, tcp(80, b"", options=b"\1" * 40) + b"\0" * 65000)
    for number, (_, frame, _) in enumerate(nests()):
        yield f"nest-{number}", (ETHERNET, frame, 0)


def worst():
    """(name, (link, frame, cut)) of every one."""
    for name, body, counts in worst_dns():
        yield name, eth4(UDP, udp(40000, dns(body[:65000], counts), source=53))
        yield name + "-query", eth4(UDP, udp(53, dns(body[:65000], counts, 0x0100)))
    for name, port, body in worst_tcp():
        yield name, eth4(TCP, tcp(port, body[:65200]))
        yield name + "-back", eth4(TCP, tcp(40000, body[:65200], source=port))
    for name, port, body in worst_udp():
        yield name, eth4(UDP, udp(port, body[:65200]))
        yield name + "-back", eth4(UDP, udp(40000, body[:65200], source=port))
        if port in (547, 161):
            yield name + "-6", eth6(UDP, udp(port, body[:65200], source=546))
    yield from worst_ip()


# ---- Files ----

def pcap(frames, link=ETHERNET, magic=0xA1B2C3D4):
    """A pcap file; all frames of one link type."""
    data = struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 262144, link)
    for number, (_, frame, cut) in enumerate(frames):
        data += struct.pack("<IIII", number, 0, len(frame), len(frame) + cut) + frame
    return data


def block(kind, body, length=None, trailer=None):
    body += b"\0" * (-len(body) % 4)
    length = len(body) + 12 if length is None else length
    trailer = length if trailer is None else trailer
    return (struct.pack("<II", kind, length & 0xFFFFFFFF) + body +
            struct.pack("<I", trailer & 0xFFFFFFFF))


def option(code, value, size=None):
    size = len(value) if size is None else size
    return struct.pack("<HH", code, size & 0xFFFF) + value + b"\0" * (-len(value) % 4)


def section(options=b""):
    return block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + options)


def interface(link=ETHERNET, options=b"", snaplen=0):
    return block(1, struct.pack("<HHI", link, 0, snaplen) + options)


def packet(frame, number=0, options=b"", time=0, held=None, sent=None):
    held = len(frame) if held is None else held
    sent = len(frame) if sent is None else sent
    return block(6, struct.pack("<5I", number, time >> 32, time & 0xFFFFFFFF, held & 0xFFFFFFFF,
                                sent) + frame + b"\0" * (-len(frame) % 4) + options)


GOOD = ether(IP4, ip4(TCP, tcp(80)))


def mixed(frames):
    """A pcapng file with an interface for each link type."""
    links, blocks = {}, b""
    for link, frame, cut in frames:
        if link not in links:
            links[link] = len(links)
            blocks += interface(link)
        blocks += packet(frame, links[link], sent=len(frame) + cut)
    return section() + blocks


def pcap_headers():
    """B18: record lengths and times that lie, other magics."""
    head = pcap([])
    for held, sent in ((0xFFFFFFFF, 0xFFFFFFFF), (262145, 262145), (0x7FFFFFFF, 60), (60, 20)):
        yield f"record-{held:x}-{sent}", pcap([(1, GOOD, 0)]) + struct.pack("<IIII", 0, 0, held, sent)
    yield "record-short-wire", head + struct.pack("<IIII", 1, 1, len(GOOD), 10) + GOOD
    yield "record-time", head + struct.pack("<IIII", 0xFFFFFFFF, 0xFFFFFFFF, len(GOOD), len(GOOD)) + GOOD
    for magic in (0xA1B23C4D, 0xD4C3B2A1, 0xA1B2CD34, 0xA1B2C3D5, 0):
        yield f"magic-{magic:x}", pcap([(1, GOOD, 0)], magic=magic)
    yield "snaplen", head[:16] + b"\xff" * 4 + head[20:] + pcap([(1, GOOD, 0)])[24:]
    for size in range(24):
        yield f"head-{size}", head[:size]


def block_lengths():
    """B19: total lengths that lie; a block that spans the end."""
    good = section() + interface() + packet(GOOD)
    for length in (0, 8, 11, 12, 13, 29, 31, 33, 2 ** 31, 2 ** 32 - 1, 2 ** 32 - 4, 17 * 2 ** 20):
        for kind in (1, 4, 5, 6, 10, 0x0BAD, 0x0A0D0D0A):
            yield f"length-{length}-{kind:x}", good + block(kind, b"\0" * 20, length=length)
    yield "trailer", good + block(6, b"\0" * 20, trailer=36)
    for size in range(0, len(good), 3):
        yield f"cut-{size}", good[:size]


def block_orders():
    """B20: packets before interfaces, interfaces nobody described, sections within."""
    yield "packet-first", section() + packet(GOOD) + interface() + packet(GOOD)
    yield "number", section() + interface() + packet(GOOD, 2 ** 32 - 1) + packet(GOOD)
    yield "sections", (section() + interface() + packet(GOOD)) * 40
    swapped = struct.pack(">IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    swapped += struct.pack(">IIHHII", 1, 20, 1, 0, 0, 20)
    size = 32 + (len(GOOD) + 3 & ~3)
    swapped += struct.pack(">7I", 6, size, 0, 0, 0, len(GOOD), len(GOOD)) + GOOD
    swapped += b"\0" * (-len(GOOD) % 4) + struct.pack(">I", size)
    yield "swapped", section() + interface() + packet(GOOD) + swapped + section() + interface()
    yield "interfaces", section() + interface() * 3000 + packet(GOOD, 2999)


def option_lies():
    """B21: options longer than their block, no end, strange clocks, names, secrets, own blocks."""
    yield "long", section() + interface(options=option(2, b"name", 65535)) + packet(GOOD)
    yield "no-end", section(option(4, b"app")) + interface(options=option(2, b"if")) + packet(GOOD)
    for resolution in (0, 1, 19, 20, 63, 64, 127, 128, 129, 191, 255):
        yield f"tsresol-{resolution}", section() + interface(
            options=option(9, bytes([resolution]))) + packet(GOOD, time=2 ** 63) + packet(GOOD, time=9)
    for offset in (-2 ** 63, 2 ** 63 - 1, -1):
        yield f"tsoffset-{offset}", section() + interface(
            options=option(14, struct.pack("<q", offset))) + packet(GOOD, time=2 ** 64 - 1)
    yield "comment", section() + interface() + packet(GOOD, options=option(1, b"\x1b[2J" * 16000))
    yield "comments", section() + interface() + packet(GOOD, options=option(1, b"c") * 4000)
    yield "names", section() + interface() + block(4, struct.pack("<HH", 1, 65535) + b"\1\2\3\4" +
                                                   b"n" * 40) + packet(GOOD)
    yield "names-short", section() + interface() + block(4, struct.pack("<HH", 1, 2) + b"\1\2" * 2 +
                                                         struct.pack("<HH", 2, 15) + b"x" * 16)
    yield "secrets", section() + interface() + block(10, struct.pack("<II", 0x544C534B, 2 ** 32 - 1))
    yield "own", section() + interface() + block(0x40000BAD, b"\0") + block(0xBAD, b"") + packet(GOOD)
    yield "flags", section() + interface() + packet(GOOD, options=option(2, b"\xff" * 4) +
                                                    option(2, b"\xff" * 3) + option(4, b"\xff" * 8))


def extreme_times():
    """B22: times at both ends of 64 bits, on clocks from seconds to 10^-19."""
    for time in (0, 1, 2 ** 31, 2 ** 32, 2 ** 62, 2 ** 63 - 1, 2 ** 63, 2 ** 64 - 1):
        for resolution in (0, 6, 9, 19, 128, 191):
            yield f"time-{time:x}-{resolution}", section() + interface(
                options=option(9, bytes([resolution]))) + packet(GOOD, time=5) + packet(
                    GOOD, time=time) + packet(GOOD, time=0)


def hostile_texts():
    """B16: strange text in every text of a pcapng file."""
    for number, text in enumerate(STRANGE):
        names = struct.pack("<HH", 1, 5 + len(text.replace(b"\0", b""))) + SRC + text.replace(
            b"\0", b"") + b"\0"
        names += b"\0" * (-len(names) % 4) + b"\0" * 4
        yield f"text-{number}", section(option(2, text) + option(3, text) + option(4, text) +
                                        option(1, text)) + interface(
            options=option(2, text) + option(3, text) + option(1, text) +
            option(11, b"\0" + text) + option(12, text)) + block(4, names) + packet(
                GOOD, options=option(1, text))


FILES = {
    "B16": hostile_texts, "B18": pcap_headers, "B19": block_lengths, "B20": block_orders,
    "B21": option_lies, "B22": extreme_times,
}


if __name__ == "__main__":  # hostile_frames.py DIRECTORY: writes them all there
    import os
    import sys
    for row, make in ROWS.items():
        with open(os.path.join(sys.argv[1], f"{row}.pcapng"), "wb") as out:
            out.write(mixed(make()))
    for row, make in FILES.items():
        for name, data in make():
            with open(os.path.join(sys.argv[1], f"{row}-{name}"), "wb") as out:
                out.write(data)
    for name, frame in worst():
        with open(os.path.join(sys.argv[1], f"worst-{name}.pcapng"), "wb") as out:
            out.write(mixed([frame]))
