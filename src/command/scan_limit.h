/* SPDX-License-Identifier: Apache-2.0 */
/* What a scan says of a host that limits its answers: at once, and in the report. */
#ifndef SONDE_COMMAND_SCAN_LIMIT_H
#define SONDE_COMMAND_SCAN_LIMIT_H

#include "base/buf.h"
#include "base/nsec.h"
#include "scan/engine.h"

/* That all open ports are known, while the rest waits for the limit; now: since the start. */
void scan_limit_announce(struct buf *out, const struct engine_host *host, nsec_t now);

/* The limit that was found, for the report; nothing when there is none. */
void scan_limit_report(struct buf *out, const struct engine_host *host);

#endif
