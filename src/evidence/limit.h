/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a row of answers and silences was made by a limit, and how high that is. */
#ifndef SONDE_EVIDENCE_LIMIT_H
#define SONDE_EVIDENCE_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nsec.h"

/* How many tries are looked at; a limit shows within them or not at all. */
#define LIMIT_TRIES_MAX 1024

enum limit_shape {
	LIMIT_BUCKET, /* tokens that come at a steady rate and are kept up to a burst */
	LIMIT_WINDOW, /* so many in each second, and none until the next one begins */
};

/* One question that the limited party would have answered, by the time it was asked. */
struct limit_try {
	nsec_t time;
	bool answered;
};

struct limit {
	enum limit_shape shape;
	double rate;       /* answers a second */
	double burst;      /* answers at once, after a rest */
	uint32_t answered; /* of the tries looked at */
	uint32_t denied;   /* silent when the limit was used up */
	uint32_t lost;     /* silent though the limit was not */
	uint32_t over;     /* answered although it was */
	double evidence;   /* how much better than chance it explains the row, in nats */
};

/*
 * Looks for the limit that best explains the tries (ascending by time; those after the first
 * LIMIT_TRIES_MAX are ignored). False and nothing written when chance explains them as well: when
 * the evidence is below LIMIT_EVIDENCE, or answers came although the limit was used up, or too few
 * came after it first was to show a rate. pure: every try would have been answered but for limit
 * and loss; else some may be of ports that never answer. Cost: linear with a factor of some
 * hundreds where there is a limit.
 */
#define LIMIT_EVIDENCE 16.0 /* chance would look so in one row of some 100,000 */
bool limit_measure(const struct limit_try *tries, size_t count, bool pure, struct limit *ret_limit);

#endif
