// SPDX-License-Identifier: Apache-2.0
// Which reply answers which request: echoes, DNS and their like.
#include "packet/pair.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"

#define HEADS (PAIRS_MAX * 2)

struct request {
	uint64_t hash;
	nsec_t time;
	uint32_t frame;
	uint32_t reply; /* frame; 0: none yet */
	uint32_t next;  /* in its chain: index + 1 */
	uint32_t mark;
};

struct match {
	uint32_t request;
	uint32_t reply;
	uint32_t tag; /* of what they share: a frame may hold several requests */
};

struct pairs {
	struct hash_key key;
	struct request *ring;
	uint32_t used; /* of the ring */
	uint32_t at;   /* where the next one goes */
	uint32_t *heads;
	struct match *matches; /* sorted by request once the second pass begins */
	uint32_t match_count;
	uint32_t match_room;
	bool second;
};

struct pairs *pairs_new(void)
{
	struct pairs *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->ring = malloc(PAIRS_MAX * sizeof(*p->ring));
	p->heads = calloc(HEADS, sizeof(*p->heads));
	if (!p->ring || !p->heads ||
	    getrandom(&p->key, sizeof(p->key), 0) != (ssize_t)sizeof(p->key)) {
		pairs_free(p);
		return NULL;
	}
	return p;
}

void pairs_free(struct pairs *p)
{
	if (!p)
		return;
	free(p->ring);
	free(p->heads);
	free(p->matches);
	free(p);
}

static int by_request(const void *a, const void *b)
{
	const struct match *x = a, *y = b;

	if (x->request != y->request)
		return x->request < y->request ? -1 : 1;
	return (x->tag > y->tag) - (x->tag < y->tag);
}

void pairs_rewind(struct pairs *p)
{
	memset(p->heads, 0, HEADS * sizeof(*p->heads));
	p->used = p->at = 0;
	if (p->match_count)
		qsort(p->matches, p->match_count, sizeof(*p->matches), by_request);
	p->second = true;
}

/* The same for both directions: the lower address and port first. */
static uint64_t message_hash(const struct pairs *p, const struct pair_message *m)
{
	const struct addr *first = m->source, *second = m->destination;
	uint32_t ports = (uint32_t)m->source_port << 16 | m->destination_port;
	int order = memcmp(first->bytes, second->bytes, sizeof(first->bytes));
	uint64_t words[6];

	if (order > 0 || (order == 0 && m->source_port > m->destination_port)) {
		first = m->destination;
		second = m->source;
		ports = (uint32_t)m->destination_port << 16 | m->source_port;
	}
	memcpy(&words[0], first->bytes, sizeof(first->bytes));
	memcpy(&words[2], second->bytes, sizeof(second->bytes));
	words[4] = m->query.number;
	words[5] = (uint64_t)ports << 16 | (uint64_t)m->query.kind << 8 | first->family;
	return hash_words(&p->key, words, sizeof(words) / sizeof(words[0]));
}

static struct request *find(struct pairs *p, uint64_t hash)
{
	uint32_t index = p->heads[hash & (HEADS - 1)];

	while (index && p->ring[index - 1].hash != hash)
		index = p->ring[index - 1].next;
	return index ? &p->ring[index - 1] : NULL;
}

/* Takes the oldest request out of its chain. */
static void forget(struct pairs *p, uint32_t index)
{
	uint32_t *link = &p->heads[p->ring[index].hash & (HEADS - 1)];

	while (*link != index + 1)
		link = &p->ring[*link - 1].next;
	*link = p->ring[index].next;
}

static struct request *add(struct pairs *p, uint64_t hash)
{
	struct request *r = &p->ring[p->at];

	if (p->used == PAIRS_MAX)
		forget(p, p->at);
	else
		p->used++;
	*r = (struct request) {.hash = hash, .next = p->heads[hash & (HEADS - 1)]};
	p->heads[hash & (HEADS - 1)] = p->at + 1;
	p->at = (p->at + 1) % PAIRS_MAX;
	return r;
}

static void note_match(struct pairs *p, const struct request *r)
{
	if (p->second || p->match_count == MATCHES_MAX)
		return;
	if (p->match_count == p->match_room) {
		uint32_t room = p->match_room ? p->match_room * 2 : 256;
		struct match *matches = realloc(p->matches, room * sizeof(*matches));

		if (!matches)
			return;
		p->matches = matches;
		p->match_room = room;
	}
	p->matches[p->match_count++] = (struct match) {r->frame, r->reply, (uint32_t)r->hash};
}

static uint32_t reply_of(const struct pairs *p, const struct request *r)
{
	const struct match wanted = {.request = r->frame, .tag = (uint32_t)r->hash};
	const struct match *found = NULL;

	if (p->second && p->match_count)
		found = bsearch(&wanted, p->matches, p->match_count, sizeof(wanted), by_request);
	return found ? found->reply : 0;
}

/* The same once more, and no other request with the same number. */
static bool is_repeated(const struct request *r, const struct pair_message *m)
{
	if (m->query.mark)
		return r->mark == m->query.mark;
	return !r->reply && m->query.patience && m->time - r->time < m->query.patience;
}

static void ask_request(struct pairs *p, const struct pair_message *m, uint64_t hash,
			struct pair_view *view)
{
	struct request *r = find(p, hash);

	if (r && is_repeated(r, m)) {
		view->repeats = r->frame;
		if (m->query.mark)
			view->frame = r->reply ? r->reply : reply_of(p, r);
		return;
	}
	if (!r)
		r = add(p, hash);
	r->frame = m->frame;
	r->time = m->time;
	r->reply = 0;
	r->mark = m->query.mark;
	view->frame = reply_of(p, r);
}

static void ask_reply(struct pairs *p, const struct pair_message *m, uint64_t hash,
		      struct pair_view *view)
{
	struct request *r = find(p, hash);

	if (!r)
		return;
	if (r->reply && !m->query.many) {
		view->repeats = r->reply;
		if (!r->mark)
			return;
	}
	view->frame = r->frame;
	view->time = m->time - r->time;
	if (r->reply)
		return; /* one of many, or said again */
	r->reply = m->frame;
	note_match(p, r);
}

void pairs_ask(struct pairs *p, const struct pair_message *message, struct pair_view *ret_view)
{
	uint64_t hash = message_hash(p, message);

	*ret_view = (struct pair_view) {.known = true, .settled = p->second};
	if (message->query.reply)
		ask_reply(p, message, hash, ret_view);
	else
		ask_request(p, message, hash, ret_view);
}
