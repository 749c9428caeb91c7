// SPDX-License-Identifier: Apache-2.0
// The packet list: one line a frame, laid out as tshark's columns.
#include "report/list.h"

#include <string.h>

#include "base/digits.h"
#include "packet/value_text.h"
#include "report/about.h"
#include "report/xml_text.h"

#define NUMBER_WIDTH  5
#define TIME_WIDTH    10
#define ADDRESS_WIDTH 12
#define TSHARK_PREFIX "_ws.col."

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
	size_t before = out->len, from;

	buf_puts(out, " [about ");
	from = out->len;
	about_text(out, f);
	if (out->len > from)
		buf_putc(out, ']');
	else
		buf_cut(out, before);
}

static void put_address(struct buf *out, const struct list_style *style,
			const struct endpoint *endpoint, bool right)
{
	size_t from = out->len;

	list_address(out, style, endpoint);
	if (right)
		align_right(out, from, ADDRESS_WIDTH);
	else
		align_left(out, from, ADDRESS_WIDTH);
}

/* The columns before Info. */
static void put_head(struct buf *out, const struct list_style *style, const struct endpoint *source,
		     const struct endpoint *destination, const char *protocol,
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
	put_address(out, style, source, true);
	buf_puts(out, " → ");
	put_address(out, style, destination, false);
	buf_putc(out, ' ');
	buf_puts(out, protocol);
	buf_putc(out, ' ');
	buf_u64(out, facts->wire_len);
	buf_putc(out, ' ');
}

/* ---- The same for what most lines of a scan are: numbers, times that count, IPv4 ------------- */

#define SHORT_HEAD_MAX 160

static char *put_blanks(char *at, unsigned len, unsigned width)
{
	while (len++ < width)
		*at++ = ' ';
	return at;
}

/* At the right end of its column. */
static char *put_duration(char *at, nsec_t time, unsigned digits)
{
	char *end = duration_put(at, time, digits);
	unsigned len = (unsigned)(end - at), blanks = len < TIME_WIDTH ? TIME_WIDTH - len : 0;

	if (!blanks)
		return end;
	memmove(at + blanks, at, len);
	memset(at, ' ', blanks);
	return end + blanks;
}

static char *put_right_v4(char *at, uint32_t address)
{
	char text[2 * ADDRESS_WIDTH];
	unsigned len = (unsigned)(addr_put_v4(text, address) - text);

	at = put_blanks(at, len, ADDRESS_WIDTH);
	memcpy(at, text, sizeof(text)); /* a whole piece costs less than its part */
	return at + len;
}

static char *put_left_v4(char *at, uint32_t address)
{
	char *end = addr_put_v4(at, address);

	return put_blanks(end, (unsigned)(end - at), ADDRESS_WIDTH);
}

/* Appends put_head()'s text, or does nothing and says false. */
static bool put_short_head(struct buf *out, const struct list_style *style, const struct plain *p,
			   const struct frame_facts *facts)
{
	unsigned digits = style->time.has_digits ? style->time.digits : style->file_digits;
	uint32_t source, destination;
	nsec_t time;
	char *at;

	if (!plain_ends_v4(p, &source, &destination) ||
	    !list_time_counts(&style->time, facts, &time) || !buf_room(out, SHORT_HEAD_MAX))
		return false;
	at = out->data + out->len;
	at = put_blanks(at, facts->number < 10000 ? digits_count(facts->number) : NUMBER_WIDTH,
			NUMBER_WIDTH);
	at = digits_put(at, facts->number);
	*at++ = ' ';
	at = put_duration(at, time, digits);
	*at++ = ' ';
	at = put_right_v4(at, source);
	at = digits_text(at, " → ");
	at = put_left_v4(at, destination);
	*at++ = ' ';
	at = digits_text(at, p->kind == PLAIN_BARE ? "TCP" : plain_protocol(p));
	*at++ = ' ';
	at = digits_put(at, facts->wire_len);
	*at++ = ' ';
	*at = '\0';
	out->len = (size_t)(at - out->data);
	return true;
}

