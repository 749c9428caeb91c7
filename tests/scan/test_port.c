// SPDX-License-Identifier: Apache-2.0
// Port specifications, the ranked ports and the scan order.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "scan/port.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
	TCP = 1 << SERVICE_TCP,
	UDP = 1 << SERVICE_UDP,
	SCTP = 1 << SERVICE_SCTP,
	IP = 1 << SERVICE_IP,
};

static struct service_table *names;
static struct port_spec spec; /* too large for a stack frame one likes */

static int start(void **state)
{
	(void)state;
	names = service_table_new(NULL, 0);
	return names ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	service_table_free(names);
	return 0;
}

/* "22,80 U:53": TCP first, the others with their letters. */
static void print_spec(const struct port_spec *s, struct buf *out)
{
	static const char letters[] = "TUSP";

	buf_clear(out);
	for (size_t i = 0; i < SERVICE_PROTOS; i++) {
		if (!s->of[i].count)
			continue;
		if (i)
			buf_printf(out, "%s%c:", out->len ? " " : "", letters[i]);
		port_set_print(&s->of[i], out);
	}
}

static void reads_what_nmap_reads(void **state)
{
	static const struct {
		const char *text;
		unsigned scanned;
		const char *result;
	} rows[] = {
		{"22", TCP, "22"},
		{"0", TCP, "0"},
		{"00080", TCP, "80"},
		{"-", TCP, "1-65535"},
		{"0-", TCP, "0-65535"},
		{"-5", TCP, "1-5"},
		{"65530-", TCP, "65530-65535"},
		{"63-64,127-128,65535", TCP, "63-64,127-128,65535"},
		{"22,22,20-23,21", TCP, "20-23"},
		{"80,22", TCP, "22,80"},
		{"22,", TCP, "22"},
		{" 22 , 80 , ", TCP, "22,80"},
		{"http", TCP, "80"},
		{"ssh,htt?", TCP, "22,80"},
		{"https", TCP, "443"},
		{"domain", TCP | UDP, "53 U:53"},
		{"tftp,T:ssh", TCP | UDP, "22,69 U:69"},
		{"T:80,81", TCP, "80-81"},
		{"T:80,U:53,54", TCP | UDP, "80 U:53-54"},
		{"80,U:53", TCP | UDP, "80 U:53,80"},
		{"80,[U:53,161],81", TCP | UDP, "80-81 U:53,80-81,161"},
		{"[T:22,U:53],161", TCP | UDP, "22,161 U:53,161"},
		{"T:[22,80],81", TCP | UDP, "22,80-81"},
		{"[1-30]", TCP, "1-7,9,11,13,17-27,29-30"},
		{"[80],81", TCP, "80-81"},
		{"[ 22 , 0-5 ]", TCP, "1-5,22"},
		{"[http],[ssh]", TCP, "22,80"},
		{"-", IP, "P:0-255"},
		{"P:1-,T:7", TCP | IP, "7 P:1-255"},
		{"S:36412", TCP | SCTP, "S:36412"},
		{"S:[1-30]", SCTP, "S:9,20-22"},
	};
	struct buf out = {0};
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (port_parse(rows[i].text, rows[i].scanned, names, &spec, &err))
			fail_msg("%s: %s", rows[i].text, err.text);
		print_spec(&spec, &out);
		assert_string_equal(buf_text(&out), rows[i].result);
	}
	buf_done(&out);
}

