// SPDX-License-Identifier: Apache-2.0
// Reports of scanners, good and hostile, read and held against the packets of a made scan.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../evidence/scene.h"
#include "base/buf.h"
#include "report/claims.h"
#include "report/comparison.h"

#define HOST  "198.51.100.20"
#define OTHER "198.51.100.21"
#define LOCAL 40000
#define SEQ   0x1000

/* A scan: 22 open, 23 closed, 24 silent, 25 answers in two ways. */
struct bench {
	struct scene s;
	struct claims claims;
	struct comparison comparison;
	struct err err;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	if (!b)
		return -1;
	scene_begin(&b->s);
	for (uint16_t port = 22; port <= 25; port++)
		scene_syn(&b->s, HOST, port, LOCAL, SEQ);
	b->s.now += 20 * MS;
	scene_syn_ack(&b->s, HOST, 22, LOCAL, SEQ + 1);
	scene_rst(&b->s, HOST, 23, LOCAL, SEQ + 1);
	scene_rst(&b->s, HOST, 25, LOCAL, SEQ + 1);
	scene_syn_ack(&b->s, HOST, 25, LOCAL, SEQ + 1);
	scene_syn(&b->s, OTHER, 22, LOCAL, SEQ);
	b->s.now += 5000 * MS;
	ledger_set_end(b->s.ledger, b->s.now);
	b->claims.ledger = b->s.ledger;
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	comparison_done(&b->comparison);
	claims_done(&b->claims);
	scene_end(&b->s);
	free(b);
	return 0;
}

/* Reads len bytes of a report and compares; the reader's code. */
static int read_bytes(struct bench *b, const char *bytes, size_t len)
{
	int code;

	comparison_done(&b->comparison);
	claims_done(&b->claims);
	b->claims.ledger = b->s.ledger;
	b->err = (struct err) {0};
	code = claims_read(&b->claims, bytes, len, "report", &b->err);
	if (!code)
		comparison_make(b->s.ledger, &b->claims, &b->comparison);
	return code;
}

static int read_text(struct bench *b, const char *text)
{
	return read_bytes(b, text, strlen(text));
}

/* An nmap report with one host that has these ports. */
static int read_nmap(struct bench *b, const char *ports)
{
	struct buf text = {0};
	int code;

	buf_printf(&text,
		   "<?xml version=\"1.0\"?><!DOCTYPE nmaprun>\n"
		   "<nmaprun scanner=\"nmap\" version=\"7.93\" args=\"nmap\">"
		   "<scaninfo type=\"syn\" protocol=\"tcp\"/><host>"
		   "<status state=\"up\" reason=\"echo-reply\"/>"
		   "<address addr=\"%s\" addrtype=\"ipv4\"/><ports>%s</ports></host></nmaprun>\n",
		   HOST, ports);
	code = read_text(b, buf_text(&text));
	buf_done(&text);
	return code;
}

#define PORT(number, state, reason)                                                                \
	"<port protocol=\"tcp\" portid=\"" number "\"><state state=\"" state "\" reason=\"" reason \
	"\"/></port>"

static void expect_ports(const struct bench *b, unsigned equal, unsigned contradicted,
			 unsigned different, unsigned unreported, unsigned undecided)
{
	assert_int_equal(b->comparison.ports[COMPARE_EQUAL], equal);
	assert_int_equal(b->comparison.ports[COMPARE_CONTRADICTED], contradicted);
	assert_int_equal(b->comparison.ports[COMPARE_DIFFERENT], different);
	assert_int_equal(b->comparison.ports[COMPARE_UNREPORTED], unreported);
	assert_int_equal(b->comparison.ports[COMPARE_UNDECIDED], undecided);
}

static void equal_is_equal(void **state)
{
	struct bench *b = *state;

	assert_int_equal(read_nmap(b, PORT("22", "open", "syn-ack") PORT("23", "closed", "reset")
					      PORT("24", "filtered", "no-response")
						      PORT("25", "open", "syn-ack")),
			 0);
	expect_ports(b, 4, 0, 0, 0, 0);
	assert_int_equal(b->comparison.hosts[COMPARE_EQUAL], 1);
	assert_int_equal(comparison_differences(&b->comparison), 0);
	assert_string_equal(b->claims.scanner, "nmap 7.93");
}

