/* SPDX-License-Identifier: Apache-2.0 */
/* The Session Initiation Protocol (RFC 3261): start line and headers. */
#ifndef SONDE_PROTO_SIP_H
#define SONDE_PROTO_SIP_H

#include "proto/registry.h"

extern const struct dissector sip_dissector;

#endif
