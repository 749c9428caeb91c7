/* SPDX-License-Identifier: Apache-2.0 */
/* Cisco Discovery Protocol. */
#ifndef SONDE_PROTO_CDP_H
#define SONDE_PROTO_CDP_H

#include "proto/registry.h"

extern const struct dissector cdp_dissector;

#endif
