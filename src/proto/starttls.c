// SPDX-License-Identifier: Apache-2.0
// Connections that begin in clear and go on with TLS: what mail and files agree upon.
#include "proto/starttls.h"

#include <string.h>

#include "proto/announce.h"

void starttls_agreed(struct dissect *d)
{
	dissect_announce_rest(d, PROTOCOL_TLS);
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
