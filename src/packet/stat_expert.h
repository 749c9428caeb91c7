/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expert notes of a capture: which were made, of what protocol, and how often.
 *
 * Theory of operation. Notes with the same severity, group, protocol and words are one row, found
 * by open addressing under a keyed hash, since the words may hold what strangers sent. Past
 * STAT_EXPERT_MAX rows new ones are only counted together, in left_out.
 */
#ifndef SONDE_PACKET_STAT_EXPERT_H
#define SONDE_PACKET_STAT_EXPERT_H

#include <stdint.h>

#include "base/hash.h"
#include "packet/stat_frame.h"

#define STAT_EXPERT_MAX 32768u

struct stat_expert_row {
	uint32_t severity;    /* enum expert_severity */
	uint32_t group;       /* enum expert_group */
	const char *protocol; /* constant */
	char *message;
	uint64_t count;
};

/* Start with stat_expert_init(). */
struct stat_expert {
	struct hash_key key;
	uint32_t least; /* severity; notes below it are not counted */
	struct stat_expert_row *rows;
	uint32_t count;
	uint32_t room;
	uint32_t
		*slots; /* index plus one; twice STAT_EXPERT_MAX of them, made with the first row */
	uint64_t left_out;
};

/* key: a secret drawn once a run. */
void stat_expert_init(struct stat_expert *e, uint32_t least, const struct hash_key *key);
void stat_expert_done(struct stat_expert *e);
void stat_expert_feed(struct stat_expert *e, const struct stat_frame *f);

/* Adds the fields it looks at. */
void stat_expert_want(uint64_t *wanted);

/* "Sequence"; a number that has no name gives NULL. */
const char *stat_expert_group_name(uint32_t group);

#endif
