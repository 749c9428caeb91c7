# SPDX-License-Identifier: Apache-2.0
"""Small UDP services that answer well-formed questions of their own protocol and nothing else.

Usage: udp_services.py PORTS (such as 7,53,123). It listens on them, IPv4 and IPv6, prints "ready",
and ends with its parent. What a port speaks is in SERVICES; a port that is not there is bound and
stays silent.
"""

import selectors
import socket
import struct
import sys

import lab_truth


def echo(data):
    """RFC 862."""
    return data


def dns(data):
    """RFC 1035: NXDOMAIN to any one question, whatever its class."""
    if len(data) < 17 or data[2] & 0x80 or data[4:6] != b"\0\1":
        return None
    return data[:2] + b"\x80\x03" + data[4:]


def rpc(data):
    """RFC 5531: success to a call of procedure 0."""
    if len(data) < 40 or data[4:12] != b"\0\0\0\0\0\0\0\2" or data[20:24] != b"\0\0\0\0":
        return None
    return data[:4] + b"\0\0\0\1" + bytes(16)


def ntp(data):
    """RFC 5905: the time to a client, whose transmit time is the origin of the answer."""
    if len(data) < 48 or data[0] & 7 != 3:
        return None
    return b"\x24\2\0\xec" + bytes(20) + data[40:48] + b"\xe8\0\0\0\0\0\0\0" * 2


def netbios_liar(data):
    """Answers with another transaction's number, which proves nothing."""
    return bytes([data[0] ^ 0x55]) + data[1:] if data else None


def snmp(data):
    """RFC 1157: the same variables back to a get request of community public; deaf to SNMPv3."""
    if data[:1] != b"\x30" or b"\2\1\0\4\6public\xa0" not in data:
        return None
    return data.replace(b"public\xa0", b"public\xa2", 1)


def cldap(data):
    """RFC 4511: the end of a search without results."""
    if data[:1] != b"\x30" or b"\x87\x0bobjectclass" not in data:
        return None
    return b"\x30\x0d" + data[2:8] + b"\x65\7\x0a\1\0\4\0\4\0"


def quic(data):
    """RFC 9000 s. 17.2.1: version negotiation, to datagrams of full size only."""
    if len(data) < 1200 or data[0] & 0xc0 != 0xc0:
        return None
    to = data[6:6 + data[5]]
    source = data[7 + len(to):7 + len(to) + data[6 + len(to)]]
    return (b"\x80\0\0\0\0" + bytes([len(source)]) + source + bytes([len(to)]) + to +
            b"\0\0\0\1")


def ike(data):
    """RFC 7296: no proposal chosen; deaf to IKEv1."""
    if len(data) < 28 or data[17] != 0x20 or struct.unpack("!I", data[24:28])[0] != len(data):
        return None
    return (data[:8] + b"sixteen!" + b"\x29\x20\x22\x20\0\0\0\0\0\0\0\x24" + b"\0\0\0\x08\0\0\0\x0e")


def stun(data):
    """RFC 8489: an empty success."""
    if len(data) != 20 or data[:8] != b"\0\1\0\0\x21\x12\xa4\x42":
        return None
    return b"\1\1" + data[2:]


def dtls(data):
    """RFC 6347: HelloVerifyRequest to a client's hello without a cookie."""
    if len(data) < 60 or data[0] != 22 or data[13] != 1 or \
            struct.unpack("!H", data[11:13])[0] != len(data) - 13:
        return None
    body = b"\xfe\xff\x04abcd"
    head = b"\3\0\0" + bytes([len(body)]) + b"\0\0\0\0\0\0\0" + bytes([len(body)])
    return b"\x16\xfe\xff" + data[3:11] + struct.pack("!H", len(head + body)) + head + body


def sip(data):
    """RFC 3261: 200 with the headers that an answer repeats."""
    lines = data.decode("latin-1").split("\r\n")
    if not lines[0].endswith(" SIP/2.0") or not lines[0].startswith("OPTIONS "):
        return None
    kept = [line for line in lines if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
    return "\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]).encode("latin-1")


def memcached(data):
    """Its protocol.txt: the version, in one datagram."""
    if len(data) < 17 or data[8:] != b"version\r\n":
        return None
    return data[:2] + b"\0\0\0\1\0\0VERSION 1.6.18\r\n"


def tftp(data):
    """RFC 1350: the file is not found; see answer() for the port."""
    return b"\0\5\0\1not here\0" if data[:2] == b"\0\1" and data.count(b"\0", 2) >= 2 else None


SERVICES = {7: echo, 53: dns, 69: tftp, 111: rpc, 123: ntp, 137: netbios_liar, 161: snmp, 389: cldap,
            443: quic, 500: ike, 3478: stun, 4433: dtls, 5060: sip, 11211: memcached}
FROM_ANOTHER_PORT = {tftp}


def listen(port):
    """A socket of both families."""
    server = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    server.bind(("::", port))
    return server


def answer(server, service):
    """Answers one datagram, or does not."""
    data, asker = server.recvfrom(4096)
    reply = service(data) if service else None
    if reply is None:
        return
    if service in FROM_ANOTHER_PORT:
        with listen(0) as transfer:
            transfer.sendto(reply, asker)
    else:
        server.sendto(reply, asker)


def main():
    """Serves until killed."""
    selector = selectors.DefaultSelector()
    for port in lab_truth.ports_parse(sys.argv[1]):
        selector.register(listen(port), selectors.EVENT_READ, SERVICES.get(port))
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            answer(key.fileobj, key.data)


if __name__ == "__main__":
    main()
