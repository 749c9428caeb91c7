// SPDX-License-Identifier: Apache-2.0
// Which link address claims which IP address: see evidence/mac_claim.h.
#include "evidence/mac_claim.h"

#include <string.h>

/* The place of an address in its set, made free for it when it has none. */
static struct mac_claim *place(struct mac_claim *set, const struct addr *addr, uint32_t scope)
{
	struct mac_claim *free = NULL;

	for (unsigned i = 0; i < MAC_CLAIM_WAYS; i++) {
		if (set[i].addr.family && set[i].scope == scope && addr_equal(&set[i].addr, addr))
			return &set[i];
		if (!set[i].others && (!free || set[i].count < free->count))
			free = &set[i];
	}
	if (free) {
		*free = (struct mac_claim) {.addr = *addr, .scope = scope};
	}
	return free;
}

void mac_claims_add(struct mac_claims *c, uint64_t hash, const struct addr *addr, uint32_t scope,
		    const uint8_t mac[static MAC_LEN], uint64_t frame)
{
	struct mac_claim *set = &c->items[(hash + scope) % MAC_CLAIM_SETS * MAC_CLAIM_WAYS];
	struct mac_claim *claim = place(set, addr, scope);

	if (!claim)
		return;
	if (!claim->count++) {
		memcpy(claim->mac, mac, MAC_LEN);
		claim->first_frame = frame;
		return;
	}
	if (!memcmp(claim->mac, mac, MAC_LEN)) {
		claim->returned = claim->returned || claim->others;
		return;
	}
	if (!claim->others)
		memcpy(claim->other, mac, MAC_LEN);
	if (claim->others < FINDING_FRAMES_MAX)
		claim->frames[claim->others] = frame;
	claim->others++;
}
