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


# ---- Calls ------------------------------------------------------------------------------------

ANA, BEN, PROXY = "192.0.2.10", "192.0.2.20", "192.0.2.1"
INVITE, OK = b"INVITE sip:ben@example.com SIP/2.0", b"SIP/2.0 200 OK"


def sip(start, call, body=b"", cseq=b"1 INVITE", kind=b"application/sdp"):
    """A message of a call."""
    lines = [start, b"Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK%d" % call,
             b"From: <sip:ana@example.com>;tag=1", b"To: <sip:ben@example.com>",
             b"Call-ID: %d@192.0.2.10" % call, b"CSeq: " + cseq]
    lines += [b"Content-Type: " + kind] if body else []
    return b"\r\n".join(lines + [b"Content-Length: %d" % len(body), b"", body])


def offer(call, *rest, **more):
    """From Ana to the proxy."""
    return udp(ANA, 5060, PROXY, 5060, sip(INVITE, call, *rest, **more))


def answer(call, *rest, start=OK, **more):
    """From the proxy to Ana."""
    return udp(PROXY, 5060, ANA, 5060, sip(start, call, *rest, **more))


def sdp(address, port, formats=b"0 8", *attributes, transport=b"RTP/AVP", media=b"audio"):
    """A description with one medium."""
    family = b"IP6" if b":" in address else b"IP4"
    lines = [b"v=0", b"o=ana 2890844526 2890844527 IN %s %s" % (family, address), b"s=Call",
             b"c=IN %s %s" % (family, address), b"t=0 0",
             b"m=%s %d %s %s" % (media, port, transport, formats)]
    return b"\r\n".join(lines + [b"a=" + line for line in attributes] + [b""])


def rtp(kind, sequence, source=0x1234, mark=0, first=0x80, payload=b"\xd5" * 20):
    return struct.pack(">BBHII", first, kind | mark << 7, sequence, 160, source) + payload


def rtcp(first=0x80):
    """A sender report and a description."""
    return (struct.pack(">BBHIIIIII", first, 200, 6, 0x1234, 1, 2, 3, 4, 5)
            + struct.pack(">BBHIBB", 0x81, 202, 3, 0x1234, 1, 3) + b"abc\0\0\0")


RICH = b"""v=0
o=ana 28 29 IN IP4 192.0.2.10
s=-
i=about
u=http://x/ y
e=a@b (A B)
p=+1 617
c=IN IP4 224.2.1.1/127/3
b=AS:64
b=X
t=0 10
r=7d 1h 0 25h
z=28 -1h 30 0
k=base64:abc
a=recvonly
a=tool:foo bar
m=audio 49230/2 RTP/AVP 96 0 97 98 200 x
i=title
c=IN IP4 192.0.2.10
b=AS:64
k=prompt
a=rtpmap:96 L8/8000
a=rtpmap:97 L16/8000/2
a=rtpmap:98 none
a=fmtp:97 mode=20;x=1; y
a=fmtp:99 mode=20
a=ptime:20
a=rtcp:53020 IN IP4 126.16.64.4
a=candidate:1 1 UDP 2130706431 192.0.2.10 8998 typ host
a=fingerprint:SHA-1 4A:AD
m=video 0 RTP/AVPF 31
m=image 5555 udptl t38
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
m=audio abc RTP/AVP 0
m=message 7777 TCP/MSRP *
x=unknown
bogus

rest
""".replace(b"\n", b"\r\n")


