/* SPDX-License-Identifier: Apache-2.0 */
/* What `sonde explain` was told. */
#ifndef SONDE_COMMAND_EXPLAIN_OPTIONS_H
#define SONDE_COMMAND_EXPLAIN_OPTIONS_H

#include <stdbool.h>

#include "base/option.h"

struct explain_options {
	bool help;
	bool phases;
	bool unexpected;
	bool json;
	const char *compare;         /* a scanner's report, or NULL */
	const char *ladder;          /* a port as typed, or NULL */
	const char *state;           /* as typed, or NULL */
	struct option_list operands; /* file, hosts, ports */
};

#endif
