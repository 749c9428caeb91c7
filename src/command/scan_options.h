/* SPDX-License-Identifier: Apache-2.0 */
/* What the user asked `sonde scan` for. */
#ifndef SONDE_COMMAND_SCAN_OPTIONS_H
#define SONDE_COMMAND_SCAN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/option.h"

struct scan_options {
	bool help;
	const char *ports;           /* -p */
	bool fast;                   /* -F */
	uint64_t top_ports;          /* --top-ports; 0: not given */
	const char *exclude_ports;   /* --exclude-ports */
	bool skip_ping;              /* -Pn */
	bool no_dns;                 /* -n */
	bool ipv6;                   /* -6 */
	const char *interface;       /* -e */
	unsigned verbose;            /* -v */
	bool reason;                 /* --reason */
	bool packet_trace;           /* --packet-trace */
	const char *write;           /* -w */
	bool no_record;              /* --no-record */
	bool sequential;             /* -r */
	uint64_t max_retries;        /* --max-retries */
	double max_rate;             /* --max-rate; 0: no limit */
	struct option_list exclude;  /* --exclude */
	struct option_list lists;    /* -iL */
	struct option_list operands; /* targets */
};

#endif
