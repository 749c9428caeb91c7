/* SPDX-License-Identifier: Apache-2.0 */
/* How far a scan is and when it ends: in Nmap's two lines, or in one that is drawn in place. */
#ifndef SONDE_REPORT_PROGRESS_H
#define SONDE_REPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/nsec.h"

struct progress {
	const char *scan; /* "SYN scan", "UDP scan", "connect scan", "host discovery" */
	nsec_t elapsed;
	uint64_t done;      /* hosts completed */
	uint64_t up;        /* of them */
	uint64_t total;     /* hosts in all; 0: not known yet */
	uint64_t under_way; /* hosts begun and not completed */
	double share;       /* of the work, 0 to 1; below 0: nothing can be said */
	uint64_t sent;      /* probes */
	nsec_t wall_now;    /* since 1970, local time, for the hour at which it ends */
	bool debug;         /* rates and drops too */
	double rate;        /* probes a second since the beginning of the scan */
	uint64_t dropped;   /* captured packets that the kernel dropped */
	uint64_t postponed; /* times that our own queue had no room */
};

/* How long it will take from now, by what was done in the time so far; negative: unknown. */
nsec_t progress_remaining(const struct progress *p);

/* The lines that a key or --stats-every asks for, each ended by a newline. */
void progress_lines(struct buf *out, const struct progress *p);

/* One line of at most `columns` - 1 cells without a newline, to be drawn in place. */
void progress_bar(struct buf *out, const struct progress *p, unsigned columns);

#endif
