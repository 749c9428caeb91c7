// SPDX-License-Identifier: Apache-2.0
// Stream Control Transmission Protocol (RFC 9260) and the chunks of its extensions.
#include "proto/sctp.h"

#include <assert.h>
#include <stdio.h>

#include "proto/dissect.h"
#include "proto/sctp_fields.h"

#define SCTP_CHUNK_HEADER     4
#define SCTP_PARAMETER_HEADER 4

#define F(name) FIELD_ID(PROTOCOL_SCTP, SCTP_##name)

static uint32_t padding_of(uint32_t len)
{
	return -len & 3; /* RFC 9260 s. 3.2 */
}

static void say_rest(struct dissect *d, struct cursor *c, uint16_t id)
{
	if (cursor_left(c))
		say_bytes(d, c, id, cursor_left(c));
}

static void read_parameter_value(struct dissect *d, struct cursor *v, unsigned type)
{
	switch (type) {
	case PARAMETER_HEARTBEAT:
		say_rest(d, v, F(PARAMETER_HEARTBEAT));
		break;
	case PARAMETER_IPV4:
		say_ipv4(d, v, F(PARAMETER_IPV4));
		break;
	case PARAMETER_IPV6:
		say_ipv6(d, v, F(PARAMETER_IPV6));
		break;
	case PARAMETER_COOKIE:
		say_rest(d, v, F(PARAMETER_COOKIE));
		break;
	case PARAMETER_LIFE:
		say_uint(d, v, F(PARAMETER_LIFE), 4);
		break;
	case PARAMETER_HOST:
		say_string(d, v, F(PARAMETER_HOST), cursor_left(v));
		break;
	case PARAMETER_ADDRESS_TYPES:
		while (cursor_left(v) >= 2 && cursor_ok(v) && dissect_step(d))
			say_uint(d, v, F(PARAMETER_ADDRESS_TYPE), 2);
		break;
	case PARAMETER_RANDOM:
		say_rest(d, v, F(PARAMETER_RANDOM));
		break;
	case PARAMETER_AUTH_CHUNKS:
		while (cursor_left(v) && cursor_ok(v) && dissect_step(d))
			say_uint(d, v, F(PARAMETER_AUTH_CHUNK), 1);
		break;
	case PARAMETER_HMACS:
		while (cursor_left(v) >= 2 && cursor_ok(v) && dissect_step(d))
			say_uint(d, v, F(HMAC_ID), 2);
		break;
	case PARAMETER_SUPPORTED:
		while (cursor_left(v) && cursor_ok(v) && dissect_step(d))
			say_uint(d, v, F(PARAMETER_SUPPORTED), 1);
		break;
	case PARAMETER_ADAPTATION:
		say_uint(d, v, F(PARAMETER_ADAPTATION), 4);
		break;
	default:
		say_rest(d, v, F(PARAMETER_VALUE));
		break;
	}
}

/* RFC 9260 s. 3.2.1 */
static void read_parameters(struct dissect *d, struct cursor *c)
{
	while (cursor_left(c) >= SCTP_PARAMETER_HEADER && cursor_ok(c) && dissect_step(d)) {
		uint32_t at = c->at;
		struct cursor ahead = *c;
		unsigned type = cursor_be16(&ahead);
		unsigned len = cursor_be16(&ahead);
		const char *name = value_name(sctp_parameter_names, type);
		struct cursor value;
		uint32_t open, inner, padding;

		if (!cursor_ok(&ahead) || len < SCTP_PARAMETER_HEADER) {
			cursor_skip(c, cursor_left(c));
			return;
		}
		say_line(d, at, len, "%s parameter", name ? name : "Unknown");
		open = say_open(d);
		say_uint(d, c, F(PARAMETER_TYPE), 2);
		inner = say_open(d);
		say_bits(d, at, 2, type,
			 (const uint16_t[]) {F(PARAMETER_BIT_1), F(PARAMETER_BIT_2)}, 2);
		say_close(d, inner);
		say_uint(d, c, F(PARAMETER_LENGTH), 2);
		value = cursor_take(c, len - SCTP_PARAMETER_HEADER);
		read_parameter_value(d, &value, type);
		if (value.status == CURSOR_TRUNCATED && cursor_ok(c))
			c->status = CURSOR_TRUNCATED;
		padding = padding_of(len);
		if (padding > cursor_left(c))
			padding = cursor_left(c);
		if (padding)
			say_bytes(d, c, F(PARAMETER_PADDING), padding);
		say_close(d, open);
	}
}

