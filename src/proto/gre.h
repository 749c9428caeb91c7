/* SPDX-License-Identifier: Apache-2.0 */
/* Generic Routing Encapsulation (RFC 1701, 2784, 2890; version 1 of RFC 2637). */
#ifndef SONDE_PROTO_GRE_H
#define SONDE_PROTO_GRE_H

#include "proto/registry.h"

extern const struct dissector gre_dissector;

#endif
