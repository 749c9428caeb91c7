// SPDX-License-Identifier: Apache-2.0
/* Writes the frames that a simulated host answers with, checksums included. */
#ifndef SONDE_LAB_HOST_REPLY_H
#define SONDE_LAB_HOST_REPLY_H

#include "packet.h"

struct reply {
	uint8_t bytes[FRAME_MAX];
	size_t len;
};

/* A TCP segment back to the sender of P. */
struct reply_tcp {
	uint32_t seq, ack;
	uint8_t flags;
	uint16_t window; /* of an RST; other segments offer what a host has */
};

/* An ICMP or ICMPv6 error about P. */
struct reply_error {
	struct address from; /* who sends it */
	uint8_t type, code;
	uint32_t rest;    /* MTU, pointer, or 0 */
	size_t quote_max; /* bytes of the packet that are quoted at most */
	uint32_t seq_xor; /* changes the quoted TCP sequence number: a forgery */
};

/* The station address of the host at ADDRESS: 02:04 (IPv6 02:06) and its last four bytes. */
void reply_mac(const struct address *address, uint8_t ret_mac[static MAC_SIZE]);

/* Each writes one whole frame into R. FROM is the address it claims to come from. */
void reply_arp(struct reply *r, const struct packet *p);
void reply_nd(struct reply *r, const struct packet *p);
void reply_echo(struct reply *r, const struct packet *p);
void reply_timestamp(struct reply *r, const struct packet *p);
void reply_tcp(struct reply *r, const struct packet *p, const struct address *from,
	       const struct reply_tcp *segment);
void reply_udp(struct reply *r, const struct packet *p);
void reply_error(struct reply *r, const struct packet *p, const struct reply_error *error);

#endif
