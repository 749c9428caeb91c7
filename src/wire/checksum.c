// SPDX-License-Identifier: Apache-2.0
// The Internet checksum (RFC 1071) and its pseudo-headers (RFC 9293 s. 3.1, RFC 8200 s. 8.1).
#include "wire/checksum.h"

static uint32_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)sum;
}

uint32_t checksum_add(uint32_t sum, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint64_t wide = sum;

	for (; len >= 2; len -= 2, p += 2)
		wide += (uint64_t)p[0] << 8 | p[1];
	if (len)
		wide += (uint64_t)p[0] << 8;
	return fold(wide);
}

uint32_t checksum_pseudo(uint32_t sum, const void *source, const void *destination, size_t addr_len,
			 uint8_t protocol, uint32_t len)
{
	sum = checksum_add(sum, source, addr_len);
	sum = checksum_add(sum, destination, addr_len);
	return fold((uint64_t)sum + protocol + (len >> 16) + (len & 0xffff));
}

uint16_t checksum_finish(uint32_t sum)
{
	return (uint16_t)~fold(sum);
}
