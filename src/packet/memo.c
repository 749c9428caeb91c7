// SPDX-License-Identifier: Apache-2.0
// What dissectors remember of a TCP connection from one of its messages to the next.
#include "packet/memo.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	uint32_t stream;
	uint8_t protocol;
	uint8_t keeper; /* whose `kept` is */
	bool used;
	bool second; /* what `now` has is of the second pass */
	uint64_t kept;
	uint64_t now[MEMO_LEN / sizeof(uint64_t)];
};

struct memos {
	struct entry entries[MEMOS_MAX];
	bool second;
	uint64_t nothing; /* `kept` of those whose stream keeps another's */
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

void memos_ask(struct memos *m, uint32_t stream, uint8_t protocol, struct memo_view *ret_view)
{
	struct entry *e = &m->entries[stream % MEMOS_MAX];

	if (!e->used || e->stream != stream)
		*e = (struct entry) {.stream = stream, .protocol = protocol, .used = true};
	else if (e->second != m->second || e->protocol != protocol)
		memset(e->now, 0, sizeof(e->now));
	e->protocol = protocol;
	e->second = m->second;
	if (!e->kept)
		e->keeper = protocol;
	m->nothing = 0;
	*ret_view = (struct memo_view) {
		.now = e->now,
		.kept = e->keeper == protocol ? &e->kept : &m->nothing,
		.second = m->second,
	};
}
