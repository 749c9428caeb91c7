// SPDX-License-Identifier: Apache-2.0
// What one frame meant, from the frame and the ledger alone: see evidence/ledger.h.
#include <errno.h>
#include <string.h>

#include "evidence/infer_parts.h"
#include "packet/decode.h"

#define ND_HOPS 255 /* RFC 4861 s. 7.1: a message that never crossed a router */

bool infer_may_probe(const struct ledger *l, const struct addr *addr)
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
	if (owner != EVENT_NONE)
		owner = store_find(l, &l->hosts[owner].addr, &h->source);
	if (owner != EVENT_NONE && owner != host)
		l->hosts[owner].is_next_hop = true;
}

int infer_probe(struct sight *s, struct probe *probe, const struct addr *source,
		const struct addr *target)
{
	bool asks =
		probe->kind != PROBE_ARP && probe->kind != PROBE_ND && probe->kind != PROBE_LOOKUP;
	uint16_t run = 1;
	uint32_t host;

	if (s->l->ours && !s->l->ours(s->l->ours_user, probe, target))
		return 0;
	if (!s->l->own_count) /* our own scans are one a file, however they pause */
		run = runs_number(&s->l->runs, source, s->frame->time, asks);
	host = store_host(s->l, target, source, run);
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
	if (asks) {
		s->l->beyond_resolution = true;
		s->l->hosts[host].asks++;
		note_next_hop(s->l, s->packet, host);
	}
	return 0;
}

