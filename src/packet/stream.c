// SPDX-License-Identifier: Apache-2.0
// Messages of the protocols above TCP that go over several segments, put together.
//
// Theory of operation. Each direction of a stream has at most one message that is not complete; a
// dissector that wants more of a later one replaces it. A message ends after a number of bytes,
// with the next segment whatever that holds, or with the stream. The bytes of a segment belong to
// it by their sequence numbers alone. When a message that the next segment completed turns out to
// go on, it is opened again, with the pieces it has.
#include "packet/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum message_end {
	END_COUNTED,
	END_WITH_SEGMENT, /* that brings as many bytes as were wanted */
	END_OF_STREAM,
};

struct streams {
	struct whole_table table;
};

struct streams *streams_new(void)
{
	struct streams *s = calloc(1, sizeof(*s));

	if (s && whole_table_init(&s->table, STREAMS_OPEN_MAX, STREAMS_BYTES_MAX)) {
		free(s);
		return NULL;
	}
	return s;
}

void streams_free(struct streams *s)
{
	if (!s)
		return;
	whole_table_done(&s->table);
	free(s);
}

void streams_rewind(struct streams *s)
{
	whole_table_rewind(&s->table);
}

/* A stream's number is its own; the sender tells the directions apart. */
static void make_key(const struct dissect *d, uint32_t stream, uint8_t out[WHOLE_KEY_LEN])
{
	struct {
		uint8_t source[16];
		uint32_t stream;
		uint16_t port;
		uint8_t zeros[18];
	} key = {.stream = stream, .port = d->kept.source_port};

	static_assert(sizeof(key) == WHOLE_KEY_LEN, "no padding is hashed");
	memcpy(key.source, d->kept.ip_source.bytes, sizeof(key.source));
	memcpy(out, &key, sizeof(key));
}

/* How many of the segment's bytes, from its first on, belong to the message. */
static bool belongs(const struct open_whole *w, const struct segment *segment, uint32_t offset,
		    uint32_t *ret_len)
{
	const struct pieces *p = &w->pieces;

	*ret_len = segment->len;
	switch ((enum message_end)w->kind) {
	case END_COUNTED:
		if (offset >= p->end)
			return false;
		if (segment->len > p->end - offset)
			*ret_len = p->end - offset;
		return segment->len != 0;
	case END_WITH_SEGMENT:
		return segment->len && offset < w->wanted;
	case END_OF_STREAM:
		return offset <= STREAM_MESSAGE_MAX;
	}
	return false;
}

static void tell(const struct streams *s, const struct open_whole *w, struct segment_view *ret_view)
{
	whole_table_tell(&s->table, w, &ret_view->whole);
	ret_view->whole_seq = w->seq;
	ret_view->taken = w->completing;
}

/* The piece is the message's; nothing of it is kept that was there before. */
static void add_piece(struct streams *s, struct open_whole *w, const struct segment *segment,
		      const struct piece *piece, struct segment_view *ret_view)
{
	bool last = w->kind == END_OF_STREAM && segment->fin;

	if (segment->old && piece->offset + piece->len <= pieces_reach(&w->pieces)) {
		ret_view->taken = piece->len;
		return;
	}
	if (piece->len > STREAM_MESSAGE_MAX || piece->offset > STREAM_MESSAGE_MAX - piece->len) {
		whole_table_drop(&s->table, w);
		s->table.counts.evicted++;
		return;
	}
	if (!whole_table_put(&s->table, w, piece, segment->bytes, last))
		return;
	ret_view->taken = piece->len;
	if (w->kind == END_WITH_SEGMENT && pieces_reach(&w->pieces) >= w->wanted)
		pieces_end(&w->pieces);
	if (!pieces_complete(&w->pieces)) {
		whole_table_trim(&s->table);
	} else if (whole_table_complete(&s->table, w)) {
		w->completing = piece->len;
		tell(s, w, ret_view);
	}
}

void streams_segment(struct streams *s, const struct dissect *d, const struct segment *segment,
		     struct segment_view *ret_view)
{
	struct piece piece = {.frame = (uint32_t)d->frame->number, .layer = segment->layer};
	struct whole_table *t = &s->table;
	uint8_t key[WHOLE_KEY_LEN];
	struct open_whole *w;

	whole_table_turn(t, d->frame->number);
	make_key(d, segment->stream, key);
	ret_view->second_pass = whole_table_second(t);
	ret_view->rest_in = whole_index_find(&t->index, piece.frame, piece.layer);
	ret_view->whole.frame = ret_view->rest_in;
	w = whole_table_find_done(t, key, &piece);
	if (w) {
		tell(s, w, ret_view);
		return;
	}
	w = whole_table_find(t, key);
	/* The frame in which it begins, seen again: the dissector will ask again too. */
	if (!w || w->pieces.items[0].frame == piece.frame)
		return;
	piece.offset = segment->seq - w->seq;
	if (belongs(w, segment, piece.offset, &piece.len))
		add_piece(s, w, segment, &piece, ret_view);
}

static enum message_end end_of(uint32_t more)
{
	if (more == DISSECT_TO_THE_END)
		return END_OF_STREAM;
	return more & DISSECT_AT_LEAST ? END_WITH_SEGMENT : END_COUNTED;
}

static bool has_room(const struct segment_more *more)
{
	uint32_t count = more->more & ~DISSECT_AT_LEAST;

	if (more->more == DISSECT_ONE_SEGMENT)
		return more->len < STREAM_SEARCH_MAX;
	return more->len < STREAM_MESSAGE_MAX &&
	       (more->more == DISSECT_TO_THE_END || count <= STREAM_MESSAGE_MAX - more->len);
}

static void set_end(struct open_whole *w, const struct segment_more *more)
{
	w->kind = (uint8_t)end_of(more->more);
	w->wanted = more->len + (more->more & ~DISSECT_AT_LEAST);
	w->pieces.has_end = w->kind == END_COUNTED;
	w->pieces.end = w->pieces.has_end ? w->wanted : UINT32_MAX;
}

/* The message that this frame completed goes on: it is the same one. */
static struct open_whole *find_joined(const struct streams *s, const struct segment_more *more)
{
	for (struct open_whole *w = s->table.done; w; w = w->next)
		if (w->pieces.bytes == more->bytes && w->pieces.end == more->len)
			return w;
	return NULL;
}

bool streams_more(struct streams *s, const struct dissect *d, const struct segment_more *more)
{
	const struct piece piece = {
		.frame = (uint32_t)d->frame->number, .len = more->len, .layer = more->layer};
	uint8_t key[WHOLE_KEY_LEN];
	struct open_whole *w;

	if (!has_room(more))
		return false;
	whole_table_turn(&s->table, d->frame->number);
	make_key(d, more->stream, key);
	w = whole_table_find(&s->table, key);
	if (w)
		whole_table_drop(&s->table, w);
	w = find_joined(s, more);
	if (w) {
		pieces_reopen(&w->pieces);
		set_end(w, more);
		whole_table_reopen(&s->table, w);
		return true; /* without whole_table_trim(): the dissector still looks at it */
	}
	w = whole_table_add(&s->table, key, d->frame->time);
	if (!w)
		return false;
	w->seq = more->seq;
	set_end(w, more);
	if (!whole_table_put(&s->table, w, &piece, more->bytes, false))
		return false;
	whole_table_trim(&s->table);
	return true;
}

bool streams_waiting(const struct streams *s)
{
	return s->table.counts.open != 0;
}

void streams_counts(const struct streams *s, struct whole_counts *ret_counts)
{
	*ret_counts = s->table.counts;
}
