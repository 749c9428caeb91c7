// SPDX-License-Identifier: Apache-2.0
// The quick way of display filters: items from packet_decode() instead of a dissection.
//
// It serves filters all of whose fields stand in the table below, and frames whose headers are all
// there is to them: no tags, options, extension headers, fragments or quoted packets, nothing
// malformed, and no payload that might hold another packet. Of any other frame it says UNSURE.
#include <stdlib.h>
#include <string.h>

#include "packet/decode.h"
#include "packet/dfilter_node.h"

#define SLOTS_MAX      16
#define CORE_ITEMS_MAX (2 * SLOTS_MAX) /* "ip.addr" is two */

enum slot {
	SLOT_FRAME,
	SLOT_FRAME_NUMBER,
	SLOT_FRAME_LEN,
	SLOT_FRAME_CAP_LEN,
	SLOT_ETH,
	SLOT_ETH_DST,
	SLOT_ETH_SRC,
	SLOT_ETH_ADDR,
	SLOT_ETH_TYPE,
	SLOT_ARP,
	SLOT_ARP_OPCODE,
	SLOT_ARP_SRC_IP,
	SLOT_ARP_DST_IP,
	SLOT_ARP_SRC_MAC,
	SLOT_ARP_DST_MAC,
	SLOT_IP,
	SLOT_IP_VERSION,
	SLOT_IP_LEN,
	SLOT_IP_ID,
	SLOT_IP_TTL,
	SLOT_IP_PROTO,
	SLOT_IP_SRC,
	SLOT_IP_DST,
	SLOT_IP_ADDR,
	SLOT_IPV6,
	SLOT_IPV6_HLIM,
	SLOT_IPV6_SRC,
	SLOT_IPV6_DST,
	SLOT_IPV6_ADDR,
	SLOT_TCP,
	SLOT_TCP_SRCPORT,
	SLOT_TCP_DSTPORT,
	SLOT_TCP_PORT,
	SLOT_TCP_SEQ_RAW,
	SLOT_TCP_ACK_RAW,
	SLOT_TCP_WINDOW,
	SLOT_TCP_CHECKSUM,
	SLOT_TCP_FLAGS,
	SLOT_TCP_FLAG, /* one bit of the flags */
	SLOT_UDP,
	SLOT_UDP_SRCPORT,
	SLOT_UDP_DSTPORT,
	SLOT_UDP_PORT,
	SLOT_UDP_LENGTH,
	SLOT_ICMP,
	SLOT_ICMP_TYPE,
	SLOT_ICMP_CODE,
	SLOT_ICMPV6,
	SLOT_ICMPV6_TYPE,
	SLOT_ICMPV6_CODE,
};

struct core_field {
	const char *name;
	uint8_t slot;
	uint8_t type;
	uint16_t mask;  /* SLOT_TCP_FLAG */
	bool sliceable; /* a protocol whose bytes are known */
};