int infer_reply(struct sight *s, uint32_t probe, enum reply_kind kind, const struct addr *from)
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
	} else if (kind == REPLY_RST) {
		reply.type = s->packet->ip.tcp.window != 0;
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

int infer_aside(struct sight *s, uint32_t probe, enum note_kind kind)
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

int infer_unproven(struct sight *s, uint32_t probe)
{
	if (infer_is_early(s))
		return 0;
	s->l->hosts[s->l->probes[probe].host].unproven++;
	return infer_aside(s, probe, NOTE_UNPROVEN);
}

int infer_other(struct sight *s)
{
	const struct ip_packet *ip = &s->packet->ip;
	uint32_t host = store_find(s->l, &ip->source, &ip->destination);

	if (host == EVENT_NONE || !infer_may_probe(s->l, &ip->destination))
		host = store_find(s->l, &ip->destination, &ip->source);
	if (host != EVENT_NONE) {
		s->note->kind = NOTE_TRAFFIC;
		s->note->host = host;
		s->l->hosts[host].traffic++;
	}
	return 0;
}

/* By what a probe quoted in an error is found; false when no kind of probe looks so. */
static bool quoted_key(struct sight *s, enum probe_kind *ret_kind, uint32_t *ret_bits)
{
	const struct ip_packet *q = &s->packet->quote;
	struct sctp_hdr sctp;

	switch (q->transport) {
	case TRANSPORT_TCP:
		*ret_kind = PROBE_SYN;
		*ret_bits = infer_ports(q->tcp.destination_port, q->tcp.source_port);
		return true;
	case TRANSPORT_UDP:
		*ret_kind = PROBE_UDP;
		*ret_bits = infer_ports(q->udp.destination_port, q->udp.source_port);
		return true;
	case TRANSPORT_ICMP:
		*ret_kind = q->icmp.type == ICMP_TYPE_TIMESTAMP ? PROBE_TIMESTAMP : PROBE_ECHO;
		*ret_bits = infer_ports(q->icmp.id, q->icmp.sequence);
		return true;
	case TRANSPORT_ICMPV6:
		*ret_kind = PROBE_ECHO;
		*ret_bits = infer_ports(q->icmpv6.id, q->icmpv6.sequence);
		return true;
	case TRANSPORT_OTHER:
	case TRANSPORT_NONE:
		break;
	case TRANSPORT_FRAGMENT:
		return false;
	}
	if (infer_read_sctp(s, q, &sctp)) {
		*ret_kind = PROBE_SCTP;
		*ret_bits = infer_ports(sctp.destination_port, sctp.source_port);
	} else {
		*ret_kind = PROBE_IP;
		*ret_bits = q->protocol;
	}
	return true;
}

/* As many of the last bits as a probe keeps. */
static uint32_t number_bits(uint32_t number)
{
	return number & ((1u << PROBE_IP_NUMBER_BITS) - 1);
}

uint32_t infer_ip_number(const struct ip_packet *ip)
{
	return number_bits(ip->network == NETWORK_IPV4 ? ip->ipv4.id : ip->ipv6.flow_label);
}

/* True when the header that is quoted has p's number; some hosts quote it with its bytes swapped. */
static bool quotes_number(const struct ip_packet *q, const struct probe *p)
{
	uint16_t id = q->network == NETWORK_IPV4 ? q->ipv4.id : 0;

	return !p->ip_number || infer_ip_number(q) == p->ip_number ||
	       (id && number_bits((uint32_t)id << 8 | id >> 8) == p->ip_number);
}

/* True when what is quoted carries what only probe p has. */
static bool quote_proves(const struct ip_packet *q, const struct probe *p)
{
	if (p->kind == PROBE_UDP)
		return quotes_number(q, p);
	if (!probe_kind_is_tcp(p->kind))
		return true; /* found by all that there is */
	if (probe_kind_acknowledges(p->kind))
		return q->tcp.ack == p->cookie || q->tcp.seq == p->cookie;
	return q->tcp.seq == p->cookie;
}

/* The probe that an ICMP error quotes, with proof; EVENT_NONE when there is none. */
static uint32_t quoted_probe(struct sight *s, uint32_t *ret_similar)
{
	const struct ip_packet *q = &s->packet->quote;
	uint32_t host = store_find(s->l, &q->destination, &q->source);
	enum probe_kind kind;
	uint32_t bits, i;

	*ret_similar = EVENT_NONE;
	if (host == EVENT_NONE || !quoted_key(s, &kind, &bits))
		return EVENT_NONE;
	i = store_tuple_first(s->l, host, kind, bits);
	for (int n = 0; i != EVENT_NONE && n < ALIKE_MAX;
	     n++, i = store_tuple_next(s->l, i, host, kind, bits)) {
		*ret_similar = i;
		if (quote_proves(q, &s->l->probes[i]))
			return i;
	}
	return EVENT_NONE;
}

/*
 * The UDP probe whose answer our own kernel refused, since it knows of no program that asked;
 * EVENT_NONE when the error says nothing of that kind.
 */
static uint32_t refused_probe(const struct sight *s)
{
	const struct ip_packet *q = &s->packet->quote;
	uint32_t host = store_find(s->l, &q->source, &q->destination);
	uint32_t probe;

	if (host == EVENT_NONE || q->transport != TRANSPORT_UDP ||
	    !addr_equal(&s->packet->ip.source, &q->destination))
		return EVENT_NONE;
	probe = store_tuple_first(s->l, host, PROBE_UDP,
				  infer_ports(q->udp.source_port, q->udp.destination_port));
	if (probe == EVENT_NONE) /* TFTP's servers answer from another port */
		probe = store_tuple_first(s->l, host, PROBE_UDP,
					  infer_ports(PORT_TFTP, q->udp.destination_port));
	return probe;
}

static int see_error(struct sight *s, enum reply_kind kind)
{
	uint32_t similar, probe;

	if (!s->packet->has_quote)
		return 0;
	probe = quoted_probe(s, &similar);
	if (probe != EVENT_NONE)
		return infer_reply(s, probe, kind, &s->packet->ip.source);
	if (infer_is_early(s))
		return 0;
	if (similar != EVENT_NONE)
		return infer_unproven(s, similar);
	probe = refused_probe(s);
	return probe != EVENT_NONE ? infer_aside(s, probe, NOTE_OWN_RESET) : 0;
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

		if (!infer_may_probe(s->l, &ip->source) || addr_is_multicast(&ip->destination))
			return 0;
		return infer_probe(s, &probe, &ip->source, &ip->destination);
	}
	host = store_find(s->l, &ip->source, &ip->destination);
	if (host != EVENT_NONE)
		first = store_tuple_first(s->l, host, kind, cookie);
	if (first != EVENT_NONE)
		return infer_reply(s, first, kind == PROBE_ECHO ? REPLY_ECHO : REPLY_TIMESTAMP,
				   &ip->source);
	infer_is_early(s);
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
			  const struct addr *asker, const uint8_t *mac)
{
	uint32_t host = store_find(s->l, target, asker);
	uint32_t first = EVENT_NONE;

	if (host != EVENT_NONE)
		first = store_tuple_first(s->l, host, kind, 0);
	if (first == EVENT_NONE) {
		infer_is_early(s);
		return 0;
	}
	if (mac && !store_mac(s->l, host, mac))
		return -ENOMEM;
	return infer_reply(s, first, kind == PROBE_ARP ? REPLY_ARP : REPLY_ND, target);
}

