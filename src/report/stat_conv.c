// SPDX-License-Identifier: Apache-2.0
// conv,TYPE and endpoints,TYPE: who talks to whom and how much, as text and JSON.
#include "packet/stat_conv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/json_string.h"
#include "report/stat_kind.h"
#include "report/stat_rows.h"
#include "report/stat_talk_line.h"

#define RULE       "================================================================================"
#define ROWS_AHEAD 8 /* whose memory is fetched while one is written */

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
		       "\"%s\" counts nothing called \"%s\"; the nearest is \"%s,%s\".",
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

static bool allow(struct stat *stat, uint64_t bytes, const struct thread_spare *spare)
{
	struct stat_conv *c = stat->state;

	if (!stat_table_allow(&c->table, bytes))
		return false;
	stat_table_spare(&c->table, spare);
	return true;
}

static void feed(struct stat *stat, const struct stat_frame *f)
{
	stat_conv_feed(stat->state, f);
}

static void feed_bares(struct stat *stat, const struct stat_bares *b)
{
	stat_conv_bares(stat->state, b);
}

/* ---- Text ---- */

static void conversation_heading(struct buf *out, bool ports)
{
	size_t margin = 2 * (ports ? STAT_SIDE_PORT_WIDTH : STAT_SIDE_WIDTH) + 7;

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

/* What rows are made of; order: NULL when memory ran out. */
struct rows {
	const struct stat_conv *conv;
	const uint32_t *order;
};

static void get_row(const struct rows *r, uint32_t index, struct stat_row *ret_row)
{
	const struct stat_table *t = &r->conv->table;

	if (r->order && t->count - index > ROWS_AHEAD)
		stat_table_fetch(t, r->order[index + ROWS_AHEAD]);
	stat_table_get(t, r->order ? r->order[index] : index, ret_row);
}

static void text_rows(struct buf *out, uint32_t first, uint32_t end, const void *context)
{
	const struct rows *r = context;
	bool ports = r->conv->type->ports;
	struct stat_talk_lines lines = {0};
	struct stat_row row;

	for (uint32_t i = first; i < end; i++) {
		get_row(r, i, &row);
		if (r->conv->endpoints)
			stat_endpoint_line(&lines, out, &row, ports);
		else
			stat_talk_line(&lines, out, &row, ports);
	}
}

static void print(const struct stat *stat, struct stats_out *out)
{
	struct stat_conv *c = stat->state;
	bool ports = c->type->ports;
	const uint32_t *order;

	stat_table_settle(&c->table);
	order = stat_table_order(&c->table);
	buf_printf(out->buf, RULE "\n%s %s\nFilter:%s\n", c->type->title,
		   c->endpoints ? "Endpoints" : "Conversations",
		   *stat->filter_text ? stat->filter_text : "<No Filter>");
	if (c->endpoints)
		endpoint_heading(out->buf, ports);
	else
		conversation_heading(out->buf, ports);
	stat_rows(out, c->table.count, text_rows, &(struct rows) {c, order});
	say_left_out(out->buf, c);
	buf_puts(out->buf, RULE "\n");
}

/* ---- JSON ---- */

static void json_side(struct buf *out, const struct stat_side *s, bool ports)
{
	char text[STAT_ADDRESS_MAX];

	buf_puts(out, "{\"address\": \"");
	buf_add(out, text, (size_t)(stat_address(s, text) - text));
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

static void json_rows(struct buf *out, uint32_t first, uint32_t end, const void *context)
{
	const struct rows *r = context;
	bool ports = r->conv->type->ports;
	struct stat_row row;

	for (uint32_t i = first; i < end; i++) {
		get_row(r, i, &row);
		buf_puts(out, i ? ",\n        " : "\n        ");
		if (r->conv->endpoints)
			json_endpoint(out, &row, ports);
		else
			json_conversation(out, &row, ports);
	}
}

static void json(const struct stat *stat, struct stats_out *out)
{
	struct stat_conv *c = stat->state;
	const uint32_t *order;

	stat_table_settle(&c->table);
	order = stat_table_order(&c->table);
	buf_printf(out->buf, "      \"type\": \"%s\",\n      \"%s\": [", c->type->name,
		   c->endpoints ? "endpoints" : "conversations");
	stat_rows(out, c->table.count, json_rows, &(struct rows) {c, order});
	buf_printf(out->buf, "%s],\n      \"left_out\": %" PRIu64, c->table.count ? "\n      " : "",
		   c->table.left_out);
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
