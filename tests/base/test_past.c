// SPDX-License-Identifier: Apache-2.0
// base/past: words stored past the caches arrive, in their order, with us and with another thread.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "base/past.h"

#define ITEMS 1000u

static _Alignas(PAST_ALIGN) uint64_t words[ITEMS][PAST_WORDS];

static uint64_t word_of(unsigned item, unsigned i)
{
	return (uint64_t)item << 40 | i << 8 | 0x8000000000000001u;
}

/* How many words are not what they should be. */
static void *count_wrong(void *context)
{
	uintptr_t *wrong = context;

	for (unsigned item = 0; item < ITEMS; item++)
		for (unsigned i = 0; i < PAST_WORDS; i++)
			*wrong += words[item][i] != word_of(item, i);
	return NULL;
}

static void words_arrive(void **state)
{
	uintptr_t ours = 0, theirs = 0;
	pthread_t thread;

	(void)state;
	for (unsigned item = 0; item < ITEMS; item++)
		past_put(words[item], word_of(item, 0), word_of(item, 1), word_of(item, 2),
			 word_of(item, 3));
	past_end();
	assert_int_equal(pthread_create(&thread, NULL, count_wrong, &theirs), 0);
	pthread_join(thread, NULL);
	count_wrong(&ours);
	assert_int_equal(ours, 0);
	assert_int_equal(theirs, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_arrive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
