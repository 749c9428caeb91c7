// SPDX-License-Identifier: Apache-2.0
// io,stat: what came in each interval of time, as text and JSON.
//
// The text is laid out as tshark's: a box with the duration, the interval and the columns' filters,
// then a table that may be narrower than the box.
#include "packet/stat_io.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/json_string.h"
#include "report/stat_kind.h"

#define USEC         1e6
#define TEXT_MAX     64
#define LABEL_TITLE  10 /* " Interval " */
#define LABEL_FRAME  6  /* what stands around the two times of a label */
#define SHORT_S      10 /* an interval that is the whole capture: three digits below it */
#define SHORT_DIGITS 3
#define LONG_DIGITS  1
#define WHOLE_DIGITS 6 /* of the duration beside an interval of whole seconds */
#define ALL_TEXT     "Frames and bytes"

static int make(struct stat *stat, const char *rest, const struct hash_key *key, struct err *err)
{
	(void)key;
	stat->state = calloc(1, sizeof(struct stat_io));
	if (!stat->state)
		return err_set(err, -ENOMEM, "There is no memory for \"%s\".", stat->text);
	return stat_io_parse(stat->state, *rest == ',' ? rest + 1 : rest, err);
}

static void done(struct stat *stat)
{
	if (stat->state)
		stat_io_done(stat->state);
	free(stat->state);
}

static void want(const struct stat *stat, uint64_t *wanted)
{
	stat_io_want(stat->state, wanted);
}

static bool allow(struct stat *stat, uint64_t bytes, const struct thread_spare *spare)
{
	struct stat_io *io = stat->state;

	(void)spare;
	io->budget = bytes;
	return false;
}

static bool look(struct stat *stat, const struct frame *frame, const struct dispatch *dispatch)
{
	return stat_io_look(stat->state, frame, dispatch);
}

static void feed(struct stat *stat, const struct stat_frame *f)
{
	stat_io_feed(stat->state, f);
}

static bool each(const struct stat *stat)
{
	return stat_io_each(stat->state);
}

static void feed_bares(struct stat *stat, const struct stat_bares *b)
{
	stat_io_bares(stat->state, b);
}

/* ---- Layout ---- */

/* Widths of the table, worked out from all that will stand in it. */
struct layout {
	const struct stat_io *io;
	double interval; /* seconds */
	double duration;
	unsigned digits;
	unsigned time_width;
	unsigned label_width;
	unsigned widths[STAT_IO_COLUMNS_MAX];       /* of the values */
	unsigned bytes_widths[STAT_IO_COLUMNS_MAX]; /* STAT_IO_BOTH: of the second one */
	size_t table;                               /* a whole line */
	size_t box;
};

static const char *title(const struct stat_io_column *c)
{
	return c->function == STAT_IO_BOTH
		       ? "Frames"
		       : stat_io_function_name((enum stat_io_function)c->function);
}

static const char *value_text(const struct stat_io *io, uint64_t row, unsigned column,
			      char out[static TEXT_MAX])
{
	const struct stat_io_column *c = &io->columns[column];
	struct stat_io_value v = stat_io_value(io, row, column);

	if (c->function == STAT_IO_LOAD || (c->kind == STAT_IO_REAL && c->function >= STAT_IO_SUM))
		snprintf(out, TEXT_MAX, "%f", v.real);
	else if (c->kind == STAT_IO_DURATION && c->function >= STAT_IO_SUM)
		snprintf(out, TEXT_MAX, "%f",
			 (double)(v.number / NSEC_PER_SEC) +
				 (double)(v.number % NSEC_PER_SEC) / 1e9);
	else if (c->kind == STAT_IO_SIGNED && c->function >= STAT_IO_SUM)
		snprintf(out, TEXT_MAX, "%" PRId64, v.number);
	else
		snprintf(out, TEXT_MAX, "%" PRIu64, v.whole);
	return out;
}

static unsigned wider(unsigned width, size_t len)
{
	return len > width ? (unsigned)len : width;
}

static void measure_column(struct layout *l, unsigned column)
{
	const struct stat_io *io = l->io;
	const struct stat_io_column *c = &io->columns[column];
	char text[TEXT_MAX];

	l->widths[column] = (unsigned)strlen(title(c));
	l->bytes_widths[column] = (unsigned)strlen("Bytes");
	for (uint64_t row = 0; row < io->rows; row++) {
		const struct stat_io_cell *cell = &io->cells[row * io->column_count + column];

		l->widths[column] =
			wider(l->widths[column], strlen(value_text(io, row, column, text)));
		l->bytes_widths[column] =
			wider(l->bytes_widths[column],
			      (size_t)snprintf(text, sizeof(text), "%" PRIu64, cell->bytes));
	}
	l->table += l->widths[column] + 3;
	if (c->function == STAT_IO_BOTH)
		l->table += l->bytes_widths[column] + 3;
}

