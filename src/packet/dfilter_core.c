// SPDX-License-Identifier: Apache-2.0
// The quick way of display filters: items from packet_decode() instead of a dissection.
//
// It serves filters all of whose fields stand in the table below, and frames whose headers are all
// there is to them: no tags, options, extension headers or fragments, nothing malformed, no payload
// that might hold another packet, and no quoted packet but what the usual ICMP errors quote. Of any
// other frame it says UNSURE. A frame it is sure of belongs to one TCP stream at most, that of
// packet.ip or packet.quote: read_sift.c rests on it.
#include <string.h>

#include "packet/decode.h"
#include "packet/dfilter_node.h"
#include "packet/dfilter_slot.h"
#include "packet/plain.h"

#define SLOTS_MAX      16
#define CORE_ITEMS_MAX (4 * SLOTS_MAX) /* "ip.addr" is two, and two more of a quoted packet */

struct wanted_slot {
	uint16_t id;
	const struct core_field *field;
};

struct core {
	struct filter_ports *ports; /* NULL: these tell nothing */
	struct wanted_slot slots[SLOTS_MAX];
	uint32_t slot_count;
	bool direct;          /* filter_direct() answers for it */
	bool layers;          /* it asks for one of several layers of a protocol */
	struct packet packet; /* of dfilter_quick() */
	struct tree tree;
	struct dissect dissect; /* tree and bytes, for dfilter_matches() */
	struct item items[CORE_ITEMS_MAX];
};

/* ---- Which filters ---- */

/* True when the bytes of some protocol count whose bytes packet_decode() does not tell. */
static bool needs_bytes(const struct node *n)
{
	for (; n; n = n->next) {
		const struct core_field *core;

		if (n->kind == NODE_PRESENT && n->left->kind == NODE_FIELD)
			continue;
		if (n->kind == NODE_FIELD && n->field->type == FIELD_PROTOCOL) {
			core = filter_core_field(n->field);
			if (!core || !core->sliceable)
				return true;
		}
		if (n->kind == NODE_COMPARE && n->left->kind == NODE_FIELD &&
		    n->left->field->type == FIELD_PROTOCOL &&
		    strcmp(n->left->field->name, "frame") &&
		    (n->op == COMPARE_CONTAINS || n->op == COMPARE_MATCHES))
			return true; /* these search the payload too */
		if (needs_bytes(n->left) || needs_bytes(n->right))
			return true;
	}
	return false;
}

static bool asks_for_layers(const struct node *n)
{
	for (; n; n = n->next)
		if ((n->kind == NODE_FIELD && n->slices) || asks_for_layers(n->left) ||
		    asks_for_layers(n->right))
			return true;
	return false;
}

void filter_core_init(struct dfilter *f)
{
	struct core *core = filter_alloc(f, sizeof(*core));

	if (!core || needs_bytes(f->root))
		return;
	for (uint32_t word = 0; word < TREE_FIELDS_MAX / 64; word++) {
		for (uint64_t bits = f->wanted[word]; bits; bits &= bits - 1) {
			uint16_t id = (uint16_t)(word * 64 + (unsigned)__builtin_ctzll(bits));
			const struct core_field *field = filter_core_field(f->names->get(id));

			if (!field || core->slot_count == SLOTS_MAX)
				return;
			core->slots[core->slot_count++] = (struct wanted_slot) {id, field};
		}
	}
	core->tree.items = core->items;
	core->tree.room = CORE_ITEMS_MAX;
	core->dissect.tree = &core->tree;
	core->dissect.source_count = 1;
	core->layers = asks_for_layers(f->root);
	core->direct = f->root && filter_direct_init(f->root);
	core->ports = core->direct ? filter_ports_new(f) : NULL;
	f->core = core;
}

/* ---- Which frames ---- */

/* Protocols over ports that hold no other packet, so that no core field hides in them. */
static bool holds_no_packet(uint8_t protocol)
{
	static const char *const leaves[] = {
		"dns",  "mdns",   "llmnr", "data", "dhcp", "dhcpv6", "ntp",      "snmp", "tftp",
		"ssdp", "syslog", "http",  "ssh",  "tls",  "ftp",    "ftp-data", "smtp", "pop",
		"imap", "nbns",   "nbdgm", "nbss", "sip",  "radius", "quic",     "rtcp"};
	const char *name = protocol_get(protocol)->filter;

	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++)
		if (!strcmp(name, leaves[i]))
			return true;
	return false;
}

