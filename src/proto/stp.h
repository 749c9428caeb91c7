/* SPDX-License-Identifier: Apache-2.0 */
/* Spanning tree BPDUs: 802.1D, rapid (802.1w) and the multiple-tree header (802.1s). */
#ifndef SONDE_PROTO_STP_H
#define SONDE_PROTO_STP_H

#include "proto/registry.h"

extern const struct dissector stp_dissector;

#endif
