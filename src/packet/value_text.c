// SPDX-License-Identifier: Apache-2.0
// Values and lines of a tree as text: the one place for -V, -T fields, JSON and filters.
#include "packet/value_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/digits.h"
#include "base/text.h"
#include "proto/registry.h"

#define BYTES_SHOWN   36  /* of a line; Wireshark's limit */
#define BYTES_PIECE   384 /* text collected before it is added */
#define STRING_SHOWN  240
#define NSEC_IN_SEC   1000000000
#define DIGITS_NSEC   9
#define LINE_TEXT_MAX 4096

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* Seconds rounded down and the rest, which is never negative. */
static int64_t split(nsec_t time, uint32_t *ret_nsec)
{
	int64_t seconds = time / NSEC_IN_SEC;
	int64_t rest = time % NSEC_IN_SEC;

	if (rest < 0) {
		rest += NSEC_IN_SEC;
		seconds--;
	}
	*ret_nsec = (uint32_t)rest;
	return seconds;
}

void time_text(struct buf *out, nsec_t time)
{
	uint32_t rest;
	time_t seconds = (time_t)split(time, &rest);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm)) {
		duration_text(out, time, 9);
		return;
	}
	buf_printf(out, "%s %2d, %d %02d:%02d:%02d.%09" PRIu32 " UTC", months[tm.tm_mon],
		   tm.tm_mday, tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec, rest);
}

char *duration_put(char *at, nsec_t time, unsigned digits)
{
	uint64_t size = time < 0 ? 0 - (uint64_t)time : (uint64_t)time;

	if (time < 0)
		*at++ = '-';
	at = digits_put(at, size / NSEC_IN_SEC);
	if (!digits)
		return at;
	*at++ = '.';
	digits_nine(at, (uint32_t)(size % NSEC_IN_SEC));
	return at + (digits < DIGITS_NSEC ? digits : DIGITS_NSEC);
}

void duration_text(struct buf *out, nsec_t time, unsigned digits)
{
	if (!buf_room(out, DURATION_MAX))
		return;
	out->len = (size_t)(duration_put(out->data + out->len, time, digits) - out->data);
	out->data[out->len] = '\0';
}

static void hex_text(struct buf *out, uint64_t number, unsigned digits)
{
	buf_printf(out, "0x%0*" PRIx64, (int)digits, number);
}

void endpoint_text(struct buf *out, const struct endpoint *endpoint)
{
	char text[ADDR_TEXT_MAX];

	switch ((enum endpoint_kind)endpoint->kind) {
	case ENDPOINT_NONE:
		break;
	case ENDPOINT_ETHER:
		buf_puts(out, mac_text(endpoint->mac, true, text));
		break;
	case ENDPOINT_IP:
		buf_puts(out, addr_text(&endpoint->ip, text));
		break;
	case ENDPOINT_TEXT:
		buf_escaped(out, endpoint->text);
		break;
	}
}

static void bytes_text(struct buf *out, const uint8_t *bytes, uint32_t len, bool colons)
{
	static const char digits[] = "0123456789abcdef";
	char piece[BYTES_PIECE];
	size_t used = 0;

	for (uint32_t i = 0; i < len; i++) {
		if (used + 3 > sizeof(piece)) {
			buf_add(out, piece, used);
			used = 0;
		}
		if (i && colons)
			piece[used++] = ':';
		piece[used++] = digits[bytes[i] >> 4];
		piece[used++] = digits[bytes[i] & 15];
	}
	buf_add(out, piece, used);
}

static void ip_text(struct buf *out, const struct item *item, bool ipv6)
{
	struct addr a = ipv6 && item->value_len == 16 ? addr_v6(item->bytes)
						      : addr_v4_number((uint32_t)item->number);
	char text[ADDR_TEXT_MAX];

	buf_puts(out, addr_text(&a, text));
}

static const char *empty_text(const struct field *f)
{
	return f->base & BASE_NONE ? "<none>" : "<MISSING>";
}

/* The bytes of the frame that an item covers, for options whose value is their bytes. */
static void covered_text(struct buf *out, const struct dissect *d, const struct item *item,
			 bool colons)
{
	const struct dissect_source *source = &d->sources[item->source];

	if (item->at <= source->len && item->len <= source->len - item->at)
		bytes_text(out, source->bytes + item->at, item->len, colons);
}

