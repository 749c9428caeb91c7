/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The planner of a connect scan: results and time go in, attempts to start or drop come out.
 *
 * Theory of operation. As the engine of the raw scan this one does no I/O, and it shares its rooms:
 * plan (which port, which try), rtt (how long to wait), pace (how fast). Each host goes through
 * PING (connections to 80 and 443; any answer of the host itself shows it up), SCAN and DONE.
 *
 * An attempt occupies a socket of the driver's, and start() may say that there is none. When the
 * wait for an attempt is over the port is tried again, but the socket stays open for a while: a
 * late answer still counts. Such sockets are dropped, oldest first, when a new one is needed, and
 * at the latest after DIAL_KEEP or the wait, because the kernel would soon send a SYN of its own.
 *
 * Thousands of hosts may be under way. A step looks only at those of which an answer came or a
 * wait ended (an agenda names them), and at those that had something to start and could not.
 */
#ifndef SONDE_SCAN_DIAL_H
#define SONDE_SCAN_DIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "evidence/rule.h"
#include "scan/rtt.h"
#include "scan/timing.h"

#define DIAL_PING_TRIES   2            /* rounds of discovery attempts */
#define DIAL_PING_TIMEOUT NSEC_PER_SEC /* at most */
/*
 * Linux repeats a SYN after 1 s (TCP_TIMEOUT_INIT, RFC 6298 s. 2.1), at no rate of ours. Where no
 * round trip is known this is also how long an attempt is waited for at most.
 */
#define DIAL_KEEP (900 * NSEC_PER_MSEC)

struct dial;

/* Begins a connection. 0: dial_answered() may follow; -EAGAIN: no socket is free. */
typedef int dial_start_fn(void *user, uint32_t host, uint16_t port, uint64_t token);

/* Drops a connection that was begun; no answer follows. */
typedef void dial_cancel_fn(void *user, uint64_t token);

/* A host was found up, or is finished; number as dial_add_host() says, or will say. */
typedef void dial_host_fn(void *user, uint32_t host);

/* A port turned out to be open. */
typedef void dial_port_fn(void *user, uint32_t host, uint16_t port);

struct dial_config {
	const uint16_t *ports; /* in scan order; copied */
	uint32_t port_count;   /* 0: host discovery only */
	struct engine_timing
		timing;     /* start from timing_of(TIMING_NORMAL); probes are connections */
	uint32_t max_hosts; /* under way at once; 0: by the ports, 64 to 4096 */
	dial_start_fn *start;
	dial_cancel_fn *cancel;
	dial_host_fn *on_up; /* from here on each may be NULL */
	dial_host_fn *on_done;
	dial_port_fn *on_open;
	void *user;
};

enum dial_phase {
	DIAL_PING,
	DIAL_SCAN,
	DIAL_DONE,
};

enum dial_outcome {
	DIAL_PENDING, /* not done, or stopped before its end */
	DIAL_SCANNED,
	DIAL_DOWN,      /* host discovery brought nothing */
	DIAL_FAILED,    /* this machine cannot connect there: see error */
	DIAL_TIMED_OUT, /* its time was over: what was found by then stands */
};

struct dial_host {
	enum dial_phase phase;
	enum dial_outcome outcome;
	int error; /* DIAL_FAILED: an errno; else 0, or the errno of a shortage met on the way */
	bool up;   /* by its own answer, or assumed */
	const char *reason; /* Nmap's word for why it is up or down; NULL when assumed up */
	struct rtt rtt;
};

struct dial_verdict {
	enum port_state state;
	const char *reason; /* Nmap's word, or "not-waited" for PORT_UNDECIDED */
};

/* How far the hosts under way are. */
struct dial_progress {
	uint32_t under_way;
	double shares; /* the sum of what is done of each, 0 to 1 */
};

/* NULL when memory is out. */
struct dial *dial_new(const struct dial_config *config, nsec_t now);
void dial_free(struct dial *d);

/* True while another host can be taken. */
bool dial_wants_host(const struct dial *d);

/*
 * Takes a host. Its number is one that was released, or else the next from 0 on. assumed_up: no
 * discovery (-Pn, or our own address); on_up is then called at once, before this returns. 0 or
 * -ENOMEM.
 */
int dial_add_host(struct dial *d, bool assumed_up, uint32_t *ret_host);

/* The attempt `token` ended with error (an errno, 0: it stands) after rtt. */
void dial_answered(struct dial *d, uint64_t token, int error, nsec_t rtt, nsec_t now);

/* Starts and drops what is due. Returns when to call again at the latest. */
nsec_t dial_step(struct dial *d, nsec_t now);

/* True when every host added so far is finished. */
bool dial_idle(const struct dial *d);

/* Drops everything open and starts nothing more; hosts under way stay DIAL_PENDING. */
void dial_stop(struct dial *d);

const struct dial_host *dial_host(const struct dial *d, uint32_t host);

/* The verdict on port number `at` of the scan order; false when it was never tried. */
bool dial_verdict(const struct dial *d, uint32_t host, uint32_t at,
		  struct dial_verdict *ret_verdict);

/* Forgets a finished host: its number is free for another one. */
void dial_release(struct dial *d, uint32_t host);

struct dial_progress dial_progress(const struct dial *d);

/* Attempts begun so far. */
uint64_t dial_started(const struct dial *d);

#endif
