// SPDX-License-Identifier: Apache-2.0
// A table of conversations or endpoints with their counts. See the header.
#include "packet/stat_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/big.h"
#include "proto/tcp.h"

#define ROOM_FIRST  256u
#define SLOTS_FIRST 1024u
#define LOAD_GOOD   5u /* slots are doubled when five eighths are used, if memory allows, */
#define LOAD_MOST   7u /* else at seven */
#define LOAD_DEN    8u
#define KEYS_AHEAD  32u /* keys whose slots are fetched before the first is looked at */
#define SLOTS_NEAR  16  /* of one line of memory */
#define RECENT      64u /* a power of two */
#define INDEX_BITS  24
#define INDEX_MASK  ((1u << INDEX_BITS) - 1)
#define PORT_BITS   16
#define NUMBER_BITS 48
#define MIX_NUMBERS 0x9e3779b97f4a7c15u /* odd: 2^64 by the golden ratio */
#define DIGIT_BITS  11                  /* of a packet count, when entries are put in order */
#define DIGIT_MAX   ((1u << DIGIT_BITS) - 1)

/* What struct stat_entry's flags hold besides the place of wide counters (0: none, else plus 1). */
#define ENTRY_WIDE    INDEX_MASK
#define ENTRY_KINDS   24         /* shift: two bits a side, enum side_kind up to SIDE_IPV4 */
#define ENTRY_LONG    (1u << 28) /* sides are in the pool, side[0] says where */
#define ENTRY_TURNED  (1u << 29) /* the second side was the first to send */
#define ENTRY_KNOWN_0 (1u << 30) /* base[0], base[1] are set */
#define ENTRY_KNOWN_1 (1u << 31)

static_assert(SIDE_IPV4 < 4, "the kind of a short side fits in two bits");

/* base, bytes and packets: by side in canonical order. */
struct stat_entry {
	nsec_t first;
	uint32_t base[2]; /* first sequence number, as Wireshark's relative numbers count */
	uint32_t bytes[2];
	uint32_t span;       /* last - first, ns */
	uint32_t flags;      /* ENTRY_... */
	uint16_t side[2][3]; /* 48 bits, high half-words first */
	uint16_t packets[2];
};

static_assert(sizeof(struct stat_entry) == 48, "the promise of memory a packet counts on it");

struct stat_wide {
	uint64_t packets[2];
	uint64_t bytes[2];
	nsec_t last;
};

struct stat_long {
	struct stat_side sides[2];
};

/* A packet's sides in canonical order: the same for both directions. */
struct key {
	struct stat_side sides[2]; /* set for long ones only */
	uint64_t number[2];        /* short sides: what the entry holds */
	uint32_t flags;            /* ENTRY_LONG or the kinds */
	bool turned;               /* sides[0] is the receiver */
	uint64_t hash;
};

/* An entry counted lately, by its short key. */
struct recent {
	uint64_t number[2];
	uint32_t flags;
	uint32_t entry; /* index + 1; 0: none */
};

/* A packet that waits to be counted. */
struct waiting {
	struct key key;
	nsec_t time;
	uint32_t len;
	uint32_t seq; /* of struct stat_talk, with streams */
	uint32_t ack;
	uint16_t flags;
	bool streams;
	uint8_t side; /* of the key: the sender, or that which is counted */
};

struct stat_queue {
	struct waiting items[KEYS_AHEAD];
	uint32_t count;
	struct recent recent[RECENT];
};

void stat_table_init(struct stat_table *t, const struct hash_key *key)
{
	*t = (struct stat_table) {.key = *key};
	t->queue = calloc(1, sizeof(*t->queue));
}

void stat_table_done(struct stat_table *t)
{
	big_free(t->entries, t->room * sizeof(*t->entries));
	big_free(t->slots, t->slot_count * sizeof(*t->slots));
	big_free(t->wide, t->wide_room * sizeof(*t->wide));
	big_free(t->longs, t->long_room * sizeof(*t->longs));
	free(t->queue);
	*t = (struct stat_table) {0};
}

/* ---- Keys ---- */

