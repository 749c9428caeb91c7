/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scan engine: notes and time go in, frames to send and the next wake-up come out.
 *
 * Theory of operation. The engine opens no socket, reads no clock and parses no packet. Whoever
 * drives it (command/scan.c on a real network, tests/scan/sim.c on a simulated one)
 *   - adds targets while engine_wants_target() says so,
 *   - passes every captured frame, sent ones too, to the ledger and the resulting note here,
 *   - calls engine_step() after each batch and when the returned time has come.
 * Each host goes through RESOLVE (the next hop's MAC), PING (host discovery), SCAN and DONE. For a
 * target on the local Ethernet RESOLVE is the discovery. Thousands of hosts are under way at once:
 * new ones are asked for whenever those there are leave the pace something to send, and a step
 * looks only at hosts that something happened to. Hosts behind one router, or on one local network,
 * share a pace (uplink.h); what a host itself limits is its own. A verdict is never made here: the
 * engine only decides what to send and when enough was sent; evidence/verdict.c speaks from the
 * ledger.
 */
#ifndef SONDE_SCAN_ENGINE_H
#define SONDE_SCAN_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/nsec.h"
#include "evidence/ledger.h"
#include "scan/probe.h"
#include "scan/rtt.h"
#include "scan/timing.h"

#define ENGINE_BATCH        64
#define ENGINE_STEP_MAX     512 /* frames of one step: the ring holds 4,096, and we show in it too */
#define ENGINE_LOCAL_PORTS  PROBE_LOCAL_PORTS /* source ports used */
#define ENGINE_CANARY_FIRST PROBE_TRIES       /* of them, the first of those of canaries */

/* A frame that should leave. result is filled in by send: 0, -EAGAIN to try later, or -errno. */
struct engine_send {
	const struct probe_path *path; /* valid only while send is called */
	enum probe_kind kind;
	const uint8_t *bytes;
	size_t len;
	int result;
};

/*
 * Sends count (at most ENGINE_BATCH) frames in order. True: every result is set. False: they are on
 * their way, and engine_settle_fn will tell; until all that are on their way are settled only false
 * is returned, as nothing may go before them. ENGINE_OPEN_MAX batches are open at most.
 */
typedef bool engine_send_fn(void *user, struct engine_send *sends, size_t count);
#define ENGINE_OPEN_MAX 24

/*
 * Sets the results of the oldest frames that send left open, the same `sends`. False: they have not
 * left yet, and wait was not asked for.
 */
typedef bool engine_settle_fn(void *user, struct engine_send *sends, size_t count, bool wait);

/* Ports of every host that are asked about in one way, one pass of its scan. */
struct engine_ports {
	enum probe_kind kind;  /* one that asks about ports; see scan/kind.h */
	const uint16_t *ports; /* in scan order; copied */
	uint32_t count;
};

#define ENGINE_PASSES_MAX 2 /* one way by TCP, then UDP */

/*
 * A host was found up, or is finished; index as returned by engine_add_target(), or about to be
 * returned when that is what called. on_done may call engine_release().
 */
typedef void engine_host_fn(void *user, uint32_t host);

struct engine_config {
	const struct ledger *ledger; /* the one that makes the notes; outlives the engine */
	struct hash_key key;         /* secret of the cookies */
	const uint16_t *ports;       /* of the first pass, in scan order; copied */
	uint32_t port_count;         /* 0: host discovery only */
	enum probe_kind port_kind;   /* what asks about them: PROBE_SYN, PROBE_UDP... */
	struct engine_ports then;    /* a second pass after the first; count 0: none */
	/*
	 * The discovery probes of one round, in order of sending; copied. Rows that do not exist
	 * for a target's family are left out. NULL: host_pings_default().
	 */
	const struct host_ping *pings;
	uint32_t ping_count;
	uint16_t local_port;         /* first of ENGINE_LOCAL_PORTS source ports */
	struct engine_timing timing; /* start from timing_of(TIMING_NORMAL) */
	uint32_t max_hosts; /* under way at once; 0: 12,288, and 98,304 with those that only wait */
	engine_send_fn *send;
	engine_settle_fn *settle; /* may be NULL where send never returns false */
	engine_host_fn *on_up;    /* may be NULL, so may those below */
	engine_host_fn *on_limit; /* its limit is known, and so are its open ports */
	engine_host_fn *on_done;
	void *user;
};

struct engine_target {
	struct probe_path path;  /* next_mac is found by the engine */
	struct addr next_hop;    /* the target itself when it is on the local link */
	const uint8_t *next_mac; /* what the kernel knows of it, or NULL */
	bool skip_ping;          /* -Pn */
};

enum engine_phase {
	ENGINE_RESOLVE,
	ENGINE_PING,
	ENGINE_SCAN,
	ENGINE_DONE,
};

/* How a host came out, apart from what the ledger says. */
enum engine_outcome {
	ENGINE_PENDING, /* not done, or stopped before its end */
	ENGINE_SCANNED,
	ENGINE_DOWN,        /* host discovery stayed silent */
	ENGINE_NO_NEXT_HOP, /* the next hop never answered ARP or neighbour solicitation */
	ENGINE_SEND_FAILED, /* see error */
	ENGINE_TIMED_OUT,   /* --host-timeout: what was found by then stands */
};

/* A limit on how many answers a host gives, as it was found. */
struct engine_limit {
	bool found;
	bool icmp;        /* of ICMP errors; else of resets */
	double rate;      /* answers a second */
	double burst;     /* and so many at once */
	uint32_t waiting; /* ports whose answers it kept back then */
	nsec_t kept;      /* since when it is kept; 0: it is not */
	bool open_known;  /* all open ports were known by then */
};

struct engine_host {
	struct addr addr;
	enum engine_phase phase;
	enum engine_outcome outcome;
	int error;       /* -errno of the failed send */
	bool assumed_up; /* -Pn, or an address of this machine: no probe had to show it */
	bool by_kernel;  /* an address of this machine */
	struct rtt rtt;
	struct engine_limit limit; /* of the latest pass over its ports */
	double loss;               /* share of probes that the path lost, as far as was seen */
};

struct engine_stats {
	uint64_t sent; /* frames accepted by send */
	uint64_t bytes;
	uint64_t postponed; /* times that send had no room */
	uint32_t hosts_done;
	uint64_t folded; /* times that a host was packed while it only waited */
	uint64_t ports_answered;
	uint64_t ports_total; /* of the hosts in or past SCAN */
};

/* How far the hosts under way are. */
struct engine_progress {
	uint32_t under_way;
	double shares; /* the sum of what is done of each, 0 to 1 */
};

/* NULL when memory is out. */
struct engine *engine_new(const struct engine_config *config, nsec_t now);
void engine_free(struct engine *e);

/* True while another target would be of use: there is room, and less than a batch can be sent. */
bool engine_wants_target(const struct engine *e);

/* Takes a target. 0 and its index, which may be that of a host released before; or -ENOMEM. */
int engine_add_target(struct engine *e, const struct engine_target *target, nsec_t now,
		      uint32_t *ret_host);

/*
 * Forgets a host that is finished, or that nothing was sent for: its index is free for another one.
 * Not from inside engine_step() but by on_done.
 */
void engine_release(struct engine *e, uint32_t host);

/*
 * So many frames were lost in this machine (its send queue, its receive ring) since the last call.
 * That says nothing of any path; the engine slows down.
 */
void engine_tell_own_loss(struct engine *e, uint64_t frames, nsec_t now);

/*
 * What left in that time by this interface (0: by any) may have been lost in this machine, or its
 * answers: silence to it says nothing, and is asked again.
 */
void engine_tell_fault(struct engine *e, uint32_t interface, nsec_t from, nsec_t until);

/* The ledger forgot the host that it kept under index `known` (evidence/forget.h). */
void engine_forget(struct engine *e, uint32_t known);

/* What the ledger noted of one frame. */
void engine_note(struct engine *e, const struct note *note, nsec_t now);

/* Sends what is due. Returns when to call again at the latest; NSEC_NEVER when all are done. */
nsec_t engine_step(struct engine *e, nsec_t now);

/*
 * True when a limit on the host's answers may explain that this port of scan type number `pass` was
 * silent, and it was to be asked again: the scan was stopped, or the host given up, before.
 */
bool engine_owes(struct engine *e, uint32_t host, unsigned pass, uint16_t port);

/* True when every target added so far is finished. */
bool engine_idle(const struct engine *e);

/* Sends nothing more, for good, but waits for what is on its way; hosts stay ENGINE_PENDING. */
void engine_stop(struct engine *e);

/* One more than the highest index in use. */
uint32_t engine_host_count(const struct engine *e);

/* NULL for an index that was released. */
const struct engine_host *engine_host(struct engine *e, uint32_t host);
struct engine_progress engine_progress(const struct engine *e);
struct engine_stats engine_stats(const struct engine *e);

#endif
