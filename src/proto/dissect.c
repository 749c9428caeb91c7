// SPDX-License-Identifier: Apache-2.0
// The driver of all dissectors: layers, what is pending, budgets, marks. See the header.
#include "proto/dissect.h"

#include <stdio.h>
#include <string.h>

#include "proto/encap.h"
#include "proto/frame.h"
#include "proto/llc.h"
#include "proto/names.h"
#include "proto/ws.h"

#define PORTS_LEN 4

static void set_numbers(uint8_t *table, const struct numbers *numbers, uint8_t protocol)
{
	for (size_t i = 0; i < numbers->count; i++)
		table[numbers->items[i]] = protocol;
}

/* Wireshark asks those who guess from the last name to the first. */
static void add_guess(uint8_t table[static DISPATCH_GUESS_MAX], uint8_t protocol)
{
	for (unsigned i = 0; i + 1 < DISPATCH_GUESS_MAX && protocol; i++) {
		uint8_t there = table[i];

		if (!there ||
		    strcmp(protocol_get(protocol)->filter, protocol_get(there)->filter) > 0) {
			table[i] = protocol;
			protocol = there;
		}
	}
}

void dispatch_init(struct dispatch *ret_dispatch)
{
	memset(ret_dispatch, 0, sizeof(*ret_dispatch));
	for (unsigned id = 0; id < PROTOCOL_COUNT; id++) {
		const struct protocol *p = protocol_get(id);

		if (!p->dissector)
			continue;
		set_numbers(ret_dispatch->ether, &p->ether_types, (uint8_t)id);
		set_numbers(ret_dispatch->ip, &p->ip_numbers, (uint8_t)id);
		set_numbers(ret_dispatch->tcp, &p->tcp_ports, (uint8_t)id);
		set_numbers(ret_dispatch->udp, &p->udp_ports, (uint8_t)id);
		set_numbers(ret_dispatch->llc, &p->llc_saps, (uint8_t)id);
		if (p->guess & GUESS_TCP)
			add_guess(ret_dispatch->tcp_guess, (uint8_t)id);
		if (p->guess & GUESS_UDP)
			add_guess(ret_dispatch->udp_guess, (uint8_t)id);
	}
}

static struct dissect_pending *push(struct dissect *d, const struct cursor *c)
{
	struct dissect_pending *p;

	if (d->pending_count == DISSECT_PENDING_MAX) {
		d->exhausted = true;
		return NULL;
	}
	p = &d->pending[d->pending_count++];
	*p = (struct dissect_pending) {
		.protocol = PROTOCOL_DATA,
		.above = d->layer,
		.source = d->source,
		.parent = TREE_NO_PARENT,
		.cursor = *c,
	};
	/* A layer is reached only when the one before was sound: its own errors are its own. */
	p->cursor.status = CURSOR_OK;
	return p;
}

/* What is only known by name is shown as Data. */
static void set_protocol(struct dissect_pending *p, enum protocol_id protocol)
{
	if (protocol_get(protocol)->dissector)
		p->protocol = (uint8_t)protocol;
}

/* Bytes that the capture cut off altogether are not even Data. */
static bool is_there(enum protocol_id protocol, const struct cursor *c)
{
	return cursor_ok(c) && (protocol != PROTOCOL_DATA || !cursor_left(c) || cursor_held(c));
}

void dissect_next(struct dissect *d, enum protocol_id protocol, const struct cursor *c)
{
	struct dissect_pending *p = is_there(protocol, c) ? push(d, c) : NULL;

	if (p)
		set_protocol(p, protocol);
}

void dissect_next_below(struct dissect *d, enum protocol_id protocol, const struct cursor *c)
{
	struct dissect_pending *p = is_there(protocol, c) ? push(d, c) : NULL;

	if (!p)
		return;
	set_protocol(p, protocol);
	p->parent = d->tree ? d->tree->parent : TREE_NO_PARENT;
}

void dissect_next_source(struct dissect *d, enum protocol_id protocol, const struct cursor *c,
			 uint8_t source)
{
	struct dissect_pending *p = cursor_ok(c) ? push(d, c) : NULL;

	if (!p)
		return;
	set_protocol(p, protocol);
	p->source = source;
}

void dissect_after(struct dissect *d, dissect_fn *fn, const struct cursor *c)
{
	struct dissect_pending *p = push(d, c);

	if (p)
		p->after = fn;
}

void dissect_data(struct dissect *d, const struct cursor *c)
{
	if (cursor_left(c))
		dissect_next(d, PROTOCOL_DATA, c);
}