static bool side_long(const struct stat_side *s)
{
	return s->kind == SIDE_IPV6 || s->kind == SIDE_IPX;
}

/* 48 bits; told apart by the kind. */
static uint64_t side_number(const struct stat_side *s)
{
	if (s->kind == SIDE_IPV4)
		return s->low << PORT_BITS | s->port;
	return s->low;
}

static int side_compare(const struct stat_side *a, const struct stat_side *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->high != b->high)
		return a->high < b->high ? -1 : 1;
	if (a->low != b->low)
		return a->low < b->low ? -1 : 1;
	return a->port < b->port ? -1 : a->port > b->port;
}

static uint64_t hash_long(const struct stat_table *t, const struct stat_side *s)
{
	uint64_t mixed = s->high ^ ((uint64_t)s->port << NUMBER_BITS | s->kind);

	return hash_two(&t->key, mixed, s->low);
}

/* The key without its hash. */
static void set_key(const struct stat_side *from, const struct stat_side *to, struct key *key)
{
	if (from->kind == SIDE_IPV4 && to->kind == SIDE_IPV4) {
		uint64_t one = side_number(from), two = side_number(to);

		key->turned = one > two;
		key->number[0] = key->turned ? two : one;
		key->number[1] = key->turned ? one : two;
		key->flags = (uint32_t)(SIDE_IPV4 | SIDE_IPV4 << 2) << ENTRY_KINDS;
		return;
	}
	key->turned = side_compare(from, to) > 0;
	key->sides[0] = key->turned ? *to : *from;
	key->sides[1] = key->turned ? *from : *to;
	key->number[0] = side_number(&key->sides[0]);
	key->number[1] = side_number(&key->sides[1]);
	key->flags = side_long(from) || side_long(to)
			     ? ENTRY_LONG
			     : (uint32_t)(key->sides[0].kind | key->sides[1].kind << 2)
				       << ENTRY_KINDS;
}

static void hash_key(const struct stat_table *t, struct key *key)
{
	uint64_t kinds = key->flags >> ENTRY_KINDS;

	if (key->flags & ENTRY_LONG)
		key->hash = hash_two(&t->key, hash_long(t, &key->sides[0]),
				     hash_long(t, &key->sides[1]));
	else
		key->hash = hash_two(&t->key, key->number[0] | (kinds & 3) << NUMBER_BITS,
				     key->number[1] | (kinds >> 2 & 3) << NUMBER_BITS);
}

static void put_number(uint16_t out[static 3], uint64_t number)
{
	out[0] = (uint16_t)(number >> 32);
	out[1] = (uint16_t)(number >> 16);
	out[2] = (uint16_t)number;
}

static uint64_t get_number(const uint16_t in[static 3])
{
	return (uint64_t)in[0] << 32 | (uint32_t)in[1] << 16 | in[2];
}

/* ---- Entries ---- */

static bool same(const struct stat_table *t, const struct stat_entry *e, const struct key *key)
{
	const struct stat_long *l;

	if ((e->flags ^ key->flags) & (ENTRY_LONG | 0xfu << ENTRY_KINDS))
		return false;
	if (!(e->flags & ENTRY_LONG))
		return get_number(e->side[0]) == key->number[0] &&
		       get_number(e->side[1]) == key->number[1];
	l = &t->longs[get_number(e->side[0])];
	return !side_compare(&l->sides[0], &key->sides[0]) &&
	       !side_compare(&l->sides[1], &key->sides[1]);
}

static struct stat_side short_side(const struct stat_entry *e, unsigned i)
{
	uint8_t kind = e->flags >> (ENTRY_KINDS + 2 * i) & 3;
	uint64_t number = get_number(e->side[i]);

	if (kind == SIDE_IPV4)
		return (struct stat_side) {kind, (uint16_t)number, 0, number >> PORT_BITS};
	return (struct stat_side) {.kind = kind, .low = number};
}

/* The sides of an entry in canonical order. */
static void entry_sides(const struct stat_table *t, const struct stat_entry *e,
			struct stat_side sides[static 2])
{
	for (unsigned i = 0; i < 2; i++)
		sides[i] = e->flags & ENTRY_LONG ? t->longs[get_number(e->side[0])].sides[i]
						 : short_side(e, i);
}

