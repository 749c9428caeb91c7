// SPDX-License-Identifier: Apache-2.0
// Dissects the options of IPv4 (RFC 791 s. 3.1, RFC 1108, 1191, 1393, 2113, 4782).
#include "proto/ipv4_fields.h"

#include <stdio.h>

#include "proto/ipv4.h"

#define F(name) FIELD_ID(PROTOCOL_IPV4, IPV4_F_##name)

#define OPTION_END          0 /* RFC 791 s. 3.1 */
#define OPTION_NOP          1
#define OPTION_LOOSE_ROUTE  131
#define OPTION_STRICT_ROUTE 137
#define NOP_MANY            4
#define ROUTE_HEAD          3 /* type, length, pointer */
#define ADDRESS_LEN         4

enum body {
	BODY_NONE,
	BODY_ROUTE, /* a pointer and addresses */
	BODY_RECORD,
	BODY_STAMP,
	BODY_SID,
	BODY_MTU,
	BODY_TRACEROUTE,
	BODY_ALERT,
	BODY_ADDRESSES,
	BODY_QUICK_START,
	BODY_SECURITY,
	BODY_OPAQUE,
};

struct option_row {
	uint8_t type;
	uint8_t min, max; /* length in bytes; 1: the type alone */
	uint8_t body;     /* enum body */
	uint16_t id;
	const char *name;
};

static const struct option_row options[] = {
	{0, 1, 1, BODY_NONE, F(OPTIONS_EOL), "End of Options List (EOL)"},
	{1, 1, 1, BODY_NONE, F(OPTIONS_NOP), "No-Operation (NOP)"},
	{130, 3, 40, BODY_SECURITY, F(OPTIONS_SECURITY), "Security"},
	{131, 3, 40, BODY_ROUTE, F(OPTIONS_ROUTE), "Loose Source Route"},
	{68, 4, 40, BODY_STAMP, F(OPTIONS_TIMESTAMP), "Time Stamp"},
	{133, 3, 40, BODY_OPAQUE, F(OPTIONS_EXT_SECURITY), "Extended Security"},
	{134, 10, 40, BODY_OPAQUE, F(OPTIONS_CIPSO), "Commercial Security"},
	{7, 3, 40, BODY_RECORD, F(OPTIONS_RECORD_ROUTE), "Record Route"},
	{136, 4, 4, BODY_SID, F(OPTIONS_SID), "Stream ID"},
	{137, 3, 40, BODY_ROUTE, F(OPTIONS_SOURCE_ROUTE), "Strict Source Route"},
	{11, 4, 4, BODY_MTU, F(OPTIONS_MTU_PROBE), "MTU Probe"},
	{12, 4, 4, BODY_MTU, F(OPTIONS_MTU_REPLY), "MTU Reply"},
	{82, 12, 12, BODY_TRACEROUTE, F(OPTIONS_TRACEROUTE), "Traceroute"},
	{148, 4, 4, BODY_ALERT, F(OPTIONS_ROUTERALERT), "Router Alert"},
	{149, 6, 38, BODY_ADDRESSES, F(OPTIONS_SDB), "Selective Directed Broadcast"},
	{25, 8, 8, BODY_QUICK_START, F(OPTIONS_QS), "Quick-Start"},
};

static const struct option_row *find(uint8_t type)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].type == type)
			return &options[i];
	return NULL;
}

static void say_type(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(OPT_TYPE_COPY), F(OPT_TYPE_CLASS), F(OPT_TYPE_NUMBER)};
	uint32_t at = c->at;
	uint8_t type = (uint8_t)say_uint(d, c, F(OPT_TYPE), 1);
	uint32_t before = say_open(d);

	say_bits(d, at, 1, type, bits, 3);
	say_close(d, before);
}

/* What is left is no whole address or time stamp. */
static void say_too_long(struct dissect *d, const struct cursor *c)
{
	const char *text = field_get(F(SUBOPT_TOO_LONG))->label;

	d->item = say_line(d, c->at, cursor_left(c), "%s", text);
	say_expert(d, tree_index(d->tree, d->item), F(SUBOPT_TOO_LONG), EXPERT_WARN,
		   EXPERT_PROTOCOL, "%s", text);
}

