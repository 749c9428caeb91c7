/* SPDX-License-Identifier: Apache-2.0 */
/* The report for people, in the words that Nmap made familiar. */
#ifndef SONDE_REPORT_NORMAL_H
#define SONDE_REPORT_NORMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/nsec.h"
#include "evidence/rule.h"
#include "wire/addr.h"

/* Why a port or host is in its state. */
struct report_reason {
	const char *word; /* "syn-ack" */
	uint8_t hops;     /* TTL or hop limit of the deciding packet; 0 when there is none */
	struct addr from; /* who sent it, if not the host itself; family 0 otherwise */
};

struct report_port {
	const char *protocol; /* "tcp", "udp" */
	uint16_t port;
	enum port_state state;
	struct report_reason reason;
	const char *service;
};

/* One host. Names are raw: they are escaped here. Nothing is owned. */
struct report_host {
	struct addr addr;
	const char *name;          /* as the user gave it; NULL for an address */
	const char *rdns;          /* from the reverse look-up; NULL when unknown */
	const struct addr *others; /* addresses of the name that were not scanned */
	size_t other_count;
	bool up;
	struct report_reason reason;
	nsec_t latency; /* smoothed round trip; negative when none was measured */
	bool has_mac;
	uint8_t mac[MAC_LEN];
	const struct report_port *ports; /* by protocol, ascending; PORT_UNDECIDED ones too */
	uint32_t port_count;
	uint32_t never_probed; /* ports that an early end left out */
	bool timed_out;        /* --host-timeout came before its end */
};

struct report_style {
	unsigned verbose; /* -v, -vv */
	bool reasons;     /* --reason, or -vv */
	bool open_only;   /* --open */
	bool no_ports;    /* -sn */
};

/* The block of one host, or for a host that is down its one line (with verbose) or nothing. */
void normal_host(struct buf *out, const struct report_host *host, const struct report_style *style);

/* The line of a target that is only listed (-sL). */
void normal_target(struct buf *out, const struct report_host *host);

/* What a whole scan came to. */
struct report_summary {
	uint64_t addresses;
	uint64_t up;
	nsec_t elapsed;
	bool listed; /* no host was asked anything */
};

/* The last line, and before it the hint when no host was up. */
void normal_done(struct buf *out, const struct report_summary *summary);

#endif