/* "| Duration: 1.500000 secs": without an end, for its length too. */
static size_t duration_line(const struct layout *l, char out[static TEXT_MAX])
{
	return (size_t)snprintf(out, TEXT_MAX, "| Duration: %*.*f secs", (int)l->time_width,
				l->digits ? (int)l->digits : WHOLE_DIGITS, l->duration);
}

static void measure(struct layout *l, const struct stat_io *io)
{
	char text[TEXT_MAX];
	bool whole = !io->interval_us || io->interval_us > io->duration_us;

	*l = (struct layout) {.io = io, .duration = (double)io->duration_us / USEC};
	l->interval = whole ? l->duration : (double)io->interval_us / USEC;
	l->digits = !whole ? io->digits : l->duration < SHORT_S ? SHORT_DIGITS : LONG_DIGITS;
	l->time_width = (unsigned)snprintf(text, sizeof(text), "%.*f", (int)l->digits, l->duration);
	l->label_width = wider(LABEL_TITLE, 2 * l->time_width + LABEL_FRAME);
	l->table = l->label_width + 2;
	for (unsigned i = 0; i < io->column_count; i++)
		measure_column(l, i);
	l->box = l->table;
	if (duration_line(l, text) + 1 > l->box)
		l->box = strlen(text) + 1;
	for (unsigned i = 0; i < io->column_count; i++) {
		size_t len = io->columns[i].len ? io->columns[i].len : strlen(ALL_TEXT);

		if (len + strlen("| Col 1:  |") > l->box)
			l->box = len + strlen("| Col 1:  |");
	}
}

/* Pads the line begun at from to the box and ends it. */
static void end_line(struct buf *out, const struct layout *l, size_t from)
{
	size_t len = out->len - from;

	if (len + 1 < l->box)
		buf_pad(out, ' ', l->box - 1 - len);
	if (len < l->box)
		buf_putc(out, '|');
	buf_putc(out, '\n');
}

static void box_line(struct buf *out, const struct layout *l, const char *text)
{
	size_t from = out->len;

	buf_puts(out, text);
	end_line(out, l, from);
}

static void rule(struct buf *out, const struct layout *l, size_t len)
{
	size_t from = out->len;

	buf_putc(out, '|');
	buf_pad(out, '-', len - 2);
	buf_putc(out, '|');
	end_line(out, l, from);
}

/* A heading in the middle of its column, one to the right when it cannot be. */
static void put_title(struct buf *out, const char *text, unsigned width)
{
	size_t left = (width - strlen(text) + 1) / 2;

	buf_putc(out, ' ');
	buf_pad(out, ' ', left);
	buf_puts(out, text);
	buf_pad(out, ' ', width - left - strlen(text));
	buf_puts(out, " |");
}

static void print_box(struct buf *out, const struct layout *l)
{
	const struct stat_io *io = l->io;
	char text[TEXT_MAX];
	size_t from;

	buf_putc(out, '\n');
	buf_pad(out, '=', l->box);
	buf_putc(out, '\n');
	box_line(out, l, "| IO Statistics");
	box_line(out, l, "|");
	duration_line(l, text);
	box_line(out, l, text);
	snprintf(text, sizeof(text), "| Interval: %*.*f secs", (int)l->time_width, (int)l->digits,
		 l->interval);
	box_line(out, l, text);
	box_line(out, l, "|");
	for (unsigned i = 0; i < io->column_count; i++) {
		const struct stat_io_column *c = &io->columns[i];

		from = out->len;
		buf_printf(out, i ? "|    %2u: " : "| Col%2u: ", i + 1);
		if (c->len)
			buf_add(out, c->text, c->len);
		else
			buf_puts(out, ALL_TEXT);
		end_line(out, l, from);
	}
	rule(out, l, l->box);
}

static void print_heads(struct buf *out, const struct layout *l)
{
	const struct stat_io *io = l->io;
	size_t from = out->len;

	buf_putc(out, '|');
	buf_pad(out, ' ', l->label_width);
	buf_putc(out, '|');
	for (unsigned i = 0; i < io->column_count; i++) {
		size_t width = l->widths[i] + 2;

		if (io->columns[i].function == STAT_IO_BOTH)
			width += l->bytes_widths[i] + 3;
		buf_printf(out, "%-*u|", (int)width, i + 1);
	}
	end_line(out, l, from);
	from = out->len;
	buf_printf(out, "| %-*s|", (int)l->label_width - 1, "Interval");
	for (unsigned i = 0; i < io->column_count; i++) {
		put_title(out, title(&io->columns[i]), l->widths[i]);
		if (io->columns[i].function == STAT_IO_BOTH)
			put_title(out, "Bytes", l->bytes_widths[i]);
	}
	end_line(out, l, from);
	rule(out, l, l->table);
}

