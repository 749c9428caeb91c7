// SPDX-License-Identifier: Apache-2.0
// What a datagram meant, and a packet of any other protocol above IP but TCP and ICMP.
//
// Theory of operation. UDP has no beginning, so a datagram to a single host on ports that nothing
// is known of is taken for a probe, unless it is what hosts send anyway: an ordinary DNS query
// (kept as a look-up), DHCP, NTP between two servers, a server's datagram to a client. When the
// sender goes on after an answer, it was a conversation and decides nothing.
#include <errno.h>

#include "evidence/datagram_id.h"
#include "evidence/infer_parts.h"
#include "proto/dns.h"

#define PORT_DNS          53
#define PORT_BOOTPS       67
#define PORT_BOOTPC       68
#define PORT_NTP          123
#define PORT_DHCPV6       546
#define PORT_DHCPV6_RELAY 547
#define PORT_MDNS         5353
#define SALVO             (100 * NSEC_PER_MSEC) /* within which a scanner sends all it has */
#define PORT_CLIENTS      1024                  /* clients use this one and above */
#define TFTP_DATA         3 /* RFC 1350 s. 5, RFC 2347: data, acknowledgement, error, options */
#define TFTP_OPTIONS      6
#define DNS_RESPONSE      0x8000
#define DNS_OPCODE        0x7800
#define DNS_RECURSION     0x0100 /* desired: what a resolver's client asks for */
#define DNS_INTERNET      1      /* the class; version probes ask in another one */

/* A cursor at the datagram's data. */
static struct cursor data_of(const struct sight *s)
{
	const struct ip_packet *ip = &s->packet->ip;
	uint32_t held =
		s->frame->captured_len > ip->data_at ? s->frame->captured_len - ip->data_at : 0;

	return cursor_init(s->frame->bytes + (held ? ip->data_at : 0),
			   held < ip->data_len ? held : ip->data_len, ip->data_len);
}

/* Opens the DNS message of a datagram to or from port 53; false when there is none. */
static bool open_dns(const struct sight *s, struct dns_reader *ret_reader)
{
	const struct ip_packet *ip = &s->packet->ip;
	struct cursor c = data_of(s);

	if (ip->udp.source_port != PORT_DNS && ip->udp.destination_port != PORT_DNS)
		return false;
	dns_open(&c, ret_reader);
	return cursor_ok(&ret_reader->next);
}

/* True for a query as any resolver's client sends it; its id, and marks of the probe it is. */
static bool is_lookup(const struct sight *s, uint16_t *ret_id, uint8_t *ret_marks)
{
	struct dns_reader reader;
	struct dns_question question;

	if (s->packet->ip.udp.destination_port != PORT_DNS || !open_dns(s, &reader))
		return false;
	*ret_id = reader.header.id;
	if ((reader.header.flags & (DNS_RESPONSE | DNS_OPCODE)) ||
	    !(reader.header.flags & DNS_RECURSION) || reader.header.counts[0] != 1 ||
	    reader.header.counts[1])
		return false;
	*ret_marks = 0;
	if (!dns_read_question(&reader, &question)) /* a snapshot may end within the name */
		return reader.next.status == CURSOR_TRUNCATED;
	*ret_marks = question.type == DNS_PTR ? PROBE_REVERSE : 0;
	return question.class == DNS_INTERNET;
}

/* The look-up that a datagram from port 53 answers, or EVENT_NONE. */
static uint32_t answered_lookup(const struct sight *s, uint32_t host)
{
	struct dns_reader reader;

	if (s->packet->ip.udp.source_port != PORT_DNS || !open_dns(s, &reader))
		return EVENT_NONE;
	return store_tuple_first(s->l, host, PROBE_LOOKUP,
				 infer_ports(reader.header.id, s->packet->ip.udp.destination_port));
}

/* True for what hosts send without scanning anybody. */
static bool is_everyday(const struct packet *packet)
{
	const struct ip_packet *ip = &packet->ip;
	uint16_t from = ip->udp.source_port, to = ip->udp.destination_port;

	if (addr_is_multicast(&ip->destination) || addr_is_any(&ip->source))
		return true;
	if (packet->has_ethernet && (packet->ethernet.destination[0] & 1))
		return true; /* broadcast */
	if (from == PORT_BOOTPS || from == PORT_BOOTPC || from == PORT_DHCPV6 ||
	    from == PORT_DHCPV6_RELAY || from == PORT_MDNS)
		return true;
	return (from == PORT_NTP && to == PORT_NTP) || (from < PORT_CLIENTS && to >= PORT_CLIENTS);
}

