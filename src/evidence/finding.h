/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A finding: something in a capture that nobody asked for, with its frames, how sure it is and what
 * else could explain it.
 *
 * A finding moves no verdict. Its sentence is plain text without line ends, made of addresses,
 * numbers and constant words only, so nothing in it came as text from the network.
 */
#ifndef SONDE_EVIDENCE_FINDING_H
#define SONDE_EVIDENCE_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evidence/event.h"
#include "wire/addr.h"

#define FINDING_TEXT_MAX   256
#define FINDING_FRAMES_MAX 6
#define FINDING_SAME_MAX   32 /* findings of one kind that are kept; more are counted */

/* In the order in which they are told: first what makes the rest doubtful. */
enum finding_kind {
	FINDING_ONE_SIDED,   /* the answers, or the probes, are missing from the capture */
	FINDING_DROPS,       /* the capture lost frames by its own account */
	FINDING_CUT,         /* frames too short to be read */
	FINDING_ALL_OPEN,    /* SYN proxy, tarpit */
	FINDING_BOTH,        /* SYN/ACK and RST from one port */
	FINDING_HOPS,        /* answers of one host with different TTLs */
	FINDING_MACS,        /* answers of one host from different link addresses */
	FINDING_CLAIMS,      /* two link addresses claim one address (ARP, ND) */
	FINDING_RESET_LIMIT, /* a host limits its RSTs */
	FINDING_ERROR_LIMIT, /* a host or router limits its ICMP errors */
	FINDING_UNPROVEN,    /* replies that prove nothing */
	FINDING_LATE,        /* answers after the scanner had given up waiting */
	FINDING_TWICE,       /* answers that came more often than was asked */
	FINDING_COPIED,      /* the capture holds packets twice */
	FINDING_REDIRECT,    /* a router points to a nearer one */
	FINDING_QUENCH,      /* ICMP source quench */
	FINDING_HOPS_OVER,   /* time exceeded: the probes ran out of hops */
	FINDING_SWEEP,       /* somebody else asks for many addresses or ports */
	FINDING_TRAFFIC,     /* other traffic between scanner and targets */
	FINDING_STRANGERS,   /* no part of the scan; one finding a protocol */
	FINDING_KINDS
};

enum sureness {
	SURE_POSSIBLE, /* other explanations are as good */
	SURE_LIKELY,   /* the best explanation of what was seen */
	SURE_CERTAIN,  /* what the sentence says is in the frames themselves */
	SURE_KINDS
};

/* Texts are constants but for the sentence. */
struct finding {
	enum finding_kind kind;
	enum sureness sureness;
	uint32_t host;   /* index in the ledger; EVENT_NONE: it is about no single one */
	struct addr who; /* another party: a router, who sweeps; family 0: nobody */
	char sentence[FINDING_TEXT_MAX];     /* what was seen; no full stop, no frames */
	const char *why;                     /* why it is so sure: a whole sentence */
	const char *otherwise;               /* what else could explain it: a whole sentence */
	double rate;                         /* limits: answers a second; 0 for other kinds */
	double burst;                        /* limits: answers at once */
	uint64_t count;                      /* frames that it rests on */
	uint64_t frames[FINDING_FRAMES_MAX]; /* the earliest of these, ascending */
};

/* What all findings of a kind have in common. */
struct finding_kind_row {
	const char *name; /* "all-open": does not change from release to release */
	unsigned weight;  /* how much it is worth knowing; 0: too little for a summary */
};

/* An ordered list: by kind, then by host. Initialise with zero. */
struct findings {
	struct finding *items;
	size_t count;
	size_t room;
	uint32_t of_kind[FINDING_KINDS]; /* found, those left out included */
	bool failed;                     /* memory ran out: the list is not to be believed */
};

const struct finding_kind_row *finding_kind_row(enum finding_kind kind);

/* "possible", "likely", "certain": constant strings. */
const char *sureness_name(enum sureness sureness);

/* Counts a frame and keeps it when it is among the earliest. Each frame is to be given once. */
void finding_frame(struct finding *f, uint64_t frame);

/* How many frames stand in f->frames. */
size_t finding_frame_count(const struct finding *f);

/* Writes the sentence. */
void finding_say(struct finding *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a copy of f; beyond FINDING_SAME_MAX of a kind it only counts. */
void findings_add(struct findings *list, const struct finding *f);

/* Brings the list into its order. */
void findings_sort(struct findings *list);

/*
 * The findings most worth knowing, at most `max`, into ret_worth; how many. One a kind, none of
 * weight 0.
 */
size_t findings_worth(const struct findings *list, size_t max, const struct finding **ret_worth);

void findings_done(struct findings *list);

#endif
