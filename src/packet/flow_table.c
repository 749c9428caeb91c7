// SPDX-License-Identifier: Apache-2.0
// The table of streams behind packet/flow.h: found by addresses and ports, bounded, ageing.
#include "packet/flow_table.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/big.h"
#include "packet/flow.h"

#define KEY_WORDS4    3 /* two IPv4 addresses and two ports */
#define SLOTS_FIRST   4096u
#define RECORDS_FIRST 512u
#define SLOTS_NEAR    8u /* of one line of memory */
#define WHERE_KIND    30 /* shift */
#define WHERE_INDEX   ((1u << WHERE_KIND) - 1)
#define HAND_LOOKS    8  /* streams of which the one idle longest gives way */
#define SLOT_COST     16 /* bytes of the table that a stream answers for */

/* Bytes that may be held whatever was fed: most of it for what scans are made of. */
enum {
	FREE_TCP4 = 40 << 20,
	FREE_UDP4 = 8 << 20,
	FREE_TCP6 = 6 << 20,
	FREE_UDP6 = 2 << 20,
};

static_assert(FREE_TCP4 + FREE_UDP4 + FREE_TCP6 + FREE_UDP6 == FLOW_BYTES_FREE, "shared out");

static const struct {
	uint16_t record; /* bytes */
	uint16_t body;   /* offset of what is behind the key */
	uint8_t key;     /* words */
	uint32_t free;   /* enum above */
} kinds[FLOW_KINDS] = {
	[FLOW_TCP4] = {32 + FLOW_BODY_LEN, 32, KEY_WORDS4, FREE_TCP4},
	[FLOW_UDP4] = {32, 32, KEY_WORDS4, FREE_UDP4},
	[FLOW_TCP6] = {56 + FLOW_BODY_LEN, 56, FLOW_KEY_WORDS_MAX, FREE_TCP6},
	[FLOW_UDP6] = {56, 56, FLOW_KEY_WORDS_MAX, FREE_UDP6},
};

static_assert(sizeof(struct stream) + 3 * sizeof(uint32_t) <= 32 + 4, "an IPv4 key fits");

static struct stream *record(const struct flow_table *t, enum flow_kind kind, uint32_t index)
{
	void *at = t->pools[kind].bytes + (size_t)index * kinds[kind].record;

	return at;
}

struct stream *flow_table_at(const struct flow_table *t, enum flow_kind kind, uint32_t index)
{
	return record(t, kind, index);
}

uint32_t flow_table_index(const struct flow_table *t, enum flow_kind kind, const struct stream *s)
{
	return (uint32_t)(((const uint8_t *)s - t->pools[kind].bytes) / kinds[kind].record);
}

void *stream_body(struct stream *s, enum flow_kind kind)
{
	return (uint8_t *)s + kinds[kind].body;
}

/* These are of known length where it counts: a copy of unknown length costs more than its start. */
static bool same_key(const uint32_t *one, const uint32_t *two, unsigned words)
{
	if (words == KEY_WORDS4)
		return one[0] == two[0] && one[1] == two[1] && one[2] == two[2];
	return !memcmp(one, two, FLOW_KEY_WORDS_MAX * sizeof(*one));
}

static void copy_key(uint32_t *to, const uint32_t *from, unsigned words)
{
	memcpy(to, from, (words == KEY_WORDS4 ? KEY_WORDS4 : FLOW_KEY_WORDS_MAX) * sizeof(*to));
}

static uint32_t key_hash(const struct flow_table *t, enum flow_kind kind, const uint32_t *key)
{
	uint64_t words[FLOW_KEY_WORDS_MAX / 2 + 1];
	unsigned count = kinds[kind].key / 2;

	if (kind == FLOW_TCP4 || kind == FLOW_UDP4)
		return hash_four(&t->fours, key[0], key[1], key[2], kind);
	for (unsigned i = 0; i < count; i++)
		words[i] = (uint64_t)key[2 * i] << 32 | key[2 * i + 1];
	words[count] = (uint64_t)key[2 * count] << 32 | kind;
	return (uint32_t)hash_words(&t->key, words, count + 1);
}

static size_t pool_size(const struct flow_table *t, unsigned kind)
{
	return (size_t)t->pools[kind].room * kinds[kind].record;
}

int flow_table_init(struct flow_table *t, stream_drop_fn *drop, void *context)
{
	t->drop = drop;
	t->context = context;
	t->slots = big_resize(NULL, 0, SLOTS_FIRST * sizeof(*t->slots));
	if (!t->slots)
		return -ENOMEM;
	t->slot_count = SLOTS_FIRST;
	if (getrandom(&t->key, sizeof(t->key), 0) != (ssize_t)sizeof(t->key) ||
	    getrandom(&t->fours, sizeof(t->fours), 0) != (ssize_t)sizeof(t->fours))
		return -EIO;
	return 0;
}

