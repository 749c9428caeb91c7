/* SPDX-License-Identifier: Apache-2.0 */
/* What the user asked `sonde capture` for. */
#ifndef SONDE_COMMAND_CAPTURE_OPTIONS_H
#define SONDE_COMMAND_CAPTURE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/option.h"

struct capture_options {
	bool help;
	struct option_list interfaces; /* -i: names, numbers, "any"; none: one is chosen */
	bool list_devices;             /* -D */
	const char *filter;            /* -f, libpcap's language; NULL: the operands, if any */
	bool show_program;             /* -d */
	bool keep_ssh;                 /* --keep-ssh */
	bool not_promiscuous;          /* -p */
	const char *direction;         /* -Q */
	uint64_t snap_len;             /* -s, bytes; 0: whole frames */
	uint64_t buffer;               /* -B, MiB; 0: the default */
	const char *write;             /* -w */
	const char *file_format;       /* -F */
	struct option_list rotate;     /* -b */
	struct option_list comments;   /* --comment */
	uint64_t count;                /* -c, packets; 0: no limit */
	struct option_list stop;       /* -a */
	const char *stop_when;         /* --stop-when, a display filter */
	const char *display_filter;    /* -Y */
	const char *time;              /* -t */
	const char *names;             /* -N */
	bool tree;                     /* -V */
	bool bytes;                    /* -x */
	bool list;                     /* -P: list although a file is written */
	const char *status;            /* --status */
	bool quiet;                    /* -q */
	struct option_list operands;   /* the filter's words */
};

#endif
