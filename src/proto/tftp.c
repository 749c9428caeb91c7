// SPDX-License-Identifier: Apache-2.0
// The Trivial File Transfer Protocol (RFC 1350) with options (RFC 2347).
#include "proto/tftp.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/dissect.h"

#define BLOCK_LEN 512 /* RFC 1350 s. 2, unless an option says another */
#define TEXT_MAX  256

enum tftp_opcode {
	OPCODE_READ = 1,
	OPCODE_WRITE = 2,
	OPCODE_DATA = 3,
	OPCODE_ACK = 4,
	OPCODE_ERROR = 5,
	OPCODE_OACK = 6, /* RFC 2347 */
};

static const struct value_name opcode_names[] = {
	VALUE(1, "Read Request"),         VALUE(2, "Write Request"),
	VALUE(3, "Data Packet"),          VALUE(4, "Acknowledgement"),
	VALUE(5, "Error Code"),           VALUE(6, "Option Acknowledgement"),
	VALUE(255, "Information (MSDP)"), VALUE_END,
};

static const struct value_name error_names[] = {
	VALUE(0, "Not defined"),
	VALUE(1, "File not found"),
	VALUE(2, "Access violation"),
	VALUE(3, "Disk full or allocation exceeded"),
	VALUE(4, "Illegal TFTP Operation"),
	VALUE(5, "Unknown transfer ID"),
	VALUE(6, "File already exists"),
	VALUE(7, "No such user"),
	VALUE(8, "Option negotiation failed"),
	VALUE_END,
};

enum tftp_field {
	TFTP_PROTOCOL,
	TFTP_OPCODE,
	TFTP_SOURCE_FILE,
	TFTP_DESTINATION_FILE,
	TFTP_REQUEST_FRAME,
	TFTP_TYPE,
	TFTP_BLOCK,
	TFTP_BLOCK_FULL,
	TFTP_ERROR_CODE,
	TFTP_ERROR_MESSAGE,
	TFTP_OPTION_NAME,
	TFTP_OPTION_VALUE,
	TFTP_FIELDS
};

