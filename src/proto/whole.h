/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A datagram or message put together from several frames, as the tables of packet/ answer for it
 * and as the tree shows it: "[3 IPv4 Fragments (2008 bytes): #1(800), #2(800), #3(408)]".
 */
#ifndef SONDE_PROTO_WHOLE_H
#define SONDE_PROTO_WHOLE_H

#include <stdbool.h>
#include <stdint.h>

struct dissect;

/* What is remarkable about a piece. */
enum piece_mark {
	PIECE_OVERLAP = 1,        /* begins where bytes were already */
	PIECE_CONFLICT = 2,       /* and other ones */
	PIECE_MULTIPLE_TAILS = 4, /* a second piece that says it is the last, and ends elsewhere */
	PIECE_TOO_LONG = 8,       /* reaches beyond the end */
};

struct piece {
	uint32_t frame;
	uint32_t offset; /* in the whole */
	uint32_t len;
	uint32_t at;   /* where its bytes are kept, until the whole is made */
	uint8_t layer; /* of the frame: one may carry several */
	uint8_t marks; /* enum piece_mark */
};

/* Zero: nothing is known. The bytes and pieces live as long as the dissection of the frame. */
struct whole {
	uint32_t frame;       /* that completes it; 0: none, or not known yet */
	const uint8_t *bytes; /* of a whole that this frame completes; else NULL */
	uint32_t len;
	const struct piece *pieces; /* by offset */
	uint32_t piece_count;
};

/* A fragment of an IP datagram; addresses are those of d->kept. */
struct fragment {
	uint32_t id;
	uint8_t protocol; /* 0 where it does not tell datagrams apart (IPv6) */
	bool more;
	uint32_t offset;
	const uint8_t *bytes;
	uint32_t len;
};

/* What the lines of a whole are called. */
struct whole_names {
	const char *title;  /* "IPv4 Fragments" */
	const char *source; /* "Reassembled IPv4" */
	uint16_t all;       /* ids of fields: all pieces, as bytes or without value */
	uint16_t piece;
	uint16_t overlap;
	uint16_t conflict;
	uint16_t multiple_tails;
	uint16_t too_long;
	uint16_t error; /* a piece with another mark than an overlap */
	uint16_t count;
	uint16_t len;
	uint16_t data;
};

/*
 * Adds the bytes of a complete whole as a source and says its pieces under the present parent.
 * Returns the source's number, 0 when there was no room for one more.
 */
uint8_t say_whole(struct dissect *d, const struct whole *whole, const struct whole_names *names);

/* "[Reassembled IPv4 in frame: 4]" */
void say_whole_in(struct dissect *d, uint16_t id, const struct whole *whole);

#endif
