// SPDX-License-Identifier: Apache-2.0
// The Trivial File Transfer Protocol (RFC 1350) with options (RFC 2347).
//
// Theory of operation. The server answers a request from a port of its own choice (RFC 1350 s. 4),
// so the request announces the client's port, to the server's address and any port there. What the
// announcement keeps is the request's file name and frame, the block length that the server agreed
// to, and the last block, since block numbers start again behind 65535.
#include "proto/tftp.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "proto/announce.h"
#include "proto/ipv4.h"
#include "proto/lines.h"

#define BLOCK_LEN     512 /* RFC 1350 s. 2, unless an option says another */
#define BLOCK_LEN_MIN 8   /* RFC 2348 */
#define BLOCK_LEN_MAX 65464
#define WINDOW_MAX    65535 /* RFC 7440 s. 3 */
#define BLOCK_LAST    0xffff
#define TEXT_MAX      ANNOUNCED_TEXT_MAX

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

#define ERROR_UNDEFINED 0
#define ERROR_OPTIONS   8 /* RFC 2347 */

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
	TFTP_DATA,
	TFTP_ERROR,
	TFTP_SIZE_PROBE,
	TFTP_BLOCK_LEN_RANGE,
	TFTP_WINDOW_RANGE,
	TFTP_BLOCK_WRAP,
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
	[TFTP_DATA] = {"tftp.data", "Data", FIELD_BYTES},
	[TFTP_ERROR] = {"tftp.error", "TFTP ERROR packet", FIELD_NONE},
	[TFTP_SIZE_PROBE] = {"tftp.likely_tsize_probe", "Likely transfer size (tsize) probe",
			     FIELD_NONE},
	[TFTP_BLOCK_LEN_RANGE] = {"tftp.blocksize_range", "TFTP blocksize out of range",
				  FIELD_NONE},
	[TFTP_WINDOW_RANGE] = {"tftp.windowsize_range", "TFTP windowsize out of range", FIELD_NONE},
	[TFTP_BLOCK_WRAP] = {"tftp.block.wrap", "TFTP block number is about to wrap", FIELD_NONE},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == TFTP_FIELDS, "every tftp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_TFTP, TFTP_##name)

/* Text up to its NUL; a copy, cut when long, into text. */
static void say_word(struct dissect *d, struct cursor *c, uint16_t id, char text[static TEXT_MAX])
{
	uint32_t held = cursor_held(c), len = 0, copied;
	struct cursor again = *c;

	while (len < held && c->base[c->at + len])
		len++;
	copied = len < TEXT_MAX ? len : TEXT_MAX - 1;
	cursor_copy(&again, text, copied);
	text[copied] = '\0';
	if (len < held || cursor_need(c, held + 1)) /* else its NUL is cut, or missing */
		say_string(d, c, id, len + 1);
}

static void add_info(struct dissect *d, const char *before, const char *text)
{
	info_add(d, "%s", before);
	info_add_escaped(d, text);
}

static void say_remark(struct dissect *d, uint32_t under, uint16_t id,
		       enum expert_severity severity, enum expert_group group)
{
	say_expert(d, under, id, severity, group, "%s", field_get(id)->label);
}

/* The number that a text begins with, as the C library reads it; 0: none. */
static uint32_t leading_number(const char *text)
{
	uint32_t number = 0;

	text += strspn(text, " ");
	for (; *text >= '0' && *text <= '9' && number < UINT32_MAX / 10 - 9; text++)
		number = number * 10 + (uint32_t)(*text - '0');
	return number;
}

struct option {
	char name[TEXT_MAX];
	char value[TEXT_MAX];
	uint32_t line; /* its item */
};

/* What an option means; transfer: NULL, or the one whose server answers. */
static void take_option(struct dissect *d, struct announced_tftp *transfer, bool answer,
			const struct option *o)
{
	uint32_t number = leading_number(o->value);

	if (!strcasecmp(o->name, "blksize") && answer) {
		if (number < BLOCK_LEN_MIN || number > BLOCK_LEN_MAX)
			say_remark(d, o->line, F(BLOCK_LEN_RANGE), EXPERT_WARN, EXPERT_RESPONSE);
		else if (transfer)
			transfer->block_len = (uint16_t)number;
	} else if (!strcasecmp(o->name, "windowsize")) {
		if (number < 1 || number > WINDOW_MAX)
			say_remark(d, o->line, F(WINDOW_RANGE), EXPERT_WARN, EXPERT_RESPONSE);
	} else if (!strcasecmp(o->name, "tsize") && answer && transfer) {
		transfer->sized = true;
	}
}