static const struct core_field core_fields[] = {
	{"frame", SLOT_FRAME, FIELD_PROTOCOL, 0, true},
	{"frame.number", SLOT_FRAME_NUMBER, FIELD_UINT},
	{"frame.len", SLOT_FRAME_LEN, FIELD_UINT},
	{"frame.cap_len", SLOT_FRAME_CAP_LEN, FIELD_UINT},
	{"eth", SLOT_ETH, FIELD_PROTOCOL, 0, true},
	{"eth.dst", SLOT_ETH_DST, FIELD_ETHER},
	{"eth.src", SLOT_ETH_SRC, FIELD_ETHER},
	{"eth.addr", SLOT_ETH_ADDR, FIELD_ETHER},
	{"eth.type", SLOT_ETH_TYPE, FIELD_UINT},
	{"arp", SLOT_ARP, FIELD_PROTOCOL},
	{"arp.opcode", SLOT_ARP_OPCODE, FIELD_UINT},
	{"arp.src.proto_ipv4", SLOT_ARP_SRC_IP, FIELD_IPV4},
	{"arp.dst.proto_ipv4", SLOT_ARP_DST_IP, FIELD_IPV4},
	{"arp.src.hw_mac", SLOT_ARP_SRC_MAC, FIELD_ETHER},
	{"arp.dst.hw_mac", SLOT_ARP_DST_MAC, FIELD_ETHER},
	{"ip", SLOT_IP, FIELD_PROTOCOL, 0, true},
	{"ip.version", SLOT_IP_VERSION, FIELD_UINT},
	{"ip.len", SLOT_IP_LEN, FIELD_UINT},
	{"ip.id", SLOT_IP_ID, FIELD_UINT},
	{"ip.ttl", SLOT_IP_TTL, FIELD_UINT},
	{"ip.proto", SLOT_IP_PROTO, FIELD_UINT},
	{"ip.src", SLOT_IP_SRC, FIELD_IPV4},
	{"ip.dst", SLOT_IP_DST, FIELD_IPV4},
	{"ip.addr", SLOT_IP_ADDR, FIELD_IPV4},
	{"ipv6", SLOT_IPV6, FIELD_PROTOCOL, 0, true},
	{"ipv6.hlim", SLOT_IPV6_HLIM, FIELD_UINT},
	{"ipv6.src", SLOT_IPV6_SRC, FIELD_IPV6},
	{"ipv6.dst", SLOT_IPV6_DST, FIELD_IPV6},
	{"ipv6.addr", SLOT_IPV6_ADDR, FIELD_IPV6},
	{"tcp", SLOT_TCP, FIELD_PROTOCOL, 0, true},
	{"tcp.srcport", SLOT_TCP_SRCPORT, FIELD_UINT},
	{"tcp.dstport", SLOT_TCP_DSTPORT, FIELD_UINT},
	{"tcp.port", SLOT_TCP_PORT, FIELD_UINT},
	{"tcp.seq_raw", SLOT_TCP_SEQ_RAW, FIELD_UINT},
	{"tcp.ack_raw", SLOT_TCP_ACK_RAW, FIELD_UINT},
	{"tcp.window_size_value", SLOT_TCP_WINDOW, FIELD_UINT},
	{"tcp.checksum", SLOT_TCP_CHECKSUM, FIELD_UINT},
	{"tcp.flags", SLOT_TCP_FLAGS, FIELD_UINT},
	{"tcp.flags.fin", SLOT_TCP_FLAG, FIELD_BOOL, 0x001},
	{"tcp.flags.syn", SLOT_TCP_FLAG, FIELD_BOOL, 0x002},
	{"tcp.flags.reset", SLOT_TCP_FLAG, FIELD_BOOL, 0x004},
	{"tcp.flags.push", SLOT_TCP_FLAG, FIELD_BOOL, 0x008},
	{"tcp.flags.ack", SLOT_TCP_FLAG, FIELD_BOOL, 0x010},
	{"tcp.flags.urg", SLOT_TCP_FLAG, FIELD_BOOL, 0x020},
	{"udp", SLOT_UDP, FIELD_PROTOCOL, 0, true},
	{"udp.srcport", SLOT_UDP_SRCPORT, FIELD_UINT},
	{"udp.dstport", SLOT_UDP_DSTPORT, FIELD_UINT},
	{"udp.port", SLOT_UDP_PORT, FIELD_UINT},
	{"udp.length", SLOT_UDP_LENGTH, FIELD_UINT},
	{"icmp", SLOT_ICMP, FIELD_PROTOCOL},
	{"icmp.type", SLOT_ICMP_TYPE, FIELD_UINT},
	{"icmp.code", SLOT_ICMP_CODE, FIELD_UINT},
	{"icmpv6", SLOT_ICMPV6, FIELD_PROTOCOL},
	{"icmpv6.type", SLOT_ICMPV6_TYPE, FIELD_UINT},
	{"icmpv6.code", SLOT_ICMPV6_CODE, FIELD_UINT},
};

#define CORE_FIELDS (sizeof(core_fields) / sizeof(core_fields[0]))

struct wanted_slot {
	uint16_t id;
	const struct core_field *field;
};

struct core {
	struct wanted_slot slots[SLOTS_MAX];
	uint32_t slot_count;
	struct packet packet; /* of dfilter_quick() */
	struct tree tree;
	struct dissect dissect; /* tree and bytes, for dfilter_matches() */
	struct item items[CORE_ITEMS_MAX];
};

