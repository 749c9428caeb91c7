// SPDX-License-Identifier: Apache-2.0
// One line that says what a frame is: Wireshark's Protocol and Info columns for one frame.
#include "packet/summary.h"

#include <ctype.h>
#include <inttypes.h>

#include "packet/summary_parts.h"
#include "proto/ip_name.h"
#include "proto/registry.h"
#include "proto/tcp_view.h"

void summary_addr(struct buf *out, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	buf_puts(out, addr_text(a, text));
}

struct cursor summary_data(const struct frame *frame, const struct ip_packet *ip)
{
	struct cursor c = cursor_init(frame->bytes, frame->captured_len, frame->wire_len);

	cursor_skip(&c, ip->data_at);
	return cursor_take(&c, ip->data_len);
}

/* True when the packet is to or from the DNS port and carries data. */
static bool is_dns(const struct packet *packet)
{
	const struct udp_hdr *udp = &packet->ip.udp;

	return packet->ip.transport == TRANSPORT_UDP && packet->ip.status == CURSOR_OK &&
	       packet->ip.data_len > 0 &&
	       (protocol_by_udp_port(udp->source_port) == protocol_get(PROTOCOL_DNS) ||
		protocol_by_udp_port(udp->destination_port) == protocol_get(PROTOCOL_DNS));
}

/* A fragment whose datagram is not whole: shown as such, first one or not. */
static bool is_fragment(const struct ip_packet *ip)
{
	if (ip->network == NETWORK_IPV4)
		return ip->ipv4.fragment_offset || (ip->ipv4.flags & IPV4_FLAG_MF);
	return ip->ipv6.has_fragment && (ip->ipv6.fragment_offset || ip->ipv6.more_fragments);
}

static const char *network_name(const struct ip_packet *ip)
{
	return protocol_get(ip->network == NETWORK_IPV6 ? PROTOCOL_IPV6 : PROTOCOL_IPV4)->name;
}

/* A protocol that leaves the column to others (a VLAN tag, an extension header) has no name. */
static const char *name_or(const struct protocol *p, const char *other)
{
	return p && p->name ? p->name : other;
}

const char *summary_protocol(const struct packet *packet)
{
	const struct ip_packet *ip = &packet->ip;
	const struct protocol *p;

	switch (packet->network) {
	case NETWORK_ARP:
		return protocol_get(PROTOCOL_ARP)->name;
	case NETWORK_IPV4:
	case NETWORK_IPV6:
		if (is_fragment(ip))
			return network_name(ip);
		if (is_dns(packet))
			return protocol_get(PROTOCOL_DNS)->name;
		return name_or(protocol_by_ip_number(ip->protocol), network_name(ip));
	case NETWORK_NONE:
		break;
	}
	p = packet->ether_type ? protocol_by_ether_type(packet->ether_type) : NULL;
	return name_or(p, packet->has_ethernet ? protocol_get(PROTOCOL_ETHERNET)->name : "Unknown");
}

static void add_arp(struct buf *out, const struct arp_hdr *arp)
{
	char mac[MAC_TEXT_MAX];
	bool same = addr_equal(&arp->sender, &arp->target);

	if (!arp->ipv4_over_ethernet ||
	    (arp->operation != ARP_REQUEST && arp->operation != ARP_REPLY)) {
		buf_printf(out, "Operation %u, hardware type %u, protocol type 0x%04x",
			   arp->operation, arp->hardware_type, arp->protocol_type);
	} else if (arp->operation == ARP_REPLY && same) {
		buf_puts(out, "Gratuitous ARP for ");
		summary_addr(out, &arp->sender);
		buf_puts(out, " (Reply)");
	} else if (arp->operation == ARP_REPLY) {
		summary_addr(out, &arp->sender);
		buf_printf(out, " is at %s", mac_text(arp->sender_mac, true, mac));
	} else if (same) {
		buf_puts(out, "ARP Announcement for ");
		summary_addr(out, &arp->target);
	} else {
		buf_puts(out, "Who has ");
		summary_addr(out, &arp->target);
		if (addr_is_any(&arp->sender)) {
			buf_puts(out, "? (ARP Probe)"); /* RFC 5227 s. 1.1 */
			return;
		}
		buf_puts(out, "? Tell ");
		summary_addr(out, &arp->sender);
	}
}

