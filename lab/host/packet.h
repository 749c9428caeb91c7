// SPDX-License-Identifier: Apache-2.0
/* Reads a received frame, as far as a simulated host needs it, without trusting any length. */
#ifndef SONDE_LAB_HOST_PACKET_H
#define SONDE_LAB_HOST_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ETHERNET_HEADER = 14, MAC_SIZE = 6, FRAME_MAX = 2048 };

enum {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_ACK = 0x10,
};

enum packet_kind {
	KIND_OTHER,   /* nothing a host answers */
	KIND_DAMAGED, /* a wrong checksum: a real host drops it */
	KIND_ARP_REQUEST,
	KIND_ND_SOLICIT,
	KIND_ECHO, /* ICMP or ICMPv6 echo request */
	KIND_TIMESTAMP,
	KIND_TCP,
	KIND_UDP,
};

/* An address of either family; IPv4 uses the first four bytes, the rest is zero. */
struct address {
	uint8_t bytes[16];
	bool v6;
};

struct packet {
	enum packet_kind kind;
	bool ethernet; /* false on a bare IP device; then the MACs are zero */
	uint8_t mac_from[MAC_SIZE];
	struct address from, to; /* ARP, ND: to is the address asked for */
	uint16_t port_from, port_to;
	uint32_t seq, ack;
	uint8_t flags;
	uint32_t payload_len; /* TCP and UDP payload */
	const uint8_t *ip;    /* the IP packet, ip_len bytes, for quoting */
	size_t ip_len;
	const uint8_t *body; /* what follows the IP header, body_len bytes */
	size_t body_len;
};

/*
 * Reads FRAME of LEN bytes. CHECKED is false when the sender left the transport
 * checksum to a device (CHECKSUM_PARTIAL); it is then not verified. The result
 * points into FRAME.
 */
void packet_read(const uint8_t *frame, size_t len, bool ethernet, bool checked, struct packet *ret);

/* The one's complement sum of LEN BYTES added to START; not folded. */
uint32_t packet_sum(const uint8_t *bytes, size_t len, uint32_t start);

/* Folds a sum to 16 bits and complements it. */
uint16_t packet_fold(uint32_t sum);

/* The sum of the pseudo-header of PROTOCOL over LEN bytes. */
uint32_t packet_pseudo(const struct address *from, const struct address *to, uint8_t protocol,
		       size_t len);

#endif