static bool payload_plain(const uint8_t *table, uint16_t source, uint16_t destination)
{
	return (!table[source] || holds_no_packet(table[source])) &&
	       (!table[destination] || holds_no_packet(table[destination]));
}

static bool udp_plain(const struct udp_hdr *h, const struct dispatch *dispatch)
{
	return h->len == UDP_HEADER_LEN ||
	       payload_plain(dispatch->udp, h->source_port, h->destination_port);
}

static bool transport_plain(const struct ip_packet *ip, const struct dispatch *dispatch)
{
	switch (ip->transport) {
	case TRANSPORT_TCP:
		return ip->data_len == 0 ||
		       payload_plain(dispatch->tcp, ip->tcp.source_port, ip->tcp.destination_port);
	case TRANSPORT_UDP:
		return udp_plain(&ip->udp, dispatch);
	case TRANSPORT_ICMP:
		return !ip->icmp.is_error;
	case TRANSPORT_ICMPV6:
		return !ip->icmpv6.is_error;
	case TRANSPORT_NONE:
	case TRANSPORT_FRAGMENT:
	case TRANSPORT_OTHER:
		return false;
	}
	return false;
}

/* An IPv4 header of which nothing is missing, alone. */
static bool ipv4_plain(const struct ipv4_hdr *h)
{
	return h->header_len == IPV4_HEADER_MIN && h->total_len >= IPV4_HEADER_MIN &&
	       !h->fragment_offset && !(h->flags & IPV4_FLAG_MF);
}

/* What most ICMP errors quote: the headers, whole, and of UDP some data. */
static bool quote_plain(const struct frame *frame, const struct packet *p,
			const struct dispatch *dispatch)
{
	const struct ip_packet *q = &p->quote;

	if (p->network != NETWORK_IPV4 || !ipv4_plain(&p->ip.ipv4) ||
	    plain_quote_bounded(frame, &p->ip) ||
	    (p->ip.icmp.type != ICMP_TYPE_UNREACHABLE &&
	     p->ip.icmp.type != ICMP_TYPE_TIME_EXCEEDED))
		return false;
	if (q->status != CURSOR_OK || q->network != NETWORK_IPV4 || !ipv4_plain(&q->ipv4))
		return false;
	if (q->transport == TRANSPORT_TCP)
		return q->tcp.complete && !q->data_len;
	return q->transport == TRANSPORT_UDP && udp_plain(&q->udp, dispatch);
}

static bool is_plain(const struct frame *frame, const struct packet *p,
		     const struct dispatch *dispatch)
{
	if (p->usual)
		return transport_plain(&p->ip, dispatch);
	if (p->status != CURSOR_OK || p->vlan_count)
		return false;
	if (p->has_quote)
		return quote_plain(frame, p, dispatch);
	if (p->network == NETWORK_ARP)
		return p->arp.ipv4_over_ethernet && p->arp.hardware_type == 1;
	if (p->network == NETWORK_IPV4)
		return ipv4_plain(&p->ip.ipv4) && transport_plain(&p->ip, dispatch);
	if (p->network == NETWORK_IPV6)
		return p->ip.transport_at == p->ip.network_at + IPV6_HEADER_LEN &&
		       transport_plain(&p->ip, dispatch);
	return false;
}

/* ---- Their items ---- */

static struct item *add(struct core *c, uint16_t id)
{
	struct item *item = &c->items[c->tree.count++];

	*item = (struct item) {.id = id};
	return item;
}

static void add_number(struct core *c, uint16_t id, uint64_t number)
{
	add(c, id)->number = number;
}

static void add_bytes(struct core *c, uint16_t id, const uint8_t *bytes, uint32_t len)
{
	struct item *item = add(c, id);

	item->bytes = bytes;
	item->value_len = len;
}

static void add_protocol(struct core *c, uint16_t id, uint32_t at, uint32_t len)
{
	struct item *item = add(c, id);

	item->at = at;
	item->len = len;
}

static void fill_frame(struct core *c, uint16_t id, enum slot slot, const struct frame *frame)
{
	if (slot == SLOT_FRAME)
		add_protocol(c, id, 0, frame->captured_len);
	else if (slot == SLOT_FRAME_NUMBER)
		add_number(c, id, frame->id);
	else
		add_number(c, id, slot == SLOT_FRAME_LEN ? frame->wire_len : frame->captured_len);
}

