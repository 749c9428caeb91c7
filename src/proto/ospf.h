/* SPDX-License-Identifier: Apache-2.0 */
/* Open Shortest Path First, versions 2 (RFC 2328) and 3 (RFC 5340). */
#ifndef SONDE_PROTO_OSPF_H
#define SONDE_PROTO_OSPF_H

#include "proto/registry.h"

extern const struct dissector ospf_dissector;

#endif
