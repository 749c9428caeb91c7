// SPDX-License-Identifier: Apache-2.0
// The questions that UDP probes ask: one message a protocol.
//
// Each is the least that a server of the protocol answers, asks for nothing that could change a
// state over there, and carries the cookie where an answer repeats it. Most are a fixed text with
// the cookie's place in it; what has parts of its own length is built.
#include "scan/payload_message.h"

#include <assert.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define KEY_2048      256        /* bytes of a Diffie-Hellman value of group 14 (RFC 3526) */
#define QUIC_DATAGRAM 1200       /* RFC 9000 s. 14.1: shorter ones are dropped */
#define QUIC_VERSION  0x1a2a3a4a /* RFC 9000 s. 15: reserved, so that its use is answered */
#define CID_LEN       8
#define TEXT_MAX      512

/* A DER integer of four bytes must not begin with a byte that says nothing. */
#define DER_INTEGER(cookie) (((cookie)&0x3fffffff) | 0x40000000)

typedef void message_fn(struct build *b, uint32_t cookie);

static void quic(struct build *b, uint32_t cookie)
{
	size_t begin = b->len;

	build_u8(b, 0xc0); /* a long header; the rest of the byte is the version's */
	build_be32(b, QUIC_VERSION);
	for (int id = 0; id < 2; id++) { /* the server's, then ours, which the answer is sent to */
		build_u8(b, CID_LEN);
		build_be32(b, cookie);
		build_be32(b, ~cookie);
	}
	build_u8(b, 0); /* no token; then the length of the rest, a number of two bytes */
	build_be16(b, (uint16_t)(0x4000 | (QUIC_DATAGRAM - 2 - (b->len - begin))));
	build_zero(b, QUIC_DATAGRAM - (b->len - begin));
}

/* RFC 6347 s. 4.2.1: a ClientHello without a cookie of theirs is answered with one. */
static void dtls(struct build *b, uint32_t cookie)
{
	static const uint8_t suites[] = {
		0x00, 0x08, 0xc0, 0x2b, 0xc0, 0x2f, 0x00, 0x9c, 0x00, 0x2f, /* ECDHE and RSA, AES */
		0x01, 0x00,                                                 /* no compression */
		0x00, 0x1a,                                                 /* extensions */
		0x00, 0x0a, 0x00, 0x04, 0x00, 0x02, 0x00, 0x17,             /* P-256 */
		0x00, 0x0b, 0x00, 0x02, 0x01, 0x00, /* uncompressed points */
		0x00, 0x0d, 0x00, 0x08, 0x00, 0x06, 0x04, 0x03, 0x04, 0x01,
		0x02, 0x01, /* signatures */
	};
	const uint16_t hello = 2 + 32 + 1 + 1 + sizeof(suites); /* version, random, two empty ids */

	build_u8(b, 22);       /* handshake */
	build_be16(b, 0xfeff); /* DTLS 1.0 in the first record, for old servers */
	build_zero(b, 8);      /* epoch and sequence number */
	build_be16(b, (uint16_t)(12 + hello));
	build_u8(b, 1); /* ClientHello */
	build_u8(b, 0);
	build_be16(b, hello);
	build_zero(b, 2 + 3); /* message 0, fragment offset 0 */
	build_u8(b, 0);
	build_be16(b, hello);
	build_be16(b, 0xfefd); /* DTLS 1.2 */
	for (int i = 0; i < 8; i++)
		build_be32(b, cookie + (uint32_t)i);
	build_zero(b, 2); /* no session, no cookie of theirs */
	build_bytes(b, suites, sizeof(suites));
}

