// SPDX-License-Identifier: Apache-2.0
// What comparing the segments of one TCP stream tells, by Wireshark's rules.
//
// Theory of operation. Each side remembers how far it has sent, what it last acknowledged, its
// window, and the segments that wait for an acknowledgement. A segment is held against what its
// own side said before (does it advance?) and against what the other side said (was it asked for,
// was it already acknowledged, does it fill the window?), and is then added to the memory. The
// rules are Wireshark 4.0's, so that its users find the marks they know, with their blind spots;
// they are learnt by running tshark on made segments (tests/system/test_flow_oracle.py).
#include "packet/flow_tcp.h"

#include <stdlib.h>
#include <string.h>

#include "proto/tcp.h"

#define FAST_RETRANSMISSION_WITHIN (20 * NSEC_PER_MSEC)
#define OUT_OF_ORDER_WITHIN        (3 * NSEC_PER_MSEC) /* unless the round-trip time is known */
#define WSCALE_MAX                 14                  /* RFC 7323 s. 2.3 */
#define FLAGS_CONTROL              (TCP_SYN | TCP_FIN | TCP_RST)

/* One segment on its way through the rules. */
struct feed {
	const struct flow_segment *segment;
	struct tcp_side *us;
	struct tcp_side *them;
	struct tcp_stream *stream;
	struct unacked_pool *pool;
	struct tcp_view *view;
	uint16_t marks;
};

static bool seq_gt(uint32_t a, uint32_t b)
{
	return seq_lt(b, a);
}

static bool takes_number(const struct flow_segment *s)
{
	return s->data_len || s->flags & (TCP_SYN | TCP_FIN);
}

/* ---- Unacknowledged segments --------------------------------------------------------------- */

static struct unacked *unacked_at(const struct unacked_pool *p, uint32_t index)
{
	return index ? &p->items[index - 1] : NULL;
}

static struct unacked *unacked_take(struct unacked_pool *p, uint32_t *ret_index)
{
	if (p->free) {
		*ret_index = p->free;
		p->free = p->items[*ret_index - 1].older;
	} else {
		if (p->count == UNACKED_ALL_MAX)
			return NULL;
		if (p->count == p->room) {
			uint32_t room = p->room ? p->room * 2 : 256;
			struct unacked *items = realloc(p->items, room * sizeof(*items));

			if (!items)
				return NULL;
			p->items = items;
			p->room = room;
		}
		*ret_index = ++p->count;
	}
	p->live++;
	return &p->items[*ret_index - 1];
}

static void unacked_give(struct unacked_pool *p, uint32_t index)
{
	p->items[index - 1].older = p->free;
	p->free = index;
	p->live--;
}

static void unacked_add(struct feed *f, uint32_t next)
{
	uint32_t index;
	struct unacked *u;

	if (f->us->unacked_count >= UNACKED_MAX)
		return;
	u = unacked_take(f->pool, &index);
	if (!u)
		return;
	*u = (struct unacked) {
		.older = f->us->newest,
		.frame = f->segment->frame,
		.seq = f->segment->seq,
		.next = next,
		.time = f->segment->time,
	};
	f->us->newest = index;
	f->us->unacked_count++;
}

/* The other side's segments that this acknowledges go, in part or whole. */
static void acknowledge(struct feed *f)
{
	const struct flow_segment *s = f->segment;
	uint32_t *link = &f->them->newest;
	struct unacked *u;

	while ((u = unacked_at(f->pool, *link))) {
		uint32_t index = *link;

		if (s->ack == u->next) {
			f->view->acks_frame = u->frame;
			f->view->ack_rtt = s->time - u->time;
		} else if (seq_gt(u->next, s->ack)) {
			if (seq_gt(s->ack, u->seq))
				u->seq = s->ack;
			link = &u->older;
			continue;
		}
		*link = u->older;
		unacked_give(f->pool, index);
		f->them->unacked_count--;
	}
}

/* ---- Marks ---------------------------------------------------------------------------------- */

