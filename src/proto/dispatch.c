// SPDX-License-Identifier: Apache-2.0
// Who reads on by a number: EtherTypes, SNAP, IP protocols, ports, and those who guess.
#include "proto/dissect.h"

#include <stdio.h>
#include <string.h>

#include "proto/announce.h"
#include "proto/ipv4.h"
#include "proto/llc.h"
#include "proto/names.h"

#define PORTS_LEN 4

static void set_numbers(uint8_t *table, const struct numbers *numbers, uint8_t protocol)
{
	for (size_t i = 0; i < numbers->count; i++)
		table[numbers->items[i]] = protocol;
}

/* Wireshark asks those who guess from the last name to the first. */
static void add_guess(uint8_t table[static DISPATCH_GUESS_MAX], uint8_t protocol)
{
	for (unsigned i = 0; i + 1 < DISPATCH_GUESS_MAX && protocol; i++) {
		uint8_t there = table[i];

		if (!there ||
		    strcmp(protocol_get(protocol)->filter, protocol_get(there)->filter) > 0) {
			table[i] = protocol;
			protocol = there;
		}
	}
}

void dispatch_init(struct dispatch *ret_dispatch)
{
	memset(ret_dispatch, 0, sizeof(*ret_dispatch));
	for (unsigned id = 0; id < PROTOCOL_COUNT; id++) {
		const struct protocol *p = protocol_get(id);

		if (!p->dissector)
			continue;
		set_numbers(ret_dispatch->ether, &p->ether_types, (uint8_t)id);
		set_numbers(ret_dispatch->ip, &p->ip_numbers, (uint8_t)id);
		set_numbers(ret_dispatch->tcp, &p->tcp_ports, (uint8_t)id);
		set_numbers(ret_dispatch->udp, &p->udp_ports, (uint8_t)id);
		set_numbers(ret_dispatch->llc, &p->llc_saps, (uint8_t)id);
		if (p->guess & GUESS_TCP)
			add_guess(ret_dispatch->tcp_guess, (uint8_t)id);
		if (p->guess & GUESS_UDP)
			add_guess(ret_dispatch->udp_guess, (uint8_t)id);
	}
}

static void next_or_data(struct dissect *d, uint8_t protocol, const struct cursor *c)
{
	if (protocol)
		dissect_next(d, protocol, c);
	else
		dissect_data(d, c);
}

/* The columns of an EtherType that nobody reads: "0x9000", "Loopback". */
static void name_ether_type(struct dissect *d, uint16_t type)
{
	const char *name = value_name(ether_type_names, type);

	if (d->depth)
		return;
	snprintf(d->protocol_text, sizeof(d->protocol_text), "0x%04x", type);
	d->protocol = d->protocol_text;
	if (name)
		info_set(d, "%s", name);
}

void dissect_ether_type(struct dissect *d, uint16_t type, const struct cursor *c)
{
	d->kept.ether_type = type;
	dissect_trail_add(d, PROTOCOL_ETHERTYPE);
	if (!d->dispatch->ether[type])
		name_ether_type(d, type);
	next_or_data(d, d->dispatch->ether[type], c);
}

void dissect_snap(struct dissect *d, uint32_t oui, uint16_t pid, const struct cursor *c)
{
	uint8_t protocol = 0;

	if (oui == LLC_OUI_ETHER || oui == LLC_OUI_BRIDGED) {
		d->kept.ether_type = pid;
		protocol = d->dispatch->ether[pid];
	}
	for (unsigned id = 1; id < PROTOCOL_COUNT && !protocol; id++) {
		const struct protocol *p = protocol_get(id);

		for (unsigned i = 0; i < p->snaps.count; i++)
			if (p->snaps.items[i].oui == oui && p->snaps.items[i].pid == pid)
				protocol = (uint8_t)id;
	}
	next_or_data(d, protocol, c);
}

void dissect_ip_protocol(struct dissect *d, uint8_t number, const struct cursor *c)
{
	uint8_t protocol = d->dispatch->ip[number];
	bool has_ports = protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP;

	d->kept.ip_protocol = number;
	/* Of a packet that is quoted so short that its ports are missing, nothing is read. */
	if (!d->depth || !has_ports || cursor_left(c) >= PORTS_LEN)
		next_or_data(d, protocol, c);
}

static bool accepts(const struct dissect *d, uint8_t protocol, const struct cursor *c, bool by_port)
{
	const struct dissector *dissector = protocol_get(protocol)->dissector;

	return protocol && (!dissector->accepts || dissector->accepts(d, c, by_port));
}

/* Who reads what was announced; PROTOCOL_FRAME: it was not, or is not what was announced. */
static uint8_t by_announcement(struct dissect *d, uint8_t transport, const struct cursor *c)
{
	struct announced *announced = NULL;

	if (d->hooks && d->hooks->announced && d->kept.ip_source.family)
		announced = d->hooks->announced(d->flows, d, transport);
	d->kept.announced = announced;
	return announced && accepts(d, announced->protocol, c, true) ? announced->protocol : 0;
}

static uint8_t by_number(const struct dissect *d, const uint8_t *table, const struct cursor *c)
{
	bool source_lower = d->kept.source_port <= d->kept.destination_port;
	uint16_t low = source_lower ? d->kept.source_port : d->kept.destination_port;
	uint16_t high = source_lower ? d->kept.destination_port : d->kept.source_port;

	if (accepts(d, table[low], c, true))
		return table[low];
	return accepts(d, table[high], c, true) ? table[high] : 0;
}

/*
 * Wireshark asks for what was announced first, then for the lower port, then the other, then those
 * who guess.
 */
static void by_port(struct dissect *d, uint8_t transport, const uint8_t *table,
		    const uint8_t *guess, const struct cursor *c)
{
	uint8_t protocol;

	if (!cursor_left(c))
		return;
	protocol = by_announcement(d, transport, c);
	if (!protocol)
		protocol = by_number(d, table, c);
	while (!protocol && *guess) {
		if (accepts(d, *guess, c, false))
			protocol = *guess;
		guess++;
	}
	if (!protocol && d->kept.announced) /* let it say why it cannot be */
		protocol = d->kept.announced->protocol;
	next_or_data(d, protocol, c);
}

void dissect_tcp_port(struct dissect *d, const struct cursor *c)
{
	by_port(d, IP_TCP, d->dispatch->tcp, d->dispatch->tcp_guess, c);
}

void dissect_udp_port(struct dissect *d, const struct cursor *c)
{
	by_port(d, IP_UDP, d->dispatch->udp, d->dispatch->udp_guess, c);
}

void dissect_reject(struct dissect *d, const struct cursor *c)
{
	enum protocol_id below = dissect_below(d);
	const char *name = value_name(ip_number_names, d->kept.ip_protocol);

	if (d->trail_count)
		d->trail_count--;
	if (below == PROTOCOL_IPV4)
		info_set(d, "%s (%u)", name ? name : "Unknown", d->kept.ip_protocol);
	else if (below == PROTOCOL_IPV6)
		info_set(d, "Unknown IP Protocol: %s (%u)", name ? name : "Unknown",
			 d->kept.ip_protocol);
	else if (d->trail_count && d->trail[d->trail_count - 1] == PROTOCOL_ETHERTYPE)
		name_ether_type(d, d->kept.ether_type);
	if (below != PROTOCOL_FRAME)
		dissect_data(d, c);
}
