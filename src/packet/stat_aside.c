// SPDX-License-Identifier: Apache-2.0
// A thread that counts for a large table what another one reads: see its header.
#include "packet/stat_aside.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/past.h"
#include "base/thread.h"

#define BLOCKS 3u

struct stat_aside {
	struct stat_table *table; /* the thread's, with fn */
	stat_aside_fn *fn;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows up to ended */
	pthread_cond_t moved;
	uint64_t made; /* blocks handed over, and counted */
	uint64_t done;
	bool ended;                 /* no more will come */
	struct stat_block *filling; /* the other's: blocks[made % BLOCKS], which is free */
	struct stat_block blocks[BLOCKS];
};

/* The next block once there is one; NULL at the end. */
static struct stat_block *next_made(struct stat_aside *a)
{
	struct stat_block *b = NULL;

	pthread_mutex_lock(&a->lock);
	while (a->done == a->made && !a->ended)
		pthread_cond_wait(&a->moved, &a->lock);
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
	a->filling = &a->blocks[0];
	stat_block_begin(a->filling, true);
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->moved, NULL);
	if (!thread_start(&a->thread, count_all, a))
		return a;
	pthread_cond_destroy(&a->moved);
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
	pthread_mutex_destroy(&a->lock);
	free(a);
}

struct stat_block *stat_aside_next(struct stat_aside *a)
{
	past_end();
	pthread_mutex_lock(&a->lock);
	a->made++;
	pthread_cond_signal(&a->moved);
	while (a->made - a->done == BLOCKS)
		pthread_cond_wait(&a->moved, &a->lock);
	a->filling = &a->blocks[a->made % BLOCKS];
	pthread_mutex_unlock(&a->lock);
	stat_block_begin(a->filling, true);
	return a->filling;
}

struct stat_block *stat_aside_block(struct stat_aside *a)
{
	return a->filling;
}
