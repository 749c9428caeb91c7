/* SPDX-License-Identifier: Apache-2.0 */
/* Reads pcapng block by block: frames come out, everything else goes into the inventory. */
#ifndef SONDE_CAPTURE_PCAPNG_READ_H
#define SONDE_CAPTURE_PCAPNG_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/inventory.h"
#include "capture/pcapng_block.h"
#include "capture/source.h"
#include "packet/frame.h"

/* What was asked for besides frames. */
typedef void pcapng_block_fn(void *context, const struct pcapng_block *block);

/*
 * State of one reading. Fields are pcapng_read.c's own, but for block, which is that of the frame
 * last given. Start with pcapng_reader_init().
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
};

/*
 * Reads from source (at its beginning, not owned) into inventory (not owned). on_block may be NULL;
 * it gets each block that is not a frame, after the inventory took it in.
 */
void pcapng_reader_init(struct pcapng_reader *r, struct source *source, struct inventory *inventory,
			pcapng_block_fn *on_block, void *context);

/*
 * As capture_next(), but err gets only the clause that follows "FILE is damaged at byte N: ", with
 * source_offset() as N.
 */
int pcapng_reader_next(struct pcapng_reader *r, struct frame *ret_frame, struct err *err);

/*
 * Frames that are held whole and follow one another, at most max, 0 of them where another block
 * stands; none is read for it. All are of the same section. Bytes as frame.bytes of capture_next().
 */
unsigned pcapng_reader_held(struct pcapng_reader *r, struct frame *ret_frames, unsigned max);

/* The options of a frame it gave, of the section last begun, while the frame's bytes are good. */
struct pcapng_options pcapng_reader_options(const struct pcapng_reader *r,
					    const struct frame *frame);

#endif
