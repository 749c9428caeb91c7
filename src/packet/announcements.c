// SPDX-License-Identifier: Apache-2.0
// Which conversations were announced, and what their protocols keep of them. See the header.
#include "packet/announcements.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"
#include "proto/ipv4.h"

#define PORTS 65536u

struct entry {
	uint64_t used; /* when it was last asked for; 0: free */
	struct addr address;
	struct addr other; /* family 0: anybody */
	uint16_t port;
	uint16_t other_port;
	uint8_t transport;
	struct announced what;
};

struct announcements {
	struct hash_key key;
	uint64_t clock;                              /* of what was asked or said */
	uint64_t ports[2][PORTS / 64];               /* named in some announcement: UDP, TCP */
	struct entry (*entries)[ANNOUNCEMENTS_WAYS]; /* NULL: none yet */
};

struct announcements *announcements_new(void)
{
	struct announcements *a = calloc(1, sizeof(*a));

	if (a && getrandom(&a->key, sizeof(a->key), 0) != (ssize_t)sizeof(a->key)) {
		free(a);
		return NULL;
	}
	return a;
}

void announcements_free(struct announcements *a)
{
	if (!a)
		return;
	free(a->entries);
	free(a);
}

void announcements_clear(struct announcements *a)
{
	if (!a->entries)
		return;
	free(a->entries);
	a->entries = NULL;
	memset(a->ports, 0, sizeof(a->ports));
}

static uint64_t *port_word(struct announcements *a, uint8_t transport, uint16_t port)
{
	return &a->ports[transport == IP_TCP][port / 64];
}

static bool port_named(struct announcements *a, uint8_t transport, uint16_t port)
{
	return *port_word(a, transport, port) >> port % 64 & 1;
}

static struct entry *set_of(const struct announcements *a, uint8_t transport,
			    const struct addr *address, uint16_t port)
{
	uint64_t words[3] = {0};

	memcpy(words, address->bytes, sizeof(address->bytes));
	words[2] = (uint64_t)port << 16 | (uint64_t)transport << 8 | address->family;
	return a->entries[hash_words(&a->key, words, 3) % ANNOUNCEMENTS_SETS];
}

static bool is_place(const struct entry *e, uint8_t transport, const struct addr *address,
		     uint16_t port)
{
	return e->used && e->port == port && e->transport == transport &&
	       addr_equal(&e->address, address);
}

/* Where the announcement goes: its like, a free place, or that of the one longest not asked for. */
static struct entry *place_for(struct entry *set, const struct announcement *n)
{
	static const struct addr anybody;
	struct entry *place = set;

	for (unsigned i = 0; i < ANNOUNCEMENTS_WAYS; i++) {
		struct entry *e = &set[i];

		if (is_place(e, n->transport, n->address, n->port) &&
		    e->other_port == n->other_port &&
		    addr_equal(&e->other, n->other ? n->other : &anybody))
			return e;
		if (e->used < place->used)
			place = e;
	}
	return place;
}

void announcements_add(struct announcements *a, const struct announcement *n)
{
	struct entry *e;

	if (!a->entries)
		a->entries = calloc(ANNOUNCEMENTS_SETS, sizeof(*a->entries));
	if (!a->entries)
		return;
	e = place_for(set_of(a, n->transport, n->address, n->port), n);
	*e = (struct entry) {
		.used = ++a->clock,
		.address = *n->address,
		.port = n->port,
		.other_port = n->other_port,
		.transport = n->transport,
		.what = n->what,
	};
	if (n->other)
		e->other = *n->other;
	*port_word(a, n->transport, n->port) |= (uint64_t)1 << n->port % 64;
}

/* How much an announcement says of the other side; -1: it speaks of somebody else. */
static int fit(const struct entry *e, const struct addr *other, uint16_t other_port)
{
	if ((e->other.family && !addr_equal(&e->other, other)) ||
	    (e->other_port && e->other_port != other_port))
		return -1;
	return (e->other.family ? 2 : 0) + (e->other_port ? 1 : 0);
}

struct announced *announcements_find(struct announcements *a, const struct announcement_query *q)
{
	const struct addr *ends[2] = {q->destination, q->source};
	const uint16_t ports[2] = {q->destination_port, q->source_port};
	struct entry *best = NULL;
	int best_fit = -1;

	for (unsigned side = 0; a->entries && side < 2; side++) {
		struct entry *set;

		if (!port_named(a, q->transport, ports[side]))
			continue;
		set = set_of(a, q->transport, ends[side], ports[side]);
		for (unsigned i = 0; i < ANNOUNCEMENTS_WAYS; i++) {
			int now;

			if (!is_place(&set[i], q->transport, ends[side], ports[side]))
				continue;
			now = fit(&set[i], ends[!side], ports[!side]);
			if (now > best_fit) {
				best_fit = now;
				best = &set[i];
			}
		}
	}
	if (!best)
		return NULL;
	best->used = ++a->clock;
	return &best->what;
}
