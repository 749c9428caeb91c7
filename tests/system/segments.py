# SPDX-License-Identifier: Apache-2.0
# Makes captures of TCP segments that no honest stack would send, for comparisons with tshark.
import random
import struct

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32


def pcap(frames):
    """frames: (time in ns, bytes) -> a pcap file with nanosecond stamps and Ethernet frames."""
    out = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1)]
    for time, data in frames:
        out.append(struct.pack("<IIII", time // 10**9, time % 10**9, len(data), len(data)) + data)
    return b"".join(out)


def ip(protocol, source, destination, payload, number=0):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), number, 0, 64, protocol, 0,
                       source, destination)
    return (b"\x02\0\0\0\0\2" + b"\x02\0\0\0\0\1" + b"\x08\x00") + head + payload


def tcp(sport, dport, seq, ack, flags, window, options=b"", data=b""):
    options += b"\0" * (-len(options) % 4)
    return struct.pack(">HHIIHHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                       (5 + len(options) // 4) << 12 | flags, window, 0, 0) + options + data


class Side:
    """One end of a conversation that mostly behaves."""

    def __init__(self, rng):
        self.isn = rng.choice([0, 1, 2**32 - 3, 2**31, rng.getrandbits(32)])
        self.next = self.isn
        self.window = rng.choice([0, 1, 100, 1024, 8192, 65535])
        self.wscale = rng.choice([None, None, 0, 2, 7, 15])
        self.sent = []  # (seq, length)


def conversation(rng, count):
    """(side, seq, ack, flags, window, options, length, gap in ns) of about count segments."""
    ends = [Side(rng), Side(rng)]
    out = []

    def say(me, flags, length=0, seq=None, ack=None, window=None, options=b""):
        us, them = ends[me], ends[not me]
        seq = us.next if seq is None else seq
        ack = (them.next if ack is None else ack) if flags & ACK else rng.choice([0, 0, 0, 7])
        window = us.window if window is None else window
        gap = rng.choice([1000, 10**5, 10**6, 4 * 10**6, 15 * 10**6, 25 * 10**6, 10**9])
        out.append((me, seq, ack, flags, window, options, length, gap))
        end = (seq + length + (1 if flags & (SYN | FIN) else 0)) & 0xFFFFFFFF
        if (end - us.next) & 0xFFFFFFFF < 2**31:
            us.next = end
        if length or flags & (SYN | FIN):
            us.sent.append((seq, length))

    def syn_options(us):
        options = rng.choice([b"", b"\x02\x04\x05\xb4", b"\x02\x04\x05\xb4\x04\x02"])
        return options + (b"\x03\x03" + bytes([us.wscale]) if us.wscale is not None else b"")

    if rng.random() < 0.8:
        say(0, SYN, options=syn_options(ends[0]))
        if rng.random() < 0.2:
            say(0, SYN, seq=ends[0].isn, options=syn_options(ends[0]))
        if rng.random() < 0.85:
            say(1, SYN | ACK, options=syn_options(ends[1]))
            if rng.random() < 0.2:
                say(1, SYN | ACK, seq=ends[1].isn, options=syn_options(ends[1]))
            if rng.random() < 0.85:
                say(0, ACK)
    while len(out) < count:
        me = rng.randrange(2)
        us, them = ends[me], ends[not me]
        length = rng.choice([1, 2, 10, 100, 536])
        psh = rng.choice([0, PSH])
        what = rng.random()
        if what < 0.30:
            say(me, ACK | psh, length)
        elif what < 0.50:
            say(me, ACK)
        elif what < 0.58 and us.sent:  # again
            seq, old = rng.choice(us.sent[-4:])
            say(me, ACK | psh, rng.choice([old, old, length]), seq=seq)
        elif what < 0.63:  # something is missing
            say(me, ACK | psh, length, seq=us.next + rng.choice([1, 10, 100]))
        elif what < 0.68 and out and out[-1][0] == me:  # the same once more
            say(*[out[-1][0], out[-1][3]], out[-1][6], seq=out[-1][1], ack=out[-1][2],
                window=out[-1][4])
        elif what < 0.74:  # duplicate acknowledgements
            ack = them.sent[-1][0] if them.sent else them.next
            options = b""
            if rng.random() < 0.5:
                left = ack + rng.choice([10, 100])
                options = b"\x01\x01\x05\x0a" + struct.pack(
                    ">II", left & 0xFFFFFFFF, (left + rng.choice([10, 100])) & 0xFFFFFFFF)
            for _ in range(rng.choice([2, 3, 4])):
                say(me, ACK, ack=ack, options=options)
            if them.sent and rng.random() < 0.7:
                say(not me, ACK | psh, length, seq=ack)
        elif what < 0.79:  # keep-alive and its answer
            say(me, ACK, rng.choice([0, 1]), seq=us.next - 1)
            if rng.random() < 0.7:
                say(not me, ACK)
        elif what < 0.85:  # window closed, probed, opened
            old = us.window
            us.window = 0
            say(me, ACK)
            if rng.random() < 0.7:
                say(not me, ACK | psh, 1)
                say(me, ACK, ack=rng.choice([them.next, them.next - 1]))
            if rng.random() < 0.7:
                us.window = old or 512
                say(me, ACK)
        elif what < 0.88:
            us.window = rng.choice([10, 536, 1024, 65535])
            say(me, ACK)
        elif what < 0.91:  # acknowledges what was not seen
            say(me, ACK, ack=them.next + rng.choice([1, 100]))
        elif what < 0.93 and us.window:  # fills the window
            shift = them.wscale if them.wscale and us.wscale is not None else 0
            room = them.window << min(shift, 14)
            if 0 < room < 1400:
                say(me, ACK, room)
        elif what < 0.95:
            say(me, FIN | ACK, rng.choice([0, 0, 5]))
        elif what < 0.96:
            say(me, rng.choice([RST, RST | ACK]), rng.choice([0, 0, 0, 5]))
        elif what < 0.97:  # the same ports once more
            if rng.random() < 0.5:
                us.next = us.isn = rng.getrandbits(32)
            say(me, SYN, seq=us.isn, options=syn_options(us))
            if rng.random() < 0.7:
                if rng.random() < 0.5:
                    them.next = them.isn = rng.getrandbits(32)
                say(not me, SYN | ACK, seq=them.isn, options=syn_options(them))
        elif what < 0.985:
            say(me, rng.choice([0, FIN, FIN | PSH | URG, SYN | FIN, SYN | ACK, ACK | URG, 0x7FF]),
                rng.choice([0, 0, 1, 10]))
        else:  # anything
            say(me, rng.getrandbits(9), rng.choice([0, 1, 50]),
                seq=us.next + rng.choice([-5, 0, 5, 2**31]), ack=rng.getrandbits(32))
    return out


def capture(seed, conversations=200, segments=25):
    """A pcap of that many conversations, one after another, on hosts and ports of their own."""
    rng = random.Random(seed)
    frames = []
    time = 1_700_000_000 * 10**9
    for index in range(conversations):
        hosts = [bytes([10, 0, index >> 8, index & 255]), bytes([10, 9, index >> 8, index & 255])]
        if rng.random() < 0.5:
            hosts.reverse()
        ports = [40000 + rng.randrange(5), 9]
        for me, seq, ack, flags, window, options, length, gap in conversation(rng, segments):
            time += gap
            segment = tcp(ports[me], ports[not me], seq, ack, flags, window, options,
                          b"x" * length)
            frames.append((time, ip(6, hosts[me], hosts[not me], segment)))
    return pcap(frames)
