/* SPDX-License-Identifier: Apache-2.0 */
/* What comparing the segments of one TCP stream tells; only packet/flow*.c includes this. */
#ifndef SONDE_PACKET_FLOW_TCP_H
#define SONDE_PACKET_FLOW_TCP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "packet/flow.h"

#define UNACKED_MAX     1000 /* segments a side that are remembered until acknowledged */
#define UNACKED_ALL_MAX (1u << 19)

enum tcp_side_bit {
	SIDE_BASE = 1 << 0,       /* base is known */
	SIDE_NO_FLIGHT = 1 << 1,  /* a segment was missed: bytes in flight wait for an ACK */
	SIDE_PUSH_LAST = 1 << 2,  /* its last data had PSH */
	SIDE_CLOSED = 1 << 3,     /* sent the first FIN of the two */
	SIDE_SCALES_NOT = 1 << 4, /* its window is not scaled until it sends a second ACK */
	SIDE_UNSEEN = 1 << 5,     /* the other side acknowledged what was not seen of it */
};

/* A segment that waits for its acknowledgement; lists run from the newest to the oldest. */
struct unacked {
	uint32_t older; /* index + 1; in a free one: the next free one */
	uint32_t frame;
	uint32_t seq;
	uint32_t next; /* behind its last byte */
	nsec_t time;
};

struct unacked_pool {
	struct unacked *items;
	uint32_t count;
	uint32_t room;
	uint32_t free; /* index + 1 */
	uint32_t live;
};

/* What one side of a stream has sent. Zero stands for "not yet" as far as marks go. */
struct tcp_side {
	uint32_t base; /* relative numbers count from here */
	uint32_t next; /* highest sequence number yet, and the frame that brought it */
	uint32_t next_frame;
	nsec_t next_time;
	uint32_t whole; /* up to here nothing is missing */
	uint32_t last_ack;
	nsec_t last_ack_time;
	uint32_t ack_frame; /* the first with last_ack */
	uint32_t duplicates;
	uint32_t push_bytes; /* since the last PSH */
	uint32_t fin_frame;
	uint32_t newest; /* of its unacked segments: index + 1 */
	uint32_t unacked_count;
	uint32_t window; /* as sent; UINT32_MAX: none yet */
	uint16_t marks;  /* of its last segment */
	int8_t shift;    /* or enum tcp_window_shift */
	uint8_t bits;    /* enum tcp_side_bit */
	uint8_t sack_count;
	struct flow_range sacks[FLOW_SACKS_MAX];
};

struct tcp_stream {
	nsec_t first;
	nsec_t last;
	nsec_t syn_time;
	nsec_t initial_rtt; /* 0: not known */
	uint8_t seen;       /* enum tcp_completeness */
	bool begun;         /* it had a segment */
	struct tcp_side sides[2];
};

/* Sets up a stream of which nothing was seen. */
void tcp_stream_init(struct tcp_stream *s);

/* Gives back the memory of its unacked segments. */
void tcp_stream_done(struct tcp_stream *s, struct unacked_pool *pool);

/* One segment from side `from`; sets of the view what stands behind `known` but the stream. */
void tcp_stream_feed(struct tcp_stream *s, struct unacked_pool *pool, unsigned from,
		     const struct flow_segment *segment, struct tcp_view *ret_view);

/* What a segment adds to its stream's completeness: bits of enum tcp_completeness. */
unsigned tcp_segment_completes(const struct flow_segment *segment);

#endif
