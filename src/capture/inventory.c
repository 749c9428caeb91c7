// SPDX-License-Identifier: Apache-2.0
// What a capture file says about itself: sections, interfaces, counts and resolved names.
//
// Theory of operation: texts lie in a pool and never move. Sections, interfaces and names are
// arrays that double. Names are found through an open-addressing table over their addresses,
// hashed under a key drawn for this inventory so that a file cannot be made to collide; each slot
// leads to a chain of the address's names, at most NAMES_PER_ADDRESS long, so that adding a name
// costs a bounded number of steps. Whatever is over a limit is left out and counted.
#include "capture/inventory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define NAMES_PER_ADDRESS 32u
#define FIRST_SIZE        16u

/* The array with room for one more element, possibly moved; NULL when memory ran out. */
static void *grow(void *array, size_t count, size_t *size, size_t element)
{
	size_t new_size = *size ? *size * 2 : FIRST_SIZE;
	void *moved;

	if (count < *size)
		return array;
	moved = realloc(array, new_size * element);
	if (moved)
		*size = new_size;
	return moved;
}

static size_t slot_of(const struct inventory *v, const struct addr *address)
{
	uint8_t bytes[1 + sizeof(address->bytes)];
	size_t slot;

	bytes[0] = address->family;
	memcpy(bytes + 1, address->bytes, sizeof(address->bytes));
	slot = hash_bytes(&v->key, bytes, sizeof(bytes)) & (v->slot_count - 1);
	while (v->slots[slot] && !addr_equal(&v->names[v->slots[slot] - 1].address, address))
		slot = (slot + 1) & (v->slot_count - 1);
	return slot;
}

/* Keeps the table at most half full; false when memory ran out. */
static bool make_slots(struct inventory *v)
{
	size_t count = v->slot_count ? v->slot_count * 2 : 4 * FIRST_SIZE;
	uint32_t *old = v->slots;
	size_t old_count = v->slot_count;

	if (v->name_count < v->slot_count / 2)
		return true;
	v->slots = calloc(count, sizeof(*v->slots));
	if (!v->slots) {
		v->slots = old;
		return false;
	}
	v->slot_count = count;
	for (size_t i = 0; i < old_count; i++)
		if (old[i])
			v->slots[slot_of(v, &v->names[old[i] - 1].address)] = old[i];
	free(old);
	return true;
}

static uint64_t add_known(uint64_t sum, uint64_t more)
{
	if (more == PCAPNG_UNKNOWN)
		return sum;
	if (sum == PCAPNG_UNKNOWN)
		return more;
	return sum > PCAPNG_UNKNOWN - 1 - more ? PCAPNG_UNKNOWN - 1 : sum + more;
}

struct pcapng_counts inventory_totals(const struct inventory *v)
{
	struct pcapng_counts sum = {
		.start = NSEC_NEVER,
		.end = NSEC_NEVER,
		.received = PCAPNG_UNKNOWN,
		.dropped = PCAPNG_UNKNOWN,
		.accepted = PCAPNG_UNKNOWN,
		.os_dropped = PCAPNG_UNKNOWN,
		.delivered = PCAPNG_UNKNOWN,
	};

	for (size_t i = 0; i < v->interface_count; i++) {
		const struct pcapng_counts *c = &v->interfaces[i].counts;

		if (!v->interfaces[i].has_counts)
			continue;
		if (c->time > sum.time)
			sum.time = c->time;
		if (c->start < sum.start)
			sum.start = c->start;
		if (c->end != NSEC_NEVER && (sum.end == NSEC_NEVER || c->end > sum.end))
			sum.end = c->end;
		sum.received = add_known(sum.received, c->received);
		sum.dropped = add_known(sum.dropped, c->dropped);
		sum.accepted = add_known(sum.accepted, c->accepted);
		sum.os_dropped = add_known(sum.os_dropped, c->os_dropped);
		sum.delivered = add_known(sum.delivered, c->delivered);
	}
	return sum;
}

