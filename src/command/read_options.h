/* SPDX-License-Identifier: Apache-2.0 */
/* What the user asked `sonde read` for. */
#ifndef SONDE_COMMAND_READ_OPTIONS_H
#define SONDE_COMMAND_READ_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/option.h"

struct read_options {
	bool help;
	bool tree;                     /* -V */
	const char *only;              /* -O: protocols whose details are shown, by commas */
	bool bytes;                    /* -x */
	bool ranges;                   /* --ranges */
	const char *filter;            /* -Y */
	const char *capture_filter;    /* --capture-filter */
	uint64_t count;                /* -c; 0: all */
	bool two_passes;               /* -2 */
	bool follow;                   /* -f */
	const char *columns;           /* --columns */
	bool strict;                   /* --strict */
	bool no_names;                 /* -n, which is how it is anyway */
	const char *names;             /* -N */
	const char *color;             /* --color */
	const char *time;              /* -t */
	const char *format;            /* -T */
	struct option_list fields;     /* -e */
	struct option_list setting;    /* -E */
	const char *write;             /* -w */
	const char *write_format;      /* -F */
	bool print;                    /* -P */
	struct option_list statistics; /* -z */
	bool json;                     /* --json */
	bool quiet;                    /* -q */
	bool repair;                   /* --repair */
	bool list_fields;              /* --fields */
	struct option_list operands;
};

#endif
