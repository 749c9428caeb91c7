/* SPDX-License-Identifier: Apache-2.0 */
/* Packets without a link header: IPv4 or IPv6 by the first four bits. */
#ifndef SONDE_PROTO_RAW_H
#define SONDE_PROTO_RAW_H

#include "proto/registry.h"

extern const struct dissector raw_dissector;

#endif
