/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stood around a scan in its capture: whatever the ledger does not keep, counted in bounded
 * memory.
 *
 * Theory of operation. Fed with every frame behind the ledger, by those who explain a capture; a
 * live scan does without. Each question has a room of its own: which protocols strangers speak
 * (stranger.h), which link address claims which address (mac_claim.h), who asks for many targets
 * (sweep.h), which packets are in the file twice (copy.h). All tables have a fixed size and a keyed
 * hash; what finds no place is counted or forgotten, so a flood costs neither memory nor time.
 */
#ifndef SONDE_EVIDENCE_SURROUNDINGS_H
#define SONDE_EVIDENCE_SURROUNDINGS_H

#include "evidence/mac_claim.h"
#include "evidence/copy.h"
#include "evidence/ledger.h"
#include "evidence/phase.h"
#include "evidence/stranger.h"
#include "evidence/sweep.h"

/* A count with its first frames. */
struct surroundings_count {
	uint64_t count;
	uint64_t frames[FINDING_FRAMES_MAX];
};

/* Fields are for reading only. Some 700 KB. */
struct surroundings {
	const struct ledger *ledger;
	struct hash_key key;
	uint64_t frames;
	uint64_t cut;                      /* of these, shorter than on the wire */
	struct surroundings_count blind;   /* of these, so short that a header was missing */
	struct surroundings_count orphans; /* answers to probes that are not in the file */
	struct phase refusals;      /* the scanner's kernel refuses datagrams of its targets */
	struct phase conversations; /* other frames between scanner and targets */
	struct phase neighbours;    /* address resolution that is no probe */
	struct strangers strangers;
	struct mac_claims claims;  /* by ARP and neighbour discovery */
	struct mac_claims senders; /* by the answers of targets to probes */
	struct sweeps sweeps;
	struct copies copies;
};

/* Beside a ledger that outlives it. key: secret for the tables (copied). NULL: no memory. */
struct surroundings *surroundings_new(const struct ledger *l, const struct hash_key *key);
void surroundings_free(struct surroundings *s);

/* Counts one frame; packet and note are what ledger_frame() said of it. */
void surroundings_frame(struct surroundings *s, const struct frame *frame,
			const struct packet *packet, const struct note *note);

#endif
