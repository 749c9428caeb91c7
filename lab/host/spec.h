// SPDX-License-Identifier: Apache-2.0
/* What each simulated host does, read from a plain text specification. */
#ifndef SONDE_LAB_HOST_SPEC_H
#define SONDE_LAB_HOST_SPEC_H

#include "../common/fail.h"
#include "../common/quantity.h"
#include "packet.h"

enum {
	SPEC_GROUPS = 64, /* host lines */
	SPEC_RULES = 250, /* different behaviours in one group */
	SPEC_STEPS = 4,   /* answers to one probe */
};

enum step_kind {
	STEP_OPEN,         /* SYN/ACK; UDP: the payload back */
	STEP_CLOSED,       /* RST; UDP: port unreachable */
	STEP_ICMP,         /* type and code as given */
	STEP_SPLIT,        /* a bare SYN (split handshake) */
	STEP_BAD_ACK,      /* SYN/ACK that acknowledges another number */
	STEP_BAD_RST,      /* RST that acknowledges another number */
	STEP_BAD_ICMP,     /* port unreachable that quotes another number */
	STEP_WRONG_SOURCE, /* a right SYN/ACK from a neighbouring address */
	STEP_RST_SOURCE,   /* a right RST from a neighbouring address */
	STEP_WINDOW_RST,   /* a right RST that offers a window, as some stacks' open ports do */
};

struct step {
	enum step_kind kind;
	uint8_t type, code; /* STEP_ICMP */
	bool other_sender;  /* STEP_ICMP: from `sender`, not from the host */
	struct address sender;
};

/* The answers to one probe, in order; none means silence. */
struct rule {
	struct step steps[SPEC_STEPS];
	unsigned int count;
};

/* A token bucket; per_s 0 means no limit. Times in ns. */
struct bucket {
	uint64_t per_s, burst;
	uint64_t tokens_ns, last_ns;
};

struct group {
	struct address first, last;
	bool echo, timestamp, no_neighbour;
	size_t quote_max;
	struct bucket rst_limit, icmp_limit;
	struct rule rules[SPEC_RULES];
	unsigned int rule_count;
	uint8_t tcp[PORT_COUNT], udp[PORT_COUNT]; /* index into rules */
};

struct spec {
	struct group *groups[SPEC_GROUPS];
	unsigned int count;
};

/* Reads the file PATH ("-": standard input). The error names file and line. 0 or -1. */
int spec_read(struct spec *spec, const char *path, struct fail *f);

/* The group that ADDRESS belongs to, or NULL. */
struct group *spec_find(const struct spec *spec, const struct address *address);

void spec_free(struct spec *spec);

#endif
