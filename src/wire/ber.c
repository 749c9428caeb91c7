// SPDX-License-Identifier: Apache-2.0
// Reads ASN.1 in its basic encoding rules; see wire/ber.h.
#include "wire/ber.h"

#include <stdio.h>

#define CLASS_SHIFT  6
#define CONSTRUCTED  0x20
#define TAG_MASK     0x1f /* all bits set: the tag follows in bytes of seven bits */
#define LONG_FORM    0x80 /* X.690 s. 8.1.3.5 */
#define LONG_MAX     8    /* bytes of a length */
#define TAG_BYTES    4
#define SEVEN_BITS   7
#define ARCS_MAX     128 /* RFC 2578 s. 3.5 */
#define FIRST_FACTOR 40  /* X.690 s. 8.19.4: the first two arcs are one number */

static uint32_t read_tag(struct cursor *c, uint8_t first)
{
	uint32_t tag = first & TAG_MASK;
	uint8_t byte;

	if (tag != TAG_MASK)
		return tag;
	tag = 0;
	for (unsigned i = 0; i < TAG_BYTES; i++) {
		byte = cursor_u8(c);
		tag = tag << SEVEN_BITS | (byte & 0x7f);
		if (!(byte & 0x80))
			return tag;
	}
	cursor_malformed(c);
	return 0;
}

static uint32_t read_length(struct cursor *c)
{
	uint8_t first = cursor_u8(c);
	uint64_t len = 0;
	unsigned count = first & 0x7f;

	if (!(first & LONG_FORM))
		return first;
	if (count == 0 || count > LONG_MAX) {
		cursor_malformed(c);
		return 0;
	}
	while (count--)
		len = len << 8 | cursor_u8(c);
	if (len > UINT32_MAX) {
		cursor_malformed(c);
		return 0;
	}
	return (uint32_t)len;
}

bool ber_read(struct cursor *c, struct ber *ret_element)
{
	struct ber e = {.at = c->at};
	uint8_t first = cursor_u8(c);

	e.class = first >> CLASS_SHIFT;
	e.constructed = first & CONSTRUCTED;
	e.tag = read_tag(c, first);
	e.len = read_length(c);
	e.header_len = c->at - e.at;
	e.value = cursor_take(c, cursor_ok(c) ? e.len : 0);
	*ret_element = e;
	return cursor_ok(c);
}

bool ber_int(const struct ber *e, int64_t *ret_value)
{
	struct cursor c = e->value;
	uint32_t len = cursor_left(&c);
	uint64_t value;

	if (len == 0 || len > sizeof(value) || len != e->len)
		return false;
	value = cursor_held(&c) && c.base[c.at] & 0x80 ? UINT64_MAX : 0;
	while (len--)
		value = value << 8 | cursor_u8(&c);
	if (!cursor_ok(&c))
		return false;
	*ret_value = (int64_t)value;
	return true;
}

bool ber_uint(const struct ber *e, uint64_t *ret_value)
{
	struct cursor c = e->value;
	uint32_t len = cursor_left(&c);
	uint64_t value = 0;

	if (len == 0 || len != e->len)
		return false;
	if (len == sizeof(value) + 1 && cursor_u8(&c) == 0)
		len--;
	if (len > sizeof(value))
		return false;
	while (len--)
		value = value << 8 | cursor_u8(&c);
	if (!cursor_ok(&c))
		return false;
	*ret_value = value;
	return true;
}

/* One arc of seven bits a byte; false when it is cut or has more than 32 bits. */
static bool read_arc(struct cursor *c, uint32_t *ret_arc)
{
	uint64_t arc = 0;
	uint8_t byte;

	do {
		byte = cursor_u8(c);
		arc = arc << SEVEN_BITS | (byte & 0x7f);
		if (!cursor_ok(c) || arc > UINT32_MAX)
			return false;
	} while (byte & 0x80);
	*ret_arc = (uint32_t)arc;
	return true;
}

bool ber_oid_text(const struct ber *e, char out[static BER_OID_TEXT_MAX])
{
	struct cursor c = e->value;
	size_t len = 0;
	uint32_t arc;

	out[0] = '\0';
	if (cursor_left(&c) != e->len)
		return false;
	for (unsigned count = 2; cursor_left(&c); count++) {
		if (count > ARCS_MAX || !read_arc(&c, &arc))
			return false;
		if (len == 0) {
			uint32_t top = arc / FIRST_FACTOR < 2 ? arc / FIRST_FACTOR : 2;

			len += (size_t)snprintf(out, BER_OID_TEXT_MAX, "%u.%u", top,
						arc - top * FIRST_FACTOR);
		} else {
			len += (size_t)snprintf(out + len, BER_OID_TEXT_MAX - len, ".%u", arc);
		}
	}
	return true;
}
