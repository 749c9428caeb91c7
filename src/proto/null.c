// SPDX-License-Identifier: Apache-2.0
// BSD loopback headers: four bytes that name an address family (LINKTYPE_NULL, LINKTYPE_LOOP).
#include "proto/null.h"

#include "proto/eth.h"

/* The values differ by system; these are what www.tcpdump.org/linktypes.html lists. */
enum bsd_family {
	BSD_INET = 2,
	LINUX_INET6 = 10,
	NETBSD_INET6 = 24,
	FREEBSD_INET6 = 28,
	DARWIN_INET6 = 30,
};

uint16_t null_read(struct cursor *c)
{
	uint32_t family = cursor_be32(c);

	/* Families are small: a value with only high bytes was written the other way round. */
	if (family > UINT16_MAX)
		family = __builtin_bswap32(family);
	switch (family) {
	case BSD_INET:
		return ETHER_IPV4;
	case LINUX_INET6:
	case NETBSD_INET6:
	case FREEBSD_INET6:
	case DARWIN_INET6:
		return ETHER_IPV6;
	default:
		return 0;
	}
}
