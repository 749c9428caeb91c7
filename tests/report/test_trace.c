// SPDX-License-Identifier: Apache-2.0
// Trace lines against the samples of facts/nmap.md 4.3 and what nmap 7.93 printed for odd frames.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../packet/craft.h"
#include "report/trace.h"

#define A "192.0.2.10"
#define B "203.0.113.5"

static void assert_trace(const struct frame *frame, bool sent, int64_t tick, const char *expected)
{
	struct buf out = {0};

	trace_line(&out, frame, sent, tick * 100000);
	assert_string_equal(buf_text(&out), expected);
	buf_done(&out);
}

static void arp_samples(void **state)
{
	const struct arp_hdr request = {.operation = ARP_REQUEST,
					.sender = {4, {192, 0, 2, 10}},
					.target = {4, {192, 0, 2, 20}}};
	const struct arp_hdr reply = {.operation = ARP_REPLY,
				      .sender_mac = {2, 0, 0x5e, 0x10, 0, 0x14},
				      .sender = {4, {192, 0, 2, 20}},
				      .target = {4, {192, 0, 2, 10}}};
	struct frame frame;
	struct craft c;

	(void)state;
	craft_start(&c, ETHER_ARP);
	arp_write(&c.b, &request);
	frame = craft_frame(&c);
	assert_trace(&frame, true, 412, "SENT (0.0412s) ARP who-has 192.0.2.20 tell 192.0.2.10\n");
	craft_start(&c, ETHER_ARP);
	arp_write(&c.b, &reply);
	frame = craft_frame(&c);
	assert_trace(&frame, false, 415,
		     "RCVD (0.0415s) ARP reply 192.0.2.20 is-at 02:00:5E:10:00:14\n");
}

