/* SPDX-License-Identifier: Apache-2.0 */
/* Holds the short way of packet_decode() against the long one. */
#ifndef SONDE_TESTS_PACKET_SAME_PACKET_H
#define SONDE_TESTS_PACKET_SAME_PACKET_H

#include <string.h>

#include "packet/decode_usual.h"

#define SAME_FIELD(member)                                                                         \
	do {                                                                                       \
		if (memcmp(&one.member, &two.member, sizeof(one.member)))                          \
			return #member;                                                            \
	} while (0)

static inline const char *same_tcp(const struct ip_packet *a, const struct ip_packet *b)
{
	const struct tcp_hdr one = a->tcp, two = b->tcp;

	SAME_FIELD(source_port);
	SAME_FIELD(destination_port);
	SAME_FIELD(seq);
	SAME_FIELD(ack);
	SAME_FIELD(header_len);
	SAME_FIELD(reserved);
	SAME_FIELD(flags);
	SAME_FIELD(window);
	SAME_FIELD(checksum);
	SAME_FIELD(urgent);
	SAME_FIELD(options_at);
	SAME_FIELD(options_len);
	SAME_FIELD(complete);
	return NULL;
}

static inline const char *same_udp(const struct ip_packet *a, const struct ip_packet *b)
{
	const struct udp_hdr one = a->udp, two = b->udp;

	SAME_FIELD(source_port);
	SAME_FIELD(destination_port);
	SAME_FIELD(len);
	SAME_FIELD(checksum);
	return NULL;
}

static inline const char *same_icmp(const struct ip_packet *a, const struct ip_packet *b)
{
	const struct icmp_hdr one = a->icmp, two = b->icmp;

	SAME_FIELD(type);
	SAME_FIELD(code);
	SAME_FIELD(checksum);
	SAME_FIELD(id);
	SAME_FIELD(sequence);
	SAME_FIELD(mask);
	SAME_FIELD(gateway);
	SAME_FIELD(mtu);
	SAME_FIELD(pointer);
	SAME_FIELD(is_error);
	SAME_FIELD(complete);
	return NULL;
}

static inline const char *same_ip(const struct ip_packet *a, const struct ip_packet *b)
{
	const struct ip_packet one = *a, two = *b;

	SAME_FIELD(network);
	SAME_FIELD(ipv4.header_len);
	SAME_FIELD(ipv4.tos);
	SAME_FIELD(ipv4.total_len);
	SAME_FIELD(ipv4.id);
	SAME_FIELD(ipv4.flags);
	SAME_FIELD(ipv4.fragment_offset);
	SAME_FIELD(ipv4.ttl);
	SAME_FIELD(ipv4.protocol);
	SAME_FIELD(ipv4.checksum);
	SAME_FIELD(ipv4.source);
	SAME_FIELD(ipv4.destination);
	SAME_FIELD(ipv4.options_at);
	SAME_FIELD(ipv4.options_len);
	SAME_FIELD(ipv4.complete);
	SAME_FIELD(ipv4.payload_short);
	SAME_FIELD(source);
	SAME_FIELD(destination);
	SAME_FIELD(hops);
	SAME_FIELD(protocol);
	SAME_FIELD(transport);
	SAME_FIELD(network_at);
	SAME_FIELD(transport_at);
	SAME_FIELD(data_at);
	SAME_FIELD(data_len);
	SAME_FIELD(status);
	if (one.transport == TRANSPORT_ICMP)
		return same_icmp(a, b);
	return one.transport == TRANSPORT_TCP ? same_tcp(a, b) : same_udp(a, b);
}

/*
 * Decodes frame both ways: NULL when they agree or the short way did not want it, else the name of
 * a field that differs. *ret_usual: the short way did.
 */
static inline const char *decode_both(const struct frame *frame, bool *ret_usual)
{
	struct packet one, two;
	const char *differs;

	*ret_usual = packet_decode_usual(frame, &one);
	if (!*ret_usual)
		return NULL;
	packet_decode_any(frame, &two);
	if (one.usual == one.has_quote || two.usual)
		return "usual";
	SAME_FIELD(status);
	SAME_FIELD(has_ethernet);
	SAME_FIELD(ethernet);
	SAME_FIELD(ether_type);
	SAME_FIELD(vlan_count);
	SAME_FIELD(vlan_id);
	SAME_FIELD(network);
	SAME_FIELD(has_quote);
	differs = same_ip(&one.ip, &two.ip);
	return differs || !one.has_quote ? differs : same_ip(&one.quote, &two.quote);
}

#endif
