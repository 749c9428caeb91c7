/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread that counts for a large table what another one reads. Only packet/stat_*.c includes
 * this.
 *
 * Theory of operation. A table that lies in no cache, and whose memory is got from the system as it
 * grows, costs as much as reading the capture. So its blocks of packets go to a thread of the
 * table's own; they go round: one is filled, the others wait or are counted. The table belongs to
 * that thread from stat_aside_new() to stat_aside_end(), but for this: where the machine's host
 * has taken memory back, new memory costs more than all else, so whoever would wait for the thread
 * touches entries to come instead. In turn the thread reads the file on (struct thread_spare) rather
 * than wait for packets. What is counted depends on none of this: packets come in their order, and a
 * budget stands among them where it was given.
 */
#ifndef SONDE_PACKET_STAT_ASIDE_H
#define SONDE_PACKET_STAT_ASIDE_H

#include "base/thread.h"
#include "packet/stat_item.h"

struct stat_aside;

/* Counts all of a block. */
typedef void stat_aside_fn(struct stat_table *t, const struct stat_block *block);

/* Starts the thread; t stays where it is. NULL: count yourself. */
struct stat_aside *stat_aside_new(struct stat_table *t, stat_aside_fn *fn);

/* Hands over what is left, waits for the end and frees: the table is the caller's again. */
void stat_aside_end(struct stat_aside *a);

/* A block that is full goes to the thread; returns the next one, empty. */
struct stat_block *stat_aside_next(struct stat_aside *a);

/* What the thread does from now on while there is nothing to count. */
void stat_aside_spare(struct stat_aside *a, const struct thread_spare *spare);

/* The thread is about to move the table's entries, and has done so. */
void stat_aside_hold(struct stat_aside *a);
void stat_aside_release(struct stat_aside *a);

/* The block that is being filled: ask anew once it was full. */
struct stat_block *stat_aside_block(struct stat_aside *a);

#endif
