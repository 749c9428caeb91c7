// SPDX-License-Identifier: Apache-2.0
// Which link address claims which IP address: see evidence/claim.h.
#include "evidence/claim.h"

#include <string.h>

/* The place of an address in its set, made free for it when it has none. */
static struct claim *place(struct claim *set, const struct addr *addr, uint32_t scope)
{
	struct claim *free = NULL;

	for (unsigned i = 0; i < CLAIM_WAYS; i++) {
		if (set[i].addr.family && set[i].scope == scope && addr_equal(&set[i].addr, addr))
			return &set[i];
		if (!set[i].others && (!free || set[i].count < free->count))
			free = &set[i];
	}
	if (free) {
		*free = (struct claim) {.addr = *addr, .scope = scope};
	}
	return free;
}

void claims_add(struct claims *c, const struct hash_key *key, const struct addr *addr,
		uint32_t scope, const uint8_t mac[static MAC_LEN], uint64_t frame)
{
	uint64_t words[2];
	struct claim *claim;

	memcpy(words, addr->bytes, sizeof(words));
	claim = place(
		&c->items[(hash_two(key, words[0], words[1]) + scope) % CLAIM_SETS * CLAIM_WAYS],
		addr, scope);
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
