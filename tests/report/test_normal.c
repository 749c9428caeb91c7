// SPDX-License-Identifier: Apache-2.0
// The report in the words people know, with names from the network made harmless.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/normal.h"

#define PORTS 1000

static struct report_port ports[PORTS];

/* Ports 1 to 1000: three open, three closed, the rest silent. */
static struct report_host scanme(void)
{
	static struct addr other;
	struct report_host host = {
		.name = "scanme.lab",
		.rdns = "scanme.lab",
		.up = true,
		.reason = {.word = "echo-reply", .hops = 57},
		.latency = 81234567,
		.ports = ports,
		.port_count = PORTS,
		.others = &other,
		.other_count = 1,
	};

	addr_parse("198.51.100.20", &host.addr);
	addr_parse("2001:db8:51::20", &other);
	for (uint16_t i = 0; i < PORTS; i++) {
		uint16_t port = i + 1;
		bool open = port == 22 || port == 53 || port == 80;
		bool closed = port == 25 || port == 70 || port == 113;

		ports[i] = (struct report_port) {
			.protocol = "tcp",
			.port = port,
			.state = open     ? PORT_OPEN
				 : closed ? PORT_CLOSED
					  : PORT_FILTERED,
			.reason = {.word = open     ? "syn-ack"
					   : closed ? "reset"
						    : "no-response",
				   .hops = open || closed ? 63 : 0},
			.service = port == 22 ? "ssh" : "unknown",
		};
	}
	return host;
}

static void check(const struct report_host *host, const struct report_style *style,
		  const char *expected)
{
	struct buf out = {0};

	normal_host(&out, host, style);
	assert_string_equal(buf_text(&out), expected);
	buf_done(&out);
}

static void default_scan(void **state)
{
	struct report_host host = scanme();

	(void)state;
	check(&host, &(struct report_style) {0},
	      "sonde scan report for scanme.lab (198.51.100.20)\n"
	      "Host is up (0.081s latency).\n"
	      "Other addresses for scanme.lab (not scanned): 2001:db8:51::20\n"
	      "Not shown: 994 filtered tcp ports (no-response)\n"
	      "PORT    STATE  SERVICE\n"
	      "22/tcp  open   ssh\n"
	      "25/tcp  closed unknown\n"
	      "53/tcp  open   unknown\n"
	      "70/tcp  closed unknown\n"
	      "80/tcp  open   unknown\n"
	      "113/tcp closed unknown\n\n");
}

static void reasons(void **state)
{
	struct report_host host = scanme();
	struct report_port *p = &ports[21];

	(void)state;
	host.ports = p;
	host.port_count = 1;
	host.other_count = 0;
	p->state = PORT_FILTERED;
	p->reason = (struct report_reason) {.word = "admin-prohibited", .hops = 62};
	addr_parse("203.0.113.1", &p->reason.from);
	host.rdns = "else.where";
	host.has_mac = true;
	check(&host, &(struct report_style) {.reasons = true},
	      "sonde scan report for scanme.lab (198.51.100.20)\n"
	      "Host is up, received echo-reply ttl 57 (0.081s latency).\n"
	      "rDNS record for 198.51.100.20: else.where\n"
	      "PORT   STATE    SERVICE REASON\n"
	      "22/tcp filtered ssh     admin-prohibited from 203.0.113.1 ttl 62\n"
	      "MAC Address: 00:00:00:00:00:00 (Unknown)\n\n");
}

static void open_ports_only(void **state)
{
	const struct report_style style = {.open_only = true};
	struct report_host host = scanme();

	(void)state;
	host.other_count = 0;
	ports[0].state = PORT_OPEN_FILTERED;
	ports[1].state = PORT_UNFILTERED;
	host.port_count = 25;
	check(&host, &style,
	      "sonde scan report for scanme.lab (198.51.100.20)\n"
	      "Host is up (0.081s latency).\n"
	      "Not shown: 21 filtered tcp ports (no-response), 1 closed tcp port (reset)\n"
	      "PORT   STATE         SERVICE\n"
	      "1/tcp  open|filtered unknown\n"
	      "2/tcp  unfiltered    unknown\n"
	      "22/tcp open          ssh\n\n");
	host.ports = &ports[22];
	host.port_count = 5;
	check(&host, &style, "");
}

