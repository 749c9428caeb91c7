/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: every probe and every reply of a scan, each with its frame.
 *
 * Theory of operation. Frames go in, in time order, from a live scan or from anybody's capture
 * file; the same code reads both, so their verdicts are equal. ledger_frame() (infer.c) decides
 * what a frame is from the frame alone:
 *   - a TCP SYN, a bare ACK outside any conversation, an echo or timestamp request, an ARP
 *     request or a neighbour solicitation that we sent is a probe;
 *   - a frame that comes back and carries the probe's cookie (acknowledgement = sequence + 1, a
 *     reset's sequence = the ACK probe's acknowledgement, the id and sequence of an echo, or a
 *     quoted header with these) is a reply;
 *   - one that comes back without it is kept as a frame and never moves a verdict.
 * Who "we" are is told (ledger_add_own) or, in a file, seen: whoever sends probes.
 * Tries to one port are joined by target and port, so a scanner may change its source port.
 * Probes of the same target by different scanners, or in different scans of one, are kept apart:
 * unless it was told who we are, a ledger's host is a scanner, one of its scans, and a target.
 * Hosts, probes and replies live in growing arrays and are named by index; look-ups go by two
 * keyed hashes, so a stranger cannot choose collisions. Nothing is removed but what a large scan
 * has reported and lets go of (forget.h).
 */
#ifndef SONDE_EVIDENCE_LEDGER_H
#define SONDE_EVIDENCE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/nsec.h"
#include "evidence/event.h"
#include "packet/decode.h"
#include "packet/frame.h"
#include "wire/addr.h"

struct ledger;

/* What is known of one probed address, as far as one scanner probed it. */
struct ledger_host {
	struct addr addr;
	struct addr source; /* the scanner's address when the first probe went out */
	uint16_t run;       /* which of its scans, from 1: see evidence/runs.h */
	bool has_mac;       /* the target's own, from its ARP reply or neighbour advertisement */
	bool is_next_hop;   /* frames for other addresses were handed to its MAC */
	uint8_t mac[MAC_LEN];
	uint32_t first_port; /* the first probe to the newest port, of any kind; see next_port */
	uint32_t first_up;   /* index of the first reply that shows the host up, or EVENT_NONE */
	uint32_t probes;     /* counts */
	uint32_t replies;
	uint32_t traffic;  /* other frames between us and it: names looked up, for one */
	uint32_t unproven; /* frames that looked like answers and carried no cookie */
	uint32_t syns;     /* SYN probes, those of host discovery included */
	nsec_t rtt_min;    /* over all replies that came from the host itself; 0 when none */
	nsec_t rtt_max;
	nsec_t rtt_sum;
	uint32_t rtt_count;
	uint32_t next_in_bucket; /* of hosts by address */
	uint32_t next_of_pair;   /* of hosts by address and source */
	uint32_t next_retired;   /* see evidence/forget.h */
	bool retired;
	uint32_t kinds;          /* a bit for each enum probe_kind that asked about its ports */
	uint32_t asks;           /* probes that are more than address resolution and look-ups */
	uint16_t ping_ports[2];  /* source ports that carried bare ACKs: host discovery */
	uint16_t syn_ports[4];   /* source ports that carried SYNs, the newest in the last place */
	uint16_t mixed_ports[2]; /* those that carried both */
};

/* key: secret for the hash tables (copied). NULL when memory is out. */
struct ledger *ledger_new(const struct hash_key *key);
void ledger_free(struct ledger *l);

/*
 * Prepares for about so many probes, before the first frame; more cost nothing but some time. At
 * most LEDGER_EXPECT_MAX count, 8 bytes each.
 */
#define LEDGER_EXPECT_MAX (1u << 21)
void ledger_expect(struct ledger *l, uint64_t probes);

/*
 * Makes room for so many hosts and probes before the first frame, so that nothing is moved or
 * hashed again while a scan sends; more cost some time. LEDGER_RESERVE_MAX of each count at most:
 * address space, and 16 to 32 bytes of memory for each.
 */
#define LEDGER_RESERVE_MAX (1u << 17)
void ledger_reserve(struct ledger *l, uint64_t hosts, uint64_t probes);

