// SPDX-License-Identifier: Apache-2.0
// Every answer that the network can give has a rule, and every rule says why and by which standard.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "evidence/rule.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check_sentence(const struct rule *r)
{
	assert_non_null(r);
	assert_true(r->reason[0] != '\0');
	assert_true(strlen(r->meaning) > 20);
	assert_int_equal(r->meaning[strlen(r->meaning) - 1], '.');
	assert_non_null(strstr(r->source, "RFC"));
}

static void every_rule_says_why(void **state)
{
	unsigned count;
	const struct rule *rules = rule_table(&count);

	(void)state;
	assert_true(count > 0);
	for (unsigned i = 0; i < count; i++) {
		check_sentence(&rules[i]);
		assert_true(rules[i].first_code <= rules[i].last_code);
		assert_true(rules[i].state > PORT_UNDECIDED && rules[i].state < PORT_STATES);
	}
	check_sentence(rule_for_silence());
	assert_int_equal(rule_for_silence()->state, PORT_FILTERED);
	assert_string_equal(rule_for_silence()->reason, "no-response");
}

/* Every kind that asks about ports has a rule of silence, and its own rules say why. */
static void every_kind_has_rules(void **state)
{
	(void)state;
	for (int kind = 0; kind < PROBE_KINDS; kind++) {
		unsigned count;
		const struct rule *rules = rule_table_of(kind, &count);

		assert_int_equal(rule_for_silence_of(kind) != NULL,
				 probe_kind_protocol(kind) != NULL);
		assert_int_equal(probe_kind_scan(kind) != NULL, probe_kind_protocol(kind) != NULL);
		if (rule_for_silence_of(kind))
			check_sentence(rule_for_silence_of(kind));
		for (unsigned i = 0; i < count; i++) {
			const struct rule *r = &rules[i];
			struct reply reply = {
				.kind = (uint8_t)r->reply, .type = r->type, .code = r->first_code};

			check_sentence(r);
			assert_ptr_equal(rule_for(kind, &reply, r->origin == ORIGIN_TARGET), r);
		}
	}
}

/* A rule behind another that covers the same answer would never speak. */
static void no_rule_hides_another(void **state)
{
	unsigned count;
	const struct rule *rules = rule_table(&count);

	(void)state;
	for (unsigned i = 0; i < count; i++) {
		const struct rule *r = &rules[i];

		assert_ptr_equal(rule_for_syn(r->reply, r->type, r->first_code), r);
		assert_ptr_equal(rule_for_syn(r->reply, r->type, r->last_code), r);
	}
}

/* Nmap has no word for codes 4-8, 11, 12, 14, 15 and parameter problems; the rest are its own. */
static void icmp_codes_have_nmaps_reasons(void **state)
{
	static const char *const reasons[16] = {
		"net-unreach",  "host-unreach",     "proto-unreach",   "port-unreach",
		"dest-unreach", "dest-unreach",     "dest-unreach",    "dest-unreach",
		"dest-unreach", "net-prohibited",   "host-prohibited", "dest-unreach",
		"dest-unreach", "admin-prohibited", "dest-unreach",    "dest-unreach"};

	(void)state;
	for (uint8_t code = 0; code < COUNT(reasons); code++) {
		const struct rule *r = rule_for_syn(REPLY_ICMP, 3, code);

		check_sentence(r);
		assert_string_equal(r->reason, reasons[code]);
		assert_int_equal(r->state, PORT_FILTERED);
	}
	for (unsigned code = 0; code <= UINT8_MAX; code++) {
		assert_string_equal(rule_for_syn(REPLY_ICMP, 11, (uint8_t)code)->reason,
				    "time-exceeded");
		assert_string_equal(rule_for_syn(REPLY_ICMP, 12, (uint8_t)code)->reason,
				    "param-problem");
	}
	assert_null(rule_for_syn(REPLY_ICMP, 3, 16));
	assert_null(rule_for_syn(REPLY_ICMP, 4, 0)); /* source quench decides nothing */
	assert_null(rule_for_syn(REPLY_ICMP, 5, 1)); /* nor does a redirect */
}