/* A datagram on ports that nothing came back on; a probe or a look-up, unless it is everyday. */
static int see_datagram(struct sight *s)
{
	const struct ip_packet *ip = &s->packet->ip;
	struct probe probe = {
		.kind = PROBE_UDP,
		.port = ip->udp.destination_port,
		.local_port = ip->udp.source_port,
		.ip_number = infer_ip_number(ip),
	};
	uint8_t marks;
	uint16_t id;
	int code;

	if (!infer_may_probe(s->l, &ip->source) || is_everyday(s->packet))
		return infer_is_early(s) ? 0 : infer_other(s);
	if (is_lookup(s, &id, &marks)) {
		probe.kind = PROBE_LOOKUP;
		probe.port = 0;
		probe.cookie = id;
		probe.marks = marks;
	} else if (datagram_question_id(probe.port, data_of(s), &probe.cookie)) {
		probe.marks = PROBE_HAS_ID;
	}
	code = infer_probe(s, &probe, &ip->source, &ip->destination);
	if (!code && s->note->probe == EVENT_NONE)
		return infer_other(s);
	if (!code && probe.kind == PROBE_LOOKUP)
		s->l->hosts[s->note->host].traffic++;
	return code;
}

/* The oldest of the probes on one pair of ports, the newest of which is `first`. */
static uint32_t oldest(const struct sight *s, uint32_t host, uint32_t bits, uint32_t first,
		       bool *ret_answered)
{
	uint32_t last = first, i = first;

	*ret_answered = false;
	for (int n = 0; i != EVENT_NONE && n < ALIKE_MAX;
	     n++, i = store_tuple_next(s->l, i, host, PROBE_UDP, bits)) {
		uint32_t r = s->l->probes[i].first_reply;

		last = i;
		*ret_answered |= r != EVENT_NONE && s->l->replies[r].kind == REPLY_UDP;
	}
	return last;
}

/*
 * True when a datagram on the ports of probe `first` goes on after an answer: the probes on these
 * ports then were no probes. Scanners send all they have for a port at once, so the answer to the
 * first may come before the last.
 */
static bool goes_on(struct sight *s, uint32_t host, uint32_t bits, uint32_t first)
{
	bool answered;
	uint32_t begun = oldest(s, host, bits, first, &answered);

	if (!answered || s->frame->time - s->l->probes[begun].time <= SALVO)
		return false;
	for (int n = 0; first != EVENT_NONE && n < ALIKE_MAX;
	     n++, first = store_tuple_next(s->l, first, host, PROBE_UDP, bits))
		s->l->probes[first].marks |= PROBE_TALKED;
	return true;
}

/* A datagram from the ports of probe `first`, the newest one on them: does it answer one? */
static int see_answer(struct sight *s, uint32_t host, uint32_t bits, uint32_t first)
{
	uint16_t port = s->packet->ip.udp.source_port;
	uint32_t i = first;

	for (int n = 0; i != EVENT_NONE && n < ALIKE_MAX;
	     n++, i = store_tuple_next(s->l, i, host, PROBE_UDP, bits)) {
		const struct probe *p = &s->l->probes[i];

		if (!(p->marks & PROBE_HAS_ID) || datagram_has_id(port, data_of(s), p->cookie))
			return infer_reply(s, i, REPLY_UDP, &s->packet->ip.source);
	}
	return infer_unproven(s, first);
}

/*
 * The TFTP request that a datagram from a port of its own answers (RFC 1350 s. 4), or EVENT_NONE.
 */
static uint32_t answered_transfer(const struct sight *s, uint32_t host)
{
	struct cursor c = data_of(s);
	uint16_t operation = cursor_be16(&c);

	if (!cursor_ok(&c) || operation < TFTP_DATA || operation > TFTP_OPTIONS)
		return EVENT_NONE;
	return store_tuple_first(s->l, host, PROBE_UDP,
				 infer_ports(PORT_TFTP, s->packet->ip.udp.destination_port));
}

