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
#include "wire/addr.h"

#define RULE            "================================================================================"
#define SIDE_TEXT_MAX   64
#define NAME_WIDTH      20
#define NAME_PORT_WIDTH 26
#define SIZE_TEXT_MAX   32
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

/* ---- Sides ---- */

static void put_bytes(uint8_t *out, uint64_t number, unsigned count)
{
	while (count--) {
		out[count] = (uint8_t)number;
		number >>= 8;
	}
}

/* The address alone: "192.0.2.1"; "NONE" where the link has none. */
static const char *address(const struct stat_side *s, char out[static SIDE_TEXT_MAX])
{
	uint8_t mac[MAC_LEN];
	struct addr a = {.family = 6};
	struct buf text = {0};

	out[0] = '\0';
	switch ((enum side_kind)s->kind) {
	case SIDE_NONE:
		return strcpy(out, "NONE");
	case SIDE_ETHER:
		put_bytes(mac, s->low, MAC_LEN);
		return mac_text(mac, true, out);
	case SIDE_IPV4:
		a = addr_v4_number((uint32_t)s->low);
		return addr_text(&a, out);
	case SIDE_IPV6:
		put_bytes(a.bytes, s->high, 8);
		put_bytes(a.bytes + 8, s->low, 8);
		return addr_text(&a, out);
	case SIDE_IPX:
		buf_printf(&text, "%08" PRIx64 ".%012" PRIx64, s->high, s->low);
		strcpy(out, buf_text(&text));
		buf_done(&text);
		return out;
	}
	return out;
}

/* Appends text in a column of at least width. */
static void put_left(struct buf *out, const char *text, size_t width)
{
	size_t len = strlen(text);

	buf_add(out, text, len);
	if (len < width)
		buf_pad(out, ' ', width - len);
}

static void put_side(struct buf *out, const struct stat_side *s, bool ports)
{
	char text[SIDE_TEXT_MAX];
	size_t before = out->len;
	size_t width = ports ? NAME_PORT_WIDTH : NAME_WIDTH;

	buf_puts(out, address(s, text));
	if (ports) {
		buf_putc(out, ':');
		buf_u64(out, s->port);
	}
	if (out->len - before < width)
		buf_pad(out, ' ', width - (out->len - before));
}

/* ---- Text ---- */

/* "9760 bytes", "93 kB": Wireshark's way, cut down to whole units. */
static void put_size(struct buf *out, uint64_t bytes)
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
	unsigned unit = 0;
	size_t before = out->len;

	while (unit + 1 < sizeof(units) / sizeof(units[0]) && bytes / SIZE_STEP >= SIZE_SHOWN_MIN) {
		bytes /= SIZE_STEP;
		unit++;
	}
	buf_u64(out, bytes);
	buf_putc(out, ' ');
	put_left(out, units[unit], 0);
	if (out->len - before < 9)
		buf_pad(out, ' ', 9 - (out->len - before));
}

static void put_count(struct buf *out, uint64_t packets, uint64_t bytes)
{
	buf_printf(out, "  %6" PRIu64 " ", packets);
	put_size(out, bytes);
}

/* As Wireshark has them: a sum of two roundings, which shows in the last digits of large ones. */
static double seconds(nsec_t time)
{
	return (double)(time / NSEC_PER_SEC) + (double)(time % NSEC_PER_SEC) / 1e9;
}

static void conversation_line(struct buf *out, const struct stat_row *row, bool ports)
{
	put_side(out, &row->from, ports);
	buf_puts(out, " <-> ");
	put_side(out, &row->to, ports);
	put_count(out, row->packets[1], row->bytes[1]);
	put_count(out, row->packets[0], row->bytes[0]);
	put_count(out, row->packets[0] + row->packets[1], row->bytes[0] + row->bytes[1]);
	buf_printf(out, "  %14.9f   %12.4f\n", seconds(row->first),
		   seconds(row->last - row->first));
}

static void endpoint_line(struct buf *out, const struct stat_row *row, bool ports)
{
	char text[SIDE_TEXT_MAX];

	put_left(out, address(&row->from, text), NAME_WIDTH);
	if (ports)
		buf_printf(out, "      %5u", row->from.port);
	buf_printf(out,
		   "     %*" PRIu64 "     %9" PRIu64 "     %6" PRIu64 "       %9" PRIu64
		   "      %6" PRIu64 "       %9" PRIu64 "   \n",
		   ports ? 6 : 7, row->packets[0] + row->packets[1], row->bytes[0] + row->bytes[1],
		   row->packets[0], row->bytes[0], row->packets[1], row->bytes[1]);
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
	const struct stat_conv *c = stat->state;
	uint32_t *order = stat_table_order(&c->table);
	bool ports = c->type->ports;
	struct stat_row row;

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

	buf_printf(out, "{\"address\": \"%s\"", address(s, text));
	if (ports)
		buf_printf(out, ", \"port\": %u", s->port);
	buf_putc(out, '}');
}

static void json_conversation(struct buf *out, const struct stat_row *row, bool ports)
{
	buf_puts(out, "{\"a\": ");
	json_side(out, &row->from, ports);
	buf_puts(out, ", \"b\": ");
	json_side(out, &row->to, ports);
	buf_printf(out,
		   ", \"packets_a_to_b\": %" PRIu64 ", \"bytes_a_to_b\": %" PRIu64
		   ", \"packets_b_to_a\": %" PRIu64 ", \"bytes_b_to_a\": %" PRIu64
		   ", \"start_ns\": %" PRId64 ", \"duration_ns\": %" PRId64 "}",
		   row->packets[0], row->bytes[0], row->packets[1], row->bytes[1], row->first,
		   row->last - row->first);
}

static void json_endpoint(struct buf *out, const struct stat_row *row, bool ports)
{
	buf_puts(out, "{\"endpoint\": ");
	json_side(out, &row->from, ports);
	buf_printf(out,
		   ", \"packets_sent\": %" PRIu64 ", \"bytes_sent\": %" PRIu64
		   ", \"packets_received\": %" PRIu64 ", \"bytes_received\": %" PRIu64 "}",
		   row->packets[0], row->bytes[0], row->packets[1], row->bytes[1]);
}

static void json(const struct stat *stat, struct stats_out *out)
{
	const struct stat_conv *c = stat->state;
	uint32_t *order = stat_table_order(&c->table);
	struct stat_row row;

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
	.print = print, .json = json

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