static void fill_ethernet(struct core *c, uint16_t id, enum slot slot, const struct eth_hdr *h)
{
	if (slot == SLOT_ETH)
		add_protocol(c, id, 0, ETH_HEADER_LEN);
	if (slot == SLOT_ETH_DST || slot == SLOT_ETH_ADDR)
		add_bytes(c, id, h->destination, MAC_LEN);
	if (slot == SLOT_ETH_SRC || slot == SLOT_ETH_ADDR)
		add_bytes(c, id, h->source, MAC_LEN);
	if (slot == SLOT_ETH_TYPE)
		add_number(c, id, h->type);
}

static void fill_arp(struct core *c, uint16_t id, enum slot slot, const struct arp_hdr *h)
{
	if (slot == SLOT_ARP)
		add_protocol(c, id, 0, ARP_LEN);
	else if (slot == SLOT_ARP_OPCODE)
		add_number(c, id, h->operation);
	else if (slot == SLOT_ARP_SRC_IP || slot == SLOT_ARP_DST_IP)
		add_number(c, id, addr_number(slot == SLOT_ARP_SRC_IP ? &h->sender : &h->target));
	else
		add_bytes(c, id, slot == SLOT_ARP_SRC_MAC ? h->sender_mac : h->target_mac, MAC_LEN);
}

static void fill_ipv4(struct core *c, uint16_t id, enum slot slot, const struct ip_packet *ip)
{
	const struct ipv4_hdr *h = &ip->ipv4;

	if (slot == SLOT_IP)
		add_protocol(c, id, ip->network_at, h->header_len);
	if (slot == SLOT_IP_VERSION)
		add_number(c, id, 4);
	if (slot == SLOT_IP_LEN)
		add_number(c, id, h->total_len);
	if (slot == SLOT_IP_ID)
		add_number(c, id, h->id);
	if (slot == SLOT_IP_TTL)
		add_number(c, id, h->ttl);
	if (slot == SLOT_IP_PROTO)
		add_number(c, id, h->protocol);
	if (slot == SLOT_IP_SRC || slot == SLOT_IP_ADDR)
		add_number(c, id, addr_number(&h->source));
	if (slot == SLOT_IP_DST || slot == SLOT_IP_ADDR)
		add_number(c, id, addr_number(&h->destination));
}

static void fill_ipv6(struct core *c, uint16_t id, enum slot slot, const struct ip_packet *ip)
{
	if (slot == SLOT_IPV6)
		add_protocol(c, id, ip->network_at, IPV6_HEADER_LEN);
	if (slot == SLOT_IPV6_HLIM)
		add_number(c, id, ip->hops);
	if (slot == SLOT_IPV6_SRC || slot == SLOT_IPV6_ADDR)
		add_bytes(c, id, ip->source.bytes, 16);
	if (slot == SLOT_IPV6_DST || slot == SLOT_IPV6_ADDR)
		add_bytes(c, id, ip->destination.bytes, 16);
}

static void fill_tcp(struct core *c, const struct wanted_slot *w, const struct ip_packet *ip)
{
	const struct tcp_hdr *h = &ip->tcp;
	enum slot slot = w->field->slot;

	if (slot == SLOT_TCP)
		add_protocol(c, w->id, ip->transport_at, h->header_len);
	if (slot == SLOT_TCP_SRCPORT || slot == SLOT_TCP_PORT)
		add_number(c, w->id, h->source_port);
	if (slot == SLOT_TCP_DSTPORT || slot == SLOT_TCP_PORT)
		add_number(c, w->id, h->destination_port);
	if (slot == SLOT_TCP_SEQ_RAW)
		add_number(c, w->id, h->seq);
	if (slot == SLOT_TCP_ACK_RAW)
		add_number(c, w->id, h->ack);
	if (slot == SLOT_TCP_WINDOW)
		add_number(c, w->id, h->window);
	if (slot == SLOT_TCP_CHECKSUM)
		add_number(c, w->id, h->checksum);
	if (slot == SLOT_TCP_FLAGS)
		add_number(c, w->id, (uint64_t)h->reserved << 9 | h->flags);
	if (slot == SLOT_TCP_FLAG)
		add_number(c, w->id, (h->flags & w->field->mask) != 0);
}

static void fill_udp(struct core *c, uint16_t id, enum slot slot, const struct ip_packet *ip)
{
	if (slot == SLOT_UDP)
		add_protocol(c, id, ip->transport_at, UDP_HEADER_LEN);
	if (slot == SLOT_UDP_SRCPORT || slot == SLOT_UDP_PORT)
		add_number(c, id, ip->udp.source_port);
	if (slot == SLOT_UDP_DSTPORT || slot == SLOT_UDP_PORT)
		add_number(c, id, ip->udp.destination_port);
	if (slot == SLOT_UDP_LENGTH)
		add_number(c, id, ip->udp.len);
}