/* An address of a route, and hidden once more as the text that stands for its host. */
static void say_stop(struct dissect *d, struct cursor *c, uint16_t id, uint16_t host)
{
	struct addr address = say_ipv4(d, c, id);
	char text[ADDR_TEXT_MAX];

	if (!cursor_ok(c) || !tree_wants(d->tree, host))
		return;
	addr_text(&address, text);
	item_flag(tree_string(d->tree, host, c->at - ADDRESS_LEN, ADDRESS_LEN, text), ITEM_HIDDEN);
}

/* Where a source route ends is where the packet goes. */
static void say_last_stop(struct dissect *d, struct cursor *c)
{
	uint8_t bytes[ADDRESS_LEN];
	struct addr address;

	cursor_copy(c, bytes, sizeof(bytes));
	address = addr_v4(bytes);
	if (cursor_ok(c))
		ipv4_say_address(d, &address, c->at - ADDRESS_LEN, false);
	d->item = NULL; /* not said to be the next one, even if it is */
}

/* True when the pointer, which counts from 1, stands at an address. */
static bool say_pointer(struct dissect *d, uint8_t pointer)
{
	uint16_t wrong = pointer <= ROUTE_HEAD ? F(OPT_PTR_BEFORE_ADDRESS)
			 : pointer & 3         ? F(OPT_PTR_MIDDLE_ADDRESS)
					       : 0;

	if (wrong)
		say_expert(d, tree_index(d->tree, d->item), wrong, EXPERT_WARN, EXPERT_PROTOCOL,
			   "%s", field_get(wrong)->label);
	return !wrong;
}

/* Addresses up to the pointer were used, the one at it is next, the rest are to come or empty. */
static void say_route(struct dissect *d, struct cursor *c, bool record, uint8_t len)
{
	uint8_t pointer = (uint8_t)say_uint(d, c, F(OPT_PTR), 1);
	uint32_t offset = ROUTE_HEAD;

	if (!cursor_ok(c) || !say_pointer(d, pointer))
		return;
	for (; cursor_ok(c) && offset + ADDRESS_LEN <= len && dissect_step(d);
	     offset += ADDRESS_LEN) {
		if (offset + 1 < pointer)
			say_stop(d, c, F(REC_RT), F(REC_RT_HOST));
		else if (!record && offset + 2 * ADDRESS_LEN > len)
			say_last_stop(d, c);
		else if (!record)
			say_stop(d, c, F(SRC_RT), F(SRC_RT_HOST));
		else
			say_stop(d, c, F(EMPTY_RT), F(EMPTY_RT_HOST));
		if (offset + 1 == pointer)
			item_append(d->tree, d->item, " <- (next)");
	}
	if (cursor_left(c))
		say_too_long(d, c);
}

struct cursor ipv4_options(const struct cursor *c, const struct ipv4_hdr *h)
{
	struct cursor part = *c;

	part.at = h->options_at;
	part.status = CURSOR_OK;
	part.wire = h->options_at + h->header_len - IPV4_HEADER_MIN;
	if (part.captured > part.wire)
		part.captured = part.wire;
	return part;
}

bool ipv4_route_end(const struct cursor *at, const struct ipv4_hdr *h, struct addr *ret_end)
{
	uint8_t bytes[ADDRESS_LEN];
	struct cursor c;

	if (!h->complete || h->header_len <= IPV4_HEADER_MIN)
		return false;
	c = ipv4_options(at, h);
	while (cursor_left(&c)) {
		uint8_t type = cursor_u8(&c), len, pointer;
		struct cursor option;

		if (type == OPTION_END)
			return false;
		if (type == OPTION_NOP)
			continue;
		len = cursor_u8(&c);
		if (len < 2)
			return false;
		option = cursor_take(&c, len - 2u);
		if (type != OPTION_LOOSE_ROUTE && type != OPTION_STRICT_ROUTE)
			continue;
		pointer = cursor_u8(&option);
		if (pointer <= ROUTE_HEAD || pointer & 3 || pointer + ADDRESS_LEN - 1u > len)
			return false;
		cursor_skip(&option, (len - ROUTE_HEAD) / ADDRESS_LEN * ADDRESS_LEN - ADDRESS_LEN);
		cursor_copy(&option, bytes, sizeof(bytes));
		if (cursor_ok(&option))
			*ret_end = addr_v4(bytes);
		return cursor_ok(&option);
	}
	return false;
}

