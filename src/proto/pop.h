/* SPDX-License-Identifier: Apache-2.0 */
/* The Post Office Protocol, version 3 (RFC 1939): commands and responses. */
#ifndef SONDE_PROTO_POP_H
#define SONDE_PROTO_POP_H

#include "proto/registry.h"

extern const struct dissector pop_dissector;

#endif
