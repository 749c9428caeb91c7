#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes inputs of the fuzz target "frame" from classic pcap files: frame_seeds.py CAPTURES OUT.

For a search only (script/fuzz), which begins better with what real programs sent; the captures are
not ours to copy, so nothing of it is committed.
"""
import os
import struct
import sys

LINKS = {1: 0, 9: 10, 50: 11, 101: 1, 12: 1, 228: 2, 229: 3, 0: 4, 108: 5, 113: 6, 276: 7, 147: 8}
FRAMES, FRAME_LEN, SEED_LEN = 24, 1500, 12000


def frames_of(data):
    """Link type and frames of a pcap file; None and nothing of any other."""
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">"}.get(data[:4])
    if not order:
        return None, []
    link, frames, at = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF, [], 24
    while at + 16 <= len(data):
        size = struct.unpack_from(order + "I", data, at + 8)[0]
        frames.append(data[at + 16:at + 16 + size])
        at += 16 + size
    return link, frames


def main():
    """One seed a file, of its first frames."""
    captures, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    for name in sorted(os.listdir(captures)):
        with open(os.path.join(captures, name), "rb") as file:
            link, frames = frames_of(file.read())
        seed = b""
        for frame in frames[:FRAMES]:
            if frame and len(seed) + len(frame) <= SEED_LEN:
                frame = frame[:FRAME_LEN]
                seed += struct.pack(">H", len(frame)) + frame
        if seed:
            with open(os.path.join(out, name), "wb") as file:
                file.write(bytes([LINKS.get(link, 8)]) + seed)


if __name__ == "__main__":
    main()
