// SPDX-License-Identifier: Apache-2.0
// What one frame meant, from the frame and the ledger alone: see evidence/ledger.h.
#include <errno.h>
#include <string.h>

#include "evidence/store.h"
#include "packet/decode.h"

/*
 * How many probes of one tuple an answer is held against, the newest first. Scanners send a
 * handful; a file with thousands of alike probes and answers would cost their product.
 */
#define ALIKE_MAX 64

/* One frame under judgement. */
struct sight {
	struct ledger *l;
	const struct frame *frame;
	const struct packet *packet;
	struct note *note;
};

/* True when addr may send probes: it is ours, or nobody said who we are. */
static bool may_probe(const struct ledger *l, const struct addr *addr)
{
	return !l->own_count || store_is_own(l, addr);
}

/* Remembers whose MAC the frames to other addresses are handed to. */
static void note_next_hop(struct ledger *l, const struct packet *packet, uint32_t host)
{
	const uint8_t *mac = packet->ethernet.destination;
	const struct ledger_host *h = &l->hosts[host];
	uint32_t owner;

	if (!packet->has_ethernet || (h->has_mac && !memcmp(h->mac, mac, MAC_LEN)))
		return;
	owner = store_mac_owner(l, mac);
	if (owner != EVENT_NONE && owner != host)
		l->hosts[owner].is_next_hop = true;
}

/* Enters a probe to `target` and notes it, unless another program sent it. */
static int see_probe(struct sight *s, struct probe *probe, const struct addr *source,
		     const struct addr *target)
{
	uint32_t host;

	if (s->l->ours && !s->l->ours(s->l->ours_user, probe, target))
		return 0;
	host = store_host(s->l, target, source);
	if (host == EVENT_NONE)
		return -ENOMEM;
	probe->host = host;
	probe->frame = s->frame->id;
	probe->time = s->frame->time;
	s->note->probe = store_probe(s->l, probe);
	if (s->note->probe == EVENT_NONE)
		return -ENOMEM;
	s->note->kind = NOTE_PROBE;
	s->note->host = host;
	if (probe->kind != PROBE_ARP && probe->kind != PROBE_ND) {
		s->l->beyond_resolution = true;
		note_next_hop(s->l, s->packet, host);
	}
	return 0;
}

/* Enters a reply to `probe` and notes it. */
static int see_reply(struct sight *s, uint32_t probe, enum reply_kind kind, const struct addr *from)
{
	struct reply reply = {
		.frame = s->frame->id,
		.time = s->frame->time,
		.probe = probe,
		.from = *from,
		.kind = (uint8_t)kind,
		.hops = s->packet->network == NETWORK_ARP ? 0 : s->packet->ip.hops,
	};
	const struct probe *p = &s->l->probes[probe];

	if (kind == REPLY_ICMP) {
		reply.type = s->packet->ip.icmp.type;
		reply.code = s->packet->ip.icmp.code;
	} else if (kind == REPLY_ICMPV6) {
		reply.type = s->packet->ip.icmpv6.type;
		reply.code = s->packet->ip.icmpv6.code;
	}
	s->note->repeated = p->first_reply != EVENT_NONE;
	s->note->reply = store_reply(s->l, &reply);
	if (s->note->reply == EVENT_NONE)
		return -ENOMEM;
	s->note->kind = NOTE_REPLY;
	s->note->probe = probe;
	s->note->host = s->l->probes[probe].host;
	return 0;
}

/* A frame about a probe that decides nothing: remembered beside it. */
static int see_aside(struct sight *s, uint32_t probe, enum note_kind kind)
{
	struct aside aside = {
		.frame = s->frame->id,
		.time = s->frame->time,
		.probe = probe,
		.kind = (uint8_t)kind,
	};

	if (!store_aside(s->l, &aside))
		return -ENOMEM;
	s->note->kind = kind;
	s->note->probe = probe;
	s->note->host = s->l->probes[probe].host;
	return 0;
}

/* A frame from a probed address without proof: kept, counted, never a verdict. */
static int see_unproven(struct sight *s, uint32_t probe)
{
	s->l->hosts[s->l->probes[probe].host].unproven++;
	return see_aside(s, probe, NOTE_UNPROVEN);
}

/* What kind of reply to probe p this TCP header is, if it proves itself. */
static bool tcp_proves(const struct ledger *l, const struct tcp_hdr *tcp, const struct probe *p,
		       enum reply_kind *ret_kind)
{
	bool acknowledges = p->kind == PROBE_SYN && tcp->ack == p->cookie + 1;
	unsigned kind = tcp->flags & (TCP_SYN | TCP_ACK | TCP_RST);

