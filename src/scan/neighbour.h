/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MAC addresses of next hops, found by our own ARP requests and neighbour solicitations.
 *
 * A next hop is WANTED until it answers (KNOWN) or stays silent for all tries (SILENT). For a
 * target on the local link the next hop is the target itself, and its answer is also what shows
 * that it is up.
 */
#ifndef SONDE_SCAN_NEIGHBOUR_H
#define SONDE_SCAN_NEIGHBOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "scan/probe.h"
#include "wire/addr.h"

/* Waits after each request: a first that suits any LAN, then room for a busy host. */
#define NEIGHBOUR_TRIES      3
#define NEIGHBOUR_WAIT_FIRST (200 * NSEC_PER_MSEC)
#define NEIGHBOUR_WAIT_LATER (400 * NSEC_PER_MSEC)

enum neighbour_state {
	NEIGHBOUR_WANTED,
	NEIGHBOUR_KNOWN,
	NEIGHBOUR_SILENT,
};

struct neighbour {
	struct probe_path path; /* target: the next hop; its next_mac once known */
	enum neighbour_state state;
	uint8_t tries;
	nsec_t due; /* when to ask (again) or give up */
};

/* Next hops in the order they came. Initialise with zero. */
struct neighbour_table {
	struct neighbour *rows;
	uint32_t count;
	uint32_t room;
	uint32_t wanted;
};

/*
 * The row for path's next hop `addr` on path's interface, made when missing. mac: the kernel's
 * entry for a router, or NULL to ask by ourselves. *ret_row stays the same for ever. 0 or -ENOMEM.
 */
int neighbour_want(struct neighbour_table *t, const struct addr *addr,
		   const struct probe_path *path, const uint8_t *mac, uint32_t *ret_row);
void neighbour_table_done(struct neighbour_table *t);

/* An answer came from addr on interface. */
void neighbour_answered(struct neighbour_table *t, const struct addr *addr,
			const uint8_t mac[static MAC_LEN]);

/*
 * The next row to ask now, or -1. Rows whose last wait is over become SILENT here. The earliest
 * later time at which there is something to do goes into *ret_due (NSEC_NEVER: none).
 */
int64_t neighbour_due(struct neighbour_table *t, nsec_t now, nsec_t *ret_due);

/* The request for this row leaves now; or it could not, and shall be repeated when due. */
void neighbour_asked(struct neighbour_table *t, uint32_t row, nsec_t now);
void neighbour_not_asked(struct neighbour_table *t, uint32_t row, nsec_t due);

#endif