void dissect_data_below(struct dissect *d, const struct cursor *c)
{
	if (cursor_left(c))
		dissect_next_below(d, PROTOCOL_DATA, c);
}

static void next_or_data(struct dissect *d, uint8_t protocol, const struct cursor *c)
{
	if (protocol)
		dissect_next(d, protocol, c);
	else
		dissect_data(d, c);
}

void dissect_trail_add(struct dissect *d, enum protocol_id protocol)
{
	if (d->trail_count < sizeof(d->trail))
		d->trail[d->trail_count++] = (uint8_t)protocol;
}

/* The columns of an EtherType that nobody reads: "0x9000", "Loopback". */
static void name_ether_type(struct dissect *d, uint16_t type)
{
	const char *name = value_name(ether_type_names, type);

	if (d->depth)
		return;
	snprintf(d->protocol_text, sizeof(d->protocol_text), "0x%04x", type);
	d->protocol = d->protocol_text;
	if (name)
		info_set(d, "%s", name);
}

void dissect_ether_type(struct dissect *d, uint16_t type, const struct cursor *c)
{
	d->kept.ether_type = type;
	dissect_trail_add(d, PROTOCOL_ETHERTYPE);
	if (!d->dispatch->ether[type])
		name_ether_type(d, type);
	next_or_data(d, d->dispatch->ether[type], c);
}

enum protocol_id dissect_below(const struct dissect *d)
{
	uint8_t above = d->layer < d->layer_count ? d->layers[d->layer].above : DISSECT_NO_LAYER;

	return above < d->layer_count ? d->layers[above].protocol : PROTOCOL_FRAME;
}

void dissect_unsay(struct dissect *d)
{
	struct dissect_layer *layer = &d->layers[d->layer];

	if (layer->item != TREE_NO_PARENT)
		d->tree->count = layer->item;
	layer->item = TREE_NO_PARENT;
	d->item = NULL;
}

void dissect_nameless(struct dissect *d)
{
	dissect_unsay(d);
	if (!d->depth)
		d->protocol = d->protocol_below;
}

void dissect_reject(struct dissect *d, const struct cursor *c)
{
	enum protocol_id below = dissect_below(d);
	const char *name = value_name(ip_number_names, d->kept.ip_protocol);

	if (d->trail_count)
		d->trail_count--;
	if (below == PROTOCOL_IPV4)
		info_set(d, "%s (%u)", name ? name : "Unknown", d->kept.ip_protocol);
	else if (below == PROTOCOL_IPV6)
		info_set(d, "Unknown IP Protocol: %s (%u)", name ? name : "Unknown",
			 d->kept.ip_protocol);
	else if (d->trail_count && d->trail[d->trail_count - 1] == PROTOCOL_ETHERTYPE)
		name_ether_type(d, d->kept.ether_type);
	if (below != PROTOCOL_FRAME)
		dissect_data(d, c);
}

void dissect_snap(struct dissect *d, uint32_t oui, uint16_t pid, const struct cursor *c)
{
	uint8_t protocol = 0;

	if (oui == LLC_OUI_ETHER || oui == LLC_OUI_BRIDGED) {
		d->kept.ether_type = pid;
		protocol = d->dispatch->ether[pid];
	}
	for (unsigned id = 1; id < PROTOCOL_COUNT && !protocol; id++) {
		const struct protocol *p = protocol_get(id);

		for (unsigned i = 0; i < p->snaps.count; i++)
			if (p->snaps.items[i].oui == oui && p->snaps.items[i].pid == pid)
				protocol = (uint8_t)id;
	}
	next_or_data(d, protocol, c);
}

void dissect_ip_protocol(struct dissect *d, uint8_t number, const struct cursor *c)
{
	uint8_t protocol = d->dispatch->ip[number];
	bool has_ports = protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP;

	d->kept.ip_protocol = number;
	/* Of a packet that is quoted so short that its ports are missing, nothing is read. */
	if (!d->depth || !has_ports || cursor_left(c) >= PORTS_LEN)
		next_or_data(d, protocol, c);
}

static bool accepts(const struct dissect *d, uint8_t protocol, const struct cursor *c, bool by_port)
{
	const struct dissector *dissector = protocol_get(protocol)->dissector;

	return protocol && (!dissector->accepts || dissector->accepts(d, c, by_port));
}

