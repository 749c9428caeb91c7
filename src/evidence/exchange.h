/* SPDX-License-Identifier: Apache-2.0 */
/* The exchange with one port: every frame that the ledger keeps of it, and what each one was. */
#ifndef SONDE_EVIDENCE_EXCHANGE_H
#define SONDE_EVIDENCE_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evidence/ledger.h"

#define EXCHANGE_MAX    32 /* frames kept of one port; more are counted */
#define EXCHANGE_TIMING 2  /* tries that only measured the path are shown; see evidence/timing.h */

struct exchange_frame {
	uint64_t frame;
	nsec_t time;
	enum note_kind kind; /* NOTE_PROBE, NOTE_REPLY, NOTE_OWN_RESET or NOTE_UNPROVEN */
	uint32_t probe;      /* the probe that it is, answers or is about */
	uint32_t reply;      /* NOTE_REPLY; else EVENT_NONE */
	unsigned number;     /* NOTE_PROBE: which try of the port scan; 0 for others */
	bool timing;         /* NOTE_PROBE: only measured the path */
};

struct exchange {
	size_t count;
	uint64_t left_out;
	uint64_t timing_left_out; /* tries for timing beyond EXCHANGE_TIMING, answers not counted */
	uint8_t timing_ports[(UINT16_MAX + 1) / 8]; /* a bit for each source port of these */
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

/* True when a try for timing that was left out used this source port of the scanner. */
bool exchange_left_out(const struct exchange *e, uint16_t local_port);

#endif
