// SPDX-License-Identifier: Apache-2.0
// The lines of conversations and endpoints. See the header.
#include "report/stat_talk_line.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/stat_line.h"
#include "wire/addr.h"

#define UNITS_WIDTH    9
#define BYTES_WIDTH    9
#define SIZE_STEP      1000u
#define SIZE_SHOWN_MIN 10u /* a unit is used from ten of it on */
#define COUNT_MAX      (7 + DIGITS_U64_MAX + 7 + DIGITS_U64_MAX) /* with the widest gaps */
#define COUNTS_USUAL   80   /* characters: of nearly every line */
#define LINE_ROOM      1024 /* sides, kept texts and numbers, each with the room it is written in */

static_assert(COUNT_MAX * 3 <= STAT_COUNTS_ROOM, "all can be kept");

/* ---- Sides ---- */

static void put_bytes(uint8_t *out, uint64_t number, unsigned count)
{
	while (count--) {
		out[count] = (uint8_t)number;
		number >>= 8;
	}
}

char *stat_address(const struct stat_side *s, char out[static STAT_ADDRESS_MAX])
{
	uint8_t bytes[16] = {0}; /* of an IPv6 address, or fewer */
	struct addr a;

	switch ((enum side_kind)s->kind) {
	case SIDE_NONE:
		strcpy(out, "NONE");
		break;
	case SIDE_ETHER:
		put_bytes(bytes, s->low, MAC_LEN);
		mac_text(bytes, true, out);
		break;
	case SIDE_IPV4:
		return addr_put_v4(out, (uint32_t)s->low);
	case SIDE_IPV6:
		put_bytes(bytes, s->high, 8);
		put_bytes(bytes + 8, s->low, 8);
		a = addr_v6(bytes);
		addr_text(&a, out);
		break;
	case SIDE_IPX:
		snprintf(out, STAT_ADDRESS_MAX, "%08" PRIx64 ".%012" PRIx64, s->high, s->low);
		break;
	}
	return out + strlen(out);
}

/* The kept text of a side's address, made if it is another one's. */
static const struct stat_kept_side *side_text(struct stat_talk_lines *l, const struct stat_side *s)
{
	uint64_t at = s->low ^ s->low >> 8 ^ s->high;
	struct stat_kept_side *k = &l->sides[at % STAT_SIDES_KEPT];
	char *end;

	if (k->len && k->low == s->low && k->high == s->high && k->kind == s->kind)
		return k;
	end = stat_address(s, k->text);
	memset(end, ' ', (size_t)(k->text + STAT_SIDE_ROOM - end));
	k->high = s->high;
	k->low = s->low;
	k->kind = s->kind;
	k->len = (uint8_t)(end - k->text);
	return k;
}

static inline char *put_side(char *at, struct stat_talk_lines *l, const struct stat_side *s,
			     bool ports)
{
	const struct stat_kept_side *k = side_text(l, s);
	char *end = at + k->len, *column = at + (ports ? STAT_SIDE_PORT_WIDTH : STAT_SIDE_WIDTH);

	memcpy(at, k->text, STAT_SIDE_ROOM);
	if (ports) {
		*end++ = ':';
		end = digits_put(end, s->port);
	}
	return end < column ? column : end;
}

/* ---- Counts ---- */

/* "9760 bytes", "93 kB": Wireshark's way, cut down to whole units. */
static char *put_size(char *at, uint64_t bytes)
{
	static const char units[][8] = {" bytes", " kB", " MB", " GB", " TB"};
	unsigned unit = 0;
	char *end;

	while (unit + 1 < sizeof(units) / sizeof(units[0]) && bytes / SIZE_STEP >= SIZE_SHOWN_MIN) {
		bytes /= SIZE_STEP;
		unit++;
	}
	end = digits_put(at, bytes);
	memcpy(end, units[unit], sizeof(units[unit]));
	end += unit ? 3 : 6;
	return stat_put_left(at, end, UNITS_WIDTH);
}

/* What a conversation sent one way, or both. */
static char *put_count(char *at, uint64_t packets, uint64_t bytes)
{
	at = stat_put_number(digits_text(at, "  "), packets, 6);
	*at++ = ' ';
	return put_size(at, bytes);
}

/* Blanks before packets, the width of these, blanks before bytes. */
struct columns {
	unsigned gap;
	unsigned width;
	unsigned bytes_gap;
};

