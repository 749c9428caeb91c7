/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of an Info column; only packet/summary*.c includes this. */
#ifndef SONDE_PACKET_SUMMARY_PARTS_H
#define SONDE_PACKET_SUMMARY_PARTS_H

#include "base/buf.h"
#include "packet/decode.h"
#include "packet/frame.h"

/* Appends an address as text. */
void summary_addr(struct buf *out, const struct addr *a);

/* A cursor over the data of a packet's transport. */
struct cursor summary_data(const struct frame *frame, const struct ip_packet *ip);

/* Append the Info text of one protocol. */
void summary_dns(struct buf *out, const struct frame *frame, const struct packet *packet);
void summary_icmp(struct buf *out, const struct packet *packet);
void summary_icmpv6(struct buf *out, const struct packet *packet);

#endif
