// SPDX-License-Identifier: Apache-2.0
// conv,TYPE and endpoints,TYPE: who talks to whom and how much, as text and JSON.
#include "packet/stat_conv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digits.h"
#include "base/text.h"
#include "report/json_string.h"
#include "report/stat_kind.h"
#include "report/stat_line.h"
#include "wire/addr.h"

#define RULE            "================================================================================"
#define SIDE_TEXT_MAX   64
#define NAME_WIDTH      20
#define NAME_PORT_WIDTH 26
#define UNITS_WIDTH     9
#define LINE_MAX_LEN    512 /* two sides, and eight numbers of 20 digits at most */
#define SIZE_STEP       1000u
#define SIZE_SHOWN_MIN  10u /* a unit is used from ten of it on */

static int refuse_type(const struct stat *stat, const char *word, size_t len, struct err *err)
{
	const struct stat_conv_type *best = stat_conv_types;
	unsigned least = UINT32_MAX;
	char typed[16];

	text_escape_bytes(typed, sizeof(typed), word, len);
	for (const struct stat_conv_type *t = stat_conv_types; t->name; t++) {
		unsigned far = text_distance(typed, t->name);

		if (far < least) {
			least = far;
			best = t;
		}
	}
	return err_set(err, -EINVAL,
		       "\"%s\" counts nothing called \"%s\"; the nearest there is is \"%s,%s\".",
		       stat->kind->name, typed, stat->kind->name, best->name);
}

static int make(struct stat *stat, const char *rest, const struct hash_key *key, struct err *err)
{
	const char *word = *rest == ',' ? rest + 1 : rest;
	size_t len = strcspn(word, ",");
	const struct stat_conv_type *type = stat_conv_type(word, len);

	if (!len)
		return err_set(err, -EINVAL, "\"%s\" needs a type: %s,tcp, say.", stat->text,
			       stat->kind->name);
	if (!type)
		return refuse_type(stat, word, len, err);
	stat->state = calloc(1, sizeof(struct stat_conv));
	if (!stat->state)
		return err_set(err, -ENOMEM, "There is no memory for \"%s\".", stat->text);
	stat_conv_init(stat->state, type, stat->kind == &stat_endpoints_kind, key);
	return stat_filter_rest(stat, word + len, err);
}

static void done(struct stat *stat)
{
	if (stat->state)
		stat_conv_done(stat->state);
	free(stat->state);
}

static void allow(struct stat *stat, uint64_t bytes)
{
	struct stat_conv *c = stat->state;

	stat_table_allow(&c->table, bytes);
}

static void feed(struct stat *stat, const struct stat_frame *f)
{
	stat_conv_feed(stat->state, f);
}

static void feed_bares(struct stat *stat, const struct stat_bares *b)
{
	stat_conv_bares(stat->state, b);
}

/* ---- Sides ---- */

static void put_bytes(uint8_t *out, uint64_t number, unsigned count)
{
	while (count--) {
		out[count] = (uint8_t)number;
		number >>= 8;
	}
}

/* The address alone: "192.0.2.1"; "NONE" where the link has none. Returns its end. */
static char *address(const struct stat_side *s, char out[static SIDE_TEXT_MAX])
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
		snprintf(out, SIDE_TEXT_MAX, "%08" PRIx64 ".%012" PRIx64, s->high, s->low);
		break;
	}
	return out + strlen(out);
}

static char *put_side(char *at, const struct stat_side *s, bool ports)
{
	char *end = address(s, at);

	if (ports) {
		*end++ = ':';
		end = digits_put(end, s->port);
	}
	return stat_put_left(at, end, ports ? NAME_PORT_WIDTH : NAME_WIDTH);
}

/* ---- Text ---- */

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

static char *put_count(char *at, uint64_t packets, uint64_t bytes)
{
	*at++ = ' ';
	*at++ = ' ';
	at = stat_put_number(at, packets, 6);
	*at++ = ' ';
	return put_size(at, bytes);
}

static void conversation_line(struct buf *out, const struct stat_row *row, bool ports)
{
	char line[LINE_MAX_LEN];
	char *at = put_side(line, &row->from, ports);

	at = digits_text(at, " <-> ");
	at = put_side(at, &row->to, ports);
	at = put_count(at, row->packets[1], row->bytes[1]);
	at = put_count(at, row->packets[0], row->bytes[0]);
	at = put_count(at, row->packets[0] + row->packets[1], row->bytes[0] + row->bytes[1]);
	at = digits_text(at, "  "); /* gaps stay when a time fills its column */
	at = stat_put_seconds(at, row->first, 14, 9);
	at = digits_text(at, "   ");
	at = stat_put_seconds(at, row->last - row->first, 12, 4);
	*at++ = '\n';
	buf_add(out, line, (size_t)(at - line));
}

/* A number in a column of its own width, behind a gap. */
static char *put_column(char *at, unsigned gap, uint64_t number, unsigned width)
{
	return stat_put_number(stat_put_blanks(at, gap), number, width);
}

static void endpoint_line(struct buf *out, const struct stat_row *row, bool ports)
{
	char line[LINE_MAX_LEN];
	char *at = put_side(line, &row->from, false);

	if (ports)
		at = put_column(at, 6, row->from.port, 5);
	at = put_column(at, 5, row->packets[0] + row->packets[1], ports ? 6 : 7);
	at = put_column(at, 5, row->bytes[0] + row->bytes[1], 9);
	at = put_column(at, 5, row->packets[0], 6);
	at = put_column(at, 7, row->bytes[0], 9);
	at = put_column(at, 6, row->packets[1], 6);
	at = put_column(at, 7, row->bytes[1], 9);
	at = digits_text(at, "   \n");
	buf_add(out, line, (size_t)(at - line));
}

