/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which link address claims which IP address, and which were seen to send for it.
 *
 * Theory of operation. A fixed table of sets: an address hashes (keyed) to a set of a few places.
 * One that finds its set full replaces the one in it that was claimed least and by one link address
 * only, so that a flood of made-up addresses cannot push out a conflict.
 */
#ifndef SONDE_EVIDENCE_MAC_CLAIM_H
#define SONDE_EVIDENCE_MAC_CLAIM_H

#include <stdbool.h>

#include "evidence/finding.h"

#define MAC_CLAIM_SETS 1024
#define MAC_CLAIM_WAYS 4

/* Who speaks for one address. */
struct mac_claim {
	struct addr addr; /* family 0: a free place */
	uint32_t scope;   /* frames of different scopes (interfaces) are not compared */
	uint8_t mac[MAC_LEN];
	uint8_t other[MAC_LEN]; /* the first one that differed */
	uint64_t count;
	uint64_t others; /* claims by any other link address than the first */
	uint64_t first_frame;
	uint64_t frames[FINDING_FRAMES_MAX]; /* the first ones of the others */
	bool returned;                       /* the first one spoke again after another */
};

/* Initialise with zero. */
struct mac_claims {
	struct mac_claim items[MAC_CLAIM_SETS * MAC_CLAIM_WAYS];
};

/* hash: of addr, such that strangers cannot choose collisions. */
void mac_claims_add(struct mac_claims *c, uint64_t hash, const struct addr *addr, uint32_t scope,
		    const uint8_t mac[static MAC_LEN], uint64_t frame);

#endif
