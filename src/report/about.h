/* SPDX-License-Identifier: Apache-2.0 */
/* Which packet an ICMP error is about: the probe that it answers. */
#ifndef SONDE_REPORT_ABOUT_H
#define SONDE_REPORT_ABOUT_H

#include "base/buf.h"
#include "packet/decode.h"
#include "packet/dissect_frame.h"

/*
 * Appends "UDP 192.0.2.10:40000 → 192.0.2.1:161" for the frame last taken apart when it is an
 * ICMP or ICMPv6 error whose quote could be read; else nothing.
 */
void about_text(struct buf *out, const struct frame_dissector *from);

/* The same of a quote that packet_decode() read. */
void about_quote(struct buf *out, const struct ip_packet *quote);

#endif