/* What a slot holds besides the index: bits of the hash that its place does not tell. */
static uint32_t slot_tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32) & ~INDEX_MASK;
}

/* Where the entry of this key is or would be. */
static uint32_t *find_slot(const struct stat_table *t, const struct key *key)
{
	uint32_t mask = t->slot_count - 1;
	uint32_t tag = slot_tag(key->hash);
	uint32_t at = (uint32_t)key->hash & mask;

	while (t->slots[at]) {
		uint32_t slot = t->slots[at];

		if ((slot & ~INDEX_MASK) == tag &&
		    same(t, &t->entries[(slot & INDEX_MASK) - 1], key))
			break;
		at = (at + 1) & mask;
	}
	return &t->slots[at];
}

static uint64_t bytes_taken(const struct stat_table *t)
{
	return t->room * sizeof(*t->entries) + t->slot_count * sizeof(*t->slots) +
	       t->wide_room * sizeof(*t->wide) + t->long_room * sizeof(*t->longs);
}

/* Makes room for one more item; growth stays within the budget, so it may be a small step. */
static bool make_room(struct stat_table *t, void **items, uint32_t count, uint32_t *room,
		      size_t size)
{
	uint64_t taken = bytes_taken(t);
	uint64_t step = *room ? *room / 4 : ROOM_FIRST;
	void *bigger;

	if (count < *room)
		return true;
	if (taken + size > t->budget)
		return false;
	if (step * size > t->budget - taken)
		step = (t->budget - taken) / size;
	bigger = big_resize(*items, *room * size, (*room + step) * size);
	if (!bigger)
		return false;
	*items = bigger;
	*room += (uint32_t)step;
	return true;
}

/* The key that an entry was made for. */
static void key_of(const struct stat_table *t, const struct stat_entry *e, struct key *key)
{
	const struct stat_long *l;

	key->flags = e->flags & (ENTRY_LONG | 0xfu << ENTRY_KINDS);
	key->number[0] = get_number(e->side[0]);
	key->number[1] = get_number(e->side[1]);
	if (e->flags & ENTRY_LONG) {
		l = &t->longs[key->number[0]];
		key->sides[0] = l->sides[0];
		key->sides[1] = l->sides[1];
	}
	hash_key(t, key);
}

/* Has the memory of a key's slot fetched, and that behind it. */
static void fetch_slot(const struct stat_table *t, const struct key *key)
{
	const uint32_t *slot = &t->slots[(uint32_t)key->hash & (t->slot_count - 1)];

	__builtin_prefetch(slot);
	__builtin_prefetch(slot + SLOTS_NEAR); /* one in two is looked for there, too */
}

/* Later entries of a key take the place of earlier ones. */
static void fill_slots(struct stat_table *t)
{
	struct key keys[KEYS_AHEAD];

	for (uint32_t at = 0; at < t->count; at += KEYS_AHEAD) {
		uint32_t count = t->count - at < KEYS_AHEAD ? t->count - at : KEYS_AHEAD;

		for (uint32_t i = 0; i < count; i++) {
			key_of(t, &t->entries[at + i], &keys[i]);
			fetch_slot(t, &keys[i]);
		}
		for (uint32_t i = 0; i < count; i++)
			*find_slot(t, &keys[i]) = slot_tag(keys[i].hash) | (at + i + 1);
	}
}

static bool make_slots(struct stat_table *t)
{
	uint32_t count = t->slot_count ? t->slot_count * 2 : SLOTS_FIRST;
	uint32_t *slots;

	if (bytes_taken(t) + count * sizeof(*slots) > t->budget)
		return false;
	slots = big_resize(NULL, 0, count * sizeof(*slots));
	if (!slots)
		return false;
	big_free(t->slots, t->slot_count * sizeof(*slots));
	t->slots = slots;
	t->slot_count = count;
	fill_slots(t);
	return true;
}

