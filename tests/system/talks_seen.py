# SPDX-License-Identifier: Apache-2.0
"""Conversations as real programs hold them, each with what once was told otherwise than by tshark."""

import struct

import read_craft as craft
from talks import CLIENT, SERVER, Tcp, record, udp


def name(text):
    """A name of DNS."""
    return b"".join(bytes([len(part)]) + part.encode() for part in text.split(".")) + b"\0"


def message(number, flags, question, *answers, kind=12):
    """A message of DNS: one question; answers of (name, type, class, TTL, data)."""
    return (struct.pack(">HHHHHH", number, flags, 1, len(answers), 0, 0) + name(question)
            + struct.pack(">HH", kind, 1)
            + b"".join(name(owner) + struct.pack(">HHIH", sort, kin, ttl, len(data)) + data
                       for owner, sort, kin, ttl, data in answers))


def echo(kind, number=1, data=b"abcdefgh"):
    """An echo request (8) or reply (0)."""
    return craft.icmp(kind, 0, struct.pack(">HH", 77, number) + data)


def download():
    """TLS records end where the next begins, within segments; some segments are missing."""
    talk = Tcp(443)

    def data(*lengths):
        return b"".join(record(23, bytes(length)) for length in lengths)

    talk.say(False, data(3000, 3000, 3000, 100))
    talk.say(False, data(1600, 100, 200, 1000))
    for lengths in ((300, 50), (2000, 50)):
        talk.next[False] += 10
        talk.say(False, data(*lengths))
    return talk.end()


