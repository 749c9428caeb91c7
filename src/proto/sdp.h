/* SPDX-License-Identifier: Apache-2.0 */
/* The Session Description Protocol (RFC 8866), as a body of SIP. */
#ifndef SONDE_PROTO_SDP_H
#define SONDE_PROTO_SDP_H

#include "proto/registry.h"

extern const struct dissector sdp_dissector;

#endif
