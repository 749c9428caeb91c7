/* SPDX-License-Identifier: Apache-2.0 */
/* Names to addresses and back, beside everything else: c-ares driven by the loop. */
#ifndef SONDE_NET_NAMES_H
#define SONDE_NET_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/nsec.h"
#include "net/loop.h"
#include "wire/addr.h"

struct names;

#define NAMES_ADDRS_MAX 256 /* of one answer; more are cut off */

/* Zero or NULL in a field means the default named beside it. */
struct names_options {
	nsec_t forward_timeout; /* of the first try: 2 s. c-ares doubles it for each further round */
	nsec_t reverse_timeout; /* the same: 1 s */
	unsigned tries;         /* rounds over all servers: 2 */
	const char *servers;    /* "192.0.2.53:5353,[2001:db8::53]"; NULL: /etc/resolv.conf */
};

enum names_status {
	NAMES_FOUND,
	NAMES_ABSENT,    /* the name or its address does not exist */
	NAMES_SILENT,    /* no server answered in time */
	NAMES_FAILED,    /* a server refused, answered rubbish, or could not be reached */
	NAMES_CANCELLED, /* names_close() came first */
};

/* One answer. Everything lives during the callback only. Strings are raw: escape to print. */
struct names_answer {
	enum names_status status;
	const char *asked;        /* the name asked for; NULL for a reverse look-up */
	struct addr asked_addr;   /* the address asked for; family 0 for a forward look-up */
	const struct addr *addrs; /* forward: IPv4 first, each family as the server ordered it */
	size_t n_addrs;
	const char
		*name;   /* reverse: the name; forward: the canonical name if it differs, or NULL */
	const char *why; /* one sentence when status is not NAMES_FOUND (escaped), else NULL */
	nsec_t took;     /* from the question to this answer */
};

/* Gets one answer. It may ask the next question. */
typedef void names_fn(void *user, const struct names_answer *answer);

/*
 * Reads the resolver's configuration; opens no socket yet (that needs no privilege). 0 and
 * *ret_names, or -errno with a sentence. loop must outlive it. options NULL: all defaults.
 */
int names_open(struct loop *loop, const struct names_options *options, struct names **ret_names,
	       struct err *err);

/*
 * Answers what is open with NAMES_CANCELLED, closes the sockets. Not from inside a names_fn. NULL
 * is fine.
 */
void names_close(struct names *names);

/*
 * Asks for the IPv4 and/or IPv6 addresses of a name: /etc/hosts first, then DNS. Address literals
 * are answered too. Exactly one call of fn follows, possibly before this function returns.
 */
void names_forward(struct names *names, const char *name, bool want_v4, bool want_v6, names_fn *fn,
		   void *user);

/* Asks for the name of an address: /etc/hosts first, then DNS. Exactly one call of fn follows. */
void names_reverse(struct names *names, const struct addr *addr, names_fn *fn, void *user);

/* How many questions are open. */
size_t names_pending(const struct names *names);

/* Appends the name servers in use as "192.0.2.53, 192.0.2.54:5353" ("none" when there is none). */
void names_servers(const struct names *names, struct buf *out);

/*
 * The ports the servers listen on, each once, for the ring's filter (usually just 53). Writes at
 * most max of them, returns how many.
 */
size_t names_server_ports(const struct names *names, uint16_t *ret_ports, size_t max);

/*
 * True when `port` is or was the local port of one of our sockets to a name server, so that our own
 * questions can be told from other programs'. Known before the first packet leaves that port.
 */
bool names_is_own_port(const struct names *names, bool tcp, uint16_t port);

#endif
