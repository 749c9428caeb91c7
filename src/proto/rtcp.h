/* SPDX-License-Identifier: Apache-2.0 */
/* The RTP Control Protocol (RFC 3550 s. 6, RFC 4585): reports and their kin. */
#ifndef SONDE_PROTO_RTCP_H
#define SONDE_PROTO_RTCP_H

#include "proto/registry.h"

extern const struct dissector rtcp_dissector;

#endif