static void refusals_are_sentences(void **state)
{
	static const struct {
		const char *text;
		unsigned scanned;
		const char *sentence;
	} rows[] = {
		{"", TCP, "the list of ports is empty; write it like \"22,80-90,http*\""},
		{"  ", TCP, "the list of ports is empty; write it like \"22,80-90,http*\""},
		{"65536", TCP, "port \"65536\" is too large; ports go from 0 to 65535"},
		{"22-65536", TCP, "port \"65536\" is too large; ports go from 0 to 65535"},
		{"18446744073709551617", TCP,
		 "port \"18446744073709551617\" is too large; ports go from 0 to 65535"},
		{"256", IP, "protocol \"256\" is too large; IP protocols go from 0 to 255"},
		{"90-80", TCP, "port range \"90-80\" is reversed; write \"80-90\""},
		{"-0", TCP,
		 "port range \"-0\" is empty, because an open range starts at 1; write \"0\" "
		 "if port 0 is meant"},
		{",22", TCP, "a port is missing before \",22\"; write it like \"22,80-90,http*\""},
		{"22,,80", TCP,
		 "a port is missing before \",80\"; write it like \"22,80-90,http*\""},
		{"T:", TCP, "a port is missing at the end; write it like \"22,80-90,http*\""},
		{"1-2-3", TCP,
		 "\"1-2-3\" has more than one dash; write it like \"22,80-90,http*\""},
		{"--5", TCP, "\"--5\" has more than one dash; write it like \"22,80-90,http*\""},
		{"22;80", TCP,
		 "\"22;80\" is no port, range or service name; write it like "
		 "\"22,80-90,http*\""},
		{"22 80", TCP,
		 "a comma is missing before \"80\"; write it like \"22,80-90,http*\""},
		{"HTTP", TCP, "\"HTTP\" is no port; names of services are written in lower case"},
		{"htpp", TCP, "no service is called \"htpp\"; did you mean \"http\"?"},
		{"nothing-like-it", TCP,
		 "no service is called \"nothing-like-it\"; give the port's "
		 "number, or use \"*\" and \"?\" in the name"},
		{"zz*", TCP,
		 "no service is called \"zz*\"; give the port's number, or use \"*\" and "
		 "\"?\" in the name"},
		{"80-http", TCP,
		 "\"80-http\" is no port, range or service name; write it like "
		 "\"22,80-90,http*\""},
		{"t:80", TCP,
		 "\"t:\" is no protocol; write T: (TCP), U: (UDP), S: (SCTP) or P: (IP "
		 "protocol)"},
		{"T:80,U:53", TCP,
		 "\"U:53\" asks for udp, which this scan does not probe; leave "
		 "\"U:53\" out"},
		{"P:6", TCP,
		 "\"P:6\" asks for IP protocols, which this scan does not probe; leave "
		 "\"P:6\" out"},
		{"[80,[81]]", TCP, "brackets may not stand in brackets, as in \"[80,[81]]\""},
		{"[80", TCP, "\"[80\" lacks its closing \"]\""},
		{"[80 81]", TCP, "\"[80 81]\" lacks its closing \"]\""},
		{"[]", TCP, "a port is missing before \"]\"; write it like \"22,80-90,http*\""},
		{"80]", TCP, "\"]\" in \"80]\" has no \"[\" before it"},
		{"[80]81", TCP,
		 "a comma is missing before \"81\"; write it like \"22,80-90,http*\""},
		{"[8]", TCP, "\"[8]\" holds no port of the ranked list"},
		{"\033[31m", TCP,
		 "\"\\x1B\" is no port, range or service name; write it like "
		 "\"22,80-90,http*\""},
	};
	static struct port_spec before;

	(void)state;
	memset(&spec, 0x5a, sizeof(spec));
	before = spec;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = {0};

		assert_int_equal(port_parse(rows[i].text, rows[i].scanned, names, &spec, &err),
				 -22);
		assert_string_equal(err.text, rows[i].sentence);
	}
	assert_memory_equal(&spec, &before, sizeof(spec));
}

static void print_and_parse_are_inverse(void **state)
{
	struct rng rng = {22};
	struct buf text = {0}, again = {0};

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct port_set set = {0};
		unsigned count = 0;

		for (uint64_t ranges = 1 + rng_below(&rng, 40); ranges; ranges--) {
			unsigned first = (unsigned)rng_below(&rng, PORT_COUNT);
			unsigned span = (unsigned)rng_below(&rng, round % 2 ? 5 : 5000);

			port_set_add(&set, first,
				     first + span > PORT_MAX ? PORT_MAX : first + span);
		}
		for (int port = port_set_next(&set, 0); port >= 0;
		     port = port_set_next(&set, (unsigned)port + 1)) {
			assert_true(port_set_has(&set, (unsigned)port));
			count++;
		}
		assert_int_equal(count, set.count);
		buf_clear(&text);
		port_set_print(&set, &text);
		assert_int_equal(port_parse(buf_text(&text), TCP, names, &spec, NULL), 0);
		assert_memory_equal(&spec.of[SERVICE_TCP], &set, sizeof(set));
		buf_clear(&again);
		port_set_print(&spec.of[SERVICE_TCP], &again);
		assert_string_equal(buf_text(&again), buf_text(&text));
	}
	buf_done(&text);
	buf_done(&again);
}

