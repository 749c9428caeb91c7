// SPDX-License-Identifier: Apache-2.0
// Display filters that compare numbers of core headers: asked of struct packet, without items.
#include "packet/decode.h"
#include "packet/dfilter_node.h"
#include "packet/dfilter_slot.h"

#define NUMBERS_MAX 4 /* both ports of a packet and of the one it quotes */

/* ---- Which filters ---- */

static bool slot_is_protocol(unsigned slot)
{
	return slot == SLOT_FRAME || slot == SLOT_ETH || slot == SLOT_ARP || slot == SLOT_IP ||
	       slot == SLOT_IPV6 || slot == SLOT_TCP || slot == SLOT_UDP || slot == SLOT_ICMP ||
	       slot == SLOT_ICMPV6;
}

static bool is_number(uint8_t type)
{
	return type == FIELD_UINT || type == FIELD_BOOL;
}

static bool field_direct(struct node *field)
{
	if (field->kind != NODE_FIELD || field->slices)
		return false;
	field->core = filter_core_field(field->field);
	return field->core != NULL;
}

bool filter_direct_init(struct node *n)
{
	switch (n->kind) {
	case NODE_AND:
	case NODE_OR:
		for (struct node *child = n->left; child; child = child->next)
			if (!filter_direct_init(child))
				return false;
		return true;
	case NODE_NOT:
		return filter_direct_init(n->left);
	case NODE_PRESENT:
		return field_direct(n->left) && slot_is_protocol(n->left->core->slot);
	case NODE_COMPARE:
		return n->value_of_quick && n->op <= COMPARE_LE && field_direct(n->left) &&
		       is_number(n->left->core->type) && is_number(n->right->value.type);
	default:
		return false;
	}
}

/* ---- Their values ---- */

struct core_numbers {
	uint64_t items[NUMBERS_MAX];
	unsigned count;
};

static void add(struct core_numbers *n, uint64_t number)
{
	n->items[n->count++] = number;
}

static void add_tcp(struct core_numbers *n, const struct core_field *f, const struct tcp_hdr *h)
{
	if (f->slot == SLOT_TCP_SRCPORT || f->slot == SLOT_TCP_PORT)
		add(n, h->source_port);
	if (f->slot == SLOT_TCP_DSTPORT || f->slot == SLOT_TCP_PORT)
		add(n, h->destination_port);
	if (f->slot == SLOT_TCP_SEQ_RAW)
		add(n, h->seq);
	if (f->slot == SLOT_TCP_ACK_RAW)
		add(n, h->ack);
	if (f->slot == SLOT_TCP_WINDOW)
		add(n, h->window);
	if (f->slot == SLOT_TCP_CHECKSUM)
		add(n, h->checksum);
	if (f->slot == SLOT_TCP_FLAGS)
		add(n, (uint64_t)h->reserved << 9 | h->flags);
	if (f->slot == SLOT_TCP_FLAG)
		add(n, (h->flags & f->mask) != 0);
}

static void add_udp(struct core_numbers *n, unsigned slot, const struct udp_hdr *h)
{
	if (slot == SLOT_UDP_SRCPORT || slot == SLOT_UDP_PORT)
		add(n, h->source_port);
	if (slot == SLOT_UDP_DSTPORT || slot == SLOT_UDP_PORT)
		add(n, h->destination_port);
	if (slot == SLOT_UDP_LENGTH)
		add(n, h->len);
}

static void add_ipv4(struct core_numbers *n, unsigned slot, const struct ipv4_hdr *h)
{
	if (slot == SLOT_IP_VERSION)
		add(n, 4);
	if (slot == SLOT_IP_LEN)
		add(n, h->total_len);
	if (slot == SLOT_IP_ID)
		add(n, h->id);
	if (slot == SLOT_IP_TTL)
		add(n, h->ttl);
	if (slot == SLOT_IP_PROTO)
		add(n, h->protocol);
}

