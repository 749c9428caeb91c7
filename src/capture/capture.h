/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens any capture file and gives its frames one by one: pcap or pcapng, plain or packed with
 * gzip or zstd, from a path, standard input, an open descriptor or memory.
 */
#ifndef SONDE_CAPTURE_CAPTURE_H
#define SONDE_CAPTURE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/inventory.h"
#include "capture/pcapng.h"
#include "capture/pcapng_read.h"
#include "capture/source.h"
#include "packet/frame.h"

struct capture;

struct capture_options {
	bool follow;               /* a growing file: its end is "no more yet" (not of a pipe) */
	pcapng_block_fn *on_block; /* gets every pcapng block that is not a frame; may be NULL */
	void *context;             /* for on_block */
	const char *name;          /* what sentences call memory; NULL: "memory" */
};

enum capture_format {
	CAPTURE_PCAP,
	CAPTURE_PCAPNG,
};

/* Why reading stopped before the end. */
struct capture_damage {
	int code;        /* what capture_next() returned */
	uint64_t offset; /* of the first byte not read as frame, in the unpacked file */
	const char *sentence;
};

/*
 * Opens a file; "-" is standard input. options may be NULL. 0, or a negative code and a sentence:
 * -ENOENT and kin from the system, -EINVAL when it is no capture file, -ENODATA when it is empty.
 * A file whose very header is damaged opens when it can be recognised, and capture_next() tells.
 */
int capture_open(const char *path, const struct capture_options *options,
		 struct capture **ret_capture, struct err *err);

/* The same for an open descriptor, closed by capture_free() or on failure; name is copied. */
int capture_open_fd(int fd, const char *name, const struct capture_options *options,
		    struct capture **ret_capture, struct err *err);

/* The same for memory, which stays the caller's and unchanged until capture_free(). */
int capture_open_memory(const void *bytes, size_t len, const struct capture_options *options,
			struct capture **ret_capture, struct err *err);

/* Closes and frees; NULL is fine. */
void capture_free(struct capture *c);

/*
 * The next frame: 1 and *ret_frame set; 0 at a clean end; -EAGAIN when a followed file (or a
 * non-blocking descriptor) has no whole frame yet: ask again later; another negative code and a
 * sentence with the offset when the file is damaged (-EBADMSG), cannot be read on (-EIO and kin)
 * or memory ran out. After that nothing more is read: the same answer comes again, and the frames
 * given before are good.
 *
 * frame.bytes and what capture_frame_*() give are valid until the next call. frame.id counts from
 * 1 as Wireshark does, frame.time is wall time in ns since 1970 (0 for a simple packet block,
 * which has none), held within +-2^62 so that any two may be subtracted; frame.interface is an
 * index into capture_inventory()->interfaces. captured_len <= CAPTURE_FRAME_MAX; wire_len is what
 * the file says, and may be less than captured_len.
 */
int capture_next(struct capture *c, struct frame *ret_frame, struct err *err);

/*
 * The same for several frames at once, at most max (at least 1): how many of *ret_frames were set.
 * It gives those that are there without reading on, so a slow pipe's frames come at once. The
 * bytes of all are valid until the next call; capture_frame_*() tell of the last one.
 */
int capture_next_some(struct capture *c, struct frame *ret_frames, unsigned max, struct err *err);

/* What the file has said about itself so far. */
const struct inventory *capture_inventory(const struct capture *c);

/*
 * The options of a frame whose bytes are still good: see pcapng_comment_next(). Empty where
 * frame.options_len is 0, as for pcap.
 */
struct pcapng_options capture_frame_options(const struct capture *c, const struct frame *frame);

/* The block of the frame last given, NULL for pcap. */
const struct pcapng_block *capture_frame_block(const struct capture *c);

/* Where the record or block of the frame last given begins, in the unpacked file. */
uint64_t capture_frame_offset(const struct capture *c);

/* NULL while nothing is damaged. */
const struct capture_damage *capture_damage(const struct capture *c);

/*
 * How many small faults were met that cost no frame (an option list or name record that runs out
 * of its block); *ret_first, when not NULL, is a sentence about the first one, or "".
 */
uint64_t capture_notes(const struct capture *c, const char **ret_first);

enum capture_format capture_format(const struct capture *c);
enum source_packing capture_packing(const struct capture *c);

/* See source_lend() and source_help(). */
bool capture_lend(struct capture *c);
bool capture_help(struct capture *c);

/* The descriptor that is read, -1 for memory: to wait on it, or to tell it from another file. */
int capture_fd(const struct capture *c);

/* Bytes taken from the file so far and, unless it is 0 (unknown), how many it has in all. */
void capture_progress(const struct capture *c, uint64_t *ret_done, uint64_t *ret_total);

#endif
