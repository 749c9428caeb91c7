/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of ports: the -p grammar, the most popular ports, and the order they are scanned in. */
#ifndef SONDE_SCAN_PORT_H
#define SONDE_SCAN_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "scan/service.h"

#define PORT_MAX         65535
#define PORT_COUNT       65536
#define PORT_DEFAULT_TOP 1000 /* without -p, -F and --top-ports */
#define PORT_FAST_TOP    100  /* -F */

/* Any subset of 0-65535 (0-255 for IP protocols). Zero is the empty set. */
struct port_set {
	uint64_t bits[PORT_COUNT / 64];
	unsigned count;
};

/* Adds first to last, both included; first <= last. */
void port_set_add(struct port_set *set, unsigned first, unsigned last);

/* Takes one port out, if it is in. */
void port_set_remove(struct port_set *set, unsigned port);

/* Keeps only what is in other too. */
void port_set_intersect(struct port_set *set, const struct port_set *other);

/* Adds what is in other. */
void port_set_unite(struct port_set *set, const struct port_set *other);

/* Takes out what is in other. */
void port_set_subtract(struct port_set *set, const struct port_set *other);

bool port_set_has(const struct port_set *set, unsigned port);

/* The smallest port >= from that is in the set, or -1. Walk: for (p = next(s, 0); p >= 0; ...). */
int port_set_next(const struct port_set *set, unsigned from);

/* Appends compact ranges: "22,80-90", "" for the empty set; port_parse() reads it back. */
void port_set_print(const struct port_set *set, struct buf *out);

/* One set for each protocol. */
struct port_spec {
	struct port_set of[SERVICE_PROTOS];
};

/*
 * Reads a -p specification (Nmap's grammar):
 *   spec = elem ("," elem)*   blanks around elements and one comma at the end are allowed
 *   elem = [T: | U: | S: | P:] item    a prefix holds for the items after it too, one within
 *                                      brackets until the bracket closes
 *   item = N | N-M | N- | -M | - | name | "[" spec "]"
 * "-" and open ends run from 1 to 65535 (P: 0 to 255); 0 is in only when it is named. A name
 * starts with a lower-case letter, "*" or "?", takes the wildcards "*" and "?" and is compared
 * without case with the names in `names`. In brackets only ports of our ranked list are taken
 * (for SCTP and IP, which have none: those with a name). An item without prefix stands for every
 * scanned protocol. scanned has bit (1 << SERVICE_TCP) and so on. Ports given twice count once.
 *
 * Returns 0, or -EINVAL with one sentence; *ret_spec is untouched on failure.
 */
int port_parse(const char *text, unsigned scanned, const struct service_table *names,
	       struct port_spec *ret_spec, struct err *err);

/*
 * The ranked list of a protocol, most popular first: the 1,000 ports nmap 7.93 prints for
 * --top-ports, then every other port with an IANA name, ascending. Empty for SCTP and IP.
 */
const uint16_t *port_rank(enum service_proto proto, size_t *ret_count);

/*
 * Adds the first n ports of the ranked list that are in `within` (NULL = any); when the list is
 * through, the ports that are not on it follow, ascending from 1. Fewer than n only when there
 * are no more.
 */
void port_top(enum service_proto proto, unsigned n, const struct port_set *within,
	      struct port_set *set);

/* What the user said about ports. Zero = nothing said: the 1,000 default ports. */
struct port_choice {
	const char *spec;    /* -p, or NULL */
	const char *exclude; /* --exclude-ports, or NULL */
	bool fast;           /* -F */
	unsigned top;        /* --top-ports, 0 = not given */
	unsigned scanned;    /* bits as for port_parse() */
};

/*
 * Makes the sets to scan: -p; or -F (100), --top-ports N or the default (1,000) of each scanned
 * protocol; with -p and --top-ports the N most popular of the ports of -p, as Nmap does; less
 * --exclude-ports. Refused: -F with -p or --top-ports; SCTP or IP without -p, since they have no
 * ranking; a choice that leaves no port. Returns 0, or -EINVAL with one sentence; *ret_spec is
 * untouched on failure.
 */
int port_choose(const struct port_choice *choice, const struct service_table *names,
		struct port_spec *ret_spec, struct err *err);

/*
 * Writes the set's ports in scan order; out has room for set->count. Sequential (-r): ascending.
 * Otherwise shuffled by seed, and for TCP the popular ports then moved to the front in their
 * shuffled order. The same seed gives the same order.
 */
void port_order(const struct port_set *set, enum service_proto proto, uint64_t seed,
		bool sequential, uint16_t *out);

#endif
