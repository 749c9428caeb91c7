/* SPDX-License-Identifier: Apache-2.0 */
/* The scan for those without CAP_NET_RAW: the kernel's connect(), with the same table. */
#ifndef SONDE_COMMAND_SCAN_CONNECT_H
#define SONDE_COMMAND_SCAN_CONNECT_H

#include "command/scan_session.h"

/* Runs the scan that s was prepared for; returns the exit status. */
int scan_connect(struct scan_session *s);

#endif
