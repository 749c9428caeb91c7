/* SPDX-License-Identifier: Apache-2.0 */
/* Many small allocations that never move and are freed all at once, under one limit. */
#ifndef SONDE_CAPTURE_POOL_H
#define SONDE_CAPTURE_POOL_H

#include <stddef.h>

struct pool_chunk;

/* Initialise with `struct pool p = {.limit = BYTES};`. */
struct pool {
	struct pool_chunk *chunks;
	size_t limit; /* bytes that may be given out in all */
	size_t used;
};

/* size bytes, zeroed and aligned for any type; NULL when the limit or memory ran out. */
void *pool_take(struct pool *p, size_t size);

/* Frees everything taken; the pool is empty and usable again. */
void pool_done(struct pool *p);

#endif