void flow_table_done(struct flow_table *t)
{
	for (unsigned i = 0; i < FLOW_KINDS; i++)
		big_free(t->pools[i].bytes, pool_size(t, i));
	big_free(t->slots, t->slot_count * sizeof(*t->slots));
}

void flow_table_clear(struct flow_table *t)
{
	memset(t->slots, 0, t->slot_count * sizeof(*t->slots));
	t->used = 0;
	t->dropped = 0;
	for (unsigned i = 0; i < FLOW_KINDS; i++) {
		struct flow_pool *p = &t->pools[i];

		*p = (struct flow_pool) {.bytes = p->bytes, .room = p->room};
	}
}

/* As a number that keeps the order of the bytes. */
static uint32_t word_at(const struct addr *a, unsigned i)
{
	const uint8_t *p = a->bytes + 4 * (size_t)i;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void flow_key_set(struct flow_key *key, bool tcp, const struct addr *source,
		  const struct addr *destination, uint16_t source_port, uint16_t destination_port)
{
	bool ip6 = source->family == 6;
	unsigned words = ip6 ? 4 : 1;
	int order = 0;

	key->kind = ip6 ? (tcp ? FLOW_TCP6 : FLOW_UDP6) : (tcp ? FLOW_TCP4 : FLOW_UDP4);
	for (unsigned i = 0; i < words; i++) {
		uint32_t a = word_at(source, i);
		uint32_t b = word_at(destination, i);

		if (order == 0 && a != b)
			order = a < b ? -1 : 1;
		key->words[i] = a;
		key->words[words + i] = b;
	}
	key->from = order > 0 || (order == 0 && source_port > destination_port);
	if (!key->from) {
		key->words[2 * words] = (uint32_t)source_port << 16 | destination_port;
		return;
	}
	key->words[2 * words] = (uint32_t)destination_port << 16 | source_port;
	for (unsigned i = 0; i < words; i++) {
		uint32_t a = key->words[i];

		key->words[i] = key->words[words + i];
		key->words[words + i] = a;
	}
}

static void grow_slots(struct flow_table *t)
{
	uint32_t count = t->slot_count * 2;
	struct flow_slot *slots;

	if (count <= t->slot_count)
		return;
	slots = big_resize(NULL, 0, count * sizeof(*slots));
	if (!slots)
		return;
	for (uint32_t i = 0; i < t->slot_count; i++) {
		uint32_t at = t->slots[i].hash;

		if (!t->slots[i].where)
			continue;
		while (slots[at & (count - 1)].where)
			at++;
		slots[at & (count - 1)] = t->slots[i];
	}
	big_free(t->slots, t->slot_count * sizeof(*slots));
	t->slots = slots;
	t->slot_count = count;
}

/* Empties a slot and moves up those behind it that would not be found any more. */
static void remove_slot(struct flow_table *t, uint32_t gap)
{
	uint32_t mask = t->slot_count - 1;
	uint32_t at = gap;

	for (;;) {
		at = (at + 1) & mask;
		if (!t->slots[at].where)
			break;
		if (((at - t->slots[at].hash) & mask) < ((at - gap) & mask))
			continue; /* its own place lies behind the gap */
		t->slots[gap] = t->slots[at];
		gap = at;
	}
	t->slots[gap] = (struct flow_slot) {0};
	t->used--;
}

static void drop(struct flow_table *t, enum flow_kind kind, uint32_t index)
{
	struct flow_pool *p = &t->pools[kind];
	struct stream *s = record(t, kind, index);
	uint32_t where = (uint32_t)kind << WHERE_KIND | (index + 1);
	uint32_t at = key_hash(t, kind, s->key);

	if (t->drop)
		t->drop(t->context, s, kind);
	while (t->slots[at & (t->slot_count - 1)].where != where)
		at++;
	remove_slot(t, at & (t->slot_count - 1));
	s->form = STREAM_FREE;
	s->last = p->free;
	p->free = index + 1;
	p->live--;
	t->dropped++;
}

/* Of the next few streams the one idle longest goes. */
static void age(struct flow_table *t, enum flow_kind kind)
{
	struct flow_pool *p = &t->pools[kind];
	uint32_t oldest = UINT32_MAX;

	for (unsigned i = 0; i < HAND_LOOKS; i++) {
		uint32_t at = p->hand;
		const struct stream *s = record(t, kind, at);

		p->hand = at + 1 < p->count ? at + 1 : 0;
		if (s->form == STREAM_FREE)
			continue;
		if (oldest == UINT32_MAX || s->last < record(t, kind, oldest)->last)
			oldest = at;
	}
	if (oldest != UINT32_MAX)
		drop(t, kind, oldest);
}

static bool at_bound(const struct flow_table *t, enum flow_kind kind)
{
	const struct flow_pool *p = &t->pools[kind];
	uint64_t cost = (uint64_t)p->live * (kinds[kind].record + SLOT_COST);

	return p->live >= WHERE_INDEX - 1 || cost >= kinds[kind].free + p->fed * FLOW_BYTES_A_FRAME;
}

/* Index of a record for a new stream; UINT32_MAX: no memory. */
static uint32_t take_record(struct flow_table *t, enum flow_kind kind)
{
	struct flow_pool *p = &t->pools[kind];
	uint32_t index;

	if (at_bound(t, kind))
		age(t, kind);
	if (p->free) {
		index = p->free - 1;
		p->free = (uint32_t)record(t, kind, index)->last;
		return index;
	}
	if (p->count == p->room) {
		uint32_t room = p->room ? p->room + p->room / 2 : RECORDS_FIRST;
		uint8_t *bytes =
			big_resize(p->bytes, pool_size(t, kind), (size_t)room * kinds[kind].record);

		if (!bytes)
			return UINT32_MAX;
		p->bytes = bytes;
		p->room = room;
	}
	return p->count++;
}

/* A stream whose key is not in the table. */
static __attribute__((noinline)) struct stream *insert(struct flow_table *t,
						       const struct flow_key *key)
{
	struct flow_pool *p = &t->pools[key->kind];
	uint32_t index = take_record(t, key->kind);
	struct stream *s;
	uint32_t at = key->hash;

	if (index == UINT32_MAX)
		return NULL;
	if (t->used >= t->slot_count - t->slot_count / 4)
		grow_slots(t);
	if (t->used + 1 >= t->slot_count)
		return NULL; /* no memory for more slots: the record stays unused */
	while (t->slots[at & (t->slot_count - 1)].where)
		at++;
	t->slots[at & (t->slot_count - 1)] = (struct flow_slot) {
		.hash = key->hash,
		.where = (uint32_t)key->kind << WHERE_KIND | (index + 1),
	};
	t->used++;
	p->live++;
	s = record(t, key->kind, index);
	if (key->kind == FLOW_TCP4)
		memset(s, 0, 32 + FLOW_BODY_LEN); /* its length is known here */
	else
		memset(s, 0, kinds[key->kind].record);
	copy_key(s->key, key->words, kinds[key->kind].key);
	return s;
}

void flow_table_hash(const struct flow_table *t, struct flow_key *key)
{
	key->hash = key_hash(t, key->kind, key->words);
	/* A full table is asked for some slots more than one. */
	__builtin_prefetch(&t->slots[key->hash & (t->slot_count - 1)]);
	__builtin_prefetch(&t->slots[(key->hash + SLOTS_NEAR) & (t->slot_count - 1)]);
}

void flow_table_near(const struct flow_table *t, const struct flow_key *key)
{
	const struct flow_slot *slot = &t->slots[key->hash & (t->slot_count - 1)];
	const uint8_t *s;

	if (slot->hash != key->hash || slot->where >> WHERE_KIND != (uint32_t)key->kind)
		return; /* another one's, or none: the loop that looks further comes later */
	s = (const uint8_t *)record(t, key->kind, (slot->where & WHERE_INDEX) - 1);
	__builtin_prefetch(s);
	__builtin_prefetch(s + kinds[key->kind].record - 1);
}

/* The stream of this key; NULL: there is none. */
static inline struct stream *look_up(const struct flow_table *t, const struct flow_key *key,
				     enum flow_kind kind)
{
	uint32_t mask = t->slot_count - 1;
	const struct flow_slot *slot;

	for (uint32_t at = key->hash; (slot = &t->slots[at & mask])->where; at++) {
		struct stream *s;

		if (slot->hash != key->hash || slot->where >> WHERE_KIND != (uint32_t)kind)
			continue;
		s = record(t, kind, (slot->where & WHERE_INDEX) - 1);
		if (same_key(s->key, key->words, kinds[kind].key))
			return s;
	}
	return NULL;
}

struct stream *flow_table_get(struct flow_table *t, const struct flow_key *key, bool *ret_new)
{
	struct stream *s;

	t->pools[key->kind].fed++;
	if (key->kind == FLOW_TCP4) /* nearly all: what is known of the kind becomes constants */
		s = look_up(t, key, FLOW_TCP4);
	else
		s = look_up(t, key, key->kind);
	*ret_new = !s;
	return s ? s : insert(t, key);
}

uint64_t flow_table_bytes(const struct flow_table *t)
{
	uint64_t bytes = t->slot_count * sizeof(*t->slots);

	for (unsigned i = 0; i < FLOW_KINDS; i++)
		bytes += (uint64_t)t->pools[i].count * kinds[i].record;
	return bytes;
}
