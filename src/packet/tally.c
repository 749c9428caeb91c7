// SPDX-License-Identifier: Apache-2.0
// Counts frames by kind while they come in: each frame once, so that the kinds add up.
#include "packet/tally.h"

#include <assert.h>
#include <string.h>

#include "wire/cursor.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define PERMILLE 1000u

static const char *const names[] = {
	[TALLY_SCTP] = "SCTP",   [TALLY_TCP] = "TCP",         [TALLY_UDP] = "UDP",
	[TALLY_ICMP] = "ICMP",   [TALLY_ARP] = "ARP",         [TALLY_OSPF] = "OSPF",
	[TALLY_GRE] = "GRE",     [TALLY_NETBIOS] = "NetBIOS", [TALLY_IPX] = "IPX",
	[TALLY_VINES] = "VINES", [TALLY_ICMPV6] = "ICMPv6",   [TALLY_IGMP] = "IGMP",
	[TALLY_ESP] = "ESP",     [TALLY_AH] = "AH",           [TALLY_PIM] = "PIM",
	[TALLY_VRRP] = "VRRP",   [TALLY_TUNNEL] = "IP in IP", [TALLY_LLDP] = "LLDP",
	[TALLY_STP] = "STP",     [TALLY_CDP] = "CDP",         [TALLY_EAPOL] = "EAPOL",
	[TALLY_MPLS] = "MPLS",   [TALLY_PPPOE] = "PPPoE",     [TALLY_OTHER] = "Other",
};
static_assert(COUNT(names) == TALLY_KINDS, "every kind has a name");

struct number_kind {
	uint16_t number;
	uint8_t kind; /* enum tally_kind */
};

/* IANA, Assigned Internet Protocol Numbers. */
static const struct number_kind ip_kinds[] = {
	{IP_TCP, TALLY_TCP},   {IP_UDP, TALLY_UDP},       {IP_ICMP, TALLY_ICMP},
	{IP_SCTP, TALLY_SCTP}, {IP_ICMPV6, TALLY_ICMPV6}, {IP_IGMP, TALLY_IGMP},
	{IP_GRE, TALLY_GRE},   {IP_ESP, TALLY_ESP},       {IP_AH, TALLY_AH},
	{89, TALLY_OSPF},      {103, TALLY_PIM},          {112, TALLY_VRRP},
	{83, TALLY_VINES},     {IP_IPV4, TALLY_TUNNEL},   {IP_IPV6, TALLY_TUNNEL},
};

/* IANA, IEEE 802 Numbers. */
static const struct number_kind ether_kinds[] = {
	{ETHER_ARP, TALLY_ARP}, {0x8137, TALLY_IPX},   {0x0bad, TALLY_VINES},
	{0x88cc, TALLY_LLDP},   {0x888e, TALLY_EAPOL}, {0x8847, TALLY_MPLS},
	{0x8848, TALLY_MPLS},   {0x8863, TALLY_PPPOE}, {0x8864, TALLY_PPPOE},
};

/* Destination SAPs (IEEE 802.2) and, with SNAP_NUMBER, protocol ids behind SNAP. */
static const struct number_kind sap_kinds[] = {
	{0xe0, TALLY_IPX},
	{0xf0, TALLY_NETBIOS},
	{0x42, TALLY_STP},
	{0xbc, TALLY_VINES},
};

#define SAP_SNAP   0xaa
#define OUI_CISCO  0x00000c
#define CISCO_CDP  0x2000
#define CISCO_PVST 0x010b

static enum tally_kind look_up(const struct number_kind *rows, size_t count, uint16_t number)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].number == number)
			return (enum tally_kind)rows[i].kind;
	return TALLY_OTHER;
}

/* A frame whose EtherType is a length: LLC, or IPX right behind the length. */
static enum tally_kind llc_kind(const struct frame *frame)
{
	struct cursor c = cursor_init(frame->bytes, frame->captured_len, frame->wire_len);
	uint16_t saps;
	uint32_t oui;
	uint16_t type;

