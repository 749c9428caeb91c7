/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the engine's own files share; nobody else includes this.
 *
 *   engine.c        life, targets, one step
 *   engine_turn.c   whose turn it is: queues of hosts that can send, an agenda of those that wait
 *   engine_phase.c  one host: what it sends next, and when it is finished
 *   engine_limit.c  hosts that limit their answers
 *   engine_note.c   what a captured frame tells: answers, round trips, loss
 *   engine_batch.c  frames on their way out, and what is undone when one cannot leave
 *   engine_fold.c   hosts that only wait, kept in little room
 *
 * A host is looked at when its time in the agenda has come, and when something happened to it:
 * engine_touch(). Looking (engine_host_ready()) either finds that it has a frame to send now, and
 * it joins a queue of its uplink; or says when to look again. So a step costs nothing for
 * hosts that only wait, be there thousands.
 */
#ifndef SONDE_SCAN_ENGINE_INNER_H
#define SONDE_SCAN_ENGINE_INNER_H

#include "base/rng.h"
#include "scan/addr_index.h"
#include "scan/agenda.h"
#include "scan/engine.h"
#include "scan/host.h"
#include "scan/neighbour.h"
#include "scan/rate_window.h"
#include "scan/uplink.h"

/* What one frame of the batch is, to take it back when it cannot leave. */
struct pending {
	uint32_t host; /* EVENT_NONE: a request for a next hop */
	uint32_t row;  /* of the neighbour table */
	uint8_t pass;  /* that the host was in */
	enum {
		PENDING_PORT,
		PENDING_PING,
		PENDING_CANARY,
	} what;
};

/* Frames that leave together. */
struct batch {
	struct engine_send sends[ENGINE_BATCH];
	struct pending pending[ENGINE_BATCH];
	size_t count;
	nsec_t put;                                    /* by the step that began then */
	uint8_t bytes[ENGINE_BATCH * PROBE_FRAME_MAX]; /* one frame behind another */
	size_t bytes_used;
};

#define ENGINE_BATCHES (ENGINE_OPEN_MAX + 1) /* and one that is being filled */

/* A host that only waits: what tells it from others that do. The rest is a copy of its model. */
struct folded {
	struct addr addr;
	uint8_t model; /* counted from 1; 0: the host is not folded */
	uint32_t ledger_host;
	nsec_t begun, left, probed, ping_sent;
};

#define FOLD_MODELS 16

/* One pass over the ports of each host. */
struct pass {
	enum probe_kind kind;
	uint16_t *ports;
	uint32_t count;
	uint16_t port_at[UINT16_MAX + 1]; /* index into ports; check ports[] for membership */
};

struct engine {
	struct engine_config config;
	struct pass passes[ENGINE_PASSES_MAX];
	unsigned pass_count;
	struct host_ping *pings[2]; /* for IPv4 and for IPv6 */
	uint32_t ping_counts[2];
	struct host **hosts; /* NULL: the place is free, or the host is folded */
	struct folded *folded;
	struct host *models[FOLD_MODELS];
	uint32_t model_uses[FOLD_MODELS]; /* hosts folded by each */
	uint32_t folded_count;
	uint32_t *spare; /* places given back */
	uint32_t host_count, host_room, spare_count;
	uint32_t active_count;     /* hosts not in ENGINE_DONE */
	struct addr_index by_addr; /* hosts */
	uint32_t *of_ledger;       /* ledger index -> host, EVENT_NONE when it is no target */
	uint32_t of_ledger_room;
	struct neighbour_table neighbours;
	struct uplink uplinks[UPLINKS_MAX];
	uint32_t uplink_count;
	struct rate_window window;  /* the user's limit, over all uplinks */
	struct agenda agenda;       /* when to look at which host */
	struct host_queue touched;  /* hosts to look at in the next step */
	struct host_queue finished; /* hosts to tell of */
	struct host_queue waiting;  /* hosts that are up and wait for others to be scanned */
	uint64_t pending_ports;     /* of hosts being scanned */
	uint32_t scanning_count;    /* such hosts */
	struct rng rng;
	nsec_t postponed_until;
	bool stopped;
	bool stepping; /* inside engine_step() */
	uint32_t max_active;
	struct engine_stats stats;
	struct batch batches[ENGINE_BATCHES]; /* a ring: those open, then one being filled */
	unsigned first_open, open;
	nsec_t stepped;    /* when this step began */
	unsigned step_put; /* frames of this step */
};

/* ---- engine_turn.c ---- */

/* Something happened to the host: it is looked at in the next step. */
void engine_touch(struct engine *e, struct host *h);

/* Lets every host whose time has come send, as far as the pace allows. */
void engine_take_turns(struct engine *e, nsec_t now);

/* When engine_take_turns() has something to do again. */
nsec_t engine_turns_due(const struct engine *e, nsec_t now);

/* ---- engine_fold.c ---- */

/* The host in this place, unfolded; NULL when there is none, or no memory to unfold it. */
struct host *engine_host_at(struct engine *e, uint32_t index);

/* The same without unfolding: of a folded host all but what struct folded keeps. */
const struct host *engine_peek(const struct engine *e, uint32_t index);

/* Its address, folded or not, and when its newest port probe left; there must be a host. */
const struct addr *engine_addr_at(const struct engine *e, uint32_t index);
nsec_t *engine_probed_at(struct engine *e, uint32_t index);

