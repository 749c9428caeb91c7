/* SPDX-License-Identifier: Apache-2.0 */
/* Link Layer Discovery Protocol (IEEE 802.1AB). */
#ifndef SONDE_PROTO_LLDP_H
#define SONDE_PROTO_LLDP_H

#include "proto/registry.h"

extern const struct dissector lldp_dissector;

#endif
