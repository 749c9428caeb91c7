// SPDX-License-Identifier: Apache-2.0
// Prints the verdicts that a capture file holds, one "ADDRESS PORT STATE REASON" a line.
//
// It uses only the library's file reader and ledger: neither the scanner nor explain.
#include <stdio.h>
#include <stdlib.h>

#include "capture/capture.h"
#include "evidence/ledger.h"
#include "evidence/verdict.h"

static int read_all(struct capture *c, struct ledger *l)
{
	struct frame frame;
	struct note note;
	struct err err = {0};
	int got;

	while ((got = capture_next(c, &frame, &err)) > 0) {
		if (ledger_frame(l, &frame, &note, NULL))
			return 1;
	}
	if (got < 0)
		fprintf(stderr, "%s\n", err.text);
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

int main(int argc, char *argv[])
{
	const struct hash_key key = {1, 2};
	struct capture *c = NULL;
	struct ledger *l = ledger_new(&key);
	struct err err = {0};
	int failed;

	if (argc != 2 || !l)
		return 2;
	if (capture_open(argv[1], NULL, &c, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	failed = read_all(c, l);
	for (uint32_t host = 0; host < ledger_host_count(l); host++)
		print_host(l, host);
	capture_free(c);
	ledger_free(l);
	return failed;
}
