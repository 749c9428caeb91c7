/* SPDX-License-Identifier: Apache-2.0 */
/* Records whose data is more than numbers and names in a row. */
#ifndef SONDE_PROTO_DNS_SPECIAL_H
#define SONDE_PROTO_DNS_SPECIAL_H

#include "proto/dns_parts.h"

/* c covers the record's data. */
typedef void dns_special_fn(struct dns_parse *p, struct cursor *c);

dns_special_fn dns_say_srv, dns_say_key, dns_say_nsec3, dns_say_svcb, dns_say_tsig, dns_say_caa;

/* The owner's name of a SRV record, len bytes at `at`, in its parts. */
void dns_say_srv_owner(struct dns_parse *p, uint32_t at, uint32_t len);

/* The types that exist at a name (RFC 4034 s. 4.1.2), to the end of c. */
dns_special_fn dns_say_bitmap;

#endif
