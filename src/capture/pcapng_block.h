/* SPDX-License-Identifier: Apache-2.0 */
/* One pcapng block in memory, and the walk over its options. */
#ifndef SONDE_CAPTURE_PCAPNG_BLOCK_H
#define SONDE_CAPTURE_PCAPNG_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/pcapng.h"
#include "wire/cursor.h"

/* One block as it stands in the file, checked only for its two lengths. Bytes as frame.bytes. */
struct pcapng_block {
	uint32_t type;   /* enum pcapng_block_type, or any other number */
	bool big_endian; /* the byte order of its section */
	uint64_t offset; /* of its first byte, in the unpacked file */
	uint32_t len;    /* of the whole block, head and both lengths included; multiple of 4 */
	const uint8_t *bytes;
};

/* One option as it stands in the file. value holds len bytes and is not NUL-ended. */
struct pcapng_option {
	uint16_t code;
	uint16_t len;
	const uint8_t *value;
};

/* A walk over the options of one block. Copy it to walk again. */
struct pcapng_options {
	struct cursor cursor;
	bool big_endian;
};

/*
 * The next option; false at the end. A length that runs out of the block ends the walk and leaves
 * walk->cursor.status other than CURSOR_OK.
 */
bool pcapng_option_next(struct pcapng_options *walk, struct pcapng_option *ret_option);

/* The next comment among the options, as pcapng_option_next(). The text is a stranger's. */
bool pcapng_comment_next(struct pcapng_options *walk, struct pcapng_option *ret_comment);

/*
 * The options of a whole block of a type that has them (the head of an unknown or custom block
 * hides where its options begin: none).
 */
struct pcapng_options pcapng_block_options(const struct pcapng_block *block);

/* Over the body of a block: after its type and length, before the length at its end. */
static inline struct cursor pcapng_block_body(const struct pcapng_block *block)
{
	uint32_t end = block->len - 4;
	struct cursor c = cursor_init(block->bytes, end, end);

	c.at = PCAPNG_BLOCK_HEAD;
	return c;
}

/* Over the value of an option. */
struct cursor pcapng_option_value(const struct pcapng_option *option);

/* len with the padding that follows it in a block; len < 2^32 - 3. */
static inline uint32_t pcapng_padded(uint32_t len)
{
	return (len + 3) & ~3u;
}

#endif
