/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datagrams or messages of a capture that wait for their missing pieces.
 *
 * Theory of operation. They hang in buckets under a keyed hash, since strangers choose the keys,
 * and in one list by age. What is oldest goes first when count or bytes reach their bound, and
 * where the user says so by the time of packets; nothing looks at a clock, so each pass gives up
 * the same ones. One that is complete leaves the table: its bytes stay in `done` until the next
 * frame, as long as the dissection that asked.
 */
#ifndef SONDE_PACKET_WHOLE_TABLE_H
#define SONDE_PACKET_WHOLE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/nsec.h"
#include "packet/pieces.h"
#include "packet/whole_index.h"
#include "proto/whole.h"

#define WHOLE_KEY_LEN       40
#define WHOLE_TABLE_BUCKETS 2048u /* a power of two */

struct open_whole {
	uint8_t key[WHOLE_KEY_LEN];
	nsec_t first;        /* time of the piece that came first */
	uint32_t seq;        /* of a message: of its first byte */
	uint32_t completing; /* of one that is done: bytes of the piece that completed it */
	uint32_t wanted;     /* of a message: bytes, at least */
	uint8_t kind;        /* the user's */
	struct pieces pieces;
	struct open_whole *next; /* in the bucket, or in `done` */
	struct open_whole *newer;
	struct open_whole *older;
};

struct whole_counts {
	uint32_t open;     /* not complete */
	size_t bytes;      /* held by them */
	uint64_t complete; /* so far, in this pass */
	uint64_t aged;     /* given up: too old */
	uint64_t evicted;  /* given up: no room */
};

struct whole_table {
	struct hash_key key;
	uint32_t open_max;
	size_t bytes_max;
	struct open_whole *buckets[WHOLE_TABLE_BUCKETS];
	struct open_whole *oldest;
	struct open_whole *newest;
	struct open_whole *done; /* by the frame being read */
	uint64_t frame;          /* the frame being read */
	struct whole_index index;
	struct whole_counts counts;
};

/* 0, or a negative code when there is no randomness. Give it zero bytes. */
int whole_table_init(struct whole_table *t, uint32_t open_max, size_t bytes_max);
void whole_table_done(struct whole_table *t);

/*
 * The frame now being read. With another one `done` is emptied, and noted for the second pass where
 * the pieces in it were completed.
 */
void whole_table_turn(struct whole_table *t, uint64_t frame);

/* Another pass begins: forgets all but where pieces were completed. */
void whole_table_rewind(struct whole_table *t);

/* True from the second pass on. */
static inline bool whole_table_second(const struct whole_table *t)
{
	return t->index.sealed;
}

/* Gives up those that began before. */
void whole_table_age(struct whole_table *t, nsec_t before);

/* The open one of this key, or NULL; a new one (NULL: no memory), for which the oldest may go. */
struct open_whole *whole_table_find(struct whole_table *t, const uint8_t key[WHOLE_KEY_LEN]);
struct open_whole *whole_table_add(struct whole_table *t, const uint8_t key[WHOLE_KEY_LEN],
				   nsec_t now);

/* As pieces_add(); one that cannot take the piece is dropped, and false returned. */
bool whole_table_put(struct whole_table *t, struct open_whole *w, const struct piece *piece,
		     const uint8_t *bytes, bool last);

/* Gives up the oldest while there are too many bytes. */
void whole_table_trim(struct whole_table *t);

void whole_table_drop(struct whole_table *t, struct open_whole *w);

/* It is complete: joins it and moves it to `done`. False when memory ran out: it is gone. */
bool whole_table_complete(struct whole_table *t, struct open_whole *w);

/* Takes one that is done back among the open ones (its pieces: pieces_reopen()). */
void whole_table_reopen(struct whole_table *t, struct open_whole *w);

/* The one that the frame being read has completed with this piece, or NULL. */
struct open_whole *whole_table_find_done(const struct whole_table *t,
					 const uint8_t key[WHOLE_KEY_LEN],
					 const struct piece *piece);

/* What is told of one that is done. */
void whole_table_tell(const struct whole_table *t, const struct open_whole *w,
		      struct whole *ret_whole);

#endif
