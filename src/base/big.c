// SPDX-License-Identifier: Apache-2.0
// Memory for tables that grow large and are asked at random, in large pages where there are any.
#include "base/big.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LARGE_PAGE (2u << 20) /* of x86-64 and most of the rest; elsewhere it does no harm */

/* What is mapped for so many bytes: all of it can be large pages then, also when it grows. */
static size_t whole_pages(size_t size)
{
	return (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
}

/* Memory that begins where a large page does. */
static void *map_new(size_t size)
{
	size_t room = whole_pages(size) + LARGE_PAGE;
	uint8_t *wide;
	size_t before;

	if (size > SIZE_MAX / 2)
		return NULL;
	wide = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (wide == MAP_FAILED)
		return NULL;
	before = (size_t) - (uintptr_t)wide % LARGE_PAGE;
	if (before)
		munmap(wide, before);
	munmap(wide + room - (LARGE_PAGE - before), LARGE_PAGE - before);
	return wide + before;
}

/* Where it lies if there is room behind it, else at a new place laid as well as the old one. */
static void *map_more(void *old, size_t had, size_t size)
{
	void *memory = mremap(old, whole_pages(had), whole_pages(size), 0);
	void *place;

	if (memory != MAP_FAILED)
		return memory;
	place = map_new(size);
	if (!place)
		return NULL;
	memory = mremap(old, whole_pages(had), whole_pages(size), MREMAP_MAYMOVE | MREMAP_FIXED,
			place);
	if (memory != MAP_FAILED)
		return memory;
	munmap(place, whole_pages(size));
	return NULL;
}

/* The kernel's own choice of pages is as right if it does not take the advice. */
static void *map(void *old, size_t had, size_t size)
{
	uint8_t *memory = old ? map_more(old, had, size) : map_new(size);

	if (!memory)
		return NULL;
	madvise(memory, whole_pages(size), MADV_HUGEPAGE);
	if (size < had)
		memset(memory + size, 0,
		       (had < whole_pages(size) ? had : whole_pages(size)) - size);
	return memory;
}

static void *from_heap(void *old, size_t had, size_t size)
{
	char *memory = realloc(old, size);

	if (memory && size > had)
		memset(memory + had, 0, size - had);
	return memory;
}

void *big_resize(void *old, size_t had, size_t size)
{
	void *memory;

	if (size < BIG_MIN && had < BIG_MIN)
		return from_heap(old, had, size);
	if (had >= BIG_MIN && size >= BIG_MIN)
		return map(old, had, size);
	memory = size >= BIG_MIN ? map(NULL, 0, size) : from_heap(NULL, 0, size);
	if (!memory)
		return NULL;
	if (old)
		memcpy(memory, old, had < size ? had : size);
	big_free(old, had);
	return memory;
}

size_t big_touch(void *memory, size_t from, size_t size)
{
	size_t at;

	if (size < BIG_MIN || from > size)
		return 0;
	at = whole_pages(from);
	if (at + LARGE_PAGE > size)
		return 0;
	/* An older system says no and touches nothing: then who writes there waits. */
	madvise((uint8_t *)memory + at, LARGE_PAGE, MADV_POPULATE_WRITE);
	return at + LARGE_PAGE;
}

void big_free(void *memory, size_t size)
{
	if (memory && size >= BIG_MIN)
		munmap(memory, whole_pages(size));
	else
		free(memory);
}
