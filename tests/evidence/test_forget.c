// SPDX-License-Identifier: Apache-2.0
// A ledger that lets go of hosts: those kept stay whole, those gone leave nothing behind.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "evidence/forget.h"
#include "scene.h"

#define LOCAL 40000
#define SEQ   0x1000
#define HOSTS 600 /* more than the first hash has heads */
#define PORTS 5

static const char *address(unsigned number)
{
	static char text[ADDR_TEXT_MAX];

	snprintf(text, sizeof(text), "10.3.%u.%u", number / 250, number % 250 + 1);
	return text;
}

/* One host: resolved, pinged, its ports probed twice, some answered, forged at and reset. */
static void play(struct scene *s, unsigned number)
{
	const uint8_t mac[MAC_LEN] = {2, 0, 0, 3, (uint8_t)(number >> 8), (uint8_t)number};
	const char *a = address(number);
	const struct tcp_hdr reset = {
		.source_port = LOCAL + 1, .destination_port = 1, .flags = TCP_RST};

	scene_resolve(s, a);
	scene_resolved(s, a, mac);
	scene_echo(s, a, number + 1);
	scene_echo_reply(s, a, number + 1);
	for (uint16_t port = 1; port <= PORTS; port++) {
		scene_syn(s, a, port, LOCAL + 1, SEQ + port);
		scene_syn(s, a, port, LOCAL + 2, SEQ + port);
	}
	scene_syn_ack(s, a, 1, LOCAL + 1, SEQ + 2);
	scene_own_tcp(s, a, &reset);
	scene_rst(s, a, 2, LOCAL + 2, SEQ + 3);
	scene_syn_ack(s, a, 3, LOCAL + 1, 4711);
}

static void check(struct scene *s, unsigned number)
{
	const char *a = address(number);

	scene_expect(s, a, 1, PORT_OPEN, "syn-ack");
	scene_expect(s, a, 2, PORT_CLOSED, "reset");
	scene_expect(s, a, 3, PORT_FILTERED, "no-response");
}

static uint32_t index_of(const struct scene *s, unsigned number)
{
	struct addr a = scene_addr(address(number));

	return ledger_find_host(s->ledger, &a);
}

static void what_is_kept_stays_whole(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	for (unsigned i = 0; i < HOSTS; i++)
		play(&s, i);
	for (unsigned i = 0; i < HOSTS; i += 2) {
		uint32_t host = index_of(&s, i);

		ledger_retire(s.ledger, host);
		ledger_retire(s.ledger, host); /* said twice, forgotten once */
		assert_int_equal(ledger_forget_oldest(s.ledger, 0), host);
		assert_int_equal(ledger_forget_oldest(s.ledger, 0), EVENT_NONE);
		assert_int_equal(index_of(&s, i), EVENT_NONE);
	}
	assert_int_equal(ledger_forgotten(s.ledger), HOSTS / 2);
	for (unsigned i = 1; i < HOSTS; i += 2)
		check(&s, i);
	/* nothing of what is gone is found by an answer that comes late */
	scene_syn_ack(&s, address(0), 1, LOCAL + 1, SEQ + 2);
	assert_int_not_equal(s.note.kind, NOTE_REPLY);
	scene_end(&s);
}

/* Hosts come and go for ever: the places of what is gone are used again. */
static void memory_is_for_what_is_kept(void **state)
{
	uint32_t hosts, probes, replies, asides;
	struct scene s;

	(void)state;
	scene_begin(&s);
	for (unsigned round = 0; round < 20; round++) {
		for (unsigned i = 0; i < HOSTS / 10; i++)
			play(&s, i);
		for (unsigned i = 0; i < HOSTS / 10; i++) {
			check(&s, i);
			ledger_retire(s.ledger, index_of(&s, i));
		}
		while (ledger_forget_oldest(s.ledger, 0) != EVENT_NONE)
			;
		assert_int_equal(ledger_live_count(s.ledger), 0);
		if (!round) {
			hosts = ledger_host_count(s.ledger);
			probes = ledger_probe_count(s.ledger);
			replies = ledger_reply_count(s.ledger);
			asides = ledger_aside_count(s.ledger);
		}
		assert_int_equal(ledger_host_count(s.ledger), hosts);
		assert_int_equal(ledger_probe_count(s.ledger), probes);
		assert_int_equal(ledger_reply_count(s.ledger), replies);
		assert_int_equal(ledger_aside_count(s.ledger), asides);
	}
	scene_end(&s);
}

static void the_oldest_goes_first(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	for (unsigned i = 0; i < 10; i++)
		play(&s, i);
	for (unsigned i = 10; i-- > 0;)
		ledger_retire(s.ledger, index_of(&s, i));
	assert_int_equal(ledger_forget_oldest(s.ledger, ledger_live_count(s.ledger)), EVENT_NONE);
	for (unsigned i = 10; i-- > 5;)
		assert_int_not_equal(ledger_forget_oldest(s.ledger, 0), EVENT_NONE);
	for (unsigned i = 0; i < 10; i++)
		assert_true((index_of(&s, i) == EVENT_NONE) == (i >= 5));
	for (unsigned i = 0; i < 5; i++)
		check(&s, i);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_kept_stays_whole),
		cmocka_unit_test(memory_is_for_what_is_kept),
		cmocka_unit_test(the_oldest_goes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
