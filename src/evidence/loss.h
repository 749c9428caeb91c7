/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often a question that should be answered seems not to be, and how often one that follows a
 * lost one is lost, too.
 *
 * Theory of operation. Only ports that answered at some time can show a loss: of a silent one
 * nobody knows whether it would have answered. But a port that lost all its tries is among the
 * silent ones, so the others show too little: of those that lost the first try only the share is
 * left whose later tries were not all lost, and what is seen is put right by that share. Loss comes
 * in bursts, so a second try is lost more often than the first when it follows soon: that is
 * measured between first tries of different ports that stand as far apart as the tries of one port
 * do. A burst counts once however many tries it took, and where few were seen a guess weighs as
 * much as two of them; one outage as long as a round of tries still leaves more doubt than is due
 * (tests/evidence/test_loss.c says how much). Tries after an answer are plain experiments. What
 * limits withhold is no loss of the path and is left out by the caller.
 */
#ifndef SONDE_EVIDENCE_LOSS_H
#define SONDE_EVIDENCE_LOSS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evidence/ledger.h"

#define LOSS_PORTS_MIN 20 /* ports that answered, or plain tries, below which loss is a guess */

/* The first try of a port that answered one of its tries. */
struct loss_first {
	nsec_t time;
	bool lost;
};

/* What was counted. Initialise with zero. */
struct loss_sample {
	struct loss_first *firsts;  /* in no order */
	size_t count, room;         /* as many as ports that answered */
	uint64_t lost;              /* tries of theirs before the first one answered */
	uint64_t again, again_lost; /* tries after that one, and those of them without answer */
	uint64_t silent_ports;
	uint64_t silent_tries; /* to these */
	nsec_t spacing_sum;    /* between tries of one port, where the earlier was not answered */
	uint64_t spacing_count;
	bool failed; /* memory ran out */
};

struct loss {
	uint64_t tries;    /* that should have been answered */
	uint64_t lost;     /* of these, without answer */
	nsec_t spacing;    /* mean time between tries of one port; 0: no port was tried twice */
	bool known;        /* there was enough to measure */
	bool bursts_known; /* the same of after_lost */
	double each;       /* chance that a try is lost, either way */
	double after_lost; /* the same for a try that follows a lost one at that spacing */
};

/*
 * Adds all ports of a host that were asked by TCP, SCTP or UDP. Ports that only errors speak of are
 * left out, as those are often limited; skip_resets: also those that only RSTs speak of.
 */
void loss_sample_host(const struct ledger *l, uint32_t host, bool skip_resets,
		      struct loss_sample *sample);

/* Estimates from a sample, whose firsts it sorts. Pure. */
void loss_estimate(struct loss_sample *sample, struct loss *ret_loss);

void loss_sample_done(struct loss_sample *sample);

/* The chance that all of `tries` tries are lost. */
double loss_of_all(const struct loss *loss, unsigned tries);

#endif
