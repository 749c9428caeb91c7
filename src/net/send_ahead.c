// SPDX-License-Identifier: Apache-2.0
// A thread that sends batches in order while whoever made them goes on: see its header.
#include "net/send_ahead.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/thread.h"

struct ahead_batch {
	struct send_item items[SEND_AHEAD_BATCH];
	size_t count;
};

struct send_ahead {
	struct sender *sender;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows up to taken */
	pthread_cond_t begin; /* there is more to send, or nothing will come any more */
	pthread_cond_t done;  /* the batch that the owner waits for was sent */
	bool ended;
	unsigned begun, sent; /* batches so far; they wrap */
	unsigned awaited;     /* the owner sleeps until so many were sent */
	bool asleep;          /* the thread sleeps until one is begun */
	unsigned taken;       /* the owner's alone */
	bool refused;         /* the thread's alone but for when nothing is open */
	struct ahead_batch batches[SEND_AHEAD_OPEN];
};

/* ---- The thread's side ----------------------------------------------------------------------- */

static void send_batch(struct send_ahead *a, struct ahead_batch *b)
{
	for (size_t i = 0; a->refused && i < b->count; i++)
		b->items[i].result = -EAGAIN;
	if (a->refused)
		return;
	sender_send(a->sender, b->items, b->count);
	a->refused = b->items[b->count - 1].result == -EAGAIN;
}

/* Waits for a batch to send; NULL at the end. */
static struct ahead_batch *next_batch(struct send_ahead *a)
{
	struct ahead_batch *b = NULL;

	pthread_mutex_lock(&a->lock);
	while (a->begun == a->sent && !a->ended) {
		a->asleep = true;
		pthread_cond_wait(&a->begin, &a->lock);
	}
	a->asleep = false;
	if (a->begun != a->sent)
		b = &a->batches[a->sent % SEND_AHEAD_OPEN];
	pthread_mutex_unlock(&a->lock);
	return b;
}

static void *send_all(void *context)
{
	struct send_ahead *a = context;
	struct ahead_batch *b;

	while ((b = next_batch(a)) != NULL) {
		bool wake;

		send_batch(a, b);
		pthread_mutex_lock(&a->lock);
		wake = ++a->sent == a->awaited;
		pthread_mutex_unlock(&a->lock);
		if (wake)
			pthread_cond_signal(&a->done);
	}
	return NULL;
}

/* ---- The owner's side ------------------------------------------------------------------------ */

struct send_ahead *send_ahead_new(struct sender *sender)
{
	struct send_ahead *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->sender = sender;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->begin, NULL);
	pthread_cond_init(&a->done, NULL);
	if (!thread_start(&a->thread, send_all, a))
		return a;
	pthread_cond_destroy(&a->done);
	pthread_cond_destroy(&a->begin);
	pthread_mutex_destroy(&a->lock);
	free(a);
	return NULL;
}

void send_ahead_free(struct send_ahead *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->ended = true;
	pthread_mutex_unlock(&a->lock);
	pthread_cond_signal(&a->begin);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->done);
	pthread_cond_destroy(&a->begin);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* begun changes in the owner's thread only, which may read it at any time. */
unsigned send_ahead_open(const struct send_ahead *a)
{
	return a->begun - a->taken;
}

struct send_item *send_ahead_items(struct send_ahead *a)
{
	assert(send_ahead_open(a) < SEND_AHEAD_OPEN);
	return a->batches[a->begun % SEND_AHEAD_OPEN].items;
}

void send_ahead_begin(struct send_ahead *a, size_t count)
{
	bool wake;

	assert(count && count <= SEND_AHEAD_BATCH);
	if (!send_ahead_open(a))
		a->refused = false;
	a->batches[a->begun % SEND_AHEAD_OPEN].count = count;
	pthread_mutex_lock(&a->lock);
	a->begun++;
	wake = a->asleep;
	pthread_mutex_unlock(&a->lock);
	if (wake)
		pthread_cond_signal(&a->begin);
}

struct send_item *send_ahead_take(struct send_ahead *a, bool wait, size_t *ret_count)
{
	struct ahead_batch *b = &a->batches[a->taken % SEND_AHEAD_OPEN];
	bool sent;

	assert(send_ahead_open(a));
	pthread_mutex_lock(&a->lock);
	while (wait && a->sent == a->taken) {
		/* whoever takes one takes several: sleep until half of them are sent */
		a->awaited = a->taken + (send_ahead_open(a) + 1) / 2;
		pthread_cond_wait(&a->done, &a->lock);
	}
	sent = a->sent != a->taken;
	pthread_mutex_unlock(&a->lock);
	if (!sent)
		return NULL;
	a->taken++;
	*ret_count = b->count;
	return b->items;
}