static void each_difference_has_its_class(void **state)
{
	struct bench *b = *state;
	struct buf out = {0};

	/* 22: a frame speaks against it; 24: an answer we never saw; 25: the other answer */
	assert_int_equal(read_nmap(b, PORT("22", "closed", "reset") PORT("24", "open", "syn-ack")
					      PORT("25", "closed", "reset")
						      PORT("99", "open", "syn-ack")),
			 0);
	expect_ports(b, 0, 1, 2, 1, 1);
	assert_int_equal(comparison_differences(&b->comparison), 4);
	assert_int_equal(b->comparison.count, 4);
	comparison_say(&b->comparison, b->s.ledger, &b->comparison.items[0], &out);
	assert_non_null(strstr(buf_text(&out), "the report says closed (reset), the packets say "
					       "open (syn-ack). Frame 5 answers frame 1 after"));
	buf_clear(&out);
	comparison_say(&b->comparison, b->s.ledger, &b->comparison.items[1], &out);
	assert_non_null(strstr(buf_text(&out), "No answer to frame 3 is in the capture."));
	buf_clear(&out);
	comparison_say(&b->comparison, b->s.ledger, &b->comparison.items[2], &out);
	assert_non_null(strstr(buf_text(&out), "Frame 7 answers frame 4"));
	assert_non_null(strstr(buf_text(&out), "in two ways"));
	buf_clear(&out);
	comparison_say(&b->comparison, b->s.ledger, &b->comparison.items[3], &out);
	assert_non_null(strstr(buf_text(&out), "23/tcp: the report says nothing"));
	buf_done(&out);
}

static void folded_ports_count(void **state)
{
	struct bench *b = *state;
	static const char named[] =
		"<extraports state=\"closed\" count=\"2\"><extrareasons reason=\"reset\" "
		"count=\"2\" proto=\"tcp\" ports=\"23,25-25\"/></extraports>";
	static const char counted[] =
		"<extraports state=\"closed\" count=\"3\"><extrareasons reason=\"reset\" "
		"count=\"3\"/></extraports>";

	assert_int_equal(read_nmap(b, named), 0);
	expect_ports(b, 1, 0, 1, 2, 0);
	/* one closed port is there, two that the report counts are not to be found */
	assert_int_equal(read_nmap(b, counted), 0);
	expect_ports(b, 1, 0, 0, 3, 2);
}

static void the_last_word_holds(void **state)
{
	struct bench *b = *state;

	assert_int_equal(read_nmap(b, PORT("22", "closed", "reset") PORT("22", "open", "syn-ack")),
			 0);
	expect_ports(b, 1, 0, 0, 3, 0);
}

static void other_scanners_name_what_answered(void **state)
{
	struct bench *b = *state;

	assert_int_equal(read_text(b, "#masscan\nopen tcp 22 " HOST " 1163000000\n"
				      "banner tcp 22 " HOST " 1163000000 ssh SSH-2.0\n"
				      "open tcp 25 " HOST " 1163000000\n# end\n"),
			 0);
	expect_ports(b, 2, 0, 0, 0, 0);
	assert_false(b->claims.damaged);
	assert_int_equal(read_text(b,
				   "[{\"ip\": \"" HOST "\", \"ports\": [{\"port\": 22, \"proto\": "
				   "\"tcp\", \"status\": \"open\", \"reason\": \"syn-ack\"}]}]"),
			 0);
	expect_ports(b, 1, 0, 0, 1, 0); /* 25 is open, too */
	assert_int_equal(read_text(b, "<?xml version=\"1.0\"?><nmaprun scanner=\"masscan\"><host>"
				      "<address addr=\"" HOST "\" addrtype=\"ipv4\"/><ports>" PORT(
					      "23", "closed", "reset") "</ports></host></nmaprun>"),
			 0);
	expect_ports(b, 1, 0, 0, 2, 0);
	assert_int_equal(read_text(b, "saddr,sport,classification\n" HOST ",22,synack\n" HOST
				      ",23,rst\n" HOST ",24,unreach\n"),
			 0);
	expect_ports(b, 2, 0, 0, 1, 0);
	/* no port named: the host was asked for one alone */
	assert_int_equal(read_text(b, "saddr\n" OTHER "\n" HOST "\n"), 0);
	assert_int_equal(b->comparison.ports[COMPARE_DIFFERENT], 1);
	assert_int_equal(b->claims.strange_kinds, 1);
	assert_int_equal(read_text(b, OTHER "\n"), 0);
	assert_int_equal(b->comparison.ports[COMPARE_DIFFERENT], 1);
}