/* ---- Lines ---------------------------------------------------------------------------------- */

void list_line(struct buf *out, const struct list_style *style, const struct frame_dissector *f,
	       const struct frame_facts *facts)
{
	put_head(out, style, &f->d.kept.source, &f->d.kept.destination, f->d.protocol, facts);
	info_text(out, style, f);
	if (!style->strict && (f->d.met[PROTOCOL_ICMP] || f->d.met[PROTOCOL_ICMPV6]))
		add_about(out, f);
}

void list_line_plain(struct buf *out, const struct list_style *style, const struct plain *p,
		     const struct frame *frame, const struct tcp_view *view,
		     const struct frame_facts *facts)
{
	if (!put_short_head(out, style, p, facts)) {
		struct endpoint source = {.kind = ENDPOINT_IP};
		struct endpoint destination = {.kind = ENDPOINT_IP};

		plain_ends(p, &source.ip, &destination.ip);
		put_head(out, style, &source, &destination, plain_protocol(p), facts);
	}
	plain_info(out, p, frame, view);
	if (p->kind != PLAIN_ICMP || style->strict)
		return;
	buf_puts(out, " [about ");
	about_quote(out, &p->packet.quote);
	buf_putc(out, ']');
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

/* Arrows and blanks, or tabs around each. */
static void put_between(struct buf *out, enum list_form form, enum column_kind left,
			enum column_kind right)
{
	const char *blank = form == LIST_TABS ? "\t" : " ";
	const char *arrow = left == COLUMN_SOURCE && right == COLUMN_DESTINATION   ? "→"
			    : left == COLUMN_DESTINATION && right == COLUMN_SOURCE ? "←"
										   : NULL;

	buf_puts(out, blank);
	if (!arrow)
		return;
	buf_puts(out, arrow);
	buf_puts(out, blank);
}

static void put_section(struct buf *out, const char *text, size_t len)
{
	buf_puts(out, "<section>");
	xml_text(out, text, len);
	buf_puts(out, "</section>\n");
}

void list_psml_begin(struct buf *out, const struct fields *columns)
{
	const struct columns *c = &columns->columns;

	buf_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		      "<psml version=\"0\" creator=\"sonde\">\n<structure>\n");
	for (size_t i = 0; i < c->count; i++) {
		const char *name = c->items[i].name;

		if (!strncmp(name, TSHARK_PREFIX, strlen(TSHARK_PREFIX)))
			name += strlen(TSHARK_PREFIX);
		put_section(out, name, strlen(name));
	}
	buf_puts(out, "</structure>\n\n");
}

void list_psml_end(struct buf *out)
{
	buf_puts(out, "</psml>\n");
}

static void psml_packet(struct buf *out, const struct fields *columns,
			const struct list_style *style, const struct frame_dissector *f,
			const struct frame_facts *facts)
{
	const struct columns *c = &columns->columns;
	struct buf text = {0};

	buf_puts(out, "<packet>\n");
	for (size_t i = 0; i < c->count; i++) {
		buf_clear(&text);
		fields_column(&text, columns, &c->items[i], f, style, facts);
		put_section(out, buf_text(&text), text.len);
	}
	buf_puts(out, "</packet>\n");
	buf_done(&text);
}

void list_line_of(struct buf *out, const struct fields *columns, enum list_form form,
		  const struct list_style *style, const struct frame_dissector *f,
		  const struct frame_facts *facts)
{
	const struct columns *c = &columns->columns;

	if (form == LIST_PSML) {
		psml_packet(out, columns, style, f, facts);
		return;
	}
	for (size_t i = 0; i < c->count; i++) {
		size_t from;

		if (i)
			put_between(out, form, c->items[i - 1].kind, c->items[i].kind);
		from = out->len;
		fields_column(out, columns, &c->items[i], f, style, facts);
		if (c->items[i].kind == COLUMN_INFO && form == LIST_BLANKS && !style->strict)
			add_about(out, f);
		align(out, from, c->items[i].kind);
	}
}
