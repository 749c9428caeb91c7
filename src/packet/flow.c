// SPDX-License-Identifier: Apache-2.0
// The streams of a capture: which segments and datagrams belong together, numbered as met.
//
// Theory of operation. A stream is a pair of addresses and ports with a protocol, either way
// round. Streams live in one array that grows, found by a table of indices with open addressing
// under a keyed hash (strangers choose the keys). The array is bounded: once full, no new streams
// are numbered, and their sequence numbers stay raw.
#include "packet/flow.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"
#include "proto/ipv4.h"
#include "proto/tcp.h"

#define FLOWS_FIRST 1024u
#define FLOWS_MAX   (1u << 22)

/* Lower address and port first, so that both directions have one key. */
struct flow_key {
	uint8_t addresses[2][16];
	uint16_t ports[2];
	uint8_t protocol;
	uint8_t family;
};

struct flow_side {
	uint32_t base; /* first sequence number, the SYN's */
	int8_t shift;  /* window scale it offered; -1: no SYN seen */
	bool known;
};

struct flow {
	struct flow_key key;
	uint32_t number; /* within its protocol */
	nsec_t first;
	nsec_t last;
	uint8_t seen; /* bits of tcp.completeness */
	struct flow_side sides[2];
};

struct flows {
	struct hash_key key;
	struct flow *items;
	uint32_t count;
	uint32_t room;
	uint32_t *slots; /* index + 1; 0: free */
	uint32_t slot_count;
	uint32_t tcp_count;
	uint32_t udp_count;
};

static bool make_slots(struct flows *f, uint32_t count)
{
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (!slots)
		return false;
	for (uint32_t i = 0; i < f->count; i++) {
		uint64_t at = hash_bytes(&f->key, &f->items[i].key, sizeof(f->items[i].key));

		while (slots[at & (count - 1)])
			at++;
		slots[at & (count - 1)] = i + 1;
	}
	free(f->slots);
	f->slots = slots;
	f->slot_count = count;
	return true;
}

struct flows *flows_new(void)
{
	struct flows *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	if (getrandom(&f->key, sizeof(f->key), 0) != (ssize_t)sizeof(f->key) ||
	    !make_slots(f, FLOWS_FIRST)) {
		flows_free(f);
		return NULL;
	}
	return f;
}

void flows_free(struct flows *f)
{
	if (!f)
		return;
	free(f->items);
	free(f->slots);
	free(f);
}

/* Which side of the key the sender is. */
static unsigned make_key(const struct addr *source, const struct addr *destination,
			 const uint16_t ports[static 2], uint8_t protocol, struct flow_key *key)
{
	int order = memcmp(source->bytes, destination->bytes, 16);
	unsigned from = order > 0 || (order == 0 && ports[0] > ports[1]);

	memset(key, 0, sizeof(*key));
	memcpy(key->addresses[from], source->bytes, 16);
	memcpy(key->addresses[!from], destination->bytes, 16);
	key->ports[from] = ports[0];
	key->ports[!from] = ports[1];
	key->protocol = protocol;
	key->family = source->family;
	return from;
}

static struct flow *add(struct flows *f, const struct flow_key *key, uint64_t at, nsec_t time)
{
	struct flow *flow;

	if (f->count == FLOWS_MAX)
		return NULL;
	if (f->count == f->room) {
		uint32_t room = f->room ? f->room * 2 : FLOWS_FIRST;
		struct flow *items = realloc(f->items, room * sizeof(*items));

		if (!items)
			return NULL;
		f->items = items;
		f->room = room;
	}
	flow = &f->items[f->count++];
	*flow = (struct flow) {
		.key = *key,
		.number = key->protocol == IP_TCP ? f->tcp_count++ : f->udp_count++,
		.first = time,
		.last = time,
		.sides = {{.shift = TCP_SHIFT_UNKNOWN}, {.shift = TCP_SHIFT_UNKNOWN}},
	};
	f->slots[at & (f->slot_count - 1)] = f->count;
	return flow;
}