	if (tcp->flags & TCP_RST) {
		*ret_kind = REPLY_RST;
		if (p->kind == PROBE_ACK)
			return tcp->seq == p->cookie;
		/* some stacks acknowledge the sequence number itself */
		return (tcp->flags & TCP_ACK) && (acknowledges || tcp->ack == p->cookie);
	}
	if (kind == (TCP_SYN | TCP_ACK)) {
		*ret_kind = REPLY_SYN_ACK;
		return acknowledges;
	}
	if (kind == TCP_SYN) {
		/* its own header, or an ACK segment before it, carries the cookie */
		*ret_kind = REPLY_SPLIT_SYN;
		return acknowledges || (p->kind == PROBE_SYN && p->first_reply != EVENT_NONE &&
					l->replies[p->first_reply].kind == REPLY_ACK);
	}
	*ret_kind = REPLY_ACK;
	return kind == TCP_ACK && acknowledges && p->first_reply == EVENT_NONE;
}

/* A TCP segment from a probed port to the port the probe came from. */
static int see_tcp_back(struct sight *s, uint32_t host, uint32_t bits, uint32_t first)
{
	const struct ip_packet *ip = &s->packet->ip;
	uint32_t i = first;
	enum reply_kind kind;

	for (int n = 0; i != EVENT_NONE && n < ALIKE_MAX;
	     n++, i = store_tuple_next(s->l, i, host, PROBE_SYN, bits)) {
		if (tcp_proves(s->l, &ip->tcp, &s->l->probes[i], &kind))
			return see_reply(s, i, kind, &ip->source);
	}
	if (ip->tcp.flags & (TCP_SYN | TCP_RST))
		return see_unproven(s, first);
	s->note->kind = NOTE_TRAFFIC;
	s->note->host = host;
	return 0;
}

/* A TCP segment along a tuple that we probed before: a retry, our kernel's reset, or traffic. */
static int see_tcp_again(struct sight *s, uint32_t host, uint32_t first)
{
	if (s->packet->ip.tcp.flags & TCP_RST)
		return see_aside(s, first, NOTE_OWN_RESET);
	s->note->host = host;
	s->note->probe = first;
	s->note->kind = NOTE_TRAFFIC;
	return 0;
}

/* Remembers that this source port does host discovery. */
static void add_ping_port(struct ledger_host *h, uint16_t port)
{
	if (port == h->ping_ports[0] || port == h->ping_ports[1])
		return;
	h->ping_ports[h->ping_ports[0] ? 1 : 0] = port;
}

static int see_tcp_probe(struct sight *s, bool is_ack)
{
	const struct ip_packet *ip = &s->packet->ip;
	struct probe probe = {
		.kind = is_ack ? PROBE_ACK : PROBE_SYN,
		.port = ip->tcp.destination_port,
		.local_port = ip->tcp.source_port,
		.cookie = is_ack ? ip->tcp.ack : ip->tcp.seq,
	};
	int code = see_probe(s, &probe, &ip->source, &ip->destination);

	if (code || s->note->probe == EVENT_NONE)
		return code;
	if (is_ack)
		add_ping_port(&s->l->hosts[s->note->host], probe.local_port);
	else
		s->l->hosts[s->note->host].syns++;
	return 0;
}

/* Anything else between us and a probed host is part of the picture, if not of a verdict. */
static int see_other(struct sight *s)
{
	const struct ip_packet *ip = &s->packet->ip;
	uint32_t host = ledger_find_host(s->l, &ip->source);

	if (host == EVENT_NONE || !may_probe(s->l, &ip->destination))
		host = ledger_find_host(s->l, &ip->destination);
	if (host != EVENT_NONE) {
		s->note->kind = NOTE_TRAFFIC;
		s->note->host = host;
		s->l->hosts[host].traffic++;
	}
	return 0;
}

static int see_tcp(struct sight *s)
{
	const struct ip_packet *ip = &s->packet->ip;
	const struct tcp_hdr *tcp = &ip->tcp;
	uint32_t back_bits = (uint32_t)tcp->source_port << 16 | tcp->destination_port;
	uint32_t forth_bits = (uint32_t)tcp->destination_port << 16 | tcp->source_port;
	uint32_t host = ledger_find_host(s->l, &ip->source);
	uint32_t first = EVENT_NONE;
	unsigned flags = tcp->flags & 0x3f;
	bool syn = flags == TCP_SYN, ack = flags == TCP_ACK && !ip->data_len;

	if (host != EVENT_NONE)
		first = store_tuple_first(s->l, host, PROBE_SYN, back_bits);
	if (first != EVENT_NONE)
		return see_tcp_back(s, host, back_bits, first);
	host = ledger_find_host(s->l, &ip->destination);
	if (host != EVENT_NONE)
		first = store_tuple_first(s->l, host, PROBE_SYN, forth_bits);
	if (first != EVENT_NONE && !(syn && may_probe(s->l, &ip->source)))
		return see_tcp_again(s, host, first);
	if ((syn || ack) && may_probe(s->l, &ip->source))
		return see_tcp_probe(s, ack);
	return see_other(s);
}