static void icmpv6_codes_have_nmaps_reasons(void **state)
{
	static const char *const reasons[] = {
		"no-route",     "admin-prohibited", "beyond-scope", "host-unreach",
		"port-unreach", "admin-prohibited", "reject-route"};
	static const char *const of_type[] = {NULL, NULL, "packet-too-big", "time-exceeded",
					      "param-problem"};

	(void)state;
	for (uint8_t code = 0; code < COUNT(reasons); code++)
		assert_string_equal(rule_for_syn(REPLY_ICMPV6, 1, code)->reason, reasons[code]);
	for (unsigned code = 0; code <= UINT8_MAX; code++) {
		check_sentence(rule_for_syn(REPLY_ICMPV6, 1, (uint8_t)code));
		for (uint8_t type = 2; type <= 4; type++) {
			const struct rule *r = rule_for_syn(REPLY_ICMPV6, type, (uint8_t)code);

			check_sentence(r);
			assert_string_equal(r->reason, of_type[type]);
			assert_int_equal(r->state, PORT_FILTERED);
		}
	}
}

static void tcp_answers_decide(void **state)
{
	(void)state;
	assert_int_equal(rule_for_syn(REPLY_SYN_ACK, 0, 0)->state, PORT_OPEN);
	assert_int_equal(rule_for_syn(REPLY_SPLIT_SYN, 0, 0)->state, PORT_OPEN);
	assert_int_equal(rule_for_syn(REPLY_RST, 0, 0)->state, PORT_CLOSED);
	assert_null(rule_for_syn(REPLY_ACK, 0, 0));
	assert_null(rule_for_syn(REPLY_ECHO, 0, 0));
	assert_null(rule_for_syn(REPLY_ARP, 0, 0));
}

/* Verdicts compare states by value. */
static void states_are_ordered_by_strength(void **state)
{
	(void)state;
	assert_true(PORT_OPEN > PORT_CLOSED);
	assert_true(PORT_CLOSED > PORT_FILTERED);
	assert_true(PORT_CLOSED > PORT_UNFILTERED);
	assert_true(PORT_UNFILTERED > PORT_FILTERED);
	assert_true(PORT_FILTERED > PORT_OPEN_FILTERED);
	assert_true(PORT_OPEN_FILTERED > PORT_UNDECIDED);
	for (int s = 0; s < PORT_STATES; s++)
		assert_true(port_state_name(s)[0] != '\0');
	for (int k = 0; k < PROBE_KINDS; k++)
		assert_true(probe_kind_name(k)[0] != '\0');
}

static void only_the_target_shows_itself_up(void **state)
{
	static const struct {
		enum reply_kind reply;
		uint8_t type, code;
		const char *reason;
	} cases[] = {
		{REPLY_SYN_ACK, 0, 0, "syn-ack"},
		{REPLY_RST, 0, 0, "reset"},
		{REPLY_ECHO, 0, 0, "echo-reply"},
		{REPLY_TIMESTAMP, 0, 0, "timestamp-reply"},
		{REPLY_ARP, 0, 0, "arp-response"},
		{REPLY_ND, 0, 0, "nd-response"},
		{REPLY_ICMP, 3, 3, "port-unreach"},
		{REPLY_ICMP, 3, 2, "proto-unreach"},
		{REPLY_ICMPV6, 1, 4, "port-unreach"},
		{REPLY_ICMP, 3, 1, NULL},
		{REPLY_ICMP, 11, 0, NULL},
		{REPLY_ICMPV6, 1, 3, NULL},
		{REPLY_SPLIT_SYN, 0, 0, "tcp-response"},
		{REPLY_ACK, 0, 0, "tcp-response"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *reason =
			rule_host_reason(cases[i].reply, cases[i].type, cases[i].code, true);

		if (cases[i].reason)
			assert_string_equal(reason, cases[i].reason);
		else
			assert_null(reason);
		assert_null(rule_host_reason(cases[i].reply, cases[i].type, cases[i].code, false));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_says_why),
		cmocka_unit_test(every_kind_has_rules),
		cmocka_unit_test(no_rule_hides_another),
		cmocka_unit_test(icmp_codes_have_nmaps_reasons),
		cmocka_unit_test(icmpv6_codes_have_nmaps_reasons),
		cmocka_unit_test(tcp_answers_decide),
		cmocka_unit_test(states_are_ordered_by_strength),
		cmocka_unit_test(only_the_target_shows_itself_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
