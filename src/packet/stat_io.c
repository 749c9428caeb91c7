// SPDX-License-Identifier: Apache-2.0
// Frames, bytes, or a field's values, per interval of time. See the header.
#include "packet/stat_io.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define USEC_PER_SEC    1000000u
#define USEC_DIGITS     6
#define HALF_USEC       500
#define ROOM_FIRST      64u
#define INTERVAL_MAX_US ((uint64_t)1 << 62)

static const char *const names[STAT_IO_FUNCTIONS] = {
	[STAT_IO_BOTH] = "",       [STAT_IO_FRAMES] = "FRAMES", [STAT_IO_BYTES] = "BYTES",
	[STAT_IO_COUNT] = "COUNT", [STAT_IO_SUM] = "SUM",       [STAT_IO_MIN] = "MIN",
	[STAT_IO_MAX] = "MAX",     [STAT_IO_AVG] = "AVG",       [STAT_IO_LOAD] = "LOAD",
};

const char *stat_io_function_name(enum stat_io_function function)
{
	return names[function];
}

/* ---- Parsing ---- */

/* "0.5" in microseconds; false when it is no such number. */
static bool parse_interval(struct stat_io *io, const char *text, size_t len)
{
	uint64_t whole = 0, scale = USEC_PER_SEC;
	size_t i = 0;

	for (; i < len && text[i] >= '0' && text[i] <= '9'; i++) {
		whole = whole * 10 + (uint64_t)(text[i] - '0');
		if (whole > INTERVAL_MAX_US / USEC_PER_SEC)
			return false;
	}
	io->interval_us = whole * USEC_PER_SEC;
	if (i < len && text[i] == '.') {
		for (i++; i < len && text[i] >= '0' && text[i] <= '9'; i++) {
			if (io->digits++ == USEC_DIGITS)
				return false;
			scale /= 10;
			io->interval_us += (uint64_t)(text[i] - '0') * scale;
		}
	}
	return len && i == len;
}

static enum stat_io_function find_function(const char *text, size_t len)
{
	for (unsigned i = STAT_IO_FRAMES; i < STAT_IO_FUNCTIONS; i++)
		if (strlen(names[i]) == len && !memcmp(names[i], text, len))
			return (enum stat_io_function)i;
	return STAT_IO_BOTH;
}

/* The kind of values that functions work on; false when they cannot on this type. */
static bool find_kind(enum field_type type, uint8_t *ret_kind)
{
	switch (type) {
	case FIELD_UINT:
	case FIELD_FRAME:
	case FIELD_BOOL:
		*ret_kind = STAT_IO_WHOLE;
		return true;
	case FIELD_INT:
		*ret_kind = STAT_IO_SIGNED;
		return true;
	case FIELD_DOUBLE:
		*ret_kind = STAT_IO_REAL;
		return true;
	case FIELD_DURATION:
		*ret_kind = STAT_IO_DURATION;
		return true;
	case FIELD_NONE:
	case FIELD_PROTOCOL:
	case FIELD_BYTES:
	case FIELD_ETHER:
	case FIELD_IPV4:
	case FIELD_IPV6:
	case FIELD_STRING:
	case FIELD_TIME:
	case FIELD_TYPES:
		return false;
	}
	return false;
}

/* The field between the brackets of a function. */
static int parse_field(struct stat_io_column *c, const char *text, size_t len, struct err *err)
{
	const char *word = stat_io_function_name(c->function);
	char name[STAT_IO_NAME_MAX];
	uint8_t kind;

	text_escape_bytes(name, sizeof(name), text, len);
	for (int id = field_find(name, -1); id >= 0 && c->field_count < STAT_IO_FIELDS_MAX;
	     id = field_find(name, id)) {
		const struct field *field = field_get((uint16_t)id);

		c->fields[c->field_count++] = (uint16_t)id;
		if (c->function == STAT_IO_COUNT)
			continue;
		if (!find_kind(field->type, &kind))
			return err_set(
				err, -EINVAL,
				"%s works on numbers, and \"%s\" is none; COUNT(%s) counts it.",
				word, name, name);
		if (c->function == STAT_IO_LOAD && kind != STAT_IO_DURATION)
			return err_set(err, -EINVAL, "LOAD works on durations, and \"%s\" is none.",
				       name);
		c->kind = kind;
	}
	if (!c->field_count)
		return err_set(err, -EINVAL,
			       "There is no field \"%s\" for %s; sonde read --fields lists all.",
			       name, word);
	return 0;
}

