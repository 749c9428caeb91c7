/* SPDX-License-Identifier: Apache-2.0 */
/* The Real-time Transport Protocol (RFC 3550): the header. */
#ifndef SONDE_PROTO_RTP_H
#define SONDE_PROTO_RTP_H

#include "proto/registry.h"

extern const struct dissector rtp_dissector;

#endif
