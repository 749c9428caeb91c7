// SPDX-License-Identifier: Apache-2.0
// What stood around a scan in its capture: see evidence/surroundings.h.
#include "evidence/surroundings.h"

#include <stdlib.h>
#include <string.h>

static void count(struct surroundings_count *c, uint64_t frame)
{
	if (c->count < FINDING_FRAMES_MAX)
		c->frames[c->count] = frame;
	c->count++;
}

struct surroundings *surroundings_new(const struct ledger *l, const struct hash_key *key)
{
	struct surroundings *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->ledger = l;
	s->key = *key;
	s->refusals.kind = PHASE_REFUSALS;
	s->conversations.kind = PHASE_CONVERSATION;
	s->neighbours.kind = PHASE_NEIGHBOURS;
	return s;
}

void surroundings_free(struct surroundings *s)
{
	free(s);
}

static bool is_ip(const struct packet *packet)
{
	return packet->network == NETWORK_IPV4 || packet->network == NETWORK_IPV6;
}

/* Frames that were cut, and those of which too little is left to know what they are. */
static void see_cut(struct surroundings *s, const struct frame *frame, const struct packet *packet)
{
	if (frame->captured_len >= frame->wire_len)
		return;
	s->cut++;
	if (packet->status == CURSOR_TRUNCATED ||
	    (is_ip(packet) && packet->ip.status == CURSOR_TRUNCATED))
		count(&s->blind, frame->id);
}

static void claim(struct surroundings *s, const struct frame *frame, const struct addr *addr,
		  const uint8_t mac[static MAC_LEN])
{
	uint64_t words[2];

	memcpy(words, addr->bytes, sizeof(words));
	mac_claims_add(&s->claims, hash_two(&s->key, words[0], words[1]), addr, frame->interface,
		       mac, frame->id);
}

static void see_claims(struct surroundings *s, const struct frame *frame,
		       const struct packet *packet)
{
	const struct arp_hdr *arp = &packet->arp;
	const struct icmpv6_hdr *icmp = &packet->ip.icmpv6;

	if (packet->network == NETWORK_ARP) {
		if (arp->ipv4_over_ethernet && !addr_is_any(&arp->sender))
			claim(s, frame, &arp->sender, arp->sender_mac);
		return;
	}
	if (packet->network == NETWORK_IPV6 && packet->ip.transport == TRANSPORT_ICMPV6 &&
	    icmp->type == ICMPV6_NEIGHBOUR_ADVERT && icmp->has_link_address)
		claim(s, frame, &icmp->target, icmp->link_address);
}

/* The link address by which a target's own answer came. */
static void see_sender(struct surroundings *s, const struct frame *frame,
		       const struct packet *packet, const struct note *note)
{
	if (note->kind == NOTE_REPLY && is_ip(packet) && packet->has_ethernet &&
	    addr_equal(&packet->ip.source, &ledger_host(s->ledger, note->host)->addr))
		mac_claims_add(&s->senders, note->host, &packet->ip.source, frame->interface,
			       packet->ethernet.source, frame->id);
}

/* True for an error by which a scanner's kernel refuses a datagram of one of its targets. */
static bool is_refusal(const struct surroundings *s, const struct packet *packet)
{
	const struct ip_packet *quote = &packet->quote;

	if (!is_ip(packet) || !packet->has_quote || quote->transport != TRANSPORT_UDP ||
	    !addr_equal(&packet->ip.source, &quote->destination))
		return false;
	return ledger_find_pair(s->ledger, &quote->source, &quote->destination) != EVENT_NONE;
}

/* True for a TCP segment that only answers a probe of a kind that the file should hold. */
static bool is_orphan(const struct packet *packet)
{
	unsigned flags = TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN | TCP_PSH;

	if (!is_ip(packet) || packet->ip.transport != TRANSPORT_TCP || packet->ip.data_len)
		return false;
	flags &= packet->ip.tcp.flags;
	return flags == (TCP_SYN | TCP_ACK) || flags == (TCP_RST | TCP_ACK);
}

static void see_stranger(struct surroundings *s, const struct frame *frame,
			 const struct packet *packet)
{
	if (is_refusal(s, packet)) {
		phase_add(&s->refusals, frame->id, frame->time, false);
		return;
	}
	if (is_orphan(packet))
		count(&s->orphans, frame->id);
	strangers_add(&s->strangers, packet, frame->id);
}

void surroundings_frame(struct surroundings *s, const struct frame *frame,
			const struct packet *packet, const struct note *note)
{
	s->frames++;
	see_cut(s, frame, packet);
	see_claims(s, frame, packet);
	see_sender(s, frame, packet, note);
	sweeps_add(&s->sweeps, &s->key, frame, packet);
	if (is_ip(packet))
		copies_add(&s->copies, &s->key, frame, packet,
			   note->kind == NOTE_PROBE ||
				   (note->kind == NOTE_REPLY && !note->repeated));
	switch (note->kind) {
	case NOTE_UNRELATED:
		see_stranger(s, frame, packet);
		break;
	case NOTE_TRAFFIC:
		phase_add(&s->conversations, frame->id, frame->time, false);
		break;
	case NOTE_NEIGHBOUR:
		phase_add(&s->neighbours, frame->id, frame->time, false);
		break;
	case NOTE_PROBE:
	case NOTE_REPLY:
	case NOTE_UNPROVEN:
	case NOTE_OWN_RESET:
		break;
	}
}