static void uint_text(struct buf *out, const struct field *f, uint64_t number, unsigned digits)
{
	switch (f->base & BASE_MASK) {
	case BASE_HEX:
	case BASE_HEX_DEC:
		hex_text(out, number, digits);
		break;
	case BASE_OCT:
		buf_printf(out, "%#" PRIo64, number);
		break;
	default:
		buf_u64(out, number);
		break;
	}
}

void value_text(struct buf *out, const struct dissect *d, const struct item *item,
		enum value_style style)
{
	const struct field *f = field_get(item->id);

	switch ((enum field_type)f->type) {
	case FIELD_NONE:
		if (style == VALUE_PLAIN)
			buf_putc(out, '1');
		break;
	case FIELD_PROTOCOL:
		item_line(out, d, item);
		break;
	case FIELD_BOOL:
	case FIELD_FRAME:
		buf_u64(out, item->number);
		break;
	case FIELD_UINT:
		uint_text(out, f, item->number, 2u * f->width);
		break;
	case FIELD_INT:
		buf_printf(out, "%" PRId64, item->signed_number);
		break;
	case FIELD_DOUBLE:
		buf_printf(out, "%.15g", item->real);
		break;
	case FIELD_BYTES:
		if (style == VALUE_PLAIN && !(item->bytes ? item->value_len : item->len))
			buf_puts(out, empty_text(f));
		else if (item->bytes)
			bytes_text(out, item->bytes, item->value_len,
				   style == VALUE_JSON || (f->base & BASE_COLON));
		else
			covered_text(out, d, item, style == VALUE_JSON);
		break;
	case FIELD_ETHER:
		bytes_text(out, item->bytes, item->value_len, true);
		break;
	case FIELD_IPV4:
	case FIELD_IPV6:
		ip_text(out, item, f->type == FIELD_IPV6);
		break;
	case FIELD_STRING:
		buf_add(out, item->bytes, item->value_len);
		break;
	case FIELD_TIME:
		time_text(out, item->signed_number);
		break;
	case FIELD_DURATION:
		duration_text(out, item->signed_number, 9);
		break;
	case FIELD_TYPES:
		break;
	}
}

/* ---- Lines ---- */

/* The number that holds the bits of a masked field. */
static uint64_t container(const struct dissect *d, const struct field *f, const struct item *item)
{
	const struct dissect_source *source = &d->sources[item->source];
	uint64_t number = 0;

	if (item->len != f->width || item->at > source->len || item->len > source->len - item->at)
		return item->number << __builtin_ctzll(f->mask);
	for (uint32_t i = 0; i < item->len; i++) {
		uint32_t at = item->flags & ITEM_LITTLE ? item->len - 1 - i : i;

		number = number << 8 | source->bytes[item->at + at];
	}
	return number;
}

/* ".... 0101 = " */
static void bits_text(struct buf *out, const struct field *f, uint64_t number)
{
	for (int bit = (f->bits ? f->bits : f->width * 8) - 1; bit >= 0; bit--) {
		uint64_t one = 1ull << bit;

		buf_putc(out, !(f->mask & one) ? '.' : number & one ? '1' : '0');
		if (bit % 4 == 0)
			buf_putc(out, ' ');
	}
	buf_puts(out, "= ");
}

static void oui_line(struct buf *out, const struct field *f, uint64_t number)
{
	const char *name = value_name(f->names, number);

	buf_printf(out, "%02x:%02x:%02x", (unsigned)(number >> 16 & 0xff),
		   (unsigned)(number >> 8 & 0xff), (unsigned)(number & 0xff));
	if (name)
		buf_printf(out, " (%s)", name);
}

