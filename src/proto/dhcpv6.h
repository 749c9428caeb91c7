/* SPDX-License-Identifier: Apache-2.0 */
/* The Dynamic Host Configuration Protocol for IPv6 (RFC 8415). */
#ifndef SONDE_PROTO_DHCPV6_H
#define SONDE_PROTO_DHCPV6_H

#include "proto/registry.h"

#define DHCPV6_CLIENT_PORT 546 /* RFC 8415 s. 7.2 */
#define DHCPV6_SERVER_PORT 547

extern const struct dissector dhcpv6_dissector;

#endif
