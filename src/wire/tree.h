/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the fields of one frame go when somebody wants them: the sink of all dissectors.
 *
 * Theory of operation. A dissector says each field it reads, with its bytes and value, whether or
 * not anybody listens. With no tree (NULL) that costs one comparison. With a tree it costs one
 * more: `wanted` is a bit for each field of the program, set by whoever asks (a filter wants its
 * own few, -T fields its columns, -V all). Items are kept in the order said, each with its parent,
 * in an array that is reused from frame to frame; text that is not in the frame lives in an arena
 * that is emptied with it. Values stay values: they become text only when printed.
 *
 * A frame may not grow the tree without bound: past TREE_ITEMS_MAX items or TREE_TEXT_MAX bytes
 * of text nothing more is taken and `full` is set, which the printed tree says. Some of both is
 * kept for saying so.
 */
#ifndef SONDE_WIRE_TREE_H
#define SONDE_WIRE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/addr.h"
#include "wire/field.h"

#define TREE_ITEMS_MAX  8192
#define TREE_TEXT_MAX   (384u * 1024)
#define TREE_ITEMS_KEPT 64u          /* of these, for what is said last: */
#define TREE_TEXT_KEPT  (16u * 1024) /* the frame itself, and that something was left out */
#define TREE_NO_PARENT  UINT32_MAX
#define TREE_FIELDS_MAX 65536 /* protocols times fields: 256 each */

enum item_flag {
	ITEM_GENERATED = 1, /* worked out, not read: shown in [brackets] */
	ITEM_HIDDEN = 2,    /* found by filters, not shown in the tree */
	ITEM_LITTLE = 4,    /* the number lies least significant byte first */
	ITEM_APPENDED = 8,  /* text follows "label: value" instead of standing for it */
};

struct item {
	uint16_t id;    /* FIELD_ID() */
	uint8_t flags;  /* enum item_flag */
	uint8_t source; /* which bytes: 0 the frame, else data put together from several */
	uint32_t at;    /* its bytes in the frame; len 0: none */
	uint32_t len;
	uint32_t parent; /* index, or TREE_NO_PARENT */
	uint32_t layer;  /* how often this protocol was met before: the # of a filter */
	union {
		uint64_t number;       /* BOOL, UINT, FRAME; IPV4 in host order */
		int64_t signed_number; /* INT, TIME, DURATION (ns) */
		double real;
		const uint8_t *bytes; /* value_len of them: BYTES, ETHER, IPV6, STRING */
	};
	uint32_t value_len;
	/*
	 * The line, when label and value alone would not do (the bits of a masked field are put
	 * before it in any case); with ITEM_APPENDED what follows them. Or NULL.
	 */
	const char *text;
};

struct tree {
	struct item *items;
	uint32_t count;
	uint32_t room;
	uint32_t parent;        /* where new items go */
	uint32_t layer;         /* of the protocol being read */
	uint32_t held;          /* bytes of the source that are there: items beyond are not taken */
	uint8_t source;         /* of the bytes being read */
	const uint64_t *wanted; /* TREE_FIELDS_MAX bits; NULL: everything */
	bool want_text; /* lines are wanted, not only values: dissectors then write `text` */
	bool full;      /* something was left out */
	bool last;      /* what comes now may use the room that was kept */
	char *text;     /* arena */
	size_t text_len;
	size_t text_room;
};

/*
 * Empties the tree for the next frame; what it held is gone. Initialise with zero. held is left
 * for the caller to set.
 */
void tree_clear(struct tree *t);
void tree_done(struct tree *t);

static inline bool tree_wants(const struct tree *t, uint16_t id)
{
	return t && (!t->wanted || t->wanted[id >> 6] >> (id & 63) & 1);
}

/*
 * Adds a field under the present parent. at and len: its bytes; where they are not all held
 * nothing is added, so that a header read from a cut frame may be said field by field. They return
 * the item (valid until the next one), or NULL when it was not added.
 */
struct item *tree_uint(struct tree *t, uint16_t id, uint32_t at, uint32_t len, uint64_t value);
struct item *tree_int(struct tree *t, uint16_t id, uint32_t at, uint32_t len, int64_t value);
struct item *tree_real(struct tree *t, uint16_t id, uint32_t at, uint32_t len, double value);
/* The value is copied. */
struct item *tree_bytes(struct tree *t, uint16_t id, uint32_t at, uint32_t len, const void *value,
			uint32_t value_len);
/* The same not copied: value lies in the frame, or in what else outlives the tree. */
struct item *tree_view(struct tree *t, uint16_t id, uint32_t at, uint32_t len, const void *value,
		       uint32_t value_len);
struct item *tree_string(struct tree *t, uint16_t id, uint32_t at, uint32_t len, const char *value);
struct item *tree_addr(struct tree *t, uint16_t id, uint32_t at, const struct addr *value);

/*
 * Begins an item whose children follow, until tree_close(). Call both always: where the item is
 * not wanted its children may still be, and then stand one level higher. Returns what
 * tree_close() needs.
 */
uint32_t tree_open(struct tree *t, const struct item *item);
void tree_close(struct tree *t, uint32_t before);

/* Where an item stands; TREE_NO_PARENT for NULL. Stays good when the pointer does not. */
static inline uint32_t tree_index(const struct tree *t, const struct item *item)
{
	return item ? (uint32_t)(item - t->items) : TREE_NO_PARENT;
}

/* Sets flags of an item; NULL is fine. Returns the item. */
static inline struct item *item_flag(struct item *item, unsigned flags)
{
	if (item)
		item->flags |= (uint8_t)flags;
	return item;
}

/*
 * Sets the line of an item (NULL is fine) to formatted text: all but the bits of a masked field.
 * Costs nothing unless lines are wanted.
 */
void item_text(struct tree *t, struct item *item, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds formatted text to the line of an item (NULL is fine), behind what it has. */
void item_append(struct tree *t, struct item *item, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Sets how many bytes an item (by index) covers, once that is known. */
void tree_set_len(struct tree *t, uint32_t index, uint32_t len);

#endif
