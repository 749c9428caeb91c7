/* SPDX-License-Identifier: Apache-2.0 */
/* Reads pcapng block by block: frames come out, everything else goes into the inventory. */
#ifndef SONDE_CAPTURE_PCAPNG_READ_H
#define SONDE_CAPTURE_PCAPNG_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/inventory.h"
#include "capture/pcapng.h"
#include "capture/source.h"
#include "packet/frame.h"
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

/* What was asked for besides frames. */
typedef void pcapng_block_fn(void *context, const struct pcapng_block *block);

/*
 * State of one reading. Fields are pcapng_read.c's own, but for block and options, which describe
 * the frame last given. Start with pcapng_reader_init().
 */
struct pcapng_reader {
	struct source *source;
	struct inventory *inventory;
	pcapng_block_fn *on_block;
	void *context;
	uint64_t records;       /* frame numbers given so far */
	uint32_t section_first; /* inventory index of the section's interface 0 */
	bool in_section;
	bool big_endian;
	struct pcapng_block block;
	struct pcapng_options options;
};

/*
 * Reads from source (at its beginning, not owned) into inventory (not owned). on_block may be NULL;
 * it gets each block that is not a frame, after the inventory took it in.
 */
void pcapng_reader_init(struct pcapng_reader *r, struct source *source, struct inventory *inventory,
			pcapng_block_fn *on_block, void *context);

/* As capture_next(). */
int pcapng_reader_next(struct pcapng_reader *r, struct frame *ret_frame, struct err *err);

#endif
