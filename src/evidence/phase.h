/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The phases of a scan: name look-up, resolution, discovery, port scan by rounds, and what the
 * scanner's operating system did by itself.
 */
#ifndef SONDE_EVIDENCE_PHASE_H
#define SONDE_EVIDENCE_PHASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/nsec.h"
#include "evidence/event.h"

#define PHASE_ROUNDS 4 /* first, second, third tries, and all later ones */

enum phase_kind {
	PHASE_LOOKUP,       /* names to addresses */
	PHASE_NEXT_HOPS,    /* the kernel resolves next hops and name servers */
	PHASE_RESOLUTION,   /* ARP or neighbour discovery of targets */
	PHASE_DISCOVERY,    /* is the host up? */
	PHASE_REVERSE,      /* addresses to names */
	PHASE_PORTS,        /* a round of a port scan: see probe and round */
	PHASE_TIMING,       /* asked again though answered: the path is measured */
	PHASE_RESETS,       /* the kernel resets SYN/ACKs that it never asked for */
	PHASE_REFUSALS,     /* the kernel refuses datagrams that it never asked for */
	PHASE_CONVERSATION, /* handshakes finished, data, ends of connections */
	PHASE_NEIGHBOURS,   /* ARP and neighbour discovery beside the probes */
	PHASE_KINDS
};

struct phase {
	enum phase_kind kind;
	enum probe_kind probe; /* PHASE_PORTS: what kind of probe; else PROBE_KINDS */
	unsigned round;        /* PHASE_PORTS: 1 to PHASE_ROUNDS, the last one and later; else 0 */
	uint64_t packets;
	uint64_t answered; /* of these */
	uint64_t first_frame;
	nsec_t first, last; /* earliest and latest time */
};

/* Counts a packet. A phase without packets must be zero but for the first three members. */
void phase_add(struct phase *p, uint64_t frame, nsec_t time, bool answered);

/* Puts phases in the order in which they began. */
void phase_sort(struct phase *phases, unsigned count);

/* "SYN scan, first tries", "host discovery"... */
void phase_write_name(const struct phase *p, struct buf *out);

/* "lookup", "ports"...: does not change from release to release. A constant string. */
const char *phase_kind_name(enum phase_kind kind);

#endif
