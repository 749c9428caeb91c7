/* SPDX-License-Identifier: Apache-2.0 */
/* Options of Nmap's that `sonde scan` lacks: one row for those with the same way out. */
#ifndef SONDE_COMMAND_SCAN_ABSENT_H
#define SONDE_COMMAND_SCAN_ABSENT_H

#include "base/option.h"

#define SCAN_ABSENT 20
extern const struct option_absent scan_absent[SCAN_ABSENT];

#endif
