// SPDX-License-Identifier: Apache-2.0
// The streams of a capture: which segments and datagrams belong together, numbered as met.
//
// Theory of operation. Most streams of a scan are one to three segments long. So a stream first
// keeps its segments as they are (struct tcp_log, struct tcp_resets), and each new one is judged by
// feeding the kept ones again to a blank struct tcp_stream; those that a scan is made of, by less
// (flow_quick.c). Whatever else comes third moves the stream into a full record.
// Full records are fewer: when they run out, one that has been idle is folded into the place of
// its log, which keeps its numbers and forgets what was not acknowledged yet.
#include "packet/flow.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "packet/announcements.h"
#include "packet/arp_seen.h"
#include "packet/flow_ends.h"
#include "packet/flow_log.h"
#include "packet/flow_quick.h"
#include "packet/flow_table.h"
#include "packet/flow_tcp.h"
#include "packet/memo.h"
#include "packet/pair.h"
#include "proto/tcp.h"

#define FULL_FIRST      64u
#define FULL_HAND_LOOKS 8

static_assert(sizeof(struct tcp_folded) <= FLOW_BODY_LEN, "what is folded fits a record");

/* A full record and whose it is. */
struct full {
	struct tcp_stream tcp;
	uint32_t owner; /* record in the table; or the next free one, + 1 */
	uint8_t kind;   /* enum flow_kind */
	bool used;
};

struct flows {
	struct flow_table table;
	struct full *full;
	uint32_t full_count;
	uint32_t full_room;
	uint32_t full_free; /* index + 1 */
	uint32_t full_hand;
	uint64_t fed; /* segments */
	struct unacked_pool unacked;
	struct pairs *pairs;
	struct memos *memos;
	struct arp_seen *arp_seen;
	struct announcements *announcements;
	uint32_t tcp_count;
	uint32_t udp_count;
	struct flow_ends ends;
	bool second; /* pass */
};

/* ---- Full records --------------------------------------------------------------------------- */

static void give_full(struct flows *f, uint32_t index)
{
	struct full *full = &f->full[index];

	tcp_stream_done(&full->tcp, &f->unacked);
	full->used = false;
	full->owner = f->full_free;
	f->full_free = index + 1;
}

/* Where the body of a stream in full form leads. */
static uint32_t *full_index(struct stream *s, enum flow_kind kind)
{
	return stream_body(s, kind);
}

/* Keeps of tcp what fits in the record of its stream. */
static void fold(struct stream *s, enum flow_kind kind, const struct tcp_stream *tcp)
{
	struct tcp_folded *folded = stream_body(s, kind);

	*folded = (struct tcp_folded) {.initial_rtt = tcp->initial_rtt, .seen = tcp->seen};
	for (unsigned i = 0; i < 2; i++) {
		const struct tcp_side *side = &tcp->sides[i];

		folded->bases[i] = side->base;
		folded->nexts[i] = side->next;
		folded->last_acks[i] = side->last_ack;
		folded->windows[i] = (uint16_t)side->window;
		folded->shifts[i] = side->shift;
		if (side->bits & SIDE_BASE)
			folded->known |= (uint8_t)(1 << i);
	}
	s->form = STREAM_FOLDED;
}

static void unfold(struct tcp_stream *tcp, const struct tcp_folded *folded)
{
	tcp->begun = true;
	tcp->initial_rtt = folded->initial_rtt;
	tcp->seen = folded->seen;
	for (unsigned i = 0; i < 2; i++) {
		struct tcp_side *side = &tcp->sides[i];

		side->base = folded->bases[i];
		side->next = folded->nexts[i];
		side->whole = folded->nexts[i];
		side->last_ack = folded->last_acks[i];
		side->window = folded->windows[i];
		side->shift = folded->shifts[i];
		if (folded->known >> i & 1)
			side->bits |= SIDE_BASE;
	}
}

/* Of the next few full records the one idle longest is folded. */
static void fold_one(struct flows *f)
{
	uint32_t oldest = UINT32_MAX;
	struct full *full;

	for (unsigned i = 0; i < FULL_HAND_LOOKS; i++) {
		uint32_t at = f->full_hand;

		f->full_hand = at + 1 < f->full_count ? at + 1 : 0;
		if (!f->full[at].used)
			continue;
		if (oldest == UINT32_MAX || f->full[at].tcp.last < f->full[oldest].tcp.last)
			oldest = at;
	}
	if (oldest == UINT32_MAX)
		return;
	full = &f->full[oldest];
	fold(flow_table_at(&f->table, full->kind, full->owner), full->kind, &full->tcp);
	give_full(f, oldest);
}

