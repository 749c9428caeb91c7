/* SPDX-License-Identifier: Apache-2.0 */
/* Internetwork Packet Exchange with its RIP and SAP. */
#ifndef SONDE_PROTO_IPX_H
#define SONDE_PROTO_IPX_H

#include "proto/registry.h"

extern const struct dissector ipx_dissector;
extern const struct dissector ipxrip_dissector;
extern const struct dissector ipxsap_dissector;

#endif
