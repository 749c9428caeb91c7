/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole explanation as one JSON document; docs/EXPLAIN.md has each member.
 *
 * Theory of operation. The document is written in its order: explain_json_begin(), then for each
 * host explain_json_host(), its ports by explain_json_port() and explain_json_host_end(), then
 * explain_json_end(). What was written may be taken out of the buf between any two calls, so a
 * document of millions of ports costs no memory. A member whose value is unknown is null, never
 * missing.
 */
#ifndef SONDE_REPORT_EXPLAIN_JSON_H
#define SONDE_REPORT_EXPLAIN_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "evidence/explain.h"
#include "evidence/verdict.h"
#include "report/comparison.h"
#include "report/json_writer.h"

#define EXPLAIN_SCHEMA         "sonde-explain/1"
#define EXPLAIN_JSON_RULES_MAX 256 /* more than there are */

/* What the document is about. */
struct explain_json_facts {
	const struct ledger *ledger;
	struct explain *explain;
	struct explain_capture capture;      /* as explain got it */
	uint64_t unrelated;                  /* frames that are no part of the scan */
	uint64_t traffic;                    /* and that are other traffic with its hosts */
	uint64_t cut;                        /* and of which only a part was captured */
	const char *damage;                  /* the sentence, or NULL */
	size_t targets;                      /* of the scan, be they shown or not */
	const char *report;                  /* --compare's file as typed; NULL: none */
	const struct comparison *comparison; /* then */
};

/* A document being written. Initialise facts and json.out, the rest with zero. */
struct explain_json {
	struct explain_json_facts facts;
	struct json_writer json;
	const struct rule *rules[EXPLAIN_JSON_RULES_MAX]; /* used so far */
	enum probe_kind rule_kinds[EXPLAIN_JSON_RULES_MAX];
	unsigned rule_count;
};

void explain_json_begin(struct explain_json *j);
void explain_json_host(struct explain_json *j, uint32_t host);
void explain_json_port(struct explain_json *j, uint32_t host, const struct port_verdict *v);
void explain_json_host_end(struct explain_json *j);
void explain_json_end(struct explain_json *j);

/* The comparison, as a member of this name. */
void comparison_json(const struct comparison *c, const struct ledger *l, const char *report,
		     struct json_writer *w, const char *name);

#endif