static bool full_at_bound(const struct flows *f)
{
	return f->full_count * sizeof(*f->full) >= FLOW_FULL_FREE + f->fed * FLOW_FULL_A_FRAME;
}

/* A record, NULL when there is no memory. */
static struct full *take_full(struct flows *f, uint32_t *ret_index)
{
	if (!f->full_free && full_at_bound(f))
		fold_one(f);
	if (f->full_free) {
		*ret_index = f->full_free - 1;
		f->full_free = f->full[*ret_index].owner;
		return &f->full[*ret_index];
	}
	if (f->full_count == f->full_room) {
		uint32_t room = f->full_room ? f->full_room + f->full_room / 2 : FULL_FIRST;
		struct full *full = realloc(f->full, room * sizeof(*full));

		if (!full)
			return NULL;
		f->full = full;
		f->full_room = room;
	}
	*ret_index = f->full_count++;
	return &f->full[*ret_index];
}

/* Moves a stream out of its log. */
static void make_full(struct flows *f, struct stream *s, enum flow_kind kind,
		      struct tcp_stream *tcp)
{
	uint32_t index;
	struct full *full = take_full(f, &index);

	if (!full) {
		fold(s, kind, tcp);
		tcp_stream_done(tcp, &f->unacked);
		return;
	}
	full->tcp = *tcp;
	full->owner = flow_table_index(&f->table, kind, s);
	full->kind = (uint8_t)kind;
	full->used = true;
	s->form = STREAM_FULL;
	*full_index(s, kind) = index;
}

/* ---- What a stream knows --------------------------------------------------------------------- */

/* What is known of the stream; in scratch, unless it is full. */
static struct tcp_stream *load(struct flows *f, struct stream *s, enum flow_kind kind,
			       struct tcp_stream *scratch)
{
	if (s->form == STREAM_FULL)
		return &f->full[*full_index(s, kind)].tcp;
	tcp_stream_init(scratch);
	scratch->first = s->first;
	scratch->last = s->last;
	if (s->form == STREAM_FOLDED)
		unfold(scratch, stream_body(s, kind));
	else
		flow_log_replay(s, stream_body(s, kind), scratch, &f->unacked);
	return scratch;
}

/* Nothing more comes of this stream in this pass. */
static void note_end(struct flows *f, struct stream *s, enum flow_kind kind)
{
	struct tcp_stream scratch, *tcp;

	if (!f->ends.wanted || f->second || s->form == STREAM_LOG || s->form == STREAM_FREE)
		return;
	tcp = load(f, s, kind, &scratch);
	flow_ends_add(&f->ends, s->number, tcp);
	if (tcp == &scratch)
		tcp_stream_done(tcp, &f->unacked);
}

/* ---- Streams -------------------------------------------------------------------------------- */

static void drop_stream(void *context, struct stream *s, enum flow_kind kind)
{
	struct flows *f = context;

	note_end(f, s, kind);
	if (s->form == STREAM_FULL)
		give_full(f, *full_index(s, kind));
}

struct flows *flows_new(void)
{
	struct flows *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->pairs = pairs_new();
	f->memos = memos_new();
	f->arp_seen = arp_seen_new();
	f->announcements = announcements_new();
	if (!f->pairs || !f->memos || !f->arp_seen || !f->announcements ||
	    flow_table_init(&f->table, drop_stream, f)) {
		flows_free(f);
		return NULL;
	}
	return f;
}

void flows_free(struct flows *f)
{
	if (!f)
		return;
	flow_table_done(&f->table);
	free(f->full);
	free(f->unacked.items);
	flow_ends_done(&f->ends);
	pairs_free(f->pairs);
	memos_free(f->memos);
	arp_seen_free(f->arp_seen);
	announcements_free(f->announcements);
	free(f);
}

struct pairs *flows_pairs(struct flows *f)
{
	return f->pairs;
}

struct memos *flows_memos(struct flows *f)
{
	return f->memos;
}

void flows_remember(struct flows *f)
{
	f->ends.wanted = true;
}

static void note_all_ends(struct flows *f, enum flow_kind kind)
{
	for (uint32_t i = 0; i < f->table.pools[kind].count; i++)
		note_end(f, flow_table_at(&f->table, kind, i), kind);
}