/* A segment without data that repeats numbers: what for? True: nothing else is to be asked. */
static bool mark_repeated(struct feed *f)
{
	const struct flow_segment *s = f->segment;
	struct tcp_side *us = f->us;

	if (s->data_len || s->flags & FLAGS_CONTROL || s->seq != us->next)
		return false;
	if (s->window && s->window == us->window && s->ack == us->last_ack &&
	    f->them->marks & TCP_MARK_KEEP_ALIVE) {
		f->marks |= TCP_MARK_KEEP_ALIVE_ACK;
		return true;
	}
	if (!s->window && us->window == 0 && s->ack == us->last_ack &&
	    f->them->marks & TCP_MARK_ZERO_WINDOW_PROBE) {
		f->marks |= TCP_MARK_ZERO_WINDOW_PROBE_ACK;
		return true;
	}
	if (s->window && s->window == us->window && s->ack == us->last_ack) {
		us->duplicates++;
		f->marks |= TCP_MARK_DUPLICATE_ACK;
		f->view->duplicate_count = us->duplicates;
		f->view->duplicate_frame = us->ack_frame;
	}
	return false;
}

static bool fills_window(const struct feed *f)
{
	const struct flow_segment *s = f->segment;
	const struct tcp_side *them = f->them;
	unsigned shift = them->shift > 0 && !(them->bits & SIDE_SCALES_NOT) ? them->shift : 0;

	return s->data_len && them->shift != TCP_SHIFT_UNKNOWN &&
	       s->seq + s->data_len == them->last_ack + (them->window << shift) &&
	       !(s->flags & FLAGS_CONTROL);
}

static void mark_window(struct feed *f)
{
	const struct flow_segment *s = f->segment;
	struct tcp_side *us = f->us;

	if (s->data_len == 1 && s->seq == us->next && f->them->window == 0) {
		f->marks |= TCP_MARK_ZERO_WINDOW_PROBE;
		return;
	}
	if (!s->window && !(s->flags & FLAGS_CONTROL))
		f->marks |= TCP_MARK_ZERO_WINDOW;
	if (us->next && seq_gt(s->seq, us->next) && !(s->flags & TCP_RST)) {
		f->marks |= TCP_MARK_LOST_SEGMENT;
		us->bits |= SIDE_NO_FLIGHT;
	}
	if (s->data_len <= 1 && s->seq == us->next - 1 && !(s->flags & FLAGS_CONTROL))
		f->marks |= TCP_MARK_KEEP_ALIVE;
	if (!s->data_len && s->window && s->window != us->window && s->seq == us->next &&
	    s->ack == us->last_ack && !(s->flags & FLAGS_CONTROL))
		f->marks |= TCP_MARK_WINDOW_UPDATE;
	if (fills_window(f))
		f->marks |= TCP_MARK_WINDOW_FULL;
	mark_repeated(f);
}

static void mark_ack(struct feed *f)
{
	const struct flow_segment *s = f->segment;
	struct tcp_side *them = f->them;

	if (s->ack != f->us->last_ack) {
		f->us->ack_frame = s->frame;
		f->us->duplicates = 0;
		f->us->bits &= (uint8_t)~SIDE_UNSEEN;
	}
	if (!them->whole || !seq_gt(s->ack, them->whole) || !(s->flags & TCP_ACK))
		return;
	f->view->analysed = true;
	if (them->whole != them->next) { /* something was missing before */
		f->marks |= TCP_MARK_ACK_LOST_SEGMENT;
		them->whole = them->next;
		return;
	}
	/* Said once, and not to a side that repeats its acknowledgements. */
	if (!them->duplicates && !(them->bits & SIDE_UNSEEN))
		f->marks |= TCP_MARK_ACK_LOST_SEGMENT;
	them->duplicates = 0;
	them->bits |= SIDE_UNSEEN;
}

/* A retransmission: since which frame was its sender waiting? */
static void say_timeout(struct feed *f)
{
	const struct flow_segment *s = f->segment;

	f->view->rto = s->time - f->us->next_time;
	f->view->rto_frame = f->us->next_frame;
	for (const struct unacked *u = unacked_at(f->pool, f->us->newest); u;
	     u = unacked_at(f->pool, u->older)) {
		if (seq_gt(u->seq, s->seq))
			continue;
		f->view->rto = s->time - u->time;
		f->view->rto_frame = u->frame;
	}
}

