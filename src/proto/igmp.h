/* SPDX-License-Identifier: Apache-2.0 */
/* Internet Group Management Protocol, versions 0 to 3 (RFC 988, 1112, 2236, 3376). */
#ifndef SONDE_PROTO_IGMP_H
#define SONDE_PROTO_IGMP_H

#include "proto/registry.h"

extern const struct dissector igmp_dissector;

#endif
