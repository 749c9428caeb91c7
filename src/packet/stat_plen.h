/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packet lengths in Wireshark's ten ranges, with the fastest burst of each.
 *
 * Theory of operation. A burst is the most packets that came within 100 ms. Time is cut into steps
 * of 5 ms; each range keeps a ring of the last twenty steps, and how many packets are in it. The
 * ring moves with the newest packet; one that is older than the ring is counted in no burst.
 */
#ifndef SONDE_PACKET_STAT_PLEN_H
#define SONDE_PACKET_STAT_PLEN_H

#include "packet/stat_frame.h"

#define STAT_BURST_STEP_MS   5 /* Wireshark's statistics.burst_resolution */
#define STAT_BURST_WINDOW_MS 100
#define STAT_BURST_STEPS     (STAT_BURST_WINDOW_MS / STAT_BURST_STEP_MS)
#define STAT_PLEN_RANGES     10

struct stat_burst {
	int64_t newest;                    /* step number */
	uint64_t counts[STAT_BURST_STEPS]; /* by step number modulo their count */
	nsec_t starts[STAT_BURST_STEPS];   /* of the first packet in the step */
	uint64_t sum;
	uint64_t most;
	nsec_t most_at; /* when the window of the fastest burst began */
};

struct stat_plen_range {
	uint64_t count;
	uint64_t bytes;
	uint32_t least;
	uint32_t most;
	struct stat_burst burst;
};

/* Start with zero. */
struct stat_plen {
	struct stat_plen_range all;
	struct stat_plen_range ranges[STAT_PLEN_RANGES];
	nsec_t start; /* of the first and last packet counted, since the capture's first */
	nsec_t end;
};

/* "0-19" ... "5120 and greater". */
extern const char *const stat_plen_names[STAT_PLEN_RANGES];

void stat_plen_feed(struct stat_plen *p, const struct stat_frame *f);
void stat_plen_bares(struct stat_plen *p, const struct stat_bares *b);

#endif