/* ---- Which filters ---- */

static const struct core_field *find_core_field(const struct field *field)
{
	for (size_t i = 0; i < CORE_FIELDS; i++)
		if (!strcmp(core_fields[i].name, field->name))
			return core_fields[i].type == field->type ? &core_fields[i] : NULL;
	return NULL;
}

/* True when the bytes of some protocol count whose bytes packet_decode() does not tell. */
static bool needs_bytes(const struct node *n)
{
	for (; n; n = n->next) {
		const struct core_field *core;

		if (n->kind == NODE_PRESENT && n->left->kind == NODE_FIELD)
			continue;
		if (n->kind == NODE_FIELD && n->field->type == FIELD_PROTOCOL) {
			core = find_core_field(n->field);
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

void filter_core_init(struct dfilter *f)
{
	struct core *core = filter_alloc(f, sizeof(*core));

	if (!core || needs_bytes(f->root))
		return;
	for (uint32_t word = 0; word < TREE_FIELDS_MAX / 64; word++) {
		for (uint64_t bits = f->wanted[word]; bits; bits &= bits - 1) {
			uint16_t id = (uint16_t)(word * 64 + (unsigned)__builtin_ctzll(bits));
			const struct core_field *field = find_core_field(f->names->get(id));

			if (!field || core->slot_count == SLOTS_MAX)
				return;
			core->slots[core->slot_count++] = (struct wanted_slot) {id, field};
		}
	}
	core->tree.items = core->items;
	core->tree.room = CORE_ITEMS_MAX;
	core->dissect.tree = &core->tree;
	core->dissect.source_count = 1;
	f->core = core;
}

/* ---- Which frames ---- */

/* Protocols over ports that hold no other packet, so that no core field hides in them. */
static bool holds_no_packet(uint8_t protocol)
{
	static const char *const leaves[] = {"dns",  "mdns",  "llmnr", "data", "dhcp",   "dhcpv6",
					     "ntp",  "snmp",  "tftp",  "ssdp", "syslog", "http",
					     "ssh",  "tls",   "ftp",   "smtp", "pop",    "imap",
					     "nbns", "nbdgm", "nbss"};
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

static bool transport_plain(const struct ip_packet *ip, const struct dispatch *dispatch)
{
	switch (ip->transport) {
	case TRANSPORT_TCP:
		return ip->data_len == 0 ||
		       payload_plain(dispatch->tcp, ip->tcp.source_port, ip->tcp.destination_port);
	case TRANSPORT_UDP:
		return payload_plain(dispatch->udp, ip->udp.source_port, ip->udp.destination_port);
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

static bool is_plain(const struct packet *p, const struct dispatch *dispatch)
{
	if (p->status != CURSOR_OK || p->vlan_count || p->has_quote)
		return false;
	if (p->network == NETWORK_ARP)
		return p->arp.ipv4_over_ethernet && p->arp.hardware_type == 1;
	if (p->network == NETWORK_IPV4)
		return p->ip.ipv4.header_len == IPV4_HEADER_MIN && p->ip.ipv4.total_len &&
		       !p->ip.ipv4.fragment_offset && !(p->ip.ipv4.flags & IPV4_FLAG_MF) &&
		       transport_plain(&p->ip, dispatch);
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
	else if (slot >= SLOT_IP && slot <= SLOT_IP_ADDR && p->network == NETWORK_IPV4)
		fill_ipv4(c, w->id, slot, &p->ip);
	else if (slot >= SLOT_IPV6 && slot <= SLOT_IPV6_ADDR && p->network == NETWORK_IPV6)
		fill_ipv6(c, w->id, slot, &p->ip);
	else if (slot >= SLOT_TCP && p->network != NETWORK_ARP)
		fill_transport(c, w, &p->ip);
}

bool dfilter_is_core(const struct dfilter *f)
{
	return f->core != NULL;
}

enum dfilter_answer dfilter_core(struct dfilter *f, const struct frame *frame,
				 const struct packet *packet, const struct dispatch *dispatch)
{
	struct core *c = f->core;

	if (!c || !is_plain(packet, dispatch))
		return DFILTER_UNSURE;
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
