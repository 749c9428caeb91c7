/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a scan's options come to: scan types, discovery probes and timing, free of contradictions.
 */
#ifndef SONDE_COMMAND_SCAN_CHOICE_H
#define SONDE_COMMAND_SCAN_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "command/scan_options.h"
#include "scan/engine.h"
#include "scan/kind.h"
#include "scan/port.h"
#include "scan/service.h"

/* Initialise with zero; free with scan_choice_done(). */
struct scan_choice {
	enum scan_kind kinds[ENGINE_PASSES_MAX]; /* in order of scanning */
	unsigned kind_count;                     /* 0: no ports */
	bool connect;                            /* by connections of the kernel's */
	struct host_ping *pings;                 /* NULL: the usual ones */
	uint32_t ping_count;
	struct engine_timing timing;
};

/*
 * Reads the options of scan types and timing. raw: packets of our own can be sent. 0, or -EINVAL
 * (-EPERM where rights are missing) with a sentence.
 */
int scan_choose(const struct scan_options *options, bool raw, struct scan_choice *ret_choice,
		struct err *err);

/* Reads the options of host discovery; `names` are those of services. As above, or -ENOMEM. */
int scan_choose_pings(const struct scan_options *options, const struct service_table *names,
		      struct scan_choice *choice, struct err *err);

void scan_choice_done(struct scan_choice *choice);

/* The protocols whose ports are asked about: bits as for port_choose(). */
unsigned scan_choice_protocols(const struct scan_choice *choice);

#endif