/* Folds the host if it only waits; h is gone then. Nothing happens inside a step. */
void engine_fold(struct engine *e, struct host *h);

void engine_fold_done(struct engine *e);

/* ---- engine_canary.c ---- */

/* True when a canary is due, and its limits let it go. */
bool engine_canary_ready(struct host *h, nsec_t now);

/* host_wait(), with what is known of the host's way. */
static inline nsec_t engine_wait(const struct engine *e, const struct host *h)
{
	return host_wait(h, &e->uplinks[h->uplink].others, &e->config.timing);
}

/* Sends a canary to h if one is due. True when one was. */
bool engine_canary_send(struct engine *e, struct host *h, nsec_t now);

/* Takes a reply to p: true when p was a canary, or may be one from now on. */
bool engine_canary_note(struct engine *e, struct host *h, const struct probe *p,
			const struct reply *r, nsec_t now);

/* Tells of canaries that were not answered in time. */
void engine_canary_expire(struct engine *e, struct host *h, nsec_t now);

/* When that has something to do again; NSEC_NEVER while no canary is under way. */
nsec_t engine_canary_due(const struct engine *e, const struct host *h);

/* The ports that answered may serve as canaries. */
void engine_canary_learn(struct engine *e, struct host *h, const struct probe *p,
			 const struct reply *r);

/* ---- engine_limit.c ---- */

/* The host begins its present pass. */
void engine_limit_begin_pass(const struct engine *e, struct host *h);

/* An answer that may be limited came to p, a probe of the port scan. */
void engine_limit_note(struct engine *e, struct host *h, const struct probe *p,
		       const struct reply *r, nsec_t now);

/* One of them came to a canary, which left at sent_at. */
void engine_limit_canary(struct host *h, nsec_t sent_at, nsec_t now);

/* When the try before p was sent to the same port; -1 when p is the first. */
nsec_t engine_try_before(const struct engine *e, const struct host *h, const struct probe *p);

/* Asks whether what canaries tell shows a limiter on the host. */
void engine_look_for_limit(struct host *h);

/*
 * Ends waits that are over, and looks what silence and canaries tell of limits. False when nothing
 * must be sent before more is known.
 */
bool engine_limit_look(struct engine *e, struct host *h, nsec_t now);

/* What is open is known: on to what is limited, at the limiter's rate. */
void engine_limit_keep(struct engine *e, struct host *h, nsec_t now);

/* True when the limits let a port be asked; or a canary of this class. */
bool engine_limit_lets_port(struct host *h, nsec_t now);
bool engine_limit_lets_canary(struct host *h, enum canary_class class, nsec_t now);

/* Takes what a probe of a port costs; false when it must wait. */
bool engine_limit_take(struct host *h, nsec_t now);

/* When the limits let the host be asked again. */
nsec_t engine_limit_next(const struct host *h, nsec_t now);

/* ---- engine_note.c ---- */

/* Notes that the ledger keeps this host under index `known`. Forgotten when memory is out. */
void engine_map_host(struct engine *e, uint32_t known, uint32_t host);

/* ---- engine_phase.c ---- */

/* The way to the host is known: discover it, or scan it when that is settled. */
void engine_path_ready(struct engine *e, struct host *h, nsec_t now);

/* The host waits for its next hop's MAC. */
void engine_wait_for_row(struct engine *e, struct host *h);

/* Host discovery is settled: probe its ports, or end where none were asked for. */
void engine_start_scan(struct engine *e, struct host *h, nsec_t now);

/* Begins with the ports of hosts that waited for others, as many as fit now. */
void engine_begin_waiting(struct engine *e);

/*
 * Looks at the host: ends waits that are over, and the host itself when all is done. True when it
 * has a frame to send now.
 */
bool engine_host_ready(struct engine *e, struct host *h, nsec_t now);

/*
 * It became known how long this uplink's hosts take to answer: those that are pinged wait no
 * longer.
 */
void engine_wait_less(struct engine *e, uint32_t uplink, nsec_t now);

/* Puts its next frame into the batch, after engine_host_ready(). False when it holds it back. */
bool engine_host_send(struct engine *e, struct host *h, nsec_t now);

/* When to look at the host again, if it is not ready; not before something was touched if never. */
nsec_t engine_host_due(const struct engine *e, const struct host *h, nsec_t now);

/* Asks for next hops. */
void engine_step_neighbours(struct engine *e, nsec_t now);

/* The row of the neighbour table is settled: moves those on who waited for it. */
void engine_resolved(struct engine *e, uint32_t row, nsec_t now);

/* Ends the host's turn for good. */
void engine_finish(struct engine *e, struct host *h, enum engine_outcome outcome);

/* ---- engine_batch.c ---- */

/* True when one more frame may go into the batch now. Takes a token of the pace. */
bool engine_may_send(struct engine *e, struct uplink *u, nsec_t now);

/* Adds one frame to the batch; it leaves with the next engine_flush(). */
void engine_put(struct engine *e, const struct probe_path *path,
		const struct probe_request *request, struct pending pending);

/* Sends the batch, or hands it over; what cannot leave is taken back. */
void engine_flush(struct engine *e, nsec_t now);

/*
 * Asks what became of batches that were handed over, and takes back what could not leave. wait: of
 * all; else of those that have left, and of as many as make room for the next step.
 */
void engine_settle(struct engine *e, nsec_t now, bool wait);

/* True when a frame of this host may be on its way still. */
bool engine_unsettled(const struct engine *e, const struct host *h);

#endif
