/* SPDX-License-Identifier: Apache-2.0 */
/* From events to verdicts: each keeps its rule and the event that decided it. */
#ifndef SONDE_EVIDENCE_VERDICT_H
#define SONDE_EVIDENCE_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "evidence/ledger.h"
#include "evidence/rule.h"

struct port_verdict {
	enum probe_kind kind; /* by what kind of probes */
	uint16_t port;
	enum port_state state;
	const struct rule *rule; /* NULL only for PORT_UNDECIDED */
	uint32_t first_probe;    /* index in the ledger: the first try */
	uint32_t reply;          /* the deciding reply; EVENT_NONE for silence and undecided */
	unsigned tries;
	bool contradicted; /* another reply spoke for another state */
	nsec_t waited;     /* silence: from the last try to the end of the capture; -1 unknown */
};

/*
 * The verdict on a TCP port of host by its SYN probes, those of host discovery excepted.
 * The strongest reply decides (open before closed before filtered), among equals the earliest.
 * 0, or -ENOENT when the port was not probed.
 */
int verdict_port(const struct ledger *l, uint32_t host, uint16_t port,
		 struct port_verdict *ret_verdict);

/*
 * The same by probes of any kind that asks about ports (probe_kind_protocol() names one). A port
 * with which only conversations were held was not probed.
 */
int verdict_by(const struct ledger *l, uint32_t host, enum probe_kind kind, uint16_t port,
	       struct port_verdict *ret_verdict);

/*
 * The same for all ports of host, in no order, at a fraction of the cost where there are thousands:
 * fn gets each verdict, which lives for the call.
 */
typedef void verdict_fn(void *user, const struct port_verdict *verdict);
void verdict_each_by(const struct ledger *l, uint32_t host, enum probe_kind kind, verdict_fn *fn,
		     void *user);

struct host_verdict {
	bool up;
	const char *reason; /* Nmap's word; "no-response" when down */
	uint32_t reply;     /* the first reply that showed it; EVENT_NONE when down */
};

/* Whether anything that host sent shows that it is up. */
void verdict_host(const struct ledger *l, uint32_t host, struct host_verdict *ret_verdict);

/*
 * True when host was a target of the scan. One that was only resolved to a MAC is none when it was
 * a next hop, or when we had other dealings with it (names looked up) while others were probed.
 */
bool verdict_is_target(const struct ledger *l, uint32_t host);

/* The same for another kind of probe. */
uint32_t verdict_all_by(const struct ledger *l, uint32_t host, enum probe_kind kind, uint32_t room,
			struct port_verdict *ret_verdicts);

/*
 * All ports of host that SYNs probed, in ascending order: writes up to room verdicts and returns
 * how many there are. Call with room 0 to count.
 */
uint32_t verdict_all_ports(const struct ledger *l, uint32_t host, uint32_t room,
			   struct port_verdict *ret_verdicts);

#endif