static void tcp_samples(void **state)
{
	static const uint8_t mss[] = {2, 4, 5, 180};
	static const uint8_t linux_options[] = {2, 4,  5, 180, 4, 2, 8, 10, 0, 0,
						0, 77, 0, 0,   0, 0, 1, 3,  3, 7};
	static const struct {
		const char *from, *to;
		struct tcp_hdr tcp;
		uint8_t ttl;
		uint16_t id;
		const uint8_t *options;
		uint8_t options_len;
		bool sent;
		int64_t tick;
		const char *line;
	} rows[] = {
		{A,
		 B,
		 {41017, 443, 3118203551, .flags = TCP_SYN, .window = 1024},
		 44,
		 2201,
		 mss,
		 4,
		 true,
		 531,
		 "SENT (0.0531s) TCP 192.0.2.10:41017 > 203.0.113.5:443 S ttl=44 id=2201 iplen=44  "
		 "seq=3118203551 win=1024 <mss 1460>\n"},
		{A,
		 B,
		 {41017, 80, 0, .flags = TCP_ACK, .window = 1024},
		 58,
		 50133,
		 NULL,
		 0,
		 true,
		 532,
		 "SENT (0.0532s) TCP 192.0.2.10:41017 > 203.0.113.5:80 A ttl=58 id=50133 iplen=40  "
		 "seq=0 win=1024 \n"},
		{A,
		 B,
		 {41273, 22, 991283001, .flags = TCP_SYN, .window = 1024},
		 47,
		 777,
		 mss,
		 4,
		 true,
		 1904,
		 "SENT (0.1904s) TCP 192.0.2.10:41273 > 203.0.113.5:22 S ttl=47 id=777 iplen=44  "
		 "seq=991283001 win=1024 <mss 1460>\n"},
		{B,
		 A,
		 {22, 41273, 402661, .flags = TCP_SYN | TCP_ACK, .window = 64240},
		 57,
		 0,
		 mss,
		 4,
		 false,
		 2041,
		 "RCVD (0.2041s) TCP 203.0.113.5:22 > 192.0.2.10:41273 SA ttl=57 id=0 iplen=44  "
		 "seq=402661 win=64240 <mss 1460>\n"},
		{B,
		 A,
		 {23, 41273, 0, .flags = TCP_RST | TCP_ACK},
		 57,
		 0,
		 NULL,
		 0,
		 false,
		 2043,
		 "RCVD (0.2043s) TCP 203.0.113.5:23 > 192.0.2.10:41273 RA ttl=57 id=0 iplen=40  "
		 "seq=0 win=0 \n"},
		{A,
		 B,
		 {41275, 25, 991413071, .flags = TCP_SYN, .window = 1024},
		 40,
		 12001,
		 mss,
		 4,
		 true,
		 13051,
		 "SENT (1.3051s) TCP 192.0.2.10:41275 > 203.0.113.5:25 S ttl=40 id=12001 iplen=44  "
		 "seq=991413071 win=1024 <mss 1460>\n"},
		{"192.0.2.20",
		 A,
		 {443, 41273, 1, .flags = TCP_SYN | TCP_ACK, .window = 65160},
		 64,
		 0,
		 linux_options,
		 20,
		 false,
		 2301,
		 "RCVD (0.2301s) TCP 192.0.2.20:443 > 192.0.2.10:41273 SA ttl=64 id=0 iplen=60  "
		 "seq=1 win=65160 <mss 1460,sackOK,timestamp 77 0,nop,wscale 7>\n"},
		{A,
		 B,
		 {1, 2, 0, .flags = 0x1ff},
		 1,
		 1,
		 NULL,
		 0,
		 false,
		 0,
		 "RCVD (0.0000s) TCP 192.0.2.10:1 > 203.0.113.5:2 SFRPAUEC ttl=1 id=1 iplen=40  "
		 "seq=0 win=0 \n"},
		{A,
		 B,
		 {1, 2, 0, .flags = 0},
		 1,
		 1,
		 NULL,
		 0,
		 false,
		 0,
		 "RCVD (0.0000s) TCP 192.0.2.10:1 > 203.0.113.5:2  ttl=1 id=1 iplen=40  "
		 "seq=0 win=0 \n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct craft c;
		struct frame frame =
			craft_tcp4(&c, rows[i].from, rows[i].to, &rows[i].tcp, rows[i].ttl,
				   rows[i].id, rows[i].options, rows[i].options_len);

		assert_trace(&frame, rows[i].sent, rows[i].tick, rows[i].line);
	}
}

static void assert_options(const void *options, uint8_t len, const char *text)
{
	static const struct tcp_hdr tcp = {.flags = TCP_ACK};
	struct buf out = {0};
	struct craft c;
	struct frame frame = craft_tcp4(&c, A, B, &tcp, 1, 1, options, len);

	trace_line(&out, &frame, true, 0);
	assert_string_equal(strstr(buf_text(&out), "win=0 ") + 6, text);
	buf_done(&out);
}

/* Each but the last two as nmap 7.93 printed it. */
static void tcp_options_text(void **state)
{
	(void)state;
	assert_options("\1\1\1\0", 4, "<nop,nop,nop,eol>\n");
	assert_options("\0\1\1\1", 4, "<eol,nop,nop,nop>\n");
	assert_options("\1\0\2\4", 4, "\n");
	assert_options("\5\12\0\0\0\1\0\0\0\2\1\1", 12, "<sack 1 {16777216:33554432},nop,nop>\n");
	assert_options("\1\1\1\2", 4, "\n");
	assert_options("\2\4\5\264\42\2\1\1", 8, "<mss 1460,kind 34,nop,nop>\n");
	assert_options("\2\3\5\1", 4, "\n");
}

static void icmp_samples(void **state)
{
	static const struct {
		struct icmp_hdr icmp;
		const char *line;
	} rows[] = {
		{{.type = 8, .id = 4711},
		 "SENT (0.0530s) ICMP [192.0.2.10 > 203.0.113.5 Echo request (type=8/code=0) id=4711 "
		 "seq=0] IP [ttl=64 id=501 iplen=28 ]\n"},
		{{.type = 0, .id = 4711},
		 "SENT (0.0530s) ICMP [192.0.2.10 > 203.0.113.5 Echo reply (type=0/code=0) id=4711 "
		 "seq=0] IP [ttl=64 id=501 iplen=28 ]\n"},
		{{.type = 13, .id = 812},
		 "SENT (0.0530s) ICMP [192.0.2.10 > 203.0.113.5 Timestamp request (type=13/code=0) "
		 "id=812 seq=0 orig=0 recv=0 trans=0] IP [ttl=64 id=501 iplen=40 ]\n"},
		{{.type = 18, .mask = 0xffffff00},
		 "SENT (0.0530s) ICMP [192.0.2.10 > 203.0.113.5 Address mask reply (type=18/code=0) "
		 "id=0 seq=0 mask=255.255.255.0] IP [ttl=64 id=501 iplen=32 ]\n"},
		{{.type = 42},
		 "SENT (0.0530s) ICMP [192.0.2.10 > 203.0.113.5 Unknown type (type=42/code=0) ] "
		 "IP [ttl=64 id=501 iplen=28 ]\n"},
		{{.type = 3, .code = 1},
		 "SENT (0.0530s) ICMP 192.0.2.10 > 203.0.113.5 Destination unreachable "
		 "(type=3/code=1) ttl=64 id=501 iplen=28 \n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct craft c;
		struct frame frame = craft_icmp4(&c, A, B, &rows[i].icmp, NULL, 0);

		assert_trace(&frame, true, 530, rows[i].line);
	}
}

/* C11, C14, C15 and their like: the words depend on how much is quoted. */
static void icmp_errors(void **state)
{
	static const struct {
		uint8_t type, code;
		uint16_t quote_len;
		const char *words;
	} rows[] = {
		{3, 0, 28, "Network 203.0.113.5 unreachable (type=3/code=0) ]"},
		{3, 1, 28, "Host 203.0.113.5 unreachable (type=3/code=1) ]"},
		{3, 2, 28, "Protocol 6 unreachable (type=3/code=2) ]"},
		{3, 3, 28, "Port unreachable (type=3/code=3) ]"},
		{3, 3, 29, "Port 25 unreachable (type=3/code=3) ]"},
		{3, 4, 28, "Fragmentation required (type=3/code=4) Next-Hop-MTU=576]"},
		{3, 10, 28,
		 "Destination host 203.0.113.5 administratively prohibited (type=3/code=10) ]"},
		{3, 13, 28,
		 "Communication administratively prohibited by filtering (type=3/code=13) ]"},
		{3, 16, 28, "Destination unreachable (unknown code) (type=3/code=16) ]"},
		{11, 0, 28, "TTL=0 during transit (type=11/code=0) ]"},
		{11, 0, 0, "TTL=0 during transit (type=11/code=0) ]"},
		{5, 1, 28, "Host redirect (type=5/code=1) addr=192.0.2.1]"},
		{12, 0, 28,
		 "Parameter problem (pointer indicates error) (type=12/code=0) pointer=9]"},
	};
	static const struct tcp_hdr syn = {40000, 25, .flags = TCP_SYN};
	struct craft inner;
	struct frame quoted = craft_tcp4(&inner, A, B, &syn, 64, 1, NULL, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct icmp_hdr icmp = {.type = rows[i].type,
					.code = rows[i].code,
					.mtu = 576,
					.pointer = 9,
					.gateway = {4, {192, 0, 2, 1}}};
		struct craft c;
		struct frame frame = craft_icmp4(&c, "198.51.100.1", A, &icmp, quoted.bytes + 14,
						 rows[i].quote_len);
		char line[300];

		snprintf(line, sizeof(line),
			 "RCVD (0.2107s) ICMP [198.51.100.1 > 192.0.2.10 %s IP [ttl=64 id=501 "
			 "iplen=%u ]\n",
			 rows[i].words, 28u + rows[i].quote_len);
		assert_trace(&frame, false, 2107, line);
	}
}

static void udp_sctp_and_others(void **state)
{
	static const struct {
		uint8_t protocol;
		uint32_t payload_len;
		const char *body;
	} rows[] = {
		{17, 8, "UDP 192.0.2.10:50100 > 203.0.113.5:5555 ttl=51 id=9 iplen=28 "},
		{17, 7,
		 "UDP 192.0.2.10:?? > 203.0.113.5:?? fragment ttl=51 id=9 iplen=27  "
		 "(incomplete)"},
		{6, 19, "TCP 192.0.2.10:?? > 203.0.113.5:?? ?? ttl=51 id=9 iplen=39  (incomplete)"},
		{132, 12, "SCTP 192.0.2.10:50100 > 203.0.113.5:5555 ttl=51 id=9 iplen=32 "},
		{1, 7, "ICMP 192.0.2.10 > 203.0.113.5 [??] ttl=51 id=9 iplen=27 "},
		{47, 0, "gre (47) 192.0.2.10 > 203.0.113.5: ttl=51 id=9 iplen=20 "},
		{0, 0, "hopopt (0) 192.0.2.10 > 203.0.113.5: ttl=51 id=9 iplen=20 "},
		{200, 4, "unknown (200) 192.0.2.10 > 203.0.113.5: ttl=51 id=9 iplen=24 "},
		{58, 4,
		 "ICMPv6 (58) 192.0.2.10 > 203.0.113.5 (type=?/code=?) ttl=51 id=9 iplen=24 "},
		{58, 8,
		 "ICMPv6 (58) 192.0.2.10 > 203.0.113.5 (type=195/code=180) ttl=51 id=9 "
		 "iplen=28 "},
	};
	static const uint8_t payload[32] = {195, 180, 21, 179, 0, 8};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frame frame;
		struct craft c;
		char line[300];

		craft_start(&c, ETHER_IPV4);
		craft_ipv4(&c, A, B, rows[i].protocol, 51, 9, rows[i].payload_len);
		build_bytes(&c.b, payload, rows[i].payload_len);
		frame = craft_frame(&c);
		snprintf(line, sizeof(line), "SENT (0.3010s) %s\n", rows[i].body);
		assert_trace(&frame, true, 3010, line);
	}
}

static void ipv6_samples(void **state)
{
	static const uint8_t mss[] = {2, 4, 5, 180};
	const struct tcp_hdr syn = {41017, 443, 3118203551, .flags = TCP_SYN, .window = 1024};
	const struct icmpv6_hdr echo = {.type = ICMPV6_ECHO};
	struct icmpv6_hdr advert = {.type = ICMPV6_NEIGHBOUR_ADVERT,
				    .target = craft_addr("2001:db8::20"),
				    .has_link_address = true,
				    .link_address = {2, 0, 0x5e, 0x10, 0, 0x14}};
	struct addr from = craft_addr("2001:db8::10"), to = craft_addr("2001:db8:5::5");
	struct frame frame;
	struct craft c;

	(void)state;
	craft_start(&c, ETHER_IPV6);
	craft_ipv6(&c, "2001:db8::10", "2001:db8:5::5", IP_ICMPV6, 255, 8);
	icmpv6_write(&c.b, &echo, &from, &to, NULL, 0);
	frame = craft_frame(&c);
	assert_trace(&frame, true, 700,
		     "SENT (0.0700s) ICMPv6 (58) 2001:db8::10 > 2001:db8:5::5 (type=128/code=0) "
		     "hopl=255 flow=0 payloadlen=8\n");
	craft_start(&c, ETHER_IPV6);
	craft_ipv6(&c, "2001:db8::10", "2001:db8:5::5", IP_TCP, 255, 24);
	tcp_write(&c.b, &syn, &from, &to, mss, 4);
	frame = craft_frame(&c);
	assert_trace(&frame, true, 702,
		     "SENT (0.0702s) TCP 2001:db8::10:41017 > 2001:db8:5::5:443 S hopl=255 flow=0 "
		     "payloadlen=24 seq=3118203551 win=1024 <mss 1460>\n");
	craft_start(&c, ETHER_IPV6);
	craft_ipv6(&c, "2001:db8::20", "2001:db8::10", IP_ICMPV6, 255, 32);
	icmpv6_write(&c.b, &advert, &advert.target, &from, NULL, 0);
	frame = craft_frame(&c);
	assert_trace(&frame, false, 461,
		     "RCVD (0.0461s) neighbor advertisement 2001:db8::20 > 2001:db8::10 "
		     "2001:db8::20 is at 02:00:5e:10:00:14\n");
	assert_trace(&frame, true, 461,
		     "SENT (0.0461s) ICMPv6 (58) 2001:db8::20 > 2001:db8::10 (type=136/code=0) "
		     "hopl=255 flow=0 payloadlen=32\n");
}

static void assert_ip_options(const void *options, uint8_t len, const char *text)
{
	struct buf out = {0};
	struct frame frame;
	struct craft c;

	craft_start(&c, ETHER_IPV4);
	craft_ipv4(&c, A, B, 200, 1, 1, len);
	build_bytes(&c.b, options, len);
	c.bytes[14] = (uint8_t)(0x45 + len / 4);
	frame = craft_frame(&c);
	trace_line(&out, &frame, true, 0);
	assert_string_equal(strstr(buf_text(&out), "ipopts="), text);
	buf_done(&out);
}

/* As nmap 7.93 printed them, its double closing brace included. */
static void ip_options_text(void **state)
{
	(void)state;
	assert_ip_options("\1\1\1\0", 4, "ipopts={ NOP NOP NOP EOL}\n");
	assert_ip_options("\7\13\4\1\2\3\4\5\6\7\10\0", 12, "ipopts={ RR{#1.2.3.4 5.6.7.8} EOL}\n");
	assert_ip_options("\7\13\10\1\2\3\4\5\6\7\10\0", 12,
			  "ipopts={ RR{ 1.2.3.4#5.6.7.8} EOL}\n");
	assert_ip_options("\211\13\14\1\2\3\4\5\6\7\10\1", 12,
			  "ipopts={ SSRR{ 1.2.3.4 5.6.7.8#} NOP}\n");
	assert_ip_options("\7\13\5\1\2\3\4\5\6\7\10\0", 12,
			  "ipopts={ RR{ [bad ptr=05]\\x01 2.3.4.5\\x06\\x07\\x08} EOL}\n");
	assert_ip_options("\104\14\5\60\1\2\3\4\5\6\7\10", 12,
			  "ipopts={ TM{[3 hosts not recorded]#16909060 84281096 }}\n");
	assert_ip_options("\104\14\15\1\1\2\3\4\5\6\7\10", 12,
			  "ipopts={ TM{[0 hosts not recorded] 1.2.3.4@84281096#}}\n");
	assert_ip_options("\210\4\0\11", 4, "ipopts={ SI{id=9}}\n");
	assert_ip_options("\224\4\0\0", 4, "ipopts={ ??{\\x94\\x04\\x00\\x00}}\n");
	assert_ip_options("\7\50\4\0", 4, "ipopts={ RR{\\x00}}\n");
	assert_ip_options("\1\1\1\7", 4, "ipopts={ NOP NOP NOP\\x07}}\n");
}

/* Frames for which Nmap has no line. */
static void frames_that_are_neither(void **state)
{
	struct frame frame;
	struct craft c;

	(void)state;
	craft_start(&c, 0x88cc);
	build_zero(&c.b, 46);
	frame = craft_frame(&c);
	assert_trace(
		&frame, false, 0,
		"RCVD (0.0000s) ether (35020) 02:00:5E:10:00:14 > 02:00:00:00:00:01: len=60\n");
	frame.link = (enum link_type)147;
	assert_trace(&frame, true, 0, "SENT (0.0000s) link (147) none > none: len=60\n");
	frame.link = LINK_RAW;
	assert_trace(&frame, true, 0, "SENT (0.0000s) BOGUS!  Can't parse supposed IP packet\n");
}

static void times_round_to_four_digits(void **state)
{
	static const struct {
		nsec_t time;
		const char *text;
	} rows[] = {
		{0, "(0.0000s)"},
		{49999, "(0.0000s)"},
		{50000, "(0.0001s)"},
		{999949999, "(0.9999s)"},
		{999950000, "(1.0000s)"},
		{86400 * NSEC_PER_SEC + 123400000, "(86400.1234s)"},
		{INT64_MAX, "(9223372036.8548s)"},
		{-1, "(0.0000s)"},
		{-NSEC_PER_MSEC, "(-0.0010s)"},
		{INT64_MIN, "(-9223372036.8548s)"},
	};
	struct frame frame = {.link = LINK_RAW};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = {0};

		trace_line(&out, &frame, true, rows[i].time);
		assert_memory_equal(buf_text(&out) + 5, rows[i].text, strlen(rows[i].text));
		buf_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arp_samples),
		cmocka_unit_test(tcp_samples),
		cmocka_unit_test(tcp_options_text),
		cmocka_unit_test(icmp_samples),
		cmocka_unit_test(icmp_errors),
		cmocka_unit_test(udp_sctp_and_others),
		cmocka_unit_test(ipv6_samples),
		cmocka_unit_test(ip_options_text),
		cmocka_unit_test(frames_that_are_neither),
		cmocka_unit_test(times_round_to_four_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
