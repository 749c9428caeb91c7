// SPDX-License-Identifier: Apache-2.0
// The first segments of a stream, kept as they were. See packet/flow.c.
#include "packet/flow_log.h"

#include <assert.h>

#include "proto/tcp.h"

static_assert(sizeof(struct tcp_log) <= FLOW_BODY_LEN, "a log fits a record");
static_assert(sizeof(struct tcp_resets) <= FLOW_BODY_LEN, "three segments without data do");

static unsigned wscale_bits(const struct flow_segment *s)
{
	if (s->wscale == FLOW_NO_WSCALE)
		return 0;
	/* More than 14 counts as 14: RFC 7323 s. 2.3. */
	return LOG_WSCALE | (s->wscale < 14u ? s->wscale : 14u) << LOG_SHIFT;
}

static uint8_t wscale_of(uint16_t bits)
{
	return bits & LOG_WSCALE ? bits >> LOG_SHIFT & 15 : FLOW_NO_WSCALE;
}

bool flow_log_add(struct tcp_log *log, unsigned from, const struct flow_segment *s)
{
	unsigned at = log->bits[0] ? 1 : 0;
	unsigned bits = LOG_USED | (s->flags & LOG_FLAGS) | (from ? LOG_FROM : 0);

	if (log->bits[at] || s->sack_count)
		return false;
	log->bits[at] = (uint16_t)(bits | wscale_bits(s));
	log->frames[at] = s->frame;
	log->seqs[at] = s->seq;
	log->acks[at] = s->ack;
	log->lens[at] = s->data_len;
	log->windows[at] = s->window;
	return true;
}

bool flow_log_resets(struct stream *s, struct tcp_log *log, const struct flow_segment *segment)
{
	nsec_t answered = s->last - s->first;
	struct tcp_resets resets = {
		.frames = {log->frames[0], log->frames[1], segment->frame},
		.seqs = {log->seqs[0], log->seqs[1]},
		.acks = {log->acks[0], segment->ack},
		.windows = {log->windows[0], log->windows[1], segment->window},
		.bits = log->bits[0],
		.answered = (uint32_t)answered,
	};
	void *body = log;

	if (answered < 0 || answered > UINT32_MAX)
		return false;
	*(struct tcp_resets *)body = resets;
	s->form = STREAM_RESETS;
	return true;
}

static void replay_log(const struct stream *s, const struct tcp_log *log, struct tcp_stream *tcp,
		       struct unacked_pool *pool)
{
	for (unsigned i = 0; i < 2 && log->bits[i]; i++) {
		struct tcp_view unused = {0};
		struct flow_segment segment = {
			.seq = log->seqs[i],
			.ack = log->acks[i],
			.flags = log->bits[i] & LOG_FLAGS,
			.window = log->windows[i],
			.data_len = log->lens[i],
			.wscale = wscale_of(log->bits[i]),
			.frame = log->frames[i],
			.time = i ? s->last : s->first,
		};

		tcp_stream_feed(tcp, pool, !!(log->bits[i] & LOG_FROM), &segment, &unused);
	}
}

static void replay_resets(const struct stream *s, const struct tcp_resets *r,
			  struct tcp_stream *tcp, struct unacked_pool *pool)
{
	const unsigned from = !!(r->bits & LOG_FROM);
	const struct flow_segment segments[] = {
		{.seq = r->seqs[0],
		 .ack = r->acks[0],
		 .flags = TCP_SYN,
		 .wscale = wscale_of(r->bits),
		 .time = s->first},
		{.seq = r->seqs[1],
		 .ack = r->seqs[0] + 1,
		 .flags = TCP_RST | TCP_ACK,
		 .wscale = FLOW_NO_WSCALE,
		 .time = s->first + r->answered},
		{.seq = r->seqs[0] + 1,
		 .ack = r->acks[1],
		 .flags = TCP_RST,
		 .wscale = FLOW_NO_WSCALE,
		 .time = s->last},
	};

	for (unsigned i = 0; i < 3; i++) {
		struct tcp_view unused = {0};
		struct flow_segment segment = segments[i];

		segment.window = r->windows[i];
		segment.frame = r->frames[i];
		tcp_stream_feed(tcp, pool, i == 1 ? !from : from, &segment, &unused);
	}
}

void flow_log_replay(const struct stream *s, const void *body, struct tcp_stream *tcp,
		     struct unacked_pool *pool)
{
	if (s->form == STREAM_RESETS)
		replay_resets(s, body, tcp, pool);
	else
		replay_log(s, body, tcp, pool);
}
