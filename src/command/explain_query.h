/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `sonde explain` is asked about: hosts, ports and a state, resolved against a capture.
 *
 * Theory of operation. Operands come in any order; an address or a name of the capture adds hosts,
 * anything else must be ports. No host named means all targets, no port named all ports.
 */
#ifndef SONDE_COMMAND_EXPLAIN_QUERY_H
#define SONDE_COMMAND_EXPLAIN_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "command/explain_input.h"
#include "evidence/verdict.h"
#include "scan/port.h"

/* Hosts by their index in the ledger. */
struct host_list {
	uint32_t *items;
	size_t count;
};

/* Fields are for reading only, but for state. Initialise with zero. */
struct explain_query {
	const struct explain_input *input;
	struct host_list targets; /* all of the scan */
	struct host_list named;   /* those asked for */
	struct port_set ports;    /* asked for */
	const char *protocol;     /* of these: "tcp", "udp", "sctp", "ip"; NULL: any */
	int state;                /* only ports in it: enum port_state; -1: any; may be set */
	struct port_set found;    /* of the ports asked for, probed */
	size_t pairs;             /* how many pairs of host and port were found */
};

/*
 * Begins with everything in the capture, which outlives this. 0; -ENOENT and a sentence when it
 * shows no scan; or another negative code with a sentence. Call explain_query_done() in any case.
 */
int explain_query_begin(struct explain_query *q, const struct explain_input *input,
			struct err *err);
void explain_query_done(struct explain_query *q);

/* True when an operand names a capture file, by its look or because there is one. */
bool explain_query_is_file(const char *operand);

/* Takes a host or ports. 0, or a negative code with a sentence. */
int explain_query_add(struct explain_query *q, const char *operand, struct err *err);

/* Reads the name of a state; NULL is any (-1). 0, or -EINVAL with a sentence. */
int explain_query_state(const char *name, int *ret_state, struct err *err);

/*
 * Looks for what was asked for, after the last operand. 0; -ENOENT and a sentence when some of the
 * ports were not probed (pairs says whether others were); or -ENOMEM with a sentence.
 */
int explain_query_find(struct explain_query *q, struct err *err);

/* The hosts to speak of. */
const struct host_list *explain_query_hosts(const struct explain_query *q);

/* Called with each pair of host and port that was asked for and probed; v: only for the call. */
typedef void explain_pair_fn(void *user, uint32_t host, const struct port_verdict *v);

/* Walks those of one host, by kind of probe, by port. 0 or -ENOMEM. */
int explain_query_each_of(const struct explain_query *q, uint32_t host, explain_pair_fn *fn,
			  void *user);

/* Walks these pairs, host by host, by kind of probe, by port. 0 or -ENOMEM. */
int explain_query_each(const struct explain_query *q, explain_pair_fn *fn, void *user);

#endif