static const struct columns total_columns = {5, 7, 5}, total_port_columns = {5, 6, 5},
			    sent_columns = {5, 6, 7}, received_columns = {6, 6, 7};

/* A number in a column of its own width, behind a gap. */
static char *put_column(char *at, unsigned gap, uint64_t number, unsigned width)
{
	return stat_put_number(stat_put_blanks(at, gap), number, width);
}

/* What an endpoint sent, received, or both. */
static char *put_columns(char *at, const struct columns *c, uint64_t packets, uint64_t bytes)
{
	at = put_column(at, c->gap, packets, c->width);
	return put_column(at, c->bytes_gap, bytes, BYTES_WIDTH);
}

static char *put_talk_counts(char *at, const struct stat_row *row)
{
	at = put_count(at, row->packets[1], row->bytes[1]);
	at = put_count(at, row->packets[0], row->bytes[0]);
	return put_count(at, row->packets[0] + row->packets[1], row->bytes[0] + row->bytes[1]);
}

static char *put_endpoint_counts(char *at, const struct stat_row *row, bool ports)
{
	at = put_columns(at, ports ? &total_port_columns : &total_columns,
			 row->packets[0] + row->packets[1], row->bytes[0] + row->bytes[1]);
	at = put_columns(at, &sent_columns, row->packets[0], row->bytes[0]);
	return put_columns(at, &received_columns, row->packets[1], row->bytes[1]);
}

/*
 * The kept text of a row's counts, or where it is to be made: its len is 0 then. Rows of a table
 * are all conversations or all endpoints.
 */
static struct stat_kept_counts *counts_text(struct stat_talk_lines *l, const struct stat_row *row)
{
	uint64_t at = row->packets[0] ^ row->bytes[1] ^ row->packets[1] << 1;
	struct stat_kept_counts *k = &l->counts[at % STAT_COUNTS_KEPT];

	if (k->packets[0] == row->packets[0] && k->packets[1] == row->packets[1] &&
	    k->bytes[0] == row->bytes[0] && k->bytes[1] == row->bytes[1])
		return k;
	for (unsigned i = 0; i < 2; i++) {
		k->packets[i] = row->packets[i];
		k->bytes[i] = row->bytes[i];
	}
	k->len = 0;
	return k;
}

/* Copies it, and what lies behind it. */
static inline char *put_kept(char *at, const struct stat_kept_counts *k)
{
	if (k->len <= COUNTS_USUAL)
		memcpy(at, k->text, COUNTS_USUAL);
	else
		memcpy(at, k->text, STAT_COUNTS_ROOM);
	return at + k->len;
}

/* ---- Lines ---- */

/* Ends the text that was written behind what out held. */
static void end_line(struct buf *out, char *end)
{
	*end = '\0';
	out->len = (size_t)(end - out->data);
}

void stat_talk_line(struct stat_talk_lines *l, struct buf *out, const struct stat_row *row,
		    bool ports)
{
	struct stat_kept_counts *k;
	char *at;

	if (!buf_room(out, LINE_ROOM))
		return;
	at = put_side(out->data + out->len, l, &row->from, ports);
	at = digits_text(at, " <-> ");
	at = put_side(at, l, &row->to, ports);
	k = counts_text(l, row);
	if (!k->len)
		k->len = (uint8_t)(put_talk_counts(k->text, row) - k->text);
	at = put_kept(at, k);
	at = digits_text(at, "  "); /* gaps stay when a time fills its column */
	at = stat_put_nine(at, row->first, 14);
	at = digits_text(at, "   ");
	at = stat_put_span(at, row->first, row->last, 12);
	*at++ = '\n';
	end_line(out, at);
}

void stat_endpoint_line(struct stat_talk_lines *l, struct buf *out, const struct stat_row *row,
			bool ports)
{
	struct stat_kept_counts *k;
	char *at;

	if (!buf_room(out, LINE_ROOM))
		return;
	at = put_side(out->data + out->len, l, &row->from, false);
	if (ports)
		at = put_column(at, 6, row->from.port, 5);
	k = counts_text(l, row);
	if (!k->len)
		k->len = (uint8_t)(put_endpoint_counts(k->text, row, ports) - k->text);
	end_line(out, digits_text(put_kept(at, k), "   \n"));
}
