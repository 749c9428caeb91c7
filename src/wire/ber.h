/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads ASN.1 in its basic encoding rules (ITU-T X.690), as SNMP uses it (RFC 3417 s. 8).
 *
 * Theory of operation. ber_read() takes one element: its header, and a cursor over its value.
 * Nothing here recurses or looks into values: who reads a structure knows its depth and opens one
 * level at a time, so nesting in the bytes costs nothing. A value never reaches beyond the element
 * that holds it, since its cursor is cut from the holder's. Lengths in the long form count at most
 * eight bytes and must fit in 32 bits; the indefinite form, which RFC 3417 forbids, is malformed.
 */
#ifndef SONDE_WIRE_BER_H
#define SONDE_WIRE_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/cursor.h"

enum ber_class {
	BER_UNIVERSAL, /* X.690 s. 8.1.2.2 */
	BER_APPLICATION,
	BER_CONTEXT,
	BER_PRIVATE,
};

enum ber_tag {
	BER_INTEGER = 2, /* X.680 s. 8.4 */
	BER_OCTETS = 4,
	BER_NULL = 5,
	BER_OID = 6,
	BER_SEQUENCE = 16,
};

struct ber {
	uint8_t class;       /* enum ber_class */
	bool constructed;    /* the value holds elements */
	uint32_t tag;        /* within its class */
	uint32_t at;         /* offset of the header */
	uint32_t header_len; /* bytes */
	uint32_t len;        /* of the value */
	struct cursor value;
};

/*
 * Reads one element from c, over which it steps. False when the header is cut or malformed, or the
 * value is longer than what holds it: c then says which, and ret_element covers what is there.
 */
bool ber_read(struct cursor *c, struct ber *ret_element);

/* True for an element of the universal class with this tag. */
static inline bool ber_is(const struct ber *e, enum ber_tag tag)
{
	return e->class == BER_UNIVERSAL && e->tag == (uint32_t)tag;
}

/*
 * The value of an INTEGER (also with another tag) as a signed number; false when it is empty, cut
 * or does not fit in 64 bits.
 */
bool ber_int(const struct ber *e, int64_t *ret_value);

/* The same for numbers that are never negative, whose first byte may be a zero too many. */
bool ber_uint(const struct ber *e, uint64_t *ret_value);

/* 128 arcs of at most 10 digits (RFC 2578 s. 3.5), with their dots. */
#define BER_OID_TEXT_MAX 1410

/*
 * Writes an object identifier as "1.3.6.1" (an empty text for one without arcs). False when it is
 * cut, ends within an arc, or an arc or their number is beyond what RFC 2578 allows.
 */
bool ber_oid_text(const struct ber *e, char out[static BER_OID_TEXT_MAX]);

#endif
