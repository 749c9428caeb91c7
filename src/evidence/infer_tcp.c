// SPDX-License-Identifier: Apache-2.0
// What a TCP segment meant: a probe, the answer to one, or part of a conversation.
//
// Theory of operation. Segments are told by the pair of ports first, whichever way they go; only a
// segment on ports that nothing is known of can begin something. Conversations that were under way
// when the capture began would look like ACK or Maimon probes; their segments carry the options of
// an operating system's TCP, which those probes never do.
#include <errno.h>

#include "evidence/infer_parts.h"

#define FLAGS_MASK         0x3f /* FIN to URG; those of ECN say nothing here */
#define KERNEL_OPTIONS_LEN 12   /* bytes of options that connect() puts on a SYN, at least */
#define PSH_FIN_URG        (TCP_FIN | TCP_PSH | TCP_URG)
#define ASTRAY             (50 * NSEC_PER_MSEC) /* how far stamps of one conversation may part */

/* What kind of reply to probe p this TCP header is, if it proves itself. */
static bool proves(const struct ledger *l, const struct tcp_hdr *tcp, const struct probe *p,
		   enum reply_kind *ret_kind)
{
	bool acknowledges = p->kind == PROBE_SYN && tcp->ack == p->cookie + 1;
	unsigned kind = tcp->flags & (TCP_SYN | TCP_ACK | TCP_RST);