static void say_options(struct dissect *d, struct cursor *c, struct announced_tftp *transfer,
			bool answer)
{
	struct option o;

	while (cursor_ok(c) && cursor_left(c) && dissect_step(d)) {
		uint32_t from = c->at, before;

		say_line(d, from, 0, "Option");
		o.line = d->tree ? tree_index(d->tree, d->item) : TREE_NO_PARENT;
		before = say_open(d);
		say_word(d, c, F(OPTION_NAME), o.name);
		if (cursor_ok(c))
			say_word(d, c, F(OPTION_VALUE), o.value);
		if (cursor_ok(c))
			take_option(d, transfer, answer, &o);
		say_close(d, before);
		if (!cursor_ok(c))
			return;
		if (o.line != TREE_NO_PARENT) {
			item_text(d->tree, &d->tree->items[o.line], "Option: %s = %s", o.name,
				  o.value);
			tree_set_len(d->tree, o.line, c->at - from);
		}
		add_info(d, ", ", o.name);
		add_info(d, "=", o.value);
	}
}

/* Takes printable text up to its NUL; ends: with that NUL. False: something else is there. */
static bool take_printable(struct text *t, struct text *ret_word, bool *ret_ends)
{
	uint32_t len = 0;

	while (len < t->len && text_byte(t, len) >= ' ' && text_byte(t, len) <= '~')
		len++;
	*ret_word = text_first(*t, len);
	*ret_ends = len < t->len;
	if (len < t->len && text_byte(t, len))
		return false;
	*t = text_behind(*t, len + 1);
	return true;
}

/*
 * Whether these bytes are a request as RFC 1350 s. 5 and RFC 2347 have it: only such a one
 * announces a transfer, and is known on any port. What it lacks at its end in the last option's
 * name is overlooked, as Wireshark does.
 */
static bool is_request(const struct cursor *c)
{
	static const char *const modes[] = {"netascii", "octet", "mail"};
	struct text t = text_held(c), word;
	bool ends, known = false;

	if (text_byte(&t, 0) ||
	    (text_byte(&t, 1) != OPCODE_READ && text_byte(&t, 1) != OPCODE_WRITE))
		return false;
	t = text_behind(t, 2);
	if (!take_printable(&t, &word, &ends) || !ends)
		return false;
	if (!take_printable(&t, &word, &ends) || !ends)
		return false;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		known |= text_is_nocase(&word, modes[i]);
	while (known && t.len) {
		if (!take_printable(&t, &word, &ends))
			return false;
		if (ends && (!take_printable(&t, &word, &ends) || !ends))
			return false;
	}
	return known;
}

static void announce(struct dissect *d, const char *file, bool write)
{
	struct announcement a = {
		.transport = IP_UDP,
		.address = &d->kept.ip_source,
		.port = d->kept.source_port,
		.other = &d->kept.ip_destination,
		.what =
			{
				.protocol = PROTOCOL_TFTP,
				.frame = (uint32_t)d->frame->number,
				.tftp = {.block_len = BLOCK_LEN,
					 .client_port = d->kept.source_port,
					 .write = write},
			},
	};

	snprintf(a.what.tftp.file, sizeof(a.what.tftp.file), "%s", file);
	dissect_announce(d, &a);
}

static void say_request(struct dissect *d, struct cursor *c, uint64_t opcode, bool sound)
{
	bool write = opcode == OPCODE_WRITE;
	char text[TEXT_MAX];

	say_word(d, c, write ? F(DESTINATION_FILE) : F(SOURCE_FILE), text);
	if (!cursor_ok(c))
		return;
	if (sound)
		announce(d, text, write);
	add_info(d, ", File: ", text);
	say_word(d, c, F(TYPE), text);
	if (!cursor_ok(c))
		return;
	add_info(d, ", Transfer type: ", text);
	say_options(d, c, NULL, false);
}