/* Tells the ledger that addr is ours: only its probes count from then on. 0 or -ENOMEM. */
int ledger_add_own(struct ledger *l, const struct addr *addr);

/* True when a probe from one of our addresses is this scan's and no other program's. */
typedef bool ledger_ours_fn(void *user, const struct probe *probe, const struct addr *target);

/* Asks fn of every probe from then on. Without it every probe from our addresses counts. */
void ledger_set_ours(struct ledger *l, ledger_ours_fn *fn, void *user);

/*
 * Reads one frame (frame->id must be set; bytes are needed only during the call) and says what it
 * meant. ret_packet, if not NULL, receives the decoded frame. 0, or -ENOMEM with the note
 * NOTE_UNRELATED.
 */
int ledger_frame(struct ledger *l, const struct frame *frame, struct note *ret_note,
		 struct packet *ret_packet);

/*
 * The same, but a frame that answers nothing known, or seems to lack its proof, is only said to be
 * early: its probe may come yet. Nothing is entered or counted then; ledger_frame() judges it for
 * good. What is not early was entered as by ledger_frame().
 */
int ledger_frame_early(struct ledger *l, const struct frame *frame, struct note *ret_note,
		       struct packet *ret_packet);

/* Declares when the capture ended. Without this call, silence is taken to have lasted. */
void ledger_set_end(struct ledger *l, nsec_t time);

/* The time until which the ledger knows that nothing more came; false when it does not know. */
bool ledger_end(const struct ledger *l, nsec_t *ret_time);

uint32_t ledger_host_count(const struct ledger *l);
uint32_t ledger_probe_count(const struct ledger *l);
uint32_t ledger_reply_count(const struct ledger *l);
uint32_t ledger_aside_count(const struct ledger *l);

/*
 * How many frames were noted so; the ids of the first of them, up to room (at most
 * LEDGER_NOTED_MAX), go to ret_frames.
 */
#define LEDGER_NOTED_MAX 8
uint64_t ledger_noted(const struct ledger *l, enum note_kind kind, size_t room,
		      uint64_t *ret_frames);

/* True when some host was probed by more than address resolution. */
bool ledger_probed_beyond_resolution(const struct ledger *l);

/* By index; pointers are valid until the next ledger_frame(). */
const struct ledger_host *ledger_host(const struct ledger *l, uint32_t host);
const struct probe *ledger_probe(const struct ledger *l, uint32_t probe);
const struct reply *ledger_reply(const struct ledger *l, uint32_t reply);
const struct aside *ledger_aside(const struct ledger *l, uint32_t aside);

/* A host with this address, or EVENT_NONE. There is one for each scanner of it. */
uint32_t ledger_find_host(const struct ledger *l, const struct addr *addr);

/*
 * The next host with the same address as `host`, or EVENT_NONE. A flood with forged sources makes
 * one for each of them: not to be walked once a frame.
 */
uint32_t ledger_find_alike(const struct ledger *l, uint32_t host);

/* The host with this address that source probes, in its newest scan; EVENT_NONE: there is none. */
uint32_t ledger_find_pair(const struct ledger *l, const struct addr *addr,
			  const struct addr *source);

/* The first probe of this kind to this port of host, or EVENT_NONE; follow next_try from there. */
uint32_t ledger_find_probe(const struct ledger *l, uint32_t host, enum probe_kind kind,
			   uint16_t port);

/*
 * From now on the silence of this port says nothing, as the scanner was to ask again when it left the
 * host: its verdict is undecided unless an answer decides. Nothing where it was not probed.
 */
void ledger_leave_port(struct ledger *l, uint32_t host, enum probe_kind kind, uint16_t port);

/* True when this SYN or ACK belongs to host discovery: its source port sent both kinds. */
bool ledger_is_ping(const struct ledger *l, const struct probe *probe);

/*
 * How long silence must last before it counts for this host: twice its slowest answer, at least
 * LEDGER_SILENCE_MIN; LEDGER_SILENCE_BLIND when it never answered.
 */
#define LEDGER_SILENCE_MIN   (50 * NSEC_PER_MSEC)
#define LEDGER_SILENCE_BLIND (1000 * NSEC_PER_MSEC)
nsec_t ledger_silence(const struct ledger *l, uint32_t host);

#endif
