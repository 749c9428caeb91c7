/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for tables that grow large and are asked at random, in large pages where there are any.
 *
 * A table of a hundred megabytes in pages of 4 KiB costs a walk through the page tables at nearly
 * every look; in pages of 2 MiB it does not. Below BIG_MIN it is the heap's memory, where a checker
 * sees every byte beyond the end.
 */
#ifndef SONDE_BASE_BIG_H
#define SONDE_BASE_BIG_H

#include <stddef.h>

#define BIG_MIN (4u << 20) /* bytes */

/*
 * Memory of `size` bytes with what old held (had bytes; NULL and 0 for none), the rest zero. NULL
 * when there is none, and then old stays good.
 */
void *big_resize(void *old, size_t had, size_t size);

/*
 * Has the system put memory where the first large page at or behind from is, so that whoever writes
 * there first need not wait for it: a host that took memory back needs milliseconds. Returns the
 * offset behind that page; 0, with nothing done, if it is not all within size.
 */
size_t big_touch(void *memory, size_t from, size_t size);

/* Gives back what big_resize() gave, of `size` bytes; NULL is fine. */
void big_free(void *memory, size_t size);

#endif
