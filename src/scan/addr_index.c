// SPDX-License-Identifier: Apache-2.0
// From an address to the numbers that stand for it: see the header.
#include "scan/addr_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 64

static uint32_t hash_of(const struct addr_index *x, const struct addr *addr)
{
	return (uint32_t)addr_hash(addr, &x->key);
}

/* Doubles the heads once there are half as many numbers. A failure only costs speed. */
static void rehash(struct addr_index *x)
{
	uint32_t heads = x->heads ? (x->mask + 1) * 2 : FIRST_ROOM;
	uint32_t *fresh;

	if (x->heads && x->count <= x->mask / 2)
		return;
	fresh = malloc(heads * sizeof(*fresh));
	if (!fresh)
		return;
	memset(fresh, 0xff, heads * sizeof(*fresh));
	for (uint32_t i = 0; x->heads && i <= x->mask; i++) {
		uint32_t id = x->heads[i], newer = ADDR_INDEX_NONE;

		/* turned round once here, so that what is put in front below ends newest first */
		while (id != ADDR_INDEX_NONE) {
			uint32_t older = x->next[id];

			x->next[id] = newer;
			newer = id;
			id = older;
		}
		for (id = newer; id != ADDR_INDEX_NONE; id = newer) {
			uint32_t *head = &fresh[x->hashes[id] & (heads - 1)];

			newer = x->next[id];
			x->next[id] = *head;
			*head = id;
		}
	}
	free(x->heads);
	x->heads = fresh;
	x->mask = heads - 1;
}

static int reserve(struct addr_index *x, uint32_t id)
{
	uint32_t room = x->room ? x->room : FIRST_ROOM;
	uint32_t *next, *hashes;

	if (id < x->room)
		return 0;
	while (room <= id)
		room *= 2;
	next = reallocarray(x->next, room, sizeof(*next));
	if (!next)
		return -ENOMEM;
	x->next = next;
	hashes = reallocarray(x->hashes, room, sizeof(*hashes));
	if (!hashes)
		return -ENOMEM;
	x->hashes = hashes;
	x->room = room;
	return 0;
}

int addr_index_add(struct addr_index *x, const struct addr *addr, uint32_t id)
{
	uint32_t *head;

	rehash(x);
	if (!x->heads || reserve(x, id))
		return -ENOMEM;
	x->hashes[id] = hash_of(x, addr);
	head = &x->heads[x->hashes[id] & x->mask];
	x->next[id] = *head;
	*head = id;
	x->count++;
	return 0;
}

void addr_index_remove(struct addr_index *x, const struct addr *addr, uint32_t id)
{
	uint32_t *at;

	if (!x->heads)
		return;
	at = &x->heads[hash_of(x, addr) & x->mask];
	while (*at != ADDR_INDEX_NONE && *at != id)
		at = &x->next[*at];
	if (*at == ADDR_INDEX_NONE)
		return;
	*at = x->next[id];
	x->count--;
}

uint32_t addr_index_first(const struct addr_index *x, const struct addr *addr)
{
	return x->heads ? x->heads[hash_of(x, addr) & x->mask] : ADDR_INDEX_NONE;
}

uint32_t addr_index_next(const struct addr_index *x, uint32_t id)
{
	return x->next[id];
}

void addr_index_done(struct addr_index *x)
{
	free(x->heads);
	free(x->next);
	free(x->hashes);
	*x = (struct addr_index) {.key = x->key};
}
