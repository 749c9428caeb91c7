// SPDX-License-Identifier: Apache-2.0
// Datagrams or messages of a capture that wait for their missing pieces. See the header.
#include "packet/whole_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

int whole_table_init(struct whole_table *t, uint32_t open_max, size_t bytes_max)
{
	t->open_max = open_max;
	t->bytes_max = bytes_max;
	return getrandom(&t->key, sizeof(t->key), 0) == (ssize_t)sizeof(t->key) ? 0 : -EIO;
}

static void open_whole_free(struct open_whole *w)
{
	pieces_done(&w->pieces);
	free(w);
}

static size_t open_whole_size(const struct open_whole *w)
{
	return sizeof(*w) + pieces_size(&w->pieces);
}

static struct open_whole **bucket_of(struct whole_table *t, const uint8_t key[WHOLE_KEY_LEN])
{
	return &t->buckets[hash_bytes(&t->key, key, WHOLE_KEY_LEN) & (WHOLE_TABLE_BUCKETS - 1)];
}

static void link_in(struct whole_table *t, struct open_whole *w)
{
	struct open_whole **bucket = bucket_of(t, w->key);

	w->next = *bucket;
	*bucket = w;
	w->newer = NULL;
	w->older = t->newest;
	if (t->newest)
		t->newest->newer = w;
	else
		t->oldest = w;
	t->newest = w;
	t->counts.open++;
	t->counts.bytes += open_whole_size(w);
}

/* Takes it out of the table; it then is the caller's. */
static void link_out(struct whole_table *t, struct open_whole *w)
{
	struct open_whole **at = bucket_of(t, w->key);

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	if (w->older)
		w->older->newer = w->newer;
	else
		t->oldest = w->newer;
	if (w->newer)
		w->newer->older = w->older;
	else
		t->newest = w->older;
	t->counts.open--;
	t->counts.bytes -= open_whole_size(w);
}

static void note(struct whole_table *t, const struct open_whole *w)
{
	for (uint32_t i = 0; i < w->pieces.count; i++)
		if (w->pieces.items[i].frame != (uint32_t)t->frame)
			whole_index_add(&t->index, w->pieces.items[i].frame,
					w->pieces.items[i].layer, (uint32_t)t->frame);
}

static void drop_done(struct whole_table *t)
{
	while (t->done) {
		struct open_whole *next = t->done->next;

		note(t, t->done);
		open_whole_free(t->done);
		t->done = next;
	}
}

static void drop_open(struct whole_table *t)
{
	while (t->oldest)
		whole_table_drop(t, t->oldest);
}

void whole_table_done(struct whole_table *t)
{
	drop_open(t);
	drop_done(t);
	whole_index_done(&t->index);
}

void whole_table_turn(struct whole_table *t, uint64_t frame)
{
	if (frame == t->frame)
		return;
	drop_done(t);
	t->frame = frame;
}

void whole_table_rewind(struct whole_table *t)
{
	drop_done(t);
	drop_open(t);
	whole_index_seal(&t->index);
	t->counts = (struct whole_counts) {0};
	t->frame = 0;
}

void whole_table_age(struct whole_table *t, nsec_t before)
{
	while (t->oldest && t->oldest->first < before) {
		whole_table_drop(t, t->oldest);
		t->counts.aged++;
	}
}

struct open_whole *whole_table_find(struct whole_table *t, const uint8_t key[WHOLE_KEY_LEN])
{
	for (struct open_whole *w = *bucket_of(t, key); w; w = w->next)
		if (!memcmp(w->key, key, WHOLE_KEY_LEN))
			return w;
	return NULL;
}

struct open_whole *whole_table_add(struct whole_table *t, const uint8_t key[WHOLE_KEY_LEN],
				   nsec_t now)
{
	struct open_whole *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	if (t->counts.open == t->open_max) {
		whole_table_drop(t, t->oldest);
		t->counts.evicted++;
	}
	memcpy(w->key, key, WHOLE_KEY_LEN);
	w->first = now;
	link_in(t, w);
	return w;
}

bool whole_table_put(struct whole_table *t, struct open_whole *w, const struct piece *piece,
		     const uint8_t *bytes, bool last)
{
	size_t before = pieces_size(&w->pieces);
	int code = pieces_add(&w->pieces, piece, bytes, last);

	t->counts.bytes += pieces_size(&w->pieces) - before;
	if (!code)
		return true;
	whole_table_drop(t, w);
	t->counts.evicted++;
	return false;
}

void whole_table_trim(struct whole_table *t)
{
	while (t->counts.bytes > t->bytes_max) {
		whole_table_drop(t, t->oldest);
		t->counts.evicted++;
	}
}

void whole_table_drop(struct whole_table *t, struct open_whole *w)
{
	link_out(t, w);
	open_whole_free(w);
}

bool whole_table_complete(struct whole_table *t, struct open_whole *w)
{
	link_out(t, w);
	if (pieces_join(&w->pieces)) {
		open_whole_free(w);
		return false;
	}
	w->next = t->done;
	t->done = w;
	t->counts.complete++;
	return true;
}

void whole_table_reopen(struct whole_table *t, struct open_whole *w)
{
	struct open_whole **at = &t->done;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	link_in(t, w);
	t->counts.complete--;
}

struct open_whole *whole_table_find_done(const struct whole_table *t,
					 const uint8_t key[WHOLE_KEY_LEN],
					 const struct piece *piece)
{
	for (struct open_whole *w = t->done; w; w = w->next) {
		if (memcmp(w->key, key, WHOLE_KEY_LEN))
			continue;
		for (uint32_t i = 0; i < w->pieces.count; i++)
			if (w->pieces.items[i].frame == piece->frame &&
			    w->pieces.items[i].layer == piece->layer)
				return w;
	}
	return NULL;
}

void whole_table_tell(const struct whole_table *t, const struct open_whole *w,
		      struct whole *ret_whole)
{
	*ret_whole = (struct whole) {
		.frame = (uint32_t)t->frame,
		.bytes = w->pieces.bytes,
		.len = w->pieces.end,
		.pieces = w->pieces.items,
		.piece_count = w->pieces.count,
	};
}
