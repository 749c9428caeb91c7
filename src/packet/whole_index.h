/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which frame completed what a frame held a piece of: learned in a first pass over the capture,
 * told in the second.
 */
#ifndef SONDE_PACKET_WHOLE_INDEX_H
#define SONDE_PACKET_WHOLE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A frame may hold several pieces: `place` tells them apart. */
struct whole_index_row {
	uint32_t frame;
	uint32_t in;
	uint8_t place;
};

/* Initialise with zero. */
struct whole_index {
	struct whole_index_row *rows;
	uint32_t count;
	uint32_t room;
	bool sealed;
};

/* Notes one; nothing happens once sealed, or when memory (or 4 Mi rows) ran out. */
void whole_index_add(struct whole_index *index, uint32_t frame, uint8_t place, uint32_t in);

/* Everything was added: from now on it can be asked. */
void whole_index_seal(struct whole_index *index);

/* The completing frame, or 0: none, or not sealed. */
uint32_t whole_index_find(const struct whole_index *index, uint32_t frame, uint8_t place);

void whole_index_done(struct whole_index *index);

#endif
