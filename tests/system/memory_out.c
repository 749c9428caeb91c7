// SPDX-License-Identifier: Apache-2.0
// Preloaded: lets the one request for memory of the number in MEMORY_OUT_AT fail, from 0.
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

/* glibc's own, under the names that it keeps for those who stand in front of it. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static long left = -1;

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("MEMORY_OUT_AT");

	left = at ? atol(at) : -1;
}

/* Whether it is this one's turn. The programs under test ask from one thread at a time. */
static int fails(void)
{
	if (left < 0 || left--)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t count, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(count, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, all);
}