/* RFC 9260 s. 3.3.10 */
static void read_causes(struct dissect *d, struct cursor *c)
{
	while (cursor_left(c) >= 4 && cursor_ok(c) && dissect_step(d)) {
		uint32_t at = c->at;
		struct cursor ahead = *c;
		unsigned code = cursor_be16(&ahead);
		unsigned len = cursor_be16(&ahead);
		const char *name = value_name(sctp_cause_names, code);
		uint32_t open, padding;

		if (!cursor_ok(&ahead) || len < 4) {
			cursor_skip(c, cursor_left(c));
			return;
		}
		say_line(d, at, len, "%s cause", name ? name : "Unknown");
		open = say_open(d);
		say_uint(d, c, F(CAUSE_CODE), 2);
		say_uint(d, c, F(CAUSE_LENGTH), 2);
		if (len > 4)
			say_bytes(d, c, F(CAUSE_INFORMATION), len - 4);
		padding = padding_of(len);
		if (padding > cursor_left(c))
			padding = cursor_left(c);
		if (padding)
			say_bytes(d, c, F(CAUSE_PADDING), padding);
		say_close(d, open);
	}
}

/* INIT and INIT ACK differ in name only: five fields in a row. */
static void read_init(struct dissect *d, struct cursor *c, uint16_t first)
{
	uint32_t at = c->at;
	uint32_t tag = (uint32_t)say_uint(d, c, first, 4);

	if (cursor_ok(c))
		say_hidden(d, F(INITIATE_TAG), at, 4, tag);
	say_uint(d, c, (uint16_t)(first + 1), 4);
	say_uint(d, c, (uint16_t)(first + 2), 2);
	say_uint(d, c, (uint16_t)(first + 3), 2);
	say_uint(d, c, (uint16_t)(first + 4), 4);
	read_parameters(d, c);
}

static_assert(SCTP_INIT_TSN == SCTP_INIT_TAG + 4, "read_init() counts on the order");
static_assert(SCTP_INITACK_TSN == SCTP_INITACK_TAG + 4, "read_init() counts on the order");

static void read_sack(struct dissect *d, struct cursor *c, uint32_t item)
{
	uint32_t tsn = (uint32_t)say_uint(d, c, F(SACK_TSN_RAW), 4);
	uint32_t rwnd = (uint32_t)say_uint(d, c, F(SACK_RWND), 4);
	unsigned gaps = (unsigned)say_uint(d, c, F(SACK_GAPS), 2);
	unsigned dups = (unsigned)say_uint(d, c, F(SACK_DUPS), 2);

	if (!cursor_ok(c))
		return;
	info_add(d, "(Ack=%u, Arwnd=%u) ", tsn, rwnd);
	if (item != TREE_NO_PARENT)
		item_append(d->tree, &d->tree->items[item],
			    " (Cumulative TSN: %u, a_rwnd: %u, gaps: %u, duplicate TSNs: %u)", tsn,
			    rwnd, gaps, dups);
	for (unsigned i = 0; i < gaps && cursor_ok(c) && dissect_step(d); i++) {
		say_uint(d, c, F(SACK_GAP_START), 2);
		say_uint(d, c, F(SACK_GAP_END), 2);
	}
	for (unsigned i = 0; i < dups && cursor_ok(c) && dissect_step(d); i++)
		say_uint(d, c, F(SACK_DUP_TSN), 4);
}

static void say_data_line(struct dissect *d, uint32_t item, unsigned flags, const char *what)
{
	static const char *const parts[] = {"middle segment", "last segment", "first segment",
					    "complete segment"};

	if (item != TREE_NO_PARENT)
		item_append(d->tree, &d->tree->items[item], " (%sordered, %s, %s)",
			    flags & 4 ? "un" : "", parts[flags & 3], what);
}

