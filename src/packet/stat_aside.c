// SPDX-License-Identifier: Apache-2.0
// A thread that counts for a large table what another one reads: see its header.
#include "packet/stat_aside.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/big.h"
#include "base/past.h"
#include "base/thread.h"

#define BLOCKS      16u        /* for as long as the kernel needs for a large page */
#define TOUCH_AHEAD (8u << 20) /* bytes behind the last entry that are touched at most */

struct stat_aside {
	struct stat_table *table; /* the thread's, with fn */
	stat_aside_fn *fn;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows up to ended */
	pthread_cond_t moved;
	uint64_t made; /* blocks handed over, and counted */
	uint64_t done;
	bool ended;                 /* no more will come */
	struct thread_spare spare;  /* what else the thread may do; fn NULL: nothing */
	uint32_t entries;           /* the table's when the last block was done */
	pthread_mutex_t growing;    /* who has it may move the table's entries, or touch them */
	size_t touched;             /* bytes of them */
	struct stat_block *filling; /* the other's: blocks[made % BLOCKS], which is free */
	struct stat_block blocks[BLOCKS];
};

/* Waits, under the lock, until there may be a block, or something else was done meanwhile. */
static void wait_for_block(struct stat_aside *a)
{
	struct thread_spare spare = a->spare;
	bool done = false;

	if (spare.fn) {
		pthread_mutex_unlock(&a->lock);
		done = spare.fn(spare.context);
		pthread_mutex_lock(&a->lock);
	}
	if (!done && a->done == a->made && !a->ended)
		pthread_cond_wait(&a->moved, &a->lock);
}

/* The next block once there is one; NULL at the end. */
static struct stat_block *next_made(struct stat_aside *a)
{
	struct stat_block *b = NULL;

	pthread_mutex_lock(&a->lock);
	while (a->done == a->made && !a->ended)
		wait_for_block(a);
	if (a->done != a->made)
		b = &a->blocks[a->done % BLOCKS];
	pthread_mutex_unlock(&a->lock);
	return b;
}

static void *count_all(void *context)
{
	struct stat_aside *a = context;
	const struct stat_block *b;

	while ((b = next_made(a))) {
		a->fn(a->table, b);
		pthread_mutex_lock(&a->lock);
		a->done++;
		a->entries = a->table->count;
		pthread_cond_signal(&a->moved);
		pthread_mutex_unlock(&a->lock);
	}
	return NULL;
}

struct stat_aside *stat_aside_new(struct stat_table *t, stat_aside_fn *fn)
{
	struct stat_aside *a = aligned_alloc(_Alignof(struct stat_aside), sizeof(*a));

	if (!a)
		return NULL;
	a->table = t;
	a->fn = fn;
	a->made = 0;
	a->done = 0;
	a->ended = false;
	a->spare = (struct thread_spare) {NULL};
	a->entries = t->count;
	a->touched = 0;
	a->filling = &a->blocks[0];
	stat_block_begin(a->filling, true);
	pthread_mutex_init(&a->lock, NULL);
	pthread_mutex_init(&a->growing, NULL);
	pthread_cond_init(&a->moved, NULL);
	if (!thread_start(&a->thread, count_all, a))
		return a;
	pthread_cond_destroy(&a->moved);
	pthread_mutex_destroy(&a->growing);
	pthread_mutex_destroy(&a->lock);
	free(a);
	return NULL;
}

void stat_aside_end(struct stat_aside *a)
{
	past_end();
	pthread_mutex_lock(&a->lock);
	a->made += a->filling->count != 0;
	a->ended = true;
	pthread_cond_signal(&a->moved);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->moved);
	pthread_mutex_destroy(&a->growing);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/*
 * Touches some memory of entries to come, of which there are so many; false when there is none to
 * touch, or the thread is about to.
 */
static bool touch_ahead(struct stat_aside *a, uint32_t entries)
{
	const struct stat_table *t = a->table;
	size_t used = (size_t)entries * t->entry_size, touched = 0;

	if (pthread_mutex_trylock(&a->growing))
		return false;
	if (a->touched < used)
		a->touched = used;
	if (a->touched < used + TOUCH_AHEAD)
		touched = big_touch(t->entries, a->touched, (size_t)t->room * t->entry_size);
	if (touched)
		a->touched = touched;
	pthread_mutex_unlock(&a->growing);
	return touched;
}

/* Waits, under the lock, until the thread has done more, or something was done that it need not do. */
static void wait_for_more(struct stat_aside *a)
{
	uint32_t entries = a->entries;
	bool touched;

	pthread_mutex_unlock(&a->lock);
	touched = touch_ahead(a, entries);
	pthread_mutex_lock(&a->lock);
	if (!touched && a->made - a->done == BLOCKS)
		pthread_cond_wait(&a->moved, &a->lock);
}

struct stat_block *stat_aside_next(struct stat_aside *a)
{
	past_end();
	pthread_mutex_lock(&a->lock);
	a->made++;
	pthread_cond_signal(&a->moved);
	while (a->made - a->done == BLOCKS)
		wait_for_more(a);
	a->filling = &a->blocks[a->made % BLOCKS];
	pthread_mutex_unlock(&a->lock);
	stat_block_begin(a->filling, true);
	return a->filling;
}

void stat_aside_spare(struct stat_aside *a, const struct thread_spare *spare)
{
	pthread_mutex_lock(&a->lock);
	a->spare = *spare;
	pthread_mutex_unlock(&a->lock);
}

void stat_aside_hold(struct stat_aside *a)
{
	pthread_mutex_lock(&a->growing);
}

void stat_aside_release(struct stat_aside *a)
{
	pthread_mutex_unlock(&a->growing);
}

struct stat_block *stat_aside_block(struct stat_aside *a)
{
	return a->filling;
}
