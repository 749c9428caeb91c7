// SPDX-License-Identifier: Apache-2.0
// Dissects the options of a TCP segment.
#include <inttypes.h>
#include <stdio.h>

#include "proto/tcp_fields.h"

#define WSCALE_MAX  14 /* RFC 7323 s. 2.3 */
#define EXP_ACCECN0 0xacc0
#define EXP_ACCECN1 0xacc1
#define NOPS_MANY   4
#define LIST_MAX    256 /* bytes of the names in the line of the options */

/* One segment's options on their way. */
struct options {
	const struct tcp_hdr *header;
	const struct tcp_view *view;
	bool has_mss;
	unsigned nops; /* in a row */
	uint32_t item; /* of this option */
};

typedef void option_fn(struct dissect *d, struct options *o, struct cursor *c);

/* The line of this option; NULL when nobody wants it. */
static struct item *line_of(struct dissect *d, const struct options *o)
{
	return o->item == TREE_NO_PARENT ? NULL : &d->tree->items[o->item];
}

static void say_mss(struct dissect *d, struct options *o, struct cursor *c)
{
	uint64_t mss;

	o->has_mss = true;
	if (!(o->header->flags & TCP_SYN))
		tcp_remark(d, o->item, F(MSS_PRESENT), EXPERT_WARN, EXPERT_PROTOCOL);
	say_uint(d, c, F(OPTION_KIND), 1);
	say_uint(d, c, F(OPTION_LEN), 1);
	mss = say_uint(d, c, F(MSS_VAL), 2);
	if (!cursor_ok(c))
		return;
	item_append(d->tree, line_of(d, o), ": %" PRIu64 " bytes", mss);
}

static void say_wscale(struct dissect *d, struct options *o, struct cursor *c)
{
	uint32_t at = c->at;
	uint64_t shift = say_uint(d, c, F(WSCALE_SHIFT), 1);
	unsigned used = shift < WSCALE_MAX ? (unsigned)shift : WSCALE_MAX;

	if (!cursor_ok(c))
		return;
	if (shift > WSCALE_MAX)
		tcp_remark(d, tree_index(d->tree, d->item), F(WSCALE_INVALID), EXPERT_WARN,
			   EXPERT_PROTOCOL);
	item_flag(tree_uint(d->tree, F(WSCALE_MULTIPLIER), at, 1, 1u << used), ITEM_GENERATED);
	item_append(d->tree, line_of(d, o), ": %" PRIu64 " (multiply by %u)", shift, 1u << used);
}

static void say_edge(struct dissect *d, uint16_t id, const char *name, uint32_t at, uint32_t edge,
		     unsigned flags)
{
	uint32_t len = flags & ITEM_GENERATED ? 0 : 4;
	struct item *item = item_flag(tree_uint(d->tree, id, len ? at : 0, len, edge), flags);

	item_text(d->tree, item, "%s = %" PRIu32 " (relative)", name, edge);
}

/* The range that was received twice is told first: RFC 2883 s. 4. */
static void say_duplicate(struct dissect *d, const uint32_t edges[static 4], unsigned count,
			  uint32_t ack)
{
	bool below = seq_lt(edges[0], ack);
	bool within = count > 1 && !seq_lt(edges[0], edges[2]) && !seq_lt(edges[3], edges[1]);
	struct item *item;

	if (!count || (!below && !within))
		return;
	say_edge(d, F(DSACK_LE), "D-SACK Left Edge", 0, edges[0], ITEM_GENERATED);
	say_edge(d, F(DSACK_RE), "D-SACK Right Edge", 0, edges[1], ITEM_GENERATED);
	item = say_line(d, 0, 0, "D-SACK Sequence");
	tcp_remark(d, tree_index(d->tree, item), F(DSACK), EXPERT_WARN, EXPERT_SEQUENCE);
}

