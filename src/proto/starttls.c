// SPDX-License-Identifier: Apache-2.0
// Connections that begin in clear and go on with TLS: what mail and files agree upon.
#include "proto/starttls.h"

#include <string.h>

#include "proto/announce.h"
#include "proto/ipv4.h"

void starttls_agreed(struct dissect *d)
{
	const struct announcement tls = {
		.transport = IP_TCP,
		.address = &d->kept.ip_source,
		.port = d->kept.source_port,
		.other = &d->kept.ip_destination,
		.other_port = d->kept.destination_port,
		.what = {.protocol = PROTOCOL_TLS, .frame = (uint32_t)d->frame->number},
	};

	if (!d->depth)
		dissect_announce(d, &tls);
}

void starttls_asked(const struct dissect *d, bool asked)
{
	struct memo_view memo = dissect_memo(d);

	if (memo.now)
		memcpy(memo.now, &asked, sizeof(asked));
}

void starttls_answered(struct dissect *d)
{
	struct memo_view memo = dissect_memo(d);
	bool asked = false;

	if (memo.now)
		memcpy(&asked, memo.now, sizeof(asked));
	starttls_asked(d, false);
	if (asked)
		starttls_agreed(d);
}