def calls():
    """Offers and answers, media on every kind of port, what is no RTP, payload types and numbers.

    Numbers of UDP streams and lists of calls at a place that several calls named are not compared:
    docs/DIFFERENCES.md.
    """
    def speak(kind, sequence, port=20000, to=30000, back=False, **more):
        ends = (BEN, to, ANA, port) if back else (ANA, port, BEN, to)
        return udp(*ends, rtp(kind, sequence, **more))

    frames = [offer(1, sdp(b"192.0.2.10", 20000, b"0 8 96 99", b"rtpmap:96 iLBC/8000",
                           b"rtpmap:97 foo/8000", b"rtpmap:0 other/8000")),
              speak(0, 1, mark=1), speak(0, 1, back=True),
              answer(1, start=b"SIP/2.0 180 Ringing"), answer(1, sdp(b"192.0.2.20", 30000))]
    frames += [speak(kind, 7 + kind) for kind in range(128) if kind not in (
        4, 26, 31, 32, 34, 99, 100, 101)]  # tshark reads these payloads on
    frames += [speak(0, number) for number in (
        65535, 0, 1, 40000, 1, 32769, 1, 32768, 0, 50000, 10)]
    frames += [speak(0, 2, back=True, source=7), udp(STRANGER, 1, BEN, 30000, rtp(0, 3)),
               udp(STRANGER, 1, BEN, 30002, rtp(0, 3)),  # of no call
               udp(ANA, 20001, BEN, 30001, rtcp()), udp(ANA, 20000, BEN, 30000, rtcp()),
               udp(ANA, 20001, BEN, 30001, rtcp(0x40)), speak(0, 3, first=0x40)]
    quoted = craft.ipv4(17, craft.udp(20000, 30000, rtp(8, 9)), ANA, BEN)
    frames += [craft.ether(craft.ipv4(1, craft.icmp(3, 3, bytes(4) + quoted), BEN, ANA))]
    for call, port in enumerate((53, 20021, 65534), 2):
        frames += [offer(call, sdp(b"192.0.2.10", port)), speak(0, 1, port=port),
                   udp(ANA, port + 1, BEN, 40000, rtcp())]
    frames += [offer(10, sdp(b"192.0.2.10", 20030, b"0", b"rtcp:20039")),
               udp(ANA, 20039, BEN, 30032, rtcp()), udp(ANA, 20031, BEN, 30032, rtcp()),
               offer(11, sdp(b"192.0.2.10", 0)), offer(12, sdp(b"0.0.0.0", 20040)),
               speak(0, 1, port=20040), offer(13, sdp(b"example.com", 20042)),
               offer(14, sdp(b"192.0.2.10", 20050), cseq=b"1 INVITE"),
               offer(14, sdp(b"192.0.2.10", 20050), cseq=b"1 INVITE"),  # sent again
               speak(0, 1, port=20050),
               answer(15, sdp(b"192.0.2.20", 30070)), speak(0, 1, port=20070, to=30070),
               offer(16), answer(16, sdp(b"192.0.2.20", 30080)),
               speak(0, 1, port=20080, to=30080),
               udp(ANA, 5060, PROXY, 5060, sip(b"ACK sip:ben@example.com SIP/2.0", 16,
                                               sdp(b"192.0.2.10", 20080), cseq=b"1 ACK")),
               speak(0, 2, port=20080, to=30082),
               answer(17, sdp(b"192.0.2.20", 30090), start=b"SIP/2.0 183 Session Progress"),
               speak(0, 3, port=20090, to=30090),
               offer(18, sdp(b"192.0.2.10", 20060, b"t38", transport=b"udptl")),
               speak(0, 1, port=20060, to=31000),
               offer(19, sdp(b"192.0.2.10", 20062, b"0", transport=b"RTP/SAVPF")),
               speak(0, 1, port=20062, to=31000),
               offer(20, RICH), offer(21, sdp(b"2001:db8::1", 20064))]
    return frames


# ---- FTP --------------------------------------------------------------------------------------

class Connection:
    """Segments of one TCP connection in order."""

    def __init__(self, client, client_port, server, server_port):
        self.ports = {client: client_port, server: server_port}
        self.other = {client: server, server: client}
        self.next = {client: 100, server: 500}
        self.hello = [self.say(client, b"", 0x02), self.say(server, b"", 0x12),
                      self.say(client, b"", 0x10)]

    def say(self, source, data, flags=0x18):
        to = self.other[source]
        header = craft.tcp(self.ports[source], self.ports[to], flags, self.next[source],
                           self.next[to])
        self.next[source] += len(data) + bool(flags & 2)
        return craft.ether(craft.ipv4(6, header + data, source, to))


def ftp():
    """Transfers by PASV, EPSV and PORT; a second one by the same place; none by EPRT."""
    control = Connection(CLIENT, 40000, SERVER, 21)

    def ask(command, reply):
        return [control.say(CLIENT, command + b"\r\n"), control.say(SERVER, reply + b"\r\n")]

    frames = control.hello + ask(b"USER x", b"230 in") + ask(
        b"PASV", b"227 Entering Passive Mode (192,0,2,1,195,80)")
    frames += ask(b"RETR one.txt", b"150 go")
    data = Connection(CLIENT, 40001, SERVER, 50000)
    frames += data.hello + [data.say(SERVER, b"\1\2\3"), data.say(CLIENT, b"", 0x10),
                            data.say(SERVER, b"\4")]
    frames += ask(b"EPSV", b"229 Entering (|||50001|)")
    data = Connection(CLIENT, 40002, SERVER, 50001)
    frames += data.hello + ask(b"LIST -l", b"150 go")
    frames += [data.say(SERVER, b"late")]
    frames += ask(b"PORT 192,0,2,10,156,67", b"200 ok") + ask(b"STOR x", b"150 go")
    data = Connection(SERVER, 20, CLIENT, 40003)
    frames += data.hello + [data.say(CLIENT, b"\1")]
    frames += ask(b"EPRT |1|192.0.2.10|40004|", b"200 ok") + ask(b"NLST", b"150 go")
    data = Connection(SERVER, 30020, CLIENT, 40004)
    return frames + data.hello + [data.say(SERVER, b"\1")]