static void say_sack(struct dissect *d, struct options *o, struct cursor *c)
{
	uint32_t base = o->view->ack_base;
	uint32_t edges[4] = {0};
	unsigned count = 0;

	while (cursor_left(c) >= 8 && dissect_step(d)) {
		uint32_t at = c->at;
		uint32_t left = cursor_be32(c) - base;
		uint32_t right = cursor_be32(c) - base;

		if (!cursor_ok(c))
			return;
		say_edge(d, F(SACK_LE), "left edge", at, left, 0);
		say_edge(d, F(SACK_RE), "right edge", at + 4, right, 0);
		item_append(d->tree, line_of(d, o), " %" PRIu32 "-%" PRIu32, left, right);
		if (count < 2) {
			edges[2 * count] = left;
			edges[2 * count + 1] = right;
		}
		count++;
	}
	if (cursor_left(c)) {
		struct item *item;

		if (cursor_left(c) >= 4) {
			uint32_t at = c->at;

			say_edge(d, F(SACK_LE), "left edge", at, cursor_be32(c) - base, 0);
		}
		item = say_line(d, c->at, 0, "suboption would go past end of option");
		tcp_remark(d, tree_index(d->tree, item), F(SUBOPTION_MALFORMED), EXPERT_ERROR,
			   EXPERT_MALFORMED);
	}
	item_flag(tree_uint(d->tree, F(SACK_COUNT), 0, 0, count), ITEM_GENERATED);
	say_duplicate(d, edges, count, o->header->ack - base);
}

static void say_timestamps(struct dissect *d, struct options *o, struct cursor *c)
{
	uint64_t value = say_uint(d, c, F(TSVAL), 4);
	uint64_t echo = say_uint(d, c, F(TSECR), 4);

	if (!cursor_ok(c))
		return;
	item_append(d->tree, line_of(d, o), ": TSval %" PRIu64 ", TSecr %" PRIu64, value, echo);
}

static void say_echo(struct dissect *d, struct options *o, struct cursor *c)
{
	uint64_t value = say_uint(d, c, F(ECHO), 4);

	if (!cursor_ok(c))
		return;
	item_append(d->tree, line_of(d, o), ": %" PRIu64, value);
}

static void say_cc(struct dissect *d, struct options *o, struct cursor *c)
{
	(void)o;
	say_uint(d, c, F(CC), 4);
}

static void say_md5(struct dissect *d, struct options *o, struct cursor *c)
{
	(void)o;
	say_bytes(d, c, F(MD5), cursor_left(c));
}

static void say_quick_start(struct dissect *d, struct options *o, struct cursor *c)
{
	(void)o;
	say_uint(d, c, F(QS_RATE), 1);
	say_uint(d, c, F(QS_TTL), 1);
}

static void say_user_timeout(struct dissect *d, struct options *o, struct cursor *c)
{
	static const uint16_t bits[] = {F(UTO_GRANULARITY), F(UTO_VAL)};
	uint32_t at = c->at;

	(void)o;
	say_bits(d, at, 2, cursor_be16(c), bits, 2);
}

static void say_ao(struct dissect *d, struct options *o, struct cursor *c)
{
	(void)o;
	say_uint(d, c, F(AO_KEY), 1);
	say_uint(d, c, F(AO_NEXT_KEY), 1);
	say_bytes(d, c, F(AO_MAC), cursor_left(c));
}

static void say_fast_open(struct dissect *d, struct options *o, struct cursor *c)
{
	if (!cursor_left(c)) {
		tree_uint(d->tree, F(TFO_REQUEST), c->at, 0, 0);
		return;
	}
	say_bytes(d, c, F(TFO_COOKIE), cursor_left(c));
	if (o->header->flags == TCP_SYN)
		tcp_remark(d, tree_index(d->tree, d->item), F(TFO_SYN), EXPERT_NOTE,
			   EXPERT_SEQUENCE);
}

/* RFC draft accurate-ecn s. 3.2.3: three counters, of which the last ones may be left out. */
static void say_counters(struct dissect *d, struct options *o, struct cursor *c, bool reversed)
{
	static const char *const names[] = {"EE0B", "ECEB", "EE1B"};
	static const uint16_t ids[] = {F(ECN_EE0B), F(ECN_ECEB), F(ECN_EE1B)};

	if (cursor_left(c))
		item_append(d->tree, line_of(d, o), " (Order %u)", reversed);
	for (unsigned i = 0; i < 3 && cursor_left(c) >= 3; i++) {
		unsigned which = reversed ? 2 - i : i;
		uint64_t count = say_uint(d, c, ids[which], 3);

		item_append(d->tree, line_of(d, o), "%s %s %" PRIu64, i ? "," : ":", names[which],
			    count);
	}
}