static void say_block(struct dissect *d, struct cursor *c, uint64_t opcode,
		      struct announced_tftp *transfer)
{
	uint64_t block = say_uint(d, c, F(BLOCK), 2);
	uint64_t full = block;

	if (!cursor_ok(c))
		return;
	if (transfer)
		full = announced_count_on(transfer->block, (uint16_t)block);
	if (transfer && full > transfer->block)
		transfer->block = (uint32_t)full;
	if (opcode == OPCODE_DATA && full == BLOCK_LAST)
		say_remark(d, d->item ? tree_index(d->tree, d->item) : TREE_NO_PARENT,
			   F(BLOCK_WRAP), EXPERT_NOTE, EXPERT_SEQUENCE);
	item_flag(tree_uint(d->tree, F(BLOCK_FULL), 0, 0, full), ITEM_GENERATED);
	info_add(d, ", Block: %u", (unsigned)full);
	if (opcode != OPCODE_DATA)
		return;
	if (cursor_left(c) < (transfer ? transfer->block_len : BLOCK_LEN))
		info_add(d, " (last)");
	dissect_data(d, c);
}

static void say_error(struct dissect *d, struct cursor *c, const struct announced_tftp *transfer)
{
	uint64_t code = say_uint(d, c, F(ERROR_CODE), 2);
	const char *name = value_name(error_names, code);
	bool probe = transfer && transfer->sized && !transfer->write &&
		     d->kept.source_port == transfer->client_port &&
		     (code == ERROR_UNDEFINED || code == ERROR_OPTIONS);
	char text[TEXT_MAX];

	if (!cursor_ok(c))
		return;
	if (name)
		info_add(d, ", Code: %s", name);
	else
		info_add(d, ", Code: Unknown (%u)", (unsigned)code);
	say_word(d, c, F(ERROR_MESSAGE), text);
	if (!cursor_ok(c))
		return;
	add_info(d, ", Message: ", text);
	/* Who only wanted to know the length breaks off once it was told. */
	if (probe)
		say_remark(d, TREE_NO_PARENT, F(SIZE_PROBE), EXPERT_CHAT, EXPERT_REQUEST);
	else
		say_remark(d, TREE_NO_PARENT, F(ERROR), EXPERT_WARN, EXPERT_RESPONSE);
}

/* Of which request this is the transfer. */
static void say_transfer(struct dissect *d, const struct announced *a)
{
	const char *file = a->tftp.file;

	item_flag(tree_bytes(d->tree, F(DESTINATION_FILE), 0, 0, (const uint8_t *)file,
			     (uint32_t)strlen(file)),
		  ITEM_GENERATED);
	d->item = tree_uint(d->tree, F(REQUEST_FRAME), 0, 0, a->frame);
	item_text(d->tree, d->item, "%s Request in frame %u", a->tftp.write ? "Write" : "Read",
		  a->frame);
	item_flag(d->item, ITEM_GENERATED);
}

static void dissect_tftp(struct dissect *d, struct cursor *c)
{
	bool sound = is_request(c);
	uint64_t opcode = say_uint(d, c, F(OPCODE), 2);
	const char *name = value_name(opcode_names, opcode);
	struct announced *announced = dissect_announced(d, PROTOCOL_TFTP);
	struct announced_tftp *transfer = announced ? &announced->tftp : NULL;

	if (!cursor_ok(c))
		return;
	if (name)
		info_set(d, "%s", name);
	else
		info_set(d, "Unknown (0x%04x)", (unsigned)opcode);
	if (opcode == OPCODE_READ || opcode == OPCODE_WRITE) {
		say_request(d, c, opcode, sound);
		return;
	}
	if (announced)
		say_transfer(d, announced);
	if (opcode == OPCODE_DATA || opcode == OPCODE_ACK)
		say_block(d, c, opcode, transfer);
	else if (opcode == OPCODE_ERROR)
		say_error(d, c, transfer);
	else if (opcode == OPCODE_OACK)
		say_options(d, c, transfer, true);
	else if (cursor_left(c))
		say_bytes(d, c, F(DATA), cursor_left(c));
}

static bool accept_tftp(const struct dissect *d, const struct cursor *c, bool by_port)
{
	(void)d;
	return by_port || is_request(c);
}

const struct dissector tftp_dissector = {fields, TFTP_FIELDS, dissect_tftp, accept_tftp};
