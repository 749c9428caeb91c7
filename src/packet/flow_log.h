/* SPDX-License-Identifier: Apache-2.0 */
/* The first segments of a stream, kept as they were; only packet/flow*.c includes this. */
#ifndef SONDE_PACKET_FLOW_LOG_H
#define SONDE_PACKET_FLOW_LOG_H

#include <stdbool.h>

#include "packet/flow.h"
#include "packet/flow_table.h"
#include "packet/flow_tcp.h"

/* True when the segment could be kept: it is the first or the second, with nothing rare to it. */
bool flow_log_add(struct tcp_log *log, unsigned from, const struct flow_segment *segment);

/*
 * Makes of a log that flow_quick_reset() completed, and of the sender's own reset (from, seq and
 * flags as flow_quick_last() wants them), the three segments of STREAM_RESETS. False, and nothing
 * was changed, when the answer came too late to be kept so.
 */
bool flow_log_resets(struct stream *s, struct tcp_log *log, const struct flow_segment *segment);

/* Feeds the segments of a stream in one of these forms to a blank tcp_stream. */
void flow_log_replay(const struct stream *s, const void *body, struct tcp_stream *tcp,
		     struct unacked_pool *pool);

#endif