static void two_protocols(void **state)
{
	struct report_host host = scanme();

	(void)state;
	host.other_count = 0;
	for (uint16_t i = 500; i < PORTS; i++) {
		ports[i].protocol = "udp";
		ports[i].state = i < 996 ? PORT_OPEN_FILTERED : PORT_CLOSED;
		ports[i].reason.word = i < 996 ? "no-response" : "port-unreach";
	}
	host.ports = &ports[100];
	host.port_count = PORTS - 100;
	check(&host, &(struct report_style) {0},
	      "sonde scan report for scanme.lab (198.51.100.20)\n"
	      "Host is up (0.081s latency).\n"
	      "Not shown: 496 open|filtered udp ports (no-response), 399 filtered tcp ports "
	      "(no-response)\n"
	      "PORT     STATE  SERVICE\n"
	      "113/tcp  closed unknown\n"
	      "997/udp  closed unknown\n"
	      "998/udp  closed unknown\n"
	      "999/udp  closed unknown\n"
	      "1000/udp closed unknown\n\n");
}

static void a_listed_target_is_one_line(void **state)
{
	struct report_host host = scanme();
	struct buf out = {0};

	(void)state;
	host.name = NULL;
	host.other_count = 0;
	host.rdns = "evil\x1b[2J";
	normal_target(&out, &host);
	assert_string_equal(buf_text(&out), "sonde scan report for evil\\x1B[2J (198.51.100.20)\n");
	buf_done(&out);
}

static void everything_folded(void **state)
{
	struct report_host host = scanme();

	(void)state;
	host.name = host.rdns = NULL;
	host.other_count = 0;
	host.latency = -1;
	for (unsigned i = 0; i < PORTS; i++) {
		ports[i].state = i < 900 ? PORT_CLOSED : PORT_FILTERED;
		ports[i].reason.word = i < 900 ? "reset" : i < 960 ? "no-response" : "host-unreach";
	}
	check(&host, &(struct report_style) {0},
	      "sonde scan report for 198.51.100.20\n"
	      "Host is up.\n"
	      "All 1000 scanned ports on 198.51.100.20 are in ignored states.\n"
	      "Not shown: 900 closed tcp ports (reset), 60 filtered tcp ports (no-response), "
	      "40 filtered tcp ports (host-unreach)\n\n");
}

static void hostile_names(void **state)
{
	struct report_host host = scanme();

	(void)state;
	host.name = NULL;
	host.rdns = "\033]0;x\a.evil";
	host.other_count = host.port_count = 0;
	check(&host, &(struct report_style) {0},
	      "sonde scan report for \\x1B]0;x\\x07.evil (198.51.100.20)\n"
	      "Host is up (0.081s latency).\n\n");
}

static void latency_has_two_digits(void **state)
{
	static const struct {
		nsec_t latency;
		const char *line;
	} rows[] = {
		{5300, "Host is up (0.0000053s latency).\n"},
		{123456, "Host is up (0.00012s latency).\n"},
		{80 * NSEC_PER_MSEC, "Host is up (0.080s latency).\n"},
		{1449 * NSEC_PER_MSEC, "Host is up (1.4s latency).\n"},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct report_host host = scanme();
		struct buf out = {0};

		host.latency = rows[i].latency;
		host.port_count = 0;
		normal_host(&out, &host, &(struct report_style) {0});
		assert_non_null(strstr(buf_text(&out), rows[i].line));
		buf_done(&out);
	}
}

static void down_hosts(void **state)
{
	struct report_host host = scanme();
	struct buf out = {0};

	(void)state;
	host.up = false;
	host.reason = (struct report_reason) {.word = "no-response"};
	check(&host, &(struct report_style) {0}, "");
	check(&host, &(struct report_style) {.verbose = 1},
	      "sonde scan report for scanme.lab (198.51.100.20) "
	      "[host down, received no-response]\n");
	normal_done(&out, &(struct report_summary) {.addresses = 1, .elapsed = 2530000000});
	assert_string_equal(buf_text(&out),
			    "Note: Host seems down. If it is really up, but blocking our ping "
			    "probes, try -Pn\n"
			    "sonde done: 1 IP address (0 hosts up) scanned in 2.53 seconds\n");
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(default_scan),
		cmocka_unit_test(reasons),
		cmocka_unit_test(open_ports_only),
		cmocka_unit_test(two_protocols),
		cmocka_unit_test(a_listed_target_is_one_line),
		cmocka_unit_test(everything_folded),
		cmocka_unit_test(hostile_names),
		cmocka_unit_test(latency_has_two_digits),
		cmocka_unit_test(down_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
