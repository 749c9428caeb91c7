// SPDX-License-Identifier: Apache-2.0
// The list's Protocol and Info columns, in Wireshark's words.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "craft.h"
#include "packet/summary.h"

#define HOST "192.0.2.10"
#define PEER "198.51.100.10"

static void assert_line(const struct frame *frame, const char *expected)
{
	struct packet p;
	struct buf out = {0};

	packet_decode(frame, &p);
	buf_puts(&out, summary_protocol(&p));
	buf_puts(&out, " | ");
	summary_info(&out, frame, &p);
	assert_string_equal(buf_text(&out), expected);
	buf_done(&out);
}

static void tcp_lines(void **state)
{
	static const uint8_t mss[] = {2, 4, 5, 180};
	static const uint8_t linux_options[] = {2, 4, 5, 180, 4, 2, 8, 10, 0, 0,
						0, 1, 0, 0,   0, 0, 1, 3,  3, 7};
	static const uint8_t sack[] = {1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2};
	static const struct {
		struct tcp_hdr tcp;
		const uint8_t *options;
		uint8_t options_len;
		const char *line;
	} rows[] = {
		{{40000, 80, .flags = TCP_SYN, .window = 1024},
		 mss,
		 4,
		 "TCP | 40000 → 80 [SYN] Seq=0 Win=1024 Len=0 MSS=1460"},
		{{80, 40000, .seq = 9, .ack = 1, .flags = TCP_SYN | TCP_ACK, .window = 65160},
		 linux_options,
		 20,
		 "TCP | 80 → 40000 [SYN, ACK] Seq=9 Ack=1 Win=65160 Len=0 MSS=1460 SACK_PERM "
		 "TSval=1 TSecr=0 WS=128"},
		{{80, 40000, .seq = 1, .ack = 1, .flags = TCP_RST | TCP_ACK},
		 NULL,
		 0,
		 "TCP | 80 → 40000 [RST, ACK] Seq=1 Ack=1 Win=0 Len=0"},
		{{40002, 22, .seq = 1, .window = 1024},
		 NULL,
		 0,
		 "TCP | 40002 → 22 [<None>] Seq=1 Win=1024 Len=0"},
		{{40003, 22, .seq = 1, .flags = TCP_FIN | TCP_PSH | TCP_URG, .window = 1024},
		 NULL,
		 0,
		 "TCP | 40003 → 22 [FIN, PSH, URG] Seq=1 Win=1024 Urg=0 Len=0"},
		{{40006, 22, .flags = TCP_SYN | TCP_ECE | TCP_CWR, .window = 1024},
		 mss,
		 4,
		 "TCP | 40006 → 22 [SYN, ECE, CWR] Seq=0 Win=1024 Len=0 MSS=1460"},
		{{1, 2, .flags = TCP_ACK},
		 sack,
		 12,
		 "TCP | 1 → 2 [ACK] Seq=0 Ack=0 Win=0 Len=0 SLE=1 SRE=2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct craft c;
		struct frame frame = craft_tcp4(&c, HOST, PEER, &rows[i].tcp, 64, 1,
						rows[i].options, rows[i].options_len);

		assert_line(&frame, rows[i].line);
	}
}

static void icmp_lines(void **state)
{
	static const struct {
		struct icmp_hdr icmp;
		const char *line;
	} rows[] = {
		{{.type = 8, .id = 0x500, .sequence = 13312},
		 "ICMP | Echo (ping) request  id=0x0500, seq=13312/52, ttl=64"},
		{{.type = 0, .id = 0x500, .sequence = 13312},
		 "ICMP | Echo (ping) reply    id=0x0500, seq=13312/52, ttl=64"},
		{{.type = 13, .id = 1}, "ICMP | Timestamp request    id=0x0001, seq=0/0, ttl=64"},
		{{.type = 14, .id = 1}, "ICMP | Timestamp reply      id=0x0001, seq=0/0, ttl=64"},
		{{.type = 17, .id = 1}, "ICMP | Address mask request id=0x0001, seq=0/0, ttl=64"},
		{{.type = 42}, "ICMP | Unknown ICMP type 42, code 0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct craft c;
		struct frame frame = craft_icmp4(&c, HOST, PEER, &rows[i].icmp, NULL, 0);

		assert_line(&frame, rows[i].line);
	}
}

/* What Wireshark leaves to the tree: the probe that an error is about. */
static void errors_name_the_probe(void **state)
{
	static const struct tcp_hdr syn = {40000, 70, .flags = TCP_SYN};
	static const struct {
		struct icmp_hdr icmp;
		uint32_t quote_len;
		const char *line;
	} rows[] = {
		{{.type = 3, .code = 3},
		 40,
		 "ICMP | Destination unreachable (Port unreachable) for 198.51.100.10:70/tcp"},
		{{.type = 3, .code = 13},
		 28,
		 "ICMP | Destination unreachable (Communication administratively filtered) for "
		 "198.51.100.10:70/tcp"},
		{{.type = 11},
		 28,
		 "ICMP | Time-to-live exceeded (Time to live exceeded in transit) for "
		 "198.51.100.10:70/tcp"},
		{{.type = 5, .code = 1},
		 20,
		 "ICMP | Redirect             (Redirect for host) for 198.51.100.10/tcp"},
		{{.type = 3, .code = 16}, 19, "ICMP | Destination unreachable (Unknown code: 16)"},
	};
	struct craft inner;
	struct frame quoted = craft_tcp4(&inner, HOST, PEER, &syn, 64, 1, NULL, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct craft c;
		struct frame frame = craft_icmp4(&c, "203.0.113.1", HOST, &rows[i].icmp,
						 quoted.bytes + 14, (uint16_t)rows[i].quote_len);

		assert_line(&frame, rows[i].line);
	}
}

static void arp_lines(void **state)
{
	static const struct {
		struct arp_hdr arp;
		const char *line;
	} rows[] = {
		{{.operation = 1, .sender = {4, {192, 0, 2, 2}}, .target = {4, {192, 0, 2, 1}}},
		 "ARP | Who has 192.0.2.1? Tell 192.0.2.2"},
		{{.operation = 1, .sender = {4, {0}}, .target = {4, {192, 0, 2, 1}}},
		 "ARP | Who has 192.0.2.1? (ARP Probe)"},
		{{.operation = 1, .sender = {4, {192, 0, 2, 1}}, .target = {4, {192, 0, 2, 1}}},
		 "ARP | ARP Announcement for 192.0.2.1"},
		{{.operation = 2,
		  .sender_mac = {2, 0, 0, 0, 0, 2},
		  .sender = {4, {192, 0, 2, 1}},
		  .target = {4, {192, 0, 2, 2}}},
		 "ARP | 192.0.2.1 is at 02:00:00:00:00:02"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct craft c;
		struct frame frame;

		craft_start(&c, ETHER_ARP);
		arp_write(&c.b, &rows[i].arp);
		frame = craft_frame(&c);
		assert_line(&frame, rows[i].line);
	}
}

static void icmpv6_lines(void **state)
{
	static const struct addr from = {6, {0xfe, 0x80, [15] = 1}}, to = {6, {0xff, 2, [15] = 1}};
	static const struct {
		struct icmpv6_hdr icmp;
		const char *line;
	} rows[] = {
		{{.type = 135, .target = {6, {0xfe, 0x80, [14] = 0xba, 0xbe}}},
		 "ICMPv6 | Neighbor Solicitation for fe80::babe"},
		{{.type = 135,
		  .target = {6, {0xfe, 0x80, [14] = 0xba, 0xbe}},
		  .has_link_address = true,
		  .link_address = {2, 0, 0, 0, 0, 1}},
		 "ICMPv6 | Neighbor Solicitation for fe80::babe from 02:00:00:00:00:01"},
		{{.type = 136,
		  .nd_flags = ND_SOLICITED | ND_OVERRIDE,
		  .target = {6, {0xfe, 0x80, [14] = 0xba, 0xbe}},
		  .has_link_address = true,
		  .link_address = {2, 0, 0, 0, 0, 1}},
		 "ICMPv6 | Neighbor Advertisement fe80::babe (sol, ovr) is at 02:00:00:00:00:01"},
		{{.type = 128, .id = 1, .sequence = 2},
		 "ICMPv6 | Echo (ping) request id=0x0001, seq=2, hop limit=64"},
		{{.type = 1, .code = 1},
		 "ICMPv6 | Destination Unreachable (Administratively "
		 "prohibited)"},
		{{.type = 3, .code = 9}, "ICMPv6 | Time Exceeded (Unknown (9))"},
		{{.type = 200}, "ICMPv6 | Unknown (200)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[64];
		struct build b = build_init(bytes, sizeof(bytes));
		struct frame frame;
		struct craft c;

		icmpv6_write(&b, &rows[i].icmp, &from, &to, NULL, 0);
		craft_start(&c, ETHER_IPV6);
		craft_ipv6(&c, "fe80::1", "ff02::1", IP_ICMPV6, 64, (uint32_t)b.len);
		build_bytes(&c.b, bytes, b.len);
		frame = craft_frame(&c);
		assert_line(&frame, rows[i].line);
	}
}

static void assert_udp(uint16_t port, const void *data, uint16_t len, const char *line)
{
	const struct udp_hdr udp = {.source_port = port, .destination_port = 4000};
	struct addr from = craft_addr(HOST), to = craft_addr(PEER);
	struct frame frame;
	struct craft c;

	craft_start(&c, ETHER_IPV4);
	craft_ipv4(&c, HOST, PEER, IP_UDP, 64, 1, UDP_HEADER_LEN + (uint32_t)len);
	udp_write(&c.b, &udp, &from, &to, data, len);
	frame = craft_frame(&c);
	assert_line(&frame, line);
}

static void udp_and_dns_lines(void **state)
{
	static const char query[] = "\x18\x0f\1\0\0\1\0\0\0\0\0\0"
				    "\00210\003100\00251\003198\007in-addr\004arpa\0\0\x0c\0\1";
	static const char missing[] = "\x18\x0f\x81\x83\0\1\0\0\0\0\0\0"
				      "\00210\003100\00251\003198\007in-addr\004arpa\0\0\x0c\0\1";
	static const char answer[] = "\0\1\x81\x80\0\1\0\1\0\0\0\0\4host\0\0\1\0\1"
				     "\xc0\x0c\0\1\0\1\0\0\0\1\0\4\xc0\0\2\1";
	static const char hostile[] = "\0\1\x81\x80\0\0\0\1\0\0\0\0\0\0\x0c\0\1\0\0\0\1\0\x08"
				      "\6\033[2J<\n\0";

	(void)state;
	assert_udp(50000, "", 0, "UDP | 50000 → 4000 Len=0");
	assert_udp(53, query, sizeof(query) - 1,
		   "DNS | Standard query 0x180f PTR 10.100.51.198.in-addr.arpa");
	assert_udp(53, missing, sizeof(missing) - 1,
		   "DNS | Standard query response 0x180f No such name PTR "
		   "10.100.51.198.in-addr.arpa");
	assert_udp(53, answer, sizeof(answer) - 1,
		   "DNS | Standard query response 0x0001 A host A 192.0.2.1");
	assert_udp(53, hostile, sizeof(hostile) - 1,
		   "DNS | Standard query response 0x0001 PTR \\x1B[2J<\\n");
	assert_udp(53, "abc", 3, "DNS | [Malformed Packet]");
}

static void what_is_cut_or_unknown_says_so(void **state)
{
	static const struct tcp_hdr syn = {40000, 70, .flags = TCP_SYN};
	struct craft c;
	struct frame frame = craft_tcp4(&c, HOST, PEER, &syn, 64, 1, NULL, 0);

	(void)state;
	frame.captured_len = 40;
	assert_line(&frame, "TCP | [Packet size limited during capture]");
	frame.captured_len = frame.wire_len;
	c.bytes[46] = 0x40;
	assert_line(&frame, "TCP | 40000 → 70 [SYN] Seq=0 Win=0, bogus TCP header length (16, must "
			    "be at least 20)[Malformed Packet]");
	c.bytes[20] = 0x20;
	assert_line(&frame, "IPv4 | Fragmented IP protocol (proto=TCP 6, off=0, ID=0001)");
	c.bytes[12] = 0x88;
	c.bytes[13] = 0xb5;
	assert_line(&frame, "Ethernet | EtherType 0x88b5, 54 bytes");
	c.bytes[12] = 0x08;
	c.bytes[13] = 0x00;
	c.bytes[20] = 0x00;
	c.bytes[23] = 43; /* a routing header of IPv6 has no name for the column */
	assert_line(&frame, "IPv4 | 20 bytes");
	frame.link = (enum link_type)147;
	assert_line(&frame, "Unknown | Link type 147, 54 bytes");
}

/* The packet ends within a header that has a number but no name of its own. */
static void an_extension_header_that_is_cut_leaves_its_packet_named(void **state)
{
	struct craft c;
	struct frame frame;

	(void)state;
	craft_start(&c, ETHER_IPV6);
	craft_ipv6(&c, "2001:db8::1", "2001:db8::2", IP_FRAGMENT, 64, 4);
	build_be32(&c.b, 0);
	frame = craft_frame(&c);
	assert_line(&frame, "IPv6 | [Malformed Packet]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_lines),
		cmocka_unit_test(icmp_lines),
		cmocka_unit_test(errors_name_the_probe),
		cmocka_unit_test(arp_lines),
		cmocka_unit_test(icmpv6_lines),
		cmocka_unit_test(udp_and_dns_lines),
		cmocka_unit_test(what_is_cut_or_unknown_says_so),
		cmocka_unit_test(an_extension_header_that_is_cut_leaves_its_packet_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
