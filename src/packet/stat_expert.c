// SPDX-License-Identifier: Apache-2.0
// Expert notes of a capture. See the header.
#include "packet/stat_expert.h"

#include <stdlib.h>
#include <string.h>

#include "proto/ws.h"

#define ROOM_FIRST 64u
#define SLOTS      (2 * STAT_EXPERT_MAX)
#define ID(field)  FIELD_ID(PROTOCOL_WS, field)

void stat_expert_init(struct stat_expert *e, uint32_t least, const struct hash_key *key)
{
	*e = (struct stat_expert) {.key = *key, .least = least};
}

void stat_expert_done(struct stat_expert *e)
{
	for (uint32_t i = 0; i < e->count; i++)
		free(e->rows[i].message);
	free(e->rows);
	free(e->slots);
	*e = (struct stat_expert) {0};
}

void stat_expert_want(uint64_t *wanted)
{
	static const uint16_t marks[] = {
		ID(WS_MALFORMED),      ID(WS_SHORT),           ID(WS_EXPERT),
		ID(WS_EXPERT_MESSAGE), ID(WS_EXPERT_SEVERITY), ID(WS_EXPERT_GROUP),
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		wanted[marks[i] >> 6] |= (uint64_t)1 << (marks[i] & 63);
	for (unsigned id = 0; id < PROTOCOL_COUNT; id++)
		wanted[FIELD_ID(id, 0) >> 6] |= (uint64_t)1 << (FIELD_ID(id, 0) & 63);
}

const char *stat_expert_group_name(uint32_t group)
{
	return value_name(field_get(ID(WS_EXPERT_GROUP))->names, group);
}

static bool same(const struct stat_expert_row *row, const struct stat_expert_row *other)
{
	return row->severity == other->severity && row->group == other->group &&
	       row->protocol == other->protocol && !strcmp(row->message, other->message);
}

static uint32_t *find_slot(const struct stat_expert *e, const struct stat_expert_row *row)
{
	uint64_t words = hash_bytes(&e->key, row->message, strlen(row->message));
	uint64_t rest = (uint64_t)row->severity << 32 | row->group;
	uint64_t at = hash_two(&e->key, words, rest);

	while (e->slots[at % SLOTS] && !same(&e->rows[e->slots[at % SLOTS] - 1], row))
		at++;
	return &e->slots[at % SLOTS];
}

static bool make_room(struct stat_expert *e)
{
	uint32_t room = e->room ? e->room * 2 : ROOM_FIRST;
	struct stat_expert_row *rows;

	if (!e->slots)
		e->slots = calloc(SLOTS, sizeof(*e->slots));
	if (!e->slots)
		return false;
	if (e->count < e->room)
		return true;
	rows = realloc(e->rows, room * sizeof(*rows));
	if (!rows)
		return false;
	e->rows = rows;
	e->room = room;
	return true;
}

/* Counts a note; its message is copied. */
static void add(struct stat_expert *e, const struct stat_expert_row *note)
{
	uint32_t *slot;
	char *message;

	if (!make_room(e)) {
		e->left_out++;
		return;
	}
	slot = find_slot(e, note);
	if (*slot) {
		e->rows[*slot - 1].count++;
		return;
	}
	message = e->count < STAT_EXPERT_MAX ? strdup(note->message) : NULL;
	if (!message) {
		e->left_out++;
		return;
	}
	e->rows[e->count] = *note;
	e->rows[e->count].message = message;
	e->rows[e->count].count = 1;
	*slot = ++e->count;
}

/* Whose note it is: the protocol it stands under, or the one whose header failed. */
static const char *owner(const struct tree *t, const struct item *item)
{
	const struct protocol *p;
	unsigned id = PROTOCOL_FRAME;

	while (item->parent != TREE_NO_PARENT) {
		item = &t->items[item->parent];
		id = item->id >> 8;
		if ((item->id == ID(WS_MALFORMED) || item->id == ID(WS_SHORT)) &&
		    !(item->flags & ITEM_HIDDEN)) {
			id = item->number < PROTOCOL_COUNT ? (unsigned)item->number : id;
			break;
		}
		if (id != PROTOCOL_WS)
			break;
	}
	if (id == PROTOCOL_COMMENT)
		id = PROTOCOL_FRAME; /* comments are the frame's */
	p = protocol_get((enum protocol_id)id);
	return p->brief ? p->brief : p->name ? p->name : p->title;
}

/* The parts of the note at t->items[at], which stand behind it. */
static void take_note(struct stat_expert *e, const struct tree *t, uint32_t at)
{
	struct stat_expert_row note = {.protocol = owner(t, &t->items[at])};
	char *message = NULL;

	for (uint32_t i = at + 1; i < t->count && t->items[i].parent == at; i++) {
		const struct item *item = &t->items[i];

		if (item->id == ID(WS_EXPERT_MESSAGE) && !message)
			message = strndup((const char *)item->bytes, item->value_len);
		else if (item->id == ID(WS_EXPERT_SEVERITY))
			note.severity = (uint32_t)item->number;
		else if (item->id == ID(WS_EXPERT_GROUP))
			note.group = (uint32_t)item->number;
	}
	note.message = message;
	if (message && note.severity >= e->least)
		add(e, &note);
	else if (!message)
		e->left_out++;
	free(message);
}

void stat_expert_feed(struct stat_expert *e, const struct stat_frame *f)
{
	const struct tree *t = f->dissect ? f->dissect->tree : NULL;

	for (uint32_t i = 0; t && i < t->count; i++)
		if (t->items[i].id == ID(WS_EXPERT))
			take_note(e, t, i);
}
