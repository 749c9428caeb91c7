/* SPDX-License-Identifier: Apache-2.0 */
/* One scan under way: everything that its parts in src/command/scan_*.c share. */
#ifndef SONDE_COMMAND_SCAN_SESSION_H
#define SONDE_COMMAND_SCAN_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "command/record.h"
#include "command/scan_choice.h"
#include "command/scan_hosts.h"
#include "command/scan_options.h"
#include "command/scan_progress.h"
#include "command/scan_targets.h"
#include "evidence/ledger.h"
#include "net/device.h"
#include "net/loop.h"
#include "net/names.h"
#include "net/netlink.h"
#include "net/ring.h"
#include "net/send.h"
#include "net/send_ahead.h"
#include "report/normal.h"
#include "scan/engine.h"
#include "scan/port.h"
#include "scan/service.h"

struct scan_session;

/*
 * Fills in what the scan knows of a host; ports has room for every port of the scan and is
 * r->ports already. Says on standard error what went wrong with the host.
 */
typedef void session_fill_fn(struct scan_session *s, uint32_t index, struct report_host *r,
			     struct report_port *ports);

/* The planner may give the index of this finished host, which was reported, to another. */
typedef void session_release_fn(struct scan_session *s, uint32_t index);

struct scan_session {
	struct scan_options *options; /* keys may change what is printed */
	nsec_t started;               /* clock_now() when the program began */
	struct buf command_line;      /* as typed */
	struct hash_key key;
	struct service_table *services;
	struct scan_choice choice;
	struct port_set ports[ENGINE_PASSES_MAX]; /* of each scan type in choice */
	uint32_t port_count;                      /* of all */
	uint16_t local_port;                      /* first of ENGINE_LOCAL_PORTS source ports */

	struct scan_targets targets;
	bool targets_ended;
	struct session_hosts hosts;

	struct netlink *netlink;
	struct scan_way_memory way_memory;
	struct device_list devices;
	struct loop *loop;
	struct ring *ring;        /* NULL in a connect scan */
	struct sender *sender;    /* the same */
	struct send_ahead *ahead; /* NULL also with one processor, or a limit of the rate */
	struct names *names;
	struct scan_progress progress;
	session_fill_fn *fill_host;
	session_release_fn *release_host;

	/* the full scan's own; NULL in a connect scan */
	struct ledger *ledger;
	struct engine *engine;
	struct record *record;
	struct connect_scan *connect; /* scan_connect.c's own; NULL in a full scan */

	struct {              /* our sending came to nothing */
		nsec_t since; /* 0: it does not */
		bool told;
	} outage;
	unsigned steps_awake; /* in a row that were followed by another at once */
	bool ring_unwatched;  /* the ring is read after each of them instead */
	uint64_t dropped;     /* by the kernel, that the engine was told of */
	struct {              /* asked for last: what the kernel knows of a router */
		struct addr addr;
		uint32_t interface;
		bool known;
		uint8_t mac[MAC_LEN];
	} router;
	struct loop_timer ring_timer, engine_timer, flush_timer, count_timer;
	uint64_t frames; /* recorded so far: the number of the newest */
	uint64_t bytes_received, frames_received;
	uint64_t frames_out;  /* of kinds that only the scan sends: taken by the kernel, */
	uint64_t frames_seen; /* and come out of the ring */
	struct buf out;       /* reused for what is printed */
	struct buf comment;   /* reused for frame comments */
	bool stopping;        /* Ctrl-C: nothing more is sent */
	bool out_failed;      /* standard output could not be written, and that was said */
	bool failed;          /* something went wrong that the exit status must say */
	uint64_t addresses, up, reported;
	uint64_t unreached;               /* hosts whose router does not answer */
	struct report_port *report_ports; /* room for all, for the host that is reported */
	uint16_t *port_ranks;             /* by port: which of those wanted it is */
};

/* ---- scan_session.c: what both scans begin and end with ---- */

/* A target_complain_fn: one sentence on standard error. user: the session, or NULL. */
void session_complain(void *user, const char *sentence);

/*
 * What the kernel says of the network: fills s->netlink and s->devices, and *ways from them. The
 * interface of -e must be usable. 0, or a negative code with a sentence.
 */
int session_survey(struct scan_session *s, struct scan_ways *ways, struct err *err);

/* Prints the line that a scan begins with. */
void session_print_start(struct scan_session *s);

/* Looks up the names of targets and waits for the answers. 0 or a negative code. */
int session_look_up(struct scan_session *s);

/*
 * The next target that can be reached, with the way to it; those that cannot are complained of.
 * False when there are no more (targets_ended is set then).
 */
bool session_next_target(struct scan_session *s, const struct scan_ways *ways,
			 struct scan_target *ret_target, struct engine_target *ret_way);

/* Memory ran out for the next target: says so and takes no more. */
void session_stop_targets(struct scan_session *s);

/* What the scan exits with when nothing more can happen. */
int session_status(const struct scan_session *s);

/* Closes the loop, forgets the survey and the hosts. What watched the loop is closed before. */
void session_close(struct scan_session *s);

/* ---- scan_send.c: frames on their way out ---- */

/*
 * What left so long before an interface went down, or the ring overflowed, may have lost its
 * answer.
 */
#define SESSION_LOST_BEFORE NSEC_PER_SEC

/* True for a kind of frame that only the scan sends: the kernel looks for neighbours, too. */
bool session_alone_sends(enum probe_kind kind);

/* How the engine's frames are sent; user: the session. */
engine_send_fn session_send;
engine_settle_fn session_settle;

/* ---- scan_frames.c: every captured frame passes here, in time order ---- */

/* Reads what the ring holds; sets the ring timer. all: do not wait for stragglers. */
void session_read_frames(struct scan_session *s, bool all);

/* ---- scan_report.c: from verdicts to what is printed ---- */

/* The session_fill_fn of the full scan. */
session_fill_fn session_fill_from_ledger;

/* Prints hosts that may be reported; see session_host_next(). */
void session_print_ready(struct scan_session *s, nsec_t now);

/* Prints every host not yet printed, with what is known of it. */
void session_print_rest(struct scan_session *s, nsec_t now);

/* Prints the closing lines. */
void session_print_done(struct scan_session *s, nsec_t now);

/*
 * Appends to s->out what was unexpected and is worth knowing, if anything was (scan_findings.c).
 * dropped: frames that the kernel did not hand over.
 */
void session_print_findings(struct scan_session *s, uint64_t dropped);

/* Writes s->out to standard output and empties it. */
void session_flush_out(struct scan_session *s);

#endif
