# SPDX-License-Identifier: Apache-2.0
"""Harms captures in the ways that captures come to harm, and in the ways that forgers would.

Frames are capture_file.Frame; what takes frames gives new ones and leaves the old as they are.
"""

import dataclasses
import random
import struct

import capture_file

MS = 10 ** 6
COMMENT = 1  # the option's code, in any block


def write(path, frames):
    """A pcap file with ns stamps of FRAMES, in their order; PATH."""
    with open(path, "wb") as out:
        link = frames[0].link if frames else capture_file.LINK_ETHERNET
        out.write(struct.pack("<IHHiIII", capture_file.PCAP_NANO, 2, 4, 0, 0, 1 << 18, link))
        for f in frames:
            out.write(struct.pack("<IIII", f.time // 10 ** 9, f.time % 10 ** 9, len(f.data),
                                  f.wire) + f.data)
    return path


def ends(frame):
    """(from whom, to whom), by the network header."""
    packet = capture_file.packet(frame)
    return packet.source, packet.destination


def one_side(frames, scanners, sent):
    """Only what the SCANNERS' addresses sent, or only what they received."""
    return [f for f in frames if (ends(f)[0] in scanners) == sent]


def shuffled(frames, within_ms=10, seed=1, stamps=False):
    """In an order that is off by at most WITHIN_MS; with STAMPS, the stamps tell that order."""
    rng = random.Random(seed)
    moved = sorted(((f.time + rng.uniform(-1, 1) * within_ms * MS / 2, f) for f in frames),
                   key=lambda pair: pair[0])
    return [dataclasses.replace(f, time=int(time)) if stamps else f for time, f in moved]


def snapped(frames, size=64):
    """As a capture with this snapshot length would hold them."""
    return [dataclasses.replace(f, data=f.data[:size]) for f in frames]


def twice(frames, apart_ns=None):
    """Every frame once more: APART_NS behind its like, or all again after the last one."""
    if apart_ns is None:
        return [*frames, *frames]
    again = [dataclasses.replace(f, time=f.time + apart_ns) for f in frames]
    return sorted([*frames, *again], key=lambda f: f.time)


def merged(*captures):
    """Several captures as if all had begun at the same time."""
    moved = [dataclasses.replace(f, time=f.time - frames[0].time + captures[0][0].time)
             for frames in captures for f in frames]
    return sorted(moved, key=lambda f: f.time)


def cut(path, out, share):
    """OUT holds the first SHARE of the bytes at PATH; OUT."""
    with open(path, "rb") as source:
        data = source.read()
    with open(out, "wb") as target:
        target.write(data[:int(len(data) * share)])
    return out


def without_comment(options):
    """An option list without its comments, and without its end."""
    kept, at = b"", 0
    while at + 4 <= len(options):
        code, size = struct.unpack_from("<HH", options, at)
        if code == 0:
            break
        if code != COMMENT:
            kept += options[at:at + 4 + (size + 3 & ~3)]
        at += 4 + (size + 3 & ~3)
    return kept


def comment_changed(path, out, comment):
    """OUT is the pcapng at PATH with COMMENT(number) on every frame, or none when it gives None."""
    with open(path, "rb") as source:
        data = source.read()
    pieces, at, number = [], 0, 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        body = data[at + 8:at + size - 4]
        if kind == capture_file.EPB:
            number += 1
            end = 20 + (struct.unpack_from("<I", body, 12)[0] + 3 & ~3)
            text = comment(number)
            options = without_comment(body[end:])
            if text is not None:
                value = text.encode()
                options = (struct.pack("<HH", COMMENT, len(value)) + value +
                           bytes(-len(value) % 4) + options)
            body = body[:end] + options + bytes(4 if options else 0)
        pieces.append(struct.pack("<II", kind, len(body) + 12) + body +
                      struct.pack("<I", len(body) + 12))
        at += size
    with open(out, "wb") as target:
        target.write(b"".join(pieces))
    return out
