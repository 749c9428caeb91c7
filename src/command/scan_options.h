/* SPDX-License-Identifier: Apache-2.0 */
/* What the user asked `sonde scan` for. */
#ifndef SONDE_COMMAND_SCAN_OPTIONS_H
#define SONDE_COMMAND_SCAN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/option.h"
#include "scan/kind.h"

struct scan_options {
	bool help;
	const char *ports;         /* -p */
	bool fast;                 /* -F */
	uint64_t top_ports;        /* --top-ports; 0: not given */
	const char *exclude_ports; /* --exclude-ports */
	bool scan[SCAN_KINDS];     /* -sS, -sU...: those asked for */
	bool no_ports;             /* -sn */
	bool list_only;            /* -sL */
	bool skip_ping;            /* -Pn */
	bool ping_echo;            /* -PE */
	bool ping_timestamp;       /* -PP */
	bool ping_arp;             /* -PR */
	const char *ping_syn;      /* -PS: its ports, NULL when not given */
	const char *ping_ack;      /* -PA */
	const char *ping_udp;      /* -PU */
	bool no_dns;               /* -n */
	bool all_dns;              /* -R */
	bool ipv6;                 /* -6 */
	const char *interface;     /* -e */
	unsigned verbose;          /* -v */
	bool reason;               /* --reason */
	bool packet_trace;         /* --packet-trace */
	const char *write;         /* -w */
	bool no_record;            /* --no-record */
	bool sequential;           /* -r */
	const char *timing;        /* -T: a level's number or name */
	uint64_t max_retries;      /* --max-retries */
	bool max_retries_given;    /* or the level says */
	double min_rate;           /* --min-rate; 0: none */
	double max_rate;           /* --max-rate; 0: no limit */
	nsec_t rtt_initial;        /* --initial-rtt-timeout; these times: 0 when not given */
	nsec_t rtt_min;            /* --min-rtt-timeout */
	nsec_t rtt_max;            /* --max-rtt-timeout */
	nsec_t host_timeout;       /* --host-timeout */
	nsec_t scan_delay;         /* --scan-delay */
	bool scan_delay_given;     /* 0 may be meant */
	nsec_t max_scan_delay;     /* --max-scan-delay */
	uint64_t min_hostgroup;    /* accepted for Nmap's sake, as the two below */
	uint64_t max_hostgroup;
	uint64_t min_parallelism;
	uint64_t max_parallelism;    /* --max-parallelism; 0: no limit */
	nsec_t stats_every;          /* --stats-every; 0: never */
	bool open_only;              /* --open */
	struct option_list exclude;  /* --exclude */
	struct option_list lists;    /* -iL */
	struct option_list operands; /* targets */
};

#endif
