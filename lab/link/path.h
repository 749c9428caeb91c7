// SPDX-License-Identifier: Apache-2.0
/* One direction of a link: what it does to each frame, and what it counted. */
#ifndef SONDE_LAB_LINK_PATH_H
#define SONDE_LAB_LINK_PATH_H

#include <stdint.h>
#include <stdio.h>

#include "../common/fail.h"
#include "../common/random.h"
#include "pending.h"

enum {
	PATH_QUEUE_MAX = 10000,
	PATH_QUEUE_DEFAULT = 1000,
};

/* The wished faults. Times in ns, chances in parts per million, 0 = none. */
struct path_faults {
	uint64_t delay_ns, jitter_ns;
	uint64_t rate_bps;
	uint32_t queue; /* frames that may wait for their turn at rate_bps */
	uint32_t loss_ppm;
	uint32_t burst_ppm;
	uint64_t burst_ns;
	uint32_t dup_ppm;
	uint32_t reorder_ppm;
	uint64_t reorder_ns;
	uint32_t corrupt_ppm;
};

struct path_counters {
	uint64_t in, out, bytes_in, bytes_out;
	uint64_t lost, burst_lost, queue_dropped, overflow;
	uint64_t duplicated, reordered, corrupted, write_failed;
};

struct path {
	struct path_faults faults;
	struct path_counters count;
	struct random random;
	int to_side;
	uint32_t header;  /* link-layer bytes that corruption leaves alone */
	uint64_t free_ns; /* when the rate limiter has sent all it accepted */
	uint64_t last_due_ns;
	uint64_t burst_until_ns;
	/* When each waiting frame begins to leave: a ring, oldest at head. */
	uint64_t waiting[PATH_QUEUE_MAX];
	uint32_t waiting_head, waiting_count;
};

/* Reads "delay=40ms,loss=3%,..." into RET_FAULTS on top of what it holds. 0 or -1. */
int path_faults_parse(const char *text, struct path_faults *ret_faults, struct fail *f);

/* Ready to carry frames to TO_SIDE with the same faults for the same SEED. */
void path_init(struct path *p, const struct path_faults *faults, int to_side, uint64_t seed);

/* A frame arrived at NOW_NS: drops it, or puts it (or two, or a damaged one) into PENDING. */
void path_admit(struct path *p, struct pending *pending, uint64_t now_ns, uint8_t *bytes,
		uint32_t len);

/* The counters as a JSON object. */
void path_print(const struct path *p, FILE *out);

#endif