static void number_line(struct buf *out, const struct field *f, uint64_t number)
{
	unsigned digits =
		f->mask ? ((unsigned)__builtin_popcountll(f->mask) + 3) / 4 : 2u * f->width;
	const char *name = value_name(f->names, number);
	bool named = f->names && (name || !(f->base & BASE_SPECIAL));

	if (named) {
		buf_puts(out, name ? name : "Unknown");
		if ((f->base & BASE_MASK) == BASE_NAME && name)
			return;
		buf_puts(out, " (");
	}
	uint_text(out, f, number, digits);
	if ((f->base & BASE_MASK) == BASE_DEC_HEX) {
		buf_puts(out, " (");
		hex_text(out, number, digits);
		buf_putc(out, ')');
	} else if ((f->base & BASE_MASK) == BASE_HEX_DEC) {
		buf_puts(out, " (");
		buf_u64(out, number);
		buf_putc(out, ')');
	}
	if (named)
		buf_putc(out, ')');
}

static void int_line(struct buf *out, const struct field *f, int64_t number)
{
	const char *name = value_name(f->names, (uint64_t)number);

	if (f->names)
		buf_printf(out, "%s (%" PRId64 ")", name ? name : "Unknown", number);
	else
		buf_printf(out, "%" PRId64, number);
}

static void bytes_line(struct buf *out, const struct dissect *d, const struct field *f,
		       const struct item *item)
{
	if (!item->bytes) {
		covered_text(out, d, item, false);
		return;
	}
	if (item->value_len == 0)
		buf_puts(out, empty_text(f));
	bytes_text(out, item->bytes, item->value_len < BYTES_SHOWN ? item->value_len : BYTES_SHOWN,
		   f->base & BASE_COLON);
	if (item->value_len > BYTES_SHOWN)
		buf_puts(out, "…");
}

/* What follows "label: ". */
static void value_line(struct buf *out, const struct dissect *d, const struct item *item)
{
	const struct field *f = field_get(item->id);

	switch ((enum field_type)f->type) {
	case FIELD_BOOL:
		if (item->number)
			buf_puts(out, f->yes ? f->yes : "True");
		else
			buf_puts(out, f->no ? f->no : "False");
		break;
	case FIELD_UINT:
		((f->base & BASE_MASK) == BASE_OUI ? oui_line : number_line)(out, f, item->number);
		break;
	case FIELD_INT:
		int_line(out, f, item->signed_number);
		break;
	case FIELD_BYTES:
		bytes_line(out, d, f, item);
		break;
	case FIELD_DURATION:
		value_text(out, d, item, VALUE_PLAIN);
		buf_puts(out, " seconds");
		break;
	case FIELD_NONE:
	case FIELD_PROTOCOL:
	case FIELD_DOUBLE:
	case FIELD_ETHER:
	case FIELD_IPV4:
	case FIELD_IPV6:
	case FIELD_STRING:
	case FIELD_TIME:
	case FIELD_FRAME:
	case FIELD_TYPES:
		value_text(out, d, item, VALUE_PLAIN);
		break;
	}
	if (f->unit)
		buf_puts(out, f->unit);
}

static void add_escaped(struct buf *out, const char *text, size_t len)
{
	char safe[LINE_TEXT_MAX];

	buf_add(out, safe, text_escape_bytes(safe, sizeof(safe), text, len));
}

/* Only strings hold what strangers wrote; the rest is our own text. */
static void add_value(struct buf *out, const struct dissect *d, const struct item *item)
{
	struct buf value = {0};

	if (field_get(item->id)->type != FIELD_STRING) {
		value_line(out, d, item);
		return;
	}
	value_line(&value, d, item);
	add_escaped(out, buf_text(&value), value.len);
	buf_done(&value);
}

void item_words(struct buf *out, const struct dissect *d, const struct item *item)
{
	const struct field *f = field_get(item->id);
	bool whole = item->text && !(item->flags & ITEM_APPENDED);

	if (f->mask)
		bits_text(out, f, container(d, f, item));
	if (!whole) {
		buf_puts(out, f->label);
		if (f->type != FIELD_NONE && f->type != FIELD_PROTOCOL) {
			buf_puts(out, ": ");
			add_value(out, d, item);
		}
	}
	if (item->text)
		add_escaped(out, item->text, strlen(item->text));
}

void item_line(struct buf *out, const struct dissect *d, const struct item *item)
{
	bool brackets = item->flags & ITEM_GENERATED;

	if (brackets)
		buf_putc(out, '[');
	item_words(out, d, item);
	if (brackets)
		buf_putc(out, ']');
}

void item_hex(struct buf *out, const struct dissect *d, const struct item *item)
{
	covered_text(out, d, item, false);
}
