// SPDX-License-Identifier: Apache-2.0
// The payload of TCP segments on its way to the protocols above. See the header.
#include "proto/tcp_payload.h"

#include "proto/tcp_fields.h"

#define REPEATED_MARKS                                                                             \
	(TCP_MARK_RETRANSMISSION | TCP_MARK_FAST_RETRANSMISSION | TCP_MARK_SPURIOUS_RETRANSMISSION)

static const struct whole_names segment_names = {
	.title = "Reassembled TCP Segments",
	.source = "Reassembled TCP",
	.all = F(SEGMENTS),
	.piece = F(SEGMENT),
	.overlap = F(SEGMENT_OVERLAP),
	.conflict = F(SEGMENT_CONFLICT),
	.multiple_tails = F(SEGMENT_MULTIPLE_TAILS),
	.too_long = F(SEGMENT_TOO_LONG),
	.error = F(SEGMENT_ERROR),
	.count = F(SEGMENT_COUNT),
	.len = F(REASSEMBLED_LENGTH),
	.data = F(REASSEMBLED_DATA),
};

bool dissect_want_more(struct dissect *d, const struct cursor *c, uint32_t more)
{
	struct dissect_segment *s = &d->segment;
	bool from_whole = s->open && s->whole && d->source == s->whole;
	uint32_t end = from_whole ? d->sources[s->whole].len : s->end;
	struct segment_more message;

	if (!s->open || d->depth || (s->last && more == DISSECT_TO_THE_END) ||
	    (!from_whole && d->source != s->source) || c->wire != end || c->captured != end ||
	    c->at >= end || (!from_whole && c->at < s->at))
		return false;
	message = (struct segment_more) {
		.stream = d->kept.stream,
		.seq = from_whole ? s->whole_seq + c->at : s->seq + (c->at - s->at),
		.more = more,
		.bytes = c->base + c->at,
		.len = end - c->at,
		.layer = s->layer,
	};
	if (!d->hooks->more(d->streams, d, &message))
		return false;
	s->open = false;
	s->wanted = true;
	s->at_start = c->at == s->read_from;
	s->from = c->at;
	if (from_whole) /* where that lies in the segment, if it does */
		s->from = c->wire - c->at < s->end - s->at ? s->end - (c->wire - c->at) : s->at;
	return true;
}

/* The end of a segment that is part of a message to come. */
static void say_segment_data(struct dissect *d, const struct cursor *c, uint32_t at, uint32_t len,
			     bool repeated)
{
	item_text(d->tree, tree_bytes(d->tree, F(SEGMENT_DATA), at, len, c->base + at, len),
		  "%sTCP segment data (%u byte%s)", repeated ? "Retransmitted " : "", len,
		  len == 1 ? "" : "s");
}

static void mark_part(struct dissect *d)
{
	if (!d->depth)
		d->protocol = "TCP";
	info_add(d, "%s[TCP segment of a reassembled PDU]", d->info && d->info->len ? " " : "");
}

/*
 * Lets the protocol above read c, now. When it is but a part of a message, what was said of it
 * since the mark is taken back: in a second pass also from the Info column, as it is known before.
 */
static void read_now(struct dissect *d, const struct cursor *c, const struct dissect_mark *mark,
		     bool second_pass)
{
	uint32_t pending = d->pending_count;
	size_t fence = d->info_fence;
	struct buf info = {0};

	if (second_pass && d->info)
		buf_puts(&info, buf_text(d->info));
	d->segment.read_from = c->at;
	dissect_tcp_port(d, c);
	dissect_pending_now(d, pending);
	if (d->segment.wanted && d->segment.at_start) {
		dissect_back(d, mark);
		d->info_fence = fence;
		if (second_pass && d->info) {
			buf_clear(d->info);
			buf_puts(d->info, buf_text(&info));
		}
		if (!d->segment.follows)
			mark_part(d);
	}
	buf_done(&info);
}

