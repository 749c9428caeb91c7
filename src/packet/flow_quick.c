// SPDX-License-Identifier: Apache-2.0
// The two segments that most of a scan consists of, judged without a struct tcp_stream.
#include "packet/flow_quick.h"

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
	if (log->bits[1] || (first & LOG_FLAGS) != TCP_SYN || log->lens[0] ||
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
