// SPDX-License-Identifier: Apache-2.0
// What a conversation or endpoint is found by. See the header.
#include "packet/stat_key.h"

#include <assert.h>

#define NUMBER_BITS 48

static_assert(SIDE_IPV4 < 1 << STAT_KEY_KIND_BITS, "the kind of a short side fits in two bits");

void stat_secret_init(struct stat_secret *secret, const struct hash_key *key)
{
	secret->long_keys = *key;
	for (unsigned i = 0; i < sizeof(secret->short_keys.k) / sizeof(secret->short_keys.k[0]);
	     i++)
		secret->short_keys.k[i] = hash_two(key, i, 0);
}

static bool side_long(const struct stat_side *s)
{
	return s->kind == SIDE_IPV6 || s->kind == SIDE_IPX;
}

int stat_side_compare(const struct stat_side *a, const struct stat_side *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->high != b->high)
		return a->high < b->high ? -1 : 1;
	if (a->low != b->low)
		return a->low < b->low ? -1 : 1;
	return a->port < b->port ? -1 : a->port > b->port;
}

void stat_key_set(struct stat_key *key, const struct stat_side *from, const struct stat_side *to)
{
	if (from->kind == to->kind && !side_long(from)) {
		stat_key_set_short(key, (enum side_kind)from->kind, stat_short_number(from),
				   stat_short_number(to));
		return;
	}
	key->turned = stat_side_compare(from, to) > 0;
	key->sides[0] = key->turned ? *to : *from;
	key->sides[1] = key->turned ? *from : *to;
	key->pair =
		stat_pair_of(stat_short_number(&key->sides[0]), stat_short_number(&key->sides[1]));
	key->flags = side_long(from) || side_long(to)
			     ? STAT_KEY_LONG
			     : stat_key_kinds((enum side_kind)key->sides[0].kind,
					      (enum side_kind)key->sides[1].kind);
}

static uint64_t hash_side(const struct hash_key *key, const struct stat_side *s)
{
	uint64_t mixed = s->high ^ ((uint64_t)s->port << NUMBER_BITS | s->kind);

	return hash_two(key, mixed, s->low);
}

uint32_t stat_key_hash_long(const struct stat_secret *secret, const struct stat_key *key)
{
	const struct hash_key *k = &secret->long_keys;

	return (uint32_t)hash_two(k, hash_side(k, &key->sides[0]), hash_side(k, &key->sides[1]));
}
