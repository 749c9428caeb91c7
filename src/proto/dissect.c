// SPDX-License-Identifier: Apache-2.0
// The driver of all dissectors: one layer after another, budgets, errors, marks. See the header.
#include "proto/dissect.h"

#include <string.h>

#include "proto/encap.h"
#include "proto/frame.h"
#include "proto/ws.h"

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
		d->tree->last = true;
		say_line(d, 0, 0, "[Too much in one frame: the rest is not shown]");
	}
}