static void say_accurate_ecn(struct dissect *d, struct options *o, struct cursor *c)
{
	say_counters(d, o, c, c->base[c->at - 2] == TCP_OPTION_ACCECN1);
}

static void say_experiment(struct dissect *d, struct options *o, struct cursor *c)
{
	uint64_t id;
	const char *name;

	if (cursor_left(c) < 2) {
		say_expert(d, tree_index(d->tree, d->item), F(OPTION_INVALID), EXPERT_NOTE,
			   EXPERT_SEQUENCE, "option length %u smaller than 4", cursor_left(c) + 2);
		return;
	}
	id = say_uint(d, c, F(EXP_ID), 2);
	name = value_name(field_get(F(EXP_ID))->names, id);
	item_append(d->tree, line_of(d, o), ": %s", name ? name : "Unknown");
	if (id == TCP_EXPERIMENT_FASTOPEN)
		say_fast_open(d, o, c);
	else if (id == EXP_ACCECN0 || id == EXP_ACCECN1)
		say_counters(d, o, c, id == EXP_ACCECN1);
	else if (cursor_left(c))
		say_bytes(d, c, F(EXP_DATA), cursor_left(c));
}

static void say_multipath(struct dissect *d, struct options *o, struct cursor *c)
{
	uint64_t first;
	const char *name;

	first = say_uint(d, c, F(MPTCP_SUBTYPE), 1);
	name = value_name(field_get(F(MPTCP_SUBTYPE))->names, first >> 4);
	item_append(d->tree, line_of(d, o), ": %s", name ? name : "Unknown");
}

/* len: what the length byte must say; 0: any. */
static const struct {
	uint8_t kind;
	uint8_t len;
	const char *name; /* of its line */
	const char *list; /* in the line of all options; NULL: the same */
	option_fn *say;   /* what follows kind and length; NULL: nothing */
	uint16_t id;      /* all of it; 0: nobody's field */
} rows[] = {
	{TCP_OPTION_NOP, 0, "No-Operation (NOP)", NULL, NULL, F(OPTION_NOP)},
	{TCP_OPTION_MSS, 4, "Maximum segment size", NULL, say_mss, F(OPTION_MSS)},
	{TCP_OPTION_WSCALE, 3, "Window scale", NULL, say_wscale, F(OPTION_WSCALE)},
	{TCP_OPTION_SACK_OK, 2, "SACK permitted", NULL, NULL, F(OPTION_SACK_PERM)},
	{TCP_OPTION_SACK, 0, "SACK", NULL, say_sack, F(OPTION_SACK)},
	{TCP_OPTION_ECHO, 6, "Echo", NULL, say_echo, F(OPTION_ECHO)},
	{TCP_OPTION_ECHO_REPLY, 6, "Echo", "Echo reply", say_echo, F(OPTION_ECHO_REPLY)},
	{TCP_OPTION_TIMESTAMP, 10, "Timestamps", NULL, say_timestamps, F(OPTION_TIMESTAMP)},
	{TCP_OPTION_CC, 6, "CC", NULL, say_cc, F(OPTION_CC)},
	{TCP_OPTION_CC_NEW, 6, "CC", "CC.NEW", say_cc, F(OPTION_CC_NEW)},
	{TCP_OPTION_CC_ECHO, 6, "CC", "CC.ECHO", say_cc, F(OPTION_CC_ECHO)},
	{TCP_OPTION_MD5, 18, "TCP MD5 signature", NULL, say_md5, F(OPTION_MD5)},
	{TCP_OPTION_QUICK_START, 8, "Quick-Start", NULL, say_quick_start, F(OPTION_QS)},
	{TCP_OPTION_USER_TIMEOUT, 4, "User Timeout", NULL, say_user_timeout, F(OPTION_USER_TO)},
	{TCP_OPTION_AO, 0, "TCP AO", NULL, say_ao, F(OPTION_AO)},
	{TCP_OPTION_MULTIPATH, 0, "Multipath TCP", NULL, say_multipath, 0},
	{TCP_OPTION_FASTOPEN, 0, "TCP Fast Open", NULL, say_fast_open, F(OPTION_TFO)},
	{TCP_OPTION_ACCECN0, 0, "Accurate ECN", NULL, say_accurate_ecn, F(OPTION_ACC_ECN)},
	{TCP_OPTION_ACCECN1, 0, "Accurate ECN", NULL, say_accurate_ecn, F(OPTION_ACC_ECN)},
	{TCP_OPTION_EXPERIMENT1, 0, "Experimental", NULL, say_experiment, F(OPTION_EXPERIMENTAL)},
	{TCP_OPTION_EXPERIMENT2, 0, "Experimental", NULL, say_experiment, F(OPTION_EXPERIMENTAL)},
};

