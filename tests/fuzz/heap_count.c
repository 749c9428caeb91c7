// SPDX-License-Identifier: Apache-2.0
// Counts what our own code holds on the heap, by taking the linker's place for malloc() and kin.
// A block that grows counts by its new size: glibc moves pages of large blocks, not their bytes.
#include "heap_count.h"

#include <malloc.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *old);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *old);

/* The allocator is one for the program, and so is its count. */
static long held;
static long peak;

static void *add(void *at)
{
	if (at)
		held += (long)malloc_usable_size(at);
	if (held > peak)
		peak = held;
	return at;
}

void *__wrap_malloc(size_t size)
{
	return add(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return add(__real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size)
{
	if (old)
		held -= (long)malloc_usable_size(old);
	return add(__real_realloc(old, size));
}

void __wrap_free(void *old)
{
	if (old)
		held -= (long)malloc_usable_size(old);
	__real_free(old);
}

void heap_count_begin(void)
{
	held = peak = 0;
}

size_t heap_count_peak(void)
{
	return (size_t)peak;
}
