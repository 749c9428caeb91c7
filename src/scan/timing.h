/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the user may say of a scan's timing, and what -T0 to -T5 say of it.
 *
 * The engine measures paths instead of guessing them, so a level changes less here than in Nmap:
 *   - rtt_*: how long a probe is waited for before it is tried again. Silence becomes a verdict
 *     only after ledger_silence(), whatever is set here; so the record tells the same story.
 *   - scan_delay, max_parallelism: -T0 to -T2 probe one port at a time and pause after each, as
 *     polite scans are meant to; the pause holds for each host.
 *   - max_scan_delay: when a limiter on the host is found, its probes are never further apart.
 *   - rates: a limit that is never passed in any second, and one that nothing learnt falls below.
 */
#ifndef SONDE_SCAN_TIMING_H
#define SONDE_SCAN_TIMING_H

#include "base/nsec.h"

enum timing_level {
	TIMING_PARANOID,
	TIMING_SNEAKY,
	TIMING_POLITE,
	TIMING_NORMAL, /* the default */
	TIMING_AGGRESSIVE,
	TIMING_INSANE,
	TIMING_LEVELS
};

struct engine_timing {
	nsec_t rtt_initial;       /* wait for hosts of which nothing is known */
	nsec_t rtt_min;           /* wait at least, when round trips are known */
	nsec_t rtt_max;           /* wait at most */
	nsec_t scan_delay;        /* between two probes to one host; 0: none */
	nsec_t max_scan_delay;    /* see above; 0: no limit */
	nsec_t host_timeout;      /* a host is given up after this; 0: never */
	double min_rate;          /* probes a second that are kept up; 0: none */
	double max_rate;          /* probes a second at most; 0: no limit */
	unsigned max_retries;     /* further tries of a silent port */
	unsigned max_parallelism; /* probes under way at once; 0: no limit */
};

/* The values of a level. */
const struct engine_timing *timing_of(enum timing_level level);

/* "paranoid" to "insane". */
const char *timing_name(enum timing_level level);

#endif
