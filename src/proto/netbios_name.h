/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NetBIOS names: 16 bytes, the last of which tells the service, each byte as two letters from A to
 * P in the first label of a domain name (RFC 1001 s. 14.1).
 */
#ifndef SONDE_PROTO_NETBIOS_NAME_H
#define SONDE_PROTO_NETBIOS_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/dns.h"

#define NETBIOS_NAME_LEN      16
#define NETBIOS_NAME_TEXT_MAX (NETBIOS_NAME_LEN * 4 + DNS_NAME_MAX + 8)

struct netbios_name {
	/* "WORKGROUP<1b>.SCOPE", or why it is none; bytes of a scope as they came: escape them. */
	char text[NETBIOS_NAME_TEXT_MAX];
	const char *service; /* what the last byte stands for; NULL for an illegal name */
};

/*
 * The name at c, over which c steps; an error of c's is one of the domain name. reader: of the
 * message that names may point into.
 */
void netbios_name_read(struct dns_reader *reader, struct cursor *c, struct netbios_name *ret_name);

/*
 * A name whose bytes stand as they are: the first 15 of bytes as text, without the blanks at the
 * end, what cannot be printed as "<01>".
 */
void netbios_name_plain(const uint8_t bytes[static NETBIOS_NAME_LEN],
			char out[static NETBIOS_NAME_TEXT_MAX]);

/* What the last byte of a name stands for: "Server service", or "Unknown". */
const char *netbios_service(uint8_t last);

#endif
