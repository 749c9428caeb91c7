/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of text that comments and explanations share. */
#ifndef SONDE_EVIDENCE_PHRASE_H
#define SONDE_EVIDENCE_PHRASE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/nsec.h"
#include "evidence/event.h"

/* "80.123 ms", rounded down to the microsecond; "-0.004 ms" when stamps run backwards. */
void phrase_ms(struct buf *out, nsec_t time);

/* What a reply is: "SYN/ACK", "ICMP type 3 code 13 (admin-prohibited) from 203.0.113.1". */
void phrase_reply(struct buf *out, const struct reply *reply);

/* A count with commas: "1,000". */
void phrase_count(struct buf *out, uint64_t count);

/* True for the kinds of probe that ask about a port or IP protocol. */
bool phrase_has_port(enum probe_kind kind);

#endif