static void conversation_heading(struct buf *out, bool ports)
{
	size_t margin = 2 * (ports ? NAME_PORT_WIDTH : NAME_WIDTH) + 7;

	buf_pad(out, ' ', margin);
	buf_puts(out, "|       <-      | |       ->      | |     Total     |    Relative    "
		      "|   Duration   |\n");
	buf_pad(out, ' ', margin);
	buf_puts(out, "| Frames  Bytes | | Frames  Bytes | | Frames  Bytes |      Start     "
		      "|              |\n");
}

static void endpoint_heading(struct buf *out, bool ports)
{
	buf_pad(out, ' ', 23);
	buf_puts(out, ports ? "|  Port  ||  Packets  | " : "|  Packets  | ");
	buf_puts(out, "|  Bytes  | | Tx Packets | | Tx Bytes | | Rx Packets | | Rx Bytes |\n");
}

static void say_left_out(struct buf *out, const struct stat_conv *c)
{
	if (c->table.left_out)
		buf_printf(out,
			   "The table is full: %" PRIu64 " packets of others are not counted.\n",
			   c->table.left_out);
}

static void print(const struct stat *stat, struct stats_out *out)
{
	struct stat_conv *c = stat->state;
	bool ports = c->type->ports;
	struct stat_row row;
	uint32_t *order;

	stat_table_settle(&c->table);
	order = stat_table_order(&c->table);
	buf_printf(out->buf, RULE "\n%s %s\nFilter:%s\n", c->type->title,
		   c->endpoints ? "Endpoints" : "Conversations",
		   *stat->filter_text ? stat->filter_text : "<No Filter>");
	if (c->endpoints)
		endpoint_heading(out->buf, ports);
	else
		conversation_heading(out->buf, ports);
	for (uint32_t i = 0; i < c->table.count; i++) {
		stat_table_get(&c->table, order ? order[i] : i, &row);
		if (c->endpoints)
			endpoint_line(out->buf, &row, ports);
		else
			conversation_line(out->buf, &row, ports);
		stat_out_line(out);
	}
	say_left_out(out->buf, c);
	buf_puts(out->buf, RULE "\n");
	free(order);
}

/* ---- JSON ---- */

static void json_side(struct buf *out, const struct stat_side *s, bool ports)
{
	char text[SIDE_TEXT_MAX];

	buf_puts(out, "{\"address\": \"");
	buf_add(out, text, (size_t)(address(s, text) - text));
	buf_putc(out, '"');
	if (ports) {
		buf_puts(out, ", \"port\": ");
		buf_u64(out, s->port);
	}
	buf_putc(out, '}');
}

static void json_number(struct buf *out, const char *name, uint64_t number)
{
	buf_puts(out, name);
	buf_u64(out, number);
}

static void json_conversation(struct buf *out, const struct stat_row *row, bool ports)
{
	buf_puts(out, "{\"a\": ");
	json_side(out, &row->from, ports);
	buf_puts(out, ", \"b\": ");
	json_side(out, &row->to, ports);
	json_number(out, ", \"packets_a_to_b\": ", row->packets[0]);
	json_number(out, ", \"bytes_a_to_b\": ", row->bytes[0]);
	json_number(out, ", \"packets_b_to_a\": ", row->packets[1]);
	json_number(out, ", \"bytes_b_to_a\": ", row->bytes[1]);
	/* Negative for packets older than the first. */
	buf_printf(out, ", \"start_ns\": %" PRId64 ", \"duration_ns\": %" PRId64 "}", row->first,
		   row->last - row->first);
}

static void json_endpoint(struct buf *out, const struct stat_row *row, bool ports)
{
	buf_puts(out, "{\"endpoint\": ");
	json_side(out, &row->from, ports);
	json_number(out, ", \"packets_sent\": ", row->packets[0]);
	json_number(out, ", \"bytes_sent\": ", row->bytes[0]);
	json_number(out, ", \"packets_received\": ", row->packets[1]);
	json_number(out, ", \"bytes_received\": ", row->bytes[1]);
	buf_putc(out, '}');
}

static void json(const struct stat *stat, struct stats_out *out)
{
	struct stat_conv *c = stat->state;
	struct stat_row row;
	uint32_t *order;

	stat_table_settle(&c->table);
	order = stat_table_order(&c->table);
	buf_printf(out->buf, "      \"type\": \"%s\",\n      \"%s\": [", c->type->name,
		   c->endpoints ? "endpoints" : "conversations");
	for (uint32_t i = 0; i < c->table.count; i++) {
		stat_table_get(&c->table, order ? order[i] : i, &row);
		buf_puts(out->buf, i ? ",\n        " : "\n        ");
		if (c->endpoints)
			json_endpoint(out->buf, &row, c->type->ports);
		else
			json_conversation(out->buf, &row, c->type->ports);
		stat_out_line(out);
	}
	buf_printf(out->buf, "%s],\n      \"left_out\": %" PRIu64, c->table.count ? "\n      " : "",
		   c->table.left_out);
	free(order);
}

#define CONV_ROWS                                                                                  \
	.need = STAT_NEEDS_LAYERS, .make = make, .done = done, .allow = allow, .feed = feed,       \
	.feed_bares = feed_bares, .print = print, .json = json

const struct stat_kind stat_conv_kind = {
	.name = "conv",
	.arguments = ",TYPE[,FILTER]",
	.help = "Conversations: packets and bytes each way, when and how long. TYPE: eth, ip, ipv6, "
		"ipx, sctp, sll, tcp or udp.",
	CONV_ROWS,
};

const struct stat_kind stat_endpoints_kind = {
	.name = "endpoints",
	.arguments = ",TYPE[,FILTER]",
	.help = "Endpoints: packets and bytes that each sent and received. TYPE as for conv.",
	CONV_ROWS,
};
