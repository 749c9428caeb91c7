// SPDX-License-Identifier: Apache-2.0
// Reads a regular file in a thread of its own: see its header.
#include "capture/source_ahead.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/thread.h"

#define CHUNKS     3u
#define CHUNK_SIZE (256u << 10)

struct chunk {
	uint8_t *room; /* SOURCE_AHEAD_ROOM bytes, then CHUNK_SIZE */
	ssize_t len;   /* or 0 at the end, or -errno */
};

struct source_ahead {
	int fd;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows up to left */
	pthread_cond_t moved;
	uint64_t filled; /* chunks so far; their bytes are the consumer's */
	uint64_t freed;  /* chunks that may be filled anew */
	bool lent;       /* the thread is to end: whoever has time fills chunks */
	bool left;       /* it has */
	bool filling;    /* somebody else does so */
	bool over;       /* nothing is left to be read */
	uint64_t next;   /* the consumer's: to be waited for */
	struct chunk chunks[CHUNKS];
};

/* Fills a chunk; less than its size only before the end. */
static ssize_t fill(int fd, uint8_t *bytes)
{
	ssize_t got;

	do {
		got = read(fd, bytes, CHUNK_SIZE);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

static bool wait_for_room(struct source_ahead *a)
{
	bool more;

	pthread_mutex_lock(&a->lock);
	while (!a->lent && a->filled - a->freed == CHUNKS)
		pthread_cond_wait(&a->moved, &a->lock);
	more = !a->lent;
	pthread_mutex_unlock(&a->lock);
	return more;
}

/* Ends behind the chunk that has nothing: no more is asked for. */
static void *read_all(void *context)
{
	struct source_ahead *a = context;
	struct chunk *c;
	ssize_t len = 1;

	while (len > 0 && wait_for_room(a)) {
		c = &a->chunks[a->filled % CHUNKS];
		len = c->len = fill(a->fd, c->room + SOURCE_AHEAD_ROOM);
		pthread_mutex_lock(&a->lock);
		a->filled++;
		a->over = len <= 0;
		pthread_cond_signal(&a->moved);
		pthread_mutex_unlock(&a->lock);
	}
	pthread_mutex_lock(&a->lock);
	a->left = true;
	pthread_cond_signal(&a->moved);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

static void release(struct source_ahead *a)
{
	for (unsigned i = 0; i < CHUNKS; i++)
		free(a->chunks[i].room);
	pthread_cond_destroy(&a->moved);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

struct source_ahead *source_ahead_new(int fd)
{
	struct source_ahead *a = calloc(1, sizeof(*a));
	bool room = true;

	if (!a)
		return NULL;
	a->fd = fd;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->moved, NULL);
	for (unsigned i = 0; i < CHUNKS; i++) {
		a->chunks[i].room = malloc(SOURCE_AHEAD_ROOM + CHUNK_SIZE);
		room = room && a->chunks[i].room;
	}
	if (room && !thread_start(&a->thread, read_all, a))
		return a;
	release(a);
	return NULL;
}

void source_ahead_lend(struct source_ahead *a)
{
	pthread_mutex_lock(&a->lock);
	a->lent = true;
	pthread_cond_signal(&a->moved);
	pthread_mutex_unlock(&a->lock);
}

/* Fills a chunk, under the lock, if one is to be filled and nobody does. */
static bool fill_next(struct source_ahead *a)
{
	struct chunk *c = &a->chunks[a->filled % CHUNKS];

	if (!a->left || a->filling || a->over || a->filled - a->freed == CHUNKS)
		return false;
	a->filling = true;
	pthread_mutex_unlock(&a->lock);
	c->len = fill(a->fd, c->room + SOURCE_AHEAD_ROOM);
	pthread_mutex_lock(&a->lock);
	a->filling = false;
	a->over = c->len <= 0;
	a->filled++;
	pthread_cond_signal(&a->moved);
	return true;
}

bool source_ahead_help(struct source_ahead *a)
{
	bool filled;

	pthread_mutex_lock(&a->lock);
	filled = fill_next(a);
	pthread_mutex_unlock(&a->lock);
	return filled;
}

void source_ahead_free(struct source_ahead *a)
{
	if (!a)
		return;
	source_ahead_lend(a);
	pthread_join(a->thread, NULL);
	release(a);
}

ssize_t source_ahead_wait(struct source_ahead *a, uint8_t **ret_bytes)
{
	const struct chunk *c = &a->chunks[a->next % CHUNKS];

	pthread_mutex_lock(&a->lock);
	while (a->filled == a->next && !fill_next(a))
		pthread_cond_wait(&a->moved, &a->lock);
	pthread_mutex_unlock(&a->lock);
	*ret_bytes = c->room + SOURCE_AHEAD_ROOM;
	return c->len;
}

void source_ahead_step(struct source_ahead *a)
{
	pthread_mutex_lock(&a->lock);
	a->freed = a->next++;
	pthread_cond_signal(&a->moved);
	pthread_mutex_unlock(&a->lock);
}
