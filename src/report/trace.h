/* SPDX-License-Identifier: Apache-2.0 */
/* --packet-trace: one line a frame in the classic grammar of Nmap 7.93. */
#ifndef SONDE_REPORT_TRACE_H
#define SONDE_REPORT_TRACE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/nsec.h"
#include "packet/frame.h"

/*
 * Appends the line for frame with its newline, e.g.
 * "SENT (0.1904s) TCP 192.0.2.10:41273 > 203.0.113.5:22 S ttl=47 id=777 iplen=44  seq=9 win=1024\n".
 * sent: which word begins it. since_start: the frame's time after the start of the scan.
 *
 * Where Nmap has no line of its own:
 * - a frame that is neither ARP nor IP: "ether (35020) MAC > MAC: len=60", with the EtherType (or
 *   802.3 length); without an Ethernet header "link (113) none > none: len=60", with the link type;
 * - a TCP option that Nmap does not know (it prints commas and runs on): "kind 30";
 * - a received neighbour solicitation: "neighbor solicitation SRC > DST who has X".
 */
void trace_line(struct buf *out, const struct frame *frame, bool sent, nsec_t since_start);

#endif