/* RFC 7296 s. 1.2: IKE_SA_INIT with one proposal: AES-CBC-128, SHA2-256, group 14. */
static void ike_v2(struct build *b, uint32_t cookie)
{
	static const uint8_t header[] = {33, 0x20, 34, 0x08, 0, 0, 0, 0, 0, 0, 1, 0x68};
	static const uint8_t proposal[] = {
		34, 0, 0, 48, 0, 0, 0, 44, 1,    1,    0,    4,   /* SA, its one proposal */
		3,  0, 0, 12, 1, 0, 0, 12, 0x80, 0x0e, 0x00, 128, /* encryption */
		3,  0, 0, 8,  2, 0, 0, 5,                         /* random function */
		3,  0, 0, 8,  3, 0, 0, 12,                        /* integrity */
		0,  0, 0, 8,  4, 0, 0, 14,                        /* group */
	};
	static const uint8_t exchange[] = {40, 0, 1, 8, 0, 14, 0, 0};
	static const uint8_t nonce[] = {0, 0, 0, 20};

	build_be32(b, cookie); /* the initiator's SPI */
	build_be32(b, ~cookie);
	build_zero(b, 8);
	build_bytes(b, header, sizeof(header));
	build_bytes(b, proposal, sizeof(proposal));
	build_bytes(b, exchange, sizeof(exchange));
	for (uint32_t i = 0; i < KEY_2048 / 4; i++)
		build_be32(b, (cookie + i) & 0x7fffffff); /* any value below the prime does */
	build_bytes(b, nonce, sizeof(nonce));
	for (uint32_t i = 0; i < 4; i++)
		build_be32(b, cookie ^ i);
}

/* RFC 2409 s. 5, RFC 2408: main mode with one proposal: AES-128, SHA, group 2, a shared key. */
static void ike_v1(struct build *b, uint32_t cookie)
{
	static const uint8_t rest[] = {
		1,    0x10, 2,    0,    0,    0,    0,    0,    0,    0,    0,    84, /* header */
		0,    0,    0,    56,   0,    0,    0,    1,    0,    0,    0,    1, /* SA: IPsec */
		0,    0,    0,    44,   1,    1,    0,    1,                         /* proposal */
		0,    0,    0,    36,   1,    1,    0,    0,                         /* transform */
		0x80, 0x01, 0x00, 0x07, 0x80, 0x0e, 0x00, 0x80, 0x80, 0x02, 0x00, 0x02, 0x80, 0x04,
		0x00, 0x02, 0x80, 0x03, 0x00, 0x01, 0x80, 0x0b, 0x00, 0x01, 0x80, 0x0c, 0x70, 0x80,
	};

	build_be32(b, cookie); /* the initiator's cookie */
	build_be32(b, ~cookie);
	build_zero(b, 8);
	build_bytes(b, rest, sizeof(rest));
}

/* RFC 3948 s. 2.2: on port 4500 four zero bytes tell IKE from ESP. */
static void ike_v2_marked(struct build *b, uint32_t cookie)
{
	build_zero(b, 4);
	ike_v2(b, cookie);
}

static void ike_v1_marked(struct build *b, uint32_t cookie)
{
	build_zero(b, 4);
	ike_v1(b, cookie);
}

/* RFC 2865 s. 4.1: a log-in that nobody can have meant. */
static void radius(struct build *b, uint32_t cookie)
{
	static const uint8_t user[] = {1, 7, 's', 'o', 'n', 'd', 'e', 2, 18};
	static const uint8_t station[] = {32, 7, 's', 'o', 'n', 'd', 'e'};

	build_u8(b, 1); /* Access-Request */
	build_u8(b, (uint8_t)cookie);
	build_be16(b, 20 + sizeof(user) + 16 + sizeof(station));
	for (uint32_t i = 0; i < 4; i++)
		build_be32(b, cookie + i);
	build_bytes(b, user, sizeof(user));
	build_zero(b, 16); /* the password */
	build_bytes(b, station, sizeof(station));
}

