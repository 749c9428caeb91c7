/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a regular file in a thread of its own, so that nobody waits for the kernel's copy.
 *
 * Theory of operation. Three chunks go round: one is being consumed, the others are filled or
 * filled. Each has room before its bytes, so that the beginning of a record that the chunk before
 * ends with can be put there and the record be read in place. A chunk is good until the one behind
 * it is released by source_ahead_step().
 */
#ifndef SONDE_CAPTURE_SOURCE_AHEAD_H
#define SONDE_CAPTURE_SOURCE_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SOURCE_AHEAD_ROOM (64u << 10) /* bytes that may be written before those of a chunk */

struct source_ahead;

/* Reads on from where fd, the caller's, stands. NULL: read yourself. */
struct source_ahead *source_ahead_new(int fd);

/* Ends the thread and frees; NULL is fine. The descriptor is not closed. */
void source_ahead_free(struct source_ahead *a);

/*
 * The thread is to end: from now on whoever has time reads by source_ahead_help(), and the consumer
 * what nobody has.
 */
void source_ahead_lend(struct source_ahead *a);

/* Reads one chunk, for as long as that takes; false when there is nothing to do. On any thread. */
bool source_ahead_help(struct source_ahead *a);

/*
 * Waits for the next chunk: its length, 0 at the end of the file, or -errno. The chunk consumed
 * before is still there.
 */
ssize_t source_ahead_wait(struct source_ahead *a, uint8_t **ret_bytes);

/* Goes on to the chunk that was waited for: the one before is to be filled anew. */
void source_ahead_step(struct source_ahead *a);

#endif