/* The probe that an ICMP error quotes, with proof; EVENT_NONE when there is none. */
static uint32_t quoted_probe(struct sight *s, uint32_t *ret_similar)
{
	const struct ip_packet *q = &s->packet->quote;
	uint32_t host = ledger_find_host(s->l, &q->destination);
	enum probe_kind kind = PROBE_SYN;
	uint32_t bits, i;

	*ret_similar = EVENT_NONE;
	if (host == EVENT_NONE)
		return EVENT_NONE;
	if (q->transport == TRANSPORT_TCP) {
		bits = (uint32_t)q->tcp.destination_port << 16 | q->tcp.source_port;
	} else if (q->transport == TRANSPORT_ICMP || q->transport == TRANSPORT_ICMPV6) {
		bool v4 = q->transport == TRANSPORT_ICMP;
		uint16_t id = v4 ? q->icmp.id : q->icmpv6.id;

		kind = v4 && q->icmp.type == ICMP_TYPE_TIMESTAMP ? PROBE_TIMESTAMP : PROBE_ECHO;
		bits = (uint32_t)id << 16 | (v4 ? q->icmp.sequence : q->icmpv6.sequence);
	} else {
		return EVENT_NONE;
	}
	i = store_tuple_first(s->l, host, kind, bits);
	for (int n = 0; i != EVENT_NONE && n < ALIKE_MAX;
	     n++, i = store_tuple_next(s->l, i, host, kind, bits)) {
		const struct probe *p = &s->l->probes[i];

		*ret_similar = i;
		if (kind != PROBE_SYN || q->tcp.seq == p->cookie ||
		    (p->kind == PROBE_ACK && q->tcp.ack == p->cookie))
			return i;
	}
	return EVENT_NONE;
}

static int see_error(struct sight *s, enum reply_kind kind)
{
	uint32_t similar, probe;

	if (!s->packet->has_quote)
		return 0;
	probe = quoted_probe(s, &similar);
	if (probe != EVENT_NONE)
		return see_reply(s, probe, kind, &s->packet->ip.source);
	return similar != EVENT_NONE ? see_unproven(s, similar) : 0;
}

/* An echo or timestamp message: a probe of ours, or the answer to one. */
static int see_query(struct sight *s, enum probe_kind kind, bool is_reply, uint16_t id,
		     uint16_t sequence)
{
	const struct ip_packet *ip = &s->packet->ip;
	uint32_t cookie = (uint32_t)id << 16 | sequence;
	uint32_t host, first = EVENT_NONE;

	if (!is_reply) {
		struct probe probe = {.kind = (uint8_t)kind, .cookie = cookie};

		if (!may_probe(s->l, &ip->source) || addr_is_multicast(&ip->destination))
			return 0;
		return see_probe(s, &probe, &ip->source, &ip->destination);
	}
	host = ledger_find_host(s->l, &ip->source);
	if (host == EVENT_NONE)
		return 0;
	first = store_tuple_first(s->l, host, kind, cookie);
	if (first != EVENT_NONE)
		return see_reply(s, first, kind == PROBE_ECHO ? REPLY_ECHO : REPLY_TIMESTAMP,
				 &ip->source);
	return 0;
}

static int see_icmp(struct sight *s)
{
	const struct icmp_hdr *icmp = &s->packet->ip.icmp;

	if (icmp->is_error)
		return see_error(s, REPLY_ICMP);
	if (icmp->type == ICMP_TYPE_ECHO || icmp->type == ICMP_TYPE_ECHO_REPLY)
		return see_query(s, PROBE_ECHO, icmp->type == ICMP_TYPE_ECHO_REPLY, icmp->id,
				 icmp->sequence);
	if (icmp->type == ICMP_TYPE_TIMESTAMP || icmp->type == ICMP_TYPE_TIMESTAMP_REPLY)
		return see_query(s, PROBE_TIMESTAMP, icmp->type == ICMP_TYPE_TIMESTAMP_REPLY,
				 icmp->id, icmp->sequence);
	return 0;
}