/* " 5 <> 10 ": from when to when a row goes. */
static void print_label(struct buf *out, const struct layout *l, uint64_t row)
{
	double low = l->interval * (double)row;
	double high = low + l->interval;
	size_t from = out->len;
	unsigned low_width = l->time_width > 2 ? l->time_width : 2;

	buf_printf(out, " %*.*f <> ", (int)low_width, (int)l->digits, low);
	if (high >= l->duration && !l->digits)
		buf_puts(out, "Dur");
	else
		buf_printf(out, "%*.*f", (int)l->time_width, (int)l->digits,
			   high > l->duration ? l->duration : high);
	if (out->len - from < l->label_width)
		buf_pad(out, ' ', l->label_width - (out->len - from));
}

static void print_row(struct buf *out, const struct layout *l, uint64_t row)
{
	const struct stat_io *io = l->io;
	size_t from = out->len;
	char text[TEXT_MAX];

	buf_putc(out, '|');
	print_label(out, l, row);
	buf_putc(out, '|');
	for (unsigned i = 0; i < io->column_count; i++) {
		buf_printf(out, " %*s |", (int)l->widths[i], value_text(io, row, i, text));
		if (io->columns[i].function == STAT_IO_BOTH)
			buf_printf(out, " %*" PRIu64 " |", (int)l->bytes_widths[i],
				   io->cells[row * io->column_count + i].bytes);
	}
	end_line(out, l, from);
}

static void print(const struct stat *stat, struct stats_out *out)
{
	const struct stat_io *io = stat->state;
	struct layout l;

	measure(&l, io);
	print_box(out->buf, &l);
	print_heads(out->buf, &l);
	for (uint64_t row = 0; row < io->rows; row++) {
		print_row(out->buf, &l, row);
		stat_out_line(out);
	}
	buf_pad(out->buf, '=', l.box);
	buf_putc(out->buf, '\n');
	if (io->left_out)
		buf_printf(out->buf, "Too many intervals: %" PRIu64 " packets are not counted.\n",
			   io->left_out);
}

/* ---- JSON ---- */

static void json_cell(struct buf *out, const struct stat_io *io, uint64_t row, unsigned column)
{
	const struct stat_io_column *c = &io->columns[column];
	char text[TEXT_MAX];

	if (c->function == STAT_IO_BOTH)
		buf_printf(out, "{\"frames\": %s, \"bytes\": %" PRIu64 "}",
			   value_text(io, row, column, text),
			   io->cells[row * io->column_count + column].bytes);
	else
		buf_printf(out, "{\"%s\": %s}", title(c), value_text(io, row, column, text));
}

static void json(const struct stat *stat, struct stats_out *out)
{
	const struct stat_io *io = stat->state;
	uint64_t interval = io->interval_us ? io->interval_us : io->duration_us;
	struct buf *b = out->buf;

	buf_printf(b, "      \"duration_us\": %" PRIu64 ",\n      \"interval_us\": %" PRIu64,
		   io->duration_us, interval);
	buf_puts(b, ",\n      \"columns\": [");
	for (unsigned i = 0; i < io->column_count; i++) {
		buf_puts(b, i ? ", " : "");
		json_string(b, io->columns[i].text, io->columns[i].len);
	}
	buf_puts(b, "],\n      \"intervals\": [");
	for (uint64_t row = 0; row < io->rows; row++) {
		buf_printf(b, "%s\n        {\"start_us\": %" PRIu64 ", \"values\": [",
			   row ? "," : "", row * interval);
		for (unsigned i = 0; i < io->column_count; i++) {
			buf_puts(b, i ? ", " : "");
			json_cell(b, io, row, i);
		}
		buf_puts(b, "]}");
		stat_out_line(out);
	}
	buf_printf(b, "%s],\n      \"left_out\": %" PRIu64, io->rows ? "\n      " : "",
		   io->left_out);
}

const struct stat_kind stat_io_kind = {
	.name = "io,stat",
	.arguments = ",SECONDS[,FILTER]...",
	.help = "Frames and bytes in each interval (0: the whole capture), a column for each filter. "
		"A column may also be FRAMES, BYTES, or COUNT, SUM, MIN, MAX, AVG or LOAD of a field: "
		"SUM(tcp.len)tcp.",
	.need = STAT_NEEDS_LENGTH,
	.make = make,
	.done = done,
	.want = want,
	.allow = allow,
	.look = look,
	.feed = feed,
	.each = each,
	.feed_bares = feed_bares,
	.print = print,
	.json = json,
};