static int compile(struct stat_io_column *c, const char *text, size_t len, struct err *err)
{
	struct dfilter_error error;
	int code = len ? dfilter_compile(text, len, &c->filter, &error) : 0;

	if (code)
		err_set(err, code, "The filter \"%.*s\" is wrong: %s", (int)len, text,
			error.err.text);
	return code;
}

/* "tcp", "SUM(tcp.len)tcp", "FRAMES": one column. */
static int parse_column(struct stat_io *io, const char *text, size_t len, struct err *err)
{
	struct stat_io_column *c = &io->columns[io->column_count];
	size_t word = 0, close;
	int code;

	if (io->column_count == STAT_IO_COLUMNS_MAX)
		return err_set(err, -EINVAL, "io,stat takes at most %d columns.",
			       STAT_IO_COLUMNS_MAX);
	io->column_count++;
	*c = (struct stat_io_column) {.text = text, .len = len};
	while (word < len && text[word] >= 'A' && text[word] <= 'Z')
		word++;
	c->function = (uint8_t)find_function(text, word);
	if (c->function == STAT_IO_BOTH || (word < len && text[word] != '('))
		return c->function = STAT_IO_BOTH, compile(c, text, len, err);
	if (word == len && c->function <= STAT_IO_BYTES)
		return 0;
	close = word + 1;
	while (close < len && text[close] != ')')
		close++;
	if (close >= len)
		return err_set(err, -EINVAL, "\"%.*s\" needs a field in brackets: SUM(tcp.len).",
			       (int)len, text);
	if (c->function > STAT_IO_BYTES) {
		code = parse_field(c, text + word + 1, close - word - 1, err);
		if (code)
			return code;
	}
	return compile(c, text + close + 1, len - close - 1, err);
}

int stat_io_parse(struct stat_io *io, const char *text, struct err *err)
{
	size_t len = strcspn(text, ",");
	int code = 0;

	if (!parse_interval(io, text, len))
		return err_set(
			err, -EINVAL,
			"\"%.*s\" is no interval in seconds for io,stat: io,stat,1 or "
			"io,stat,0.5, at most six digits behind the point; 0 is the whole capture.",
			(int)len, text);
	text += len;
	if (!*text)
		return parse_column(io, text, 0, err);
	while (*text == ',' && !code) {
		len = strcspn(++text, ",");
		code = parse_column(io, text, len, err);
		text += len;
	}
	return code;
}

void stat_io_done(struct stat_io *io)
{
	for (unsigned i = 0; i < io->column_count; i++)
		dfilter_free(io->columns[i].filter);
	free(io->cells);
	*io = (struct stat_io) {0};
}

void stat_io_want(const struct stat_io *io, uint64_t *wanted)
{
	for (unsigned i = 0; i < io->column_count; i++) {
		const struct stat_io_column *c = &io->columns[i];

		for (unsigned j = 0; j < c->field_count; j++)
			wanted[c->fields[j] >> 6] |= (uint64_t)1 << (c->fields[j] & 63);
		for (size_t j = 0; c->filter && j < TREE_FIELDS_MAX / 64; j++)
			wanted[j] |= dfilter_wanted(c->filter)[j];
	}
}

/* ---- Counting ---- */

bool stat_io_look(struct stat_io *io, const struct frame *frame, const struct dispatch *dispatch)
{
	bool tree = false;

	for (unsigned i = 0; i < io->column_count; i++) {
		struct stat_io_column *c = &io->columns[i];

		c->answer = c->filter ? (uint8_t)dfilter_quick(c->filter, frame, dispatch)
				      : DFILTER_YES;
		tree |= c->answer == DFILTER_UNSURE || (c->answer == DFILTER_YES && c->field_count);
	}
	return tree;
}