static const struct field fields[] = {
	[TFTP_PROTOCOL] = {"tftp", "Trivial File Transfer Protocol", FIELD_PROTOCOL},
	[TFTP_OPCODE] = {"tftp.opcode", "Opcode", FIELD_UINT, BASE_DEC, 2, .names = opcode_names},
	[TFTP_SOURCE_FILE] = {"tftp.source_file", "Source File", FIELD_STRING},
	[TFTP_DESTINATION_FILE] = {"tftp.destination_file", "Destination File", FIELD_STRING},
	[TFTP_REQUEST_FRAME] = {"tftp.request_frame", "Request frame", FIELD_FRAME},
	[TFTP_TYPE] = {"tftp.type", "Type", FIELD_STRING},
	[TFTP_BLOCK] = {"tftp.block", "Block", FIELD_UINT, BASE_DEC, 2},
	[TFTP_BLOCK_FULL] = {"tftp.block.full", "Full Block Number", FIELD_UINT, BASE_DEC, 4},
	[TFTP_ERROR_CODE] = {"tftp.error.code", "Error code", FIELD_UINT, BASE_DEC, 2,
			     .names = error_names},
	[TFTP_ERROR_MESSAGE] = {"tftp.error.message", "Error message", FIELD_STRING},
	[TFTP_OPTION_NAME] = {"tftp.option.name", "Option name", FIELD_STRING},
	[TFTP_OPTION_VALUE] = {"tftp.option.value", "Option value", FIELD_STRING},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == TFTP_FIELDS, "every tftp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_TFTP, TFTP_##name)

/* Text up to its NUL, or to the end of the packet; a copy, cut when long, into text. */
static void say_text(struct dissect *d, struct cursor *c, uint16_t id, char text[static TEXT_MAX])
{
	uint32_t held = cursor_held(c), len = 0, copied;
	struct cursor again = *c;

	while (len < held && c->base[c->at + len])
		len++;
	copied = len < TEXT_MAX ? len : TEXT_MAX - 1;
	cursor_copy(&again, text, copied);
	text[copied] = '\0';
	if (len == held && held < cursor_left(c))
		cursor_need(c, held + 1); /* cut by the capture */
	else
		say_string(d, c, id, len < held ? len + 1 : len);
}

static void add_info(struct dissect *d, const char *before, const char *text)
{
	info_add(d, "%s", before);
	info_add_escaped(d, text);
}

static void say_options(struct dissect *d, struct cursor *c)
{
	char name[TEXT_MAX], value[TEXT_MAX];

	while (cursor_ok(c) && cursor_left(c) && dissect_step(d)) {
		uint32_t from = c->at, line, before;

		say_line(d, from, 0, "Option");
		line = d->tree ? tree_index(d->tree, d->item) : TREE_NO_PARENT;
		before = say_open(d);
		say_text(d, c, F(OPTION_NAME), name);
		if (cursor_ok(c))
			say_text(d, c, F(OPTION_VALUE), value);
		say_close(d, before);
		if (!cursor_ok(c))
			return;
		if (line != TREE_NO_PARENT) {
			item_text(d->tree, &d->tree->items[line], "Option: %s = %s", name, value);
			tree_set_len(d->tree, line, c->at - from);
		}
		add_info(d, ", ", name);
		add_info(d, "=", value);
	}
}

static void say_request(struct dissect *d, struct cursor *c, uint64_t opcode)
{
	char text[TEXT_MAX];

	say_text(d, c, opcode == OPCODE_READ ? F(SOURCE_FILE) : F(DESTINATION_FILE), text);
	if (!cursor_ok(c))
		return;
	add_info(d, ", File: ", text);
	say_text(d, c, F(TYPE), text);
	if (!cursor_ok(c))
		return;
	add_info(d, ", Transfer type: ", text);
	say_options(d, c);
}

static void say_block(struct dissect *d, struct cursor *c, uint64_t opcode)
{
	uint64_t block = say_uint(d, c, F(BLOCK), 2);

	if (!cursor_ok(c))
		return;
	item_flag(tree_uint(d->tree, F(BLOCK_FULL), 0, 0, block), ITEM_GENERATED);
	info_add(d, ", Block: %u", (unsigned)block);
	if (opcode != OPCODE_DATA)
		return;
	if (cursor_left(c) < BLOCK_LEN)
		info_add(d, " (last)");
	dissect_data(d, c);
}

static void say_error(struct dissect *d, struct cursor *c)
{
	uint64_t code = say_uint(d, c, F(ERROR_CODE), 2);
	const char *name = value_name(error_names, code);
	char text[TEXT_MAX];

	if (!cursor_ok(c))
		return;
	if (name)
		info_add(d, ", Code: %s", name);
	else
		info_add(d, ", Code: Unknown (%u)", (unsigned)code);
	say_text(d, c, F(ERROR_MESSAGE), text);
	if (cursor_ok(c))
		add_info(d, ", Message: ", text);
}

static void dissect_tftp(struct dissect *d, struct cursor *c)
{
	uint64_t opcode = say_uint(d, c, F(OPCODE), 2);
	const char *name = value_name(opcode_names, opcode);

	if (!cursor_ok(c))
		return;
	if (name)
		info_set(d, "%s", name);
	else
		info_set(d, "Unknown (0x%04x)", (unsigned)opcode);
	if (opcode == OPCODE_READ || opcode == OPCODE_WRITE)
		say_request(d, c, opcode);
	else if (opcode == OPCODE_DATA || opcode == OPCODE_ACK)
		say_block(d, c, opcode);
	else if (opcode == OPCODE_ERROR)
		say_error(d, c);
	else if (opcode == OPCODE_OACK)
		say_options(d, c);
	else
		dissect_data(d, c);
}

const struct dissector tftp_dissector = {fields, TFTP_FIELDS, dissect_tftp};
