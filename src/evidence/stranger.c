// SPDX-License-Identifier: Apache-2.0
// Frames that are no part of a scan, by protocol.
#include "evidence/stranger.h"

#include "packet/summary.h"
#include "proto/registry.h"

/* The name of what a frame speaks: that above UDP where its port has one. */
static const char *protocol_of(const struct packet *packet)
{
	const struct ip_packet *ip = &packet->ip;
	const struct protocol *p = NULL;

	if (packet->network != NETWORK_ARP && packet->network != NETWORK_NONE &&
	    ip->transport == TRANSPORT_UDP) {
		p = protocol_by_udp_port(ip->udp.destination_port);
		if (!p || !p->name)
			p = protocol_by_udp_port(ip->udp.source_port);
	}
	return p && p->name ? p->name : summary_protocol(packet);
}

void strangers_add(struct strangers *s, const struct packet *packet, uint64_t frame)
{
	const char *name = protocol_of(packet);
	struct stranger *row;
	unsigned i = 0;

	while (i < s->count && s->items[i].protocol != name)
		i++;
	if (i == STRANGERS_MAX) {
		s->left_out++;
		return;
	}
	row = &s->items[i];
	if (i == s->count) {
		s->count++;
		row->protocol = name;
	}
	if (row->count < FINDING_FRAMES_MAX)
		row->frames[row->count] = frame;
	row->count++;
}