/* The whole message stands beside TCP in the tree. False when it turned out to go on. */
static bool read_whole(struct dissect *d, const struct segment_view *view, bool old)
{
	uint32_t parent = d->tree ? d->tree->parent : TREE_NO_PARENT;
	struct dissect_mark mark;
	uint8_t source, before;

	dissect_mark(d, &mark);
	if (d->tree)
		d->tree->parent = TREE_NO_PARENT;
	source = say_whole(d, &view->whole, &segment_names);
	if (d->tree)
		d->tree->parent = parent;
	if (!source || old)
		return true;
	d->segment.whole = source;
	d->segment.whole_seq = view->whole_seq;
	before = dissect_use_source(d, source);
	read_now(d,
		 &(struct cursor) {.base = view->whole.bytes,
				   .captured = view->whole.len,
				   .wire = view->whole.len},
		 &mark, view->second_pass);
	dissect_use_source(d, before);
	return !d->segment.wanted || !d->segment.at_start;
}

static void read_rest(struct dissect *d, const struct cursor *c, bool second_pass)
{
	struct dissect_mark mark;

	dissect_mark(d, &mark);
	read_now(d, c, &mark, second_pass);
}

/* What follows the end of a message: the columns stay those of the message, Info grows. */
static void read_behind(struct dissect *d, const struct cursor *c, bool second_pass)
{
	const char *protocol = d->protocol;

	info_keep(d);
	d->segment.follows = true;
	read_rest(d, c, second_pass);
	if (!d->depth)
		d->protocol = protocol;
}

static void read_segment(struct dissect *d, const struct segment *segment,
			 const struct segment_view *view, const struct cursor *c)
{
	struct cursor rest = *c;
	uint32_t known = view->taken; /* bytes that were said */

	if (!known && segment->repeated)
		known = segment->len;
	if (known)
		say_segment_data(d, c, c->at, known, segment->repeated);
	if (view->whole.bytes && !read_whole(d, view, segment->old))
		return;
	if (view->taken && !view->whole.bytes && !segment->old)
		mark_part(d);
	if (view->taken < segment->len && !segment->old) {
		cursor_skip(&rest, view->taken);
		if (view->whole.bytes)
			read_behind(d, &rest, view->second_pass);
		else
			read_rest(d, &rest, view->second_pass);
		known = 0;
	}
	if (!d->segment.wanted || known)
		return;
	if (view->whole.bytes && view->rest_in)
		item_flag(tree_uint(d->tree, F(REASSEMBLED_IN), 0, 0, view->rest_in),
			  ITEM_GENERATED);
	say_segment_data(d, c, d->segment.from, c->wire - d->segment.from, false);
}

static bool can_put_together(const struct dissect *d, const struct tcp_view *view,
			     const struct cursor *c)
{
	return view->known && !d->depth && !d->kept.fragment && d->streams && d->hooks->segment &&
	       cursor_held(c) == cursor_left(c);
}

void tcp_pass_on(struct dissect *d, const struct tcp_hdr *h, const struct tcp_view *view,
		 const struct cursor *c)
{
	const struct segment segment = {
		.stream = view->stream,
		.seq = h->seq + (h->flags & TCP_SYN ? 1 : 0),
		.bytes = c->base + c->at,
		.len = cursor_left(c),
		.fin = h->flags & TCP_FIN,
		.old = view->marks & (REPEATED_MARKS | TCP_MARK_OUT_OF_ORDER),
		.repeated = view->marks & REPEATED_MARKS,
		.layer = d->layer,
	};
	struct segment_view seen = {0};

	d->segment = (struct dissect_segment) {0};
	if (h->flags & TCP_RST) /* its data tell why, in nobody's protocol */
		return;
	if (view->marks & TCP_MARK_KEEP_ALIVE) {
		dissect_data(d, c);
		return;
	}
	if (!can_put_together(d, view, c)) {
		if (!segment.old)
			dissect_tcp_port(d, c);
		return;
	}
	if (!segment.len && !segment.fin)
		return;
	d->hooks->segment(d->streams, d, &segment, &seen);
	d->segment = (struct dissect_segment) {
		.open = true,
		.last = segment.fin,
		.layer = d->layer,
		.seq = segment.seq,
		.at = c->at,
		.end = c->wire,
		.source = d->source,
	};
	say_whole_in(d, F(REASSEMBLED_IN), &seen.whole);
	read_segment(d, &segment, &seen, c);
	d->segment.open = false;
}
