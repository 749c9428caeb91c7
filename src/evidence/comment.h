/* SPDX-License-Identifier: Apache-2.0 */
/* The comment that each frame of a scan carries in its capture file. */
#ifndef SONDE_EVIDENCE_COMMENT_H
#define SONDE_EVIDENCE_COMMENT_H

#include "base/buf.h"
#include "evidence/ledger.h"

/*
 * Appends what the note says of a frame in words that a person reads in Wireshark and a program
 * can parse; nothing for NOTE_UNRELATED. No line ends. The grammar:
 *
 *   comment   = "sonde: " (probe / answer / unproven / reset / resolution / traffic)
 *   probe     = "probe " what
 *   answer    = "answers frame " NUMBER " (" what ") after " MS " ms: " reply
 *               [", so " meaning] ["; " subject " had answered before"]
 *   unproven  = "no proof: does not carry the cookie of frame " NUMBER " (" what ")"
 *   reset     = ("reset" / "refused")   ; a segment; a datagram, by an ICMP error
 *               " by this machine's own kernel, which knows nothing of the probe in frame "
 *               NUMBER " (" what ")"
 *   resolution = "address resolution beside the probes"
 *   traffic   = "other traffic with " ADDRESS
 *   what      = kind " " ADDRESS [" " port] " try " NUMBER
 *   kind      = "SYN" / "ACK" / "FIN" / "TCP without flags" / "FIN, PSH, URG" / "FIN/ACK" /
 *               "UDP datagram" / "echo request" / "timestamp request" / "ARP request" /
 *               "neighbour solicitation"
 *   reply     = "SYN/ACK" / "SYN" / "ACK" / "RST" / "echo reply" / "timestamp reply" /
 *               "ARP reply" / "neighbour advertisement" / "UDP datagram" /
 *               ("ICMP" / "ICMPv6") " type " NUMBER " code " NUMBER " (" REASON ") from " ADDRESS
 *   meaning   = port " is " ("open" / "closed" / "filtered" / "unfiltered") / "the host is up"
 *   subject   = port / "the host"
 *   port      = NUMBER "/" ("tcp" / "udp")
 *   MS        = ["-"] NUMBER "." 3DIGIT   ; milliseconds; negative when the stamps run backwards
 *   REASON    = Nmap's word, such as "admin-prohibited"; "no rule" where none applies
 */
void comment_write(struct buf *out, const struct ledger *l, const struct note *note);

#endif
