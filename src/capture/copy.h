/* SPDX-License-Identifier: Apache-2.0 */
/* Writes chosen frames of one capture into a new file, all else that it says kept. */
#ifndef SONDE_CAPTURE_COPY_H
#define SONDE_CAPTURE_COPY_H

#include <stdbool.h>

#include "base/err.h"
#include "capture/capture.h"

struct copy;

/*
 * A copy onto fd, which stays the caller's, named name in sentences. as_pcap: a classic pcap file,
 * which holds one link type and no comments; else pcapng. NULL and a sentence when memory ran out.
 * Writing to a pipe without reader raises SIGPIPE: the program ignores it.
 */
struct copy *copy_new(int fd, const char *name, bool as_pcap, struct err *err);

/* Frees it without writing out what is held; NULL is fine. */
void copy_free(struct copy *copy);

/*
 * To be given as capture_options.on_block, context the copy: it takes in sections, interfaces,
 * names, counts and what else the capture holds between its frames, as they are. Custom blocks
 * that ask not to be copied (draft-ietf-opsawg-pcapng s. 4.9) are left out.
 */
void copy_block(void *copy, const struct pcapng_block *block);

/* How many blocks were left out for asking that. */
uint64_t copy_left_out(const struct copy *copy);

/*
 * Adds the frame that capture_next() of this capture gave last. 0, or a negative code for good;
 * copy_error() has the sentence.
 */
int copy_frame(struct copy *copy, const struct capture *from, const struct frame *frame);

/* Writes out what is held: when the source has no more for now. As copy_frame(). */
int copy_flush(struct copy *copy);

/*
 * The end: a file without frames gets its head as well; everything is written out. from: the
 * capture, for what a pcap file says of itself. As copy_frame().
 */
int copy_finish(struct copy *copy, const struct capture *from);

/* 0 while nothing failed; else the code, and a sentence in err. */
int copy_error(const struct copy *copy, struct err *err);

#endif
