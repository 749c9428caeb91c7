/* SPDX-License-Identifier: Apache-2.0 */
/* The full scan: raw frames out, the kernel's ring in. Needs CAP_NET_RAW at its start only. */
#ifndef SONDE_COMMAND_SCAN_LIVE_H
#define SONDE_COMMAND_SCAN_LIVE_H

#include "command/scan_session.h"

/* Runs the scan that s was prepared for; returns the exit status. */
int scan_live(struct scan_session *s);

#endif
