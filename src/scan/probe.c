// SPDX-License-Identifier: Apache-2.0
// Builds the frames that a scan sends: one row of a table for each kind of probe.
#include "scan/probe.h"

#include <assert.h>
#include <string.h>

#include "proto/arp.h"
#include "proto/eth.h"
#include "proto/icmp.h"
#include "proto/icmpv6.h"
#include "proto/ipv4.h"
#include "proto/ipv6.h"
#include "proto/tcp.h"
#include "proto/udp.h"
#include "scan/payload.h"
#include "wire/build.h"

#define PROBE_TTL      64   /* RFC 1700's default: nothing to hide */
#define ND_HOP_LIMIT   255  /* RFC 4861 s. 7.1.1: lower ones are dropped */
#define TCP_OFFER      1024 /* the window; what Nmap offers, too */
#define PROBE_MSS      1460
#define TCP_MSS_LEN    4
#define TIMESTAMP_LEN  20 /* ICMP timestamp message, RFC 792 */
#define ECHO_LEN       8
#define ND_SOLICIT_LEN 32 /* RFC 4861 s. 4.3 with one source link-layer address option */

static const uint8_t broadcast_mac[MAC_LEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

typedef void probe_build_fn(struct build *b, const struct probe_path *path,
			    const struct probe_request *request);

static void write_link(struct build *b, const struct probe_path *path, const uint8_t *destination,
		       uint16_t type)
{
	struct eth_hdr eth = {.type = type};

	if (path->by_kernel || path->link != LINK_ETHERNET)
		return;
	memcpy(eth.destination, destination, MAC_LEN);
	memcpy(eth.source, path->source_mac, MAC_LEN);
	eth_write(b, &eth);
}

/* Link and IP headers for payload_len bytes of `protocol` to the target. */
static void write_ip(struct build *b, const struct probe_path *path,
		     const struct probe_request *request, uint8_t protocol, uint32_t payload_len)
{
	if (path->target.family == 4) {
		struct ipv4_hdr ip = {
			.id = (uint16_t)request->ip_number,
			.ttl = PROBE_TTL,
			.protocol = protocol,
			.source = path->source,
			.destination = path->target,
		};

		write_link(b, path, path->next_mac, ETHER_IPV4);
		ipv4_write(b, &ip, payload_len);
	} else {
		struct ipv6_hdr ip = {
			.flow_label = request->ip_number, /* RFC 6437 s. 3: one a flow, by chance */
			.hop_limit = PROBE_TTL,
			.protocol = protocol,
			.next_header = protocol,
			.source = path->source,
			.destination = path->target,
		};

		write_link(b, path, path->next_mac, ETHER_IPV6);
		ipv6_write(b, &ip, payload_len);
	}
}

static void build_syn(struct build *b, const struct probe_path *path,
		      const struct probe_request *request)
{
	static const uint8_t mss[TCP_MSS_LEN] = {TCP_OPTION_MSS, TCP_MSS_LEN, PROBE_MSS >> 8,
						 PROBE_MSS & 0xff};
	struct tcp_hdr tcp = {
		.source_port = request->local_port,
		.destination_port = request->port,
		.seq = request->cookie,
		.flags = TCP_SYN,
		.window = TCP_OFFER,
	};

	write_ip(b, path, request, IP_TCP, TCP_HEADER_MIN + TCP_MSS_LEN);
	tcp_write(b, &tcp, &path->source, &path->target, mss, sizeof(mss));
}

/*
 * A segment without options. Where it acknowledges, the cookie stands in both numbers: a reset
 * returns the one, a short ICMP quote the other.
 */
static void build_tcp(struct build *b, const struct probe_path *path,
		      const struct probe_request *request)
{
	static const uint8_t flags[PROBE_SENT_KINDS] = {
		[PROBE_ACK] = TCP_ACK,
		[PROBE_WINDOW] = TCP_ACK,
		[PROBE_FIN] = TCP_FIN,
		[PROBE_XMAS] = TCP_FIN | TCP_PSH | TCP_URG,
		[PROBE_MAIMON] = TCP_FIN | TCP_ACK,
	};
	struct tcp_hdr tcp = {
		.source_port = request->local_port,
		.destination_port = request->port,
		.seq = request->cookie,
		.ack = probe_kind_acknowledges(request->kind) ? request->cookie : 0,
		.flags = flags[request->kind],
		.window = request->kind == PROBE_WINDOW ? PROBE_WINDOW_OFFER : TCP_OFFER,
	};

	write_ip(b, path, request, IP_TCP, TCP_HEADER_MIN);
	tcp_write(b, &tcp, &path->source, &path->target, NULL, 0);
}

static void build_udp(struct build *b, const struct probe_path *path,
		      const struct probe_request *request)
{
	struct udp_hdr udp = {
		.source_port = request->local_port,
		.destination_port = request->port,
	};
	uint8_t data[PAYLOAD_MAX];
	size_t len = payload_write(request->port, request->payload, request->cookie, data);

	write_ip(b, path, request, IP_UDP, (uint32_t)(UDP_HEADER_LEN + len));
	udp_write(b, &udp, &path->source, &path->target, data, (uint16_t)len);
}

static void build_echo(struct build *b, const struct probe_path *path,
		       const struct probe_request *request)
{
	uint16_t id = (uint16_t)(request->cookie >> 16), sequence = (uint16_t)request->cookie;

	if (path->target.family == 4) {
		struct icmp_hdr icmp = {.type = ICMP_TYPE_ECHO, .id = id, .sequence = sequence};

		write_ip(b, path, request, IP_ICMP, ECHO_LEN);
		icmp_write(b, &icmp, NULL, 0);
	} else {
		struct icmpv6_hdr icmp = {.type = ICMPV6_ECHO, .id = id, .sequence = sequence};

		write_ip(b, path, request, IP_ICMPV6, ECHO_LEN);
		icmpv6_write(b, &icmp, &path->source, &path->target, NULL, 0);
	}
}

static void build_timestamp(struct build *b, const struct probe_path *path,
			    const struct probe_request *request)
{
	struct icmp_hdr icmp = {
		.type = ICMP_TYPE_TIMESTAMP,
		.id = (uint16_t)(request->cookie >> 16),
		.sequence = (uint16_t)request->cookie,
	};

	if (path->target.family != 4)
		return;
	write_ip(b, path, request, IP_ICMP, TIMESTAMP_LEN);
	icmp_write(b, &icmp, NULL, 0);
}

static void build_arp(struct build *b, const struct probe_path *path,
		      const struct probe_request *request)
{
	struct arp_hdr arp = {
		.operation = ARP_REQUEST,
		.sender = path->source,
		.target = path->target,
	};

	(void)request;
	if (path->target.family != 4 || path->link != LINK_ETHERNET || path->by_kernel)
		return;
	memcpy(arp.sender_mac, path->source_mac, MAC_LEN);
	write_link(b, path, broadcast_mac, ETHER_ARP);
	arp_write(b, &arp);
}

static void build_nd(struct build *b, const struct probe_path *path,
		     const struct probe_request *request)
{
	struct addr group = addr_solicited_node(&path->target);
	const uint8_t group_mac[MAC_LEN] = {0x33,
					    0x33, /* RFC 2464 s. 7 */
					    group.bytes[12],
					    group.bytes[13],
					    group.bytes[14],
					    group.bytes[15]};
	struct ipv6_hdr ip = {
		.hop_limit = ND_HOP_LIMIT,
		.protocol = IP_ICMPV6,
		.next_header = IP_ICMPV6,
		.source = path->source,
		.destination = group,
	};
	struct icmpv6_hdr icmp = {
		.type = ICMPV6_NEIGHBOUR_SOLICIT,
		.target = path->target,
		.has_link_address = true,
	};

	(void)request;
	if (path->target.family != 6 || path->link != LINK_ETHERNET || path->by_kernel)
		return;
	memcpy(icmp.link_address, path->source_mac, MAC_LEN);
	write_link(b, path, group_mac, ETHER_IPV6);
	ipv6_write(b, &ip, ND_SOLICIT_LEN);
	icmpv6_write(b, &icmp, &path->source, &group, NULL, 0);
}

static probe_build_fn *const builders[] = {
	[PROBE_SYN] = build_syn,    [PROBE_ACK] = build_tcp,
	[PROBE_ECHO] = build_echo,  [PROBE_TIMESTAMP] = build_timestamp,
	[PROBE_ARP] = build_arp,    [PROBE_ND] = build_nd,
	[PROBE_WINDOW] = build_tcp, [PROBE_FIN] = build_tcp,
	[PROBE_NULL] = build_tcp,   [PROBE_XMAS] = build_tcp,
	[PROBE_MAIMON] = build_tcp, [PROBE_UDP] = build_udp,
};
static_assert(sizeof(builders) / sizeof(builders[0]) == PROBE_SENT_KINDS,
	      "every kind that is ours can be built");

/* Where the source ports for this question begin, after the scan's first one. */
static unsigned row_of(const struct host_ping *asked)
{
	unsigned row;

	if (asked->kind != PROBE_UDP || !payload_port_row(asked->port, &row))
		return 0;
	return PROBE_ROWS_FROM + row * PROBE_TRIES;
}

uint16_t probe_local_port(uint16_t base, const struct host_ping *asked, unsigned try_number)
{
	return (uint16_t)(base + row_of(asked) + try_number);
}

unsigned probe_try(uint16_t base, const struct host_ping *asked, uint16_t local_port)
{
	uint16_t number = (uint16_t)(local_port - base - row_of(asked));

	return number < PROBE_APART ? number : 0;
}

bool probe_has_family(enum probe_kind kind, uint8_t family)
{
	if (kind == PROBE_TIMESTAMP || kind == PROBE_ARP)
		return family == 4;
	return kind != PROBE_ND || family == 6;
}

size_t probe_build(const struct probe_path *path, const struct probe_request *request,
		   uint8_t ret_bytes[static PROBE_FRAME_MAX])
{
	struct build b = build_init(ret_bytes, PROBE_FRAME_MAX);

	builders[request->kind](&b, path, request);
	return b.full ? 0 : b.len;
}

/* What nobody can foresee who has not the key; one number for each question. */
static uint64_t secret_of(const struct hash_key *key, const struct addr *target,
			  const struct probe_request *request)
{
	uint8_t bytes[22];
	struct build b = build_init(bytes, sizeof(bytes));

	build_u8(&b, (uint8_t)request->kind);
	build_be16(&b, request->port);
	build_be16(&b, request->local_port);
	build_u8(&b, target->family);
	build_bytes(&b, target->bytes, sizeof(target->bytes));
	return hash_bytes(key, bytes, b.len);
}

uint32_t probe_cookie(const struct hash_key *key, const struct addr *target,
		      const struct probe_request *request)
{
	return (uint32_t)secret_of(key, target, request);
}

void probe_number(const struct hash_key *key, const struct addr *target,
		  struct probe_request *request)
{
	uint64_t secret = secret_of(key, target, request);

	request->cookie = (uint32_t)secret;
	request->ip_number = (uint32_t)(secret >> 32);
	if (!(request->ip_number & ((1u << PROBE_IP_NUMBER_BITS) - 1)))
		request->ip_number++; /* 0 is no number to the ledger, nor to a raw socket */
}
