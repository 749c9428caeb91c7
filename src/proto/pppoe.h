/* SPDX-License-Identifier: Apache-2.0 */
/* PPP over Ethernet (RFC 2516). */
#ifndef SONDE_PROTO_PPPOE_H
#define SONDE_PROTO_PPPOE_H

#include "proto/registry.h"

extern const struct dissector pppoed_dissector;
extern const struct dissector pppoes_dissector;

#endif
