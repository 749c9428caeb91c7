// SPDX-License-Identifier: Apache-2.0
// Connections that go on with another protocol: see the header.
#include "proto/announce.h"

#include "proto/ipv4.h"

void dissect_announce_rest(struct dissect *d, enum protocol_id protocol)
{
	const struct announcement rest = {
		.transport = IP_TCP,
		.address = &d->kept.ip_source,
		.port = d->kept.source_port,
		.other = &d->kept.ip_destination,
		.other_port = d->kept.destination_port,
		.what = {.protocol = (uint8_t)protocol, .frame = (uint32_t)d->frame->number},
	};

	if (!d->depth)
		dissect_announce(d, &rest);
}
