// SPDX-License-Identifier: Apache-2.0
// What a dissector leaves to others: payloads that wait for theirs, and the bytes they lie in.
#include "proto/dissect.h"

#include <string.h>

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

void dissect_trail_add(struct dissect *d, enum protocol_id protocol)
{
	if (d->trail_count < sizeof(d->trail))
		d->trail[d->trail_count++] = (uint8_t)protocol;
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