static void hosts_are_compared(void **state)
{
	struct bench *b = *state;

	assert_int_equal(
		read_text(
			b,
			"<nmaprun scanner=\"nmap\"><host><status state=\"down\" "
			"reason=\"no-response\"/><address addr=\"" HOST
			"\" addrtype=\"ipv4\"/></host><host><status state=\"up\" "
			"reason=\"user-set\"/><address addr=\"" OTHER
			"\" addrtype=\"ipv4\"/></host><host><status state=\"up\" reason=\"reset\"/>"
			"<address addr=\"203.0.113.9\" addrtype=\"ipv4\"/></host></nmaprun>"),
		0);
	assert_int_equal(b->comparison.hosts[COMPARE_CONTRADICTED], 1);
	assert_int_equal(b->comparison.hosts[COMPARE_EQUAL], 0);
	assert_int_equal(b->claims.strange_hosts, 1);
}

static void expect_refusal(struct bench *b, const char *text, const char *words)
{
	assert_int_not_equal(read_text(b, text), 0);
	assert_non_null(strstr(b->err.text, words));
}

static void what_is_no_report_is_refused(void **state)
{
	struct bench *b = *state;

	expect_refusal(b, "", "is no report that can be compared");
	expect_refusal(b, "PORT STATE SERVICE\n22/tcp open ssh\n", "is no report that can be");
	expect_refusal(b, "<html><body/></html>", "begins with <nmaprun>");
	expect_refusal(b, "<", "begins with <nmaprun>");
	expect_refusal(b, "{\"ip\": 1}", "no report of masscan");
	expect_refusal(b, "[{\"ip\": \"198.51.100.20\", \"ports\": [{\"port\": 70000}]}]",
		       "no report of masscan");
	expect_refusal(b, "[{", "is no whole JSON");
}

static void entities_are_refused(void **state)
{
	struct bench *b = *state;

	expect_refusal(b,
		       "<!DOCTYPE nmaprun [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
		       "<nmaprun scanner=\"&a;\"/>",
		       "declares entities");
	expect_refusal(b,
		       "<!DOCTYPE nmaprun [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
		       "<nmaprun scanner=\"&b;\"/>",
		       "declares entities");
	expect_refusal(b,
		       "<!DOCTYPE nmaprun [<!ENTITY % a SYSTEM \"http://192.0.2.1/x\"> %a;]>"
		       "<nmaprun/>",
		       "declares entities");
}

static void a_cut_report_is_compared_as_far_as_it_goes(void **state)
{
	static const char whole[] =
		"<nmaprun scanner=\"nmap\"><host><status state=\"up\" reason=\"syn-ack\"/><address "
		"addr=\"" HOST "\" addrtype=\"ipv4\"/><ports>" PORT("22", "open", "syn-ack")
			PORT("23", "closed", "reset") "</ports></host></nmaprun>";
	struct bench *b = *state;

	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		int code = read_bytes(b, whole, len);

		assert_true(code ? *b->err.text != '\0' : b->claims.damaged);
		assert_true(b->comparison.ports[COMPARE_EQUAL] <= 2);
	}
	assert_int_equal(read_text(b, whole), 0);
	assert_false(b->claims.damaged);
	assert_int_equal(b->comparison.ports[COMPARE_EQUAL], 2);
	assert_int_equal(read_text(b, "#masscan\nopen tcp 22 " HOST " 1\nopen tcp"), 0);
	assert_true(b->claims.damaged);
	assert_int_equal(b->comparison.ports[COMPARE_EQUAL], 1);
	assert_non_null(strstr(b->claims.damage.text, "line 3"));
}

