// SPDX-License-Identifier: Apache-2.0
// What dissectors remember of a TCP connection from one of its messages to the next.
#include "packet/memo.h"

#include <stdlib.h>
#include <string.h>

#define KEEPERS 2 /* of a stream: one that begins another, and that one */

struct entry {
	uint32_t stream;
	uint8_t protocol;
	uint8_t keepers[KEEPERS]; /* whose `kept` is */
	bool used;
	bool second; /* what `now` has is of the second pass */
	uint64_t kept[KEEPERS];
	uint64_t now[MEMO_LEN / sizeof(uint64_t)];
};

struct memos {
	struct entry entries[MEMOS_MAX];
	bool second;
	uint64_t nothing; /* `kept` of those whose stream keeps others' */
};

struct memos *memos_new(void)
{
	return calloc(1, sizeof(struct memos));
}

void memos_free(struct memos *m)
{
	free(m);
}

void memos_rewind(struct memos *m)
{
	m->second = true;
}

/* Where it keeps, if it does, or else may begin to; NULL: others keep there. */
static uint64_t *kept_by(struct entry *e, uint8_t protocol)
{
	for (unsigned i = 0; i < KEEPERS; i++)
		if (e->kept[i] && e->keepers[i] == protocol)
			return &e->kept[i];
	for (unsigned i = 0; i < KEEPERS; i++) {
		if (e->kept[i])
			continue;
		e->keepers[i] = protocol;
		return &e->kept[i];
	}
	return NULL;
}

void memos_ask(struct memos *m, uint32_t stream, uint8_t protocol, struct memo_view *ret_view)
{
	struct entry *e = &m->entries[stream % MEMOS_MAX];
	uint64_t *kept;

	if (!e->used || e->stream != stream)
		*e = (struct entry) {.stream = stream, .protocol = protocol, .used = true};
	else if (e->second != m->second || e->protocol != protocol)
		memset(e->now, 0, sizeof(e->now));
	e->protocol = protocol;
	e->second = m->second;
	kept = kept_by(e, protocol);
	m->nothing = 0;
	*ret_view = (struct memo_view) {
		.now = e->now,
		.kept = kept ? kept : &m->nothing,
		.second = m->second,
	};
}