static void read_data(struct dissect *d, struct cursor *c, unsigned flags, uint32_t item,
		      bool interleaved)
{
	uint32_t tsn = (uint32_t)say_uint(d, c, F(DATA_TSN_RAW), 4);
	unsigned sid = (unsigned)say_uint(d, c, F(DATA_SID), 2);
	unsigned order, ppid;
	char what[128];

	if (interleaved) {
		say_uint(d, c, F(DATA_RESERVED), 2);
		order = (unsigned)say_uint(d, c, F(DATA_MID), 4);
	} else {
		order = (unsigned)say_uint(d, c, F(DATA_SSN), 2);
	}
	if (interleaved && !(flags & 2))
		ppid = (unsigned)say_uint(d, c, F(DATA_FSN), 4);
	else
		ppid = (unsigned)say_uint(d, c, F(DATA_PPID), 4);
	if (!cursor_ok(c))
		return;
	info_add(d, "(TSN=%u) ", tsn);
	snprintf(what, sizeof(what),
		 "TSN: %u, SID: %u, %s: %u, PPID: %u, payload length: %u byte%s", tsn, sid,
		 interleaved ? "MID" : "SSN", order, ppid, cursor_left(c),
		 cursor_left(c) == 1 ? "" : "s");
	say_data_line(d, item, flags, what);
	if (cursor_left(c))
		dissect_data(d, c);
}

static void read_forward(struct dissect *d, struct cursor *c)
{
	say_uint(d, c, F(FORWARD_TSN), 4);
	while (cursor_left(c) >= 4 && cursor_ok(c) && dissect_step(d)) {
		say_uint(d, c, F(FORWARD_SID), 2);
		say_uint(d, c, F(FORWARD_SSN), 2);
	}
}

static void read_value(struct dissect *d, struct cursor *c, unsigned type, unsigned flags,
		       uint32_t item)
{
	switch (type) {
	case CHUNK_DATA:
	case CHUNK_I_DATA:
		read_data(d, c, flags, item, type == CHUNK_I_DATA);
		break;
	case CHUNK_INIT:
		read_init(d, c, F(INIT_TAG));
		break;
	case CHUNK_INIT_ACK:
		read_init(d, c, F(INITACK_TAG));
		break;
	case CHUNK_SACK:
		read_sack(d, c, item);
		break;
	case CHUNK_HEARTBEAT:
	case CHUNK_HEARTBEAT_ACK:
	case CHUNK_RE_CONFIG:
		read_parameters(d, c);
		break;
	case CHUNK_ABORT:
	case CHUNK_ERROR:
		read_causes(d, c);
		break;
	case CHUNK_SHUTDOWN:
		say_uint(d, c, F(SHUTDOWN_TSN), 4);
		break;
	case CHUNK_COOKIE_ECHO:
		say_rest(d, c, F(COOKIE));
		break;
	case CHUNK_ECNE:
		say_uint(d, c, F(ECNE_TSN), 4);
		break;
	case CHUNK_CWR:
		say_uint(d, c, F(CWR_TSN), 4);
		break;
	case CHUNK_AUTH:
		say_uint(d, c, F(KEY_ID), 2);
		say_uint(d, c, F(HMAC_ID), 2);
		say_rest(d, c, F(HMAC));
		break;
	case CHUNK_FORWARD_TSN:
		read_forward(d, c);
		break;
	case CHUNK_ASCONF:
	case CHUNK_ASCONF_ACK:
		say_uint(d, c, type == CHUNK_ASCONF ? F(ASCONF_SEQ) : F(ASCONF_ACK_SEQ), 4);
		read_parameters(d, c);
		break;
	case CHUNK_I_FORWARD_TSN:
		say_uint(d, c, F(I_FORWARD_TSN), 4);
		say_rest(d, c, F(CHUNK_VALUE));
		break;
	case CHUNK_PAD:
		say_rest(d, c, F(PAD_DATA));
		break;
	default:
		say_rest(d, c, F(CHUNK_VALUE));
		break;
	}
}

static void say_flags(struct dissect *d, struct cursor *c, unsigned type)
{
	static const uint16_t data_bits[] = {F(DATA_I), F(DATA_U), F(DATA_B), F(DATA_E)};
	static const uint16_t sack_bits[] = {F(SACK_NONCE)};
	static const uint16_t abort_bits[] = {F(ABORT_T)};
	static const uint16_t complete_bits[] = {F(COMPLETE_T)};
	uint32_t at = c->at;
	unsigned flags = (unsigned)say_uint(d, c, F(CHUNK_FLAGS), 1);
	uint32_t open = say_open(d);

	if (!cursor_ok(c)) {
		say_close(d, open);
		return;
	}
	if (type == CHUNK_DATA || type == CHUNK_I_DATA)
		say_bits(d, at, 1, flags, data_bits, 4);
	else if (type == CHUNK_SACK)
		say_bits(d, at, 1, flags, sack_bits, 1);
	else if (type == CHUNK_ABORT)
		say_bits(d, at, 1, flags, abort_bits, 1);
	else if (type == CHUNK_SHUTDOWN_COMPLETE)
		say_bits(d, at, 1, flags, complete_bits, 1);
	say_close(d, open);
}

