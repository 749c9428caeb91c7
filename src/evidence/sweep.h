/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks for many addresses or ports, whether a scan is known of it or not.
 *
 * Theory of operation. Distinct targets are counted by bitmaps (linear counting, Whang and others,
 * 1990), so a source costs the same however many it asks for. Sources lie in a fixed table of sets;
 * in a full set each newcomer takes credit from the weakest one and replaces it when that is used
 * up, so a flood of spoofed sources, each asking once, does not push out one that asks often.
 */
#ifndef SONDE_EVIDENCE_SWEEP_H
#define SONDE_EVIDENCE_SWEEP_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/nsec.h"
#include "evidence/finding.h"
#include "packet/decode.h"
#include "packet/frame.h"

#define SWEEP_SETS  64
#define SWEEP_WAYS  4
#define SWEEP_BITS  1024 /* distinct targets are told apart up to some 5,000 */
#define SWEEP_WORDS (SWEEP_BITS / 64)

/* How a source asks. */
enum sweep_kind {
	SWEEP_ARP = 1,
	SWEEP_ND = 2,
	SWEEP_ECHO = 4,
	SWEEP_SYN = 8,
};

/* One source. */
struct sweep {
	struct addr source; /* family 0: a free place */
	bool has_mac;
	uint8_t mac[MAC_LEN];
	bool sent;     /* by the machine that captured, as its frames are marked */
	uint8_t kinds; /* enum sweep_kind */
	uint32_t credit;
	uint64_t count; /* frames that ask */
	uint64_t frames[FINDING_FRAMES_MAX];
	nsec_t first, last;
	uint64_t addresses[SWEEP_WORDS];
	uint64_t ports[SWEEP_WORDS]; /* pairs of address and port */
};

/* Initialise with zero. */
struct sweeps {
	struct sweep items[SWEEP_SETS * SWEEP_WAYS];
};

/* Counts a frame if it asks for something. */
void sweeps_add(struct sweeps *s, const struct hash_key *key, const struct frame *frame,
		const struct packet *packet);

/* About how many distinct targets a bitmap has seen. */
unsigned sweep_estimate(const uint64_t bits[static SWEEP_WORDS]);

#endif
