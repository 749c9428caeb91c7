/* SPDX-License-Identifier: Apache-2.0 */
/* The Simple Network Management Protocol: versions 1, 2c and 3 (RFC 1157, 1901, 3411 to 3418). */
#ifndef SONDE_PROTO_SNMP_H
#define SONDE_PROTO_SNMP_H

#include "proto/registry.h"

#define SNMP_PORT      161 /* RFC 3417 s. 3.2 */
#define SNMP_TRAP_PORT 162

extern const struct dissector snmp_dissector;

#endif
