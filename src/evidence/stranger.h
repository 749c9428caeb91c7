/* SPDX-License-Identifier: Apache-2.0 */
/* Frames that are no part of a scan, by protocol. */
#ifndef SONDE_EVIDENCE_STRANGER_H
#define SONDE_EVIDENCE_STRANGER_H

#include "evidence/finding.h"
#include "packet/decode.h"

#define STRANGERS_MAX 64 /* protocols told apart; more than there are names */

struct stranger {
	const char *protocol; /* a constant of the registry: "DHCP" */
	uint64_t count;
	uint64_t frames[FINDING_FRAMES_MAX]; /* the first ones */
};

/* Initialise with zero. In order of their first frame. */
struct strangers {
	struct stranger items[STRANGERS_MAX];
	unsigned count;
	uint64_t left_out; /* frames of protocols without a place */
};

void strangers_add(struct strangers *s, const struct packet *packet, uint64_t frame);

#endif