const char *inventory_name(const struct inventory *v, const struct addr *address, size_t which)
{
	uint32_t at;

	if (!v->slot_count)
		return NULL;
	at = v->slots[slot_of(v, address)];
	while (at && which--)
		at = v->names[at - 1].next;
	return at ? v->names[at - 1].name : NULL;
}

void inventory_init(struct inventory *v)
{
	*v = (struct inventory) {.pool.limit = INVENTORY_TEXT_MAX};
	/* Where the kernel refuses, the table still works, only not against a flood. */
	if (getrandom(&v->key, sizeof(v->key), GRND_NONBLOCK) != sizeof(v->key))
		v->key = (struct hash_key) {.k0 = (uintptr_t)v, .k1 = ~(uint64_t)(uintptr_t)v};
}

void inventory_done(struct inventory *v)
{
	free(v->interfaces);
	free(v->sections);
	free(v->names);
	free(v->slots);
	pool_done(&v->pool);
	*v = (struct inventory) {0};
}

struct pcapng_section *inventory_add_section(struct inventory *v)
{
	struct pcapng_section *moved;

	if (v->section_count == INVENTORY_SECTIONS_MAX)
		return NULL;
	moved = grow(v->sections, v->section_count, &v->section_size, sizeof(*moved));
	if (!moved)
		return NULL;
	v->sections = moved;
	moved += v->section_count++;
	*moved = (struct pcapng_section) {0};
	return moved;
}

struct capture_interface *inventory_add_interface(struct inventory *v)
{
	struct capture_interface *moved;

	if (v->interface_count == INVENTORY_INTERFACES_MAX)
		return NULL;
	moved = grow(v->interfaces, v->interface_count, &v->interface_size, sizeof(*moved));
	if (!moved)
		return NULL;
	v->interfaces = moved;
	moved += v->interface_count++;
	*moved = (struct capture_interface) {0};
	return moved;
}

/*
 * Where the index of a new name belongs: an empty slot or the end of the address's chain. NULL
 * when the name is there already, or the chain is full (*ret_full).
 */
static uint32_t *place_of(struct inventory *v, const struct addr *address, const char *name,
			  size_t len, bool *ret_full)
{
	uint32_t *place = &v->slots[slot_of(v, address)];
	unsigned length = 0;

	for (; *place; place = &v->names[*place - 1].next) {
		const char *have = v->names[*place - 1].name;

		if (strncmp(have, name, len) == 0 && !have[len])
			return NULL;
		if (++length == NAMES_PER_ADDRESS) {
			*ret_full = true;
			return NULL;
		}
	}
	return place;
}

void inventory_add_name(struct inventory *v, const struct addr *address, const char *name,
			size_t len)
{
	struct inventory_name *moved;
	bool full = false;
	uint32_t *place;
	const char *copy;

	len = strnlen(name, len);
	if (len > INVENTORY_NAME_MAX || v->name_count == INVENTORY_NAMES_MAX || !make_slots(v)) {
		v->skipped++;
		return;
	}
	if (!place_of(v, address, name, len, &full)) {
		v->skipped += full;
		return;
	}
	moved = grow(v->names, v->name_count, &v->name_size, sizeof(*moved));
	if (!moved) {
		v->skipped++;
		return;
	}
	v->names = moved;
	copy = inventory_text(v, name, len);
	if (!copy)
		return;                                 /* counted there */
	place = place_of(v, address, name, len, &full); /* names may have moved */
	v->names[v->name_count] = (struct inventory_name) {.address = *address, .name = copy};
	*place = (uint32_t)++v->name_count;
}

void inventory_note(struct inventory *v, const char *format, ...)
{
	char text[ERR_TEXT_MAX];
	va_list args;

	if (v->notes++)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	err_set(&v->first_note, -1, "%s", text);
}

const char *inventory_text(struct inventory *v, const void *bytes, size_t len)
{
	char *copy;

	len = strnlen(bytes, len);
	copy = pool_take(&v->pool, len + 1);
	if (!copy) {
		v->skipped++;
		return NULL;
	}
	memcpy(copy, bytes, len);
	return copy;
}
