/* SPDX-License-Identifier: Apache-2.0 */
/* The Dynamic Host Configuration Protocol for IPv4 and BOOTP below it (RFC 951, 2131, 2132). */
#ifndef SONDE_PROTO_DHCP_H
#define SONDE_PROTO_DHCP_H

#include "proto/registry.h"

#define DHCP_SERVER_PORT 67 /* RFC 2131 s. 4.1 */
#define DHCP_CLIENT_PORT 68

extern const struct dissector dhcp_dissector;

#endif