static bool set_sides(struct stat_table *t, struct stat_entry *e, const struct key *key)
{
	if (!(key->flags & ENTRY_LONG)) {
		put_number(e->side[0], key->number[0]);
		put_number(e->side[1], key->number[1]);
		return true;
	}
	if (!make_room(t, (void **)&t->longs, t->long_count, &t->long_room, sizeof(*t->longs)))
		return false;
	put_number(e->side[0], t->long_count);
	t->longs[t->long_count++] = (struct stat_long) {{key->sides[0], key->sides[1]}};
	return true;
}

/* A new entry in its slot; NULL when there is no room for it. */
static struct stat_entry *add(struct stat_table *t, const struct key *key, uint32_t *slot,
			      nsec_t time)
{
	struct stat_entry *e;

	if (t->count == STAT_COUNT_MAX ||
	    !make_room(t, (void **)&t->entries, t->count, &t->room, sizeof(*t->entries)))
		return NULL;
	e = &t->entries[t->count];
	*e = (struct stat_entry) {.first = time, .flags = key->flags};
	if (key->turned)
		e->flags |= ENTRY_TURNED;
	if (!set_sides(t, e, key))
		return NULL;
	*slot = slot_tag(key->hash) | ++t->count;
	return e;
}

/* The entry of this key, a new one when there is none; NULL and left_out when it cannot be. */
static struct stat_entry *find(struct stat_table *t, const struct key *key, nsec_t time,
			       uint32_t **ret_slot)
{
	struct stat_entry *e = NULL;
	bool full;

	if (t->count == t->slot_count / LOAD_DEN * LOAD_GOOD)
		make_slots(t);
	full = t->count >= t->slot_count / LOAD_DEN * LOAD_MOST && !make_slots(t);

	if (t->slot_count) {
		*ret_slot = find_slot(t, key);
		if (**ret_slot)
			return &t->entries[(**ret_slot & INDEX_MASK) - 1];
		if (!full)
			e = add(t, key, *ret_slot, time);
	}
	if (!e)
		t->left_out++;
	return e;
}

/* ---- Counting ---- */

/* Moves the counts of an entry to wide ones; NULL when there is no room. */
static struct stat_wide *widen(struct stat_table *t, struct stat_entry *e)
{
	struct stat_wide *w;

	if (e->flags & ENTRY_WIDE)
		return &t->wide[(e->flags & ENTRY_WIDE) - 1];
	if (!make_room(t, (void **)&t->wide, t->wide_count, &t->wide_room, sizeof(*t->wide)))
		return NULL;
	w = &t->wide[t->wide_count++];
	*w = (struct stat_wide) {
		.packets = {e->packets[0], e->packets[1]},
		.bytes = {e->bytes[0], e->bytes[1]},
		.last = e->first + e->span,
	};
	e->flags |= t->wide_count;
	return w;
}

/* Whether a packet more still fits in the entry itself. */
static bool fits(const struct stat_entry *e, unsigned side, nsec_t time, uint32_t len)
{
	return !(e->flags & ENTRY_WIDE) && e->packets[side] < UINT16_MAX &&
	       len <= UINT32_MAX - e->bytes[side] && time >= e->first &&
	       time - e->first <= UINT32_MAX;
}

static void count_packet(struct stat_table *t, struct stat_entry *e, unsigned side, nsec_t time,
			 uint32_t len)
{
	struct stat_wide *w;

	if (fits(e, side, time, len)) {
		e->packets[side]++;
		e->bytes[side] += len;
		if (time - e->first > e->span)
			e->span = (uint32_t)(time - e->first);
		return;
	}
	w = widen(t, e);
	if (!w) {
		t->left_out++;
		return;
	}
	w->packets[side]++;
	w->bytes[side] += len;
	if (time > w->last)
		w->last = time;
	else if (time < e->first)
		e->first = time;
}

