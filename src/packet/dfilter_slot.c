// SPDX-License-Identifier: Apache-2.0
// The fields that packet_decode() tells, by name.
#include "packet/dfilter_slot.h"

#include <string.h>

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

const struct core_field *filter_core_field(const struct field *field)
{
	for (size_t i = 0; i < CORE_FIELDS; i++)
		if (!strcmp(core_fields[i].name, field->name))
			return core_fields[i].type == field->type ? &core_fields[i] : NULL;
	return NULL;
}
