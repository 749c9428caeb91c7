// SPDX-License-Identifier: Apache-2.0
// A second thread that writes the lines of the list: see its header.
#include "command/read_lines.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
#include "report/list.h"

#define BATCH_BYTES (128u << 10) /* so many that waking the other thread does not count */
#define BATCHES     4u
#define OUT_FLUSH   (256u << 10) /* bytes written at once */

/* What a line is made of; its struct bare, its frame's bytes or its text stand behind it. */
struct line {
	uint64_t number;
	nsec_t time;
	nsec_t since;      /* what its time counts from */
	uint32_t len;      /* bytes behind this */
	uint32_t wire_len; /* of the frame: a plain one is captured whole */
	uint8_t kind;      /* enum plain_kind; PLAIN_NOT: text */
	uint8_t file_digits;
	uint16_t link; /* enum link_type */
	bool timeless;
	/* Of struct tcp_view, what the Info column shows: PLAIN_BARE and _TCP. */
	bool known;
	int8_t window_shift;
	uint16_t marks;
	uint32_t seq_base;
	uint32_t ack_base;
	uint32_t duplicate_count;
	uint32_t duplicate_frame;
};

static_assert(LINK_LINUX_SLL2 <= UINT16_MAX, "plain links fit");

struct read_lines {
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows up to error */
	pthread_cond_t moved;
	uint64_t made; /* batches handed over, and written */
	uint64_t done;
	bool ended; /* no more will come */
	int error;  /* errno; once set, nothing is written any more */

	struct list_style style; /* the writer's, with what follows */
	struct frame_facts facts;
	struct tcp_view view;
	struct buf out;
	struct buf *filling;         /* the other's: batches[made % BATCHES] once it is free */
	struct buf batches[BATCHES]; /* lines, each followed by its bytes */
};

/* ---- The writer ----------------------------------------------------------------------------- */

static void write_line(struct read_lines *l, const struct line *line, const uint8_t *bytes)
{
	const struct frame frame = {
		.id = line->number,
		.time = line->time,
		.link = (enum link_type)line->link,
		.captured_len = line->wire_len,
		.wire_len = line->wire_len,
		.bytes = line->kind == PLAIN_BARE ? NULL : bytes,
	};
	struct tcp_view *view = &l->view;
	struct plain p;

	if (line->kind == PLAIN_NOT) {
		buf_add(&l->out, bytes, line->len);
		return;
	}
	if (line->kind == PLAIN_BARE)
		memcpy(&p.bare, bytes, sizeof(p.bare));
	else
		packet_decode(&frame, &p.packet);
	p.kind = (enum plain_kind)line->kind;
	l->facts.number = line->number;
	l->facts.time = line->time;
	l->facts.has_time = !line->timeless;
	l->facts.wire_len = line->wire_len;
	l->facts.first = l->facts.previous = l->facts.shown = line->since;
	l->style.file_digits = line->file_digits;
	view->known = line->known;
	view->window_shift = line->window_shift;
	view->marks = line->marks;
	view->seq_base = line->seq_base;
	view->ack_base = line->ack_base;
	view->duplicate_count = line->duplicate_count;
	view->duplicate_frame = line->duplicate_frame;
	list_line_plain(&l->out, &l->style, &p, &frame, view, &l->facts);
	buf_putc(&l->out, '\n');
}

/* 0 or errno. */
static int flush(struct read_lines *l)
{
	int error = 0;

	if (l->out.failed)
		error = ENOMEM;
	else if (l->out.len &&
		 (fwrite(l->out.data, 1, l->out.len, stdout) != l->out.len || fflush(stdout)))
		error = errno;
	buf_clear(&l->out);
	return error;
}

static int write_batch(struct read_lines *l, const struct buf *batch)
{
	const uint8_t *at = (const uint8_t *)buf_text(batch), *end = at + batch->len;
	struct line line;
	int error = 0;

	while (at < end && !error) {
		memcpy(&line, at, sizeof(line));
		at += sizeof(line);
		write_line(l, &line, at);
		at += line.len;
		if (l->out.len >= OUT_FLUSH)
			error = flush(l);
	}
	return error;
}

/* The next batch once there is one; NULL at the end. */
static const struct buf *next_batch(struct read_lines *l, int *ret_error)
{
	const struct buf *b = NULL;

	pthread_mutex_lock(&l->lock);
	while (l->done == l->made && !l->ended)
		pthread_cond_wait(&l->moved, &l->lock);
	if (l->done != l->made)
		b = &l->batches[l->done % BATCHES];
	*ret_error = l->error;
	pthread_mutex_unlock(&l->lock);
	return b;
}

