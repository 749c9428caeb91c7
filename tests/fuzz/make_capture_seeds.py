#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the seeds of tests/fuzz/corpus/capture: small files of every kind the reader knows.

Run it again after a change here; the files are committed so that replaying needs no Python.
"""
import gzip
import pathlib
import struct

OUT = pathlib.Path(__file__).parent / "corpus" / "capture"
PING = bytes.fromhex("0200005e0001020000 5e00020800".replace(" ", "")) + b"E" + bytes(27)


def pcap(order, magic=0xA1B2C3D4, version=(2, 4), modified=False):
    head = struct.pack(order + "IHHIIII", magic, *version, 0, 0, 65535, 1)
    record = struct.pack(order + "IIII", 1, 2, len(PING), len(PING) + 9)
    if modified:
        record += struct.pack(order + "IHBB", 1, 0x800, 4, 0)
    return head + (record + PING) * 2


def padded(data):
    return data + bytes(-len(data) % 4)


def option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + padded(value)


def block(order, kind, body):
    size = struct.pack(order + "I", len(padded(body)) + 12)
    return struct.pack(order + "I", kind) + size + padded(body) + size


def section(order):
    end = struct.pack(order + "I", 0)
    u64 = order + "Q"
    shb = block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)
                + option(order, 2, b"hw") + option(order, 3, b"os") + option(order, 4, b"app")
                + option(order, 1, b"command line") + end)
    idb = block(order, 1, struct.pack(order + "HHI", 1, 0, 4096)
                + option(order, 2, b"eth0")
                + option(order, 4, bytes([192, 0, 2, 1, 255, 255, 255, 0]))
                + option(order, 5, bytes(16) + b"\x40") + option(order, 6, b"\2\0\x5e\0\0\1")
                + option(order, 8, struct.pack(u64, 10**9)) + option(order, 9, b"\x09")
                + option(order, 11, b"\0tcp") + option(order, 14, struct.pack(order + "q", -5))
                + end)
    pow2 = block(order, 1, struct.pack(order + "HHI", 101, 0, 0) + option(order, 9, b"\x94"))
    epb = block(order, 6, struct.pack(order + "IIIII", 0, 1, 2, len(PING), 60) + padded(PING)
                + option(order, 2, struct.pack(order + "I", 0x202)) + option(order, 1, b"probe")
                + option(order, 1, b"second") + end)
    spb = block(order, 3, struct.pack(order + "I", len(PING)) + PING)
    old = block(order, 2, struct.pack(order + "HHIIII", 1, 0, 0, 9, len(PING), len(PING)) + PING)
    nrb = block(order, 4, option(order, 1, bytes([192, 0, 2, 1]) + b"a.lab\0b.lab\0")
                + option(order, 2, bytes(16) + b"six\0") + end + option(order, 2, b"dns") + end)
    isb = block(order, 5, struct.pack(order + "III", 0, 0, 7)
                + option(order, 3, struct.pack(order + "II", 1, 2))
                + b"".join(option(order, code, struct.pack(u64, code)) for code in range(4, 9))
                + end)
    dsb = block(order, 10, struct.pack(order + "II", 0x544C534B, 3) + b"key")
    custom = block(order, 0xBAD, struct.pack(order + "I", 32473) + b"data")
    journal = block(order, 9, b"__REALTIME_TIMESTAMP=1700000000000000\nMESSAGE=hello\n")
    return shb + idb + pow2 + epb + spb + old + nrb + isb + dsb + custom + journal + epb


def zstd_raw(data):
    """A zstd frame of one raw block: magic, single segment with a 1-byte size, block head."""
    head = struct.pack("<IBB", 0xFD2FB528, 0x20, len(data))
    return head + struct.pack("<I", len(data) << 3 | 1)[:3] + data


def main():
    little, big = section("<"), section(">")
    seeds = {
        "usec-little.pcap": pcap("<"),
        "usec-big.pcap": pcap(">"),
        "nsec-little.pcap": pcap("<", 0xA1B23C4D),
        "modified-big.pcap": pcap(">", 0xA1B2CD34, modified=True),
        "version-2-2.pcap": pcap("<", version=(2, 2)),
        "version-2-3.pcap": pcap("<", version=(2, 3)),
        "little.pcapng": little,
        "big.pcapng": big,
        "sections.pcapng": big + little + big,
        "packed.pcapng.gz": gzip.compress(little, mtime=0),
        "members.pcap.gz": gzip.compress(pcap("<")[:60], mtime=0)
        + gzip.compress(pcap("<")[60:], mtime=0),
        "packed.pcap.zst": zstd_raw(pcap("<")),
        "zero-tail.pcap": pcap("<") + bytes(64),
        "zero-tail.pcapng": little + bytes(64),
        "cut.pcapng": little[:-7],
    }
    OUT.mkdir(parents=True, exist_ok=True)
    for name, data in seeds.items():
        (OUT / name).write_bytes(data)


if __name__ == "__main__":
    main()