struct arp_seen *flows_arp_seen(struct flows *f)
{
	return f->arp_seen;
}

struct announcements *flows_announcements(struct flows *f)
{
	return f->announcements;
}

void flows_rewind(struct flows *f)
{
	note_all_ends(f, FLOW_TCP4);
	note_all_ends(f, FLOW_TCP6);
	flow_ends_sort(&f->ends);
	flow_table_clear(&f->table);
	f->full_count = f->full_free = f->full_hand = 0;
	f->unacked.count = f->unacked.free = f->unacked.live = 0;
	f->fed = 0;
	pairs_rewind(f->pairs);
	memos_rewind(f->memos);
	arp_seen_clear(f->arp_seen);
	announcements_clear(f->announcements);
	f->tcp_count = f->udp_count = 0;
	f->second = true;
}

static void begin(struct flows *f, struct stream *s, enum flow_kind kind, nsec_t time)
{
	note_end(f, s, kind);
	if (s->form == STREAM_FULL)
		give_full(f, *full_index(s, kind));
	memset(stream_body(s, kind), 0, FLOW_BODY_LEN);
	s->form = STREAM_LOG;
	s->number = f->tcp_count++;
	s->first = time;
	s->last = time;
}

/* A new connection on the same ports is a new stream: a SYN with another number. */
static bool is_reuse(const struct tcp_stream *tcp, unsigned from, const struct flow_segment *s)
{
	const struct tcp_side *us = &tcp->sides[from];

	return (s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && us->bits & SIDE_BASE &&
	       us->base != s->seq && !s->quoted;
}

/* What a log of one segment says of completeness when it is fed again. */
static bool log_tells(const struct tcp_log *log, const struct tcp_stream *tcp)
{
	/* A SYN on used ports counts whole; a stream's first one by its SYN alone. */
	return log->bits[0] || !(tcp->seen & ~(unsigned)TCP_COMPLETE_SYN);
}

static void keep(struct flows *f, struct stream *s, const struct flow_key *key,
		 const struct flow_segment *segment, struct tcp_stream *tcp)
{
	struct tcp_log *log = stream_body(s, key->kind);

	if (s->form == STREAM_FULL)
		return;
	if (segment->quoted ||
	    (s->form == STREAM_LOG && log_tells(log, tcp) && flow_log_add(log, key->from, segment)))
		tcp_stream_done(tcp, &f->unacked);
	else
		make_full(f, s, key->kind, tcp);
}

/* In the second pass a stream is known as it was at its end. */
static void look_ahead(struct flows *f, uint32_t number, unsigned from,
		       const struct flow_segment *s, struct tcp_view *view)
{
	struct stream_end *end = flow_ends_find(&f->ends, number);
	unsigned seen = flow_ends_seen(&f->ends, number);

	view->completeness = (uint8_t)seen;
	flow_ends_see(&f->ends, number, (uint8_t)(seen | tcp_segment_completes(s)));
	if (!end)
		return;
	if ((s->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && s->seq != end->bases[from]) {
		view->marks |= TCP_MARK_REUSED_PORTS;
		end->bases[from] = s->seq; /* from here on, as in the first pass */
	}
	view->seq_base = end->bases[from];
	view->ack_base = end->bases[!from];
	view->window_shift = end->shifts[from];
	view->initial_rtt = end->initial_rtt;
}

/* The long way: the stream as it was, this segment, the stream as it is. Returns completeness. */
static uint8_t feed(struct flows *f, struct stream *s, const struct flow_key *key,
		    const struct flow_segment *segment, struct tcp_view *ret_view)
{
	struct tcp_stream scratch;
	struct tcp_stream *tcp = load(f, s, key->kind, &scratch);
	uint8_t seen;

	if (is_reuse(tcp, key->from, segment)) {
		if (tcp == &scratch)
			tcp_stream_done(tcp, &f->unacked);
		begin(f, s, key->kind, segment->time);
		tcp = load(f, s, key->kind, &scratch);
		tcp->seen = TCP_COMPLETE_SYN;
		ret_view->marks = TCP_MARK_REUSED_PORTS;
	}
	tcp_stream_feed(tcp, &f->unacked, key->from, segment, ret_view);
	seen = tcp->seen;
	keep(f, s, key, segment, tcp);
	return seen;
}

/* The short way for what needs no more; false: the long one. */
static bool feed_quick(struct stream *s, const struct flow_key *key,
		       const struct flow_segment *segment, bool new, struct tcp_view *ret_view,
		       uint8_t *ret_seen)
{
	struct tcp_log *log = stream_body(s, key->kind);

	if (s->form != STREAM_LOG || segment->sack_count)
		return false;
	if (!new && log->bits[1])
		return flow_quick_last(segment, key->from, s, log, ret_view, ret_seen);
	if (new ? !flow_quick_first(segment, ret_view, ret_seen)
		: !flow_quick_reset(segment, key->from, s, log, ret_view, ret_seen))
		return false;
	flow_log_add(log, key->from, segment);
	return true;
}

void flow_tcp_key(const struct flows *f, const struct flow_segment *segment,
		  struct flow_key *ret_key)
{
	flow_key_set(ret_key, true, segment->source, segment->destination, segment->source_port,
		     segment->destination_port);
	flow_table_hash(&f->table, ret_key);
}

void flow_bare_key(const struct flows *f, const struct bare *bare, struct flow_key *ret_key)
{
	flow_key_set4(ret_key, bare->source, bare->destination, bare->source_port,
		      bare->destination_port);
	flow_table_hash(&f->table, ret_key);
}

void flow_tcp_near(const struct flows *f, const struct flow_key *key)
{
	flow_table_near(&f->table, key);
}

void flow_tcp(struct flows *f, const struct flow_segment *segment, struct tcp_view *ret_view)
{
	struct flow_key key;

	flow_tcp_key(f, segment, &key);
	flow_tcp_at(f, &key, segment, ret_view);
}

void flow_tcp_at(struct flows *f, const struct flow_key *key, const struct flow_segment *segment,
		 struct tcp_view *ret_view)
{
	struct stream *s;
	uint8_t seen = 0;
	bool new;

	*ret_view = (struct tcp_view) {0};
	s = flow_table_get(&f->table, key, &new);
	if (!s)
		return;
	f->fed++;
	if (new)
		begin(f, s, key->kind, segment->time);
	if (!feed_quick(s, key, segment, new, ret_view, &seen))
		seen = feed(f, s, key, segment, ret_view);
	ret_view->known = true;
	ret_view->stream = s->number;
	if (f->second)
		look_ahead(f, s->number, key->from, segment, ret_view);
	else
		flow_ends_see(&f->ends, s->number, seen);
	if (!segment->quoted)
		s->last = segment->time;
}

void flow_bare_at(struct flows *f, const struct flow_key *key, const struct bare *bare,
		  const struct frame *frame, struct tcp_view *ret_view)
{
	struct flow_segment s;

	/* Addresses and ports are in the key. */
	s.seq = bare->seq;
	s.ack = bare->ack;
	s.flags = bare->flags;
	s.window = bare->window;
	s.data_len = 0;
	s.wscale = FLOW_NO_WSCALE;
	s.quoted = false;
	s.sack_count = 0;
	s.frame = (uint32_t)frame->id;
	s.time = frame->time;
	flow_tcp_at(f, key, &s, ret_view);
}

void flow_udp(struct flows *f, const struct flow_datagram *datagram, struct udp_view *ret_view)
{
	struct flow_key key;
	struct stream *s;
	bool new;

	*ret_view = (struct udp_view) {0};
	flow_key_set(&key, false, datagram->source, datagram->destination, datagram->source_port,
		     datagram->destination_port);
	flow_table_hash(&f->table, &key);
	s = flow_table_get(&f->table, &key, &new);
	if (!s)
		return;
	if (new) {
		s->number = f->udp_count++;
		s->first = s->last = datagram->time;
	}
	*ret_view = (struct udp_view) {
		.known = true,
		.stream = s->number,
		.since_first = datagram->time - s->first,
		.since_previous = datagram->time - s->last,
	};
	if (!datagram->quoted && !datagram->empty)
		s->last = datagram->time;
}

void flow_counts(const struct flows *f, struct flow_counts *ret_counts)
{
	*ret_counts = (struct flow_counts) {
		.tcp = f->tcp_count,
		.udp = f->udp_count,
		.dropped = f->table.dropped,
		.bytes = flow_table_bytes(&f->table) + f->full_count * sizeof(*f->full) +
			 f->unacked.count * sizeof(*f->unacked.items) + f->ends.seen_room +
			 f->ends.room * sizeof(*f->ends.items),
	};
}
