/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A queue of the engine's hosts, by index. A host is in one queue at most, so the links are in the
 * hosts themselves (struct host, next_in_queue); engine_turn.c walks them.
 */
#ifndef SONDE_SCAN_HOST_QUEUE_H
#define SONDE_SCAN_HOST_QUEUE_H

#include <stdint.h>

#define HOST_QUEUE_END UINT32_MAX

/* first and last: HOST_QUEUE_END when there are none. */
struct host_queue {
	uint32_t first, last, count;
};

#define HOST_QUEUE_EMPTY ((struct host_queue) {HOST_QUEUE_END, HOST_QUEUE_END, 0})

#endif