def posts():
    """Bodies end and the next request begins in one segment."""
    talk = Tcp(80)

    def post(number, length):
        return (b"POST /%d HTTP/1.1\r\nHost: a.example\r\nContent-Length: %d\r\n\r\n"
                % (number, length) + b"z" * length)

    for number, length in ((1, 1600), (2, 3000), (3, 20)):
        talk.say(True, post(number, length))
        talk.say(False, b"HTTP/1.1 200 OK\r\nContent-Length: 1600\r\n\r\n" + b"y" * 1600
                 + b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
    talk.say(True, post(4, 1600) + post(5, 3000))
    return talk.end()


def sip_tcp():
    """Several SIP messages in a segment, and over two."""
    talk = Tcp(5060)

    def sip(length):
        return (b"MESSAGE sip:a@b.example SIP/2.0\r\nCall-ID: x%d\r\nCSeq: 1 MESSAGE\r\n"
                b"Content-Length: %d\r\n\r\n" % (length, length) + b"b" * length)

    talk.say(True, sip(15) + sip(10) + sip(11))
    talk.say(True, sip(1500) + sip(20) + sip(21))
    return talk.end()


def sip_headers():
    """Parameters of addresses and hops, addresses in brackets, several hops in one header."""
    headers = (
        b'From: "A B" <sip:al@x.test:5060;transport=tcp;lr>;tag=77;foo=bar\r\nTo: <sip:bo@y.test;a=b>;tag=8\r\n'
        b"Contact: <sip:cy@z.test;ob>;expires=60;q=0.5\r\n",
        b"From: sip:al@x.test;tag=77;foo=bar\r\nTo: sip:bo@y.test;a=b;c\r\n",
        b"From: <tel:+123>;tag=9\r\nTo: <tel:+1>\r\n",
        b"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport=5;received=1.2.3.4;maddr=x;ttl=3;alias;comp=sig\r\n",
        b"Via: SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bK1;rport;received=[2001:db8::2]\r\n",
        b"Via: SIP/2.0/UDP [2001:db8::1];branch=z9hG4bK1\r\n",
        b"Via: SIP/2.0/TCP h.test;branch=a, SIP/2.0/UDP k.test:99;branch=b\r\n")
    return [udp(True, 5060, b"OPTIONS sip:al@x.test SIP/2.0\r\n" + part + b"Call-ID: q%d\r\nCSeq: 1 OPTIONS\r\n"
                b"Content-Length: 0\r\n\r\n" % number) for number, part in enumerate(headers)]


def services():
    """SRV records, times to live of too many bits, and messages that hardly began."""
    target = struct.pack(">HHH", 1, 2, 3) + name("x.example")
    frames = []
    for number, owner in enumerate(("_sip._tcp.a.example", "a.example", "a.b.c", "_a._b.c.d.e")):
        for ttl in (60, 0x80000005):
            said = message(number, 0x8180, "q.example", (owner, 33, 1, ttl, target), kind=33)
            frames += [udp(False, 53, said), udp(False, 5353, said)]
    frames.append(udp(False, 5353, message(9, 0x8180, "q.example", ("_a._b.c", 33, 1, 60, b"\0"))))
    for length in (2, 3, 4, 5, 8, 11, 12):
        for client in (True, False, True):
            said = struct.pack(">HHHHHH", 7, 0x0100 if client else 0x8100, 1, 0, 0, 0)[:length]
            frames.append(udp(client, 53, said, client_port=3000 + length))
    return frames


def multicast():
    """Multicast DNS: asked, asked again, answered, answered again, and asked anew."""
    ask = message(0, 0, "_x._tcp.local")
    answer = message(0, 0x8400, "_x._tcp.local", ("_x._tcp.local", 12, 1, 60, name("a.local")))
    return [craft.ether(craft.ipv4(17, craft.udp(5353, 5353, said), CLIENT, bytes([224, 0, 0, 251])))
            for said in (answer, ask, ask, ask, answer, answer, ask, answer, ask, ask)]


def empties():
    """Datagrams without payload are not timed, and none is timed from them."""
    return [udp(client, 9999, data) for client, data in (
        (True, b""), (True, b"\xff" * 8), (False, b""), (True, b""), (False, b"\xfe" * 9), (True, b"\xfd" * 8))]


def routed(options):
    """A datagram with these options in its header."""
    options += bytes(-len(options) % 4)
    payload = craft.udp(1, 9999, b"\xff" * 8)
    head = struct.pack(">BBHHHBBH", 0x45 + len(options) // 4, 0, 20 + len(options) + len(payload), 1, 0, 64,
                       17, 0) + bytes([192, 0, 2, 1, 192, 0, 2, 2])
    return craft.ether(head + options + payload)


def routes():
    """Options of IPv4: a source route names where the packet goes in the end."""
    def route(pointer, stops, kind=0x83):
        return bytes([kind, 3 + 4 * stops, pointer]) + b"".join(bytes([1, 2, 3, 4 + i]) for i in range(stops))

    alert, nop = b"\x94\4\0\0", b"\1"
    return [routed(options) for options in (
        alert, nop + nop + alert, alert + nop, 4 * nop, 5 * nop, bytes(4), b"\xfe\4\1\2",
        route(4, 3), route(8, 3), route(12, 3), route(16, 3), route(5, 3), route(0, 3), route(3, 2), route(20, 3),
        route(255, 1), route(4, 0), route(4, 1, 0x89), nop + route(8, 2, 0x89), route(12, 2) + route(4, 1),
        route(4, 1) + route(4, 2, 0x89), b"\0" + route(4, 2), b"\x83\x14\4\1\2\3\4\5", route(4, 4, 7),
        route(8, 2, 7), route(3, 2, 7), route(12, 2, 7))]


def upload():
    """A body larger than the text that is kept of a frame; then a HEAD that is answered twice."""
    talk = Tcp(80)
    talk.say(True, b"PUT /big HTTP/1.1\r\nHost: a.example\r\nContent-Length: 400000\r\n\r\n" + b"z" * 400000)
    talk.say(False, b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
    talk.say(True, b"HEAD /h HTTP/1.1\r\nHost: a.example\r\n\r\n")
    talk.say(False, b"HTTP/1.1 100 Continue\r\n\r\n")
    talk.say(False, b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    talk.say(True, b"GET /i HTTP/1.1\r\nHost: a.example\r\n\r\n")
    talk.say(False, b"HTTP/1.1 204 No Content\r\n\r\n")
    return talk.end()


def tunnels():
    """An echo beside itself in VXLAN: two exchanges."""
    def inside(frame, from_client):
        ends = (CLIENT, SERVER) if from_client else (SERVER, CLIENT)
        vxlan = b"\x08\0\0\0\0\0\7\0" + frame
        return craft.ether(craft.ipv4(17, craft.udp(55555, 4789, vxlan), *ends))

    ask = craft.ether(craft.ipv4(1, echo(8), CLIENT, SERVER))
    answer = craft.ether(craft.ipv4(1, echo(0), SERVER, CLIENT))
    within = inside(ask, True), inside(answer, False)
    return [ask, within[0], within[1], answer, within[0], ask, answer, within[1], ask, within[0], answer,
            within[1]]


def quotes():
    """ICMP errors about a DHCP message, an answer of DNS and a ping with its time."""
    dhcp = (struct.pack(">BBBBIHH", 1, 1, 6, 0, 99, 0, 0) + bytes(16) + bytes(range(6)) + bytes(202)
            + b"\x63\x82\x53\x63\x35\1\1\xff")
    now = struct.pack("<QQ", 1700000000, 5) + bytes(range(16, 56))
    quoted = [craft.ipv4(17, craft.udp(68, 67, dhcp), SERVER, CLIENT),
              craft.ipv4(17, craft.udp(53, 4000, message(3, 0x8180, "q.example")), SERVER, CLIENT),
              craft.ipv4(17, craft.udp(4000, 53, message(3, 0x0100, "q.example")), SERVER, CLIENT),
              craft.ipv4(1, echo(8, 1, now), SERVER, CLIENT)]
    return [craft.ether(craft.ipv4(1, craft.icmp(3, 3, bytes(4) + packet), CLIENT, SERVER))
            for packet in quoted + quoted[1:]]


ALL = {make.__name__: make for make in (download, posts, sip_tcp, sip_headers, services, multicast, empties,
                                            routes, upload, tunnels, quotes)}