	if (tcp->flags & TCP_RST) {
		*ret_kind = REPLY_RST;
		if (probe_kind_acknowledges(p->kind))
			return tcp->seq == p->cookie;
		/* some stacks acknowledge the sequence number itself */
		return (tcp->flags & TCP_ACK) &&
		       (tcp->ack == p->cookie + 1 || tcp->ack == p->cookie);
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

/* A segment from a probed port to the port the probe came from. */
static int see_back(struct sight *s, uint32_t host, uint32_t bits, uint32_t first)
{
	const struct ip_packet *ip = &s->packet->ip;
	uint32_t i = first;
	enum reply_kind kind;

	for (int n = 0; i != EVENT_NONE && n < ALIKE_MAX;
	     n++, i = store_tuple_next(s->l, i, host, PROBE_SYN, bits)) {
		if (proves(s->l, &ip->tcp, &s->l->probes[i], &kind))
			return infer_reply(s, i, kind, &ip->source);
	}
	if (s->l->probes[first].marks & PROBE_COMPLETED) {
		if (ip->data_len)
			s->l->probes[first].marks |= PROBE_TALKED;
	} else if (ip->tcp.flags & (TCP_SYN | TCP_RST)) {
		return infer_unproven(s, first);
	}
	s->note->kind = NOTE_TRAFFIC;
	s->note->host = host;
	return 0;
}

/* A segment along ports that we probed before: our kernel's reset, or a conversation. */
static int see_again(struct sight *s, uint32_t host, uint32_t first)
{
	const struct ip_packet *ip = &s->packet->ip;
	struct probe *p = &s->l->probes[first];
	bool opened =
		p->first_reply != EVENT_NONE && s->l->replies[p->first_reply].kind == REPLY_SYN_ACK;

	if ((ip->tcp.flags & TCP_RST) && !(p->marks & PROBE_COMPLETED))
		return infer_aside(s, first, NOTE_OWN_RESET);
	/* an acknowledgement of a SYN/ACK that is still to come */
	if (!opened && p->kind == PROBE_SYN && (ip->tcp.flags & TCP_ACK) && infer_is_early(s))
		return 0;
	if (opened && (ip->tcp.flags & TCP_ACK))
		p->marks |= PROBE_COMPLETED | (ip->data_len ? PROBE_TALKED : 0);
	s->note->host = host;
	s->note->probe = first;
	s->note->kind = NOTE_TRAFFIC;
	return 0;
}

/* Puts port into the first free of `count` places; the newest one takes the last when all are. */
static void add_port(uint16_t *ports, unsigned count, uint16_t port)
{
	unsigned i = 0;

	while (i + 1 < count && ports[i] && ports[i] != port)
		i++;
	ports[i] = port;
}

static bool has_port(const uint16_t *ports, unsigned count, uint16_t port)
{
	for (unsigned i = 0; i < count; i++) {
		if (port && ports[i] == port)
			return true;
	}
	return false;
}

#define PORTS(array) (array), sizeof(array) / sizeof((array)[0])

/* Host discovery sends SYN and ACK from one port; a port scan sends one kind from it. */
static void note_local_port(struct ledger_host *h, enum probe_kind kind, uint16_t port)
{
	if (kind == PROBE_ACK) {
		add_port(PORTS(h->ping_ports), port);
		if (has_port(PORTS(h->syn_ports), port))
			add_port(PORTS(h->mixed_ports), port);
	} else if (kind == PROBE_SYN) {
		h->syns++;
		add_port(PORTS(h->syn_ports), port);
		if (has_port(PORTS(h->ping_ports), port))
			add_port(PORTS(h->mixed_ports), port);
	}
}

/* What kind of probe a segment outside any conversation is; PROBE_KINDS when none. */
static enum probe_kind probe_kind(const struct ip_packet *ip)
{
	bool bare = !ip->data_len && !ip->tcp.options_len;

	switch (ip->tcp.flags & FLAGS_MASK) {
	case TCP_SYN:
		return PROBE_SYN;
	case TCP_ACK:
		if (!bare)
			return PROBE_KINDS;
		return ip->tcp.window == PROBE_WINDOW_OFFER ? PROBE_WINDOW : PROBE_ACK;
	case TCP_FIN:
		return bare ? PROBE_FIN : PROBE_KINDS;
	case TCP_FIN | TCP_ACK:
		return bare ? PROBE_MAIMON : PROBE_KINDS;
	case PSH_FIN_URG:
		return PROBE_XMAS;
	case 0:
		return PROBE_NULL;
	default:
		return PROBE_KINDS;
	}
}

static int see_probe(struct sight *s, enum probe_kind kind)
{
	const struct ip_packet *ip = &s->packet->ip;
	struct probe probe = {
		.kind = (uint8_t)kind,
		.port = ip->tcp.destination_port,
		.local_port = ip->tcp.source_port,
		.cookie = probe_kind_acknowledges(kind) ? ip->tcp.ack : ip->tcp.seq,
	};
	int code;

	if (kind == PROBE_SYN && ip->tcp.options_len >= KERNEL_OPTIONS_LEN)
		probe.marks = PROBE_LIKE_KERNEL;
	code = infer_probe(s, &probe, &ip->source, &ip->destination);
	if (code || s->note->probe == EVENT_NONE)
		return code;
	note_local_port(&s->l->hosts[s->note->host], kind, probe.local_port);
	return 0;
}

/*
 * A SYN on ports whose bare ACK or FIN was just taken for a probe: stamps that are a little off
 * brought a conversation's segments out of order.
 */
static void take_back(struct sight *s, uint32_t first)
{
	struct probe *p = &s->l->probes[first];
	uint16_t *ports = s->l->hosts[p->host].ping_ports;

	if (p->kind == PROBE_SYN || s->frame->time - p->time > ASTRAY)
		return;
	p->marks |= PROBE_TALKED;
	for (unsigned i = 0; i < 2; i++)
		ports[i] = ports[i] == p->local_port ? 0 : ports[i];
}

int infer_tcp(struct sight *s)
{
	const struct ip_packet *ip = &s->packet->ip;
	const struct tcp_hdr *tcp = &ip->tcp;
	uint32_t back_bits = infer_ports(tcp->source_port, tcp->destination_port);
	uint32_t forth_bits = infer_ports(tcp->destination_port, tcp->source_port);
	uint32_t host = store_find(s->l, &ip->source, &ip->destination);
	uint32_t first = EVENT_NONE;
	enum probe_kind kind = probe_kind(ip);
	bool may_probe = kind != PROBE_KINDS && infer_may_probe(s->l, &ip->source);

	if (host != EVENT_NONE)
		first = store_tuple_first(s->l, host, PROBE_SYN, back_bits);
	if (first != EVENT_NONE)
		return see_back(s, host, back_bits, first);
	host = store_find(s->l, &ip->destination, &ip->source);
	if (host != EVENT_NONE)
		first = store_tuple_first(s->l, host, PROBE_SYN, forth_bits);
	/* the same again is another try; anything else belongs to what the ports began with */
	if (first != EVENT_NONE &&
	    !(may_probe && (kind == PROBE_SYN || s->l->probes[first].kind == kind)))
		return see_again(s, host, first);
	if (may_probe && first != EVENT_NONE && kind == PROBE_SYN)
		take_back(s, first);
	if (may_probe)
		return see_probe(s, kind);
	if ((tcp->flags & (TCP_RST | TCP_ACK)) && infer_is_early(s))
		return 0;
	return infer_other(s);
}
