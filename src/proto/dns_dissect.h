/* SPDX-License-Identifier: Apache-2.0 */
/* DNS and its kin for people: DNS, mDNS (RFC 6762), LLMNR (RFC 4795). */
#ifndef SONDE_PROTO_DNS_DISSECT_H
#define SONDE_PROTO_DNS_DISSECT_H

#include "proto/registry.h"

#define MDNS_PORT  5353 /* RFC 6762 s. 3 */
#define LLMNR_PORT 5355 /* RFC 4795 s. 2 */

extern const struct dissector dns_dissector;
extern const struct dissector mdns_dissector; /* their fields are those of DNS */
extern const struct dissector llmnr_dissector;

#endif