static void add_udp(struct buf *out, const struct frame *frame, const struct packet *packet)
{
	const struct ip_packet *ip = &packet->ip;
	uint32_t sent = ip->data_at - ip->transport_at + ip->data_len;

	if (is_dns(packet)) {
		summary_dns(out, frame, packet);
		return;
	}
	buf_printf(out, "%u → %u ", ip->udp.source_port, ip->udp.destination_port);
	if (ip->udp.len < UDP_HEADER_LEN && ip->udp.len)
		buf_printf(out, "[BAD UDP LENGTH %u < %u]", ip->udp.len, UDP_HEADER_LEN);
	else if (ip->udp.len > sent)
		buf_printf(out, "[BAD UDP LENGTH %u > IP PAYLOAD LENGTH] Len=%u", ip->udp.len,
			   ip->udp.len - UDP_HEADER_LEN);
	else
		buf_printf(out, "Len=%" PRIu32, ip->data_len);
}

/* "ICMP", "TCP"; a number without a name is "Unassigned". */
static void add_protocol_name(struct buf *out, uint8_t protocol)
{
	const char *name = ip_protocol_name(protocol);

	if (!name)
		buf_puts(out, "Unassigned");
	for (; name && *name; name++)
		buf_putc(out, (char)toupper((unsigned char)*name));
}

static void add_fragment(struct buf *out, const struct ip_packet *ip)
{
	if (ip->network == NETWORK_IPV6) {
		buf_printf(out, "IPv6 fragment (off=%u more=%c ident=0x%08" PRIx32 " nxt=%u)",
			   ip->ipv6.fragment_offset, ip->ipv6.more_fragments ? 'y' : 'n',
			   ip->ipv6.fragment_id, ip->protocol);
		return;
	}
	buf_puts(out, "Fragmented IP protocol (proto=");
	add_protocol_name(out, ip->protocol);
	buf_printf(out, " %u, off=%u, ID=%04x)", ip->protocol, ip->ipv4.fragment_offset,
		   ip->ipv4.id);
}

/* An IP payload that is not taken apart; where the Protocol column cannot, it is named here. */
static void add_other(struct buf *out, const struct ip_packet *ip)
{
	if (ip->protocol == IP_NONE && ip->network == NETWORK_IPV6) {
		buf_puts(out, "IPv6 no next header");
	} else if (protocol_by_ip_number(ip->protocol)) {
		buf_printf(out, "%" PRIu32 " bytes", ip->data_len);
	} else {
		add_protocol_name(out, ip->protocol);
		buf_printf(out, " (%u)", ip->protocol);
	}
}

static void add_ip(struct buf *out, const struct frame *frame, const struct packet *packet)
{
	static const struct tcp_view raw; /* no stream is known here: numbers as on the wire */
	const struct ip_packet *ip = &packet->ip;

	if (is_fragment(ip)) {
		add_fragment(out, ip);
		return;
	}
	switch (ip->transport) {
	case TRANSPORT_TCP:
		tcp_info(out, &ip->tcp, &raw, ip->data_len, frame->bytes, frame->captured_len);
		break;
	case TRANSPORT_UDP:
		add_udp(out, frame, packet);
		break;
	case TRANSPORT_ICMP:
		summary_icmp(out, packet);
		break;
	case TRANSPORT_ICMPV6:
		summary_icmpv6(out, packet);
		break;
	case TRANSPORT_OTHER:
		add_other(out, ip);
		break;
	case TRANSPORT_NONE:
	case TRANSPORT_FRAGMENT:
		break;
	}
}

static void add_unread(struct buf *out, const struct frame *frame, const struct packet *packet)
{
	if (packet->vlan_count && packet->status == CURSOR_OK)
		buf_printf(out, "VLAN %u, ", packet->vlan_id);
	if (packet->has_ethernet && packet->ether_type < ETH_TYPE_MIN)
		buf_printf(out, "IEEE 802.3 frame, %u bytes", packet->ether_type);
	else if (packet->has_ethernet || packet->ether_type)
		buf_printf(out, "EtherType 0x%04x, %" PRIu32 " bytes", packet->ether_type,
			   frame->wire_len);
	else
		buf_printf(out, "Link type %u, %" PRIu32 " bytes", (unsigned)frame->link,
			   frame->wire_len);
}

void summary_info(struct buf *out, const struct frame *frame, const struct packet *packet)
{
	switch (packet->network) {
	case NETWORK_NONE:
		add_unread(out, frame, packet);
		break;
	case NETWORK_ARP:
		add_arp(out, &packet->arp);
		break;
	case NETWORK_IPV4:
	case NETWORK_IPV6:
		add_ip(out, frame, packet);
		break;
	}
	switch (packet->status) {
	case CURSOR_OK:
		break;
	case CURSOR_TRUNCATED:
		buf_puts(out, "[Packet size limited during capture]");
		break;
	case CURSOR_MALFORMED:
		buf_puts(out, "[Malformed Packet]");
		break;
	}
}
