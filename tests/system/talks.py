# SPDX-License-Identifier: Apache-2.0
"""Conversations made byte by byte, in which a frame means more than its own bytes tell."""

import struct

import read_craft as craft

CLIENT, SERVER = craft.A, craft.B
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


class Tcp:
    """One connection: say() sends data as segments of at most `mss` bytes."""

    def __init__(self, port, client_port=40000, mss=1460):
        self.ports = {True: (client_port, port), False: (port, client_port)}
        self.next = {True: 1000, False: 5000}
        self.mss = mss
        self.frames = []
        self.send(True, SYN)
        self.send(False, SYN | ACK)
        self.send(True, ACK)

    def send(self, client, flags, data=b""):
        """One segment of the client or the server."""
        ends = (CLIENT, SERVER) if client else (SERVER, CLIENT)
        head = craft.tcp(*self.ports[client], flags, self.next[client],
                         self.next[not client] if flags & ACK else 0)
        self.frames.append(craft.ether(craft.ipv4(6, head + data, *ends)))
        self.next[client] += len(data) + (1 if flags & (SYN | FIN) else 0)

    def say(self, client, data, *parts):
        """Data, cut behind each of `parts` bytes and by the size of a segment."""
        at = 0
        for end in [*parts, len(data)]:
            while at < end:
                piece = data[at:min(end, at + self.mss)]
                self.send(client, PSH | ACK, piece)
                at += len(piece)

    def end(self):
        """Both sides close."""
        self.send(True, FIN | ACK)
        self.send(False, FIN | ACK)
        self.send(True, ACK)
        return self.frames


def udp(client, port, data, client_port=40000):
    """A datagram to or from the server's port."""
    ends = (CLIENT, SERVER) if client else (SERVER, CLIENT)
    ports = (client_port, port) if client else (port, client_port)
    return craft.ether(craft.ipv4(17, craft.udp(*ports, data), *ends))


# ---- HTTP ---------------------------------------------------------------------------------------

