/* SPDX-License-Identifier: Apache-2.0 */
/* -sL: the targets with their names, in order; none of them gets a packet. */
#ifndef SONDE_COMMAND_SCAN_LIST_H
#define SONDE_COMMAND_SCAN_LIST_H

#include "command/scan_session.h"

/* Lists the targets of the scan that s was prepared for; returns the exit status. */
int scan_list(struct scan_session *s);

#endif