static void sets_add_and_take_out(void **state)
{
	struct port_set set = {0}, other = {0};

	(void)state;
	port_set_add(&set, 0, PORT_MAX);
	assert_int_equal(set.count, PORT_COUNT);
	port_set_remove(&set, 64);
	port_set_remove(&set, 64);
	assert_int_equal(set.count, PORT_COUNT - 1);
	assert_false(port_set_has(&set, 64));
	assert_false(port_set_has(&set, PORT_COUNT));
	assert_int_equal(port_set_next(&set, 64), 65);
	assert_int_equal(port_set_next(&set, PORT_COUNT), -1);
	port_set_add(&other, 60, 70);
	port_set_intersect(&set, &other);
	assert_int_equal(set.count, 10);
	port_set_subtract(&set, &other);
	assert_int_equal(set.count, 0);
	assert_int_equal(port_set_next(&set, 0), -1);
	port_set_unite(&set, &other);
	assert_int_equal(set.count, 11);
}

static void the_ranked_list_is_sound(void **state)
{
	(void)state;
	for (unsigned proto = SERVICE_TCP; proto <= SERVICE_UDP; proto++) {
		struct port_set seen = {0};
		size_t count;
		const uint16_t *rank = port_rank((enum service_proto)proto, &count);

		assert_true(count > 5000);
		assert_int_equal(rank[0], proto == SERVICE_TCP ? 80 : 631);
		for (size_t i = 0; i < count; i++) {
			assert_false(port_set_has(&seen, rank[i]));
			port_set_add(&seen, rank[i], rank[i]);
			if (i < PORT_DEFAULT_TOP)
				continue;
			assert_string_not_equal(
				service_name(names, (enum service_proto)proto, rank[i]), "unknown");
			assert_true(i == PORT_DEFAULT_TOP || rank[i] > rank[i - 1]);
		}
		for (unsigned n = 1; n <= PORT_MAX; n += n < 1100 ? 1 : 997) {
			struct port_set set = {0};

			port_top((enum service_proto)proto, n, NULL, &set);
			assert_int_equal(set.count, n);
			assert_false(port_set_has(&set, 0));
		}
	}
	assert_null(port_rank(SERVICE_IP, &(size_t) {0}));
}

static void choices_combine(void **state)
{
	static const struct {
		struct port_choice choice;
		unsigned count;
		const char *ports;
	} rows[] = {
		{{.scanned = TCP}, 1000, NULL},
		{{.scanned = TCP | UDP}, 2000, NULL},
		{{.scanned = TCP, .fast = true}, 100, NULL},
		{{.scanned = TCP, .top = 5}, 5, "21-23,80,443"},
		{{.scanned = UDP, .top = 3}, 3, "U:137,161,631"},
		{{.scanned = TCP, .top = 65535}, 65535, "1-65535"},
		{{.scanned = TCP, .spec = "1-100", .top = 5}, 5, "21-23,25,80"},
		{{.scanned = TCP, .spec = "1-30", .top = 5}, 5, "21-23,25-26"},
		{{.scanned = TCP, .spec = "0,4", .top = 5}, 2, "0,4"},
		{{.scanned = TCP, .spec = "20-25", .exclude = "22,ftp*"}, 3, "23-25"},
		{{.scanned = TCP, .top = 5, .exclude = "21-23"}, 2, "80,443"},
	};
	struct buf out = {0};
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned count = 0;

		if (port_choose(&rows[i].choice, names, &spec, &err))
			fail_msg("row %zu: %s", i, err.text);
		for (size_t proto = 0; proto < SERVICE_PROTOS; proto++)
			count += spec.of[proto].count;
		assert_int_equal(count, rows[i].count);
		print_spec(&spec, &out);
		if (rows[i].ports)
			assert_string_equal(buf_text(&out), rows[i].ports);
	}
	buf_done(&out);
}