/* Wireshark asks for the lower port first, then the other, then those who guess. */
static void by_port(struct dissect *d, const uint8_t *table, const uint8_t *guess,
		    const struct cursor *c)
{
	bool source_lower = d->kept.source_port <= d->kept.destination_port;
	uint16_t low = source_lower ? d->kept.source_port : d->kept.destination_port;
	uint16_t high = source_lower ? d->kept.destination_port : d->kept.source_port;

	uint8_t protocol = 0;

	if (!cursor_left(c))
		return;
	if (accepts(d, table[low], c, true))
		protocol = table[low];
	else if (accepts(d, table[high], c, true))
		protocol = table[high];
	while (!protocol && *guess) {
		if (accepts(d, *guess, c, false))
			protocol = *guess;
		guess++;
	}
	next_or_data(d, protocol, c);
}

void dissect_tcp_port(struct dissect *d, const struct cursor *c)
{
	by_port(d, d->dispatch->tcp, d->dispatch->tcp_guess, c);
}

void dissect_udp_port(struct dissect *d, const struct cursor *c)
{
	by_port(d, d->dispatch->udp, d->dispatch->udp_guess, c);
}

void dissect_ends(struct dissect *d, uint32_t at)
{
	if (d->layer < d->layer_count)
		d->layers[d->layer].end = at;
}

uint32_t dissect_payload_end(const struct dissect *d, const struct cursor *c)
{
	for (unsigned i = d->layer + 1u; i < d->layer_count; i++) {
		const struct dissect_layer *layer = &d->layers[i];

		if (layer->above == d->layer && layer->end && layer->end < c->wire)
			return layer->end;
	}
	return c->wire;
}

struct cursor dissect_add_source(struct dissect *d, const char *title, const uint8_t *bytes,
				 uint32_t len, uint8_t *ret_source)
{
	if (!title || d->source_count == DISSECT_SOURCES_MAX) {
		d->exhausted = title != NULL;
		*ret_source = 0;
		return cursor_init(bytes, 0, 0);
	}
	*ret_source = (uint8_t)d->source_count;
	d->sources[d->source_count++] = (struct dissect_source) {title, bytes, len};
	return cursor_init(bytes, len, len);
}

uint8_t dissect_use_source(struct dissect *d, uint8_t source)
{
	uint8_t before = d->source;

	d->source = source;
	if (d->tree) {
		d->tree->source = source;
		d->tree->held = d->sources[source].len;
	}
	return before;
}

const char *dissect_trail(const struct dissect *d, char out[static DISSECT_TRAIL_TEXT_MAX])
{
	size_t len = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < d->trail_count; i++) {
		const char *word = protocol_get(d->trail[i])->filter;
		size_t word_len = strlen(word);

		if (len + word_len + 2 > DISSECT_TRAIL_TEXT_MAX)
			break;
		if (len)
			out[len++] = ':';
		memcpy(out + len, word, word_len + 1);
		len += word_len;
	}
	return out;
}

/* ---- The driver ---- */

static void aim_tree(struct dissect *d, uint8_t source, uint32_t parent, uint8_t protocol)
{
	d->source = source;
	if (!d->tree)
		return;
	d->tree->source = source;
	d->tree->held = d->sources[source].len;
	d->tree->parent = parent;
	d->tree->layer = d->met[protocol];
}

/* What this layer named is read in the order named, after which comes what was pending before. */
static void reverse_pending(struct dissect *d, uint32_t from)
{
	uint32_t to = d->pending_count;

	while (from + 1 < to) {
		struct dissect_pending swap = d->pending[--to];

		d->pending[to] = d->pending[from];
		d->pending[from++] = swap;
	}
}

/* How it is said that a header could not be read. */
struct failure {
	const char *info;
	const char *line, *line_end;
	uint16_t id;
	uint16_t expert; /* 0: none */
	enum expert_severity severity;
	enum expert_group group;
};

static const struct failure failures[] = {
	{"[Packet size limited during capture]", "Packet size limited during capture", " truncated",
	 WS_SHORT},
	{"[Malformed Packet]", "Malformed Packet", "", WS_MALFORMED, WS_MALFORMED_EXPERT,
	 EXPERT_ERROR, EXPERT_MALFORMED},
	{"[BoundErrorUnreassembled Packet]", "BoundError Unreassembled Packet", "",
	 WS_UNREASSEMBLED, WS_UNREASSEMBLED_EXPERT, EXPERT_NOTE, EXPERT_REASSEMBLE},
};

/* What ends too early is malformed, unless the rest is in other fragments. */
static const struct failure *failure_of(const struct dissect *d, enum cursor_status status)
{
	if (status == CURSOR_TRUNCATED)
		return &failures[0];
	return &failures[d->kept.fragment ? 2 : 1];
}

