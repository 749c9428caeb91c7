/* SPDX-License-Identifier: Apache-2.0 */
/* One scan under way: everything that its parts in src/command/scan_*.c share. */
#ifndef SONDE_COMMAND_SCAN_SESSION_H
#define SONDE_COMMAND_SCAN_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "command/record.h"
#include "command/scan_options.h"
#include "command/scan_targets.h"
#include "evidence/ledger.h"
#include "net/device.h"
#include "net/loop.h"
#include "net/names.h"
#include "net/netlink.h"
#include "net/ring.h"
#include "net/send.h"
#include "scan/engine.h"
#include "scan/port.h"
#include "scan/service.h"

/* A target's place in the session, at the index that the engine gave it. */
struct session_host {
	struct scan_session *session;
	const struct target_name *name;
	struct addr addr;
	char *rdns;
	bool rdns_asked;
	bool rdns_known;  /* answered, or given up */
	bool finished;	  /* the engine is done with it */
	bool printed;
	nsec_t finished_at;
};

struct scan_session {
	const struct scan_options *options;
	nsec_t started;	  /* clock_now() when the program began */
	struct buf command_line; /* as typed */
	struct hash_key key;
	struct service_table *services;
	struct port_set ports;
	uint16_t local_port; /* first of ENGINE_LOCAL_PORTS source ports */

	struct scan_targets targets;
	bool targets_ended;
	struct session_host **hosts;
	uint32_t host_count, host_room;
	uint32_t first_unprinted;

	struct netlink *netlink;
	struct device_list devices;
	struct loop *loop;
	struct ring *ring;
	struct sender *sender;
	struct names *names;
	struct ledger *ledger;
	struct engine *engine;
	struct record *record;

	struct loop_timer ring_timer, engine_timer, flush_timer, count_timer;
	uint64_t frames; /* recorded so far: the number of the newest */
	uint64_t bytes_received, frames_received;
	struct buf out;	     /* reused for what is printed */
	struct buf comment;  /* reused for frame comments */
	bool stopping;	     /* Ctrl-C: nothing more is sent */
	bool out_failed;     /* standard output could not be written, and that was said */
	bool failed;	     /* something went wrong that the exit status must say */
	uint64_t addresses, up;
};

/* ---- scan_frames.c: every captured frame passes here, in time order ---- */

/* Reads what the ring holds; sets the ring timer. all: do not wait for stragglers. */
void session_read_frames(struct scan_session *s, bool all);

/* ---- scan_report.c: from the ledger to what is printed ---- */

/* Prints hosts that are finished, in order, once their reverse look-up has ended. */
void session_print_ready(struct scan_session *s, nsec_t now);

/* Prints every host not yet printed, with what is known of it. */
void session_print_rest(struct scan_session *s, nsec_t now);

/* Prints the closing lines. */
void session_print_done(struct scan_session *s, nsec_t now);

/* Writes s->out to standard output and empties it. */
void session_flush_out(struct scan_session *s);

#endif