/* Address resolution that is neither probe nor answer, but is about us. */
static int see_neighbour(struct sight *s, const struct addr *a, const struct addr *b)
{
	if (infer_may_probe(s->l, a) || infer_may_probe(s->l, b))
		s->note->kind = NOTE_NEIGHBOUR;
	return 0;
}

static int see_arp(struct sight *s)
{
	const struct arp_hdr *arp = &s->packet->arp;
	int code;

	if (!arp->ipv4_over_ethernet)
		return 0;
	if (arp->operation == ARP_REQUEST && infer_may_probe(s->l, &arp->sender) &&
	    !addr_is_any(&arp->sender) && !addr_equal(&arp->sender, &arp->target)) {
		struct probe probe = {.kind = PROBE_ARP};

		return infer_probe(s, &probe, &arp->sender, &arp->target);
	}
	if (arp->operation == ARP_REPLY && infer_may_probe(s->l, &arp->target)) {
		code = see_resolution(s, PROBE_ARP, &arp->sender, &arp->target, arp->sender_mac);
		if (code || s->note->kind == NOTE_REPLY || s->note->early)
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

		if (!icmp->target.family)
			return see_neighbour(s, &ip->source, &ip->destination); /* cut off */
		if (!addr_is_any(&ip->source) && infer_may_probe(s->l, &ip->source))
			return infer_probe(s, &probe, &ip->source, &icmp->target);
		return see_neighbour(s, &ip->source, &icmp->target);
	}
	if (icmp->type == ICMPV6_NEIGHBOUR_ADVERT && icmp->target.family) {
		/* from far away, of no kind we know, or to all: RFC 4861 s. 7.1.2 and 7.2.6 */
		if (ip->hops != ND_HOPS || icmp->code || !infer_may_probe(s->l, &ip->destination))
			return see_neighbour(s, &ip->source, &ip->destination);
		code = see_resolution(s, PROBE_ND, &icmp->target, &ip->destination,
				      icmp->has_link_address ? icmp->link_address : NULL);
		if (code || s->note->kind == NOTE_REPLY || s->note->early)
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
		return infer_other(s);
	switch (s->packet->ip.transport) {
	case TRANSPORT_TCP:
		return infer_tcp(s);
	case TRANSPORT_ICMP:
		return see_icmp(s);
	case TRANSPORT_ICMPV6:
		return see_icmpv6(s);
	case TRANSPORT_UDP:
		return infer_udp(s);
	case TRANSPORT_OTHER:
		return infer_ip(s);
	case TRANSPORT_NONE:
	case TRANSPORT_FRAGMENT:
		break;
	}
	return infer_other(s);
}

static int judge(struct ledger *l, const struct frame *frame, bool patient, struct note *ret_note,
		 struct packet *ret_packet)
{
	struct packet packet;
	struct note note = {
		.kind = NOTE_UNRELATED,
		.host = EVENT_NONE,
		.probe = EVENT_NONE,
		.reply = EVENT_NONE,
	};
	struct sight s = {l, frame, ret_packet ? ret_packet : &packet, &note, patient};
	int code;

	packet_decode(frame, ret_packet ? ret_packet : &packet);
	code = see(&s);
	if (code)
		note.kind = NOTE_UNRELATED;
	*ret_note = note;
	if (note.early)
		return 0;
	if (l->noted[note.kind] < LEDGER_NOTED_MAX)
		l->noted_first[note.kind][l->noted[note.kind]] = frame->id;
	l->noted[note.kind]++;
	return code;
}

int ledger_frame(struct ledger *l, const struct frame *frame, struct note *ret_note,
		 struct packet *ret_packet)
{
	return judge(l, frame, false, ret_note, ret_packet);
}

int ledger_frame_early(struct ledger *l, const struct frame *frame, struct note *ret_note,
		       struct packet *ret_packet)
{
	return judge(l, frame, true, ret_note, ret_packet);
}
