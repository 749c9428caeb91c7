/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MAC addresses of next hops, found by our own ARP requests and neighbour solicitations.
 *
 * A next hop is WANTED until it answers (KNOWN) or stays silent for all tries (SILENT). For a
 * target on the local link the next hop is the target itself, and its answer is also what shows
 * that it is up. Rows are found by address and come up when they are due, so that a whole local
 * network may be asked at once; the row of a target is given back when that is done with.
 */
#ifndef SONDE_SCAN_NEIGHBOUR_H
#define SONDE_SCAN_NEIGHBOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/nsec.h"
#include "scan/addr_index.h"
#include "scan/agenda.h"
#include "scan/probe.h"
#include "wire/addr.h"

/* Waits after each request: a first that suits any LAN, then room for a busy host. */
#define NEIGHBOUR_TRIES      3
#define NEIGHBOUR_WAIT_FIRST (200 * NSEC_PER_MSEC)
#define NEIGHBOUR_WAIT_LATER (400 * NSEC_PER_MSEC)

#define NEIGHBOUR_NONE UINT32_MAX

enum neighbour_state {
	NEIGHBOUR_WANTED,
	NEIGHBOUR_KNOWN,
	NEIGHBOUR_SILENT,
};

struct neighbour {
	struct probe_path path; /* target: the next hop; its next_mac once known */
	enum neighbour_state state;
	uint8_t tries;
	uint32_t users;         /* neighbour_want() without neighbour_release() */
	uint32_t first_waiting; /* the engine's: hosts that wait for it, NEIGHBOUR_NONE: none */
	uint32_t last_waiting;
	uint32_t uplink; /* the engine's: whose pace it is asked at */
};

/* Initialise with neighbour_table_init(). */
struct neighbour_table {
	struct neighbour *rows;
	uint32_t *spare; /* rows given back */
	uint32_t count, room, spare_count;
	uint32_t unasked; /* rows that are wanted and were not asked for yet */
	struct addr_index by_addr;
	struct agenda agenda; /* of the rows that are wanted */
};

void neighbour_table_init(struct neighbour_table *t, const struct hash_key *key);
void neighbour_table_done(struct neighbour_table *t);

/*
 * The row for path's next hop `addr` on path's interface, made when missing, to be asked for at
 * `now` unless it is known. mac: the kernel's entry for a router, or NULL to ask by ourselves. 0
 * or -ENOMEM.
 */
int neighbour_want(struct neighbour_table *t, const struct addr *addr,
		   const struct probe_path *path, const uint8_t *mac, nsec_t now,
		   uint32_t *ret_row);

/* Asks for a row that is known once more: it is WANTED again, with the MAC that it had. */
void neighbour_ask_again(struct neighbour_table *t, uint32_t row, nsec_t now);

/* One user less; a row without any is forgotten. */
void neighbour_release(struct neighbour_table *t, uint32_t row);

/*
 * An answer came from addr. The row that it settles, which was wanted, or NEIGHBOUR_NONE; there may
 * be one for each interface, so call it until it says that.
 */
uint32_t neighbour_answered(struct neighbour_table *t, const struct addr *addr,
			    const uint8_t mac[static MAC_LEN]);

/*
 * The row that is due now, or NEIGHBOUR_NONE. After NEIGHBOUR_TRIES tries call neighbour_silent()
 * for it, else ask and call neighbour_asked().
 */
uint32_t neighbour_due(const struct neighbour_table *t, nsec_t now);

/* The time of the next one; NSEC_NEVER: none is wanted. */
nsec_t neighbour_next(const struct neighbour_table *t);

/* The request for this row leaves now; or it could not, and shall be repeated when due. */
void neighbour_asked(struct neighbour_table *t, uint32_t row, nsec_t now);
void neighbour_not_asked(struct neighbour_table *t, uint32_t row, nsec_t due);

/* Every wait was in vain. */
void neighbour_silent(struct neighbour_table *t, uint32_t row);

#endif
