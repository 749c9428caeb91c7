/* SPDX-License-Identifier: Apache-2.0 */
/* QUIC (RFC 9000, RFC 8999, RFC 9369): the headers that are not encrypted. */
#ifndef SONDE_PROTO_QUIC_H
#define SONDE_PROTO_QUIC_H

#include "proto/registry.h"

extern const struct dissector quic_dissector;

#endif
