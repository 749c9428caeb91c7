/* SPDX-License-Identifier: Apache-2.0 */
/* Many TCP connect() calls at once: the scan of those who may not open raw sockets. */
#ifndef SONDE_NET_CONNECTOR_H
#define SONDE_NET_CONNECTOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/nsec.h"
#include "net/loop.h"
#include "wire/addr.h"

struct connector;

/* How one attempt ended. */
struct connector_result {
	uint64_t token;   /* the caller's, from connector_start() */
	struct addr addr; /* whom */
	uint16_t port;
	int error;      /* 0: the connection stood; else an errno: ECONNREFUSED, EHOSTUNREACH... */
	nsec_t started; /* clock_now() when connect() was called (of the last try) */
	nsec_t rtt;     /* from started until the result was seen */
	struct addr source; /* our end; family 0 when the kernel did not say */
	uint16_t source_port;
};

/*
 * Gets one result; called from the loop, never from inside connector_start(). It may start or
 * cancel others, but not close the connector.
 */
typedef void connector_fn(void *user, const struct connector_result *result);

/*
 * Makes a connector for at most `limit` sockets at once; 0: as many as RLIMIT_NOFILE leaves after
 * 32 kept for others, at most 1024. 0 and *ret_connector, or -errno with a sentence.
 */
int connector_open(struct loop *loop, size_t limit, connector_fn *fn, void *user,
		   struct connector **ret_connector, struct err *err);

/* Drops all attempts without results. NULL is fine. */
void connector_close(struct connector *connector);

/*
 * Begins an attempt. ifindex is the zone of a link-local IPv6 address, else 0. token comes back in
 * the result and should be unique among open attempts. 0: exactly one result follows, unless it is
 * cancelled. -EAGAIN: the limit or the system's is reached, try again after a result. Every other
 * failure comes as a result. The connection is reset (RST) as soon as it stands. A connection of a
 * socket to itself, which Linux makes now and then on local ports, is tried once again and then
 * counts as ECONNREFUSED.
 */
int connector_start(struct connector *connector, const struct addr *addr, uint32_t ifindex,
		    uint16_t port, uint64_t token);

/*
 * Gives up on an attempt (it waited long enough). Nothing happens when there is none of that token.
 */
void connector_cancel(struct connector *connector, uint64_t token);

/* Attempts open now, and the most there may be. */
size_t connector_in_flight(const struct connector *connector);
size_t connector_limit(const struct connector *connector);

#endif
