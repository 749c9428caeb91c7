// SPDX-License-Identifier: Apache-2.0
// The three segments that most of a scan consists of, judged without a struct tcp_stream.
#include "packet/flow_quick.h"

#include "packet/flow_log.h"
#include "packet/flow_tcp.h"
#include "proto/tcp.h"

bool flow_quick_first(const struct flow_segment *s, struct tcp_view *view, uint8_t *ret_seen)
{
	/* A blank side's zeros would match these numbers. */
	if (s->data_len || s->quoted || s->seq + 1 <= 1)
		return false;
	view->seq_base = s->flags & TCP_SYN ? s->seq : s->seq - 1;
	view->ack_base = s->flags & TCP_ACK ? s->ack - 1 : 0;
	view->window_shift = TCP_SHIFT_UNKNOWN;
	if (!s->window && !(s->flags & (TCP_SYN | TCP_FIN | TCP_RST)))
		view->marks |= TCP_MARK_ZERO_WINDOW;
	if ((s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		*ret_seen = TCP_COMPLETE_SYN;
	return true;
}

bool flow_quick_reset(const struct flow_segment *s, unsigned from, const struct stream *stream,
		      const struct tcp_log *log, struct tcp_view *view, uint8_t *ret_seen)
{
	unsigned first = log->bits[0];

	if (s->flags != (TCP_RST | TCP_ACK) || s->data_len || s->quoted || s->sack_count)
		return false;
	/* A time of zero counts as none (tcp_stream.syn_time). */
	if (log->bits[1] || !stream->first || (first & LOG_FLAGS) != TCP_SYN || log->lens[0] ||
	    (first & LOG_FROM ? 0u : 1u) != from || s->ack != log->seqs[0] + 1 || !s->ack)
		return false;
	view->seq_base = s->seq - 1;
	view->ack_base = log->seqs[0];
	view->window_shift = first & LOG_WSCALE ? TCP_SHIFT_UNKNOWN : TCP_SHIFT_UNUSED;
	view->acks_frame = log->frames[0];
	view->ack_rtt = view->initial_rtt = s->time - stream->first;
	view->since_first = view->since_previous = s->time - stream->first;
	view->completeness = TCP_COMPLETE_SYN;
	*ret_seen = TCP_COMPLETE_SYN | TCP_COMPLETE_ACK | TCP_COMPLETE_RST;
	return true;
}

/* The log holds a SYN and what flow_quick_reset() takes for its answer. */
static bool was_reset(const struct stream *stream, const struct tcp_log *log)
{
	const uint16_t both = LOG_FLAGS | LOG_FROM | LOG_WSCALE;
	unsigned first = log->bits[0], second = log->bits[1];
	unsigned answer = TCP_RST | TCP_ACK | (first & LOG_FROM ? 0u : (unsigned)LOG_FROM);

	return stream->first && (first & LOG_FLAGS) == TCP_SYN && (second & both) == answer &&
	       !log->lens[0] && !log->lens[1] && log->acks[1] == log->seqs[0] + 1 && log->acks[1];
}

bool flow_quick_last(const struct flow_segment *s, unsigned from, struct stream *stream,
		     struct tcp_log *log, struct tcp_view *view, uint8_t *ret_seen)
{
	unsigned first = log->bits[0];
	nsec_t answered = stream->last - stream->first;
	uint32_t base = log->seqs[0], answer = log->seqs[1];

	if (s->flags != TCP_RST || s->data_len || s->quoted || s->seq != base + 1 ||
	    s->wscale != FLOW_NO_WSCALE || (first & LOG_FROM ? 1u : 0u) != from ||
	    !was_reset(stream, log))
		return false;
	view->since_first = s->time - stream->first;
	view->since_previous = s->time - stream->last;
	if (!flow_log_resets(stream, log, s))
		return false;
	view->seq_base = base;
	view->ack_base = answer - 1;
	view->window_shift =
		first & LOG_WSCALE ? (int8_t)(first >> LOG_SHIFT & 15) : (int8_t)TCP_SHIFT_UNUSED;
	view->initial_rtt = answered;
	view->completeness = TCP_COMPLETE_SYN | TCP_COMPLETE_ACK | TCP_COMPLETE_RST;
	*ret_seen = view->completeness;
	return true;
}
