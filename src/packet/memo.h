/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What dissectors remember of a TCP connection or UDP stream from one of its messages to the next:
 * which version TLS agreed on, how many requests HTTP had.
 *
 * Theory of operation. Streams are numbered as they are met, so the number itself, modulo
 * MEMOS_MAX, is the place: a stream gives way to one MEMOS_MAX later that has something to
 * remember, and nobody can choose whom to push out. A stream remembers for one protocol at a time:
 * when its protocol changes (STARTTLS) the later one begins with nothing. What a pass remembers is
 * forgotten when the next begins, but for what is kept on purpose, by the first two that keep.
 */
#ifndef SONDE_PACKET_MEMO_H
#define SONDE_PACKET_MEMO_H

#include "proto/dissect.h"

#define MEMOS_MAX 8192u

struct memos;

/* NULL when memory ran out. */
struct memos *memos_new(void);
void memos_free(struct memos *m);

/* The capture comes a second time. */
void memos_rewind(struct memos *m);

/*
 * What `protocol` remembers of this stream; zeros at first. Valid until another stream is asked
 * for.
 */
void memos_ask(struct memos *m, uint32_t stream, uint8_t protocol, struct memo_view *ret_view);

#endif