#define ROWS         (sizeof(rows) / sizeof(rows[0]))
#define ROWS_UNKNOWN ROWS

static size_t find_row(uint8_t kind)
{
	size_t i = 0;

	while (i < ROWS && rows[i].kind != kind)
		i++;
	return i;
}

static void say_unknown(struct dissect *d, struct cursor *c)
{
	if (cursor_left(c))
		say_bytes(d, c, F(UNKNOWN_PAYLOAD), cursor_left(c));
}

static void say_kind_and_len(struct dissect *d, struct cursor *c, const struct tcp_option *option)
{
	say_uint(d, c, F(OPTION_KIND), 1);
	if (option->kind > TCP_OPTION_NOP)
		say_uint(d, c, F(OPTION_LEN), 1);
}

/* The item of an option: its bytes under a name, or a line. */
static struct item *say_whole(struct dissect *d, const struct cursor *c, uint16_t id, uint32_t at,
			      uint32_t len)
{
	if (!id)
		return say_line(d, at, len, "TCP Option");
	return tree_view(d->tree, id, at, len, c->base + at, len);
}

/* One whole option; c is over its bytes. */
static void say_option(struct dissect *d, struct options *o, const struct tcp_option *option,
		       struct cursor *c)
{
	size_t row = find_row(option->kind);
	uint32_t len =
		c->captured - option->at < option->len ? c->captured - option->at : option->len;
	struct item *item =
		say_whole(d, c, row < ROWS ? rows[row].id : F(OPTION_UNKNOWN), option->at, len);
	uint32_t before;

	item_text(d->tree, item, "TCP Option - %s", row < ROWS ? rows[row].name : "Unknown");
	o->item = tree_index(d->tree, item);
	before = tree_open(d->tree, item);
	if (row < ROWS && rows[row].len && rows[row].len != option->len) {
		o->has_mss |= option->kind == TCP_OPTION_MSS;
		say_kind_and_len(d, c, option);
		say_expert(d, tree_index(d->tree, d->item), F(OPTION_INVALID), EXPERT_NOTE,
			   EXPERT_SEQUENCE, "option length should be %u", rows[row].len);
	} else if (option->kind == TCP_OPTION_MSS) {
		say_mss(d, o, c);
	} else {
		say_kind_and_len(d, c, option);
		if (row == ROWS_UNKNOWN)
			say_unknown(d, c);
		else if (rows[row].say)
			rows[row].say(d, o, c);
	}
	tree_close(d->tree, before);
}

/* An option whose length cannot be: the rest is not read. */
static void say_broken(struct dissect *d, const struct tcp_option *option)
{
	size_t row = find_row(option->kind);
	const char *name =
		row < ROWS ? (rows[row].list ? rows[row].list : rows[row].name) : "Unknown";
	char line[128];
	struct item *item;

	if (option->len < 2)
		snprintf(line, sizeof(line), "%s (with too-short option length = %u byte%s)", name,
			 option->len, option->len == 1 ? "" : "s");
	else
		snprintf(line, sizeof(line),
			 "%s (option length = %u bytes says option goes past end of options)", name,
			 option->len);
	item = say_line(d, option->at, 1, "%s", line);
	say_expert(d, tree_index(d->tree, item), F(OPTION_INVALID), EXPERT_NOTE, EXPERT_SEQUENCE,
		   "%s", line);
}