/* RFC 9260 s. 3.2. False when no further chunk can be found. */
static bool read_chunk(struct dissect *d, struct cursor *c)
{
	struct cursor ahead = *c;
	unsigned type = cursor_u8(&ahead);
	unsigned flags = cursor_u8(&ahead);
	unsigned len = cursor_be16(&ahead);
	const char *name = value_name(sctp_chunk_names, type);
	uint32_t at = c->at, item, open, inner, padding;
	struct cursor value;

	if (!cursor_ok(&ahead)) {
		*c = ahead;
		return false;
	}
	info_add(d, "%s ", name ? name : "RESERVED");
	d->item = say_line(d, at, len < SCTP_CHUNK_HEADER ? SCTP_CHUNK_HEADER : len, "%s chunk",
			   name ? name : "Unknown");
	item = tree_index(d->tree, d->item);
	open = say_open(d);
	say_uint(d, c, F(CHUNK_TYPE), 1);
	inner = say_open(d);
	say_bits(d, at, 1, type, (const uint16_t[]) {F(CHUNK_BIT_1), F(CHUNK_BIT_2)}, 2);
	say_close(d, inner);
	say_flags(d, c, type);
	say_uint(d, c, F(CHUNK_LENGTH), 2);
	if (len < SCTP_CHUNK_HEADER) {
		say_close(d, open);
		return false;
	}
	value = cursor_take(c, len - SCTP_CHUNK_HEADER);
	read_value(d, &value, type, flags, item);
	if (!cursor_ok(&value) && cursor_ok(c))
		c->status = value.status;
	padding = padding_of(len);
	if (padding > cursor_left(c))
		padding = cursor_left(c);
	if (padding)
		say_bytes(d, c, F(CHUNK_PADDING), padding);
	say_close(d, open);
	return cursor_ok(c);
}

/* What tshark says as long as nobody asks it to tell associations apart. */
static void say_association(struct dissect *d)
{
	d->item = tree_uint(d->tree, F(ASSOC_INDEX), 0, 0, UINT16_MAX);
	item_text(d->tree, d->item, "Association index: disabled (enable in preferences)");
	item_flag(d->item, ITEM_GENERATED);
}

static void dissect_sctp(struct dissect *d, struct cursor *c)
{
	uint32_t at = c->at;
	unsigned source = (unsigned)say_uint(d, c, F(SRCPORT), 2);
	unsigned destination = (unsigned)say_uint(d, c, F(DSTPORT), 2);

	info_clear(d);
	if (!cursor_ok(c)) {
		dissect_nameless(d);
		return;
	}
	d->kept.source_port = (uint16_t)source;
	d->kept.destination_port = (uint16_t)destination;
	say_title(d, ", Src Port: %u (%u), Dst Port: %u (%u)", source, source, destination,
		  destination);
	say_hidden(d, F(PORT), at, 2, source);
	say_hidden(d, F(PORT), at + 2, 2, destination);
	say_uint(d, c, F(TAG), 4);
	if (cursor_ok(c))
		say_association(d);
	say_uint(d, c, F(CHECKSUM), 4);
	item_append(d->tree, d->item, " [unverified]");
	if (cursor_ok(c))
		item_flag(tree_uint(d->tree, F(CHECKSUM_STATUS), 0, 0, CHECKSUM_STATUS_UNVERIFIED),
			  ITEM_GENERATED);
	else
		dissect_unsay(d);
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d))
		if (!read_chunk(d, c))
			break;
}

bool sctp_read(struct cursor *c, struct sctp_hdr *ret_header)
{
	*ret_header = (struct sctp_hdr) {0};
	ret_header->source_port = cursor_be16(c);
	ret_header->destination_port = cursor_be16(c);
	if (!cursor_ok(c))
		return false;
	ret_header->tag = cursor_be32(c);
	cursor_skip(c, 4); /* checksum */
	ret_header->chunk = cursor_u8(c);
	if (ret_header->chunk == SCTP_INIT || ret_header->chunk == SCTP_INIT_ACK) {
		cursor_skip(c, SCTP_CHUNK_HEADER - 1);
		ret_header->initiate_tag = cursor_be32(c);
	}
	return true;
}

const struct dissector sctp_dissector = {sctp_fields, SCTP_FIELDS, dissect_sctp};
