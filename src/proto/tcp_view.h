/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the whole capture tells of one segment or datagram: its stream, where numbers start, marks.
 *
 * The flow tables (packet/flow.h) fill these in; the dissectors and the fast list write them.
 */
#ifndef SONDE_PROTO_TCP_VIEW_H
#define SONDE_PROTO_TCP_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/nsec.h"

struct tcp_hdr;

/* Bits of tcp.completeness. */
enum tcp_completeness {
	TCP_COMPLETE_SYN = 1,
	TCP_COMPLETE_SYN_ACK = 2,
	TCP_COMPLETE_ACK = 4,
	TCP_COMPLETE_DATA = 8,
	TCP_COMPLETE_FIN = 16,
	TCP_COMPLETE_RST = 32,
};

/* The marks of TCP analysis, tcp.analysis.*; a segment may carry several. */
enum tcp_mark {
	TCP_MARK_RETRANSMISSION = 1 << 0,
	TCP_MARK_FAST_RETRANSMISSION = 1 << 1,
	TCP_MARK_SPURIOUS_RETRANSMISSION = 1 << 2,
	TCP_MARK_OUT_OF_ORDER = 1 << 3,
	TCP_MARK_REUSED_PORTS = 1 << 4,
	TCP_MARK_LOST_SEGMENT = 1 << 5,
	TCP_MARK_ACK_LOST_SEGMENT = 1 << 6,
	TCP_MARK_DUPLICATE_ACK = 1 << 7,
	TCP_MARK_WINDOW_UPDATE = 1 << 8,
	TCP_MARK_WINDOW_FULL = 1 << 9,
	TCP_MARK_KEEP_ALIVE = 1 << 10,
	TCP_MARK_KEEP_ALIVE_ACK = 1 << 11,
	TCP_MARK_ZERO_WINDOW = 1 << 12,
	TCP_MARK_ZERO_WINDOW_PROBE = 1 << 13,
	TCP_MARK_ZERO_WINDOW_PROBE_ACK = 1 << 14,
};

enum tcp_window_shift {
	TCP_SHIFT_UNKNOWN = -1, /* no SYN of the sender was seen */
	TCP_SHIFT_UNUSED = -2,  /* it offered no scaling, or the other side did not */
};

/*
 * Numbers are as on the wire unless said otherwise; a frame of 0 and a time below 0 mean "none".
 * `known` is false when no table was asked or the stream could not be kept: then numbers stay raw
 * and nothing else here is set.
 */
struct tcp_view {
	bool known;
	int8_t window_shift;  /* 0 to 14, or enum tcp_window_shift; not for a SYN's own window */
	uint8_t completeness; /* enum tcp_completeness; by the end of the capture in a second pass */
	uint16_t marks;       /* enum tcp_mark */
	uint32_t stream;
	uint32_t seq_base; /* subtract for the relative numbers */
	uint32_t ack_base;
	nsec_t since_first; /* time since the stream's first frame, and since its last one */
	nsec_t since_previous;
	uint32_t acks_frame; /* the frame whose last byte this acknowledges, and how long ago */
	nsec_t ack_rtt;
	nsec_t initial_rtt; /* of the handshake */
	nsec_t rto;         /* a retransmission: since the frame that first carried it */
	uint32_t rto_frame;
	bool analysed; /* the comparison told something, even where nothing here says what */
	uint32_t bytes_in_flight; /* 0: not said */
	uint32_t push_bytes;      /* since the last PSH; 0: not said */
	uint32_t duplicate_count; /* a duplicate ACK: the how manieth, and to which frame's */
	uint32_t duplicate_frame;
	bool closing; /* the other side has sent its FIN before */
};

struct udp_view {
	bool known;
	uint32_t stream;
	nsec_t since_first;
	nsec_t since_previous;
};

/* Appends the marks as they begin the Info column: "[TCP Retransmission] ", or nothing. */
void tcp_info_marks(struct buf *out, const struct tcp_view *view);

/*
 * Appends what follows the marks in the Info column of a segment, as Wireshark writes it.
 * frame_bytes and captured_len: the frame that tcp_read() read the header from, for its options.
 */
void tcp_info(struct buf *out, const struct tcp_hdr *header, const struct tcp_view *view,
	      uint32_t data_len, const uint8_t *frame_bytes, uint32_t captured_len);

/*
 * The parts of it. For lists, up to the length of data: written at a place with room for
 * TCP_INFO_MAX, returns the place behind it; of headers of TCP_HEADER_MIN and more.
 */
#define TCP_INFO_MAX 256
char *tcp_info_put(char *at, const struct tcp_hdr *header, const struct tcp_view *view,
		   uint32_t data_len);

/* Up to the window and the urgent pointer; and the options that are wholly there. */
void tcp_info_head(struct buf *out, const struct tcp_hdr *header, const struct tcp_view *view);
void tcp_info_options(struct buf *out, const struct tcp_hdr *header, const struct tcp_view *view,
		      const uint8_t *frame_bytes, uint32_t captured_len);

#endif
