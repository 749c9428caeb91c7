/* SPDX-License-Identifier: Apache-2.0 */
/* The Network Time Protocol (RFC 5905). */
#ifndef SONDE_PROTO_NTP_H
#define SONDE_PROTO_NTP_H

#include "proto/registry.h"

#define NTP_PORT 123 /* RFC 5905 s. 7.2 */

extern const struct dissector ntp_dissector;

#endif
