// SPDX-License-Identifier: Apache-2.0
// What simulated hosts do with their ports, and the verdict each port deserves.
#include "sim_ports.h"

enum sim_port sim_scanme(void *user, uint16_t port)
{
	(void)user;
	if (port == 22 || port == 53 || port == 80)
		return SIM_OPEN;
	return port == 25 || port == 70 || port == 113 ? SIM_CLOSED : SIM_SILENT;
}

enum sim_port sim_closed(void *user, uint16_t port)
{
	(void)user;
	return port % 200 == 22 ? SIM_OPEN : SIM_CLOSED;
}

enum sim_port sim_tenth(void *user, uint16_t port)
{
	(void)user;
	if (port % 100 == 22)
		return SIM_OPEN;
	return port % 9 == 0 ? SIM_CLOSED : SIM_SILENT;
}

enum sim_port sim_mixed(void *user, uint16_t port)
{
	static const enum sim_port kinds[] = {SIM_OPEN,   SIM_CLOSED, SIM_SILENT,
					      SIM_REJECT, SIM_SPLIT,  SIM_FORGED};

	(void)user;
	return kinds[port % 6];
}

enum sim_port sim_all_open(void *user, uint16_t port)
{
	(void)user;
	(void)port;
	return SIM_OPEN;
}

enum sim_port sim_silent(void *user, uint16_t port)
{
	(void)user;
	(void)port;
	return SIM_SILENT;
}

enum sim_port sim_rejected(void *user, uint16_t port)
{
	(void)user;
	return port % 250 == 22 ? SIM_OPEN : SIM_REJECT;
}

enum sim_port sim_udp_closed(void *user, uint16_t port)
{
	(void)user;
	if (port % 250 == 33)
		return SIM_SILENT;
	return port % 200 == 22 ? SIM_OPEN : SIM_CLOSED;
}

enum sim_port sim_udp_half(void *user, uint16_t port)
{
	(void)user;
	if (port % 200 == 22)
		return SIM_OPEN;
	return (port * 2654435769u) >> 31 ? SIM_CLOSED : SIM_SILENT;
}

enum sim_port sim_udp_few(void *user, uint16_t port)
{
	(void)user;
	if (port == 53 || port == 123)
		return SIM_OPEN;
	return port % 50 == 17 ? SIM_CLOSED : SIM_SILENT;
}

enum port_state sim_truth_by(enum probe_kind kind, enum sim_port port)
{
	if (kind == PROBE_UDP)
		return port == SIM_SILENT ? PORT_OPEN_FILTERED : sim_truth(port);
	if (kind == PROBE_SYN || port == SIM_REJECT)
		return sim_truth(port);
	if (kind == PROBE_ACK || kind == PROBE_WINDOW) { /* what is open resets it, too */
		if (port != SIM_OPEN && port != SIM_CLOSED)
			return PORT_FILTERED;
		return kind == PROBE_ACK ? PORT_UNFILTERED : PORT_CLOSED;
	}
	return port == SIM_CLOSED ? PORT_CLOSED : PORT_OPEN_FILTERED; /* FIN and its kin */
}

enum port_state sim_truth(enum sim_port port)
{
	switch (port) {
	case SIM_OPEN:
	case SIM_SPLIT:
		return PORT_OPEN;
	case SIM_CLOSED:
		return PORT_CLOSED;
	case SIM_SILENT:
	case SIM_REJECT:
	case SIM_FORGED:
		break;
	}
	return PORT_FILTERED;
}

unsigned sim_wrong(const struct sim_config *c, const struct ledger *l)
{
	unsigned wrong = 0;

	for (unsigned h = 0; h < c->hosts; h += c->alive_every ? c->alive_every : 1) {
		struct addr addr = sim_addr(c, h);
		uint32_t host = ledger_find_host(l, &addr);

		for (uint32_t i = 0; i < c->port_count; i++) {
			struct port_verdict v;

			wrong += host == EVENT_NONE ||
				 verdict_by(l, host, c->kind, c->ports[i], &v) ||
				 v.state != sim_truth_by(c->kind, c->port(c->user, c->ports[i]));
		}
	}
	return wrong;
}
