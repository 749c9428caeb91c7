/* SPDX-License-Identifier: Apache-2.0 */
/* How each host was found to be up: what was asked before its ports, and what answered. */
#ifndef SONDE_EVIDENCE_DISCOVERY_H
#define SONDE_EVIDENCE_DISCOVERY_H

#include "evidence/ledger.h"

#define DISCOVERY_PROBES_MAX 8    /* kept of one host */
#define DISCOVERY_HOSTS_MAX  4096 /* the ledger's first ones */

/* The discovery of one host. */
struct discovery {
	uint32_t probes[DISCOVERY_PROBES_MAX]; /* in order of sending; indexes in the ledger */
	uint32_t count;                        /* may be more than are kept */
};

/* By index of the ledger. */
struct discoveries {
	struct discovery *hosts;
	uint32_t count;
};

/* Collects them in one walk over the probes. False when memory is out. */
bool discoveries_find(const struct ledger *l, struct discoveries *ret_discoveries);
void discoveries_done(struct discoveries *d);

/*
 * True when this probe asks whether a host is up: one that asks about no port, address resolution
 * of a target included, or a SYN or ACK from a port that sends both.
 */
bool discovery_is_probe(const struct ledger *l, const struct probe *p);

#endif
