// SPDX-License-Identifier: Apache-2.0
// Who asks for many addresses or ports: see evidence/sweep.h.
#include "evidence/sweep.h"

#include <math.h>
#include <string.h>

/* What one frame asks for. */
struct question {
	enum sweep_kind kind;
	const struct addr *source;
	const struct addr *target;
	uint16_t port;
};

static bool read_arp(const struct arp_hdr *arp, struct question *q)
{
	*q = (struct question) {SWEEP_ARP, &arp->sender, &arp->target, 0};
	return arp->ipv4_over_ethernet && arp->operation == ARP_REQUEST &&
	       !addr_is_any(&arp->sender) && !addr_equal(&arp->sender, &arp->target);
}

static bool read_ip(const struct ip_packet *ip, struct question *q)
{
	*q = (struct question) {.source = &ip->source, .target = &ip->destination};
	if (ip->status != CURSOR_OK || addr_is_any(&ip->source))
		return false;
	if (ip->transport == TRANSPORT_ICMPV6 && ip->icmpv6.type == ICMPV6_NEIGHBOUR_SOLICIT) {
		q->kind = SWEEP_ND;
		q->target = &ip->icmpv6.target;
		return true;
	}
	if (addr_is_multicast(&ip->destination))
		return false;
	if (ip->transport == TRANSPORT_TCP) {
		q->kind = SWEEP_SYN;
		q->port = ip->tcp.destination_port;
		return (ip->tcp.flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN;
	}
	q->kind = SWEEP_ECHO;
	return (ip->transport == TRANSPORT_ICMP && ip->icmp.type == ICMP_TYPE_ECHO) ||
	       (ip->transport == TRANSPORT_ICMPV6 && ip->icmpv6.type == ICMPV6_ECHO);
}

static uint64_t hash_addr(const struct hash_key *key, const struct addr *addr)
{
	uint64_t words[2];

	memcpy(words, addr->bytes, sizeof(words));
	return hash_two(key, words[0] ^ addr->family, words[1]);
}

/* From an address's hash to that of one of its ports (Knuth's multiplier for 64 bits). */
static uint64_t hash_port(uint64_t addr_hash, uint16_t port)
{
	uint64_t mixed = (addr_hash ^ port) * UINT64_C(6364136223846793005);

	return mixed >> 20;
}

static void mark(uint64_t bits[static SWEEP_WORDS], uint64_t hash)
{
	bits[hash % SWEEP_BITS / 64] |= UINT64_C(1) << hash % 64;
}

/* The place of a source; NULL while a full set has none for it. */
static struct sweep *place(struct sweep *set, const struct addr *source)
{
	struct sweep *weakest = &set[0];

	for (unsigned i = 0; i < SWEEP_WAYS; i++) {
		if (set[i].source.family && addr_equal(&set[i].source, source))
			return &set[i];
		if (set[i].credit < weakest->credit)
			weakest = &set[i];
	}
	if (weakest->credit) {
		weakest->credit--;
		return NULL;
	}
	*weakest = (struct sweep) {.source = *source};
	return weakest;
}

void sweeps_add(struct sweeps *s, const struct hash_key *key, const struct frame *frame,
		const struct packet *packet)
{
	struct question q;
	struct sweep *w;
	uint64_t target;

	if (packet->network == NETWORK_NONE ||
	    !(packet->network == NETWORK_ARP ? read_arp(&packet->arp, &q)
					     : read_ip(&packet->ip, &q)))
		return;
	w = place(&s->items[hash_addr(key, q.source) % SWEEP_SETS * SWEEP_WAYS], q.source);
	if (!w)
		return;
	if (!w->count) {
		w->first = frame->time;
		w->has_mac = packet->has_ethernet;
		if (w->has_mac)
			memcpy(w->mac, packet->ethernet.source, MAC_LEN);
	}
	if (w->count < FINDING_FRAMES_MAX)
		w->frames[w->count] = frame->id;
	if (frame->time > w->last)
		w->last = frame->time;
	w->sent = w->sent || frame->direction == FRAME_SENT;
	w->kinds |= (uint8_t)q.kind;
	w->credit++;
	w->count++;
	target = hash_addr(key, q.target);
	mark(w->addresses, target);
	if (q.kind == SWEEP_SYN)
		mark(w->ports, hash_port(target, q.port));
}

unsigned sweep_estimate(const uint64_t bits[static SWEEP_WORDS])
{
	unsigned set = 0;

	for (unsigned i = 0; i < SWEEP_WORDS; i++)
		set += (unsigned)__builtin_popcountll(bits[i]);
	if (set == SWEEP_BITS)
		set--;
	return (unsigned)lround(-SWEEP_BITS * log(1 - (double)set / SWEEP_BITS));
}
