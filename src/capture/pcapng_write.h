/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a pcapng file that is whole at every moment, and counts what could not be stored. */
#ifndef SONDE_CAPTURE_PCAPNG_WRITE_H
#define SONDE_CAPTURE_PCAPNG_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/nsec.h"
#include "capture/pcapng.h"
#include "packet/frame.h"

struct pcapng_writer;

struct pcapng_writer_options {
	const char *name;   /* of the file, for sentences; copied; NULL: "the capture file" */
	size_t buffer_size; /* bytes held back at most; 0: 256 KiB */
	nsec_t wall_offset; /* added to every time given, to make wall time of monotonic time */
	bool usec; /* times are stored to the microsecond, as of a file that knows no more */
};

/* What became of the frames so far. */
struct pcapng_writer_status {
	int code;               /* 0, or the -errno of the first failure, which stays */
	uint64_t stored_frames; /* in the file as whole blocks */
	uint64_t stored_bytes;
	uint64_t pending_bytes; /* held in memory until the next flush */
	uint64_t lost_frames;   /* given to the writer but not in the file, for good */
	uint64_t lost_blocks;   /* of any type, frames included */
	uint64_t lost_bytes;
	uint64_t cut_texts; /* comments and names shortened to fit the format's limits */
};

/*
 * A writer onto fd, an open file or pipe, at its present position. fd stays the caller's and is
 * not closed here. options may be NULL. Writing to a pipe without reader raises SIGPIPE, and
 * passing RLIMIT_FSIZE raises SIGXFSZ: the program ignores both to get the error instead. NULL
 * and a sentence when memory ran out.
 */
struct pcapng_writer *pcapng_writer_new(int fd, const struct pcapng_writer_options *options,
					struct err *err);

/*
 * Frees the writer without flushing; NULL is fine. Call pcapng_writer_flush() before, and look at
 * its result.
 */
void pcapng_writer_free(struct pcapng_writer *w);

/*
 * Each of these appends one block (or several) to the memory buffer, and writes the buffer out
 * when it is full. They return 0, or a negative code once a write has failed (the same for ever:
 * space that comes back later would leave a silent gap) or when memory ran out. What is given is
 * copied. All text is written as UTF-8: malformed and harmful bytes become \xNN, newlines stay in
 * comments, and a text over 65,535 bytes is cut between characters.
 */

/* Starts the file, or a new section: interface numbers restart at 0. */
int pcapng_write_section(struct pcapng_writer *w, const struct pcapng_section *section);

/* Adds an interface; *ret_id is its number, to be set as frame.interface. */
int pcapng_write_interface(struct pcapng_writer *w, const struct pcapng_interface *interface,
			   uint32_t *ret_id);

/*
 * Adds a frame of an interface added before: its time (plus wall_offset), direction,
 * checksum_not_ready, lengths and bytes; frame.id and frame.link are not written. More than
 * CAPTURE_FRAME_MAX bytes are cut to that, the wire length kept. comments may be NULL when
 * comment_count is 0. -EINVAL when the interface is not there.
 */
int pcapng_write_frame(struct pcapng_writer *w, const struct frame *frame,
		       const char *const *comments, size_t comment_count);

/* Adds what names addresses have; entries without a name or address are left out. */
int pcapng_write_names(struct pcapng_writer *w, const struct pcapng_name *names, size_t count);

/* Adds the counts of an interface added before. -EINVAL when the interface is not there. */
int pcapng_write_counts(struct pcapng_writer *w, uint32_t interface,
			const struct pcapng_counts *counts);

/*
 * Adds a whole block of another file as it is (struct pcapng_block of pcapng_block.h): for
 * filtering a file. A section header among them has its section length set to "unknown", and byte
 * order and interface numbers are those of the block: do not mix with the calls above in one
 * section. -EINVAL when len is not what the block says.
 */
int pcapng_write_block(struct pcapng_writer *w, const void *bytes, size_t len);

/* Writes out what is held in memory. The caller does so at least every 250 ms. */
int pcapng_writer_flush(struct pcapng_writer *w);

/*
 * The time, on the clock of the frames given (without wall_offset), of the oldest frame or counts
 * not yet written out; NSEC_NEVER when nothing is held. A held block without time (section,
 * interface, names) gives INT64_MIN: write it out soon, so that the file can be recognised.
 */
nsec_t pcapng_writer_pending_since(const struct pcapng_writer *w);

/* What became of everything given so far. */
struct pcapng_writer_status pcapng_writer_status(const struct pcapng_writer *w);

/*
 * 0 when nothing failed; otherwise the sticky code, and in err one sentence with the file, the
 * cause, where the file ends now and how many frames are not in it.
 */
int pcapng_writer_error(const struct pcapng_writer *w, struct err *err);

#endif
