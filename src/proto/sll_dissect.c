// SPDX-License-Identifier: Apache-2.0
// Dissects Linux "cooked" capture headers, versions 1 and 2.
#include "proto/sll.h"

#include <assert.h>
#include <string.h>

#include "proto/dissect.h"
#include "proto/eth.h"
#include "proto/names.h"

enum sll_field {
	SLL_F_PROTOCOL,
	SLL_F_PKTTYPE,
	SLL_F_HATYPE,
	SLL_F_HALEN,
	SLL_F_SRC_ETH,
	SLL_F_SRC_OTHER,
	SLL_F_UNUSED,
	SLL_F_LTYPE,
	SLL_F_GRETYPE,
	SLL_F_ETYPE,
	SLL_F_TRAILER,
	SLL_F_IFINDEX,
	SLL_FIELDS
};

static const struct value_name pkttype_names[] = {
	VALUE(0, "Unicast to us"),           VALUE(1, "Broadcast"),  VALUE(2, "Multicast"),
	VALUE(3, "Unicast to another host"), VALUE(4, "Sent by us"), VALUE_END,
};

static const struct value_name ltype_names[] = {
	VALUE(1, "Raw 802.3"),
	VALUE(3, "Ethernet"),
	VALUE(4, "802.2 LLC"),
	VALUE(7, "PPP (HDLC)"),
	VALUE(12, "CAN"),
	VALUE(13, "CAN FD"),
	VALUE(23, "IrDA LAP"),
	VALUE(245, "ISI"),
	VALUE(246, "IEEE 802.15.4"),
	VALUE_END,
};

static const struct value_name gretype_names[] = {
	VALUE(0, "Possible GRE keepalive packet"),
	VALUE(0x880b, "PPP"),
	VALUE(0x800, "IP"),
	VALUE(0x806, "ARP"),
	VALUE(254, "OSI"),
	VALUE(0x883e, "WCCP"),
	VALUE(0x2000, "CDP (Cisco)"),
	VALUE(0x2001, "NHRP"),
	VALUE(0x88be, "ERSPAN"),
	VALUE(0x22eb, "ERSPAN III"),
	VALUE(0x6400, "MIKROTIK EoIP"),
	VALUE(0xfeae, "AIROHIVE AP AP"),
	VALUE(0x8137, "IPX"),
	VALUE(0x6558, "Transparent Ethernet bridging"),
	VALUE(0x6559, "Frame Relay"),
	VALUE(0x86dd, "IPv6"),
	VALUE(0x8847, "MPLS label switched packet"),
	VALUE(0x894f, "Network Service Header"),
	VALUE(0x8881, "CDMA2000 A10 Unstructured byte stream"),
	VALUE(0x88d2, "CDMA2000 A10 3GPP2 Packet"),
	VALUE(0x8909, "CiscoMetaData"),
	VALUE(0xb7ea, "Huawei GRE bonding"),
	VALUE(0x8200, "ARUBA WLAN"),
	VALUE(0x8210, "ARUBA WLAN"),
	VALUE(0x8220, "ARUBA WLAN"),
	VALUE(0x8230, "ARUBA WLAN"),
	VALUE(0x8240, "ARUBA WLAN"),
	VALUE(0x8250, "ARUBA WLAN"),
	VALUE(0x8260, "ARUBA WLAN"),
	VALUE(0x8270, "ARUBA WLAN"),
	VALUE(0x8280, "ARUBA WLAN"),
	VALUE(0x8290, "ARUBA WLAN"),
	VALUE(0x82a0, "ARUBA WLAN"),
	VALUE(0x82b0, "ARUBA WLAN"),
	VALUE(0x82c0, "ARUBA WLAN"),
	VALUE(0x82d0, "ARUBA WLAN"),
	VALUE(0x82e0, "ARUBA WLAN"),
	VALUE(0x82f0, "ARUBA WLAN"),
	VALUE(0x8300, "ARUBA WLAN"),
	VALUE(0x8310, "ARUBA WLAN"),
	VALUE(0x8320, "ARUBA WLAN"),
	VALUE(0x8330, "ARUBA WLAN"),
	VALUE(0x8340, "ARUBA WLAN"),
	VALUE(0x8350, "ARUBA WLAN"),
	VALUE(0x8360, "ARUBA WLAN"),
	VALUE(0x8370, "ARUBA WLAN"),
	VALUE(0x9000, "ARUBA WLAN"),
	VALUE_END,
};

