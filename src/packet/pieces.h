/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces of one datagram or message, in any order, until they make a whole.
 *
 * The piece that says it is the last fixes the end, the first of them if several do. Where pieces
 * overlap the one that begins first keeps its bytes, the earlier one of two that begin alike:
 * that is what Wireshark shows, and the marks tell of it.
 */
#ifndef SONDE_PACKET_PIECES_H
#define SONDE_PACKET_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/whole.h"

#define PIECES_MAX 8192 /* of one whole: 64 KiB in pieces of 8 bytes */

/* Initialise with zero. */
struct pieces {
	struct piece *items; /* by offset; those with one offset as they came */
	uint32_t count;
	uint32_t room;
	uint8_t *bytes; /* of all of them, as they came */
	uint32_t bytes_len;
	uint32_t bytes_room;
	uint32_t end; /* of the whole, once has_end */
	bool has_end;
	bool joined; /* bytes are those of the whole */
};

/*
 * Adds piece->len bytes; last: the whole ends with them. A piece of the same frame, layer and
 * offset as one that is there is that one, seen again. -E2BIG: one more than PIECES_MAX; -ENOMEM.
 */
int pieces_add(struct pieces *p, const struct piece *piece, const uint8_t *bytes, bool last);

/* True when no byte is missing up to the end. */
bool pieces_complete(const struct pieces *p);

/* Makes p->bytes the whole's, p->end of them, and marks the pieces. 0 or -ENOMEM. */
int pieces_join(struct pieces *p);

/* The whole ends where bytes now reach. */
void pieces_end(struct pieces *p);

/* The whole that was joined goes on, nobody knows how far. */
void pieces_reopen(struct pieces *p);

/* How far bytes reach from the start without a gap. */
uint32_t pieces_reach(const struct pieces *p);

/* Bytes of memory held. */
size_t pieces_size(const struct pieces *p);

void pieces_done(struct pieces *p);

#endif
