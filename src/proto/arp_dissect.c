// SPDX-License-Identifier: Apache-2.0
// Dissects the Address Resolution Protocol (RFC 826).
#include "proto/arp.h"

#include <assert.h>
#include <string.h>

#include "proto/dissect.h"
#include "proto/eth.h"
#include "proto/names.h"

enum arp_field {
	ARP_F_PROTOCOL,
	ARP_F_HW_TYPE,
	ARP_F_PROTO_TYPE,
	ARP_F_HW_SIZE,
	ARP_F_PROTO_SIZE,
	ARP_F_OPCODE,
	ARP_F_ISGRATUITOUS,
	ARP_F_ISPROBE,
	ARP_F_ISANNOUNCEMENT,
	ARP_F_SRC_HW,
	ARP_F_SRC_HW_MAC,
	ARP_F_SRC_PROTO,
	ARP_F_SRC_PROTO_IPV4,
	ARP_F_DST_HW,
	ARP_F_DST_HW_MAC,
	ARP_F_DST_PROTO,
	ARP_F_DST_PROTO_IPV4,
	ARP_F_DUPLICATE,
	ARP_F_DUPLICATE_FRAME,
	ARP_F_DUPLICATE_SECONDS,
	ARP_FIELDS
};

static const struct value_name opcode_names[] = {
	VALUE(1, "request"),
	VALUE(2, "reply"),
	VALUE(3, "reverse request"),
	VALUE(4, "reverse reply"),
	VALUE(5, "drarp request"),
	VALUE(6, "drarp reply"),
	VALUE(7, "drarp error"),
	VALUE(8, "inverse request"),
	VALUE(9, "inverse reply"),
	VALUE(10, "arp nak"),
	VALUE(11, "mars request"),
	VALUE(12, "mars multi"),
	VALUE(13, "mars mserv"),
	VALUE(14, "mars join"),
	VALUE(15, "mars leave"),
	VALUE(16, "mars nak"),
	VALUE(17, "mars unserv"),
	VALUE(18, "mars sjoin"),
	VALUE(19, "mars sleave"),
	VALUE(20, "mars grouplist request"),
	VALUE(21, "mars grouplist reply"),
	VALUE(22, "mars redirect map"),
	VALUE(23, "mapos unarp"),
	VALUE(24, "experimental 1"),
	VALUE(25, "experimental 2"),
	VALUE(0, "reserved"),
	VALUE(0xffff, "reserved"),
	VALUE_END,
};

static const struct field fields[] = {
	[ARP_F_PROTOCOL] = {"arp", "Address Resolution Protocol", FIELD_PROTOCOL},
	[ARP_F_HW_TYPE] = {"arp.hw.type", "Hardware type", FIELD_UINT, BASE_DEC, 2,
			   .names = hardware_names},
	[ARP_F_PROTO_TYPE] = {"arp.proto.type", "Protocol type", FIELD_UINT, BASE_HEX, 2,
			      .names = ether_type_names},
	[ARP_F_HW_SIZE] = {"arp.hw.size", "Hardware size", FIELD_UINT, BASE_DEC, 1},
	[ARP_F_PROTO_SIZE] = {"arp.proto.size", "Protocol size", FIELD_UINT, BASE_DEC, 1},
	[ARP_F_OPCODE] = {"arp.opcode", "Opcode", FIELD_UINT, BASE_DEC, 2, .names = opcode_names},
	[ARP_F_ISGRATUITOUS] = {"arp.isgratuitous", "Is gratuitous", FIELD_BOOL},
	[ARP_F_ISPROBE] = {"arp.isprobe", "Is probe", FIELD_BOOL},
	[ARP_F_ISANNOUNCEMENT] = {"arp.isannouncement", "Is announcement", FIELD_BOOL},
	[ARP_F_SRC_HW] = {"arp.src.hw", "Sender hardware address", FIELD_BYTES},
	[ARP_F_SRC_HW_MAC] = {"arp.src.hw_mac", "Sender MAC address", FIELD_ETHER},
	[ARP_F_SRC_PROTO] = {"arp.src.proto", "Sender protocol address", FIELD_BYTES},
	[ARP_F_SRC_PROTO_IPV4] = {"arp.src.proto_ipv4", "Sender IP address", FIELD_IPV4},
	[ARP_F_DST_HW] = {"arp.dst.hw", "Target hardware address", FIELD_BYTES},
	[ARP_F_DST_HW_MAC] = {"arp.dst.hw_mac", "Target MAC address", FIELD_ETHER},
	[ARP_F_DST_PROTO] = {"arp.dst.proto", "Target protocol address", FIELD_BYTES},
	[ARP_F_DST_PROTO_IPV4] = {"arp.dst.proto_ipv4", "Target IP address", FIELD_IPV4},
	[ARP_F_DUPLICATE] = {"arp.duplicate-address-detected", "Duplicate IP address configured",
			     FIELD_NONE},
	[ARP_F_DUPLICATE_FRAME] = {"arp.duplicate-address-frame",
				   "Frame showing earlier use of IP address", FIELD_FRAME},
	[ARP_F_DUPLICATE_SECONDS] = {"arp.seconds-since-duplicate-address-frame",
				     "Seconds since earlier frame seen", FIELD_UINT, BASE_DEC, 4},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == ARP_FIELDS, "every field has a row");

