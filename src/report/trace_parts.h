/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of a packet-trace line; only report/trace*.c includes this. */
#ifndef SONDE_REPORT_TRACE_PARTS_H
#define SONDE_REPORT_TRACE_PARTS_H

#include "base/buf.h"
#include "packet/decode.h"
#include "packet/frame.h"

/* Appends an address as text. */
void trace_addr(struct buf *out, const struct addr *a);

/* Appends " ipopts={ ... }" without the leading space; nothing when there are none. */
void trace_ip_options(struct buf *out, const struct frame *frame, const struct ipv4_hdr *header);

/* Appends "<mss 1460,...>"; nothing when there are none or they cannot be read to the end. */
void trace_tcp_options(struct buf *out, const struct frame *frame, const struct tcp_hdr *header);

/* Appends what the IP header says: "ttl=64 id=1 iplen=44 " or "hopl=64 flow=0 payloadlen=24". */
void trace_ip(struct buf *out, const struct frame *frame, const struct ip_packet *ip);

/* Appends the body of an ICMP (IPv4) packet whose header could be read. */
void trace_icmp(struct buf *out, const struct frame *frame, const struct packet *packet);

#endif
