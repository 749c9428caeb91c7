/* SPDX-License-Identifier: Apache-2.0 */
/* Lets what is written of one frame leave before the frame ends: markup is many times its size. */
#ifndef SONDE_REPORT_SPILL_H
#define SONDE_REPORT_SPILL_H

#include <stddef.h>

#include "base/buf.h"

#define SPILL_AT (256u * 1024) /* bytes that may wait */

/* Zero: everything waits in the buffer. */
struct spill {
	void (*out)(void *context); /* writes the buffer and empties it */
	void *context;
};

static inline void spill_when_full(const struct spill *spill, const struct buf *out)
{
	if (spill->out && out->len >= SPILL_AT)
		spill->out(spill->context);
}

#endif