static void say_stamps(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(OPT_OVERFLOW), F(OPT_FLAG)};
	uint32_t at;
	uint8_t flags;

	say_uint(d, c, F(OPT_PTR), 1);
	at = c->at;
	flags = cursor_u8(c);
	say_bits(d, at, 1, flags, bits, 2);
	while (cursor_left(c) && dissect_step(d)) {
		bool address = (flags & 15) != 0;

		if (cursor_left(c) < (address ? 8 : 4)) {
			say_too_long(d, c);
			return;
		}
		if (address)
			say_ipv4(d, c, F(OPT_TIME_STAMP_ADDR));
		say_uint(d, c, F(OPT_TIME_STAMP), 4);
	}
}

static void say_quick_start(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(OPT_QS_FUNC), F(OPT_QS_RATE)};
	static const uint16_t nonce_bits[] = {F(OPT_QS_NONCE), F(OPT_QS_RESERVED)};
	uint32_t at = c->at;
	uint8_t first = cursor_u8(c);
	uint32_t nonce;

	say_bits(d, at, 1, first, bits, 2);
	say_uint(d, c, F(OPT_QS_TTL), 1);
	at = c->at;
	nonce = cursor_be32(c);
	say_bits(d, at, 4, nonce, nonce_bits, 2);
}

static void say_security(struct dissect *d, struct cursor *c)
{
	if (cursor_left(c) < 9)
		return;
	say_uint(d, c, F(OPT_SEC_RFC791_SEC), 2);
	say_uint(d, c, F(OPT_SEC_RFC791_COMP), 2);
	say_string(d, c, F(OPT_SEC_RFC791_HR), 2);
	say_string(d, c, F(OPT_SEC_RFC791_TCC), 3);
}

/* RFC 2113 s. 2.1; its line says what the number means. */
static void say_alert(struct dissect *d, struct cursor *c, uint32_t line)
{
	struct cursor look = *c;
	uint16_t number = cursor_be16(&look);
	const char *name = value_name(field_get(F(OPT_RA))->names, number);

	say_uint(d, c, F(OPT_RA), 2);
	if (line != TREE_NO_PARENT && cursor_ok(c))
		item_append(d->tree, &d->tree->items[line], ": %s (%u)", name ? name : "Reserved",
			    number);
}

/* line: the option's item. */
static void say_body(struct dissect *d, struct cursor *c, const struct option_row *row, uint8_t len,
		     uint32_t line)
{
	switch ((enum body)row->body) {
	case BODY_ROUTE:
	case BODY_RECORD:
		say_route(d, c, row->body == BODY_RECORD, len);
		break;
	case BODY_STAMP:
		say_stamps(d, c);
		break;
	case BODY_SID:
		say_uint(d, c, F(OPT_SID), 2);
		break;
	case BODY_MTU:
		say_uint(d, c, F(OPT_MTU), 2);
		break;
	case BODY_TRACEROUTE:
		say_uint(d, c, F(OPT_ID_NUMBER), 2);
		say_uint(d, c, F(OPT_OHC), 2);
		say_uint(d, c, F(OPT_RHC), 2);
		say_ipv4(d, c, F(OPT_ORIGINATOR));
		break;
	case BODY_ALERT:
		say_alert(d, c, line);
		break;
	case BODY_ADDRESSES:
		while (cursor_left(c) >= ADDRESS_LEN && cursor_ok(c) && dissect_step(d))
			say_ipv4(d, c, F(OPT_ADDR));
		break;
	case BODY_QUICK_START:
		say_quick_start(d, c);
		break;
	case BODY_SECURITY:
		say_security(d, c);
		break;
	case BODY_NONE:
	case BODY_OPAQUE:
		break;
	}
}

