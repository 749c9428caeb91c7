// SPDX-License-Identifier: Apache-2.0
// TCP segments that are told to the flow tables only if their stream is ever asked for.
#include "packet/flow_later.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/big.h"
#include "proto/tcp.h"

#define BLOCK_SEGMENTS 123360u /* two large pages (base/big.h) and little less */
#define BLOCKS_FREE    4u      /* blocks that need not be half full */
#define BLOCKS_MAX     (2 * FLOW_LATER_MAX / BLOCK_SEGMENTS + BLOCKS_FREE)
#define TAGS           (1u << 16)
#define TIME_BITS      40                  /* ns since the block's first segment */
#define FRAME_BITS     24                  /* frames since it */
#define MIX_ADDRESSES  0x9e3779b97f4a7c15u /* odd: 2^64 by the golden ratio */
#define MIX_PORTS      0xc2b2ae3d27d4eb4fu

enum kept_bit {
	KEPT_FLAGS = 0x1ff,
	KEPT_QUOTED = 0x200,
	KEPT_WSCALE = 0x400, /* it had the option: four bits from KEPT_SHIFT on */
	KEPT_SHIFT = 11,
};

struct kept {
	uint8_t source[4];
	uint8_t destination[4];
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t seq;
	uint32_t ack;
	uint16_t window;
	uint16_t bits;
	uint64_t when; /* frame above time, both since the block's */
};

static_assert(sizeof(struct kept) == 32, "the memory bound counts with this");

struct block {
	nsec_t time;
	uint64_t frame;
	uint32_t count;
	uint16_t tags[BLOCK_SEGMENTS];
	struct kept items[BLOCK_SEGMENTS];
};

#define BLOCK_BYTES BIG_MIN

static_assert(sizeof(struct block) <= BLOCK_BYTES && sizeof(struct block) >= BLOCK_BYTES - 64,
	      "a block fills its pages");

struct flow_later {
	struct block *blocks[BLOCKS_MAX];
	uint32_t block_count;
	uint32_t count;      /* segments in all */
	uint32_t next_block; /* before this segment wanted streams are fed */
	uint32_t next;
	bool asked_any;
	uint64_t asked[TAGS / 64];  /* wanted since flow_later_settle() */
	uint64_t wanted[TAGS / 64]; /* before it */
};

struct flow_later *flow_later_new(void)
{
	return calloc(1, sizeof(struct flow_later));
}

static void drop_block(struct flow_later *l, uint32_t i)
{
	big_free(l->blocks[i], BLOCK_BYTES);
	l->blocks[i] = NULL;
}

void flow_later_free(struct flow_later *l)
{
	if (!l)
		return;
	for (uint32_t i = 0; i < l->block_count; i++)
		drop_block(l, i);
	free(l);
}

/* ---- Tags ----------------------------------------------------------------------------------- */

static bool has_tag(const uint64_t *tags, uint16_t tag)
{
	return tags[tag / 64] >> tag % 64 & 1;
}

/* The same for both directions. */
static uint16_t tag_of(const struct ip_packet *ip)
{
	const struct tcp_hdr *h = &ip->tcp;
	uint64_t mixed = (uint64_t)(h->source_port ^ h->destination_port) << 32 |
			 (uint32_t)(h->source_port + h->destination_port);
	size_t len = addr_len(&ip->source);

	mixed *= MIX_PORTS;
	for (size_t at = 0; at < len; at += 4) {
		uint32_t a, b;

		memcpy(&a, ip->source.bytes + at, sizeof(a));
		memcpy(&b, ip->destination.bytes + at, sizeof(b));
		mixed = (mixed ^ (uint64_t)a ^ b) * MIX_ADDRESSES + (uint64_t)a + b;
	}
	return (uint16_t)(mixed * MIX_PORTS >> 48);
}

void flow_later_want(struct flow_later *l, const struct ip_packet *ip)
{
	uint16_t tag = tag_of(ip);

	if (has_tag(l->wanted, tag))
		return;
	l->asked[tag / 64] |= (uint64_t)1 << tag % 64;
	l->asked_any = true;
}

/* ---- Keeping -------------------------------------------------------------------------------- */

static struct block *begin_block(struct flow_later *l, const struct frame *frame)
{
	struct block *b;

	if (l->block_count == BLOCKS_MAX || l->count >= FLOW_LATER_MAX ||
	    l->block_count > BLOCKS_FREE + 2 * (l->count / BLOCK_SEGMENTS))
		return NULL;
	b = big_resize(NULL, 0, BLOCK_BYTES);
	if (!b)
		return NULL;
	b->time = frame->time;
	b->frame = frame->id;
	l->blocks[l->block_count++] = b;
	return b;
}

/* A block with room for a segment of this frame. */
static struct block *block_for(struct flow_later *l, const struct frame *frame)
{
	struct block *b = l->block_count ? l->blocks[l->block_count - 1] : NULL;

