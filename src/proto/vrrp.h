/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual Router Redundancy Protocol, versions 2 and 3 (RFC 3768, RFC 5798). */
#ifndef SONDE_PROTO_VRRP_H
#define SONDE_PROTO_VRRP_H

#include "proto/registry.h"

extern const struct dissector vrrp_dissector;

#endif
