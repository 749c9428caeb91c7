/* SPDX-License-Identifier: Apache-2.0 */
/* Fields for tests of display filters: the core headers, and one of every type in "t". */
#ifndef SONDE_TESTS_DFILTER_FIELDS_H
#define SONDE_TESTS_DFILTER_FIELDS_H

#include <string.h>

#include "packet/dfilter.h"

#define NUMBER(name_, width_)                                                                      \
	{                                                                                          \
		.name = name_, .type = FIELD_UINT, .width = width_                                 \
	}
#define TYPED(name_, type_)                                                                        \
	{                                                                                          \
		.name = name_, .type = type_, .width = 4                                           \
	}
#define NAMED(name_, width_, table)                                                                \
	{                                                                                          \
		.name = name_, .type = FIELD_UINT, .width = width_, .names = table                 \
	}
#define FLAG(name_)                                                                                \
	{                                                                                          \
		.name = name_, .type = FIELD_BOOL, .width = 8, .yes = "Set", .no = "Not set"       \
	}

static const struct value_name test_arp_names[] = {VALUE(1, "request"), VALUE(2, "reply"),
						   VALUE_END};
static const struct value_name test_ether_names[] = {VALUE(0x0800, "IPv4"), VALUE(0x0806, "ARP"),
						     VALUE(0x86dd, "IPv6"), VALUE_END};
static const struct value_name test_ip_names[] = {VALUE(1, "ICMP"), VALUE(6, "TCP"),
						  VALUE(17, "UDP"), VALUE_END};

static const struct field test_fields[] = {
	TYPED("frame", FIELD_PROTOCOL),
	NUMBER("frame.number", 4),
	NUMBER("frame.len", 4),
	NUMBER("frame.cap_len", 4),
	TYPED("eth", FIELD_PROTOCOL),
	TYPED("eth.dst", FIELD_ETHER),
	TYPED("eth.src", FIELD_ETHER),
	TYPED("eth.addr", FIELD_ETHER),
	NAMED("eth.type", 2, test_ether_names),
	TYPED("arp", FIELD_PROTOCOL),
	NAMED("arp.opcode", 2, test_arp_names),
	TYPED("arp.src.proto_ipv4", FIELD_IPV4),
	TYPED("arp.dst.proto_ipv4", FIELD_IPV4),
	TYPED("arp.src.hw_mac", FIELD_ETHER),
	TYPED("arp.dst.hw_mac", FIELD_ETHER),
	TYPED("ip", FIELD_PROTOCOL),
	NUMBER("ip.version", 1),
	NUMBER("ip.len", 2),
	NUMBER("ip.id", 2),
	NUMBER("ip.ttl", 1),
	NAMED("ip.proto", 1, test_ip_names),
	TYPED("ip.src", FIELD_IPV4),
	TYPED("ip.dst", FIELD_IPV4),
	TYPED("ip.addr", FIELD_IPV4),
	TYPED("ipv6", FIELD_PROTOCOL),
	NUMBER("ipv6.hlim", 1),
	TYPED("ipv6.src", FIELD_IPV6),
	TYPED("ipv6.dst", FIELD_IPV6),
	TYPED("ipv6.addr", FIELD_IPV6),
	TYPED("tcp", FIELD_PROTOCOL),
	NUMBER("tcp.srcport", 2),
	NUMBER("tcp.dstport", 2),
	NUMBER("tcp.port", 2),
	NUMBER("tcp.seq_raw", 4),
	NUMBER("tcp.ack_raw", 4),
	NUMBER("tcp.window_size_value", 2),
	NUMBER("tcp.checksum", 2),
	NUMBER("tcp.flags", 2),
	FLAG("tcp.flags.fin"),
	FLAG("tcp.flags.syn"),
	FLAG("tcp.flags.reset"),
	FLAG("tcp.flags.push"),
	FLAG("tcp.flags.ack"),
	FLAG("tcp.flags.urg"),
	TYPED("udp", FIELD_PROTOCOL),
	NUMBER("udp.srcport", 2),
	NUMBER("udp.dstport", 2),
	NUMBER("udp.port", 2),
	NUMBER("udp.length", 2),
	TYPED("icmp", FIELD_PROTOCOL),
	NUMBER("icmp.type", 1),
	NUMBER("icmp.code", 1),
	TYPED("icmpv6", FIELD_PROTOCOL),
	NUMBER("icmpv6.type", 1),
	NUMBER("icmpv6.code", 1),
	TYPED("t", FIELD_PROTOCOL),
	TYPED("t.none", FIELD_NONE),
	FLAG("t.bool"),
	NUMBER("t.uint", 4),
	TYPED("t.int", FIELD_INT),
	TYPED("t.double", FIELD_DOUBLE),
	TYPED("t.bytes", FIELD_BYTES),
	TYPED("t.ether", FIELD_ETHER),
	TYPED("t.ipv4", FIELD_IPV4),
	TYPED("t.ipv6", FIELD_IPV6),
	TYPED("t.string", FIELD_STRING),
	TYPED("t.time", FIELD_TIME),
	TYPED("t.duration", FIELD_DURATION),
	TYPED("t.frame", FIELD_FRAME),
	/* For the oracle: fields of which only the type matters. */
	TYPED("frame.time", FIELD_TIME),
	TYPED("frame.time_delta", FIELD_DURATION),
	TYPED("frame.time_relative", FIELD_DURATION),
	TYPED("frame.time_epoch", FIELD_DURATION),
	TYPED("frame.protocols", FIELD_STRING),
	TYPED("ip.host", FIELD_STRING),
	TYPED("tcp.payload", FIELD_BYTES),
	TYPED("tcp.analysis.flags", FIELD_NONE),
	NUMBER("tcp.len", 4),
	NUMBER("tcp.stream", 4),
	TYPED("tcp.window_size_scalefactor", FIELD_INT),
	TYPED("dns", FIELD_PROTOCOL),
	TYPED("dns.qry.name", FIELD_STRING),
};

#define TEST_FIELDS (sizeof(test_fields) / sizeof(test_fields[0]))

static const struct field *test_get(uint16_t id)
{
	return id < TEST_FIELDS ? &test_fields[id] : NULL;
}

static int test_find(const char *name, int after)
{
	for (size_t id = (size_t)(after + 1); id < TEST_FIELDS; id++)
		if (!strcmp(test_fields[id].name, name))
			return (int)id;
	return -1;
}

static const struct dfilter_names test_names = {test_get, test_find};

#endif