/* RFC 3261 s. 11: OPTIONS; RFC 3581's rport brings the answer back to the port it came from. */
static void sip(struct build *b, uint32_t cookie)
{
	char text[TEXT_MAX];
	int len = snprintf(text, sizeof(text),
			   "OPTIONS sip:sonde SIP/2.0\r\n"
			   "Via: SIP/2.0/UDP sonde.invalid;branch=z9hG4bK%08x;rport\r\n"
			   "Max-Forwards: 70\r\n"
			   "To: <sip:sonde@sonde.invalid>\r\n"
			   "From: <sip:sonde@sonde.invalid>;tag=%08x\r\n"
			   "Call-ID: %08x@sonde.invalid\r\n"
			   "CSeq: 1 OPTIONS\r\n"
			   "Accept: application/sdp\r\n"
			   "Content-Length: 0\r\n\r\n",
			   cookie, cookie, cookie);

	build_bytes(b, text, (size_t)len);
}

/* A message whose length never changes, and where the cookie goes. */
struct fixed {
	const char *bytes;
	uint16_t len;
	uint16_t at;   /* of the cookie */
	uint8_t width; /* its bytes: 0, 1, 2, 4 or, twice the four, 8 */
	bool der;      /* it is a DER integer of four bytes */
};

#define FIXED(text, ...)                                                                           \
	{                                                                                          \
		.bytes = (text), .len = sizeof(text) - 1, __VA_ARGS__                              \
	}
#define RPC_CALL(program, version)                                                                 \
	"\0\0\0\0\0\0\0\0\0\0\0\2" program version "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