	if (b && b->count < BLOCK_SEGMENTS && frame->time >= b->time &&
	    frame->time - b->time < (nsec_t)1 << TIME_BITS &&
	    frame->id - b->frame < (uint64_t)1 << FRAME_BITS)
		return b;
	return begin_block(l, frame);
}

static uint16_t bits_of(const struct flow_segment *s, bool quoted)
{
	unsigned bits = (s->flags & KEPT_FLAGS) | (quoted ? KEPT_QUOTED : 0);

	if (s->wscale != FLOW_NO_WSCALE) /* more than 14 counts as 14: RFC 7323 s. 2.3 */
		bits |= KEPT_WSCALE | (s->wscale < 14u ? s->wscale : 14u) << KEPT_SHIFT;
	return (uint16_t)bits;
}

bool flow_later_add(struct flow_later *l, const struct ip_packet *ip, const struct frame *frame,
		    bool quoted)
{
	struct flow_segment s;
	struct block *b;
	struct kept *kept;

	if (ip->network != NETWORK_IPV4 || ip->data_len)
		return false;
	flow_segment_set(&s, &ip->source, &ip->destination, &ip->tcp, 0, frame->bytes,
			 frame->captured_len);
	b = s.sack_count ? NULL : block_for(l, frame);
	if (!b)
		return false;
	b->tags[b->count] = tag_of(ip);
	kept = &b->items[b->count++];
	memcpy(kept->source, ip->source.bytes, 4);
	memcpy(kept->destination, ip->destination.bytes, 4);
	kept->source_port = s.source_port;
	kept->destination_port = s.destination_port;
	kept->seq = s.seq;
	kept->ack = s.ack;
	kept->window = s.window;
	kept->bits = bits_of(&s, quoted);
	kept->when = (frame->id - b->frame) << TIME_BITS | (uint64_t)(frame->time - b->time);
	l->count++;
	return true;
}

/* ---- Feeding -------------------------------------------------------------------------------- */

static uint64_t frame_of(const struct block *b, uint32_t i)
{
	return b->frame + (b->items[i].when >> TIME_BITS);
}

static void feed(struct flows *flows, const struct block *b, uint32_t i)
{
	const struct kept *kept = &b->items[i];
	struct addr source, destination;
	struct flow_segment s = {
		.source = &source,
		.destination = &destination,
		.source_port = kept->source_port,
		.destination_port = kept->destination_port,
		.seq = kept->seq,
		.ack = kept->ack,
		.flags = kept->bits & KEPT_FLAGS,
		.window = kept->window,
		.wscale = kept->bits & KEPT_WSCALE ? kept->bits >> KEPT_SHIFT & 15 : FLOW_NO_WSCALE,
		.quoted = kept->bits & KEPT_QUOTED,
		.frame = (uint32_t)frame_of(b, i),
		.time = b->time + (nsec_t)(kept->when & (((uint64_t)1 << TIME_BITS) - 1)),
	};
	struct tcp_view view;

	addr_set_v4(&source, kept->source);
	addr_set_v4(&destination, kept->destination);
	flow_tcp(flows, &s, &view);
}

void flow_later_settle(struct flow_later *l, struct flows *flows)
{
	if (!l->asked_any)
		return;
	for (uint32_t i = 0; i < l->block_count && i <= l->next_block; i++) {
		const struct block *b = l->blocks[i];
		uint32_t end = i == l->next_block ? l->next : b->count;

		for (uint32_t at = 0; at < end; at++)
			if (has_tag(l->asked, b->tags[at]))
				feed(flows, b, at);
	}
	for (unsigned i = 0; i < TAGS / 64; i++)
		l->wanted[i] |= l->asked[i];
	memset(l->asked, 0, sizeof(l->asked));
	l->asked_any = false;
}

void flow_later_feed(struct flow_later *l, struct flows *flows, uint64_t before)
{
	while (l->next_block < l->block_count) {
		const struct block *b = l->blocks[l->next_block];

		for (; l->next < b->count; l->next++) {
			if (frame_of(b, l->next) >= before)
				return;
			if (has_tag(l->wanted, b->tags[l->next]))
				feed(flows, b, l->next);
		}
		if (l->next_block + 1 == l->block_count)
			return; /* more may come into this one */
		l->next_block++;
		l->next = 0;
	}
}

void flow_later_all(struct flow_later *l, struct flows *flows)
{
	flow_later_feed(l, flows, UINT64_MAX);
	for (uint32_t i = 0; i < l->block_count; i++) {
		for (uint32_t at = 0; at < l->blocks[i]->count; at++)
			if (!has_tag(l->wanted, l->blocks[i]->tags[at]))
				feed(flows, l->blocks[i], at);
		drop_block(l, i);
	}
	l->block_count = l->count = l->next_block = l->next = 0;
}
