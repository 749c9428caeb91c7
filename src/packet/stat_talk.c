// SPDX-License-Identifier: Apache-2.0
// Who talks to whom in a frame, as statistics see it. See the header.
#include "packet/stat_frame.h"

#include "proto/fixed.h"
#include "proto/ipv4.h"
#include "proto/tcp.h"

#define SLL_ADDRESS_AT  6 /* LINKTYPE_LINUX_SLL: type, address type and length stand before */
#define SLL2_ADDRESS_AT 12
#define IPX_NETWORK_AT  6 /* destination network, node, socket, then the source's */
#define NODE_LEN        6

static uint64_t number_of(const uint8_t *bytes, size_t len)
{
	uint64_t number = 0;

	for (size_t i = 0; i < len; i++)
		number = number << 8 | bytes[i];
	return number;
}

/* In words: the loop of number_of() was a tenth of what conv,eth cost. */
static uint64_t mac_number(const uint8_t mac[static MAC_LEN])
{
	return (uint64_t)mac[0] << 40 | (uint64_t)mac[1] << 32 | (uint64_t)mac[2] << 24 |
	       (uint64_t)mac[3] << 16 | (uint64_t)mac[4] << 8 | mac[5];
}

static struct stat_side ether_side(const uint8_t mac[static MAC_LEN])
{
	return (struct stat_side) {.kind = SIDE_ETHER, .low = mac_number(mac)};
}

static struct stat_side addr_side(const struct addr *a, uint16_t port)
{
	if (a->family == 4)
		return (struct stat_side) {SIDE_IPV4, port, 0, addr_number(a)};
	return (struct stat_side) {SIDE_IPV6, port, number_of(a->bytes, 8),
				   number_of(a->bytes + 8, 8)};
}

static void ether_talk(const struct eth_hdr *h, struct stat_talk *talk)
{
	talk->from = ether_side(h->source);
	talk->to = ether_side(h->destination);
}

static void tcp_talk(const struct addr *from, const struct addr *to, const struct tcp_hdr *h,
		     struct stat_talk *talk)
{
	talk->from = addr_side(from, h->source_port);
	talk->to = addr_side(to, h->destination_port);
	talk->seq = h->seq;
	talk->ack = h->ack;
	talk->flags = h->flags;
}

static struct stat_side v4_side(uint32_t address, uint16_t port)
{
	return (struct stat_side) {SIDE_IPV4, port, 0, address};
}

void stat_bare_talk(const struct bare *b, struct stat_talk *ret_talk)
{
	ret_talk->from = v4_side(b->source, b->source_port);
	ret_talk->to = v4_side(b->destination, b->destination_port);
	ret_talk->seq = b->seq;
	ret_talk->ack = b->ack;
	ret_talk->flags = b->flags;
}

/* A bare segment; false when protocol is not among its headers. */
static bool bare_talk(const struct stat_frame *f, enum protocol_id protocol, struct stat_talk *talk)
{
	const struct bare *b = f->bare;
	struct cursor c;
	struct eth_hdr eth;

	if (protocol == PROTOCOL_TCP) {
		stat_bare_talk(b, talk);
		return true;
	}
	talk->seq = talk->ack = 0;
	talk->flags = 0;
	if (protocol == PROTOCOL_IPV4) {
		talk->from = v4_side(b->source, 0);
		talk->to = v4_side(b->destination, 0);
		return true;
	}
	if (protocol != PROTOCOL_ETHERNET)
		return false;
	c = cursor_init(f->frame->bytes, f->frame->captured_len, f->frame->wire_len);
	eth_fixed(&c, true, &eth); /* all of a bare frame is there */
	ether_talk(&eth, talk);
	return true;
}

/* The core headers alone; false when protocol is not among them. */
static bool plain_talk(const struct packet *p, enum protocol_id protocol, struct stat_talk *talk)
{
	const struct ip_packet *ip = &p->ip;
	bool is_ip = p->network == NETWORK_IPV4 || p->network == NETWORK_IPV6;

	*talk = (struct stat_talk) {0};
	if (protocol == PROTOCOL_ETHERNET) {
		ether_talk(&p->ethernet, talk);
		return true;
	}
	if (!is_ip)
		return false;
	if (protocol == (p->network == NETWORK_IPV4 ? PROTOCOL_IPV4 : PROTOCOL_IPV6)) {
		talk->from = addr_side(&ip->source, 0);
		talk->to = addr_side(&ip->destination, 0);
		return true;
	}
	if (protocol == PROTOCOL_TCP && ip->transport == TRANSPORT_TCP) {
		tcp_talk(&ip->source, &ip->destination, &ip->tcp, talk);
		return true;
	}
	if (protocol == PROTOCOL_UDP && ip->transport == TRANSPORT_UDP) {
		talk->from = addr_side(&ip->source, ip->udp.source_port);
		talk->to = addr_side(&ip->destination, ip->udp.destination_port);
		return true;
	}
	return false;
}

/* A cursor on the first byte of a layer. */
static struct cursor layer_cursor(const struct dissect *d, const struct dissect_layer *layer)
{
	const struct dissect_source *source = &d->sources[layer->source];
	uint32_t wire = layer->source ? source->len : d->frame->wire_len;
	struct cursor c = cursor_init(source->bytes, source->len, wire);

	cursor_skip(&c, layer->at);
	return c;
}

/*
 * Reads an IPv4 header; false when it is not all there. A packet with a source route goes to its
 * end, whatever the header says, as in Wireshark.
 */
static bool v4_addresses(struct cursor *c, struct addr *from, struct addr *to)
{
	struct ipv4_hdr h;

	ipv4_read(c, &h);
	*from = h.source;
	if (!ipv4_route_end(c, &h, to))
		*to = h.destination;
	return h.complete;
}