/* The bytes from the first end-of-list on. False: nothing more is to be read. */
static bool say_end(struct dissect *d, struct cursor *c)
{
	uint32_t before;
	struct item *item;

	d->item = say_whole(d, c, F(OPTION_EOL), c->at, 1);
	item_text(d->tree, d->item, "TCP Option - End of Option List (EOL)");
	before = say_open(d);
	say_uint(d, c, F(OPTION_KIND), 1);
	say_close(d, before);
	if (!cursor_held(c) || c->base[c->at] == TCP_OPTION_END)
		return true;
	item = say_line(d, c->at, cursor_left(c), "Non-zero header padding");
	tcp_remark(d, tree_index(d->tree, item), F(NONZERO_AFTER_END), EXPERT_ERROR,
		   EXPERT_PROTOCOL);
	return false;
}

static void list_option(struct dissect *d, uint32_t item, uint8_t kind)
{
	size_t row = find_row(kind);

	if (item == TREE_NO_PARENT)
		return;
	if (kind == TCP_OPTION_END)
		item_append(d->tree, &d->tree->items[item], ", End of Option List (EOL)");
	else if (row < ROWS)
		item_append(d->tree, &d->tree->items[item], ", %s",
			    rows[row].list ? rows[row].list : rows[row].name);
	else
		item_append(d->tree, &d->tree->items[item], ", Unknown (0x%02x)", kind);
}

static void count_nop(struct dissect *d, struct options *o, uint8_t kind, uint32_t options)
{
	if (kind != TCP_OPTION_NOP) {
		o->nops = 0;
		return;
	}
	if (++o->nops == NOPS_MANY)
		tcp_remark(d, options, F(NOPS), EXPERT_WARN, EXPERT_PROTOCOL);
}

/* All options of c; item: of the line that lists them. */
static void say_each(struct dissect *d, struct options *o, struct cursor *c, uint32_t item)
{
	while (cursor_held(c) && dissect_step(d)) {
		struct cursor one = *c;
		struct tcp_option option;
		bool whole;

		if (c->base[c->at] == TCP_OPTION_END) {
			list_option(d, item, TCP_OPTION_END);
			if (!say_end(d, c))
				return;
			continue;
		}
		if (!tcp_option_next(c, &option))
			return;
		if (option.malformed) {
			say_broken(d, &option);
			return;
		}
		if (!cursor_ok(c)) /* not even its length was captured */
			return;
		count_nop(d, o, option.kind, item);
		one.wire = option.at + option.len;
		whole = one.wire <= one.captured;
		if (whole)
			one.captured = one.wire;
		if (whole)
			list_option(d, item, option.kind);
		say_option(d, o, &option, &one);
	}
}

void tcp_say_options(struct dissect *d, const struct tcp_hdr *h, const struct tcp_view *view,
		     const struct cursor *frame)
{
	struct options o = {.header = h, .view = view};
	struct cursor c = *frame;
	uint32_t before, item;

	if (!h->options_len || !d->tree)
		return;
	c.at = h->options_at;
	c.wire = h->options_at + h->options_len;
	if (c.captured > c.wire)
		c.captured = c.wire;
	if (!cursor_held(&c))
		return;
	d->item = tree_bytes(d->tree, F(OPTIONS), h->options_at, cursor_held(&c),
			     c.base + h->options_at, cursor_held(&c));
	item_text(d->tree, d->item, "Options: (%u bytes)", h->options_len);
	item = tree_index(d->tree, d->item);
	before = say_open(d);
	say_each(d, &o, &c, item);
	if (h->flags & TCP_SYN && !o.has_mss && c.captured == c.wire)
		tcp_remark(d, item, F(MSS_ABSENT), EXPERT_NOTE, EXPERT_PROTOCOL);
	say_close(d, before);
}
