// SPDX-License-Identifier: Apache-2.0
// Many lines of a statistic, written by two threads in order: see its header.
#include "report/stat_rows.h"

#include <pthread.h>
#include <stdbool.h>

#include "base/thread.h"

#define BUFFERS 2u /* one is written out while the other is filled */

struct helper {
	uint32_t count;
	stat_rows_fn *fn;
	const void *context;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows up to taken */
	pthread_cond_t moved;
	uint32_t made;  /* parts of the helper's that are text, */
	uint32_t taken; /* and that were written out */
	struct buf text[BUFFERS];
};

static uint32_t parts_of(uint32_t count)
{
	return count / STAT_ROWS_PART + (count % STAT_ROWS_PART != 0);
}

static void make_part(const struct helper *h, struct buf *out, uint32_t part)
{
	uint32_t first = part * STAT_ROWS_PART;
	uint32_t left = h->count - first;

	h->fn(out, first, first + (left < STAT_ROWS_PART ? left : STAT_ROWS_PART), h->context);
}

/* The odd parts. */
static void *help(void *context)
{
	struct helper *h = context;
	uint32_t parts = parts_of(h->count);

	for (uint32_t part = 1; part < parts; part += 2) {
		struct buf *text = &h->text[part / 2 % BUFFERS];

		pthread_mutex_lock(&h->lock);
		while (h->made - h->taken == BUFFERS)
			pthread_cond_wait(&h->moved, &h->lock);
		pthread_mutex_unlock(&h->lock);
		buf_clear(text);
		make_part(h, text, part);
		pthread_mutex_lock(&h->lock);
		h->made++;
		pthread_cond_signal(&h->moved);
		pthread_mutex_unlock(&h->lock);
	}
	return NULL;
}

/* All that is held, so that the next part can be written from where it was made. */
static void write_out(struct stats_out *out)
{
	if (out->flush)
		out->flush(out->context);
}

/* Writes out an odd part once it is text. */
static void take_part(struct helper *h, struct stats_out *out, uint32_t part)
{
	struct buf *text = &h->text[part / 2 % BUFFERS];
	struct buf empty = *out->buf;

	pthread_mutex_lock(&h->lock);
	while (h->made == h->taken)
		pthread_cond_wait(&h->moved, &h->lock);
	pthread_mutex_unlock(&h->lock);
	if (!empty.len) { /* nothing needs to be copied */
		*out->buf = *text;
		*text = empty;
	} else {
		buf_add(out->buf, buf_text(text), text->len);
		out->buf->failed |= text->failed;
	}
	write_out(out);
	pthread_mutex_lock(&h->lock);
	h->taken++;
	pthread_cond_signal(&h->moved);
	pthread_mutex_unlock(&h->lock);
}

void stat_rows(struct stats_out *out, uint32_t count, stat_rows_fn *fn, const void *context)
{
	struct helper h = {.count = count, .fn = fn, .context = context};
	uint32_t parts = parts_of(count);
	bool helped;

	pthread_mutex_init(&h.lock, NULL);
	pthread_cond_init(&h.moved, NULL);
	helped = parts > 1 && !thread_start(&h.thread, help, &h);
	for (uint32_t part = 0; part < parts; part++) {
		if (helped && part % 2) {
			take_part(&h, out, part);
			continue;
		}
		make_part(&h, out->buf, part);
		write_out(out);
	}
	if (helped)
		pthread_join(h.thread, NULL);
	for (unsigned i = 0; i < BUFFERS; i++)
		buf_done(&h.text[i]);
	pthread_cond_destroy(&h.moved);
	pthread_mutex_destroy(&h.lock);
}