static bool v6_addresses(struct cursor *c, struct addr *from, struct addr *to)
{
	struct ipv6_hdr h;

	ipv6_read(c, &h);
	*from = h.source;
	*to = h.destination;
	return h.complete;
}

/* The addresses of the IP header that carries a layer; false when there is none. */
static bool carrier(const struct dissect *d, const struct dissect_layer *layer, struct addr *from,
		    struct addr *to)
{
	struct cursor c;

	while (layer->above < d->layer_count && layer->above < layer - d->layers) {
		layer = &d->layers[layer->above];
		c = layer_cursor(d, layer);
		if (layer->protocol == PROTOCOL_IPV4)
			return v4_addresses(&c, from, to);
		if (layer->protocol == PROTOCOL_IPV6)
			return v6_addresses(&c, from, to);
	}
	return false;
}

/* Linux cooked capture tells the sender only. */
static bool sll_talk(const struct dissect *d, struct cursor *c, struct stat_talk *talk)
{
	uint8_t mac[MAC_LEN];

	cursor_skip(c, d->frame->link == LINK_LINUX_SLL2 ? SLL2_ADDRESS_AT : SLL_ADDRESS_AT);
	cursor_copy(c, mac, sizeof(mac));
	talk->from = ether_side(mac);
	return cursor_ok(c);
}

static bool ipx_talk(struct cursor *c, struct stat_talk *talk)
{
	struct stat_side *sides[] = {&talk->to, &talk->from};
	uint8_t node[NODE_LEN];

	cursor_skip(c, IPX_NETWORK_AT);
	for (unsigned i = 0; i < 2; i++) {
		*sides[i] = (struct stat_side) {.kind = SIDE_IPX, .high = cursor_be32(c)};
		cursor_copy(c, node, sizeof(node));
		sides[i]->low = number_of(node, sizeof(node));
		cursor_skip(c, 2);
	}
	return cursor_ok(c);
}

static bool port_talk(struct cursor *c, const struct addr *from, const struct addr *to,
		      struct stat_talk *talk)
{
	talk->from = addr_side(from, cursor_be16(c));
	talk->to = addr_side(to, cursor_be16(c));
	return cursor_ok(c);
}

/* Reads one layer; false when its header is not all there. */
static bool layer_talk(const struct dissect *d, const struct dissect_layer *layer,
		       struct stat_talk *talk)
{
	struct cursor c = layer_cursor(d, layer);
	struct addr from, to;
	struct eth_hdr eth;
	struct tcp_hdr tcp;
	bool there;

	*talk = (struct stat_talk) {0};
	if (layer->protocol == PROTOCOL_ETHERNET) {
		eth_read(&c, &eth);
		ether_talk(&eth, talk);
		return cursor_ok(&c);
	}
	if (layer->protocol == PROTOCOL_SLL)
		return sll_talk(d, &c, talk);
	if (layer->protocol == PROTOCOL_IPX)
		return ipx_talk(&c, talk);
	if (layer->protocol == PROTOCOL_IPV4 || layer->protocol == PROTOCOL_IPV6) {
		there = layer->protocol == PROTOCOL_IPV4 ? v4_addresses(&c, &from, &to)
							 : v6_addresses(&c, &from, &to);
		talk->from = addr_side(&from, 0);
		talk->to = addr_side(&to, 0);
		return there;
	}
	if (!carrier(d, layer, &from, &to))
		return false;
	if (layer->protocol != PROTOCOL_TCP)
		return port_talk(&c, &from, &to, talk);
	tcp_read(&c, &tcp);
	tcp_talk(&from, &to, &tcp, talk);
	return tcp.complete;
}

/* The sides of the Ethernet header, which all of a bare frame is there of. */
static struct stat_ends ether_ends(const struct frame *f)
{
	struct cursor c = cursor_init(f->bytes, f->captured_len, f->wire_len);
	struct stat_ends ends;
	struct eth_hdr eth;

	eth_fixed(&c, true, &eth);
	ends.from = mac_number(eth.source);
	ends.to = mac_number(eth.destination);
	return ends;
}

enum side_kind stat_bare_ends(const struct stat_bares *b, enum protocol_id protocol,
			      struct stat_ends ret_ends[static STAT_BARES_MAX])
{
	bool tcp = protocol == PROTOCOL_TCP;

	if (protocol == PROTOCOL_ETHERNET) {
		for (unsigned i = 0; i < b->count; i++)
			ret_ends[i] = ether_ends(&b->frames[i]);
		return SIDE_ETHER;
	}
	if (!tcp && protocol != PROTOCOL_IPV4)
		return SIDE_NONE;
	for (unsigned i = 0; i < b->count; i++) {
		const struct bare *bare = &b->bares[i];

		ret_ends[i].from =
			(uint64_t)bare->source << STAT_PORT_BITS | (tcp ? bare->source_port : 0);
		ret_ends[i].to = (uint64_t)bare->destination << STAT_PORT_BITS |
				 (tcp ? bare->destination_port : 0);
	}
	return SIDE_IPV4;
}

unsigned stat_talks(const struct stat_frame *f, enum protocol_id protocol,
		    struct stat_talk ret_talks[static STAT_TALKS_MAX])
{
	const struct dissect *d = f->dissect;
	unsigned count = 0;

	if (f->plain && f->bare)
		return bare_talk(f, protocol, &ret_talks[0]);
	if (f->plain)
		return plain_talk(f->packet, protocol, &ret_talks[0]);
	for (unsigned i = 0; d && i < d->layer_count && count < STAT_TALKS_MAX; i++) {
		const struct dissect_layer *layer = &d->layers[i];

		if (layer->protocol == protocol && !layer->depth &&
		    layer_talk(d, layer, &ret_talks[count]))
			count++;
	}
	return count;
}
