// SPDX-License-Identifier: Apache-2.0
// Plain frames: those of which packet_decode() tells everything that a line of the list shows.
#include "packet/plain.h"

#include "base/digits.h"
#include "proto/registry.h"

#define ICMP_LENGTH_AT 5 /* RFC 4884 s. 4.1 */

/* The network header is as short as can be, and what it promises is there. */
static bool ip_plain(const struct ip_packet *ip)
{
	if (ip->status != CURSOR_OK || ip->data_len)
		return false;
	if (ip->network == NETWORK_IPV4)
		return ip->ipv4.header_len == IPV4_HEADER_MIN &&
		       ip->ipv4.total_len >= IPV4_HEADER_MIN && !ip->ipv4.payload_short &&
		       !ip->ipv4.fragment_offset && !(ip->ipv4.flags & IPV4_FLAG_MF);
	return ip->network == NETWORK_IPV6 && !ip->ipv6.payload_short && ip->ipv6.payload_len &&
	       ip->transport_at == ip->network_at + IPV6_HEADER_LEN;
}

static bool udp_plain(const struct ip_packet *ip)
{
	/* Over IPv6 a checksum of zero is remarked upon (RFC 8200 s. 8.1). */
	return ip->transport == TRANSPORT_UDP && ip->udp.len == UDP_HEADER_LEN &&
	       (ip->udp.checksum || ip->source.family == 4);
}

bool plain_quote_bounded(const struct frame *frame, const struct ip_packet *ip)
{
	struct cursor c = cursor_init(frame->bytes, frame->captured_len, frame->wire_len);

	cursor_skip(&c, ip->transport_at + ICMP_LENGTH_AT);
	return cursor_u8(&c) != 0 || !cursor_ok(&c);
}

/* The errors whose Info column says no more than type and code. */
static bool error_plain(const struct frame *frame, const struct packet *p)
{
	uint8_t type = p->ip.icmp.type;

	if (!p->has_quote || (type != ICMP_TYPE_UNREACHABLE && type != ICMP_TYPE_TIME_EXCEEDED))
		return false;
	if (p->quote.data_at != p->ip.data_at + p->ip.data_len || !ip_plain(&p->quote) ||
	    plain_quote_bounded(frame, &p->ip))
		return false;
	return udp_plain(&p->quote) ||
	       (p->quote.transport == TRANSPORT_TCP && p->quote.tcp.complete);
}

enum plain_kind plain_kind(const struct frame *frame, const struct packet *p)
{
	if (p->usual && !p->ip.data_len)
		return p->ip.transport == TRANSPORT_TCP ? PLAIN_TCP : PLAIN_UDP;
	if (frame->captured_len != frame->wire_len || p->status != CURSOR_OK || p->vlan_count ||
	    (frame->link != LINK_ETHERNET && frame->link != LINK_RAW))
		return PLAIN_NOT;
	if (p->ip.transport == TRANSPORT_TCP)
		return ip_plain(&p->ip) ? PLAIN_TCP : PLAIN_NOT;
	if (p->ip.transport == TRANSPORT_UDP)
		return ip_plain(&p->ip) && udp_plain(&p->ip) ? PLAIN_UDP : PLAIN_NOT;
	if (p->ip.transport != TRANSPORT_ICMP || !p->ip.icmp.is_error || !error_plain(frame, p))
		return PLAIN_NOT;
	return p->ip.ipv4.header_len == IPV4_HEADER_MIN && p->ip.ipv4.total_len &&
			       !p->ip.ipv4.fragment_offset && !(p->ip.ipv4.flags & IPV4_FLAG_MF)
		       ? PLAIN_ICMP
		       : PLAIN_NOT;
}

static void set_segment(const struct ip_packet *ip, const struct frame *frame, bool quoted,
			struct flow_segment *s)
{
	flow_segment_set(s, &ip->source, &ip->destination, &ip->tcp, ip->data_len, frame->bytes,
			 frame->captured_len);
	s->quoted = quoted;
	s->frame = (uint32_t)frame->id;
	s->time = frame->time;
}