static bool grow(struct stat_io *io, uint64_t rows)
{
	uint64_t size = io->column_count * sizeof(*io->cells);
	uint64_t room = io->room ? io->room : ROOM_FIRST;
	struct stat_io_cell *cells;

	if (rows <= io->room)
		return true;
	if (rows > io->budget / size)
		return false;
	while (room < rows)
		room *= 2;
	if (room > io->budget / size)
		room = io->budget / size;
	cells = realloc(io->cells, room * size);
	if (!cells)
		return false;
	memset(cells + io->room * io->column_count, 0, (room - io->room) * size);
	io->cells = cells;
	io->room = room;
	return true;
}

static uint64_t micro(nsec_t time)
{
	return time > 0 ? ((uint64_t)time + HALF_USEC) / NSEC_PER_USEC : 0;
}

/* Less than (or more than, for MAX) what the cell has. */
static bool beats(const struct stat_io_column *c, const struct stat_io_value *v,
		  const struct stat_io_value *old)
{
	bool most = c->function == STAT_IO_MAX;

	switch ((enum stat_io_kind)c->kind) {
	case STAT_IO_WHOLE:
		return most ? v->whole > old->whole : v->whole < old->whole;
	case STAT_IO_SIGNED:
	case STAT_IO_DURATION:
		return most ? v->number > old->number : v->number < old->number;
	case STAT_IO_REAL:
		return most ? v->real > old->real : v->real < old->real;
	}
	return false;
}

static void add_value(const struct stat_io_column *c, struct stat_io_cell *cell,
		      const struct stat_io_value *v)
{
	if (!cell->frames++ || beats(c, v, &cell->extreme))
		cell->extreme = *v;
	if (c->kind == STAT_IO_REAL)
		cell->sum.real += v->real;
	else
		cell->sum.whole += v->whole; /* the same bits with a sign */
}

/* A call that took so long and ends now was under way in this row and the ones before. */
static void add_load(struct stat_io *io, unsigned column, uint64_t row, nsec_t since_first,
		     nsec_t duration)
{
	uint64_t left = duration > 0 ? (uint64_t)duration / NSEC_PER_USEC : 0;
	uint64_t interval = io->interval_us;
	uint64_t part = interval ? micro(since_first) % interval : UINT64_MAX;

	for (;; row--, part = interval) {
		struct stat_io_cell *cell = &io->cells[row * io->column_count + column];
		uint64_t here = left < part ? left : part;

		cell->sum.whole += here;
		left -= here;
		if (!left || !row)
			return;
	}
}

static void add_item(struct stat_io *io, unsigned column, uint64_t row, const struct item *item,
		     const struct stat_frame *f)
{
	struct stat_io_column *c = &io->columns[column];
	struct stat_io_cell *cell = &io->cells[row * io->column_count + column];
	struct stat_io_value v = {.whole = item->number};

	if (c->function == STAT_IO_COUNT) {
		cell->frames++;
	} else if (c->function == STAT_IO_LOAD) {
		cell->frames++;
		add_load(io, column, row, f->since_first, item->signed_number);
	} else {
		if (c->kind == STAT_IO_SIGNED || c->kind == STAT_IO_DURATION)
			v.number = item->signed_number;
		else if (c->kind == STAT_IO_REAL)
			v.real = item->real;
		add_value(c, cell, &v);
	}
}

static void feed_fields(struct stat_io *io, unsigned column, uint64_t row,
			const struct stat_frame *f)
{
	const struct stat_io_column *c = &io->columns[column];
	const struct tree *t = f->dissect ? f->dissect->tree : NULL;

	for (uint32_t i = 0; t && i < t->count; i++)
		for (unsigned j = 0; j < c->field_count; j++)
			if (t->items[i].id == c->fields[j])
				add_item(io, column, row, &t->items[i], f);
}

