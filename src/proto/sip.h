/* SPDX-License-Identifier: Apache-2.0 */
/* The Session Initiation Protocol (RFC 3261): start line and headers. */
#ifndef SONDE_PROTO_SIP_H
#define SONDE_PROTO_SIP_H

#include <stdint.h>

#include "proto/registry.h"

/* Says which call something belongs to, under the present parent; nothing when len is 0. */
void sip_say_call(struct dissect *d, const uint8_t *id, uint32_t len);

extern const struct dissector sip_dissector;

#endif