void plain_look(const struct frame *frame, const struct flows *flows, bool whole, struct plain *p)
{
	if (!whole && bare_read(frame, &p->bare)) {
		p->kind = PLAIN_BARE;
		flow_bare_key(flows, &p->bare, &p->key);
		return;
	}
	packet_decode(frame, &p->packet);
	p->kind = plain_kind(frame, &p->packet);
	if (p->kind != PLAIN_TCP)
		return;
	set_segment(&p->packet.ip, frame, false, &p->segment);
	flow_tcp_key(flows, &p->segment, &p->key);
}

void plain_near(const struct plain *p, const struct flows *flows)
{
	if (p->kind == PLAIN_BARE || p->kind == PLAIN_TCP)
		flow_tcp_near(flows, &p->key);
}

void plain_feed(const struct plain *p, const struct frame *frame, struct flows *flows,
		struct tcp_view *ret_view)
{
	struct flow_segment quoted;
	struct tcp_view view;

	if (p->kind == PLAIN_BARE) {
		flow_bare_at(flows, &p->key, &p->bare, frame, ret_view);
	} else if (p->kind == PLAIN_TCP) {
		flow_tcp_at(flows, &p->key, &p->segment, ret_view);
	} else if (p->kind == PLAIN_ICMP && p->packet.quote.transport == TRANSPORT_TCP) {
		set_segment(&p->packet.quote, frame, true, &quoted);
		flow_tcp(flows, &quoted, &view);
	}
}

bool plain_ends_v4(const struct plain *p, uint32_t *ret_source, uint32_t *ret_destination)
{
	const struct ip_packet *ip = &p->packet.ip;

	if (p->kind == PLAIN_BARE) {
		*ret_source = p->bare.source;
		*ret_destination = p->bare.destination;
		return true;
	}
	if (ip->network != NETWORK_IPV4)
		return false;
	*ret_source = addr_number(&ip->source);
	*ret_destination = addr_number(&ip->destination);
	return true;
}

void plain_ends(const struct plain *p, struct addr *ret_source, struct addr *ret_destination)
{
	uint32_t source, destination;

	if (plain_ends_v4(p, &source, &destination)) {
		*ret_source = addr_v4_number(source);
		*ret_destination = addr_v4_number(destination);
	} else {
		*ret_source = p->packet.ip.source;
		*ret_destination = p->packet.ip.destination;
	}
}

const char *plain_protocol(const struct plain *p)
{
	switch (p->kind) {
	case PLAIN_NOT:
		break;
	case PLAIN_BARE:
	case PLAIN_TCP:
		return "TCP";
	case PLAIN_UDP:
		return "UDP";
	case PLAIN_ICMP:
		return "ICMP";
	}
	return "";
}

static void bare_info(struct buf *out, const struct bare *b, const struct tcp_view *view)
{
	const struct tcp_hdr h = {
		.source_port = b->source_port,
		.destination_port = b->destination_port,
		.seq = b->seq,
		.ack = b->ack,
		.header_len = TCP_HEADER_MIN,
		.flags = b->flags,
		.window = b->window,
	};

	if (!buf_room(out, TCP_INFO_MAX))
		return;
	out->len = (size_t)(tcp_info_put(out->data + out->len, &h, view, 0) - out->data);
	out->data[out->len] = '\0';
}

static void udp_info(struct buf *out, const struct udp_hdr *h)
{
	char text[2 * DIGITS_U64_MAX + 16], *at;

	at = digits_put(text, h->source_port);
	at = digits_text(at, " → ");
	at = digits_put(at, h->destination_port);
	at = digits_text(at, " Len=0");
	buf_add(out, text, (size_t)(at - text));
}

void plain_info(struct buf *out, const struct plain *p, const struct frame *frame,
		const struct tcp_view *view)
{
	const struct ip_packet *ip = &p->packet.ip;

	switch (p->kind) {
	case PLAIN_NOT:
		break;
	case PLAIN_BARE:
		tcp_info_marks(out, view);
		bare_info(out, &p->bare, view);
		break;
	case PLAIN_TCP:
		tcp_info_marks(out, view);
		tcp_info(out, &ip->tcp, view, 0, frame->bytes, frame->captured_len);
		break;
	case PLAIN_UDP:
		udp_info(out, &ip->udp);
		break;
	case PLAIN_ICMP:
		icmp_info(out, ip->icmp.type, ip->icmp.code);
		break;
	}
}