/* Counts a packet of that time, in microseconds, in the whole. */
static void count_frame(struct stat_io *io, uint64_t now)
{
	io->frames++;
	if (now > io->duration_us)
		io->duration_us = now;
}

/* The row of a time; false when there is no room for it. */
static bool find_row(struct stat_io *io, uint64_t now, uint64_t *ret_row)
{
	uint64_t row = io->interval_us ? now / io->interval_us : 0;

	if (!grow(io, row + 1))
		return false;
	if (row >= io->rows)
		io->rows = row + 1;
	*ret_row = row;
	return true;
}

void stat_io_feed(struct stat_io *io, const struct stat_frame *f)
{
	uint64_t now = micro(f->since_first);
	uint64_t row;

	count_frame(io, now);
	if (!find_row(io, now, &row)) {
		io->left_out++;
		return;
	}
	for (unsigned i = 0; i < io->column_count; i++) {
		struct stat_io_column *c = &io->columns[i];
		struct stat_io_cell *cell = &io->cells[row * io->column_count + i];

		if (c->answer == DFILTER_NO || (c->answer == DFILTER_UNSURE && f->dissect &&
						!dfilter_matches(c->filter, f->dissect)))
			continue;
		if (c->field_count) {
			feed_fields(io, i, row, f);
		} else {
			cell->frames++;
			cell->bytes += f->frame->wire_len;
		}
	}
}

bool stat_io_each(const struct stat_io *io)
{
	for (unsigned i = 0; i < io->column_count; i++)
		if (io->columns[i].filter || io->columns[i].field_count)
			return true;
	return false;
}

/* Neighbours mostly share a row, and a division finds it. */
void stat_io_bares(struct stat_io *io, const struct stat_bares *b)
{
	uint64_t interval = io->interval_us ? io->interval_us : UINT64_MAX;
	uint64_t row = 0, row_at = 0;
	bool found = false;

	for (unsigned i = 0; i < b->count; i++) {
		uint64_t now = micro(b->frames[i].time - b->first);
		struct stat_io_cell *cells;

		count_frame(io, now);
		if (!found || now - row_at >= interval) {
			found = find_row(io, now, &row);
			row_at = row * interval;
		}
		if (!found) {
			io->left_out++;
			continue;
		}
		cells = &io->cells[row * io->column_count];
		for (unsigned j = 0; j < io->column_count; j++) {
			cells[j].frames++;
			cells[j].bytes += b->frames[i].wire_len;
		}
	}
}

/* ---- Reading ---- */

struct stat_io_value stat_io_value(const struct stat_io *io, uint64_t row, unsigned column)
{
	const struct stat_io_column *c = &io->columns[column];
	const struct stat_io_cell *cell = &io->cells[row * io->column_count + column];
	uint64_t interval = io->interval_us ? io->interval_us : io->duration_us;
	struct stat_io_value v = {0};

	switch ((enum stat_io_function)c->function) {
	case STAT_IO_BOTH:
	case STAT_IO_FRAMES:
	case STAT_IO_COUNT:
		v.whole = cell->frames;
		break;
	case STAT_IO_BYTES:
		v.whole = cell->bytes;
		break;
	case STAT_IO_SUM:
		v = cell->sum;
		break;
	case STAT_IO_MIN:
	case STAT_IO_MAX:
		v = cell->extreme;
		break;
	case STAT_IO_AVG:
		if (!cell->frames)
			break;
		if (c->kind == STAT_IO_WHOLE)
			v.whole = cell->sum.whole / cell->frames;
		else if (c->kind == STAT_IO_REAL)
			v.real = cell->sum.real / (double)cell->frames;
		else
			v.number = cell->sum.number / (int64_t)cell->frames;
		break;
	case STAT_IO_LOAD:
		v.real = interval ? (double)cell->sum.whole / (double)interval : 0;
		break;
	case STAT_IO_FUNCTIONS:
		break;
	}
	return v;
}
