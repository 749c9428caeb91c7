/* SPDX-License-Identifier: Apache-2.0 */
/* PPP's header (RFC 1661), on a line of its own (LINKTYPE_PPP) or within PPPoE. */
#ifndef SONDE_PROTO_PPP_H
#define SONDE_PROTO_PPP_H

#include <stdint.h>

#include "proto/registry.h"
#include "wire/cursor.h"

/* Reads the header and returns the EtherType of the packet behind it; 0 when it is not IP. */
uint16_t ppp_read(struct cursor *c);

extern const struct dissector ppp_dissector;

#endif