/* The stream of this key, a new one when there is none; NULL when the table is full. */
static struct flow *find(struct flows *f, const struct flow_key *key, nsec_t time)
{
	uint64_t at = hash_bytes(&f->key, key, sizeof(*key));
	uint32_t index;

	if (f->count >= f->slot_count / 2 && !make_slots(f, f->slot_count * 2) &&
	    f->count + 1 >= f->slot_count)
		return NULL;
	while ((index = f->slots[at & (f->slot_count - 1)])) {
		if (!memcmp(&f->items[index - 1].key, key, sizeof(*key)))
			return &f->items[index - 1];
		at++;
	}
	return add(f, key, at, time);
}

/* The sequence numbers of both sides start where each was first heard of. */
static void learn(struct flow *flow, unsigned from, const struct flow_segment *s)
{
	struct flow_side *us = &flow->sides[from];
	struct flow_side *them = &flow->sides[!from];

	if (s->flags & TCP_SYN) {
		us->base = s->seq;
		us->known = true;
		us->shift = s->wscale == FLOW_NO_WSCALE ? TCP_SHIFT_UNUSED : (int8_t)s->wscale;
	} else if (!us->known) {
		us->base = s->seq - 1;
		us->known = true;
	}
	if (!them->known && (s->flags & TCP_ACK)) {
		them->base = s->ack - 1;
		them->known = true;
	}
}

/* A new connection on the same ports is a new stream: a SYN with another number. */
static bool is_reuse(const struct flow *flow, unsigned from, const struct flow_segment *s)
{
	const struct flow_side *us = &flow->sides[from];

	return (s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && us->known && us->base != s->seq;
}

void flow_tcp(struct flows *f, const struct flow_segment *s, struct tcp_view *ret_view)
{
	struct flow_key key;
	unsigned from = make_key(s->source, s->destination,
				 (uint16_t[]) {s->source_port, s->destination_port}, IP_TCP, &key);
	struct flow *flow = find(f, &key, s->time);

	if (!flow)
		return;
	if (is_reuse(flow, from, s)) {
		*flow = (struct flow) {
			.key = key,
			.number = f->tcp_count++,
			.first = s->time,
			.last = s->time,
			.sides = {{.shift = TCP_SHIFT_UNKNOWN}, {.shift = TCP_SHIFT_UNKNOWN}},
		};
	}
	learn(flow, from, s);
	*ret_view = (struct tcp_view) {
		.known = true,
		.stream = flow->number,
		.seq_base = flow->sides[from].base,
		.ack_base = flow->sides[!from].base,
		.window_shift = flow->sides[from].shift,
		.since_first = s->time - flow->first,
		.since_previous = s->time - flow->last,
	};
	if (ret_view->window_shift >= 0 && flow->sides[!from].shift < 0)
		ret_view->window_shift = flow->sides[!from].shift;
	flow->last = s->time;
}

void flow_udp(struct flows *f, const struct flow_datagram *s, struct udp_view *ret_view)
{
	struct flow_key key;
	struct flow *flow;

	make_key(s->source, s->destination, (uint16_t[]) {s->source_port, s->destination_port},
		 IP_UDP, &key);
	flow = find(f, &key, s->time);
	if (!flow)
		return;
	*ret_view = (struct udp_view) {
		.known = true,
		.stream = flow->number,
		.since_first = s->time - flow->first,
		.since_previous = s->time - flow->last,
	};
	flow->last = s->time;
}

void flows_rewind(struct flows *f)
{
	f->count = f->tcp_count = f->udp_count = 0;
	memset(f->slots, 0, f->slot_count * sizeof(*f->slots));
}

void flow_counts(const struct flows *f, struct flow_counts *ret_counts)
{
	*ret_counts = (struct flow_counts) {
		.tcp = f->tcp_count,
		.udp = f->udp_count,
		.bytes = f->room * sizeof(*f->items) + f->slot_count * sizeof(*f->slots),
	};
}
