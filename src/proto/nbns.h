/* SPDX-License-Identifier: Apache-2.0 */
/* The NetBIOS Name Service over UDP (RFC 1002 s. 4.2). */
#ifndef SONDE_PROTO_NBNS_H
#define SONDE_PROTO_NBNS_H

#include "proto/registry.h"

#define NBNS_PORT 137 /* RFC 1002 s. 6 */

extern const struct dissector nbns_dissector;

#endif
