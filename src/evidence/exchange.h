/* SPDX-License-Identifier: Apache-2.0 */
/* The exchange with one port: every frame that the ledger keeps of it, and what each one was. */
#ifndef SONDE_EVIDENCE_EXCHANGE_H
#define SONDE_EVIDENCE_EXCHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "evidence/ledger.h"

#define EXCHANGE_MAX 32 /* frames kept of one port; more are counted */

struct exchange_frame {
	uint64_t frame;
	nsec_t time;
	enum note_kind kind; /* NOTE_PROBE, NOTE_REPLY, NOTE_OWN_RESET or NOTE_UNPROVEN */
	uint32_t probe;      /* the probe that it is, answers or is about */
	uint32_t reply;      /* NOTE_REPLY; else EVENT_NONE */
	unsigned number;     /* NOTE_PROBE: which try of the port scan; 0 for host discovery */
};

struct exchange {
	size_t count;
	uint64_t left_out;
	struct exchange_frame frames[EXCHANGE_MAX]; /* ascending by frame */
};

/* A port, and by what kind of probes. */
struct exchange_port {
	uint32_t host;
	enum probe_kind kind;
	uint16_t port;
};

/*
 * Gathers what these probes did with the port. decisive: a reply that must be among what is kept,
 * or EVENT_NONE. Of a crowd the probes are kept before the answers, and of both the first ones.
 * Without a frame the port was not probed so.
 */
void exchange_gather(const struct ledger *l, const struct exchange_port *port, uint32_t decisive,
		     struct exchange *ret_exchange);

#endif
