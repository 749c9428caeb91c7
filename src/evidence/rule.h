/* SPDX-License-Identifier: Apache-2.0 */
/* The rules by which a reply, or silence, becomes a state with a reason. */
#ifndef SONDE_EVIDENCE_RULE_H
#define SONDE_EVIDENCE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "evidence/event.h"

/* The values order what overrules what: open stands against closed, closed against filtered. */
enum port_state {
	PORT_UNDECIDED,     /* probed, but not waited for long enough to say */
	PORT_OPEN_FILTERED, /* silent where an open port would be silent, too */
	PORT_FILTERED,
	PORT_UNFILTERED, /* reachable, be it open or closed */
	PORT_CLOSED,
	PORT_OPEN,
	PORT_STATES
};

/* From whom an ICMP error must come for a rule to hold. */
enum rule_origin {
	ORIGIN_ANY,
	ORIGIN_TARGET, /* the probed address itself */
};

struct rule {
	enum reply_kind reply; /* ignored in rules of silence */
	uint8_t type;          /* ICMP, ICMPv6 */
	uint8_t first_code;    /* the codes it covers, both ends included */
	uint8_t last_code;
	enum port_state state;
	const char *reason;  /* Nmap's word for it: "syn-ack" */
	const char *meaning; /* why that follows, one sentence */
	const char *source;  /* the standard that says so: "RFC 9293 s. 3.10.7.1" */
	enum rule_origin origin;
};

/*
 * The rule by which a reply decides the state of the port, or IP protocol, that a probe of this
 * kind asked about; NULL when it decides nothing. The reply's probe, type, code and kind count;
 * from_target: it came from the probed address itself.
 */
const struct rule *rule_for(enum probe_kind probe, const struct reply *reply, bool from_target);

/*
 * The rule by which a reply decides the state of a TCP port probed with SYN; NULL when such a
 * reply decides nothing.
 */
const struct rule *rule_for_syn(enum reply_kind reply, uint8_t type, uint8_t code);

/* The rule for a port that stayed silent when SYNs asked. */
const struct rule *rule_for_silence(void);

/* The same for any kind that asks about ports; NULL for the others. */
const struct rule *rule_for_silence_of(enum probe_kind probe);

/* All rules for probes of this kind that go before those for SYN probes; for tests. */
const struct rule *rule_table_of(enum probe_kind probe, unsigned *ret_count);

/*
 * Nmap's word for why a reply shows that a host is up ("echo-reply", "arp-response"), or NULL
 * when it does not. from_target: the reply came from the probed address itself.
 */
const char *rule_host_reason(enum reply_kind reply, uint8_t type, uint8_t code, bool from_target);

/* All rules for SYN probes, the rule of silence excluded, for tests and documentation. */
const struct rule *rule_table(unsigned *ret_count);

/* "open", "closed", "open|filtered"...: constant strings. */
const char *port_state_name(enum port_state state);

#endif
