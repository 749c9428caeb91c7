// SPDX-License-Identifier: Apache-2.0
// Packets that are in the file twice: see evidence/copy.h.
#include "evidence/copy.h"

#include <string.h>

#define HASHED_WORDS 16 /* of 8 bytes; packets that differ behind them only are a rare pair */
#define V4_TTL       8  /* RFC 791 s. 3.1 */
#define V4_CHECKSUM  10
#define V6_HOPS      7 /* RFC 8200 s. 3 */

/* The hash of what a router leaves alone; 0 when too little of the packet is held. */
static uint64_t hash_packet(const struct hash_key *key, const struct frame *frame,
			    const struct ip_packet *ip)
{
	uint64_t words[HASHED_WORDS];
	uint8_t *bytes = (uint8_t *)words;
	uint32_t len;
	size_t count;

	if (ip->network_at >= frame->captured_len)
		return 0;
	len = frame->captured_len - ip->network_at;
	if (len > sizeof(words))
		len = sizeof(words);
	if (len <= V4_CHECKSUM + 1)
		return 0;
	count = (len + 7) / 8;
	words[count - 1] = 0;
	memcpy(bytes, frame->bytes + ip->network_at, len);
	if (ip->network == NETWORK_IPV4) {
		bytes[V4_TTL] = 0;
		bytes[V4_CHECKSUM] = bytes[V4_CHECKSUM + 1] = 0;
	} else {
		bytes[V6_HOPS] = 0;
	}
	return hash_words(key, words, count) | 1;
}

void copies_add(struct copies *c, const struct hash_key *key, const struct frame *frame,
		const struct packet *packet)
{
	const struct ip_packet *ip = &packet->ip;
	/* a reset is made from what it answers alone: two answers alike are alike */
	bool plain_reset = ip->transport == TRANSPORT_TCP && (ip->tcp.flags & TCP_RST);
	uint64_t hash = plain_reset ? 0 : hash_packet(key, frame, ip);
	unsigned place = (unsigned)(hash >> 8) % COPY_PLACES;
	nsec_t gap = frame->time - c->places[place].time;

	if (!hash)
		return;
	c->packets++;
	if (c->places[place].hash == hash && gap < COPY_SPAN && gap > -COPY_SPAN) {
		bool elsewhere = c->places[place].interface != frame->interface;
		bool routed = c->places[place].hops != ip->hops;
		struct copies_of_kind *k = &c->of[elsewhere ? COPY_INTERFACE
						  : routed  ? COPY_ROUTED
							    : COPY_SAME];

		if (k->count < FINDING_FRAMES_MAX)
			k->frames[k->count] = frame->id;
		k->count++;
		return;
	}
	c->places[place].hash = hash;
	c->places[place].time = frame->time;
	c->places[place].interface = frame->interface;
	c->places[place].hops = ip->hops;
}
