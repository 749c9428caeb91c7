// SPDX-License-Identifier: Apache-2.0
// What UDP probes carry: a question in the port's own protocol, since programs ignore the rest.
#include "scan/payload.h"

#include "wire/build.h"

#define DNS_QUESTIONS 1
#define DNS_TYPE_TXT  16 /* RFC 1035 s. 3.2.2 */
#define DNS_CLASS_CH  3  /* RFC 1035 s. 3.2.4 */

typedef void payload_fn(struct build *b, uint32_t cookie);

/* RFC 4892: which program serves? A question about nobody's names, and no look-up. */
static void dns_version(struct build *b, uint32_t cookie)
{
	static const uint8_t name[] = "\7version\4bind"; /* its last byte ends the name */

	build_be16(b, (uint16_t)cookie);
	build_be16(b, 0); /* a query, no recursion */
	build_be16(b, DNS_QUESTIONS);
	build_zero(b, 6);
	build_bytes(b, name, sizeof(name));
	build_be16(b, DNS_TYPE_TXT);
	build_be16(b, DNS_CLASS_CH);
}

static const struct {
	uint16_t port;
	payload_fn *write;
} rows[] = {
	{53, dns_version},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

unsigned payload_count(uint16_t port)
{
	unsigned count = 0;

	for (size_t i = 0; i < ROWS; i++)
		count += rows[i].port == port;
	return count;
}

size_t payload_write(uint16_t port, unsigned which, uint32_t cookie,
		     uint8_t ret_bytes[static PAYLOAD_MAX])
{
	struct build b = build_init(ret_bytes, PAYLOAD_MAX);
	unsigned count = payload_count(port), at = count ? which % count : 0;

	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].port != port || at--)
			continue;
		rows[i].write(&b, cookie);
		break;
	}
	return b.full ? 0 : b.len;
}
