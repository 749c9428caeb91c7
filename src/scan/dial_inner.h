/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The planner of a connect scan from within: for its own files only.
 *
 *   dial.c       the hosts, from first to last
 *   dial_note.c  what answers mean
 *   dial_turn.c  whose turn it is, and what it begins
 */
#ifndef SONDE_SCAN_DIAL_INNER_H
#define SONDE_SCAN_DIAL_INNER_H

#include <stddef.h>

#include "scan/agenda.h"
#include "scan/dial.h"
#include "scan/dial_table.h"
#include "scan/host_queue.h"
#include "scan/limit.h"
#include "scan/pace.h"
#include "scan/plan.h"
#include "scan/rate_window.h"

#define SHORTAGE_PAUSE (10 * NSEC_PER_MSEC) /* after an attempt could not leave this machine */

/* What a port came to: an errno, or one of these. */
#define PORT_NEVER   UINT16_MAX       /* not tried */
#define PORT_WAITING (UINT16_MAX - 1) /* tried */
#define PORT_LOST    (UINT16_MAX - 2) /* tried, but a try never left this machine */
#define PORT_SILENT  (UINT16_MAX - 3) /* tried, and waited for long enough */

struct peer {
	struct dial_host public; /* what callers may see */
	nsec_t rtt_min, rtt_max; /* 0: none yet */
	uint8_t ping_round;      /* from 1 while in DIAL_PING */
	uint8_t ping_next;       /* the next port of this round */
	uint8_t ping_shorts;     /* attempts that never left this machine */
	struct host_link link;   /* its place in ready, ended, or none */
	uint32_t number;
	uint32_t attempts;       /* open now */
	nsec_t began, left;      /* its first attempt and its newest; 0: none */
	nsec_t ping_sent;        /* when the round's last attempt began */
	const char *ping_reason; /* of the last answer that did not show it up */
	struct plan plan;
	struct limit limit;
	uint16_t *results; /* by place in the scan order; NULL before DIAL_SCAN */
};

/* The host of a queue's link; NULL for NULL. */
static inline struct peer *peer_of(struct host_link *link)
{
	return link ? (void *)((char *)link - offsetof(struct peer, link)) : NULL;
}

struct dial {
	struct dial_config config;
	uint16_t *ports;
	struct peer **peers; /* NULL: the number is free */
	uint32_t *spare;     /* numbers given back */
	uint32_t peer_count, peer_room, spare_count;
	uint32_t active_count;   /* hosts under way */
	struct agenda agenda;    /* when a wait of each ends */
	struct host_queue ready; /* hosts to look at, in turn */
	struct host_queue ended; /* those finished that nobody was told of */
	struct dial_table open;
	struct pace pace;
	struct rate_window window; /* the user's limit */
	nsec_t paused_until;
	bool stopped;
	bool starved; /* the pace held something back in this step */
	bool full;    /* there was no socket in this step */
	uint64_t started;
};

/* How long an attempt at this host is waited for. */
nsec_t dial_wait_for(const struct dial *d, const struct peer *h);

/* The host is looked at in the next step, or later in this one. */
void dial_make_ready(struct dial *d, uint32_t host);

/* Drops one open attempt: a row of the table. */
void dial_cancel(struct dial *d, uint32_t row);

/* The host is up, for this reason (NULL: by the user's word): on to its ports. */
void dial_start_scan(struct dial *d, uint32_t host, const char *reason);

/* The host is through; what is open towards it is dropped. */
void dial_finish(struct dial *d, uint32_t host, enum dial_outcome outcome);

/* This machine cannot go on with a host: an errno. */
void dial_fail(struct dial *d, uint32_t host, int error);

#endif
