/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread that sends batches in order while whoever made them goes on.
 *
 * Theory of operation. The kernel's work on a frame costs more than all of ours, so making and
 * sending take turns on one processor for nothing where there are two. Batches go round in a ring:
 * filled by the owner, sent by the thread, looked at by the owner again. Once one batch met a full
 * queue (-EAGAIN), the thread gives those behind it back untried, with -EAGAIN too, until the owner
 * has taken all of them: so order holds as it does in sender_send(). While a batch is open the
 * sender is the thread's; when none is, the owner may use it by itself.
 */
#ifndef SONDE_NET_SEND_AHEAD_H
#define SONDE_NET_SEND_AHEAD_H

#include "net/send.h"

#define SEND_AHEAD_BATCH 64 /* items of one batch at most */
#define SEND_AHEAD_OPEN  24 /* batches that may be open at once */

struct send_ahead;

/*
 * Starts the thread; sender outlives it. Call it when all rights were given up, which the thread
 * then lacks too. NULL without memory, or where this process may use one processor only: send by
 * yourself then.
 */
struct send_ahead *send_ahead_new(struct sender *sender);

/* Waits for what is open and ends the thread; NULL is fine. */
void send_ahead_free(struct send_ahead *ahead);

/* How many batches are open: begun and not taken. */
unsigned send_ahead_open(const struct send_ahead *ahead);

/* Where to put the items of the next batch; call it only while another one may be open. */
struct send_item *send_ahead_items(struct send_ahead *ahead);

/* Hands over the first count of them. Their bytes are the thread's until the batch is taken. */
void send_ahead_begin(struct send_ahead *ahead, size_t count);

/*
 * Takes the oldest open batch: its items with their results, valid until the next call of
 * send_ahead_items(). Waits for it, or gives NULL when it was not sent yet.
 */
struct send_item *send_ahead_take(struct send_ahead *ahead, bool wait, size_t *ret_count);

#endif