static void mark_retransmission(struct feed *f)
{
	const struct flow_segment *s = f->segment;
	const struct tcp_side *us = f->us, *them = f->them;
	bool again = us->next && seq_lt(s->seq, us->next);
	nsec_t near = f->stream->initial_rtt ? f->stream->initial_rtt : OUT_OF_ORDER_WITHIN;
	uint32_t end = s->seq + s->data_len + (s->flags & (TCP_SYN | TCP_FIN) ? 1 : 0);

	if (!takes_number(s) || (again && f->marks & TCP_MARK_KEEP_ALIVE))
		return;
	if (s->data_len > 1 && us->next - 1 == s->seq)
		again = false;
	if (s->data_len && them->last_ack && !seq_gt(s->seq + s->data_len, them->last_ack)) {
		f->marks |= TCP_MARK_SPURIOUS_RETRANSMISSION;
		return;
	}
	if (!again)
		return;
	if ((them->duplicates >= 2 || them->bits & SIDE_UNSEEN) && them->last_ack == s->seq &&
	    s->time - them->last_ack_time < FAST_RETRANSMISSION_WITHIN) {
		f->marks |= TCP_MARK_FAST_RETRANSMISSION;
	} else if (s->time - us->next_time < near && us->next != end) {
		f->marks |= TCP_MARK_OUT_OF_ORDER;
	} else {
		f->marks |= TCP_MARK_RETRANSMISSION;
		say_timeout(f);
	}
}

/* ---- Memory --------------------------------------------------------------------------------- */

static void note_bases(struct feed *f)
{
	const struct flow_segment *s = f->segment;

	if (!(f->us->bits & SIDE_BASE)) {
		f->us->base = s->flags & TCP_SYN ? s->seq : s->seq - 1;
		f->us->bits |= SIDE_BASE;
	} else if ((s->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) &&
		   s->seq != f->us->base) {
		f->us->base = s->seq;
		f->marks |= TCP_MARK_REUSED_PORTS;
	}
	if (!(f->them->bits & SIDE_BASE) && s->flags & TCP_ACK) {
		f->them->base = s->ack - 1;
		f->them->bits |= SIDE_BASE;
	}
	if (s->flags & TCP_ACK)
		f->them->bits &= (uint8_t)~SIDE_NO_FLIGHT;
}

static void note_numbers(struct feed *f)
{
	const struct flow_segment *s = f->segment;
	struct tcp_side *us = f->us;
	uint32_t next = s->seq + s->data_len + (s->flags & (TCP_SYN | TCP_FIN) ? 1 : 0);

	if (takes_number(s))
		unacked_add(f, next);
	if (!(f->marks & TCP_MARK_ZERO_WINDOW_PROBE)) {
		if (!us->next || seq_gt(next, us->next)) {
			us->next = next;
			us->next_frame = s->frame;
			us->next_time = s->time;
		}
		if (!us->whole || s->seq == us->whole)
			us->whole = us->next;
	}
	us->window = s->window;
	us->last_ack = s->ack;
	us->last_ack_time = s->time;
	us->marks = f->marks;
	us->sack_count = s->sack_count;
	memcpy(us->sacks, s->sacks, s->sack_count * sizeof(s->sacks[0]));
}

static void note_push(struct feed *f)
{
	struct tcp_side *us = f->us;

	if (us->bits & SIDE_PUSH_LAST)
		us->push_bytes = 0;
	us->push_bytes += f->segment->data_len;
	if (f->segment->flags & TCP_PSH)
		us->bits |= SIDE_PUSH_LAST;
	else
		us->bits &= (uint8_t)~SIDE_PUSH_LAST;
	f->view->push_bytes = us->push_bytes;
}

/* How much is on its way after this segment. */
static void note_flight(struct feed *f)
{
	const struct flow_segment *s = f->segment;
	const struct unacked *u = unacked_at(f->pool, f->us->newest);
	uint32_t low, high, flight;

	if (!s->data_len || !u || f->us->bits & SIDE_NO_FLIGHT)
		return;
	low = u->seq - f->us->base;
	high = u->next - f->us->base;
	for (; u; u = unacked_at(f->pool, u->older)) {
		if (u->next - f->us->base > high)
			high = u->next - f->us->base;
		if (u->seq - f->us->base < low)
			low = u->seq - f->us->base;
	}
	flight = high - low;
	for (unsigned i = 0; i < f->them->sack_count; i++)
		flight -= f->them->sacks[i].right - f->them->sacks[i].left;
	f->view->analysed = true;
	if (flight && flight < 2000000000) {
		f->view->bytes_in_flight = flight;
		if (s->flags & (TCP_SYN | TCP_FIN))
			f->view->bytes_in_flight--;
	}
	note_push(f);
	if (!f->view->bytes_in_flight)
		f->view->push_bytes = 0;
}