static void fill_icmp(struct core *c, uint16_t id, enum slot slot, const struct ip_packet *ip)
{
	bool six = ip->transport == TRANSPORT_ICMPV6;

	if (slot == SLOT_ICMP || slot == SLOT_ICMPV6)
		add_protocol(c, id, ip->transport_at, 0);
	else if (slot == SLOT_ICMP_TYPE || slot == SLOT_ICMPV6_TYPE)
		add_number(c, id, six ? ip->icmpv6.type : ip->icmp.type);
	else
		add_number(c, id, six ? ip->icmpv6.code : ip->icmp.code);
}

static void fill_transport(struct core *c, const struct wanted_slot *w, const struct ip_packet *ip)
{
	enum slot slot = w->field->slot;

	if (slot <= SLOT_TCP_FLAG && ip->transport == TRANSPORT_TCP)
		fill_tcp(c, w, ip);
	else if (slot >= SLOT_UDP && slot <= SLOT_UDP_LENGTH && ip->transport == TRANSPORT_UDP)
		fill_udp(c, w->id, slot, ip);
	else if (slot >= SLOT_ICMP && slot <= SLOT_ICMP_CODE && ip->transport == TRANSPORT_ICMP)
		fill_icmp(c, w->id, slot, ip);
	else if (slot >= SLOT_ICMPV6 && ip->transport == TRANSPORT_ICMPV6)
		fill_icmp(c, w->id, slot, ip);
}

/* Network and transport of the packet or of a quoted one. */
static void fill_ip(struct core *c, const struct wanted_slot *w, const struct ip_packet *ip)
{
	enum slot slot = w->field->slot;

	if (slot >= SLOT_IP && slot <= SLOT_IP_ADDR && ip->network == NETWORK_IPV4)
		fill_ipv4(c, w->id, slot, ip);
	else if (slot >= SLOT_IPV6 && slot <= SLOT_IPV6_ADDR && ip->network == NETWORK_IPV6)
		fill_ipv6(c, w->id, slot, ip);
	else if (slot >= SLOT_TCP)
		fill_transport(c, w, ip);
}

static void fill(struct core *c, const struct wanted_slot *w, const struct frame *frame,
		 const struct packet *p)
{
	enum slot slot = w->field->slot;

	if (slot <= SLOT_FRAME_CAP_LEN)
		fill_frame(c, w->id, slot, frame);
	else if (slot <= SLOT_ETH_TYPE && p->has_ethernet)
		fill_ethernet(c, w->id, slot, &p->ethernet);
	else if (slot >= SLOT_ARP && slot <= SLOT_ARP_DST_MAC && p->network == NETWORK_ARP)
		fill_arp(c, w->id, slot, &p->arp);
	else if (slot >= SLOT_IP && p->network != NETWORK_ARP)
		fill_ip(c, w, &p->ip);
	if (slot >= SLOT_IP && p->has_quote)
		fill_ip(c, w, &p->quote);
}

bool dfilter_may_match_ports(const struct dfilter *f, uint16_t one, uint16_t other)
{
	const struct filter_ports *ports = f->core ? f->core->ports : NULL;

	return !ports || filter_ports_may_match(ports, one, other);
}

bool dfilter_is_core(const struct dfilter *f)
{
	return f->core != NULL;
}

enum dfilter_answer dfilter_core(struct dfilter *f, const struct frame *frame,
				 const struct packet *packet, const struct dispatch *dispatch)
{
	struct core *c = f->core;

	if (!c || (packet->has_quote && c->layers) || !is_plain(frame, packet, dispatch))
		return DFILTER_UNSURE;
	f->limited = false;
	if (c->direct)
		return filter_direct(f->root, frame, packet) ? DFILTER_YES : DFILTER_NO;
	c->tree.count = 0;
	for (uint32_t i = 0; i < c->slot_count; i++)
		fill(c, &c->slots[i], frame, packet);
	c->dissect.sources[0] =
		(struct dissect_source) {"Frame", frame->bytes, frame->captured_len};
	return dfilter_matches(f, &c->dissect) ? DFILTER_YES : DFILTER_NO;
}

enum dfilter_answer dfilter_quick(struct dfilter *f, const struct frame *frame,
				  const struct dispatch *dispatch)
{
	if (!f->core)
		return DFILTER_UNSURE;
	packet_decode(frame, &f->core->packet);
	return dfilter_core(f, frame, &f->core->packet, dispatch);
}