static void batch_done(struct read_lines *l, bool written, int error)
{
	pthread_mutex_lock(&l->lock);
	if (!l->error)
		l->error = error;
	l->done += written;
	pthread_cond_signal(&l->moved);
	pthread_mutex_unlock(&l->lock);
}

static void *write_all(void *context)
{
	struct read_lines *l = context;
	const struct buf *b;
	int error;

	while ((b = next_batch(l, &error)))
		batch_done(l, true, error ? error : write_batch(l, b));
	batch_done(l, false, error ? error : flush(l));
	return NULL;
}

/* ---- The session's side --------------------------------------------------------------------- */

struct read_lines *read_lines_new(const struct list_style *style)
{
	struct read_lines *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->style = *style;
	l->filling = &l->batches[0];
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->moved, NULL);
	if (!thread_start(&l->thread, write_all, l))
		return l;
	pthread_cond_destroy(&l->moved);
	pthread_mutex_destroy(&l->lock);
	free(l);
	return NULL;
}

/* Hands over what is filled and waits for a batch to fill; false after an error. */
static bool hand_over(struct read_lines *l)
{
	bool good;

	pthread_mutex_lock(&l->lock);
	l->made++;
	pthread_cond_signal(&l->moved);
	while (l->made - l->done == BATCHES)
		pthread_cond_wait(&l->moved, &l->lock);
	good = !l->error;
	l->filling = &l->batches[l->made % BATCHES];
	pthread_mutex_unlock(&l->lock);
	buf_clear(l->filling);
	return good;
}

/* Adds a line with its bytes; false when nothing more can be written. */
static inline bool add(struct read_lines *l, const struct line *line, const void *bytes)
{
	struct buf *b = l->filling;

	if (!buf_room(b, sizeof(*line) + line->len)) {
		batch_done(l, false, ENOMEM);
		return false;
	}
	memcpy(b->data + b->len, line, sizeof(*line));
	memcpy(b->data + b->len + sizeof(*line), bytes, line->len);
	b->len += sizeof(*line) + line->len;
	return b->len < BATCH_BYTES || hand_over(l);
}

/* What the Time column of this style counts from. */
static nsec_t time_since(const struct read_lines *l, const struct frame_facts *facts)
{
	if (l->style.time.time == LIST_TIME_DELTA)
		return facts->previous;
	return l->style.time.time == LIST_TIME_DISPLAYED ? facts->shown : facts->first;
}

bool read_lines_plain(struct read_lines *l, const struct plain *p, const struct frame *frame,
		      const struct tcp_view *view, const struct frame_facts *facts,
		      unsigned file_digits)
{
	bool bare = p->kind == PLAIN_BARE;
	struct line line = {
		.number = frame->id,
		.time = frame->time,
		.since = time_since(l, facts),
		.len = bare ? sizeof(p->bare) : frame->captured_len,
		.wire_len = frame->captured_len,
		.kind = (uint8_t)p->kind,
		.file_digits = (uint8_t)file_digits,
		.link = (uint16_t)frame->link,
		.timeless = frame->timeless,
	};

	if (bare || p->kind == PLAIN_TCP) {
		line.known = view->known;
		line.window_shift = view->window_shift;
		line.marks = view->marks;
		line.seq_base = view->seq_base;
		line.ack_base = view->ack_base;
		line.duplicate_count = view->duplicate_count;
		line.duplicate_frame = view->duplicate_frame;
	}
	return bare ? add(l, &line, &p->bare) : add(l, &line, frame->bytes);
}

bool read_lines_text(struct read_lines *l, const struct buf *text)
{
	const struct line line = {.kind = PLAIN_NOT, .len = (uint32_t)text->len};

	if (text->len > UINT32_MAX) {
		batch_done(l, false, ENOMEM);
		return false;
	}
	return add(l, &line, buf_text(text));
}

int read_lines_free(struct read_lines *l)
{
	int error;

	if (!l)
		return 0;
	pthread_mutex_lock(&l->lock);
	l->made += l->filling->len != 0;
	l->ended = true;
	pthread_cond_signal(&l->moved);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	error = l->error;
	for (unsigned i = 0; i < BATCHES; i++)
		buf_done(&l->batches[i]);
	buf_done(&l->out);
	pthread_cond_destroy(&l->moved);
	pthread_mutex_destroy(&l->lock);
	free(l);
	return error;
}
