/* SPDX-License-Identifier: Apache-2.0 */
/* The Trivial File Transfer Protocol (RFC 1350). */
#ifndef SONDE_PROTO_TFTP_H
#define SONDE_PROTO_TFTP_H

#include "proto/registry.h"

#define TFTP_PORT 69 /* RFC 1350 s. 4 */

extern const struct dissector tftp_dissector;

#endif
