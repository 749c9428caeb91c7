/* SPDX-License-Identifier: Apache-2.0 */
/* Stream Control Transmission Protocol (RFC 9260) and its extensions. */
#ifndef SONDE_PROTO_SCTP_H
#define SONDE_PROTO_SCTP_H

#include "proto/registry.h"

extern const struct dissector sctp_dissector;

#endif