static const struct field fields[] = {
	[SLL_F_PROTOCOL] = {"sll", "Linux cooked capture", FIELD_PROTOCOL},
	[SLL_F_PKTTYPE] = {"sll.pkttype", "Packet type", FIELD_UINT, BASE_DEC, 2,
			   .names = pkttype_names},
	[SLL_F_HATYPE] = {"sll.hatype", "Link-layer address type", FIELD_UINT, BASE_DEC, 2,
			  .names = hardware_names},
	[SLL_F_HALEN] = {"sll.halen", "Link-layer address length", FIELD_UINT, BASE_DEC, 2},
	[SLL_F_SRC_ETH] = {"sll.src.eth", "Source", FIELD_ETHER},
	[SLL_F_SRC_OTHER] = {"sll.src.other", "Source", FIELD_BYTES},
	[SLL_F_UNUSED] = {"sll.unused", "Unused", FIELD_BYTES},
	[SLL_F_LTYPE] = {"sll.ltype", "Protocol", FIELD_UINT, BASE_HEX, 2, .names = ltype_names},
	[SLL_F_GRETYPE] = {"sll.gretype", "Protocol", FIELD_UINT, BASE_HEX, 2,
			   .names = gretype_names},
	[SLL_F_ETYPE] = {"sll.etype", "Protocol", FIELD_UINT, BASE_HEX, 2,
			 .names = ether_type_names},
	[SLL_F_TRAILER] = {"sll.trailer", "Trailer", FIELD_BYTES},
	[SLL_F_IFINDEX] = {"sll.ifindex", "Interface index", FIELD_UINT, BASE_DEC, 4},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == SLL_FIELDS, "every field has a row");

#define F(name) FIELD_ID(PROTOCOL_SLL, SLL_F_##name)

#define LINK_SLL2  276
#define ARPHRD_GRE 778  /* linux/if_arp.h: the protocol is GRE's */
#define TYPE_MIN   1536 /* below it the kernel's own numbers (linux/if_ether.h) */
#define TYPE_LLC   4

static void say_trailer(struct dissect *d, struct cursor *c)
{
	cursor_skip(c, dissect_payload_end(d, c) - c->at);
	eth_say_trailer(d, c, F(TRAILER), false);
}

static void say_address(struct dissect *d, const struct sll_hdr *h, uint32_t at)
{
	uint32_t len = h->addr_len < SLL_ADDR_MAX ? h->addr_len : SLL_ADDR_MAX;

	if (len == MAC_LEN) {
		tree_bytes(d->tree, F(SRC_ETH), at, len, h->addr, len);
		d->kept.source.kind = ENDPOINT_ETHER;
		memcpy(d->kept.source.mac, h->addr, MAC_LEN);
	} else if (len) {
		tree_bytes(d->tree, F(SRC_OTHER), at, len, h->addr, len);
	}
	if (len < SLL_ADDR_MAX)
		tree_bytes(d->tree, F(UNUSED), at + len, SLL_ADDR_MAX - len, h->addr + len,
			   SLL_ADDR_MAX - len);
}

/* Who reads on, by hardware type and protocol. */
static void pass_on(struct dissect *d, struct cursor *c, const struct sll_hdr *h)
{
	if (h->hardware_type != ARPHRD_GRE && h->protocol == TYPE_LLC)
		dissect_next(d, PROTOCOL_LLC, c);
	else if (h->hardware_type != ARPHRD_GRE && h->protocol < TYPE_MIN)
		dissect_data(d, c);
	else
		dissect_ether_type(d, h->protocol, c);
	dissect_after(d, say_trailer, c);
}

static uint16_t protocol_id(const struct sll_hdr *h)
{
	if (h->hardware_type == ARPHRD_GRE)
		return F(GRETYPE);
	return h->protocol < TYPE_MIN ? F(LTYPE) : F(ETYPE);
}

static void dissect_v2(struct dissect *d, struct cursor *c, uint32_t at)
{
	struct sll_hdr h;

	sll2_read(c, &h);
	say_heading(d, "Linux cooked capture v2");
	tree_uint(d->tree, protocol_id(&h), at, 2, h.protocol);
	tree_uint(d->tree, F(IFINDEX), at + 4, 4, h.interface);
	tree_uint(d->tree, F(HATYPE), at + 8, 2, h.hardware_type);
	tree_uint(d->tree, F(PKTTYPE), at + 10, 1, h.packet_type);
	tree_uint(d->tree, F(HALEN), at + 11, 1, h.addr_len);
	say_address(d, &h, at + 12);
	if (cursor_ok(c))
		pass_on(d, c, &h);
}

static void dissect_v1(struct dissect *d, struct cursor *c, uint32_t at)
{
	struct sll_hdr h;

	sll_read(c, &h);
	say_heading(d, "Linux cooked capture v1");
	tree_uint(d->tree, F(PKTTYPE), at, 2, h.packet_type);
	tree_uint(d->tree, F(HATYPE), at + 2, 2, h.hardware_type);
	tree_uint(d->tree, F(HALEN), at + 4, 2, h.addr_len);
	say_address(d, &h, at + 6);
	tree_uint(d->tree, protocol_id(&h), at + 14, 2, h.protocol);
	if (cursor_ok(c))
		pass_on(d, c, &h);
}

static void dissect_sll(struct dissect *d, struct cursor *c)
{
	if (d->frame->link == LINK_SLL2)
		dissect_v2(d, c, c->at);
	else
		dissect_v1(d, c, c->at);
}

const struct dissector sll_dissector = {fields, SLL_FIELDS, dissect_sll};
