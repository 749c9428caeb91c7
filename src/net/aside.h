/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets a child process wait for what closing a packet socket waits for.
 *
 * Theory of operation. The kernel ends a packet socket, and its ring, only after grace periods of
 * RCU, which take some ten milliseconds each: on a quick network as long as the whole scan, and a
 * person waits for the prompt. Whoever closes a descriptor last waits. So a child keeps them open,
 * and nothing else, until its parent is done with them, and closes them in nobody's way.
 */
#ifndef SONDE_NET_ASIDE_H
#define SONDE_NET_ASIDE_H

#include <stddef.h>

/*
 * Has a child keep descriptors fds[0..count) open until aside_end() or the caller's end; negative
 * ones are left out. Call it where no other thread runs, just before the caller closes its own.
 * Returns what aside_end() takes: -1 where no child could be made, and then closing just waits.
 * The child is not waited for: the caller is about to end.
 */
int aside_begin(const int *fds, size_t count);

/* The caller has closed its own. -1 is fine. */
void aside_end(int aside);

#endif
