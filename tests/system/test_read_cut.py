# SPDX-License-Identifier: Apache-2.0
"""A frame of the core protocols that the capture cut, or that ends too early, reads as in tshark.

Each message below is listed cut at every byte, once as a capture with a snapshot length cuts it
and once as a frame that is itself too short for what its headers promise.
"""
import ipaddress
import struct

import pytest

import oracle
import read_craft
import tshark
from read_craft import A, B, ether, icmp, ipv4, udp

COLUMNS = ["frame.number", "frame.protocols", "_ws.col.Protocol", "_ws.col.Info", "_ws.col.Source",
           "_ws.col.Destination", "eth.src", "ip.ttl.too_small", "ip.checksum.status"]
# tshark tells this kind of malformed apart in the column, sonde does not (docs/DIFFERENCES.md).
CONTAINED = ": length of contained item exceeds length of containing item"
OPTIONS = bytes.fromhex("020405b4 0402 080a0000000100000000 01 030307")
DATA = b"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8"  # nobody's protocol, as short as it may be


def ipv6(number, payload):
    ends = b"".join(ipaddress.ip_address(f"2001:db8::{n}").packed for n in (1, 2))
    return struct.pack(">IHBB", 6 << 28, len(payload), number, 64) + ends + payload


def segment(flags, options=b"", data=b"", port=80):
    return struct.pack(">HHIIBBHHH", 40000, port, 1, 5 if flags & 0x10 else 0,
                       (20 + len(options)) << 2, flags, 1024, 0, 0) + options + data


def dhcp():
    head = struct.pack(">BBBBIHHIIII", 1, 1, 6, 0, 0x1234, 0, 0, 0, 0, 0, 0)
    return head + read_craft.MAC[6:] + bytes(202) + bytes.fromhex("63825363 350101 3204c0000201 ff")


def answer():
    name = b"\7example\3com\0"
    return (struct.pack(">6H", 7, 0x8180, 1, 2, 0, 0) + name + struct.pack(">HH", 1, 1)
            + struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + bytes([192, 0, 2, 9])
            + struct.pack(">HHHIH", 0xC00C, 5, 1, 60, 4) + b"\1a\xc0\x0c")


def neighbor():
    return bytes([135, 0, 0, 0]) + bytes(4) + ipaddress.ip_address("2001:db8::2").packed \
        + bytes([1, 1]) + read_craft.MAC[6:]


def sctp():
    return struct.pack(">HHII", 1000, 2000, 0, 0) + bytes([1, 0, 0, 20]) + bytes(16)


def quote(packet):
    return icmp(3, 1, bytes(4) + packet)


MESSAGES = {
    "arp": read_craft.arp(),
    "udp": ether(ipv4(17, udp(1000, 2000, DATA))),
    "syn": ether(ipv4(6, segment(0x02, OPTIONS))),
    "data": ether(ipv4(6, segment(0x18, data=DATA, port=81))),
    "echo": ether(ipv4(1, icmp(8, 0, struct.pack(">HH", 1, 2) + DATA))),
    "error of udp": ether(ipv4(1, quote(ipv4(17, udp(1000, 2000, DATA), B, A)))),
    "error of tcp": ether(ipv4(1, quote(ipv4(6, segment(0x02, OPTIONS), B, A)))),
    "sctp": ether(ipv4(132, sctp())),
    "dhcp": ether(ipv4(17, udp(68, 67, dhcp()))),
    "dns": ether(ipv4(17, udp(53, 40000, answer()))),
    "udp6": ether(ipv6(17, udp(1000, 2000, DATA)), 0x86DD),
    "syn6": ether(ipv6(6, segment(0x02, OPTIONS)), 0x86DD),
    "neighbor": ether(ipv6(58, neighbor()), 0x86DD),
    "error6": ether(ipv6(58, bytes([1, 4]) + bytes(6) + ipv6(17, udp(1000, 2000, DATA))), 0x86DD),
    "fragment": ether(ipv4(17, udp(1000, 2000, DATA))[:6] + b"\x20\0" +
                      ipv4(17, udp(1000, 2000, DATA))[8:]),
    "version": ether(b"\x55" + ipv4(17, udp(1000, 2000, DATA))[1:]),
    "version6": ether(ipv4(17, udp(1000, 2000, DATA)), 0x86DD),
    "6 as 4": ether(ipv6(17, udp(1000, 2000, DATA))),
    "6in4": ether(ipv4(41, b"\x50" + ipv6(17, udp(1000, 2000, DATA))[1:])),
    "tcp offset": ether(ipv4(6, segment(0x02)[:12] + b"\x40" + segment(0x02)[13:])),
}


def cuts(message, ours):
    """A capture of all beginnings of MESSAGE; OURS: we cut it, else it was sent so."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for size in range(len(message) + 1):
        out.append(struct.pack("<IIII", 1700000000 + size, 0, size,
                               len(message) if ours else size))
        out.append(message[:size])
    return b"".join(out)


def rows(file):
    names = oracle.words(COLUMNS)
    theirs = tshark.kept(f"cuts/{tshark.digest(COLUMNS, file.read_bytes())}", lambda: tshark.alone(
        "-2", "-T", "fields", *names, file=file)[1].decode())
    mine = oracle.subprocess.run([oracle.SONDE, "read", "-2", "-n", "-T", "fields", *names, file],
                                 stdout=oracle.subprocess.PIPE, check=True, timeout=60,
                                 env=tshark.environment()).stdout.decode()
    return mine.splitlines(), theirs.replace(CONTAINED, "").splitlines()


@pytest.mark.parametrize("ours", [True, False], ids=["cut", "short"])
@pytest.mark.parametrize("name", MESSAGES)
def test_every_beginning(name, ours, tmp_path):
    file = tmp_path / "cuts.pcap"
    file.write_bytes(cuts(MESSAGES[name], ours))
    mine, theirs = rows(file)
    assert len(mine) == len(theirs) == len(MESSAGES[name]) + 1
    # Three bytes of anything are WireGuard's to tshark, which has its guess from a first byte.
    wrong = [f"tshark: {their}\nsonde:  {my}" for my, their in zip(mine, theirs)
             if my != their and not their.split("\t")[1].endswith(":wg")]
    assert not wrong, "\n".join(wrong[:10])
