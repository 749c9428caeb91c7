// SPDX-License-Identifier: Apache-2.0
// Bodies of HTTP messages: chunks taken apart and joined, and what the columns say of their types.
#include "proto/http_parts.h"

/*
 * What Wireshark hands to readers of their own; all other types stand in brackets behind the line.
 */
static const struct {
	const char *type;
	const char *protocol; /* of the column */
	const char *info;     /* NULL: nothing */
} types[] = {
	{"application/octet-stream", NULL, NULL},
	{"application/json", "HTTP/JSON", ", JavaScript Object Notation (application/json)"},
	{"application/xml", "HTTP/XML", NULL},
	{"application/soap+xml", "HTTP/XML", NULL},
	{"text/xml", "HTTP/XML", NULL},
	{"application/grpc", NULL, NULL},
	{"multipart/form-data", NULL, NULL},
};

static void say_type(struct dissect *d, const struct text *type)
{
	if (!type->len)
		return;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!text_is_nocase(type, types[i].type))
			continue;
		if (types[i].protocol && !d->depth)
			d->protocol = types[i].protocol;
		if (types[i].info)
			info_add(d, "%s", types[i].info);
		return;
	}
	info_add(d, " (");
	info_add_text(d, type);
	info_add(d, ")");
}

/* One chunk, or the last one, with the line of its size. False when it is none. */
static bool say_chunk(struct dissect *d, struct cursor *c, uint32_t *ret_size)
{
	struct cursor look = *c;
	uint32_t size, at = c->at, before;
	struct text line, whole;
	struct item *item;

	if (!line_read(d, &look, &line, &whole) || !http_chunk_size(&line, &size) ||
	    size > HTTP_JOINED_MAX || cursor_held(&look) < (size ? size + HTTP_CHUNK_END_LEN : 0))
		return false;
	item = say_line(d, at, whole.len + (size ? size + HTTP_CHUNK_END_LEN : 0),
			size ? "Data chunk (%u octets)" : "End of chunked encoding", size);
	before = tree_open(d->tree, item);
	d->item = tree_uint(d->tree, F(CHUNK_SIZE), at, whole.len, size);
	item_text(d->tree, d->item, "Chunk size: %u octets", size);
	*c = look;
	if (size) {
		say_bytes(d, c, F(CHUNK_DATA), size);
		say_bytes(d, c, F(CHUNK_BOUNDARY), HTTP_CHUNK_END_LEN);
	}
	tree_close(d->tree, before);
	*ret_size = size;
	return true;
}

/* Headers behind the last chunk, RFC 9112 s. 7.1.2. */
static void say_trailer(struct dissect *d, struct cursor *c)
{
	char shown[LINE_SHOWN_MAX];
	struct text line, whole;

	while (line_read(d, c, &line, &whole)) {
		if (!line.len) {
			say_line(d, whole.at, whole.len, "%s", text_shown(&whole, shown));
			return;
		}
		say_text(d, F(TRAILER_PART), &whole);
		item_text(d->tree, d->item, "trailer-part: %s", text_shown(&whole, shown));
	}
}

/* Says the chunks of c and what they hold as one, which lives in d->joined. */
static struct cursor join_chunks(struct dissect *d, struct cursor c, uint8_t *ret_source)
{
	uint32_t before = d->tree ? d->tree->parent : TREE_NO_PARENT;
	size_t from = d->joined->len;
	uint32_t size = 0;

	if (d->tree)
		tree_open(d->tree, say_line(d, c.at, cursor_held(&c), "HTTP chunked response"));
	while (dissect_step(d) && say_chunk(d, &c, &size) && size)
		buf_add(d->joined, c.base + c.at - HTTP_CHUNK_END_LEN - size, size);
	if (!size)
		say_trailer(d, &c);
	if (d->tree)
		tree_close(d->tree, before);
	return dissect_add_source(d, "De-chunked entity body",
				  (const uint8_t *)buf_text(d->joined) + from,
				  (uint32_t)(d->joined->len - from), ret_source);
}

/*
 * Room for what the chunks of this frame hold, made once: sources must not move. Joined, chunks are
 * shorter than they were.
 */
static bool may_join(struct dissect *d, const struct http_framing *framing)
{
	struct buf *b = d->joined;

	if (!b || !d->tree || d->depth || framing->chunks > HTTP_JOINED_MAX)
		return false;
	if (!b->len)
		return buf_room(b, HTTP_JOINED_MAX);
	return b->size - b->len > framing->chunks;
}

static uint32_t body_len(const struct cursor *c, const struct http_message *m,
			 const struct http_framing *framing)
{
	uint32_t len = cursor_left(c);

	if (framing->bodiless)
		return 0;
	if (framing->chunked)
		return framing->chunks;
	if (m->has_length)
		return m->length < len ? (uint32_t)m->length : len;
	return m->response ? len : 0;
}

void http_say_body(struct dissect *d, struct cursor *c, const struct http_message *m,
		   const struct http_framing *framing)
{
	uint32_t len = body_len(c, m, framing);
	struct cursor part;
	uint8_t source = d->source, before;

	if (!len)
		return;
	if (cursor_held(c) < len) { /* what the capture cut has no type and no text */
		c->status = CURSOR_TRUNCATED;
		return;
	}
	say_type(d, &m->type);
	part = cursor_take(c, len);
	if (framing->chunked && may_join(d, framing)) {
		part = join_chunks(d, part, &source);
		len = cursor_left(&part);
	}
	if (!len)
		return;
	before = dissect_use_source(d, source);
	/* Not a copy, which for a large body would be the last that the tree takes. */
	d->item = tree_view(d->tree, F(FILE_DATA), part.at, cursor_held(&part), part.base + part.at,
			    cursor_held(&part));
	item_text(d->tree, d->item, "File Data: %u byte%s", len, len == 1 ? "" : "s");
	dissect_use_source(d, before);
	dissect_next_source(d, PROTOCOL_DATA, &part, source);
}
