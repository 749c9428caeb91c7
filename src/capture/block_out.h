/* SPDX-License-Identifier: Apache-2.0 */
/* Assembles pcapng blocks in memory and writes them out whole; the writer's lower half. */
#ifndef SONDE_CAPTURE_BLOCK_OUT_H
#define SONDE_CAPTURE_BLOCK_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/nsec.h"
#include "capture/pcapng_write.h"

/* Fields are block_out.c's own, but for status. */
struct block_out {
	int fd;
	uint8_t *buffer;
	size_t size;
	size_t len;        /* whole blocks, and the one being assembled */
	size_t block;      /* where the one being assembled begins */
	bool is_big;       /* byte order of the section being written */
	bool first_is_big; /* the same at the beginning of the buffer */
	uint64_t pending_frames;
	nsec_t pending_since; /* as pcapng_writer_pending_since() */
	bool is_regular;
	bool is_torn; /* the file ends in a part of a block and could not be cut back */
	off_t start;  /* where in a regular file we began */
	struct pcapng_writer_status status;
};

/* Onto fd, not owned, holding back at most size bytes. 0 or -ENOMEM. */
int block_out_init(struct block_out *o, int fd, size_t size);

/* Frees the memory without writing out. */
void block_out_done(struct block_out *o);

/*
 * Begins a block that takes at most body_room bytes between its head and the length at its end:
 * what is put must fit into that. -ENOMEM: there is no room and the block counts as lost.
 */
int block_begin(struct block_out *o, uint32_t type, size_t body_room);

/*
 * Ends the block begun. time is what pending_since may become. 0, or the code of the failure that
 * made it lost.
 */
int block_end(struct block_out *o, bool is_frame, nsec_t time);

/* Adds a whole block as it is; see pcapng_write_block(). */
int block_copy(struct block_out *o, const uint8_t *bytes, size_t len);

/* Writes out all whole blocks held. */
int block_flush(struct block_out *o);

/* Puts into the block begun, numbers in little-endian order. */
void block_put(struct block_out *o, const void *bytes, size_t len);
void block_put_u16(struct block_out *o, uint16_t value);
void block_put_u32(struct block_out *o, uint32_t value);
void block_put_u64(struct block_out *o, uint64_t value);

/* Zero bytes up to the next multiple of four. */
void block_put_padding(struct block_out *o);

/* Overwrites two bytes put at offset `at` of the buffer: lengths known later. */
void block_patch_u16(struct block_out *o, size_t at, uint16_t value);

/* Room for block_put_text(): what escaping takes at most, its ending NUL included. */
size_t block_text_room(const char *text, size_t limit);

/*
 * Puts text as UTF-8 of at most limit bytes, cut between characters (counted in
 * status.cut_texts). Newlines stay; all else that is not printable is escaped as \xNN. Returns
 * how many bytes it put.
 */
size_t block_put_text(struct block_out *o, const char *text, size_t limit);

#endif