/* True when this SYN opens another connection than the one the entry counts. */
static bool is_reuse(const struct stat_entry *e, const struct waiting *w)
{
	return (w->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN &&
	       (e->flags & ENTRY_KNOWN_0 << w->side) && e->base[w->side] != w->seq;
}

/* Wireshark's rule for the numbers that a connection counts from. */
static void learn_base(struct stat_entry *e, const struct waiting *w)
{
	unsigned side = w->side;
	bool syn = w->flags & TCP_SYN;

	if (!(e->flags & ENTRY_KNOWN_0 << side) || (syn && (w->flags & TCP_ACK))) {
		e->base[side] = syn ? w->seq : w->seq - 1;
		e->flags |= ENTRY_KNOWN_0 << side;
	}
	if (!(e->flags & ENTRY_KNOWN_0 << !side) && (w->flags & TCP_ACK)) {
		e->base[!side] = w->ack - 1;
		e->flags |= ENTRY_KNOWN_0 << !side;
	}
}

/* Where an entry of this short key would be. */
static struct recent *recent_of(struct stat_table *t, const struct key *key)
{
	uint64_t mixed = (key->number[0] * MIX_NUMBERS ^ key->number[1]) * MIX_NUMBERS;

	return &t->queue->recent[mixed >> 32 & (RECENT - 1)];
}

/*
 * Counts a packet of an entry counted lately; false when it is none. It overtakes those that wait,
 * which nothing tells but a connection's numbers: not for streams.
 */
static bool count_recent(struct stat_table *t, const struct waiting *w)
{
	const struct recent *r;

	if (w->streams || w->key.flags & ENTRY_LONG)
		return false;
	r = recent_of(t, &w->key);
	if (!r->entry || r->flags != w->key.flags || r->number[0] != w->key.number[0] ||
	    r->number[1] != w->key.number[1])
		return false;
	count_packet(t, &t->entries[r->entry - 1], w->side, w->time, w->len);
	return true;
}

static void count_waiting(struct stat_table *t, const struct waiting *w)
{
	struct stat_entry *e;
	uint32_t *slot;

	e = find(t, &w->key, w->time, &slot);
	if (e && w->streams && is_reuse(e, w)) {
		e = add(t, &w->key, slot, w->time);
		t->left_out += !e;
	}
	if (!e)
		return;
	if (w->streams)
		learn_base(e, w);
	else if (!(w->key.flags & ENTRY_LONG))
		*recent_of(t, &w->key) = (struct recent) {
			.number = {w->key.number[0], w->key.number[1]},
			.flags = w->key.flags,
			.entry = (uint32_t)(e - t->entries) + 1,
		};
	count_packet(t, e, w->side, w->time, w->len);
}

/* Has the entry fetched that a slot, which is here by now, seems to lead to. */
static void fetch_entry(const struct stat_table *t, const struct key *key)
{
	uint32_t slot = t->slots[(uint32_t)key->hash & (t->slot_count - 1)];

	if (slot && (slot & ~INDEX_MASK) == slot_tag(key->hash))
		__builtin_prefetch(&t->entries[(slot & INDEX_MASK) - 1]);
}

void stat_table_settle(struct stat_table *t)
{
	struct stat_queue *q = t->queue;

	for (uint32_t i = 0; q && t->slot_count && i < q->count; i++)
		fetch_entry(t, &q->items[i].key);
	for (uint32_t i = 0; q && i < q->count; i++)
		count_waiting(t, &q->items[i]);
	if (q)
		q->count = 0;
}

void stat_table_allow(struct stat_table *t, uint64_t bytes)
{
	stat_table_settle(t);
	t->budget = bytes;
}

/* Where the next packet is to be put; NULL when it cannot be counted. */
static struct waiting *next_waiting(struct stat_table *t)
{
	if (!t->queue) {
		t->left_out++;
		return NULL;
	}
	if (t->queue->count == KEYS_AHEAD)
		stat_table_settle(t);
	return &t->queue->items[t->queue->count];
}

/* It was put there: counted, or it waits. */
static void take(struct stat_table *t, struct waiting *w)
{
	if (count_recent(t, w))
		return;
	hash_key(t, &w->key);
	if (t->slot_count)
		fetch_slot(t, &w->key);
	t->queue->count++;
}

void stat_table_talk(struct stat_table *t, const struct stat_talk *talk, bool streams, nsec_t time,
		     uint32_t len)
{
	struct waiting *w = next_waiting(t);

	if (!w)
		return;
	set_key(&talk->from, &talk->to, &w->key);
	w->time = time;
	w->len = len;
	w->seq = talk->seq;
	w->ack = talk->ack;
	w->flags = talk->flags;
	w->streams = streams;
	w->side = w->key.turned;
	take(t, w);
}

void stat_table_side(struct stat_table *t, const struct stat_side *side, bool sent, uint32_t len)
{
	static const struct stat_side nobody = {SIDE_NONE};
	struct waiting *w = next_waiting(t);

	if (!w)
		return;
	set_key(side, &nobody, &w->key);
	w->time = 0;
	w->len = len;
	w->streams = false;
	w->side = sent ? w->key.turned : !w->key.turned;
	take(t, w);
}

/* ---- Reading ---- */

void stat_table_get(const struct stat_table *t, uint32_t index, struct stat_row *ret_row)
{
	const struct stat_entry *e = &t->entries[index];
	bool turned = e->flags & ENTRY_TURNED;
	struct stat_side sides[2];

	entry_sides(t, e, sides);
	*ret_row = (struct stat_row) {
		.from = sides[turned],
		.to = sides[!turned],
		.packets = {e->packets[turned], e->packets[!turned]},
		.bytes = {e->bytes[turned], e->bytes[!turned]},
		.first = e->first,
		.last = e->first + e->span,
	};
	if (e->flags & ENTRY_WIDE) {
		const struct stat_wide *w = &t->wide[(e->flags & ENTRY_WIDE) - 1];

		for (unsigned i = 0; i < 2; i++) {
			ret_row->packets[i] = w->packets[turned ^ i];
			ret_row->bytes[i] = w->bytes[turned ^ i];
		}
		ret_row->last = w->last;
	}
}

static uint64_t packets_of(const struct stat_table *t, uint32_t index)
{
	const struct stat_entry *e = &t->entries[index];
	const struct stat_wide *w;

	if (!(e->flags & ENTRY_WIDE))
		return (uint64_t)e->packets[0] + e->packets[1];
	w = &t->wide[(e->flags & ENTRY_WIDE) - 1];
	return w->packets[0] + w->packets[1];
}

/* ---- Order ---- */

/* The digit of an entry's packet count that begins at this bit; most packets sort first. */
static uint32_t digit_of(const struct stat_table *t, uint32_t index, unsigned shift)
{
	return DIGIT_MAX - (uint32_t)(packets_of(t, index) >> shift & DIGIT_MAX);
}

/* Deals the indices out by one digit, those of equal digits in the order they had. */
static void deal(const struct stat_table *t, unsigned shift, const uint32_t *from, uint32_t *to)
{
	uint32_t places[DIGIT_MAX + 1] = {0};
	uint32_t sum = 0;

	for (uint32_t i = 0; i < t->count; i++)
		places[digit_of(t, i, shift)]++;
	for (uint32_t i = 0; i <= DIGIT_MAX; i++) {
		uint32_t here = places[i];

		places[i] = sum;
		sum += here;
	}
	for (uint32_t i = 0; i < t->count; i++)
		to[places[digit_of(t, from[i], shift)]++] = from[i];
}

/* Digit by digit from the lowest on: a scan's entries have few packets, so once is often all. */
uint32_t *stat_table_order(const struct stat_table *t)
{
	size_t size = (t->count ? t->count : 1) * sizeof(uint32_t);
	uint32_t *order = malloc(size);
	uint32_t *spare = malloc(size);
	uint64_t most = 0;

	for (uint32_t i = 0; order && i < t->count; i++) {
		order[i] = i;
		most = packets_of(t, i) > most ? packets_of(t, i) : most;
	}
	if (!spare) {
		free(order);
		order = NULL;
	}
	for (unsigned shift = 0; order && shift < 64 && most >> shift; shift += DIGIT_BITS) {
		uint32_t *sorted = spare;

		deal(t, shift, order, sorted);
		spare = order;
		order = sorted;
	}
	free(spare);
	return order;
}
