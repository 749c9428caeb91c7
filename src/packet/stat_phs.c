// SPDX-License-Identifier: Apache-2.0
// The protocol hierarchy. See the header.
#include "packet/stat_phs.h"

#include <stdlib.h>

#include "proto/tcp_fields.h"

#define ROOM_FIRST 64u

static struct stat_phs_node *add_node(struct stat_phs *p, uint16_t field, uint32_t parent,
				      uint16_t depth)
{
	if (p->count == p->room) {
		uint32_t room = p->room ? p->room * 2 : ROOM_FIRST;
		struct stat_phs_node *nodes;

		if (p->count >= STAT_PHS_NODES_MAX)
			return NULL;
		nodes = realloc(p->nodes, room * sizeof(*nodes));
		if (!nodes)
			return NULL;
		p->nodes = nodes;
		p->room = room;
	}
	p->nodes[p->count] = (struct stat_phs_node) {
		.field = field,
		.depth = depth,
		.parent = parent,
		.child = STAT_PHS_NONE,
		.next = STAT_PHS_NONE,
	};
	return &p->nodes[p->count++];
}

/* The child of a node for this field, a new one when there is none; STAT_PHS_NONE without room. */
static uint32_t child_of(struct stat_phs *p, uint32_t parent, uint16_t field)
{
	uint32_t last = STAT_PHS_NONE;
	uint32_t at = p->nodes[parent].child;

	for (; at != STAT_PHS_NONE; at = p->nodes[at].next) {
		if (p->nodes[at].field == field)
			return at;
		last = at;
	}
	at = p->count;
	if (!add_node(p, field, parent, (uint16_t)(p->nodes[parent].depth + 1)))
		return STAT_PHS_NONE;
	if (last == STAT_PHS_NONE)
		p->nodes[parent].child = at;
	else
		p->nodes[last].next = at;
	return at;
}

/* One step down the path; false when it ends here for want of room. */
static bool step(struct stat_phs *p, uint32_t *at, uint16_t field, uint32_t len)
{
	*at = child_of(p, *at, field);
	if (*at == STAT_PHS_NONE) {
		p->left_out++;
		return false;
	}
	p->nodes[*at].frames++;
	p->nodes[*at].bytes += len;
	return true;
}

/*
 * What stands at the top of a frame's tree. As in Wireshark, the segments that a message was put
 * together from stand behind what it holds, before what follows it in the segment.
 */
static void feed_tree(struct stat_phs *p, const struct tree *t, uint32_t len)
{
	uint32_t at = 0;
	uint16_t behind = 0;             /* to come behind the message, */
	uint8_t segment = 0, source = 0; /* whose last segment's bytes these are */

	for (uint32_t i = 0; i < t->count; i++) {
		const struct item *item = &t->items[i];

		if (item->parent != TREE_NO_PARENT || item->id == FIELD_ID(PROTOCOL_FRAME, 0) ||
		    !stat_phs_wants(item->id))
			continue;
		if (behind && item->source == segment) {
			if (!step(p, &at, behind, len))
				return;
			behind = 0;
		}
		if (item->id == FIELD_ID(PROTOCOL_TCP, TCP_F_SEGMENTS)) {
			behind = item->id;
			segment = source;
			continue;
		}
		if (!step(p, &at, item->id, len))
			return;
		source = item->source;
	}
	if (behind)
		step(p, &at, behind, len);
}

void stat_phs_settle(struct stat_phs *p)
{
	for (unsigned i = 0; p->same_frames && i < p->last_count; i++) {
		p->nodes[p->path[i]].frames += p->same_frames;
		p->nodes[p->path[i]].bytes += p->same_bytes;
	}
	p->same_frames = p->same_bytes = 0;
}

/* Whether the last plain frame's path was this one. */
static inline bool same_trail(const struct stat_phs *p, uint64_t trail, uint8_t count)
{
	return p->last_count == count && p->last == trail;
}

/* A path of plain protocols, by the nodes of the last one when it is the same. */
static void feed_trail(struct stat_phs *p, uint64_t trail, uint8_t count, uint32_t len)
{
	uint32_t at = 0;

	if (same_trail(p, trail, count)) {
		p->same_frames++;
		p->same_bytes += len;
		return;
	}
	stat_phs_settle(p);
	p->last_count = 0;
	for (unsigned i = 0; i < count; i++) {
		if (!step(p, &at, FIELD_ID(trail >> 8 * i & 0xff, 0), len))
			return;
		p->path[i] = at;
	}
	p->last = trail;
	p->last_count = count;
}

/* Whether there is a node for the others to stand under. */
static bool has_root(struct stat_phs *p)
{
	return p->count || add_node(p, 0, STAT_PHS_NONE, 0);
}

void stat_phs_feed(struct stat_phs *p, const struct stat_frame *f)
{
	uint32_t len = f->frame->wire_len;

	if (!has_root(p)) {
		p->left_out++;
		return;
	}
	if (!f->plain) {
		if (f->dissect && f->dissect->tree)
			feed_tree(p, f->dissect->tree, len);
		return;
	}
	feed_trail(p, f->trail, f->trail_count, len);
}

void stat_phs_bares(struct stat_phs *p, const struct stat_bares *b)
{
	if (!has_root(p)) {
		p->left_out += b->count;
		return;
	}
	for (unsigned i = 0; i < b->count; i++) {
		if (!same_trail(p, STAT_BARE_TRAIL, STAT_BARE_LAYERS)) {
			feed_trail(p, STAT_BARE_TRAIL, STAT_BARE_LAYERS, b->frames[i].wire_len);
			continue;
		}
		p->same_frames++;
		p->same_bytes += b->frames[i].wire_len;
	}
}

uint32_t stat_phs_next(const struct stat_phs *p, uint32_t at)
{
	if (at >= p->count)
		return STAT_PHS_NONE;
	if (p->nodes[at].child != STAT_PHS_NONE)
		return p->nodes[at].child;
	while (at != STAT_PHS_NONE && p->nodes[at].next == STAT_PHS_NONE)
		at = p->nodes[at].parent;
	return at == STAT_PHS_NONE ? STAT_PHS_NONE : p->nodes[at].next;
}

void stat_phs_done(struct stat_phs *p)
{
	free(p->nodes);
	*p = (struct stat_phs) {0};
}

bool stat_phs_wants(uint16_t field)
{
	const struct field *f = field_get(field);

	return f && (f->type == FIELD_PROTOCOL || f->type == FIELD_NONE);
}

const char *stat_phs_name(const struct stat_phs_node *node)
{
	const struct field *f = field_get(node->field);

	return f && f->name[0] ? f->name : "text";
}