static void words_of_strangers_are_escaped(void **state)
{
	struct bench *b = *state;
	struct buf out = {0};

	assert_int_equal(read_nmap(b, PORT("22", "ajar", "x")
					      PORT("24", "open", "&#155;31m&#8238;red&#10;x")),
			 0);
	expect_ports(b, 0, 0, 1, 2, 1);
	comparison_say(&b->comparison, b->s.ledger, &b->comparison.items[0], &out);
	assert_null(strstr(buf_text(&out), "\xc2\x9b"));
	assert_null(strstr(buf_text(&out), "\xe2\x80\xae"));
	assert_null(strchr(buf_text(&out), '\n'));
	buf_done(&out);
}

static void a_flood_is_bounded(void **state)
{
	struct bench *b = *state;
	struct buf text = {0};

	for (int i = 0; i < 70; i++)
		buf_puts(&text, "<extraports state=\"closed\" count=\"1\"><extrareasons "
				"reason=\"reset\" proto=\"tcp\" ports=\"0-65535\"/></extraports>");
	assert_int_equal(read_nmap(b, buf_text(&text)), -EFBIG);
	assert_non_null(strstr(b->err.text, "too much to compare"));
	buf_clear(&text);
	for (int i = 0; i < 200; i++)
		buf_printf(&text,
			   "<port protocol=\"tcp\" portid=\"%d\"><state state=\"open\" "
			   "reason=\"word%d\"/></port>",
			   i, i);
	assert_int_equal(read_nmap(b, buf_text(&text)), 0);
	assert_int_equal(b->claims.word_count, CLAIM_WORDS_MAX);
	assert_string_equal(b->claims.words[CLAIM_WORDS_MAX - 1], "other");
	buf_done(&text);
}

/* Ports of hosts that nobody probed are counted, not walked: that would take hours. */
static void strangers_cost_nothing(void **state)
{
	struct bench *b = *state;
	struct buf text = {0};

	buf_puts(&text,
		 "<nmaprun scanner=\"nmap\"><host><address addr=\"203.0.113.9\"/><ports>"
		 "<extraports state=\"closed\" count=\"1\"><extrareasons proto=\"tcp\" ports=\"");
	for (int i = 0; i < 200000; i++)
		buf_puts(&text, "0-65535,");
	buf_puts(&text, "7\"/></extraports></ports></host></nmaprun>");
	assert_int_equal(read_text(b, buf_text(&text)), 0);
	assert_int_equal(b->claims.strange_hosts, 200000ull * 65536 + 1);
	assert_int_equal(b->claims.count, 0);
	buf_done(&text);
}

/* zmap's addresses alone: the first line is one, however it begins. */
static void a_csv_may_have_no_head(void **state)
{
	struct bench *b = *state;

	assert_int_equal(read_text(b, "fd00::1\nfd00::2\n"), 0);
	assert_int_equal(b->claims.strange_kinds, 2); /* whose port nobody says */
	assert_int_equal(read_text(b, OTHER "\n" HOST "\n"), 0);
	assert_int_equal(b->claims.count, 1); /* HOST was asked for more than one port */
}

#define BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(equal_is_equal),
		BENCH(each_difference_has_its_class),
		BENCH(folded_ports_count),
		BENCH(the_last_word_holds),
		BENCH(other_scanners_name_what_answered),
		BENCH(hosts_are_compared),
		BENCH(what_is_no_report_is_refused),
		BENCH(entities_are_refused),
		BENCH(a_cut_report_is_compared_as_far_as_it_goes),
		BENCH(words_of_strangers_are_escaped),
		BENCH(a_flood_is_bounded),
		BENCH(strangers_cost_nothing),
		BENCH(a_csv_may_have_no_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