#define F(name) FIELD_ID(PROTOCOL_ARP, ARP_F_##name)

#define HARDWARE_ETHERNET 1
#define HARDWARE_IEEE802  6
#define IPV4_LEN          4
#define GROUP_BIT         0x01
#define ADDRESS_TEXT_MAX  (2 * UINT8_MAX + 1)

/* One of the two pairs of addresses a packet carries. */
struct party {
	uint16_t hw_id, mac_id, proto_id, ipv4_id;
	uint8_t mac[MAC_LEN];
	struct addr ip;
	char text[ADDRESS_TEXT_MAX]; /* the protocol address */
	char hw_text[ADDRESS_TEXT_MAX];
};

static bool is_ethernet(const struct arp_hdr *h)
{
	return (h->hardware_type == HARDWARE_ETHERNET || h->hardware_type == HARDWARE_IEEE802) &&
	       h->hardware_len == MAC_LEN;
}

static bool is_ipv4(const struct arp_hdr *h)
{
	return h->protocol_type == ETHER_IPV4 && h->protocol_len == IPV4_LEN;
}

static void hex(char *out, const uint8_t *bytes, uint32_t len)
{
	static const char digits[] = "0123456789abcdef";

	if (!len) {
		strcpy(out, "<No address>");
		return;
	}
	for (uint32_t i = 0; i < len; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

static void say_party(struct dissect *d, struct cursor *c, const struct arp_hdr *h,
		      const struct party *p)
{
	if (is_ethernet(h))
		say_mac(d, c, p->mac_id, (uint8_t[MAC_LEN]) {0});
	else if (h->hardware_len)
		say_bytes(d, c, p->hw_id, h->hardware_len);
	if (is_ipv4(h))
		say_ipv4(d, c, p->ipv4_id);
	else if (h->protocol_len)
		say_bytes(d, c, p->proto_id, h->protocol_len);
}

/* The same addresses as text, which the lines before them need. */
static void read_party(struct cursor *c, const struct arp_hdr *h, struct party *p)
{
	uint8_t address[UINT8_MAX];

	cursor_copy(c, address, h->hardware_len);
	if (h->hardware_len)
		memcpy(p->mac, address, h->hardware_len < MAC_LEN ? h->hardware_len : MAC_LEN);
	if (is_ethernet(h))
		mac_text(address, true, p->hw_text);
	else
		hex(p->hw_text, address, h->hardware_len);
	cursor_copy(c, address, h->protocol_len);
	if (is_ipv4(h)) {
		p->ip = addr_v4(address);
		addr_text(&p->ip, p->text);
	} else {
		hex(p->text, address, h->protocol_len);
	}
}

struct kind {
	bool gratuitous, probe, announcement;
};

/* What RFC 5227 makes of a request or reply for IPv4. */
static struct kind kind_of(const struct arp_hdr *h, const struct party *from,
			   const struct party *to)
{
	static const uint8_t none[MAC_LEN];
	struct kind k = {0};
	bool asked = h->operation == ARP_REQUEST;

	if (!is_ipv4(h) || (!asked && h->operation != ARP_REPLY))
		return k;
	k.gratuitous = addr_equal(&from->ip, &to->ip);
	k.probe =
		asked && addr_is_any(&from->ip) && !k.gratuitous && !memcmp(to->mac, none, MAC_LEN);
	k.announcement = asked && k.gratuitous && !memcmp(to->mac, none, MAC_LEN);
	return k;
}

static void say_kind(struct dissect *d, const struct arp_hdr *h, const struct kind *k)
{
	const char *name = value_name(opcode_names, h->operation);
	struct tree *t = d->tree;

	if (k->probe)
		say_title(d, " (ARP Probe)");
	else if (k->announcement)
		say_title(d, " (ARP Announcement)");
	else if (name)
		say_title(d, " (%s%s)", name, k->gratuitous ? "/gratuitous ARP" : "");
	else
		say_title(d, " (opcode 0x%04x)", h->operation);
	if (k->gratuitous)
		item_flag(tree_uint(t, F(ISGRATUITOUS), 0, 0, true), ITEM_GENERATED);
	if (k->probe)
		item_flag(tree_uint(t, F(ISPROBE), 0, 0, true), ITEM_GENERATED);
	if (k->announcement)
		item_flag(tree_uint(t, F(ISANNOUNCEMENT), 0, 0, true), ITEM_GENERATED);
}

/* How the Info column words an operation. */
enum form {
	FORM_REQUEST,
	FORM_REPLY,
	FORM_WHO_IS,    /* RFC 903, 1931, 2390 */
	FORM_TARGET_IS, /* RFC 903, 1931 */
	FORM_SENDER_IS, /* RFC 2390 */
	FORM_FROM,
	FORM_TEXT,
	FORM_NUMBER,
	FORM_UNKNOWN,
};

/* The columns by operation, from 0 on; behind the last one: those nobody has named. */
static const struct column {
	const char *protocol;
	enum form form;
	const char *text;
} columns[] = {
	{"ARP", FORM_TEXT, "Reserved opcode 0"},
	{"ARP", FORM_REQUEST},
	{"ARP", FORM_REPLY},
	{"RARP", FORM_WHO_IS},
	{"RARP", FORM_TARGET_IS},
	{"DRARP", FORM_WHO_IS},
	{"DRARP", FORM_TARGET_IS},
	{"DRARP", FORM_TEXT, "DRARP Error"},
	{"Inverse ARP", FORM_WHO_IS},
	{"Inverse ARP", FORM_SENDER_IS},
	{"ARP", FORM_TEXT, "ARP NAK"},
	{"MARS", FORM_FROM, "MARS request"},
	{"MARS", FORM_FROM, "MARS MULTI request"},
	{"MARS", FORM_FROM, "MARS MSERV request"},
	{"MARS", FORM_FROM, "MARS JOIN request"},
	{"MARS", FORM_FROM, "MARS LEAVE"},
	{"MARS", FORM_FROM, "MARS NAK"},
	{"MARS", FORM_FROM, "MARS UNSERV request"},
	{"MARS", FORM_FROM, "MARS SJOIN request"},
	{"MARS", FORM_FROM, "MARS SLEAVE"},
	{"MARS", FORM_FROM, "MARS grouplist request"},
	{"MARS", FORM_FROM, "MARS grouplist reply"},
	{"MARS", FORM_FROM, "MARS redirect map"},
	{"MAPOS", FORM_FROM, "MAPOS UNARP request"},
	{"ARP", FORM_NUMBER, "Experimental 1"},
	{"ARP", FORM_NUMBER, "Experimental 2"},
	{"ARP", FORM_UNKNOWN},
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static const struct column *column_of(uint16_t operation)
{
	return &columns[operation < COLUMNS ? operation : COLUMNS - 1];
}

static void set_info(struct dissect *d, const struct arp_hdr *h, const struct party *from,
		     const struct party *to, const struct kind *k)
{
	const struct column *column = column_of(h->operation);

	if (!d->depth)
		d->protocol = column->protocol;
	switch (column->form) {
	case FORM_REQUEST:
		if (k->announcement)
			info_set(d, "ARP Announcement for %s", to->text);
		else if (k->gratuitous)
			info_set(d, "Gratuitous ARP for %s (Request)", to->text);
		else if (k->probe)
			info_set(d, "Who has %s? (ARP Probe)", to->text);
		else
			info_set(d, "Who has %s? Tell %s", to->text, from->text);
		break;
	case FORM_REPLY:
		if (k->gratuitous)
			info_set(d, "Gratuitous ARP for %s (Reply)", from->text);
		else
			info_set(d, "%s is at %s", from->text, from->hw_text);
		break;
	case FORM_WHO_IS:
		info_set(d, "Who is %s? Tell %s", to->hw_text, from->hw_text);
		break;
	case FORM_TARGET_IS:
		info_set(d, "%s is at %s", to->hw_text, to->text);
		break;
	case FORM_SENDER_IS:
		info_set(d, "%s is at %s", from->hw_text, from->text);
		break;
	case FORM_FROM:
		info_set(d, "%s from %s at %s", column->text, from->hw_text, from->text);
		break;
	case FORM_TEXT:
		info_set(d, "%s", column->text);
		break;
	case FORM_NUMBER:
		info_set(d, "%s ( opcode %u )", column->text, h->operation);
		break;
	case FORM_UNKNOWN:
		info_set(d, "Unknown ARP opcode 0x%04x", h->operation);
		break;
	}
}

/* Whether another had this address before; what is then said stands beside the packet. */
static bool check_claim(struct dissect *d, const struct party *p)
{
	char ip[ADDR_TEXT_MAX], mac[MAC_TEXT_MAX], other[MAC_TEXT_MAX];
	struct arp_claim claim = {.frame = (uint32_t)d->frame->number, .time = d->frame->time};
	struct arp_claim earlier;
	uint32_t before, open;

	memcpy(claim.mac, p->mac, MAC_LEN);
	claim.ip = addr_number(&p->ip);
	if (!claim.ip || (claim.mac[0] & GROUP_BIT) || !d->hooks->arp(d->flows, &claim, &earlier))
		return false;
	addr_text(&p->ip, ip);
	info_add(d, " (duplicate use of %s detected!)", ip);
	if (!d->tree)
		return true;
	before = d->tree->parent;
	d->tree->parent = d->top;
	say_line(d, 0, 0,
		 "Duplicate IP address detected for %s (%s) - also in use by %s (frame %u)", ip,
		 mac_text(claim.mac, true, mac), mac_text(earlier.mac, true, other), earlier.frame);
	item_flag(d->item, ITEM_GENERATED);
	open = say_open(d);
	d->item = item_flag(tree_uint(d->tree, F(DUPLICATE_FRAME), 0, 0, earlier.frame),
			    ITEM_GENERATED);
	say_expert(d, tree_index(d->tree, d->item), F(DUPLICATE), EXPERT_WARN, EXPERT_SEQUENCE,
		   "Duplicate IP address configured (%s)", ip);
	item_flag(tree_uint(d->tree, F(DUPLICATE_SECONDS), 0, 0,
			    (uint64_t)(claim.time / NSEC_PER_SEC - earlier.time / NSEC_PER_SEC)),
		  ITEM_GENERATED);
	say_close(d, open);
	d->tree->parent = before;
	return true;
}

/* RFC 5227 s. 2.4: the sender claims its address; in a reply the target is known to have its. */
static void check_claims(struct dissect *d, const struct arp_hdr *h, const struct party *from,
			 const struct party *to)
{
	bool reply = h->operation == ARP_REPLY;

	if (!d->hooks || !d->hooks->arp || d->depth || !is_ethernet(h) || !is_ipv4(h) ||
	    (h->operation != ARP_REQUEST && !reply))
		return;
	if (!check_claim(d, from) && reply)
		check_claim(d, to);
}

static void dissect_arp(struct dissect *d, struct cursor *c)
{
	struct party from = {F(SRC_HW), F(SRC_HW_MAC), F(SRC_PROTO), F(SRC_PROTO_IPV4)};
	struct party to = {F(DST_HW), F(DST_HW_MAC), F(DST_PROTO), F(DST_PROTO_IPV4)};
	struct arp_hdr h = {0};
	struct cursor look;
	struct kind k;
	uint32_t len;

	info_clear(d);
	h.hardware_type = (uint16_t)say_uint(d, c, F(HW_TYPE), 2);
	h.protocol_type = (uint16_t)say_uint(d, c, F(PROTO_TYPE), 2);
	h.hardware_len = (uint8_t)say_uint(d, c, F(HW_SIZE), 1);
	h.protocol_len = (uint8_t)say_uint(d, c, F(PROTO_SIZE), 1);
	h.operation = (uint16_t)say_uint(d, c, F(OPCODE), 2);
	len = 2u * ((uint32_t)h.hardware_len + h.protocol_len);
	dissect_ends(d, c->at + len);
	if (!cursor_need(c, len))
		return;
	look = *c;
	read_party(&look, &h, &from);
	read_party(&look, &h, &to);
	k = kind_of(&h, &from, &to);
	set_info(d, &h, &from, &to, &k);
	say_kind(d, &h, &k);
	say_party(d, c, &h, &from);
	say_party(d, c, &h, &to);
	check_claims(d, &h, &from, &to);
}

const struct dissector arp_dissector = {fields, ARP_FIELDS, dissect_arp};
