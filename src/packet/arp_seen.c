// SPDX-License-Identifier: Apache-2.0
// Which hardware address an IPv4 address had first, so that a second one is noticed.
#include "packet/arp_seen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"

struct arp_seen {
	struct hash_key key;
	struct arp_claim claims[ARP_SEEN_SETS][ARP_SEEN_WAYS]; /* frame 0: free */
};

struct arp_seen *arp_seen_new(void)
{
	struct arp_seen *seen = calloc(1, sizeof(*seen));

	if (!seen)
		return NULL;
	if (getrandom(&seen->key, sizeof(seen->key), 0) != (ssize_t)sizeof(seen->key)) {
		free(seen);
		return NULL;
	}
	return seen;
}

void arp_seen_free(struct arp_seen *seen)
{
	free(seen);
}

void arp_seen_clear(struct arp_seen *seen)
{
	memset(seen->claims, 0, sizeof(seen->claims));
}

bool arp_seen_ask(struct arp_seen *seen, const struct arp_claim *claim,
		  struct arp_claim *ret_earlier)
{
	struct arp_claim *set =
		seen->claims[hash_bytes(&seen->key, &claim->ip, sizeof(claim->ip)) % ARP_SEEN_SETS];
	struct arp_claim *place = set;

	for (unsigned i = 0; i < ARP_SEEN_WAYS; i++) {
		if (set[i].frame && set[i].ip == claim->ip) {
			place = &set[i];
			if (!memcmp(place->mac, claim->mac, sizeof(claim->mac)))
				break;
			*ret_earlier = *place;
			return true;
		}
		if (set[i].frame < place->frame)
			place = &set[i];
	}
	*place = *claim;
	return false;
}
