/* SPDX-License-Identifier: Apache-2.0 */
/* The short way to the plain list, batch by batch. */
#ifndef SONDE_COMMAND_READ_QUICK_H
#define SONDE_COMMAND_READ_QUICK_H

#include "command/read_session.h"

#define QUICK_FRAMES                                                                               \
	32 /* of one batch: enough to hide the way to memory, few enough to stay near */

/* Whether what was asked for is the list as it is by default, of all frames or by a core filter. */
bool read_quick_serves(const struct run *r);

/* Shows what matches of count frames, at most QUICK_FRAMES. show: for those that are not plain. */
void read_quick_show(struct run *r, const struct frame *frames, unsigned count,
		     void (*show)(struct run *r, const struct frame *frame));

#endif
