/* SPDX-License-Identifier: Apache-2.0 */
/* One target under way: its phase, its discovery probes, its ports. */
#ifndef SONDE_SCAN_HOST_H
#define SONDE_SCAN_HOST_H

#include <stddef.h>

#include "scan/allowance.h"
#include "scan/canary.h"
#include "scan/engine.h"
#include "scan/host_queue.h"
#include "scan/limit.h"
#include "scan/plan.h"

#define HOST_PING_TRIES 2 /* rounds of discovery probes */

struct host {
	struct engine_host public; /* what callers may see */
	struct probe_path path;
	uint32_t index;        /* its own, in the engine */
	uint32_t uplink;       /* index of the way it shares with others */
	struct host_link link; /* its place in one of the engine's queues */
	nsec_t begun;          /* when its first probe left; 0: none has */
	uint32_t next_hop;     /* row in the neighbour table; EVENT_NONE when none is needed */
	uint32_t next_at_hop;  /* the next host that waits for that row */
	bool on_link;          /* the next hop is the target itself */
	bool skip_ping;
	bool checked; /* on_link: it was asked for its MAC again before its silence was believed */
	uint32_t ledger_host; /* its index in the ledger; EVENT_NONE until its first probe shows */
	uint8_t ping_round;   /* from 1 while in ENGINE_PING */
	uint8_t pass;         /* of the engine's passes over its ports */
	uint16_t ping_next;   /* the next probe of this round */
	nsec_t ping_sent;     /* when the round's last probe left */
	nsec_t probed;        /* when the newest port probe left */
	nsec_t left;          /* when the newest probe of any kind was sent, by our clock */
	struct plan plan;
	struct limit limit;
	struct allowance allowance; /* how step is kept with a limiter that showed itself */
	bool wary; /* silence says nothing by itself: it may be an open port's, or a limiter's doing */
	struct canaries canaries;
};

/* The host of a queue's link; NULL for NULL. */
static inline struct host *host_queued(struct host_link *link)
{
	return link ? (void *)((char *)link - offsetof(struct host, link)) : NULL;
}

/* The discovery probes of one round where the user chose none (Nmap's): number and rows. */
unsigned host_pings_default(const struct host_ping **ret_pings);

/*
 * How long a probe is waited for before its port is asked again: longer than an answer takes, as
 * far as the host or others on the same way showed, and than the bursts of loss that were seen.
 */
nsec_t host_wait(const struct host *h, const struct rtt_others *others,
		 const struct engine_timing *timing);

/* How long after the last probe silence counts. */
nsec_t host_silence(const struct host *h, const struct ledger *l,
		    const struct engine_timing *timing);

#endif