unsigned tcp_segment_completes(const struct flow_segment *s)
{
	unsigned seen = 0;

	switch (s->flags & (TCP_SYN | TCP_ACK)) {
	case TCP_SYN:
		seen = TCP_COMPLETE_SYN;
		break;
	case TCP_SYN | TCP_ACK:
		seen = TCP_COMPLETE_SYN_ACK;
		break;
	case TCP_ACK:
		seen = s->data_len ? TCP_COMPLETE_DATA : TCP_COMPLETE_ACK;
		break;
	default:
		break;
	}
	if ((s->flags & (TCP_FIN | TCP_ACK)) == (TCP_FIN | TCP_ACK))
		seen |= TCP_COMPLETE_FIN;
	if (s->flags & TCP_RST)
		seen |= TCP_COMPLETE_RST;
	return seen;
}

/* From the last SYN to the first acknowledgement in either direction. */
static void note_round_trip(struct feed *f)
{
	const struct flow_segment *s = f->segment;

	if ((s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		f->stream->syn_time = s->time;
	else if ((s->flags & (TCP_SYN | TCP_ACK)) == TCP_ACK && !f->stream->initial_rtt &&
		 f->stream->syn_time)
		f->stream->initial_rtt = s->time - f->stream->syn_time;
}

static void note_close(struct feed *f)
{
	if (!(f->segment->flags & TCP_FIN))
		return;
	f->view->closing = f->them->bits & SIDE_CLOSED;
	if (!f->view->closing)
		f->us->bits |= SIDE_CLOSED;
}

/* RFC 7323 s. 2.2: both sides scale or none. */
static void note_scaling(struct feed *f)
{
	const struct flow_segment *s = f->segment;

	if (!(s->flags & TCP_SYN))
		return;
	if (s->wscale != FLOW_NO_WSCALE) {
		if (!(s->flags & TCP_ACK) || f->us->shift != TCP_SHIFT_UNUSED)
			f->us->shift = s->wscale < WSCALE_MAX ? (int8_t)s->wscale : WSCALE_MAX;
	} else if (f->us->shift == TCP_SHIFT_UNKNOWN) {
		f->us->shift = TCP_SHIFT_UNUSED;
		f->them->shift = TCP_SHIFT_UNUSED;
	}
}

static void fill_view(const struct feed *f)
{
	f->view->marks |= f->marks;
	f->view->completeness = f->stream->seen;
	f->view->window_shift = f->us->shift;
	f->view->seq_base = f->us->base;
	f->view->ack_base = f->them->base;
	f->view->initial_rtt = f->stream->initial_rtt;
	f->view->since_first = f->segment->time - f->stream->first;
	f->view->since_previous = f->segment->time - f->stream->last;
}

void tcp_stream_init(struct tcp_stream *s)
{
	*s = (struct tcp_stream) {
		.sides = {{.shift = TCP_SHIFT_UNKNOWN, .window = UINT32_MAX},
			  {.shift = TCP_SHIFT_UNKNOWN, .window = UINT32_MAX}},
	};
}

void tcp_stream_done(struct tcp_stream *s, struct unacked_pool *pool)
{
	for (unsigned i = 0; i < 2; i++) {
		uint32_t index = s->sides[i].newest;

		while (index) {
			uint32_t older = pool->items[index - 1].older;

			unacked_give(pool, index);
			index = older;
		}
		s->sides[i].newest = s->sides[i].unacked_count = 0;
	}
}

void tcp_stream_feed(struct tcp_stream *s, struct unacked_pool *pool, unsigned from,
		     const struct flow_segment *segment, struct tcp_view *ret_view)
{
	struct feed f = {
		.segment = segment,
		.us = &s->sides[from],
		.them = &s->sides[!from],
		.stream = s,
		.pool = pool,
		.view = ret_view,
	};

	if (!segment->quoted) {
		note_bases(&f);
		mark_window(&f);
		mark_ack(&f);
		mark_retransmission(&f);
		note_numbers(&f);
		acknowledge(&f);
		note_flight(&f);
		note_round_trip(&f);
		note_close(&f);
	}
	fill_view(&f);
	if (segment->quoted)
		return;
	/* A stream's first segment tells nothing but that it is a SYN. */
	if (s->begun || s->seen)
		s->seen |= (uint8_t)tcp_segment_completes(segment);
	else if ((segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		s->seen = TCP_COMPLETE_SYN;
	note_scaling(&f);
	s->begun = true;
	s->last = segment->time;
}
