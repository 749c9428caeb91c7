/* SPDX-License-Identifier: Apache-2.0 */
/* One line that says what a frame is: Wireshark's Protocol and Info columns for one frame. */
#ifndef SONDE_PACKET_SUMMARY_H
#define SONDE_PACKET_SUMMARY_H

#include "base/buf.h"
#include "packet/decode.h"
#include "packet/frame.h"

/* The Protocol column: "TCP", "ARP", "ICMPv6"... A constant string. */
const char *summary_protocol(const struct packet *packet);

/*
 * Appends the Info column. Sequence numbers are the raw ones (no stream is known here). An ICMP
 * error names the probed host and port behind Wireshark's words. Network text is escaped.
 */
void summary_info(struct buf *out, const struct frame *frame, const struct packet *packet);

#endif
