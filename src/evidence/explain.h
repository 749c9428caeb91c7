/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why each verdict: the rule in a sentence, and the frames that decided it.
 *
 * Theory of operation. Nothing here reads a file. The ledger knows frames by number only, so an
 * explanation is written twice: the first writing asks for the summaries it lacks
 * (explain_wanted()), whoever has the bytes gives them (explain_summary()), and the second writing
 * has them. One code path writes both times, so what is asked for is what is shown. The first
 * writing's text is thrown away.
 * Every function appends to a buf; text that came from the file is escaped. Times of frames are
 * seconds after the capture's first frame.
 */
#ifndef SONDE_EVIDENCE_EXPLAIN_H
#define SONDE_EVIDENCE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/nsec.h"
#include "evidence/activity.h"
#include "evidence/confidence.h"
#include "evidence/finding.h"
#include "evidence/ledger.h"

#define EXPLAIN_UNKNOWN UINT64_MAX

struct surroundings;

/* What is known of the capture beside the ledger. */
struct explain_capture {
	const char *file;   /* as the user typed it; NULL for the last scan */
	uint64_t frames;    /* how many it has */
	nsec_t first_frame; /* earliest and latest time of a frame, on the ledger's clock */
	nsec_t last_frame;
	uint64_t timeless;  /* frames without a time, taken to have come with the one before them */
	uint64_t dropped;   /* frames that the capture lost; EXPLAIN_UNKNOWN when it does not say */
	bool many_scanners; /* say of each host who scanned it */
	const struct surroundings *around; /* what the ledger does not keep; may be NULL */
	const char *(*name)(void *user, const struct addr *addr); /* NULL, or may return NULL */
	void *user;
};

struct explain;

/* Over a ledger fed completely. It and what capture points to outlive this. NULL: no memory. */
struct explain *explain_new(const struct ledger *l, const struct explain_capture *capture);
void explain_free(struct explain *x);

/*
 * The frames whose summaries were missed so far, ascending, each once; *ret_ids is valid until the
 * next explain_wanted().
 */
size_t explain_wanted(struct explain *x, const uint64_t **ret_ids);

/* Gives one of the wanted frames its line ("TCP 40125 > 22 [SYN]..."; copied, already escaped). */
void explain_summary(struct explain *x, uint64_t frame, const char *text);

/* True when memory ran out in between: what was written is not to be believed. */
bool explain_failed(const struct explain *x);

/*
 * Why this port is in its state by probes of this kind, with its frames. 0, or -ENOENT when it was
 * not probed so.
 */
int explain_port(struct explain *x, uint32_t host, enum probe_kind kind, uint16_t port,
		 struct buf *out);

/* The same in one line, for long lists. 0 or -ENOENT. Needs no summaries. */
int explain_port_line(struct explain *x, uint32_t host, enum probe_kind kind, uint16_t port,
		      struct buf *out);

/* What each scanner did, one line a phase: when, how many packets, how many answered, how fast. */
void explain_phases(struct explain *x, struct buf *out);

/*
 * What nobody asked for: wrong acknowledgements, contradictions, limits, strangers. Gathered once,
 * at the first call; valid as long as x. Empty when memory ran out (explain_failed()).
 */
const struct findings *explain_findings(struct explain *x);

/* What each scanner did. As explain_findings(): once, and zero when memory ran out. */
const struct activities *explain_activities(struct explain *x);

/*
 * How likely a port with this verdict, which must be of host, is open nevertheless; and on what
 * that rests for all ports of host by this kind of probe (valid until the next call for another
 * host or kind, which costs a walk over the host's tries).
 */
void explain_confidence(struct explain *x, uint32_t host, const struct port_verdict *verdict,
			struct confidence *ret_confidence);
const struct confidence_ground *explain_ground(struct explain *x, uint32_t host,
					       enum probe_kind kind);

/*
 * The same as a sentence or two, without line ends; nothing where loss leaves nothing in doubt, and
 * of a whole host nothing when it is not known.
 */
void explain_write_confidence(struct explain *x, uint32_t host, const struct port_verdict *verdict,
			      struct buf *out);
void explain_write_ground(struct explain *x, uint32_t host, enum probe_kind kind, struct buf *out);

/* The findings as text, all of them. */
void explain_unexpected(struct explain *x, struct buf *out);

/* One line on the capture as a whole. */
void explain_file(struct explain *x, struct buf *out);

/*
 * From now on explain_host() lists a state's ports only when there are at most `ports` of them;
 * open ones always. Nmap's 25 until this is called.
 */
#define EXPLAIN_LISTED 25
void explain_list_up_to(struct explain *x, uint32_t ports);

/* A paragraph on host: up or not and by which frame, latency, ports by state. */
void explain_host(struct explain *x, uint32_t host, struct buf *out);

/* A table of one line a host: those that are up first, at most `limit` lines, and what is left. */
void explain_hosts(struct explain *x, const uint32_t *hosts, size_t count, size_t limit,
		   struct buf *out);

/*
 * "scanme.lab (198.51.100.10)", or the address alone when the capture has no name for it; and
 * " in scan 2" when that is not the first scan of this scanner.
 */
void explain_host_name(const struct explain *x, uint32_t host, struct buf *out);

#endif
