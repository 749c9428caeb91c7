// SPDX-License-Identifier: Apache-2.0
// Memory for tables that grow large and are asked at random, in large pages where there are any.
#include "base/big.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The kernel's own choice of pages is as right if it does not take the advice. */
static void *map(void *old, size_t had, size_t size)
{
	void *memory =
		old ? mremap(old, had, size, MREMAP_MAYMOVE)
		    : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	madvise(memory, size, MADV_HUGEPAGE);
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

void big_free(void *memory, size_t size)
{
	if (memory && size >= BIG_MIN)
		munmap(memory, size);
	else
		free(memory);
}
