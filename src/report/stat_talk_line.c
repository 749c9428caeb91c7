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
#define LINE_ROOM      1024 /* sides, kept texts and numbers, each with the room it is written in */

static_assert(COUNT_MAX <= STAT_KEPT_MAX && STAT_ADDRESS_MAX <= STAT_KEPT_MAX, "all can be kept");

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

/* True when the text says these numbers already; else it is to be made. */
static inline bool says(struct stat_kept *k, uint8_t kind, uint64_t first, uint64_t second)
{
	if (k->len && k->numbers[0] == first && k->numbers[1] == second && k->kind == kind)
		return true;
	k->kind = kind;
	k->numbers[0] = first;
	k->numbers[1] = second;
	return false;
}

/* Copies it, and what lies behind it, which is written over: of a length known here. */
static inline char *put_kept(char *at, const struct stat_kept *k)
{
	memcpy(at, k->text, STAT_KEPT_MAX);
	return at + k->len;
}

static char *put_side(char *at, struct stat_kept *k, const struct stat_side *s, bool ports)
{
	char *end;

	if (!says(k, s->kind, s->high, s->low))
		k->len = (uint8_t)(stat_address(s, k->text) - k->text);
	end = put_kept(at, k);
	if (ports) {
		*end++ = ':';
		end = digits_put(end, s->port);
	}
	return stat_put_left(at, end, ports ? STAT_SIDE_PORT_WIDTH : STAT_SIDE_WIDTH);
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

/* What a conversation sent one way. */
static char *put_count(char *at, struct stat_kept *k, uint64_t packets, uint64_t bytes)
{
	char *end;

	if (!says(k, 0, packets, bytes)) {
		end = digits_text(k->text, "  ");
		end = stat_put_number(end, packets, 6);
		*end++ = ' ';
		k->len = (uint8_t)(put_size(end, bytes) - k->text);
	}
	return put_kept(at, k);
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
static char *put_columns(char *at, struct stat_kept *k, const struct columns *c, uint64_t packets,
			 uint64_t bytes)
{
	char *end;

	if (!says(k, 0, packets, bytes)) {
		end = put_column(k->text, c->gap, packets, c->width);
		k->len = (uint8_t)(put_column(end, c->bytes_gap, bytes, BYTES_WIDTH) - k->text);
	}
	return put_kept(at, k);
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
	char *at;

	if (!buf_room(out, LINE_ROOM))
		return;
	at = put_side(out->data + out->len, &l->sides[0], &row->from, ports);
	at = digits_text(at, " <-> ");
	at = put_side(at, &l->sides[1], &row->to, ports);
	at = put_count(at, &l->counts[0], row->packets[1], row->bytes[1]);
	at = put_count(at, &l->counts[1], row->packets[0], row->bytes[0]);
	at = put_count(at, &l->counts[2], row->packets[0] + row->packets[1],
		       row->bytes[0] + row->bytes[1]);
	at = digits_text(at, "  "); /* gaps stay when a time fills its column */
	at = stat_put_nine(at, row->first, 14);
	at = digits_text(at, "   ");
	at = stat_put_four(at, row->last - row->first, 12);
	*at++ = '\n';
	end_line(out, at);
}

void stat_endpoint_line(struct stat_talk_lines *l, struct buf *out, const struct stat_row *row,
			bool ports)
{
	char *at;

	if (!buf_room(out, LINE_ROOM))
		return;
	at = put_side(out->data + out->len, &l->sides[0], &row->from, false);
	if (ports)
		at = put_column(at, 6, row->from.port, 5);
	at = put_columns(at, &l->counts[2], ports ? &total_port_columns : &total_columns,
			 row->packets[0] + row->packets[1], row->bytes[0] + row->bytes[1]);
	at = put_columns(at, &l->counts[0], &sent_columns, row->packets[0], row->bytes[0]);
	at = put_columns(at, &l->counts[1], &received_columns, row->packets[1], row->bytes[1]);
	end_line(out, digits_text(at, "   \n"));
}
