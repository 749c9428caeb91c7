// SPDX-License-Identifier: Apache-2.0
// The packet list: one line a frame, laid out as tshark's columns.
#include "report/list.h"

#include <string.h>

#include "report/about.h"

#define NUMBER_WIDTH  5
#define TIME_WIDTH    10
#define ADDRESS_WIDTH 12

/* Moves what was written since `from` to the right end of a column. */
static void align_right(struct buf *out, size_t from, size_t width)
{
	size_t len = out->len - from;

	if (len >= width || out->failed)
		return;
	buf_pad(out, ' ', width - len);
	if (out->failed)
		return;
	memmove(out->data + from + width - len, out->data + from, len);
	memset(out->data + from, ' ', width - len);
}

static void align_left(struct buf *out, size_t from, size_t width)
{
	if (out->len - from < width)
		buf_pad(out, ' ', width - (out->len - from));
}

/* Where an ICMP error leaves the reader of a scan without help. */
static void add_about(struct buf *out, const struct frame_dissector *f)
{
	size_t from = out->len;

	buf_puts(out, " [about ");
	from = out->len;
	about_text(out, f);
	if (out->len > from)
		buf_putc(out, ']');
	else
		out->len = from - strlen(" [about ");
}

void list_line(struct buf *out, const struct list_style *style, const struct frame_dissector *f,
	       const struct frame_facts *facts)
{
	size_t from = out->len;

	buf_u64(out, facts->number);
	align_right(out, from, NUMBER_WIDTH);
	buf_putc(out, ' ');
	from = out->len;
	list_time(out, &style->time, style->file_digits, facts);
	align_right(out, from, TIME_WIDTH);
	buf_putc(out, ' ');
	from = out->len;
	list_address(out, style, &f->d.kept.source);
	align_right(out, from, ADDRESS_WIDTH);
	buf_puts(out, " → ");
	from = out->len;
	list_address(out, style, &f->d.kept.destination);
	align_left(out, from, ADDRESS_WIDTH);
	buf_putc(out, ' ');
	buf_puts(out, f->d.protocol);
	buf_putc(out, ' ');
	buf_u64(out, facts->wire_len);
	buf_putc(out, ' ');
	buf_add(out, buf_text(&f->info), f->info.len);
	if (!style->strict && (f->d.met[PROTOCOL_ICMP] || f->d.met[PROTOCOL_ICMPV6]))
		add_about(out, f);
	buf_putc(out, '\n');
}

/* How wide a column is at least, and on which side it is filled: tshark's own table. */
static void align(struct buf *out, size_t from, enum column_kind kind)
{
	switch (kind) {
	case COLUMN_NUMBER:
		align_right(out, from, NUMBER_WIDTH);
		break;
	case COLUMN_TIME:
	case COLUMN_OWN_TIME:
		align_right(out, from, TIME_WIDTH);
		break;
	case COLUMN_SOURCE:
		align_right(out, from, ADDRESS_WIDTH);
		break;
	case COLUMN_DESTINATION:
		align_left(out, from, ADDRESS_WIDTH);
		break;
	case COLUMN_FIELD:
	case COLUMN_PROTOCOL:
	case COLUMN_LENGTH:
	case COLUMN_INFO:
	case COLUMN_SOURCE_PORT:
	case COLUMN_DESTINATION_PORT:
	case COLUMN_COMMENT:
	case COLUMN_INTERFACE:
	case COLUMN_DIRECTION:
	case COLUMN_ABOUT:
		break;
	}
}

static const char *between(enum column_kind left, enum column_kind right)
{
	if (left == COLUMN_SOURCE && right == COLUMN_DESTINATION)
		return " → ";
	if (left == COLUMN_DESTINATION && right == COLUMN_SOURCE)
		return " ← ";
	return " ";
}

void list_line_of(struct buf *out, const struct fields *columns, const struct list_style *style,
		  const struct frame_dissector *f, const struct frame_facts *facts)
{
	const struct columns *c = &columns->columns;

	for (size_t i = 0; i < c->count; i++) {
		size_t from;

		if (i)
			buf_puts(out, between(c->items[i - 1].kind, c->items[i].kind));
		from = out->len;
		fields_column(out, columns, &c->items[i], f, style, facts);
		if (c->items[i].kind == COLUMN_INFO && !style->strict)
			add_about(out, f);
		align(out, from, c->items[i].kind);
	}
	buf_putc(out, '\n');
}
