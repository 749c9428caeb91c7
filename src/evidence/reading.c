// SPDX-License-Identifier: Apache-2.0
// Feeds a ledger from a file whose frames are not quite in order: see the header.
#include "evidence/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INLINE_BYTES 192                /* most frames of a scan are shorter */
#define ANEW         (1 * NSEC_PER_SEC) /* so far behind, a stamp belongs to another order */

/* A frame that is held. */
struct held {
	struct frame frame;
	uint8_t *more; /* its bytes when they do not fit in place; owned */
	uint8_t place[INLINE_BYTES];
};

/* Its place in the queue. */
struct turn {
	nsec_t due;
	uint64_t id;
	uint16_t held; /* index */
	bool final;    /* it waited for its probe already */
};

struct reading {
	struct ledger *ledger;
	reading_fn *fn;
	void *user;
	nsec_t newest;
	size_t first; /* turns: a ring, in order */
	size_t count;
	size_t bytes; /* kept outside of helds */
	struct turn turns[READING_FRAMES];
	uint16_t unused[READING_FRAMES]; /* indexes of helds, READING_FRAMES - count of them */
	struct held helds[READING_FRAMES];
};

static struct turn *turn_at(struct reading *r, size_t i)
{
	return &r->turns[(r->first + i) % READING_FRAMES];
}

struct reading *reading_new(struct ledger *l, reading_fn *fn, void *user)
{
	struct reading *r = malloc(sizeof(*r)); /* most of it is never touched */

	if (!r)
		return NULL;
	r->ledger = l;
	r->fn = fn;
	r->user = user;
	r->newest = 0;
	r->first = r->count = r->bytes = 0;
	for (size_t i = 0; i < READING_FRAMES; i++)
		r->unused[i] = (uint16_t)(READING_FRAMES - 1 - i);
	return r;
}

void reading_free(struct reading *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		free(r->helds[turn_at(r, i)->held].more);
	free(r);
}

static bool is_before(const struct turn *a, nsec_t due, uint64_t id)
{
	return a->due != due ? a->due < due : a->id < id;
}

/* Adds a turn; room is there. */
static void queue(struct reading *r, nsec_t due, const struct held *h, bool final)
{
	size_t i = r->count++;
	struct turn *turn;

	while (i && !is_before(turn_at(r, i - 1), due, h->frame.id)) {
		*turn_at(r, i) = *turn_at(r, i - 1);
		i--;
	}
	turn = turn_at(r, i);
	turn->due = due;
	turn->id = h->frame.id;
	turn->held = (uint16_t)(h - r->helds);
	turn->final = final;
}

/* Judges the frame whose turn it is, or lets it wait for its probe. */
static int take_turn(struct reading *r)
{
	const struct turn *turn = &r->turns[r->first];
	struct held *h = &r->helds[turn->held];
	bool final = turn->final;
	struct packet packet;
	struct note note;
	int code;

	r->first = (r->first + 1) % READING_FRAMES;
	r->count--;
	code = final ? ledger_frame(r->ledger, &h->frame, &note, &packet)
		     : ledger_frame_early(r->ledger, &h->frame, &note, &packet);
	if (!code && note.early) {
		queue(r, h->frame.time + READING_EARLY, h, true);
		return 0;
	}
	if (!code && r->fn)
		r->fn(r->user, &h->frame, &packet, &note);
	if (h->more)
		r->bytes -= h->frame.captured_len;
	free(h->more);
	r->unused[READING_FRAMES - 1 - r->count] = (uint16_t)(h - r->helds);
	return code;
}

/* Keeps a copy of frame; room is there. */
static int hold(struct reading *r, const struct frame *frame)
{
	struct held *h = &r->helds[r->unused[READING_FRAMES - 1 - r->count]];

	h->more = NULL;
	if (frame->captured_len > sizeof(h->place)) {
		h->more = malloc(frame->captured_len);
		if (!h->more)
			return -ENOMEM;
		r->bytes += frame->captured_len;
	}
	h->frame = *frame;
	h->frame.bytes = h->more ? h->more : h->place;
	if (frame->captured_len)
		memcpy(h->more ? h->more : h->place, frame->bytes, frame->captured_len);
	queue(r, frame->time, h, false);
	return 0;
}

int reading_end(struct reading *r)
{
	int code = 0;

	while (r->count && !code)
		code = take_turn(r);
	return code;
}

int reading_frame(struct reading *r, const struct frame *frame)
{
	int code = 0;

	if (frame->time < r->newest - ANEW) {
		code = reading_end(r);
		r->newest = frame->time;
	}
	while (!code && (r->count == READING_FRAMES || (r->count && r->bytes > READING_BYTES)))
		code = take_turn(r);
	if (!code)
		code = hold(r, frame);
	if (frame->time > r->newest)
		r->newest = frame->time;
	while (!code && r->count && r->turns[r->first].due <= r->newest - READING_WINDOW)
		code = take_turn(r);
	return code;
}
