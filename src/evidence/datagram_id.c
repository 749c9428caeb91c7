// SPDX-License-Identifier: Apache-2.0
// The number in a UDP question that its answer repeats, where the port's protocol has one.
//
// A stranger who guesses the ports of a probe could answer it; one who must guess this number too
// hardly can. Only protocols whose every answer repeats it are here: of SNMP and others the place
// moves, and a wrong word about a port is worse than a weaker proof.
#include "evidence/datagram_id.h"

#include <stddef.h>

#define ID_BYTES 4 /* of a longer id the first ones do */

static const struct id_row {
	uint16_t port;
	uint16_t question_at; /* offset of the id */
	uint16_t answer_at;
	uint8_t width;
	uint8_t form_at; /* a byte that says whether it is a question of this protocol */
	uint8_t form_mask;
	uint8_t form;
} rows[] = {
	{53, 0, 0, 2, 2, 0x80, 0x00},    /* RFC 1035 s. 4.1.1: a query */
	{111, 0, 0, 4, 7, 0xff, 0x00},   /* RFC 5531 s. 9: a call */
	{123, 40, 24, 8, 0, 0x07, 0x03}, /* RFC 5905 s. 7.3: transmit comes back as origin */
	{137, 0, 0, 2, 2, 0x80, 0x00},   /* RFC 1002 s. 4.2.1.1 */
	{427, 10, 10, 2, 0, 0xff, 0x02}, /* RFC 2608 s. 8: version 2 */
	{500, 0, 0, 8, 17, 0xcf, 0x00},  /* RFC 7296 s. 3.1: the initiator's SPI; version 1 or 2 */
	{623, 9, 9, 1, 8, 0xff, 0x80},   /* ASF 2.0 s. 3.2.4.2: presence ping */
	{1645, 1, 1, 1, 0, 0xff, 0x01},  /* RFC 2865 s. 3: Access-Request */
	{1812, 1, 1, 1, 0, 0xff, 0x01},
	{2049, 0, 0, 4, 7, 0xff, 0x00},
	{2123, 8, 8, 2, 1, 0xff, 0x01}, /* 3GPP TS 29.060 s. 6: echo request */
	{2152, 8, 8, 2, 1, 0xff, 0x01},
	{3478, 8, 8, 8, 4, 0xff, 0x21}, /* RFC 8489 s. 5: the magic cookie begins so */
	{4500, 4, 4, 8, 21, 0xcf, 0x00},
	{5353, 0, 0, 2, 2, 0x80, 0x00},
	{11211, 0, 0, 2, 5, 0xff, 0x01}, /* memcached's protocol.txt: one datagram in all */
	{64738, 4, 4, 8, 3, 0xff, 0x00},
};

static const struct id_row *row_of(uint16_t port)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].port == port)
			return &rows[i];
	}
	return NULL;
}

/* Reads up to ID_BYTES at an offset; c tells how that went. */
static uint32_t read_at(struct cursor *c, uint16_t at, uint8_t width)
{
	uint32_t id = 0;

	cursor_skip(c, at);
	for (unsigned i = 0; i < width && i < ID_BYTES; i++)
		id = id << 8 | cursor_u8(c);
	return id;
}

bool datagram_question_id(uint16_t port, struct cursor c, uint32_t *ret_id)
{
	const struct id_row *row = row_of(port);
	struct cursor form = c;
	uint32_t id;

	if (!row || (read_at(&form, row->form_at, 1) & row->form_mask) != row->form ||
	    !cursor_ok(&form))
		return false;
	id = read_at(&c, row->question_at, row->width);
	if (!cursor_ok(&c))
		return false;
	*ret_id = id;
	return true;
}

bool datagram_has_id(uint16_t port, struct cursor c, uint32_t id)
{
	const struct id_row *row = row_of(port);
	struct cursor returned = c;
	uint32_t found;

	if (!row)
		return true;
	found = read_at(&c, row->answer_at, row->width);
	if (c.status == CURSOR_TRUNCATED || (cursor_ok(&c) && found == id))
		return true;
	return read_at(&returned, row->question_at, row->width) == id && cursor_ok(&returned);
}
