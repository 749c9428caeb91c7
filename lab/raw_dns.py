# SPDX-License-Identifier: Apache-2.0
"""A tiny DNS server that answers with any bytes, which no well-kept server would.

Usage: raw_dns.py KIND KEY VALUE ... (a|aaaa NAME ADDRESS, ptr ADDRESS BYTES with \\xNN escapes).
It listens on UDP port 53 of its namespace, prints "ready", and ends with its parent.
"""

import ipaddress
import socket
import struct
import sys

TYPES = {"a": 1, "ptr": 12, "aaaa": 28}
NXDOMAIN, TTL, POINTER_TO_QUESTION = 3, 60, 0xC00C


def labels(name):
    """NAME (bytes, dots between labels) in wire form."""
    parts = [p for p in name.split(b".") if p]
    return b"".join(bytes([len(p)]) + p for p in parts) + b"\0"


def records(words):
    """{(owner in wire form, type): data}."""
    table = {}
    for kind, key, value in zip(words[0::3], words[1::3], words[2::3]):
        if kind == "ptr":
            owner = ipaddress.ip_address(key).reverse_pointer
            raw = value.encode("latin-1").decode("unicode_escape").encode("latin-1")
            data = labels(raw)
        else:
            owner, data = key, ipaddress.ip_address(value).packed
        table[labels(owner.lower().encode()), TYPES[kind]] = data
    return table


def question(packet):
    """(owner in wire form, type, end offset) of a query with one question; ValueError if not."""
    if len(packet) < 12 or packet[2] & 0x80 or packet[4:6] != b"\0\1":
        raise ValueError("not a query")
    end = 12
    while end < len(packet) and packet[end]:
        if packet[end] > 63:
            raise ValueError("compressed question")
        end += 1 + packet[end]
    end += 1
    if end + 4 > len(packet):
        raise ValueError("short question")
    return packet[12:end].lower(), struct.unpack("!H", packet[end:end + 2])[0], end + 4


def answer(packet, table):
    """The reply to PACKET."""
    owner, kind, end = question(packet)
    data = table.get((owner, kind))
    known = any(name == owner for name, _ in table)
    code = 0 if known else NXDOMAIN
    head = packet[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, 1 if data else 0, 0, 0)
    reply = head + packet[12:end]
    if data:
        reply += struct.pack("!HHHIH", POINTER_TO_QUESTION, kind, 1, TTL, len(data)) + data
    return reply


def main(words):
    table = records(words)
    server = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    server.bind(("::", 53))
    print("ready", flush=True)
    while True:
        packet, sender = server.recvfrom(4096)
        try:
            server.sendto(answer(packet, table), sender)
        except ValueError:
            continue


if __name__ == "__main__":
    main(sys.argv[1:])
