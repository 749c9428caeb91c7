/* SPDX-License-Identifier: Apache-2.0 */
/* The Authentication Header (RFC 4302). */
#ifndef SONDE_PROTO_AH_H
#define SONDE_PROTO_AH_H

#include "proto/registry.h"

extern const struct dissector ah_dissector;

#endif