static void add_ip(struct core_numbers *n, const struct core_field *f, const struct ip_packet *ip)
{
	unsigned slot = f->slot;

	if (slot <= SLOT_IP_ADDR && ip->network == NETWORK_IPV4)
		add_ipv4(n, slot, &ip->ipv4);
	if (slot == SLOT_IPV6_HLIM && ip->network == NETWORK_IPV6)
		add(n, ip->hops);
	if (slot >= SLOT_TCP && slot <= SLOT_TCP_FLAG && ip->transport == TRANSPORT_TCP)
		add_tcp(n, f, &ip->tcp);
	if (slot >= SLOT_UDP && slot <= SLOT_UDP_LENGTH && ip->transport == TRANSPORT_UDP)
		add_udp(n, slot, &ip->udp);
	if (ip->transport == TRANSPORT_ICMP && slot == SLOT_ICMP_TYPE)
		add(n, ip->icmp.type);
	if (ip->transport == TRANSPORT_ICMP && slot == SLOT_ICMP_CODE)
		add(n, ip->icmp.code);
	if (ip->transport == TRANSPORT_ICMPV6 && slot == SLOT_ICMPV6_TYPE)
		add(n, ip->icmpv6.type);
	if (ip->transport == TRANSPORT_ICMPV6 && slot == SLOT_ICMPV6_CODE)
		add(n, ip->icmpv6.code);
}

static void add_numbers(struct core_numbers *n, const struct core_field *f,
			const struct frame *frame, const struct packet *p)
{
	if (f->slot >= SLOT_IP) {
		if (p->network != NETWORK_ARP)
			add_ip(n, f, &p->ip);
		if (p->has_quote)
			add_ip(n, f, &p->quote);
	} else if (f->slot == SLOT_FRAME_NUMBER) {
		add(n, frame->id);
	} else if (f->slot == SLOT_FRAME_LEN) {
		add(n, frame->wire_len);
	} else if (f->slot == SLOT_FRAME_CAP_LEN) {
		add(n, frame->captured_len);
	} else if (f->slot == SLOT_ETH_TYPE && p->has_ethernet) {
		add(n, p->ethernet.type);
	} else if (f->slot == SLOT_ARP_OPCODE && p->network == NETWORK_ARP) {
		add(n, p->arp.operation);
	}
}

static bool ip_has(unsigned slot, const struct ip_packet *ip)
{
	return (slot == SLOT_IP && ip->network == NETWORK_IPV4) ||
	       (slot == SLOT_IPV6 && ip->network == NETWORK_IPV6) ||
	       (slot == SLOT_TCP && ip->transport == TRANSPORT_TCP) ||
	       (slot == SLOT_UDP && ip->transport == TRANSPORT_UDP) ||
	       (slot == SLOT_ICMP && ip->transport == TRANSPORT_ICMP) ||
	       (slot == SLOT_ICMPV6 && ip->transport == TRANSPORT_ICMPV6);
}

static bool has(unsigned slot, const struct packet *p)
{
	if (slot == SLOT_FRAME)
		return true;
	if (slot == SLOT_ETH)
		return p->has_ethernet;
	if (slot == SLOT_ARP || p->network == NETWORK_ARP)
		return slot == SLOT_ARP && p->network == NETWORK_ARP;
	return ip_has(slot, &p->ip) || (p->has_quote && ip_has(slot, &p->quote));
}

/* ---- Tests ---- */

bool filter_direct_holds(unsigned op, __int128 a, __int128 b)
{
	switch ((enum compare_op)op) {
	case COMPARE_EQ:
		return a == b;
	case COMPARE_NE:
		return a != b;
	case COMPARE_GT:
		return a > b;
	case COMPARE_LT:
		return a < b;
	case COMPARE_GE:
		return a >= b;
	case COMPARE_LE:
		return a <= b;
	case COMPARE_CONTAINS:
	case COMPARE_MATCHES:
		break;
	}
	return false;
}

static bool compare(const struct node *n, const struct frame *frame, const struct packet *p)
{
	struct core_numbers numbers;

	numbers.count = 0;
	add_numbers(&numbers, n->left->core, frame, p);
	for (unsigned i = 0; i < numbers.count; i++)
		if (filter_direct_holds(n->op, numbers.items[i], n->right->value.number) != n->all)
			return !n->all;
	return n->all && numbers.count;
}

bool filter_direct(const struct node *n, const struct frame *frame, const struct packet *p)
{
	switch (n->kind) {
	case NODE_AND:
		for (n = n->left; n; n = n->next)
			if (!filter_direct(n, frame, p))
				return false;
		return true;
	case NODE_OR:
		for (n = n->left; n; n = n->next)
			if (filter_direct(n, frame, p))
				return true;
		return false;
	case NODE_NOT:
		return !filter_direct(n->left, frame, p);
	case NODE_PRESENT:
		return has(n->left->core->slot, p);
	default:
		return compare(n, frame, p);
	}
}
