/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hosts of a scan that are under way: their places, and the order in which they are reported.
 */
#ifndef SONDE_COMMAND_SCAN_HOSTS_H
#define SONDE_COMMAND_SCAN_HOSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "command/scan_targets.h"
#include "wire/addr.h"

struct scan_session;

/* A target, from when it was handed to the planner until it was reported. */
struct session_host {
	struct scan_session *session;
	const struct target_name *name;
	struct addr addr;
	char *rdns;
	uint32_t index; /* what the planner knows it by */
	bool placed;    /* it has an index */
	bool local;     /* an address of this machine */
	bool on_link;   /* the kernel needs a neighbour of its own to connect there */
	uint32_t zone;  /* interface index of a link-local address, else 0 */
	bool rdns_asked;
	bool rdns_known; /* answered, or given up */
	bool finished;   /* the planner is done with it */
	bool printed;
	nsec_t finished_at;
	struct session_host *earlier, *later;                  /* in the order of the targets */
	struct session_host *finished_before, *finished_after; /* of finished ones */
};

/* Those under way and those that wait to be reported. Initialise with zero. */
struct session_hosts {
	struct session_host **at; /* by index; NULL: the place is free */
	uint32_t room;
	struct session_host *coming;       /* being handed to the planner: no index yet */
	struct session_host *first, *last; /* in the order of the targets */
	struct session_host *first_finished, *last_finished; /* in the order of finishing */
	uint32_t count;
};

/* Makes the host of a target that is handed to the planner now; NULL when memory is out. */
struct session_host *session_host_begin(struct scan_session *s, const struct scan_target *target);

/* The planner knows it as index. False when memory is out: it is forgotten then. */
bool session_host_place(struct session_host *h, uint32_t index);

/* The planner did not take it. */
void session_host_drop(struct session_host *h);

/* The host that the planner calls index; while it takes one that is that one. */
struct session_host *session_host_at(const struct scan_session *s, uint32_t index);

/* The planner is done with it. */
void session_host_finish(struct session_host *h);

/* Asks for the name of a host's address. */
void session_ask_reverse(struct session_host *h);

/*
 * The host to report now, or NULL. A finished one waits a while for its name, and for those before
 * it among the targets: so a quick scan is reported in their order, and a slow host holds up
 * nobody for longer than that. end: nothing is waited for.
 */
struct session_host *session_host_next(const struct scan_session *s, nsec_t now, bool end);

/* When session_host_next() may have one again, at the latest; NSEC_NEVER: something must finish. */
nsec_t session_host_due(const struct scan_session *s);

/*
 * It was reported: gives its places back, and lets the ledger forget the oldest if that is large.
 */
void session_host_release(struct session_host *h);

/* Forgets all that are left. */
void session_hosts_done(struct session_hosts *hosts);

#endif
