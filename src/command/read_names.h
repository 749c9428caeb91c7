/* SPDX-License-Identifier: Apache-2.0 */
/* Names for the addresses and ports of a list (-N): from the capture and this machine's files. */
#ifndef SONDE_COMMAND_READ_NAMES_H
#define SONDE_COMMAND_READ_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "capture/capture.h"
#include "report/list_style.h"
#include "scan/service.h"
#include "wire/addr.h"

struct host_name;

/* Start with zero. */
struct read_names {
	bool want_addresses; /* -N n */
	bool want_ports;     /* -N t */
	struct host_name *hosts;
	size_t host_count;
	struct service_table *services;
	const struct capture *capture; /* whose name records count first; set by the session */
	struct list_names names;       /* to be given to the list */
};

/*
 * Reads the letters of -N and makes the tables they need: 0, or a negative code and a sentence. A
 * letter that needs what we do not have (MAC vendors, name servers) is refused.
 */
int read_names_parse(struct read_names *n, const char *letters, struct err *err);

void read_names_done(struct read_names *n);

#endif
