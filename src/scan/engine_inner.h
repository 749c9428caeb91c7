/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the engine's own files share; nobody else includes this.
 *
 *   engine.c        life, targets, one step over all hosts
 *   engine_phase.c  one host: what it sends next, and when it is finished
 *   engine_note.c   what a captured frame tells: answers, round trips, loss
 *   engine_batch.c  frames on their way out, and what is undone when one cannot leave
 */
#ifndef SONDE_SCAN_ENGINE_INNER_H
#define SONDE_SCAN_ENGINE_INNER_H

#include "base/rng.h"
#include "scan/engine.h"
#include "scan/host.h"
#include "scan/neighbour.h"
#include "scan/pace.h"

/* What one frame of the batch is, to take it back when it cannot leave. */
struct pending {
	uint32_t host; /* EVENT_NONE: a request for a next hop */
	uint32_t row;  /* of the neighbour table */
	bool is_ping;
};

struct engine {
	struct engine_config config;
	uint16_t *ports;
	uint16_t port_at[UINT16_MAX + 1]; /* index into ports; check ports[] for membership */
	struct host **hosts;
	uint32_t host_count, host_room;
	uint32_t *active; /* hosts under way, in turn */
	uint32_t active_count, turn;
	uint32_t *of_ledger; /* ledger index -> host, EVENT_NONE when it is no target */
	uint32_t of_ledger_room;
	struct neighbour_table neighbours;
	struct pace pace;
	struct rng rng;
	nsec_t postponed_until;
	bool stopped;
	bool starved; /* the pace held something back in this step */
	struct engine_stats stats;
	uint8_t bytes[ENGINE_BATCH][PROBE_FRAME_MAX];
	struct engine_send sends[ENGINE_BATCH];
	struct pending pending[ENGINE_BATCH];
	size_t batch;
};

/* Notes that the ledger keeps this host under index `known`. Forgotten when memory is out. */
void engine_map_host(struct engine *e, uint32_t known, uint32_t host);

/* The way to the host is known: discover it, or scan it when that is settled. */
void engine_path_ready(struct engine *e, struct host *h);

/* Host discovery is settled: probe its ports, or end where none were asked for. */
void engine_start_scan(struct engine *e, struct host *h);

/* One frame at most of this host; true when one was put into the batch. */
bool engine_step_host(struct engine *e, uint32_t index, nsec_t now);

/* When this host next has something to do that is not sending. */
nsec_t engine_host_due(const struct engine *e, const struct host *h, nsec_t now);

/* Asks for next hops; returns when to come back for that. */
nsec_t engine_step_neighbours(struct engine *e, nsec_t now);

/* Ends the host's turn for good. */
void engine_finish(struct host *h, enum engine_outcome outcome);

/* True when one more frame may go into the batch now. Takes a token of the pace. */
bool engine_may_send(struct engine *e, nsec_t now);

/* Adds one frame to the batch; it leaves with the next engine_flush(). */
void engine_put(struct engine *e, const struct probe_path *path,
		const struct probe_request *request, struct pending pending);

/* Sends the batch; what cannot leave is taken back. */
void engine_flush(struct engine *e, nsec_t now);

#endif
