/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where one scan of a scanner ends and its next one begins.
 *
 * Theory of operation. A scanner that has probed at some pace, then sends nothing for far longer
 * than any pause it made before, and at least RUN_PAUSE, has ended its scan: what follows is
 * another one, whose silence and answers are judged by themselves. A slow scan does not fall apart,
 * since its own pauses set the measure; the first RUN_PROBES probes only take that measure.
 * Of the first RUNS_MAX sources each is kept; those of later ones have one run.
 */
#ifndef SONDE_EVIDENCE_RUNS_H
#define SONDE_EVIDENCE_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "wire/addr.h"

#define RUNS_MAX   32
#define RUN_PAUSE  (30 * NSEC_PER_SEC)
#define RUN_FACTOR 20
#define RUN_PROBES 10

/* One scanner's present run. */
struct run {
	struct addr source;
	nsec_t last;     /* its newest probe that asks */
	nsec_t pause;    /* its longest pause */
	uint32_t probes; /* stays at RUN_PROBES */
	uint16_t number; /* from 1 */
};

/* Initialise with zero. */
struct runs {
	struct run items[RUNS_MAX];
	unsigned count;
};

/*
 * The number of the run, from 1, that a probe which source sent at this time belongs to. asks: it
 * is more than address resolution or a look-up, which begin a run too, but do not make its pace.
 */
uint16_t runs_number(struct runs *r, const struct addr *source, nsec_t time, bool asks);

#endif
