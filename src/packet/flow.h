/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The streams of a capture: which segments and datagrams belong together, and what TCP's numbers
 * tell when they are compared, in Wireshark's words.
 *
 * Feed every segment and datagram once a pass, in the order of the capture; by the dissectors
 * (flow_hooks) or straight from decoded headers (flow_tcp(), flow_udp()), in any mixture.
 *
 * Memory is bounded: FLOW_BYTES_FREE plus FLOW_BYTES_A_FRAME for each frame fed, shared out between
 * TCP and UDP over IPv4 and IPv6. At the bound the stream idle longest among a few is dropped; when
 * it speaks again it is a new stream. Both passes drop the same ones. flow_counts() tells how many.
 * What long TCP streams know beyond that may take FLOW_FULL_FREE plus FLOW_FULL_A_FRAME.
 */
#ifndef SONDE_PACKET_FLOW_H
#define SONDE_PACKET_FLOW_H

#include "packet/bare.h"
#include "packet/decode.h"
#include "packet/flow_table.h"
#include "proto/dissect.h"
#include "proto/tcp_view.h"

#define FLOW_BYTES_FREE    (56u << 20)
#define FLOW_BYTES_A_FRAME 24u
#define FLOW_FULL_FREE     (8u << 20)
#define FLOW_FULL_A_FRAME  4u

#define FLOW_NO_WSCALE UINT8_MAX
#define FLOW_SACKS_MAX 4 /* ranges that 40 bytes of options have room for */

struct pairs;

struct flow_range {
	uint32_t left;
	uint32_t right;
};

/* One TCP segment, numbers in host order. */
struct flow_segment {
	const struct addr *source; /* of one family */
	const struct addr *destination;
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t seq;
	uint32_t ack;
	uint16_t flags; /* enum tcp_flag */
	uint16_t window;
	uint32_t data_len; /* bytes behind the header, on the wire */
	uint8_t wscale;    /* of a SYN's window scale option; FLOW_NO_WSCALE: none */
	bool quoted;       /* within an ICMP error: looks its stream up, is no part of it */
	uint8_t sack_count;
	struct flow_range sacks[FLOW_SACKS_MAX]; /* only sack_count of them need be set */
	uint32_t frame;
	nsec_t time;
};

/* One UDP datagram. */
struct flow_datagram {
	const struct addr *source;
	const struct addr *destination;
	uint16_t source_port;
	uint16_t destination_port;
	bool quoted;
	bool empty; /* no payload: as in Wireshark, what follows is not timed from it */
	nsec_t time;
};

struct flow_counts {
	uint32_t tcp; /* streams so far */
	uint32_t udp;
	uint64_t dropped; /* streams forgotten at the bound */
	uint64_t bytes;   /* held now */
};

/* Tables of one capture. NULL when memory ran out. */
struct flows *flows_new(void);
void flows_free(struct flows *flows);

/*
 * Before the first frame: there will be a second pass, so the end of each stream is kept (a byte a
 * stream, and 32 more for those of three segments and more, up to STREAM_ENDS_MAX).
 */
void flows_remember(struct flows *flows);

/*
 * The capture comes a second time, from its first frame: streams start anew, and what the first
 * pass learned of each one's end (completeness, round-trip time, scaling, where numbers start) is
 * told from the start.
 */
void flows_rewind(struct flows *flows);

/* The requests that wait for their replies, and other things kept beside streams; never NULL. */
struct pairs *flows_pairs(struct flows *flows);
struct memos *flows_memos(struct flows *flows);
struct arp_seen *flows_arp_seen(struct flows *flows);
struct announcements *flows_announcements(struct flows *flows);

/* What the stream says of this segment; it then is part of it. */
void flow_tcp(struct flows *flows, const struct flow_segment *segment, struct tcp_view *ret_view);
void flow_udp(struct flows *flows, const struct flow_datagram *datagram, struct udp_view *ret_view);

/*
 * The same for whoever knows several segments before the first one's answer is needed, so that
 * their streams' memory is fetched meanwhile: flow_tcp_key() for each, then flow_tcp_near() for
 * each, then flow_tcp_at() for each, in the order of the capture.
 */
void flow_tcp_key(const struct flows *flows, const struct flow_segment *segment,
		  struct flow_key *ret_key);
void flow_tcp_near(const struct flows *flows, const struct flow_key *key);
void flow_tcp_at(struct flows *flows, const struct flow_key *key,
		 const struct flow_segment *segment, struct tcp_view *ret_view);

/* The same for a bare segment: frame tells its number and time. */
void flow_bare_key(const struct flows *flows, const struct bare *bare, struct flow_key *ret_key);
void flow_bare_at(struct flows *flows, const struct flow_key *key, const struct bare *bare,
		  const struct frame *frame, struct tcp_view *ret_view);

/* Fills in all but frame, time and quoted from a decoded header; addresses point into `ip`. */
void flow_segment_set(struct flow_segment *segment, const struct addr *source,
		      const struct addr *destination, const struct tcp_hdr *header,
		      uint32_t data_len, const uint8_t *frame_bytes, uint32_t captured_len);

void flow_counts(const struct flows *flows, struct flow_counts *ret_counts);

/* What dissectors ask these tables; context: struct dissect.flows. */
extern const struct dissect_hooks flow_hooks;

#endif
