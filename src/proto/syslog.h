/* SPDX-License-Identifier: Apache-2.0 */
/* System messages (RFC 3164, 5424). */
#ifndef SONDE_PROTO_SYSLOG_H
#define SONDE_PROTO_SYSLOG_H

#include "proto/registry.h"

#define SYSLOG_PORT 514 /* RFC 5426 s. 3.3 */

extern const struct dissector syslog_dissector;

#endif
