/* SPDX-License-Identifier: Apache-2.0 */
/* The rules by which a reply, or silence, becomes a state with a reason. */
#ifndef SONDE_EVIDENCE_RULE_H
#define SONDE_EVIDENCE_RULE_H

#include <stdint.h>

#include "evidence/event.h"

/* The values order what overrules what: open stands against closed, closed against filtered. */
enum port_state {
	PORT_UNDECIDED, /* probed, but not waited for long enough to say */
	PORT_FILTERED,
	PORT_CLOSED,
	PORT_OPEN,
	PORT_STATES
};

struct rule {
	enum reply_kind reply; /* ignored in the rule of silence */
	uint8_t type;          /* ICMP, ICMPv6 */
	uint8_t first_code;    /* the codes it covers, both ends included */
	uint8_t last_code;
	enum port_state state;
	const char *reason;  /* Nmap's word for it: "syn-ack" */
	const char *meaning; /* why that follows, one sentence */
	const char *source;  /* the standard that says so: "RFC 9293 s. 3.10.7.1" */
};

/*
 * The rule by which a reply decides the state of a TCP port probed with SYN; NULL when such a
 * reply decides nothing.
 */
const struct rule *rule_for_syn(enum reply_kind reply, uint8_t type, uint8_t code);

/* The rule for a port that stayed silent. */
const struct rule *rule_for_silence(void);

/*
 * Nmap's word for why a reply shows that a host is up ("echo-reply", "arp-response"), or NULL
 * when it does not. from_target: the reply came from the probed address itself.
 */
const char *rule_host_reason(enum reply_kind reply, uint8_t type, uint8_t code, bool from_target);

/* All rules for SYN probes, the rule of silence excluded, for tests and documentation. */
const struct rule *rule_table(unsigned *ret_count);

/* "open", "closed", "filtered", "undecided": constant strings. */
const char *port_state_name(enum port_state state);

#endif
