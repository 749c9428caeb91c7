/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets that are in the file twice: seen on two interfaces, on both sides of a router, or
 * doubled.
 *
 * Theory of operation. A packet is known by a keyed hash over what no router changes: all of it but
 * hop count and header checksum. The newest one of each place of a small table is remembered, so
 * only copies soon behind each other are found; which is how copies come.
 */
#ifndef SONDE_EVIDENCE_COPY_H
#define SONDE_EVIDENCE_COPY_H

#include "base/hash.h"
#include "base/nsec.h"
#include "evidence/finding.h"
#include "packet/decode.h"
#include "packet/frame.h"

#define COPY_PLACES  8192
#define COPY_SPAN    (100 * NSEC_PER_MSEC) /* a copy that comes later is not one */
#define COPY_AT_ONCE (NSEC_PER_MSEC / 2)   /* the same where its sender may repeat himself */

enum copy_kind {
	COPY_INTERFACE, /* the same on another interface */
	COPY_ROUTED,    /* the same with another hop count */
	COPY_SAME,      /* the same in all, where nobody repeats himself */
	COPY_KINDS
};

struct copies_of_kind {
	uint64_t count;
	uint64_t frames[FINDING_FRAMES_MAX]; /* the second ones */
};

/* Initialise with zero. */
struct copies {
	struct copies_of_kind of[COPY_KINDS];
	uint64_t packets; /* looked at */
	struct {
		uint64_t hash;
		nsec_t time;
		uint32_t interface;
		uint8_t hops;
	} places[COPY_PLACES];
};

/*
 * Looks at a frame with an IP packet. may_repeat: its sender may well send the same again (a probe,
 * or the first answer to one more), so only what comes at once, or by another interface or hop
 * count, is a copy.
 */
void copies_add(struct copies *c, const struct hash_key *key, const struct frame *frame,
		const struct packet *packet, bool may_repeat);

#endif
