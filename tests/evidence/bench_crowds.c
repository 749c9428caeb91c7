// SPDX-License-Identifier: Apache-2.0
// What ten times as many hosts, and ten times as many scanners, cost the ledger: bench/explain asks.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "scene.h"

#define HOST   "198.51.100.10"
#define LOCAL  40000
#define SEQ    0x1000
#define FEW    10000
#define MANY   100000
#define ROUNDS 5 /* the quickest of so many counts: noise only adds */

/* The processor time of `hosts` hosts, four SYNs and an answer each, behind an unclaimed MAC. */
static clock_t time_crowd(uint32_t hosts)
{
	clock_t begun;
	struct scene s;

	scene_begin(&s);
	begun = clock();
	for (uint32_t i = 0; i < hosts; i++) {
		char host[32];

		snprintf(host, sizeof(host), "10.%u.%u.%u", i >> 16, i >> 8 & 0xff, i & 0xff);
		for (uint16_t port = 1; port <= 4; port++)
			scene_syn(&s, host, port, LOCAL, SEQ + i);
		scene_rst(&s, host, 2, LOCAL, SEQ + i + 1);
	}
	begun = clock() - begun;
	assert_int_equal(ledger_host_count(s.ledger), hosts);
	scene_expect(&s, "10.0.0.7", 2, PORT_CLOSED, "reset");
	scene_end(&s);
	return begun;
}

/*
 * The processor time of SYNs to one host, each from another address: a flood with forged sources
 * looks like so many scanners.
 */
static clock_t time_flood(uint32_t sources)
{
	clock_t begun;
	struct scene s;

	scene_begin(&s);
	begun = clock();
	for (uint32_t i = 0; i < sources; i++) {
		s.us = addr_v4_number(10u << 24 | i);
		scene_syn(&s, HOST, 80, LOCAL, SEQ + i);
	}
	begun = clock() - begun;
	assert_int_equal(ledger_host_count(s.ledger), sources);
	scene_end(&s);
	return begun;
}

static clock_t quickest(clock_t (*time_of)(uint32_t count), uint32_t count)
{
	clock_t best = time_of(count);

	for (unsigned i = 1; i < ROUNDS; i++) {
		clock_t took = time_of(count);

		best = took < best ? took : best;
	}
	return best;
}

static void print_growth(const char *name, clock_t (*time_of)(uint32_t count))
{
	clock_t few = quickest(time_of, FEW), many = quickest(time_of, MANY);

	printf("%s\t%.1f\n", name, (double)many / (double)(few ? few : 1));
}

int main(void)
{
	print_growth("hosts", time_crowd);
	print_growth("forged sources", time_flood);
	return 0;
}