/* An answer to an ARP request or a neighbour solicitation: the newest one, as none is numbered. */
static int see_resolution(struct sight *s, enum probe_kind kind, const struct addr *target,
			  const uint8_t *mac)
{
	uint32_t host = ledger_find_host(s->l, target);
	uint32_t first = EVENT_NONE;

	if (host != EVENT_NONE)
		first = store_tuple_first(s->l, host, kind, 0);
	if (first == EVENT_NONE)
		return 0;
	if (mac && !store_mac(s->l, host, mac))
		return -ENOMEM;
	return see_reply(s, first, kind == PROBE_ARP ? REPLY_ARP : REPLY_ND, target);
}

/* Address resolution that is neither probe nor answer, but is about us. */
static int see_neighbour(struct sight *s, const struct addr *a, const struct addr *b)
{
	if (may_probe(s->l, a) || may_probe(s->l, b))
		s->note->kind = NOTE_NEIGHBOUR;
	return 0;
}

static int see_arp(struct sight *s)
{
	const struct arp_hdr *arp = &s->packet->arp;
	int code;

	if (!arp->ipv4_over_ethernet)
		return 0;
	if (arp->operation == ARP_REQUEST && may_probe(s->l, &arp->sender) &&
	    !addr_is_any(&arp->sender) && !addr_equal(&arp->sender, &arp->target)) {
		struct probe probe = {.kind = PROBE_ARP};

		return see_probe(s, &probe, &arp->sender, &arp->target);
	}
	if (arp->operation == ARP_REPLY && may_probe(s->l, &arp->target)) {
		code = see_resolution(s, PROBE_ARP, &arp->sender, arp->sender_mac);
		if (code || s->note->kind == NOTE_REPLY)
			return code;
	}
	return see_neighbour(s, &arp->sender, &arp->target);
}

static int see_icmpv6(struct sight *s)
{
	const struct ip_packet *ip = &s->packet->ip;
	const struct icmpv6_hdr *icmp = &ip->icmpv6;
	int code;

	if (icmp->is_error)
		return see_error(s, REPLY_ICMPV6);
	if (icmp->type == ICMPV6_ECHO || icmp->type == ICMPV6_ECHO_REPLY)
		return see_query(s, PROBE_ECHO, icmp->type == ICMPV6_ECHO_REPLY, icmp->id,
				 icmp->sequence);
	if (icmp->type == ICMPV6_NEIGHBOUR_SOLICIT) {
		struct probe probe = {.kind = PROBE_ND};

		if (!addr_is_any(&ip->source) && may_probe(s->l, &ip->source))
			return see_probe(s, &probe, &ip->source, &icmp->target);
		return see_neighbour(s, &ip->source, &icmp->target);
	}
	if (icmp->type == ICMPV6_NEIGHBOUR_ADVERT) {
		code = see_resolution(s, PROBE_ND, &icmp->target,
				      icmp->has_link_address ? icmp->link_address : NULL);
		if (code || s->note->kind == NOTE_REPLY)
			return code;
		return see_neighbour(s, &ip->source, &ip->destination);
	}
	return 0;
}

static int see(struct sight *s)
{
	if (s->packet->network == NETWORK_ARP)
		return see_arp(s);
	if (s->packet->network == NETWORK_NONE || s->packet->ip.status == CURSOR_MALFORMED)
		return 0;
	/* damaged on the way: what it seems to say cannot be trusted */
	if (packet_checksum(s->frame, s->packet) == CHECKSUM_BAD)
		return see_other(s);
	switch (s->packet->ip.transport) {
	case TRANSPORT_TCP:
		return see_tcp(s);
	case TRANSPORT_ICMP:
		return see_icmp(s);
	case TRANSPORT_ICMPV6:
		return see_icmpv6(s);
	case TRANSPORT_UDP:
	case TRANSPORT_FRAGMENT:
	case TRANSPORT_OTHER:
	case TRANSPORT_NONE:
		break;
	}
	return see_other(s);
}

int ledger_frame(struct ledger *l, const struct frame *frame, struct note *ret_note,
		 struct packet *ret_packet)
{
	struct packet packet;
	struct note note = {
		.kind = NOTE_UNRELATED,
		.host = EVENT_NONE,
		.probe = EVENT_NONE,
		.reply = EVENT_NONE,
	};
	struct sight s = {l, frame, ret_packet ? ret_packet : &packet, &note};
	int code;

	packet_decode(frame, ret_packet ? ret_packet : &packet);
	code = see(&s);
	if (code)
		note.kind = NOTE_UNRELATED;
	*ret_note = note;
	return code;
}
