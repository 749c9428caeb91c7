/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How likely a port that seemed silent is open nevertheless.
 *
 * Theory of operation. A port is called filtered because none of its tries was answered. An open
 * one looks the same when the path lost them all, which happens with the chance m = each *
 * after_lost * after_lost... (loss.h). Of a host's N open ports so N * m are expected among its S
 * silent ones, so one of these is open with the chance N * m / S. N itself is O / (1 - m), where O
 * were seen open; half a port is added to O, for a host may have open ports of which all were
 * missed. What the capture lost or cut off counts as loss of the path. A port that answered, be it
 * by RST or by an error, was not lost: what loss leaves in doubt there is nothing.
 */
#ifndef SONDE_EVIDENCE_CONFIDENCE_H
#define SONDE_EVIDENCE_CONFIDENCE_H

#include "evidence/loss.h"
#include "evidence/verdict.h"

/* What lowers the confidence beside loss, or keeps it from being known. */
struct confidence_doubts {
	double hidden;  /* share of frames that the capture lost or cut too short, 0 to 1 */
	bool one_sided; /* the answers, or some, are not in the capture */
	bool limited;   /* the host limits its RSTs: they do not tell the loss */
};

/* On what the confidence in one host's ports by one kind of probe rests. */
struct confidence_ground {
	struct loss loss;
	bool own;              /* measured at this host; else over all hosts of its scanner */
	bool known;            /* the loss is known, and the capture has both sides */
	uint32_t open, silent; /* ports */
	double missed;         /* open ports expected among the silent ones */
};

struct confidence {
	bool known;
	double missed; /* chance that an open port stays silent to as many tries: m above */
	double chance; /* chance that this port is open; 0 for one that answered */
};

/*
 * The ground for ports of host by probes of this kind. shared: the loss over all hosts, taken when
 * this one shows too little. Only for kinds where silence means "filtered". False when memory is
 * out. Cost: linear in the host's tries but for one sort of its ports.
 */
bool confidence_ground(const struct ledger *l, uint32_t host, enum probe_kind kind,
		       const struct loss *shared, const struct confidence_doubts *doubts,
		       struct confidence_ground *ret_ground);

/* The confidence in one of these ports. Pure. */
void confidence_of(const struct confidence_ground *ground, const struct port_verdict *verdict,
		   struct confidence *ret_confidence);

#endif
