/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an address to the numbers that stand for it: a keyed hash, so that nobody chooses
 * collisions.
 *
 * The addresses themselves are kept by whoever gives out the numbers: a number that is found may
 * stand for another address with the same hash, so compare.
 */
#ifndef SONDE_SCAN_ADDR_INDEX_H
#define SONDE_SCAN_ADDR_INDEX_H

#include <stdint.h>

#include "base/hash.h"
#include "wire/addr.h"

#define ADDR_INDEX_NONE UINT32_MAX

/* Initialise with zero but for the key. */
struct addr_index {
	struct hash_key key;
	uint32_t *heads;
	uint32_t *next;   /* by number */
	uint32_t *hashes; /* by number */
	uint32_t mask;    /* number of heads minus 1 */
	uint32_t count, room;
};

/* Adds a number that is not in there. 0 or -ENOMEM. */
int addr_index_add(struct addr_index *x, const struct addr *addr, uint32_t id);

/* Takes it out again; addr as it was added. */
void addr_index_remove(struct addr_index *x, const struct addr *addr, uint32_t id);

/*
 * The newest number that may stand for addr, then the next older one; ADDR_INDEX_NONE at the end.
 */
uint32_t addr_index_first(const struct addr_index *x, const struct addr *addr);
uint32_t addr_index_next(const struct addr_index *x, uint32_t id);

void addr_index_done(struct addr_index *x);

#endif