static void say_invalid(struct dissect *d, uint32_t at, uint32_t len, const char *text)
{
	d->item = say_line(d, at, len, "%s", text);
	say_expert(d, tree_index(d->tree, d->item), F(OPT_LEN_INVALID), EXPERT_WARN,
		   EXPERT_PROTOCOL, "%s", text);
}

/* One option; false when none can follow. */
static bool say_option(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint8_t type = cursor_u8(&look);
	const struct option_row *row = find(type);
	uint8_t len = 1;
	struct cursor part;
	uint32_t before, index;
	char name[32], line[128];

	snprintf(name, sizeof(name), "Unknown (0x%02x)", type);
	if (!row || row->max > 1) {
		if (cursor_left(&look) == 0) {
			snprintf(line, sizeof(line), "%s (length byte past end of options)",
				 row ? row->name : name);
			say_invalid(d, c->at, 1, line);
			return false;
		}
		len = cursor_u8(&look);
		if (len < 2 || len > cursor_left(c)) {
			snprintf(line, sizeof(line),
				 len < 2 ? "%s (with too-short option length = %u bytes)"
					 : "%s (option length = %u bytes says option goes past "
					   "end of options)",
				 row ? row->name : name, len);
			say_invalid(d, c->at, cursor_left(c), line);
			return false;
		}
	}
	part = cursor_take(c, len);
	if (!row) {
		d->item = say_line(d, part.at, len, "%s (%u bytes)", name, len);
		return true;
	}
	d->item = tree_uint(d->tree, row->id, part.at, len, 0);
	item_text(d->tree, d->item, row->max > 1 ? "IP Option - %s (%u bytes)" : "IP Option - %s",
		  row->name, len);
	index = tree_index(d->tree, d->item);
	before = say_open(d);
	say_type(d, &part);
	if (row->max > 1)
		say_uint(d, &part, F(OPT_LEN), 1);
	if (row->max > 1 && len >= row->min && len <= row->max)
		say_body(d, &part, row, len, index);
	say_close(d, before);
	return type != 0 && cursor_ok(&part);
}

/* ", Router Alert, Record Route": of one byte and of nobody have no place there. */
static void append_names(struct dissect *d, struct cursor *c)
{
	while (dissect_wants_text(d) && cursor_left(c) && dissect_step(d)) {
		uint8_t type = cursor_u8(c);
		const struct option_row *row = find(type);
		uint8_t len;

		if (!cursor_ok(c))
			return;
		if (type == OPTION_END)
			return;
		if (type == OPTION_NOP)
			continue;
		len = cursor_u8(c);
		if (!cursor_ok(c) || len < 2 || len - 2u > cursor_left(c))
			return;
		if (row)
			item_append(d->tree, d->item, ", %s", row->name);
		cursor_skip(c, len - 2u);
	}
}

void ipv4_say_options(struct dissect *d, struct cursor *c)
{
	uint32_t at = c->at;
	struct cursor names = *c;
	unsigned nops = 0;
	uint32_t before;

	if (!d->tree)
		return;
	d->item = say_line(d, at, cursor_held(c), "Options: (%u bytes)", cursor_left(c));
	append_names(d, &names);
	before = say_open(d);
	while (cursor_left(c) && dissect_step(d)) {
		nops = cursor_held(c) && c->base[c->at] == OPTION_NOP ? nops + 1 : 0;
		if (nops == NOP_MANY)
			say_expert(d, d->tree->parent, F(NOP), EXPERT_WARN, EXPERT_PROTOCOL, "%s",
				   field_get(F(NOP))->label);
		if (!say_option(d, c))
			break;
	}
	say_close(d, before);
}