def http():
    """Requests one by one, then two at once; a body in chunks; one without an answer."""
    talk = Tcp(80)
    talk.say(True, b"GET /a HTTP/1.1\r\nHost: one.example\r\n\r\n")
    talk.say(False, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    talk.say(True, b"POST /b HTTP/1.1\r\nHost: one.example\r\nContent-Length: 3\r\n\r\nabc")
    talk.say(False, b"HTTP/1.1 100 Continue\r\n\r\n")
    talk.say(False, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    talk.say(True, b"GET /c HTTP/1.1\r\nHost: one.example\r\n\r\n"
                   b"GET /d HTTP/1.1\r\nHost: one.example\r\n\r\n")
    talk.say(False, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                    b"Content-Type: application/octet-stream\r\n\r\n"
                    b"4\r\nwiki\r\n6;x=y\r\npedia \r\n0\r\n\r\n")
    talk.say(False, b"HTTP/1.1 304 Not Modified\r\n\r\n")
    talk.say(True, b"GET /e HTTP/1.1\r\nHost: one.example\r\n\r\n")
    return talk.end()


def http_chunks():
    """Chunks over several segments, with a trailer; a HEAD."""
    talk = Tcp(8080)
    talk.say(True, b"GET / HTTP/1.1\r\nHost: two.example\r\n\r\n")
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (b"x" * 300, b"y" * 17))
    talk.say(False, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                    b"Content-Type: image/none\r\n\r\n" + body + b"0\r\nEnd: yes\r\n\r\n", 100, 200)
    talk.say(True, b"HEAD /h HTTP/1.1\r\nHost: two.example\r\n\r\n")
    talk.say(False, b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    talk.say(True, b"GET /i HTTP/1.1\r\nHost: two.example\r\n\r\n")
    talk.say(False, b"HTTP/1.1 204 No Content\r\n\r\n")
    return talk.end()


def http_connect():
    """A proxy refuses a tunnel, then opens one, in which TLS begins."""
    talk = Tcp(3128)
    talk.say(True, b"CONNECT no.example:25 HTTP/1.1\r\nHost: no.example\r\n\r\n")
    talk.say(False, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
    talk.say(True, b"CONNECT two.example:443 HTTP/1.1\r\nHost: two.example\r\n\r\n")
    talk.say(False, b"HTTP/1.1 200 Connection established\r\n\r\n")
    talk.say(True, record(22, handshake(1, client_hello(VERSIONS, ALPN)), 0x0301))
    talk.say(False, record(22, handshake(2, server_hello(extension(43, b"\x03\x04"), suite=0x1301)))
             + CHANGE + record(23, bytes(range(100, 180))))
    talk.say(True, CHANGE + record(23, bytes(range(7, 60))))
    return talk.end()


def http_connect_plain():
    """A tunnel to a port of nobody's: what goes through it is data."""
    talk = Tcp(3128)
    talk.say(True, b"CONNECT 192.0.2.9:7777 HTTP/1.1\r\nHost: 192.0.2.9:7777\r\n\r\n")
    talk.say(False, b"HTTP/1.0 200 OK\r\nVia: x\r\n\r\n")
    talk.say(True, b"\x81\x05hello")
    talk.say(False, b"\x81\x05hello")
    return talk.end()


# ---- TLS ----------------------------------------------------------------------------------------

def record(kind, body, version=0x0303):
    """A TLS record."""
    return struct.pack(">BHH", kind, version, len(body)) + body


def handshake(kind, body):
    """A handshake message."""
    return struct.pack(">B", kind) + struct.pack(">I", len(body))[1:] + body


def extension(kind, body):
    """An extension of a hello."""
    return struct.pack(">HH", kind, len(body)) + body


def client_hello(*extensions, version=0x0303, suites=(0x1301, 0xC02F)):
    """A ClientHello's body."""
    parts = b"".join(extensions)
    return (struct.pack(">H", version) + bytes(range(32)) + b"\0"
            + struct.pack(f">H{len(suites)}H", 2 * len(suites), *suites) + b"\1\0"
            + struct.pack(">H", len(parts)) + parts)


def server_hello(*extensions, version=0x0303, suite=0xC02F):
    """A ServerHello's body."""
    parts = b"".join(extensions)
    return (struct.pack(">H", version) + bytes(range(32, 64)) + b"\0" + struct.pack(">HB", suite, 0)
            + struct.pack(">H", len(parts)) + parts)


VERSIONS = extension(43, b"\x04\x03\x04\x03\x03")
ALPN = extension(16, b"\x00\x09\x08http/1.1")
CHANGE = record(20, b"\1")


def tls13(port=443):
    """A handshake of TLS 1.3 and data both ways."""
    talk = Tcp(port)
    talk.say(True, record(22, handshake(1, client_hello(VERSIONS, ALPN)), 0x0301))
    talk.say(False, record(22, handshake(2, server_hello(extension(43, b"\x03\x04"), suite=0x1301)))
             + CHANGE + record(23, bytes(range(100, 180))))
    talk.say(True, CHANGE + record(23, bytes(range(7, 60))))
    talk.say(True, record(23, b"\x17" * 40))
    talk.say(False, record(23, b"\x99" * 700), 300)
    talk.say(False, record(21, b"\x99" * 19))
    return talk.end()


def tls12(port=443):
    """A handshake of TLS 1.2, its messages in segments of their own, and data."""
    talk = Tcp(port)
    talk.say(True, record(22, handshake(1, client_hello(ALPN)), 0x0301))
    talk.say(False, record(22, handshake(2, server_hello(extension(16, b"\0\x09\x08http/1.1")))))
    talk.say(False, record(22, handshake(11, b"\0\0\0")))
    talk.say(False, record(22, handshake(14, b"")))
    talk.say(True, record(22, handshake(16, b"\x20" + bytes(range(32)))))
    talk.say(True, CHANGE)
    talk.say(True, record(22, b"\0\0\0\0\0\0\0\1" + bytes(range(70, 102))))
    talk.say(False, record(22, handshake(4, b"\0\0\x1c\x20\0\4abcd")))
    talk.say(False, CHANGE + record(22, b"\0\0\0\0\0\0\0\2" + bytes(range(70, 102))))
    talk.say(True, record(23, b"\x17" * 40))
    talk.say(False, record(23, b"\x99" * 700))
    talk.say(False, record(21, b"\0\0\0\0\0\0\0\3" + b"\x42" * 18))
    return talk.end()


def tls10():
    """A refusal, and a handshake of TLS 1.0 on another port."""
    talk = Tcp(4433)
    talk.say(True, record(22, handshake(1, client_hello(version=0x0301)), 0x0301))
    talk.say(False, record(22, handshake(2, server_hello(version=0x0301, suite=0x2F)), 0x0301))
    talk.say(False, record(21, b"\2\x28", 0x0301))
    return talk.end()


def tls_retry():
    """TLS 1.3 with a second hello behind a change of cipher that means nothing."""
    talk = Tcp(8443)
    again = (b"\x03\x03" + bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891"
                                         "c2a211167abb8c5e079e09e2c8a8339c") + b"\0\x13\1\0"
             + struct.pack(">H", 6) + extension(43, b"\x03\x04"))
    hello = handshake(1, client_hello(VERSIONS, extension(16, b"\0\3\2h2"), suites=[0x1301]))
    talk.say(True, record(22, hello, 0x0301))
    talk.say(False, record(22, handshake(2, again)) + CHANGE)
    talk.say(True, CHANGE + record(22, hello))
    talk.say(False, record(22, handshake(2, server_hello(extension(43, b"\x03\x04"), suite=0x1301)))
             + record(23, bytes(range(100, 180))))
    talk.say(True, record(23, b"\x17" * 40))
    return talk.end()


def tls_late():
    """A connection whose handshake is not there."""
    talk = Tcp(443)
    talk.say(True, record(23, b"\x17" * 40))
    talk.say(False, record(23, b"\x99" * 70))
    talk.say(False, record(21, b"\0\0\0\0\0\0\0\3" + b"\x42" * 18))
    return talk.end()[3:]


def tls_h2():
    """TLS 1.2 that carries HTTP/2."""
    talk = Tcp(443)
    talk.say(True, record(22, handshake(1, client_hello(extension(16, b"\0\x0c\2h2\x08http/1.1"))),
                          0x0301))
    talk.say(False, record(22, handshake(2, server_hello(extension(16, b"\0\3\2h2")))
                           + handshake(14, b"")))
    talk.say(True, record(22, handshake(16, b"\x20" + bytes(range(32)))) + CHANGE
             + record(22, b"\0\0\0\0\0\0\0\1" + bytes(range(70, 102))))
    talk.say(False, CHANGE + record(22, b"\0\0\0\0\0\0\0\2" + bytes(range(70, 102))))
    talk.say(True, record(23, b"\x17" * 40) + record(23, b"\x18" * 41))
    return talk.end()


# ---- SSH ----------------------------------------------------------------------------------------

def ssh_packet(body):
    """A packet without cipher (RFC 4253 s. 6)."""
    padding = 8 - (len(body) + 5) % 8
    padding += 8 if padding < 4 else 0
    return struct.pack(">IB", len(body) + padding + 1, padding) + body + bytes(padding)


def name_list(*names):
    """A name-list of SSH."""
    text = ",".join(names).encode()
    return struct.pack(">I", len(text)) + text


def key_init(*ciphers):
    """A key exchange init."""
    mac, none = name_list("hmac-sha2-256"), name_list("none")
    return (b"\x14" + bytes(range(16)) + name_list("curve25519-sha256", "ecdh-sha2-nistp256")
            + name_list("ssh-ed25519") + name_list(*ciphers) * 2 + mac * 2 + none * 2
            + name_list() * 2 + b"\0" + bytes(4))


def string(data):
    """A string of SSH."""
    return struct.pack(">I", len(data)) + data


def ssh(cipher="aes128-ctr"):
    """Banners, a key exchange, and what is encrypted behind it."""
    talk = Tcp(22)
    talk.say(False, b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    talk.say(True, b"SSH-2.0-probe_1.0\r\n")
    talk.say(True, ssh_packet(key_init(cipher, "aes256-ctr")))
    talk.say(False, ssh_packet(key_init("aes256-ctr", cipher)))
    talk.say(True, ssh_packet(b"\x1e" + string(bytes(range(32)))))
    key = string(string(b"ssh-ed25519") + string(bytes(range(32))))
    talk.say(False, ssh_packet(b"\x1f" + key + string(bytes(range(32))) +
                               string(string(b"ssh-ed25519") + string(bytes(64))))
             + ssh_packet(b"\x15"))
    talk.say(True, ssh_packet(b"\x15"))
    talk.say(True, bytes(range(200, 252)))
    talk.say(False, bytes(range(100, 144)))
    return talk.end()


# ---- Requests and replies over UDP --------------------------------------------------------------

def radius():
    """Access and accounting: an answer, a repeated request, a request without an answer."""
    def packet(code, identifier, attributes=b""):
        return struct.pack(">BBH", code, identifier, 20 + len(attributes)) \
            + bytes([identifier] * 16) + attributes
    name = b"\x01\x05joe"
    return [udp(True, 1812, packet(1, 7, name)), udp(True, 1812, packet(1, 7, name)),
            udp(False, 1812, packet(2, 7)), udp(True, 1812, packet(1, 8, name)),
            udp(False, 1812, packet(3, 8)), udp(False, 1812, packet(3, 8)),
            udp(True, 1813, packet(4, 9)), udp(False, 1813, packet(5, 9)),
            udp(True, 1812, packet(1, 10, name)), udp(True, 1812, packet(1, 7, name)),
            udp(False, 1812, packet(2, 7))]


def snmp():
    """Get requests with and without a response, a repeated one, a trap."""
    def der(tag, body):
        return bytes([tag, len(body)]) + body

    def message(tag, number):
        oid = der(6, b"\x2b\6\1\2\1\1\1\0")
        value = der(4, b"box") if tag == 0xA2 else der(5, b"")
        pdu = der(tag, der(2, bytes([number])) + der(2, b"\0") * 2
                  + der(0x30, der(0x30, oid + value)))
        return der(0x30, der(2, b"\1") + der(4, b"public") + pdu)
    return [udp(True, 161, message(0xA0, 5)), udp(False, 161, message(0xA2, 5)),
            udp(True, 161, message(0xA1, 6)), udp(True, 161, message(0xA1, 6)),
            udp(False, 161, message(0xA2, 6)), udp(False, 161, message(0xA2, 6)),
            udp(True, 161, message(0xA0, 7)), udp(True, 162, message(0xA7, 8))]


def dns():
    """Questions with an answer, repeated, without an answer; over TCP too."""
    def ask(number, name="www.example.com"):
        return struct.pack(">H", number) + craft.dns(name)[2:]

    def reply(number):
        return struct.pack(">6H", number, 0x8180, 1, 1, 0, 0) + craft.dns()[12:] \
            + b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\x01"
    frames = [udp(True, 53, ask(1)), udp(False, 53, reply(1)), udp(True, 53, ask(2)),
              udp(True, 53, ask(2)), udp(False, 53, reply(2)), udp(False, 53, reply(2)),
              udp(True, 53, ask(3)), udp(True, 5355, ask(4)), udp(False, 5355, reply(4))]
    talk = Tcp(53)
    for number in (5, 6):
        question, answer = ask(number), reply(number)
        talk.say(True, struct.pack(">H", len(question)) + question)
        talk.say(False, struct.pack(">H", len(answer)) + answer, 2, 30)
    return frames + talk.end()


def traceroute():
    """Ports before, among and behind those that traceroute asks first."""
    return [udp(True, port, b"probe") for port in range(33430, 33470)]


# ---- NTP ----------------------------------------------------------------------------------------

def ntp():
    """Control and private messages (modes 6 and 7)."""
    variables = b'version="ntpd 4.2.8p15", processor="x86_64", stratum=2'
    control = struct.pack(">BBHHHHH", 0x16, 0x82, 1, 0x0615, 0, 0, len(variables)) + variables
    peers = struct.pack(">BBHHHHH", 0x16, 0x81, 2, 0x0615, 0, 0, 8) + bytes(range(8))
    return [udp(True, 123, struct.pack(">BBHHHHH", 0x16, 2, 1, 0, 0, 0, 0)),
            udp(False, 123, control + bytes(-len(control) % 4)),
            udp(True, 123, struct.pack(">BBHHHHH", 0x16, 1, 2, 0, 0, 0, 0)),
            udp(False, 123, peers),
            udp(True, 123, bytes([0x17, 0, 3, 42]) + bytes(4)),
            udp(False, 123, bytes([0x97, 0, 3, 42]) + struct.pack(">HH", 1, 72) + bytes(72))]


# ---- Mail and files -----------------------------------------------------------------------------

def smtp():
    """A mail, with authentication."""
    talk = Tcp(25)
    for client, line in [(0, "220 mx.example ESMTP"), (1, "EHLO me.example"),
                         (0, "250-mx.example\r\n250 AUTH PLAIN LOGIN"), (1, "AUTH LOGIN"),
                         (0, "334 VXNlcm5hbWU6"), (1, "am9l"), (0, "334 UGFzc3dvcmQ6"),
                         (1, "c2VjcmV0"), (0, "235 ok"), (1, "MAIL FROM:<a@example>"),
                         (0, "250 ok"), (1, "RCPT TO:<b@example>"), (0, "250 ok"), (1, "DATA"),
                         (0, "354 go on"), (1, "Subject: x\r\n\r\nhello\r\n."), (0, "250 queued"),
                         (1, "QUIT"), (0, "221 bye")]:
        talk.say(bool(client), line.encode() + b"\r\n")
    return talk.end()


def pop():
    """A mailbox is asked."""
    talk = Tcp(110)
    for client, line in [(0, "+OK ready"), (1, "USER joe"), (0, "+OK"), (1, "PASS x"), (0, "+OK"),
                         (1, "RETR 1"), (0, "+OK 20 octets\r\nSubject: y\r\n\r\nhello\r\n."),
                         (1, "QUIT"), (0, "+OK bye")]:
        talk.say(bool(client), line.encode() + b"\r\n")
    return talk.end()


def imap():
    """Tags that answers repeat."""
    talk = Tcp(143)
    for client, line in [(0, "* OK ready"), (1, "a1 CAPABILITY"),
                         (0, "* CAPABILITY IMAP4rev1\r\na1 OK done"), (1, "a2 LOGIN joe x"),
                         (0, "a2 OK in"), (1, "a3 SELECT INBOX"), (0, "* 2 EXISTS\r\na3 OK there"),
                         (1, "a4 LOGOUT"), (0, "* BYE\r\na4 OK gone")]:
        talk.say(bool(client), line.encode() + b"\r\n")
    return talk.end()


def starttls(port, *lines):
    """Lines of (client, text) in clear, then a handshake and data."""
    talk = Tcp(port)
    for client, line in lines:
        talk.say(bool(client), line.encode() + b"\r\n")
    talk.say(True, record(22, handshake(1, client_hello(VERSIONS)), 0x0301))
    talk.say(False, record(22, handshake(2, server_hello(extension(43, b"\x03\x04"), suite=0x1301)))
             + CHANGE + record(23, bytes(range(100, 180))), 60)
    talk.say(True, CHANGE + record(23, bytes(range(7, 60))))
    talk.say(False, record(23, b"\x99" * 70))
    return talk.end()


def smtp_chunks():
    """A mail in chunks (RFC 3030) whose bytes look like commands; the second goes over segments."""
    talk = Tcp(25)
    for client, text in [(0, "220 mx.example ESMTP\r\n"), (1, "EHLO a.example\r\n"),
                         (0, "250-mx.example\r\n250 CHUNKING\r\n"), (1, "MAIL FROM:<a@example>\r\n"),
                         (0, "250 ok\r\n"), (1, "RCPT TO:<b@example>\r\n"), (0, "250 ok\r\n"),
                         (1, "BDAT 14\r\nSubject: x\r\nQU"), (0, "250 14 octets\r\n")]:
        talk.say(bool(client), text.encode())
    talk.say(True, b"BDAT 25 LAST\r\nIT\r\nMAIL FROM:<x>\r\n\r\nend.QUIT\r\n", 30)
    talk.say(False, b"250 queued\r\n221 bye\r\n")
    return talk.end()


def smtp_tls():
    """A mail server is asked for TLS, refuses once, then agrees."""
    return starttls(25, (0, "220 mx.example ESMTP"), (1, "STARTTLS"), (0, "454 later"), (1, "NOOP"),
                    (0, "220 odd"), (1, "STARTTLS"), (0, "220 go on"))


def smtp_plain():
    """A login in one line, and a mail whose lines look like commands, in segments and pipelined."""
    talk = Tcp(587)
    for client, line in [(0, "220 mx.example ESMTP"), (1, "AUTH PLAIN"), (0, "334 "),
                         (1, "AGpvZQBzZWNyZXQ="), (0, "235 ok"), (1, "AUTH PLAIN AGpvZQBzZWNyZXQ="),
                         (0, "235 ok"), (1, "MAIL FROM:<a@example>\r\nRCPT TO:<b@example>\r\nDATA"),
                         (0, "250 ok\r\n250 ok\r\n354 go on"), (1, "HELP wanted\r\nQUIT it\r\n.dot"),
                         (1, "QUIT\r\nDATA\r\n"), (1, "."), (0, "550 no"), (1, "QUIT"), (0, "221 bye")]:
        talk.say(bool(client), line.encode() + b"\r\n")
    return talk.end()


def pop_tls():
    """TLS is asked for at a mailbox."""
    return starttls(110, (0, "+OK ready"), (1, "STLS"), (0, "+OK begin"))


def imap_tls():
    """The same, with a tag."""
    return starttls(143, (0, "* OK ready"), (1, "a1 STARTTLS"), (0, "a1 OK begin"))


def ftp_tls():
    """The same before a login (RFC 4217)."""
    return starttls(21, (0, "220 ready"), (1, "AUTH TLS"), (0, "234 begin"))


ALL = {make.__name__: make for make in (tls13, tls12, tls10, tls_retry, tls_late, tls_h2, dns, radius, snmp, http,
    http_chunks, http_connect, http_connect_plain, ssh, traceroute, smtp, smtp_plain, smtp_tls, pop_tls, imap_tls, ftp_tls)}
