/* SPDX-License-Identifier: Apache-2.0 */
/* Authentication Header and Encapsulating Security Payload (RFC 4302, RFC 4303). */
#ifndef SONDE_PROTO_IPSEC_H
#define SONDE_PROTO_IPSEC_H

#include "proto/registry.h"

extern const struct dissector ah_dissector;
extern const struct dissector esp_dissector;

#endif
