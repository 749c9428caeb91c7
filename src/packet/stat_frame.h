/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One frame as the statistics see it, and who talks to whom in it.
 *
 * Theory of operation. A scan is millions of frames whose core headers are all there is to them:
 * a SYN, a reset, an ARP question. Of such a plain frame packet_decode() tells everything a
 * statistic counts, so no dissector is run. All others are taken apart in full. What a frame is
 * must not depend on the way it was read, and TCP has a memory: segments with data are put
 * together and compared with earlier ones. So a conversation is followed in full from its SYN/ACK
 * or its first data on, which stat_plain keeps in a bitmap of keyed hashes; a false hit there costs
 * time only.
 */
#ifndef SONDE_PACKET_STAT_FRAME_H
#define SONDE_PACKET_STAT_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/nsec.h"
#include "packet/bare.h"
#include "packet/decode.h"
#include "packet/frame.h"
#include "proto/dissect.h"

#define STAT_TRAIL_MAX 8 /* bytes of a word */

/* Of a bare frame without a comment. */
#define STAT_BARE_TRAIL  (PROTOCOL_ETHERNET | PROTOCOL_IPV4 << 8 | PROTOCOL_TCP << 16)
#define STAT_BARE_LAYERS 3

/* What a collector is fed with. */
struct stat_frame {
	const struct frame *frame;
	nsec_t since_first; /* time since the capture's first frame; may be negative; 0: none noted */
	bool plain;         /* its core headers and trail are all there is */
	uint8_t trail_count;
	uint64_t
		trail; /* enum protocol_id of its layers, a byte each, the outermost lowest; if plain */
	const struct bare *bare;       /* its core headers: of a bare segment; */
	const struct packet *packet;   /* of any other frame, when bare is NULL */
	const struct dissect *dissect; /* the frame taken apart; NULL when nobody did */
	const char *info;              /* its Info column; NULL when nobody wanted it */
};

#define STAT_PLAIN_BITS  (1u << 20)
#define STAT_PLAIN_SHARE 32u /* of them share a coarse one */

/* Start with stat_plain_init(). */
struct stat_plain {
	struct hash_key key;
	uint64_t followed[STAT_PLAIN_BITS / 64];
	uint64_t coarse[STAT_PLAIN_BITS / STAT_PLAIN_SHARE / 64]; /* few enough to stay near */
};

/* key: a secret drawn once a run. */
void stat_plain_init(struct stat_plain *p, const struct hash_key *key);

/*
 * Sets plain and trail of *f from its frame and its core headers. Ask once for each frame of a
 * capture, in order.
 */
void stat_plain_judge(struct stat_plain *p, struct stat_frame *f);

#define STAT_BARES_MAX 32

/* Frames in a row that are bare, plain, with a time and without a comment: most of a scan, counted together. */
struct stat_bares {
	const struct frame *frames; /* the caller's */
	const struct bare *bares;   /* of each */
	unsigned count;             /* at most STAT_BARES_MAX */
	nsec_t first;               /* the time of the capture's first frame */
};

/*
 * How many of the first count frames are so, with their numbers in ret_bares. They count as asked
 * of stat_plain_judge(), those behind them are to be.
 */
unsigned stat_plain_bares(struct stat_plain *p, const struct frame *frames, unsigned count,
			  struct bare *ret_bares);

/* One side of a conversation. */
enum side_kind {
	SIDE_NONE, /* a link without this address */
	SIDE_ETHER,
	SIDE_IPV4,
	SIDE_IPV6,
	SIDE_IPX,
};

struct stat_side {
	uint8_t kind; /* enum side_kind */
	uint16_t port;
	uint64_t high; /* IPv6: the first 8 bytes; IPX: the network */
	uint64_t low;  /* the last 8 bytes, or the whole of a shorter address, as a number */
};

#define STAT_PORT_BITS 16

/* What tells a side of 48 bits or less from others of its kind, in stat_side_compare()'s order. */
static inline uint64_t stat_short_number(const struct stat_side *s)
{
	return s->kind == SIDE_IPV4 ? s->low << STAT_PORT_BITS | s->port : s->low;
}

/* Who sends to whom by one header. */
struct stat_talk {
	struct stat_side from;
	struct stat_side to;
	/* TCP: for the rule that tells a new connection from an old one. */
	uint32_t seq;
	uint32_t ack;
	uint16_t flags; /* enum tcp_flag; 0 else */
};

#define STAT_TALKS_MAX 16 /* headers of one protocol in one frame */

/*
 * The headers of protocol (Ethernet, SLL, IPV4, IPV6, TCP, UDP, SCTP or IPX) in the frame, from
 * the outside in, those quoted in an ICMP error left out, as in Wireshark's conversations.
 * Returns how many.
 */
unsigned stat_talks(const struct stat_frame *f, enum protocol_id protocol,
		    struct stat_talk ret_talks[static STAT_TALKS_MAX]);

/* By the TCP header of a bare frame. */
void stat_bare_talk(const struct bare *b, struct stat_talk *ret_talk);

/* The sides of a bare frame's header, by their stat_short_number(). */
struct stat_ends {
	uint64_t from;
	uint64_t to;
};

/*
 * The sides by the headers of protocol (Ethernet, IPV4 or TCP) in each of the frames. Returns their
 * kind, or SIDE_NONE when bare frames have no such header.
 */
enum side_kind stat_bare_ends(const struct stat_bares *b, enum protocol_id protocol,
			      struct stat_ends ret_ends[static STAT_BARES_MAX]);

#endif
