/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scanner's own report held against the packets of its scan.
 *
 * Theory of operation. Each claim is looked up in the ledger. Where both have a state and these
 * differ, it counts who could be wrong: a frame that speaks against the claim contradicts it;
 * without one (the claim needs an answer that is not in the capture, or answers of both kinds are)
 * the two only differ. Then the ports are walked that the packets decide and the report does not
 * mention. When several scanners are in the file, the report is taken for that of the one which
 * asked most of the ports it names.
 */
#ifndef SONDE_REPORT_COMPARISON_H
#define SONDE_REPORT_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "evidence/explain.h"
#include "evidence/verdict.h"
#include "report/claims.h"

enum compare_result {
	COMPARE_EQUAL,
	COMPARE_CONTRADICTED, /* a frame speaks against the report */
	COMPARE_DIFFERENT,    /* another state, though no frame speaks against the report */
	COMPARE_UNREPORTED,   /* decided by the packets, not in the report */
	COMPARE_UNDECIDED,    /* the capture cannot say */
	COMPARE_RESULTS
};

/* Something that is not equal. */
struct difference {
	enum compare_result result;
	bool is_host;
	bool has_claim;
	bool has_verdict;
	uint32_t host;               /* in the ledger */
	uint32_t against;            /* the reply that speaks for the claim, too; or EVENT_NONE */
	struct claim claim;          /* has_claim */
	struct port_verdict verdict; /* has_verdict, a port */
	struct host_verdict up;      /* a host */
};

#define DIFFERENCES_MAX 10000 /* kept; more are counted */

/* Initialise with zero. */
struct comparison {
	const struct claims *claims;
	uint64_t ports[COMPARE_RESULTS];
	uint64_t hosts[COMPARE_RESULTS];
	struct difference *items; /* the undecided are not among them */
	size_t count, room;
	bool failed; /* memory ran out */
};

/* Fills *ret_comparison; claims outlive it. */
void comparison_make(const struct ledger *l, const struct claims *claims,
		     struct comparison *ret_comparison);
void comparison_done(struct comparison *c);

/* How many differ: contradicted, different or unreported, ports and hosts. */
uint64_t comparison_differences(const struct comparison *c);

/* "contradicted"...: a constant string. */
const char *compare_result_name(enum compare_result result);

/*
 * Appends counts and differences. report, capture: what to call the two files; x: of the same
 * ledger.
 */
void comparison_write(const struct comparison *c, const struct ledger *l, struct explain *x,
		      const char *report, struct buf *out);

/* Appends why one difference is one: the frames and the rule, in sentences. */
void comparison_say(const struct comparison *c, const struct ledger *l, const struct difference *d,
		    struct buf *out);

#endif