static void choices_that_clash(void **state)
{
	static const struct {
		struct port_choice choice;
		const char *sentence;
	} rows[] = {
		{{.scanned = TCP, .fast = true, .spec = "22"},
		 "-F and -p \"22\" exclude each other; use -p with --top-ports 100 for the most popular "
		 "of these ports"},
		{{.scanned = TCP, .fast = true, .top = 7},
		 "-F means --top-ports 100, so --top-ports 7 contradicts it; leave one out"},
		{{.scanned = IP}, "there is no ranking of ip ports; name the ports with -p"},
		{{.scanned = TCP, .spec = "22", .exclude = "-"},
		 "excluding \"-\" leaves no port to scan; exclude less"},
		{{.scanned = TCP, .spec = "90-80"},
		 "port range \"90-80\" is reversed; write \"80-90\""},
		{{.scanned = TCP, .exclude = "x:"},
		 "\"x:\" is no protocol; write T: (TCP), U: (UDP), S: (SCTP) or P: (IP protocol)"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = {0};

		assert_int_equal(port_choose(&rows[i].choice, names, &spec, &err), -22);
		assert_string_equal(err.text, rows[i].sentence);
	}
}

static void popular_ports_go_first(void **state)
{
	static uint16_t order[PORT_COUNT], again[PORT_COUNT];
	struct port_set set = {0}, seen = {0};
	size_t moved = 0;

	(void)state;
	port_top(SERVICE_TCP, 1000, NULL, &set);
	port_order(&set, SERVICE_TCP, 7, true, order);
	for (size_t i = 1; i < set.count; i++)
		assert_true(order[i - 1] < order[i]);
	port_order(&set, SERVICE_TCP, 7, false, order);
	for (size_t i = 0; i < 28; i++)
		port_set_add(&seen, order[i], order[i]);
	assert_true(port_set_has(&seen, 80) && port_set_has(&seen, 256) &&
		    port_set_has(&seen, 554) && port_set_has(&seen, 1720));
	for (size_t i = 28; i < set.count; i++)
		port_set_add(&seen, order[i], order[i]);
	assert_memory_equal(&seen, &set, sizeof(set));
	port_order(&set, SERVICE_TCP, 7, false, again);
	assert_memory_equal(order, again, set.count * sizeof(order[0]));
	port_order(&set, SERVICE_TCP, 8, false, again);
	for (size_t i = 0; i < 28; i++)
		moved += order[i] != again[i];
	assert_true(moved > 14);
	port_order(&set, SERVICE_UDP, 7, false, again);
	assert_memory_not_equal(order, again, 28 * sizeof(order[0]));
	set = (struct port_set) {0};
	port_order(&set, SERVICE_TCP, 1, false, order);
	port_set_add(&set, 0, PORT_MAX);
	port_order(&set, SERVICE_TCP, 1, false, order);
	seen = (struct port_set) {0};
	for (size_t i = 0; i < PORT_COUNT; i++)
		port_set_add(&seen, order[i], order[i]);
	assert_int_equal(seen.count, PORT_COUNT);
}

/* A shuffle that favours places would show: each of 8 ports in each place about 1/8 of the time. */
static void the_shuffle_is_even(void **state)
{
	unsigned places[8][8] = {0};
	struct port_set set = {0};
	uint16_t order[8];

	(void)state;
	port_set_add(&set, 1000, 1007);
	for (uint64_t seed = 0; seed < 8000; seed++) {
		port_order(&set, SERVICE_TCP, seed, false, order);
		for (size_t i = 0; i < 8; i++)
			places[order[i] - 1000][i]++;
	}
	for (size_t i = 0; i < 64; i++)
		assert_in_range(places[i / 8][i % 8], 850, 1150); /* five standard deviations */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_nmap_reads),
		cmocka_unit_test(refusals_are_sentences),
		cmocka_unit_test(print_and_parse_are_inverse),
		cmocka_unit_test(sets_add_and_take_out),
		cmocka_unit_test(the_ranked_list_is_sound),
		cmocka_unit_test(choices_combine),
		cmocka_unit_test(choices_that_clash),
		cmocka_unit_test(popular_ports_go_first),
		cmocka_unit_test(the_shuffle_is_even),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