int infer_udp(struct sight *s)
{
	const struct ip_packet *ip = &s->packet->ip;
	uint16_t from = ip->udp.source_port, to = ip->udp.destination_port;
	uint32_t host = store_find(s->l, &ip->source, &ip->destination);
	uint32_t first = EVENT_NONE;

	if (host != EVENT_NONE) {
		first = store_tuple_first(s->l, host, PROBE_UDP, infer_ports(from, to));
		if (first != EVENT_NONE)
			return see_answer(s, host, infer_ports(from, to), first);
		first = answered_lookup(s, host);
		if (first != EVENT_NONE)
			return infer_reply(s, first, REPLY_LOOKUP, &ip->source);
		first = answered_transfer(s, host);
		if (first != EVENT_NONE)
			return infer_reply(s, first, REPLY_UDP, &ip->source);
	}
	host = store_find(s->l, &ip->destination, &ip->source);
	if (host != EVENT_NONE)
		first = store_tuple_first(s->l, host, PROBE_UDP, infer_ports(to, from));
	if (first != EVENT_NONE && goes_on(s, host, infer_ports(to, from), first)) {
		s->note->kind = NOTE_TRAFFIC;
		s->note->host = host;
		s->note->probe = first;
		return 0;
	}
	return see_datagram(s);
}

bool infer_read_sctp(const struct sight *s, const struct ip_packet *ip, struct sctp_hdr *ret_header)
{
	struct cursor c = cursor_init(s->frame->bytes, s->frame->captured_len, s->frame->wire_len);

	if (ip->protocol != IP_SCTP)
		return false;
	cursor_skip(&c, ip->transport_at);
	return sctp_read(&c, ret_header);
}

/* An INIT, or what answers one. */
static int see_sctp(struct sight *s, const struct sctp_hdr *sctp)
{
	const struct ip_packet *ip = &s->packet->ip;
	uint32_t host = store_find(s->l, &ip->source, &ip->destination);
	uint32_t bits = infer_ports(sctp->source_port, sctp->destination_port);
	bool answers = sctp->chunk == SCTP_INIT_ACK || sctp->chunk == SCTP_ABORT;
	struct probe probe = {
		.kind = PROBE_SCTP,
		.port = sctp->destination_port,
		.local_port = sctp->source_port,
		.cookie = sctp->initiate_tag,
	};
	uint32_t i = EVENT_NONE;

	if (host != EVENT_NONE)
		i = store_tuple_first(s->l, host, PROBE_SCTP, bits);
	if (i != EVENT_NONE && answers) {
		if (sctp->tag != s->l->probes[i].cookie)
			return infer_unproven(s, i);
		return infer_reply(s, i, sctp->chunk == SCTP_ABORT ? REPLY_ABORT : REPLY_INIT_ACK,
				   &ip->source);
	}
	if (answers && infer_is_early(s))
		return 0;
	if (sctp->chunk == SCTP_INIT && infer_may_probe(s->l, &ip->source))
		return infer_probe(s, &probe, &ip->source, &ip->destination);
	return infer_other(s);
}

int infer_ip(struct sight *s)
{
	const struct ip_packet *ip = &s->packet->ip;
	struct probe probe = {.kind = PROBE_IP, .port = ip->protocol};
	uint32_t host = store_find(s->l, &ip->source, &ip->destination);
	uint32_t first = EVENT_NONE;
	struct sctp_hdr sctp;
	int code;

	if (infer_read_sctp(s, ip, &sctp))
		return see_sctp(s, &sctp);
	if (host != EVENT_NONE)
		first = store_tuple_first(s->l, host, PROBE_IP, ip->protocol);
	if (first != EVENT_NONE)
		return infer_reply(s, first, REPLY_IP, &ip->source);
	/* only a scanner sends nothing but an IP header, or group management, to one host */
	if ((ip->data_len && ip->protocol != IP_IGMP) || addr_is_multicast(&ip->destination) ||
	    !infer_may_probe(s->l, &ip->source))
		return infer_other(s);
	code = infer_probe(s, &probe, &ip->source, &ip->destination);
	return !code && s->note->probe == EVENT_NONE ? infer_other(s) : code;
}
