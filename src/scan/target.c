// SPDX-License-Identifier: Apache-2.0
// One target: how many addresses it has, which one has which number, whether it has a given one.
#include "scan/target.h"

#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 wide;

/* An address as a number; IPv4 in the low 32 bits. */
static wide to_wide(const struct addr *a)
{
	wide value = 0;

	for (size_t i = 0; i < addr_len(a); i++)
		value = value << 8 | a->bytes[i];
	return value;
}

static struct addr from_wide(uint8_t family, wide value)
{
	struct addr a = {.family = family};

	for (size_t i = addr_len(&a); i-- > 0; value >>= 8)
		a.bytes[i] = (uint8_t)value;
	return a;
}

void target_done(struct target *t)
{
	free(t->octets);
	free(t->name);
	*t = (struct target) {0};
}

uint64_t target_count(const struct target *t)
{
	wide count;

	switch (t->kind) {
	case TARGET_NAME:
		return 0;
	case TARGET_OCTETS:
		return (uint64_t)t->octets->count[0] * t->octets->count[1] * t->octets->count[2] *
		       t->octets->count[3];
	case TARGET_RANGE:
		break;
	}
	count = to_wide(&t->last) - to_wide(&t->first);
	return count >= UINT64_MAX ? UINT64_MAX : (uint64_t)count + 1;
}

/* The value of an octet that has exactly rank smaller ones in its set; rank < the set's count. */
static uint8_t octet_at(const uint64_t set[static 4], uint64_t rank)
{
	unsigned word = 0;
	uint64_t left;

	while (rank >= (uint64_t)__builtin_popcountll(set[word]))
		rank -= (uint64_t)__builtin_popcountll(set[word++]);
	for (left = set[word]; rank; rank--)
		left &= left - 1;
	return (uint8_t)(word * 64 + (unsigned)__builtin_ctzll(left));
}

struct addr target_at(const struct target *t, uint64_t index)
{
	struct addr a = {.family = 4};

	switch (t->kind) {
	case TARGET_NAME:
		return (struct addr) {0};
	case TARGET_OCTETS:
		for (size_t i = 4; i-- > 0; index /= t->octets->count[i])
			a.bytes[i] = octet_at(t->octets->set[i], index % t->octets->count[i]);
		return a;
	case TARGET_RANGE:
		break;
	}
	return from_wide(t->first.family, to_wide(&t->first) + index);
}

bool target_contains(const struct target *t, const struct addr *a)
{
	switch (t->kind) {
	case TARGET_NAME:
		return false;
	case TARGET_OCTETS:
		if (a->family != 4)
			return false;
		for (size_t i = 0; i < 4; i++)
			if (!(t->octets->set[i][a->bytes[i] / 64] >> a->bytes[i] % 64 & 1))
				return false;
		return true;
	case TARGET_RANGE:
		break;
	}
	return a->family == t->first.family && addr_compare(&t->first, a) <= 0 &&
	       addr_compare(a, &t->last) <= 0;
}
