// SPDX-License-Identifier: Apache-2.0
// What a scanner itself says of hosts and ports, read out of its report.
#include "report/claims.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define PORTS_MAX 65535

/* One more item's room; false when memory is out. */
static bool grow(struct claims *c, void **items, size_t *room, size_t count, size_t size)
{
	size_t wanted = *room ? *room * 2 : 256;
	void *moved;

	if (count < *room)
		return true;
	moved = realloc(*items, wanted * size);
	if (!moved) {
		c->failed = true;
		return false;
	}
	*items = moved;
	*room = wanted;
	return true;
}

/* The number of a reason's word. */
static uint16_t word_of(struct claims *c, const char *reason)
{
	char word[CLAIM_WORD_SIZE];

	if (!reason || !*reason)
		return CLAIM_NO_WORD;
	text_escape(word, sizeof(word), reason);
	for (size_t i = 0; i < c->word_count; i++) {
		if (!strcmp(c->words[i], word))
			return (uint16_t)(i + 1);
	}
	if (c->word_count == CLAIM_WORDS_MAX - 1)
		strcpy(word, "other");
	if (c->word_count == CLAIM_WORDS_MAX)
		return CLAIM_WORDS_MAX;
	strcpy(c->words[c->word_count++], word);
	return (uint16_t)c->word_count;
}

/* The ledger's index of a host; EVENT_NONE, and counted so many times, when it is a stranger. */
static uint32_t host_of(struct claims *c, const struct addr *addr, uint64_t mentions)
{
	uint32_t host = ledger_find_host(c->ledger, addr);

	if (host != EVENT_NONE)
		return host;
	if (!c->strange_hosts)
		c->first_strange = *addr;
	c->strange_hosts += mentions;
	return EVENT_NONE;
}

/* Finds the host of a claim on so many ports; false, and counted, when no ledger knows them. */
static bool place(struct claims *c, const struct addr *addr, struct claim *claim, uint64_t ports)
{
	if (claim->kind > PROBE_KINDS) {
		c->strange_kinds += ports;
		return false;
	}
	claim->host = host_of(c, addr, ports);
	return claim->host != EVENT_NONE;
}

/* Adds a claim that has its place. */
static void add(struct claims *c, struct claim claim, const char *reason)
{
	if (c->count == CLAIMS_MAX) {
		c->crowded = true;
		return;
	}
	if (!grow(c, (void **)&c->items, &c->room, c->count, sizeof(*c->items)))
		return;
	claim.word = word_of(c, reason);
	claim.order = (uint32_t)c->count;
	c->items[c->count++] = claim;
}

void claims_add(struct claims *c, const struct addr *addr, struct claim claim, const char *reason)
{
	if (place(c, addr, &claim, 1))
		add(c, claim, reason);
}

/* Reads a number and moves *at behind it; -1 when there is none up to PORTS_MAX. */
static long take_number(const char **at)
{
	long number = 0;

	if (!isdigit((unsigned char)**at))
		return -1;
	for (; isdigit((unsigned char)**at); (*at)++) {
		number = number * 10 + (**at - '0');
		if (number > PORTS_MAX)
			return -1;
	}
	return number;
}

bool claims_add_list(struct claims *c, const struct addr *addr, struct claim claim,
		     const char *reason, const char *ports)
{
	while (*ports) {
		long first = take_number(&ports), last = first;

		if (first >= 0 && *ports == '-') {
			ports++;
			last = take_number(&ports);
		}
		if (first < 0 || last < first || (*ports && *ports != ','))
			return false;
		ports += *ports == ',';
		if (!place(c, addr, &claim, (uint64_t)(last - first) + 1))
			continue;
		for (; first <= last && !c->crowded; first++) {
			claim.port = (uint16_t)first;
			add(c, claim, reason);
		}
	}
	return true;
}

void claims_add_crowd(struct claims *c, const struct addr *addr, struct claim_crowd crowd)
{
	crowd.host = host_of(c, addr, 1);
	if (crowd.host == EVENT_NONE || c->crowd_count == CLAIMS_MAX ||
	    !grow(c, (void **)&c->crowds, &c->crowd_room, c->crowd_count, sizeof(*c->crowds)))
		return;
	c->crowds[c->crowd_count++] = crowd;
}

