# SPDX-License-Identifier: Apache-2.0
"""Captures of conversations that other ones announce: TFTP transfers, calls, FTP transfers."""
import struct

import read_craft as craft

SERVER, CLIENT, STRANGER = "192.0.2.1", "192.0.2.10", "192.0.2.99"


def udp(source, source_port, destination, destination_port, payload):
    """A datagram in its frame."""
    return craft.ether(craft.ipv4(17, craft.udp(source_port, destination_port, payload), source,
                                  destination))


# ---- TFTP -------------------------------------------------------------------------------------

def request(name, mode=b"octet", options=b"", write=False):
    return struct.pack(">H", 2 if write else 1) + name + b"\0" + mode + b"\0" + options


def option(name, value):
    return name + b"\0" + str(value).encode() + b"\0"


def block(number, length):
    return struct.pack(">HH", 3, number) + b"x" * length


def ack(number):
    return struct.pack(">HH", 4, number)


def error(code):
    return struct.pack(">HH", 5, code) + b"no\0"


def agreed(*options):
    return struct.pack(">H", 6) + b"".join(options)


def tftp_transfer(client_port, server_port, ask, *rest, to=69):
    """A request and what follows it; an item of rest that is a tuple comes from the client."""
    frames = [udp(CLIENT, client_port, SERVER, to, ask)]
    for part in rest:
        if isinstance(part, tuple):
            frames += [udp(CLIENT, client_port, SERVER, server_port, part[0])]
        else:
            frames += [udp(SERVER, server_port, CLIENT, client_port, part)]
    return frames


def tftp():
    """Reads, writes, options kept and broken, numbers that wrap, requests on other ports."""
    size, probe = option(b"blksize", 1000), option(b"tsize", 0)
    frames = tftp_transfer(40000, 50000, request(b"one.txt"), block(1, 512), (ack(1),),
                           block(2, 100), (ack(2),))
    frames += [udp(STRANGER, 50000, CLIENT, 40000, block(3, 10))]  # of no transfer
    frames += tftp_transfer(40001, 50002, request(b"two.txt", options=size + probe, write=True),
                            agreed(size), (block(1, 1000),), ack(1), (block(2, 999),), error(3),
                            (block(0xffff, 1000),), (block(0, 1000),), (block(1, 1000),), ack(0))
    frames += tftp_transfer(40002, 50003, request(b"3"), *[block(n, 512) for n in (
        1, 40000, 1, 30000, 65000, 40000, 10, 0xffff)])
    for number, length in enumerate((7, 8, 65464, 65465, "none", "600x")):
        size = option(b"BLKSIZE", length)
        frames += tftp_transfer(40010 + number, 50004, request(b"4", options=size), agreed(size),
                                *[block(1, part) for part in (7, 8, 511, 512)])
    for number, window in enumerate((0, 1, 65535, 65536)):
        wide = option(b"windowsize", window)
        frames += tftp_transfer(40020 + number, 50005, request(b"5", options=wide), agreed(wide))
    for code in range(10):
        frames += tftp_transfer(40030 + code, 50006, request(b"6", options=probe), agreed(probe),
                                (error(code),), error(code))
    for number, ask in enumerate((
            request(b"7", b"NetASCII"), request(b"8", b"mail", write=True), request(b"9", b"new"),
            request(b"10", b"octets"), request(b"11", options=b"a\0b\0c\0d\0"), request(b""),
            request(b"12", options=b"\0\0"), block(1, 5), ack(1))):
        for to in (69, 7000):
            frames += tftp_transfer(40050 + 2 * number + (to == 69), 50007, ask, block(1, 3), to=to)
    quoted = craft.ipv4(17, craft.udp(40000, 50000, ack(3)), CLIENT, SERVER)
    frames += [craft.ether(craft.ipv4(1, craft.icmp(3, 3, bytes(4) + quoted), SERVER, CLIENT))]
    return frames
