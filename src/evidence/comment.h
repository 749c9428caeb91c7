/* SPDX-License-Identifier: Apache-2.0 */
/* The comment that each frame of a scan carries in its capture file (design.md section 4). */
#ifndef SONDE_EVIDENCE_COMMENT_H
#define SONDE_EVIDENCE_COMMENT_H

#include "base/buf.h"
#include "evidence/ledger.h"

/*
 * Appends what the note says of a frame in words that a person reads in Wireshark and a program
 * can parse, all beginning with "sonde: ", for example
 *   "sonde: probe SYN 198.51.100.10 22/tcp try 1"
 *   "sonde: answers frame 12 (SYN 198.51.100.10 22/tcp try 1) after 80.123 ms: SYN/ACK, so 22/tcp is open"
 *   "sonde: no proof: does not carry the cookie of frame 12"
 *   "sonde: reset by this machine's own kernel, which knows nothing of the probe"
 * Nothing for NOTE_UNRELATED.
 */
void comment_write(struct buf *out, const struct ledger *l, const struct note *note);

#endif
