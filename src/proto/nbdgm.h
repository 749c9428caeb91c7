/* SPDX-License-Identifier: Apache-2.0 */
/* The NetBIOS Datagram Service over UDP (RFC 1002 s. 4.4). */
#ifndef SONDE_PROTO_NBDGM_H
#define SONDE_PROTO_NBDGM_H

#include "proto/registry.h"

#define NBDGM_PORT 138 /* RFC 1002 s. 6 */

extern const struct dissector nbdgm_dissector;

#endif