	cursor_skip(&c, ETH_HEADER_LEN);
	saps = cursor_be16(&c);
	if (!cursor_ok(&c))
		return TALLY_OTHER;
	if (saps == UINT16_MAX) /* no LLC: IPX's checksum field, which is never used */
		return TALLY_IPX;
	if (saps >> 8 != SAP_SNAP)
		return look_up(sap_kinds, COUNT(sap_kinds), saps >> 8);
	cursor_skip(&c, 1); /* control */
	oui = (uint32_t)cursor_u8(&c) << 16;
	oui |= cursor_be16(&c);
	type = cursor_be16(&c);
	if (!cursor_ok(&c))
		return TALLY_OTHER;
	if (oui == OUI_CISCO && type == CISCO_CDP)
		return TALLY_CDP;
	if (oui == OUI_CISCO && type == CISCO_PVST)
		return TALLY_STP;
	return oui ? TALLY_OTHER : look_up(ether_kinds, COUNT(ether_kinds), type);
}

enum tally_kind tally_kind_of(const struct frame *frame, const struct packet *packet)
{
	if (packet->network == NETWORK_IPV4 || packet->network == NETWORK_IPV6)
		return look_up(ip_kinds, COUNT(ip_kinds), packet->ip.protocol);
	if (packet->network == NETWORK_ARP)
		return TALLY_ARP;
	if (packet->has_ethernet && !packet->vlan_count && packet->ether_type < ETH_TYPE_MIN)
		return llc_kind(frame);
	return look_up(ether_kinds, COUNT(ether_kinds), packet->ether_type);
}

static void count_tcp(struct tally *t, const struct tcp_hdr *tcp)
{
	t->rst += !!(tcp->flags & TCP_RST);
	if (!(tcp->flags & TCP_SYN) || tcp->flags & TCP_RST)
		return;
	t->syn += !(tcp->flags & TCP_ACK);
	t->syn_ack += !!(tcp->flags & TCP_ACK);
}

void tally_frame(struct tally *t, const struct frame *frame, const struct packet *packet)
{
	const struct ip_packet *ip = &packet->ip;

	t->frames++;
	t->bytes += frame->wire_len;
	t->kinds[tally_kind_of(frame, packet)]++;
	if (packet->network == NETWORK_ARP) {
		t->arp_asked += packet->arp.operation == ARP_REQUEST;
		t->arp_answered += packet->arp.operation == ARP_REPLY;
	} else if (ip->transport == TRANSPORT_TCP) {
		count_tcp(t, &ip->tcp);
	} else if (ip->transport == TRANSPORT_ICMP) {
		t->unreachable += ip->icmp.type == ICMP_TYPE_UNREACHABLE;
	} else if (ip->transport == TRANSPORT_ICMPV6) {
		t->unreachable += ip->icmpv6.type == ICMPV6_UNREACHABLE;
	}
}

const char *tally_name(enum tally_kind kind)
{
	assert(kind < TALLY_KINDS);
	return names[kind];
}

void tally_tenths(const struct tally *t, unsigned ret_tenths[static TALLY_KINDS])
{
	uint64_t rest[TALLY_KINDS];
	unsigned missing = t->frames ? PERMILLE : 0;

	memset(ret_tenths, 0, TALLY_KINDS * sizeof(*ret_tenths));
	for (unsigned i = 0; t->frames && i < TALLY_KINDS; i++) {
		ret_tenths[i] = (unsigned)(t->kinds[i] * PERMILLE / t->frames);
		rest[i] = t->kinds[i] * PERMILLE % t->frames;
		missing -= ret_tenths[i];
	}
	for (; missing; missing--) {
		unsigned most = 0;

		for (unsigned i = 1; i < TALLY_KINDS; i++)
			if (rest[i] > rest[most])
				most = i;
		ret_tenths[most]++;
		rest[most] = 0;
	}
}
