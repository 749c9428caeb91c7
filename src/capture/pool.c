// SPDX-License-Identifier: Apache-2.0
// Many small allocations that never move and are freed all at once, under one limit.
#include "capture/pool.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE 65536

struct pool_chunk {
	struct pool_chunk *next;
	size_t used;
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

static struct pool_chunk *add_chunk(struct pool *p, size_t size)
{
	struct pool_chunk *chunk;

	if (size < CHUNK_SIZE)
		size = CHUNK_SIZE;
	chunk = malloc(sizeof(*chunk) + size);
	if (!chunk)
		return NULL;
	chunk->next = p->chunks;
	chunk->used = 0;
	chunk->size = size;
	p->chunks = chunk;
	return chunk;
}

void *pool_take(struct pool *p, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct pool_chunk *chunk = p->chunks;
	void *taken;

	if (size > p->limit - p->used || p->limit - p->used - size < align)
		return NULL;
	size = (size + align - 1) / align * align;
	if (!chunk || size > chunk->size - chunk->used)
		chunk = add_chunk(p, size);
	if (!chunk)
		return NULL;
	taken = chunk->bytes + chunk->used;
	chunk->used += size;
	p->used += size;
	return memset(taken, 0, size);
}

void pool_done(struct pool *p)
{
	while (p->chunks) {
		struct pool_chunk *next = p->chunks->next;

		free(p->chunks);
		p->chunks = next;
	}
	p->used = 0;
}
