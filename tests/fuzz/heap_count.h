/* SPDX-License-Identifier: Apache-2.0 */
/* Counts what our own code holds on the heap. Link with the --wrap words of meson.build. */
#ifndef SONDE_TESTS_FUZZ_HEAP_COUNT_H
#define SONDE_TESTS_FUZZ_HEAP_COUNT_H

#include <stddef.h>

/* Begins to count anew: held and peak are zero. */
void heap_count_begin(void);

/* The most bytes held at once since then. */
size_t heap_count_peak(void);

#endif