void dissect_say_error(struct dissect *d, enum cursor_status status, uint8_t protocol,
		       const char *name)
{
	const struct failure *f = failure_of(d, status);
	struct tree *t = d->tree;

	d->quote_cut |= status == CURSOR_TRUNCATED && d->depth;
	info_add(d, "%s", f->info);
	if (!t)
		return;
	aim_tree(d, 0, TREE_NO_PARENT, PROTOCOL_WS);
	/* Its value is whose header failed. */
	d->item = tree_uint(t, FIELD_ID(PROTOCOL_WS, f->id), 0, 0, protocol);
	item_text(t, d->item, "[%s: %s%s]", f->line, name, f->line_end);
	if (f->expert)
		say_expert(d, tree_index(t, d->item), FIELD_ID(PROTOCOL_WS, f->expert), f->severity,
			   f->group, "%s", field_get(FIELD_ID(PROTOCOL_WS, f->expert))->label);
}

static void mark_error(struct dissect *d, enum cursor_status status, uint8_t protocol)
{
	const struct protocol *p = protocol_get(protocol);

	dissect_say_error(d, status, protocol, p->brief ? p->brief : p->name);
}

/* What a quoted TCP or UDP carries stands at the top again, as in Wireshark. */
static uint32_t top_for(const struct dissect *d, const struct dissect_pending *p)
{
	uint8_t above = p->above < d->layer_count ? d->layers[p->above].protocol : PROTOCOL_FRAME;

	return above == PROTOCOL_TCP || above == PROTOCOL_UDP ? TREE_NO_PARENT : d->top;
}

/* What IPX carries is part of it in frame.protocols. */
static bool in_trail(const struct dissect *d, const struct dissect_pending *p)
{
	if (p->above < d->layer_count && d->layers[p->above].protocol == PROTOCOL_IPX)
		return false;
	return p->protocol != PROTOCOL_FRAME && p->protocol != PROTOCOL_COMMENT;
}

static void begin_layer(struct dissect *d, const struct dissect_pending *p)
{
	struct dissect_layer *layer = &d->layers[d->layer_count];
	const struct item *item;

	d->layer = d->layer_count++;
	*layer = (struct dissect_layer) {
		.protocol = p->protocol,
		.above = p->above,
		.source = p->source,
		.depth = d->depth,
		.item = TREE_NO_PARENT,
		.at = p->cursor.at,
	};
	d->protocol_below = d->protocol;
	if (protocol_get(p->protocol)->name && !d->depth)
		d->protocol = protocol_get(p->protocol)->name;
	if (in_trail(d, p))
		dissect_trail_add(d, p->protocol);
	d->source = p->source;
	if (!d->tree)
		return;
	aim_tree(d, p->source, p->parent == TREE_NO_PARENT ? top_for(d, p) : p->parent,
		 p->protocol);
	item = tree_uint(d->tree, FIELD_ID(p->protocol, 0), p->cursor.at, 0, 0);
	layer->item = tree_index(d->tree, item);
	tree_open(d->tree, item);
}

static void end_layer(struct dissect *d, struct dissect_layer *layer, const struct cursor *c,
		      uint32_t mark)
{
	uint32_t end = cursor_ok(c) ? c->at : c->wire;

	if (end > c->captured)
		end = c->captured;
	if (end > layer->at && layer->item != TREE_NO_PARENT && !d->tree->items[layer->item].len)
		tree_set_len(d->tree, layer->item, end - layer->at);
	if (!cursor_ok(c)) {
		d->pending_count = mark;
		if (!d->kept.fragment || !d->depth || c->status == CURSOR_TRUNCATED)
			mark_error(d, c->status, layer->protocol);
		d->failed = true;
	}
	reverse_pending(d, mark);
	d->met[layer->protocol]++;
}

static void run_layer(struct dissect *d, const struct dissect_pending *p)
{
	struct cursor c = p->cursor;
	uint32_t mark = d->pending_count;

	if (d->layer_count == DISSECT_LAYERS_MAX || !dissect_step(d)) {
		d->exhausted = true;
		return;
	}
	begin_layer(d, p);
	protocol_get(p->protocol)->dissector->run(d, &c);
	end_layer(d, &d->layers[d->layer], &c, mark);
}

static void run_after(struct dissect *d, const struct dissect_pending *p)
{
	struct cursor c = p->cursor;
	uint32_t mark = d->pending_count;
	const struct dissect_layer *layer = &d->layers[p->above];

	d->layer = p->above;
	aim_tree(d, p->source, layer->item, layer->protocol);
	p->after(d, &c);
	if (!cursor_ok(&c)) {
		d->pending_count = mark;
		mark_error(d, c.status, layer->protocol);
	}
	reverse_pending(d, mark);
}

