# SPDX-License-Identifier: Apache-2.0
"""A host that is not there: answers ARP and ND, and the first probe with a burst of built frames.

trace_ghost.py INTERFACE CASE, run in the namespace beside the scanner's; prints "ready" when it
listens. CASE names one of the functions in CASES; each gives the IP packets to send back.
"""
import socket
import struct
import sys

GHOST, SCANNER, OTHER = "192.0.2.77", "192.0.2.10", "192.0.2.99"
GHOST6, SCANNER6, OTHER6 = "2001:db8::77", "2001:db8::10", "2001:db8::99"


def raw(text):
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def fill(data, at, pseudo=b""):
    """data with the checksum over pseudo header and itself at offset `at`."""
    value = checksum(pseudo + data)
    return data[:at] + struct.pack("!H", value) + data[at + 2:]


def pseudo(src, dst, proto, size):
    return raw(src) + raw(dst) + struct.pack("!IHBB", size, 0, 0, proto)


def ip4(proto, payload, src=GHOST, dst=SCANNER, flags=0, offset=0, options=b"", ihl=None, n=[0]):
    n[0] += 1
    options += b"\0" * (-len(options) % 4)
    size = 20 + len(options)
    first = 0x40 | (size // 4 if ihl is None else ihl)
    head = struct.pack("!BBHHHBBH", first, 0, size + len(payload), n[0],
                       flags << 13 | offset // 8, 64, proto, 0) + raw(src) + raw(dst) + options
    return fill(head, 10) + payload


def ip6(proto, payload, src=GHOST6, dst=SCANNER6, hops=64, flow=0, size=None):
    return struct.pack("!IHBB", 6 << 28 | flow, len(payload) if size is None else size, proto,
                       hops) + raw(src) + raw(dst) + payload


def tcp(src, dst, sport, dport, flags=2, seq=0, ack=0, win=1024, urgent=0, options=b"", data=b""):
    options += b"\0" * (-len(options) % 4)
    words = struct.pack("!HHIIHHHH", sport, dport, seq, ack,
                        (5 + len(options) // 4) << 12 | flags, win, 0, urgent) + options + data
    return fill(words, 16, pseudo(src, dst, 6, len(words)))


def udp(src, dst, sport, dport, data=b"", size=None):
    words = struct.pack("!HHHH", sport, dport, 8 + len(data) if size is None else size, 0) + data
    return fill(words, 6, pseudo(src, dst, 17, len(words)))


def icmp(kind, code, rest=b"\0\0\0\0", data=b""):
    return fill(struct.pack("!BBH", kind, code, 0) + rest + data, 2)


def icmp6(kind, code, rest=b"\0\0\0\0", data=b"", src=GHOST6, dst=SCANNER6):
    words = struct.pack("!BBH", kind, code, 0) + rest + data
    return fill(words, 2, pseudo(src, dst, 58, len(words)))


def case_tcp(probe):
    """Flags, TCP options that Nmap knows, data, bad checksum, first fragments."""
    sport, dport = struct.unpack("!HH", probe[20:24])

    def answer(**fields):
        return tcp(GHOST, SCANNER, dport, sport, **fields)

    for options in (b"\2\4\5\xb4", b"\2\4\5\xb4\4\2\x08\x0a\0\0\0\x4d\0\0\0\0\1\3\3\7",
                    b"\1\1\1\0", b"\0\0\0\0", b"\0\1\1\1", b"\1\0\2\4", b"\3\3\x0e\1\4\2\0\0",
                    b"\5\x0a\0\0\0\1\0\0\0\2\1\1", b"\5\x12\0\0\0\1\0\0\0\2\1\2\3\4\5\6\7\x08"):
        yield ip4(6, answer(flags=0x10, seq=1, ack=5, options=options))
    for flags in (0, 0x1ff, 0x3f, 0x29, 0xc2, 0x100, 0x80, 0x40, 0x18, 0xe12):
        yield ip4(6, answer(flags=flags, seq=0xfffffffe, win=65535, urgent=7))
    yield ip4(6, answer(flags=0x18, data=b"hello"))
    bad = answer(flags=0x10)
    yield ip4(6, bad[:16] + b"\0\0" + bad[18:])
    for flags in (1, 2, 4, 7):
        yield ip4(6, answer(flags=0x10, data=b"abcd"), flags=flags)


def case_ip_options(probe):
    a, b = raw("192.0.2.1"), raw("192.0.2.2")
    answer = tcp(GHOST, SCANNER, 10, 40000, flags=0x10)
    rows = [b"\7\x0b" + bytes([p]) + a + b for p in (0, 1, 3, 4, 5, 6, 7, 8, 9, 12, 16, 255)]
    rows += [b"\7" + bytes([n]) + b"\4" + (a + b)[:n - 3] for n in range(4, 11)]
    rows += [b"\x44\x0c" + bytes([p]) + b"\0" + a + b for p in (0, 4, 5, 6, 9, 13, 21, 255)]
    rows += [b"\x44\x0c\5" + bytes([0x30 + f]) + a + b for f in range(16)]
    rows += [(b"\x44" + bytes([n]) + b"\5\0" + a + b)[:n] for n in range(2, 12)]
    rows += [(b"\x44" + bytes([n]) + b"\5\1" + a + b + a)[:n] for n in (3, 4, 8, 11, 12, 13)]
    rows += [(b"\x88" + bytes([n]) + b"\1\2\3\4")[:n] for n in range(2, 7)]
    rows += [b"\x83" + bytes([n]) + b"\4\5" for n in range(4)]
    rows += [b"\x94\1\0\0", b"\x94\xff\0\0", b"\0\7\3\4", b"\1" * 40, b"\x94\x28" + b"\xff" * 38,
             b"\1\1\1\7", b"\x89\x0b\x08" + a + b + b"\1", b"\1\x83\x0b\x0c" + a + b]
    for options in rows:
        yield ip4(6, answer, options=options)


def case_icmp(probe):
    """Every type and code with a name, quotes of every kind; none quotes the probe itself."""
    quote = ip4(6, tcp(SCANNER, OTHER, 1, 2), src=SCANNER, dst=OTHER)

    def send(*message, **fields):
        return ip4(1, icmp(*message), **fields)

    for code in range(17):
        yield send(3, code, b"\0\0\2\x40", quote)
    for size in (0, 8, 19, 20, 21, 27, 28, 29):
        for code in (1, 2, 3, 13, 16):
            yield send(3, code, b"\0\0\0\0", quote[:size])
    for ihl in (0, 4, 6, 9, 10, 15):
        for code in (1, 2, 3):
            yield send(3, code, b"\0\0\0\0", bytes([0x40 | ihl]) + quote[1:])
    for proto in (1, 17, 47, 132):
        yield send(3, 3, b"\0\0\0\0", quote[:9] + bytes([proto]) + quote[10:])
        yield send(3, 3, b"\0\0\0\0", quote[:6] + b"\0\2" + quote[8:])
        yield send(3, 2, b"\0\0\0\0", quote[:9] + bytes([proto]) + quote[10:])
    yield send(3, 3, b"\0\0\0\0", b"\x60" + quote[1:])
    for kind, codes in ((4, 1), (5, 5), (11, 3), (12, 4)):
        for code in range(codes):
            yield send(kind, code, b"\xc0\0\2\1", quote)
            yield send(kind, code, b"\xc0\0\2\1")
    for kind in (0, 8, 15, 16):
        yield send(kind, 0, b"\x12\x34\0\5", b"abc")
    for kind in (13, 14):
        yield send(kind, 0, b"\x12\x34\0\5", struct.pack("!III", 1, 2, 0xfffffffe))
    for kind in (17, 18):
        yield send(kind, 0, b"\x12\x34\0\5", b"\xff\xff\xff\0")
    for kind, code in ((9, 0), (9, 16), (9, 1), (10, 0), (1, 0), (2, 0), (6, 0), (7, 0), (30, 1),
                       (31, 0), (36, 0), (37, 0), (38, 0), (39, 0), (40, 6), (41, 0), (253, 0)):
        yield send(kind, code, b"\1\2\0\5", b"\0" * 20)
    yield send(8, 0, b"\0\1\0\2", options=b"\1\1\1\0")
    yield send(0, 0, b"\0\1\0\2", b"x", flags=1)
    for size in range(8):
        yield ip4(1, icmp(13, 0)[:size])


def case_others(probe):
    """UDP, SCTP and protocols without ports, for a protocol scan, which takes them all."""
    yield ip4(17, udp(GHOST, SCANNER, 53, 4000, b"abc"))
    yield ip4(17, udp(GHOST, SCANNER, 53, 4000))
    yield ip4(17, udp(GHOST, SCANNER, 53, 4000, b"abc", size=5))
    yield ip4(17, udp(GHOST, SCANNER, 53, 4000, b"abc", size=500))
    yield ip4(17, udp(GHOST, SCANNER, 53, 4000, b"abcdefgh"), flags=1)
    yield ip4(17, udp(GHOST, SCANNER, 53, 4000), options=b"\1\1\1\1")
    for size in (12, 8, 4):
        yield ip4(132, b"\0\x35\x0f\xa0" + b"\0" * (size - 4))
    for proto in (0, 2, 47, 58, 89, 200):
        for payload in (b"\x80\0\0\0\0\0\0\0", b"", b"abcd"):
            yield ip4(proto, payload)
        yield ip4(proto, b"abcd", options=b"\1\1\1\1")


def case_ipv6(probe):
    sport, dport = struct.unpack("!HH", probe[40:44])
    quote = ip6(17, udp(SCANNER6, OTHER6, 1, 2), src=SCANNER6, dst=OTHER6)
    answer = tcp(GHOST6, SCANNER6, dport + 1, sport, flags=0x12, options=b"\2\4\5\xb4")
    yield ip6(6, answer, flow=0xabcde, hops=3)
    yield ip6(6, tcp(GHOST6, SCANNER6, dport + 1, sport, flags=0x10, data=b"xyz"))
    for kind in (1, 2, 3, 4, 100, 128, 129, 130, 132, 133, 134, 137, 138, 143, 150, 200):
        for code in (0, 1, 3):
            yield ip6(58, icmp6(kind, code, b"\0\1\0\2", quote if kind < 128 else b"\0" * 40))
    yield ip6(44, b"\6\0\0\0\0\0\0\7" + answer, flow=4)
    yield ip6(44, b"\6\0\0\1\0\0\0\7" + answer, flow=5)
    yield ip6(44, b"\x3a\0\0\0\0\0\0\7" + icmp6(129, 0), flow=8)
    for size in (0, 1, 3, 4, 7):
        yield ip6(58, icmp6(129, 0)[:size], flow=16 + size)
    yield ip6(6, answer, size=200)


CASES = {name[5:]: function for name, function in list(globals().items())
         if name.startswith("case_")}


def answer_neighbour(link, mac, frame):
    """Sends the ARP or ND answer; true when the frame asked for the ghost."""
    kind = frame[12:14]
    if kind == b"\x08\x06" and frame[20:22] == b"\0\1" and frame[38:42] == raw(GHOST):
        link.send(frame[6:12] + mac + b"\x08\x06" + frame[14:20] + b"\0\2" + mac + frame[38:42] +
                  frame[22:32])
        return True
    if kind == b"\x86\xdd" and frame[20] == 58 and frame[54] == 135 and \
            frame[62:78] == raw(GHOST6):
        advert = icmp6(136, 0, b"\x60\0\0\0", raw(GHOST6) + b"\2\1" + mac)
        link.send(frame[6:12] + mac + kind + ip6(58, advert, hops=255))
        return True
    return False


def main(interface, case):
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    link.bind((interface, 0))
    mac = link.getsockname()[4]
    print("ready", flush=True)
    answered = False
    while True:
        frame, address = link.recvfrom(65536)
        if address[2] == socket.PACKET_OUTGOING or answer_neighbour(link, mac, frame):
            continue
        to_ghost = frame[30:34] == raw(GHOST) and frame[12:14] == b"\x08\0" or \
            frame[38:54] == raw(GHOST6) and frame[20] != 58
        if answered or not to_ghost:
            continue
        answered = True
        for packet in CASES[case](frame[14:]):
            link.send(frame[6:12] + mac + frame[12:14] + packet)


if __name__ == "__main__":
    main(*sys.argv[1:])
