/* SPDX-License-Identifier: Apache-2.0 */
/* Receives what passes an interface, block by block, for capturing at full speed. */
#ifndef SONDE_NET_TAP_H
#define SONDE_NET_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/nsec.h"
#include "net/tap_program.h"
#include "packet/frame.h"

struct tap;

#define TAP_SNAP_MAX 262144u /* bytes of one frame kept at most, as in dumpcap and tcpdump */

/* Zero in a field means the default named beside it. */
struct tap_options {
	uint32_t interface;           /* kernel index; 0: every interface, present and future */
	bool promiscuous;             /* ask the device for frames to others too; not with 0 */
	enum tap_direction direction; /* loopback devices have none and pass whole */
	uint32_t snap_len;            /* bytes kept of a frame: TAP_SNAP_MAX */
	size_t buffer_bytes;          /* memory shared with the kernel: 8 MiB */
	struct tap_filters filters;   /* every frame; copied by the kernel */
};

/* Counts since tap_open(). */
struct tap_stats {
	uint64_t received;    /* passed the filter and found room */
	uint64_t dropped;     /* passed the filter, but there was no room */
	uint64_t delivered;   /* handed to the callback */
	uint64_t cut;         /* of those, longer than snap_len */
	uint64_t unsupported; /* on devices whose link header we do not know, left out */
};

/* What has become of the interface. */
enum tap_state {
	TAP_LIVE,
	TAP_DOWN, /* switched off: may come back, and frames with it */
	TAP_GONE, /* removed: nothing will come any more */
};

/*
 * Gets one frame, whose bytes live during the call only. frame->time is wall time; interface is
 * the kernel's index; direction is FRAME_UNKNOWN on loopback devices, where each packet comes once;
 * a VLAN tag that the kernel took off is back in place. frame->id is 0.
 */
typedef void tap_fn(void *user, const struct frame *frame);

/*
 * Opens it: the filter is in place before the first frame can come. Needs CAP_NET_RAW here and
 * never again. 0 and *ret_tap, or -errno with a sentence.
 */
int tap_open(const struct tap_options *options, struct tap **ret_tap, struct err *err);

/* Closes it; NULL is fine. */
void tap_close(struct tap *tap);

/* The descriptor to watch for EPOLLIN. */
int tap_fd(const struct tap *tap);

/*
 * Delivers the frames of at most `blocks` blocks that the kernel has handed over, in the order of
 * arrival. A block is handed over when full or 50 ms old. True when more are waiting.
 */
bool tap_read(struct tap *tap, unsigned blocks, tap_fn *fn, void *user);

/*
 * For the end of a run: delivers everything that the kernel has counted as received before the
 * call, and the rest of its last block, however much comes meanwhile; waits until the block being
 * filled is handed over: usually 50 ms, 2 s at most.
 */
void tap_flush(struct tap *tap, tap_fn *fn, void *user);

/* Asks the kernel for its counts and returns all of them as totals. */
struct tap_stats tap_stats(struct tap *tap);

/* What has become of the interface; TAP_LIVE for "every interface". */
enum tap_state tap_state(struct tap *tap);

#endif
