/* SPDX-License-Identifier: Apache-2.0 */
/* MPLS label stack entries and the Ethernet control word (RFC 3032, RFC 4448). */
#ifndef SONDE_PROTO_MPLS_H
#define SONDE_PROTO_MPLS_H

#include "proto/registry.h"

extern const struct dissector mpls_dissector;

#endif
