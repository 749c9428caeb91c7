// SPDX-License-Identifier: Apache-2.0
// Prints the verdicts that a capture file holds by SYN probes, one "ADDRESS PORT STATE REASON" a
// line; with --all those by every kind of probe, "SCANNER ADDRESS KIND PORT STATE REASON", and for
// each target "SCANNER ADDRESS host - up|down REASON".
//
// It uses only the library's file reader and ledger: neither the scanner nor explain.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/capture.h"
#include "evidence/ledger.h"
#include "evidence/reading.h"
#include "evidence/verdict.h"

static int read_all(struct capture *c, struct ledger *l)
{
	struct reading *reading = reading_new(l, NULL, NULL);
	struct frame frame;
	struct err err = {0};
	nsec_t last = 0;
	int got;

	if (!reading)
		return 1;
	while ((got = capture_next(c, &frame, &err)) > 0) {
		last = frame.time > last ? frame.time : last;
		if (reading_frame(reading, &frame))
			return 1;
	}
	if (got < 0) {
		fprintf(stderr, "%s\n", err.text);
		ledger_set_end(l, last); /* what came later is not in the file */
	}
	if (reading_end(reading))
		return 1;
	reading_free(reading);
	return got < 0;
}

static void print_host(const struct ledger *l, uint32_t host)
{
	uint32_t count = verdict_all_ports(l, host, 0, NULL);
	struct port_verdict *v = calloc(count + 1, sizeof(*v));
	char text[ADDR_TEXT_MAX];

	if (!v)
		exit(1);
	verdict_all_ports(l, host, count, v);
	for (uint32_t i = 0; i < count; i++)
		printf("%s %u %s %s\n", addr_text(&ledger_host(l, host)->addr, text), v[i].port,
		       port_state_name(v[i].state), v[i].rule ? v[i].rule->reason : "none");
	free(v);
}

/* The words of a kind, joined. */
static void print_kind(enum probe_kind kind)
{
	for (const char *c = probe_kind_name(kind); *c; c++)
		putchar(*c == ' ' ? '_' : *c);
}

static void print_all(const struct ledger *l, uint32_t host)
{
	char target[ADDR_TEXT_MAX], source[ADDR_TEXT_MAX];
	struct host_verdict up;

	if (!verdict_is_target(l, host))
		return;
	addr_text(&ledger_host(l, host)->addr, target);
	addr_text(&ledger_host(l, host)->source, source);
	verdict_host(l, host, &up);
	printf("%s %s host - %s %s\n", source, target, up.up ? "up" : "down", up.reason);
	for (int kind = 0; kind < PROBE_KINDS; kind++) {
		uint32_t count = verdict_all_by(l, host, kind, 0, NULL);
		struct port_verdict *v = calloc(count + 1, sizeof(*v));

		if (!v)
			exit(1);
		verdict_all_by(l, host, kind, count, v);
		for (uint32_t i = 0; i < count; i++) {
			printf("%s %s ", source, target);
			print_kind(kind);
			printf(" %u %s %s\n", v[i].port, port_state_name(v[i].state),
			       v[i].rule ? v[i].rule->reason : "none");
		}
		free(v);
	}
}

int main(int argc, char *argv[])
{
	const struct hash_key key = {1, 2};
	struct capture *c = NULL;
	struct ledger *l = ledger_new(&key);
	struct err err = {0};
	bool all = argc == 3 && !strcmp(argv[1], "--all");
	int failed;

	if (argc != 2 + all || !l)
		return 2;
	if (capture_open(argv[1 + all], NULL, &c, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	failed = read_all(c, l);
	for (uint32_t host = 0; host < ledger_host_count(l); host++)
		(all ? print_all : print_host)(l, host);
	capture_free(c);
	ledger_free(l);
	return failed;
}
