/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queues of hosts, for the planners of raw and of connect scans. A host is in one queue at most, so
 * the link is in the host itself; neither hosts nor queues may move in memory meanwhile.
 */
#ifndef SONDE_SCAN_HOST_QUEUE_H
#define SONDE_SCAN_HOST_QUEUE_H

#include <stdint.h>

struct host_queue;

/* A host's place: all zero in none. */
struct host_link {
	struct host_queue *queue; /* the one it is in, or NULL */
	struct host_link *next, *previous;
};

/* All zero: empty. */
struct host_queue {
	struct host_link *first, *last;
	uint32_t count;
};

/* Moves a host to the end of a queue, or to its beginning, out of the one it was in. */
void host_queue_push(struct host_queue *q, struct host_link *link);
void host_queue_push_front(struct host_queue *q, struct host_link *link);

/* Takes a host out of its queue, if it is in one. */
void host_queue_leave(struct host_link *link);

/* Takes the first host out; NULL: none is there. */
struct host_link *host_queue_pop(struct host_queue *q);

#endif
