/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of events share. For src/evidence/infer*.c only. */
#ifndef SONDE_EVIDENCE_INFER_PARTS_H
#define SONDE_EVIDENCE_INFER_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "evidence/store.h"
#include "proto/sctp.h"

/*
 * How many probes of one tuple an answer is held against, the newest first. Scanners send a
 * handful; a file with thousands of alike probes and answers would cost their product.
 */
#define ALIKE_MAX 64

#define PORT_TFTP 69 /* RFC 1350 s. 4: whose servers answer from a port of their own */

/* One frame under judgement. */
struct sight {
	struct ledger *l;
	const struct frame *frame;
	const struct packet *packet;
	struct note *note;
	bool patient; /* an answer to nothing known is early: see ledger_frame_early() */
};

/* Notes that the frame is early if that may be; false when it must be judged now. */
static inline bool infer_is_early(struct sight *s)
{
	s->note->early = s->patient;
	return s->patient;
}

/* What an IP header is known by, as probes keep it: of IPv4's identification, or of a flow label. */
uint32_t infer_ip_number(const struct ip_packet *ip);

/* The 32 bits of two ports, or of id and sequence, that probes are found by. */
static inline uint32_t infer_ports(uint16_t port, uint16_t local_port)
{
	return (uint32_t)port << 16 | local_port;
}

/* True when addr may send probes: it is ours, or nobody said who we are. */
bool infer_may_probe(const struct ledger *l, const struct addr *addr);

/*
 * Enters a probe to target and notes it, unless another program sent it; then the note names no
 * probe. All of these return 0 or -ENOMEM.
 */
int infer_probe(struct sight *s, struct probe *probe, const struct addr *source,
		const struct addr *target);

/* Enters a reply to `probe` and notes it. */
int infer_reply(struct sight *s, uint32_t probe, enum reply_kind kind, const struct addr *from);

/* A frame about a probe that decides nothing: remembered beside it. */
int infer_aside(struct sight *s, uint32_t probe, enum note_kind kind);

/* A frame from a probed address without proof: kept, counted, never a verdict. */
int infer_unproven(struct sight *s, uint32_t probe);

/* Anything else between us and a probed host is part of the picture, if not of a verdict. */
int infer_other(struct sight *s);

/* TCP segments; UDP datagrams; all that is neither, nor ICMP. */
int infer_tcp(struct sight *s);
int infer_udp(struct sight *s);
int infer_ip(struct sight *s);

/* Reads SCTP's header out of ip, the packet itself or the one it quotes; false when it has none. */
bool infer_read_sctp(const struct sight *s, const struct ip_packet *ip,
		     struct sctp_hdr *ret_header);

#endif
