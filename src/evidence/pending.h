/* SPDX-License-Identifier: Apache-2.0 */
/* Ports that were still to be asked when their host was left: written into a capture, read back. */
#ifndef SONDE_EVIDENCE_PENDING_H
#define SONDE_EVIDENCE_PENDING_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "evidence/ledger.h"

/* Ports of one text: at six bytes each it fits the 65,535 of a pcapng comment. */
#define PENDING_PORTS_MAX 8192

/*
 * Appends a text that a person and pending_read() understand:
 *
 *   pending = "sonde: left undecided: " kind " " ADDRESS " " ports
 *   ports   = NUMBER ["-" NUMBER] *("," NUMBER ["-" NUMBER])
 *
 * kind is as in evidence/comment.h, ports are ascending and at most PENDING_PORTS_MAX.
 */
void pending_write(struct buf *out, enum probe_kind kind, const struct addr *host,
		   const uint16_t *ports, size_t count);

/*
 * Takes the silence of these ports back from the ledger (ledger_leave_port()). A text of any other
 * form does nothing from where it differs on, and so does a host or port that was not probed: a forged
 * text can only have less be said.
 */
void pending_read(struct ledger *l, const char *text, size_t len);

#endif