/* clang-format off */
static const struct fixed fixed[PAYLOAD_MESSAGES] = {
	/* RFC 862: whatever comes is returned */
	[MESSAGE_ECHO] = FIXED("\0\0\0\0", .width = 4),
	/* RFC 4892 s. 3: version.bind in class CH; a question about nobody's names */
	[MESSAGE_DNS_VERSION] = FIXED("\0\0" "\0\0" "\0\1\0\0\0\0\0\0"
		"\7version\4bind\0" "\0\x10" "\0\3", .width = 2),
	/* RFC 1035: the name servers of the root, without recursion */
	[MESSAGE_DNS_ROOT] = FIXED("\0\0" "\0\0" "\0\1\0\0\0\0\0\0" "\0" "\0\2" "\0\1", .width = 2),
	/* RFC 1350 s. 5: reading a file that nobody has */
	[MESSAGE_TFTP] = FIXED("\0\1" "sonde-was-here\0" "octet\0"),
	/* RFC 4120 s. 5.4.1: AS-REQ for sonde@SONDE, nonce the cookie */
	[MESSAGE_KERBEROS] = FIXED("\x6a\x74\x30\x72" "\xa1\3\2\1\5" "\xa2\3\2\1\x0a"
		"\xa4\x66\x30\x64" "\xa0\7\3\5\0\0\0\0\x10"
		"\xa1\x12\x30\x10\xa0\3\2\1\1\xa1\x09\x30\7\x1b\5sonde"
		"\xa2\7\x1b\5SONDE"
		"\xa3\x1a\x30\x18\xa0\3\2\1\2\xa1\x11\x30\x0f\x1b\6krbtgt\x1b\5SONDE"
		"\xa5\x11\x18\x0f" "19700101000000Z"
		"\xa7\6\2\4\0\0\0\0" "\xa8\5\x30\3\2\1\x12", .at = 107, .width = 4, .der = true),
	/* RFC 5531 s. 9: procedure 0, which does nothing, of the port mapper and of NFS */
	[MESSAGE_RPC_PORTMAP] = FIXED(RPC_CALL("\0\1\x86\xa0", "\0\0\0\2"), .width = 4),
	[MESSAGE_RPC_NFS] = FIXED(RPC_CALL("\0\1\x86\xa3", "\0\0\0\3"), .width = 4),
	/* RFC 5905 s. 7.3: version 4, client; the transmit time comes back as the origin */
	[MESSAGE_NTP] = FIXED("\x23\0\0\0" "\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\0"
		"\0\0\0\0\0\0\0\0" "\0\0\0\0" "\0\0\0\0\0\0\0\0", .at = 40, .width = 8),
	/* RFC 1002 s. 4.2.17: node status of the name "*" */
	[MESSAGE_NETBIOS] = FIXED("\0\0" "\0\0" "\0\1\0\0\0\0\0\0"
		"\x20" "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" "\0" "\0\x21" "\0\1", .width = 2),
	/* RFC 3414 s. 4: which engine is this? */
	[MESSAGE_SNMP_V3] = FIXED("\x30\x3e\2\1\3" "\x30\x11\2\4\0\0\0\0\2\3\0\xff\xe3\4\1\4\2\1\3"
		"\4\x10\x30\x0e\4\0\2\1\0\2\1\0\4\0\4\0\4\0"
		"\x30\x14\4\0\4\0\xa0\x0e\2\4\x40\0\0\1\2\1\0\2\1\0\x30\0",
		.at = 9, .width = 4, .der = true),
	/* RFC 1157 s. 4.1.2: sysDescr.0 for anybody */
	[MESSAGE_SNMP_V1] = FIXED("\x30\x29\2\1\0\4\6public" "\xa0\x1c\2\4\0\0\0\0\2\1\0\2\1\0"
		"\x30\x0e\x30\x0c\6\x08\x2b\6\1\2\1\1\1\0\5\0", .at = 17, .width = 4, .der = true),
	/* X.Org's XDMCP s. 5: Query without names of authentication */
	[MESSAGE_XDMCP] = FIXED("\0\1\0\2\0\1\0"),
	/* RFC 1798, RFC 4511 s. 4.5.1: the root DSE */
	[MESSAGE_CLDAP] = FIXED("\x30\x28\2\4\0\0\0\0" "\x63\x20\4\0\x0a\1\0\x0a\1\0\2\1\0\2\1\0\1\1\0"
		"\x87\x0bobjectclass\x30\0", .at = 4, .width = 4, .der = true),
	/* RFC 2608 s. 8.1: who is a service agent? */
	[MESSAGE_SLP] = FIXED("\2\1\0\0\x36" "\0\0\0\0\0" "\0\0" "\0\2en" "\0\0"
		"\0\x15service:service-agent" "\0\7DEFAULT" "\0\0\0\0", .at = 10, .width = 2),
	/* RFC 2453 s. 3.9.1: the whole table */
	[MESSAGE_RIP] = FIXED("\1\2\0\0" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10"),
	/* IPMI 2.0 s. 13.2.3: presence ping of ASF */
	[MESSAGE_RMCP] = FIXED("\6\0\xff\6\0\0\x11\xbe\x80\0\0\0", .at = 9, .width = 1),
	/* OpenVPN's P_CONTROL_HARD_RESET_CLIENT_V2 with our session's id */
	[MESSAGE_OPENVPN] = FIXED("\x38" "\0\0\0\0\0\0\0\0" "\0" "\0\0\0\0", .at = 1, .width = 8),
	/* MC-SQLR s. 2.2.2: all instances of one server */
	[MESSAGE_SQL_BROWSER] = FIXED("\3"),
	/* RFC 2661 s. 6.1: SCCRQ; the cookie is our tunnel's number */
	[MESSAGE_L2TP] = FIXED("\xc8\2\0\x39\0\0\0\0\0\0\0\0" "\x80\x08\0\0\0\0\0\1" "\x80\x08\0\0\0\2\1\0"
		"\x80\x0a\0\0\0\3\0\0\0\3" "\x80\x0b\0\0\0\7sonde" "\x80\x08\0\0\0\x09\0\0",
		.at = 55, .width = 2),
	/* UPnP 1.1 s. 1.3.2, unicast */
	[MESSAGE_SSDP] = FIXED("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"
		"MAN: \"ssdp:discover\"\r\nST: upnp:rootdevice\r\n\r\n"),
	/* 3GPP TS 29.060 s. 7.2.1: echo request */
	[MESSAGE_GTP] = FIXED("\x32\1\0\4\0\0\0\0\0\0\0\0", .at = 8, .width = 2),
	/* RFC 8489 s. 5: binding request */
	[MESSAGE_STUN] = FIXED("\0\1\0\0\x21\x12\xa4\x42" "\0\0\0\0\0\0\0\0\0\0\0\0", .at = 8,
		.width = 8),
	/* RFC 6886 s. 3.2: the external address */
	[MESSAGE_NAT_PMP] = FIXED("\0\0"),
	/* RFC 6763 s. 9, RFC 6762 s. 6.7: all services, by an old-fashioned query */
	[MESSAGE_MDNS] = FIXED("\0\0" "\0\0" "\0\1\0\0\0\0\0\0"
		"\x09_services\7_dns-sd\4_udp\5local\0" "\0\x0c" "\x80\1", .width = 2),
	/* RFC 7252 s. 3, RFC 6690 s. 4: GET /.well-known/core with a token */
	[MESSAGE_COAP] = FIXED("\x44\1\x5d\x0e" "\0\0\0\0" "\xbb.well-known" "\4core", .at = 4,
		.width = 4),
	/* BEP 5: ping */
	[MESSAGE_BITTORRENT] = FIXED("d1:ad2:id20:sonde-sonde-sonde-so" "e1:q4:ping1:t4:\0\0\0\0"
		"1:y1:qe", .at = 47, .width = 4),
	/* Ubiquiti's discovery, version 1 */
	[MESSAGE_UBIQUITI] = FIXED("\1\0\0\0"),
	/* memcached's protocol.txt: frame header, then a command that only tells */
	[MESSAGE_MEMCACHED] = FIXED("\0\0\0\0\0\1\0\0version\r\n", .width = 2),
	/* Valve's A2S_INFO */
	[MESSAGE_SOURCE_ENGINE] = FIXED("\xff\xff\xff\xffTSource Engine Query\0"),
	/* ASHRAE 135: read the device object's identifier; instance 4194303 is whoever is asked */
	[MESSAGE_BACNET] = FIXED("\x81\x0a\0\x11" "\1\4" "\0\5\0\x0c" "\x0c\2\x3f\xff\xff" "\x19\x4b",
		.at = 8, .width = 1),
	/* Mumble's ping: version and users, by our number */
	[MESSAGE_MUMBLE] = FIXED("\0\0\0\0" "\0\0\0\0\0\0\0\0", .at = 4, .width = 8),
};
/* clang-format on */

static message_fn *const built[PAYLOAD_MESSAGES] = {
	[MESSAGE_QUIC] = quic,
	[MESSAGE_DTLS] = dtls,
	[MESSAGE_IKE_V2] = ike_v2,
	[MESSAGE_IKE_V1] = ike_v1,
	[MESSAGE_IKE_V2_MARKED] = ike_v2_marked,
	[MESSAGE_IKE_V1_MARKED] = ike_v1_marked,
	[MESSAGE_RADIUS] = radius,
	[MESSAGE_SIP] = sip,
};

/* Writes the cookie in the width that the protocol has for it. */
static void write_cookie(struct build *b, const struct fixed *f, uint32_t cookie)
{
	switch (f->width) {
	case 1:
		build_u8(b, (uint8_t)(cookie % UINT8_MAX)); /* 255 asks for no answer (RMCP) */
		break;
	case 2:
		/* 0 is no tunnel (L2TP); a first byte of 0x80 is memcached's binary protocol */
		build_be16(b, (uint16_t)(cookie % INT16_MAX + 1));
		break;
	case 8:
		build_be32(b, cookie);
		build_be32(b, ~cookie);
		break;
	case 4:
		build_be32(b, f->der ? DER_INTEGER(cookie) : cookie);
		break;
	default:
		break;
	}
}

void payload_message_write(struct build *b, enum payload_message message, uint32_t cookie)
{
	const struct fixed *f = &fixed[message];

	if (built[message]) {
		built[message](b, cookie);
		return;
	}
	build_bytes(b, f->bytes, f->at);
	write_cookie(b, f, cookie);
	build_bytes(b, f->bytes + f->at + f->width, (size_t)(f->len - f->at - f->width));
}