/* Until nothing is pending but what was when it began. */
static void run_pending(struct dissect *d, uint32_t base)
{
	while (d->pending_count > base) {
		struct dissect_pending p = d->pending[--d->pending_count];

		if (p.after)
			run_after(d, &p);
		else
			run_layer(d, &p);
	}
}

void dissect_pending_now(struct dissect *d, uint32_t pending_count)
{
	uint8_t layer = d->layer;
	uint8_t source = d->source;
	uint32_t parent = d->tree ? d->tree->parent : TREE_NO_PARENT;

	reverse_pending(d, pending_count);
	run_pending(d, pending_count);
	d->layer = layer;
	aim_tree(d, source, parent, d->layers[layer].protocol);
}

void dissect_mark(const struct dissect *d, struct dissect_mark *ret_mark)
{
	*ret_mark = (struct dissect_mark) {
		.items = d->tree ? d->tree->count : 0,
		.sources = d->source_count,
		.protocol = d->protocol,
		.failed = d->failed,
		.layer_count = d->layer_count,
		.trail_count = d->trail_count,
	};
	memcpy(ret_mark->met, d->met, sizeof(d->met));
}

void dissect_back(struct dissect *d, const struct dissect_mark *mark)
{
	if (d->tree)
		d->tree->count = mark->items;
	d->item = NULL;
	d->source_count = mark->sources;
	d->protocol = mark->protocol;
	d->failed = mark->failed;
	d->layer_count = mark->layer_count;
	d->trail_count = mark->trail_count;
	memcpy(d->met, mark->met, sizeof(d->met));
}

bool dissect_inside(struct dissect *d, enum protocol_id protocol, const struct cursor *c)
{
	struct dissect_kept kept = d->kept;
	struct buf *info = d->info;
	uint32_t base = d->pending_count;
	uint32_t parent = d->tree ? d->tree->parent : TREE_NO_PARENT;
	uint32_t top = d->top;
	uint8_t layer = d->layer;
	bool failed = d->failed;
	bool whole;

	if (d->depth == DISSECT_DEPTH_MAX || !cursor_left(c)) {
		d->exhausted |= d->depth == DISSECT_DEPTH_MAX;
		return false;
	}
	d->depth++;
	d->info = NULL;
	d->top = parent;
	d->failed = false;
	dissect_next(d, protocol, c);
	run_pending(d, base);
	whole = !d->failed;
	d->depth--;
	d->info = info;
	d->top = top;
	d->failed = failed;
	d->kept = kept;
	d->layer = layer;
	if (!d->depth && d->quote_cut)
		info_add(d, "[Packet size limited during capture]");
	d->quote_cut &= d->depth > 0;
	aim_tree(d, d->layers[layer].source, parent, d->layers[layer].protocol);
	return whole;
}

void dissect_run(struct dissect *d, enum protocol_id first, const uint8_t *bytes)
{
	struct cursor c = cursor_init(bytes, d->frame->captured_len, d->frame->wire_len);

	d->protocol = "";
	d->kept = (struct dissect_kept) {0};
	d->depth = 0;
	d->item = NULL;
	d->layer_count = 0;
	d->layer = DISSECT_NO_LAYER;
	memset(d->met, 0, sizeof(d->met));
	d->pending_count = 0;
	d->source = 0;
	d->sources[0] = (struct dissect_source) {"Frame", bytes, d->frame->captured_len};
	d->source_count = 1;
	d->info_fence = 0;
	d->steps = DISSECT_STEPS_MAX;
	d->exhausted = false;
	d->failed = false;
	d->quote_cut = false;
	d->segment = (struct dissect_segment) {0};
	d->trail_count = 0;
	d->top = TREE_NO_PARENT;
	d->first = (uint8_t)first;
	if (d->tree)
		tree_clear(d->tree);
	if (d->frame->comment_count)
		dissect_next(d, PROTOCOL_COMMENT, &c);
	run_pending(d, 0);
	if (first == PROTOCOL_DATA) {
		d->protocol = "UNKNOWN";
		info_set(d, "WTAP_ENCAP = %d", encap_of_link(d->frame->link));
	}
	dissect_next(d, PROTOCOL_FRAME, &c);
	run_pending(d, 0);
	if (d->tree && (d->exhausted || d->tree->full)) {
		aim_tree(d, 0, TREE_NO_PARENT, PROTOCOL_WS);
		say_line(d, 0, 0, "[Too much in one frame: the rest is not shown]");
	}
}
