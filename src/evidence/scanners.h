/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who scans in a capture: the scans that sent most of the probes, each an address and one of its
 * runs, not counting machines that only resolve a few neighbours while somebody scans.
 */
#ifndef SONDE_EVIDENCE_SCANNERS_H
#define SONDE_EVIDENCE_SCANNERS_H

#include <stdbool.h>

#include "evidence/ledger.h"

#define SCANNERS_MAX 8

struct scanners {
	struct addr addrs[SCANNERS_MAX]; /* in order of their first target in the ledger */
	uint16_t runs[SCANNERS_MAX];     /* which scan of that address, from 1 */
	uint64_t probes[SCANNERS_MAX];
	unsigned count;
	unsigned main; /* who sent most; 0 when there is none */
	bool more;     /* others sent probes, too */
};

/*
 * Finds them, exactly, whatever the order of frames; one sort of the ledger's hosts. False when
 * memory is out.
 */
bool scanners_find(const struct ledger *l, struct scanners *ret_scanners);

/* The place of the scan that this host was asked in; count when it has none. */
unsigned scanners_place(const struct scanners *s, const struct ledger_host *host);

/*
 * True when host was asked for by a scanner, and not only resolved by a machine that does no more
 * than that: a router that looks for the scanner's link address, for one.
 */
bool scanners_has(const struct scanners *s, const struct ledger_host *host);

#endif
