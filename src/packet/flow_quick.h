/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three segments that most of a scan consists of, judged without a struct tcp_stream: a first
 * one without data, the reset that answers a lone SYN, and the reset that is said to that. What
 * they say must be what tcp_stream_feed() would; tests/packet/test_flow.c compares the two. Only
 * packet/flow*.c includes this.
 */
#ifndef SONDE_PACKET_FLOW_QUICK_H
#define SONDE_PACKET_FLOW_QUICK_H

#include "packet/flow.h"
#include "packet/flow_table.h"

/* Fills the view in and sets the completeness after it; false: this segment needs the long way. */
bool flow_quick_first(const struct flow_segment *s, struct tcp_view *view, uint8_t *ret_seen);
bool flow_quick_reset(const struct flow_segment *s, unsigned from, const struct stream *stream,
		      const struct tcp_log *log, struct tcp_view *view, uint8_t *ret_seen);

/* The third segment, after a log of these two. On success the stream is a STREAM_RESETS. */
bool flow_quick_last(const struct flow_segment *s, unsigned from, struct stream *stream,
		     struct tcp_log *log, struct tcp_view *view, uint8_t *ret_seen);

#endif
