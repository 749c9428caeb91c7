/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a scanner itself says of hosts and ports, read out of its report, to be held against
 * packets.
 *
 * Theory of operation. A report is read against a ledger: hosts are named by their index there, and
 * what the ledger never saw probed is only counted. So a claim is twelve bytes, and no address has
 * to be looked up twice. Reports are strangers' files: their number of claims is bounded, their
 * words are kept escaped and cut, and nothing they name is opened.
 */
#ifndef SONDE_REPORT_CLAIMS_H
#define SONDE_REPORT_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "evidence/ledger.h"
#include "evidence/rule.h"

#define CLAIMS_MAX       4000000 /* one of each 16 ports of 1,000 hosts; 48 MB */
#define CLAIM_WORDS_MAX  64      /* different words for a reason; more become "other" */
#define CLAIM_WORD_SIZE  32
#define CLAIM_NO_WORD    0
#define CLAIM_STATE_ELSE PORT_STATES /* a state that only the report knows */

/* A port, or with kind PROBE_KINDS the host itself. */
struct claim {
	uint32_t host;  /* in the ledger */
	uint32_t order; /* in the report: the last of several holds */
	uint16_t port;
	uint8_t kind;  /* enum probe_kind */
	uint8_t state; /* enum port_state or CLAIM_STATE_ELSE; of a host: whether it is up */
	uint16_t word; /* the reason: see claims_word(); CLAIM_NO_WORD when it gives none */
};

/* Ports that the report counts and does not name. */
struct claim_crowd {
	uint32_t host;
	uint8_t kind;
	uint8_t state;
	uint64_t count;
};

/* Fields are for reading only. Initialise ledger, and the rest with zero. */
struct claims {
	const struct ledger *ledger;
	char scanner[2 * CLAIM_WORD_SIZE]; /* "nmap 7.93", escaped */
	bool names_all; /* what it does not mention was not asked; else it was not found open */
	struct claim *items; /* by host, kind and port, each once, in the end */
	size_t count, room;
	struct claim_crowd *crowds; /* by host, kind and state, each once */
	size_t crowd_count, crowd_room;
	uint64_t strange_hosts;    /* mentions of hosts that the ledger has not */
	struct addr first_strange; /* family 0: there is none */
	uint64_t strange_kinds;    /* ports by a kind of probe that no ledger knows */
	char words[CLAIM_WORDS_MAX][CLAIM_WORD_SIZE];
	size_t word_count;
	bool damaged;      /* the report is good only up to some point */
	struct err damage; /* says where */
	bool failed;       /* memory ran out */
	bool crowded;      /* there were more than CLAIMS_MAX */
};

/*
 * Reads a report of nmap (XML), masscan (XML, JSON, list) or zmap (CSV), whichever it is. name:
 * what sentences call it. 0; or a negative code with a sentence. Call claims_done() in any case.
 */
int claims_read(struct claims *c, const char *bytes, size_t len, const char *name, struct err *err);
void claims_done(struct claims *c);

/* The reason's word, escaped; "" for CLAIM_NO_WORD. */
const char *claims_word(const struct claims *c, const struct claim *claim);

/* "open", "closed|filtered"...: what the report calls a claim's state. */
const char *claims_state(const struct claim *claim);

/* How many ports of host the report counts in this state without naming them. */
uint64_t claims_crowd(const struct claims *c, uint32_t host, enum probe_kind kind,
		      enum port_state state);

/* For the readers. */

/* Adds a claim on a port, or on a host (kind PROBE_KINDS). reason may be NULL. */
void claims_add(struct claims *c, const struct addr *addr, struct claim claim, const char *reason);

/* Adds one for each port of "1-21,23"; false when the list is none. */
bool claims_add_list(struct claims *c, const struct addr *addr, struct claim claim,
		     const char *reason, const char *ports);

/* Adds ports that are only counted. */
void claims_add_crowd(struct claims *c, const struct addr *addr, struct claim_crowd crowd);

/* The number of a state's name; CLAIM_STATE_ELSE when it is none of ours. */
uint8_t claims_state_of(const char *name);

/* The usual kind for a protocol's name; PROBE_KINDS when there is none. */
uint8_t claims_kind_of(const char *protocol);

/* Each reads one format; 0, or a negative code with a sentence. */
int claims_read_xml(struct claims *c, const char *bytes, size_t len, const char *name,
		    struct err *err);
int claims_read_json(struct claims *c, const char *bytes, size_t len, const char *name,
		     struct err *err);
int claims_read_lines(struct claims *c, const char *bytes, size_t len, const char *name,
		      struct err *err);

#endif
