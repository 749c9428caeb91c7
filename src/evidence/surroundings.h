/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stood around a scan in its capture: whatever the ledger does not keep, counted in bounded
 * memory.
 *
 * Theory of operation. Fed with every frame behind the ledger, by those who explain a capture; a
 * live scan does without. Each question has a room of its own: which protocols strangers speak
 * (stranger.h), which link address claims which address (claim.h), who asks for many targets
 * (sweep.h), which packets are in the file twice (copy.h). All tables have a fixed size and a keyed
 * hash; what finds no place is counted, so that a flood costs neither memory nor time.
 */
#ifndef SONDE_EVIDENCE_SURROUNDINGS_H
#define SONDE_EVIDENCE_SURROUNDINGS_H

#include "base/hash.h"
#include "evidence/event.h"
#include "packet/decode.h"
#include "packet/frame.h"

struct surroundings;

/* key: secret for the tables (copied). NULL: no memory. */
struct surroundings *surroundings_new(const struct hash_key *key);
void surroundings_free(struct surroundings *s);

/* Counts one frame; packet and note are what ledger_frame() said of it. */
void surroundings_frame(struct surroundings *s, const struct frame *frame,
			const struct packet *packet, const struct note *note);

#endif