uint8_t claims_state_of(const char *name)
{
	for (int state = PORT_UNDECIDED + 1; state < PORT_STATES; state++) {
		if (!strcmp(name, port_state_name(state)))
			return (uint8_t)state;
	}
	return CLAIM_STATE_ELSE;
}

uint8_t claims_kind_of(const char *protocol)
{
	static const struct {
		const char *protocol;
		enum probe_kind kind;
	} rows[] = {{"tcp", PROBE_SYN}, {"udp", PROBE_UDP}, {"sctp", PROBE_SCTP}, {"ip", PROBE_IP}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!strcmp(protocol, rows[i].protocol))
			return (uint8_t)rows[i].kind;
	}
	return PROBE_KINDS;
}

const char *claims_word(const struct claims *c, const struct claim *claim)
{
	return claim->word == CLAIM_NO_WORD ? "" : c->words[claim->word - 1];
}

const char *claims_state(const struct claim *claim)
{
	if (claim->kind == PROBE_KINDS)
		return claim->state ? "up" : "down";
	return claim->state < PORT_STATES ? port_state_name(claim->state) : "in a state of its own";
}

static int by_subject(const void *a, const void *b)
{
	const struct claim *s = a, *t = b;

	if (s->host != t->host)
		return s->host < t->host ? -1 : 1;
	if (s->kind != t->kind)
		return s->kind < t->kind ? -1 : 1;
	if (s->port != t->port)
		return s->port < t->port ? -1 : 1;
	return s->order < t->order ? -1 : 1;
}

/* Puts the claims in order and keeps the last of those on one port. */
static void sort(struct claims *c)
{
	size_t kept = 0;

	if (c->count)
		qsort(c->items, c->count, sizeof(*c->items), by_subject);
	for (size_t i = 0; i < c->count; i++) {
		const struct claim *last = kept ? &c->items[kept - 1] : NULL;

		if (last && last->host == c->items[i].host && last->kind == c->items[i].kind &&
		    last->port == c->items[i].port)
			kept--;
		c->items[kept++] = c->items[i];
	}
	c->count = kept;
}

static int by_crowd(const void *a, const void *b)
{
	const struct claim_crowd *s = a, *t = b;

	if (s->host != t->host)
		return s->host < t->host ? -1 : 1;
	if (s->kind != t->kind)
		return s->kind < t->kind ? -1 : 1;
	return (s->state > t->state) - (s->state < t->state);
}

static void sort_crowds(struct claims *c)
{
	size_t kept = 0;

	if (c->crowd_count)
		qsort(c->crowds, c->crowd_count, sizeof(*c->crowds), by_crowd);
	for (size_t i = 0; i < c->crowd_count; i++) {
		if (kept && !by_crowd(&c->crowds[kept - 1], &c->crowds[i]))
			c->crowds[kept - 1].count += c->crowds[i].count;
		else
			c->crowds[kept++] = c->crowds[i];
	}
	c->crowd_count = kept;
}

uint64_t claims_crowd(const struct claims *c, uint32_t host, enum probe_kind kind,
		      enum port_state state)
{
	const struct claim_crowd key = {
		.host = host, .kind = (uint8_t)kind, .state = (uint8_t)state};
	const struct claim_crowd *found = NULL;

	if (c->crowd_count)
		found = bsearch(&key, c->crowds, c->crowd_count, sizeof(key), by_crowd);
	return found ? found->count : 0;
}

int claims_read(struct claims *c, const char *bytes, size_t len, const char *name, struct err *err)
{
	size_t at = 0;
	int code;

	if (len >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3))
		at = 3;
	while (at < len && isspace((unsigned char)bytes[at]))
		at++;
	if (at < len && bytes[at] == '<')
		code = claims_read_xml(c, bytes, len, name, err);
	else if (at < len && (bytes[at] == '[' || bytes[at] == '{'))
		code = claims_read_json(c, bytes, len, name, err);
	else
		code = claims_read_lines(c, bytes, len, name, err);
	if (code)
		return code;
	if (c->failed)
		return err_set(err, -ENOMEM, "there is no memory left to read \"%s\".", name);
	if (c->crowded)
		return err_set(err, -EFBIG,
			       "\"%s\" speaks of more than %d ports, which is too much to compare; "
			       "compare the hosts in parts",
			       name, CLAIMS_MAX);
	sort(c);
	sort_crowds(c);
	return 0;
}

void claims_done(struct claims *c)
{
	free(c->items);
	free(c->crowds);
	*c = (struct claims) {0};
}
