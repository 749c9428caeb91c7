// SPDX-License-Identifier: Apache-2.0
// The Simple Mail Transfer Protocol (RFC 5321): commands and replies.
#include "proto/smtp.h"

#include <assert.h>

#include "proto/lines.h"

#define SMTP_PORT       25
#define SUBMISSION_PORT 587 /* RFC 6409 */
#define CODE_LEN        3
#define COMMAND_LEN     4 /* RFC 5321 s. 4.1.1: all but the extensions */

enum smtp_field {
	SMTP_PROTOCOL,
	SMTP_REQUEST,
	SMTP_RESPONSE,
	SMTP_COMMAND_LINE,
	SMTP_COMMAND,
	SMTP_PARAMETER,
	SMTP_RESPONSE_LINE,
	SMTP_CODE,
	SMTP_RESPONSE_PARAMETER,
	SMTP_FIELDS
};

/* RFC 5321 s. 4.2.3, RFC 4954 s. 6. */
static const struct value_name code_names[] = {
	VALUE(211, "System status, or system help reply"),
	VALUE(214, "Help message"),
	VALUE(220, "<domain> Service ready"),
	VALUE(221, "<domain> Service closing transmission channel"),
	VALUE(235, "Authentication successful"),
	VALUE(250, "Requested mail action okay, completed"),
	VALUE(251, "User not local; will forward to <forward-path>"),
	VALUE(252, "Cannot VRFY user, but will accept message and attempt delivery"),
	VALUE(334, "AUTH input"),
	VALUE(354, "Start mail input; end with <CRLF>.<CRLF>"),
	VALUE(421, "<domain> Service not available, closing transmission channel"),
	VALUE(432, "A password transition is needed"),
	VALUE(450, "Requested mail action not taken: mailbox unavailable"),
	VALUE(451, "Requested action aborted: local error in processing"),
	VALUE(452, "Requested action not taken: insufficient system storage"),
	VALUE(454, "Temporary authentication failed"),
	VALUE(500, "Syntax error, command unrecognized"),
	VALUE(501, "Syntax error in parameters or arguments"),
	VALUE(502, "Command not implemented"),
	VALUE(503, "Bad sequence of commands"),
	VALUE(504, "Command parameter not implemented"),
	VALUE(530, "Authentication required"),
	VALUE(534, "Authentication mechanism is too weak"),
	VALUE(535, "Authentication credentials invalid"),
	VALUE(538, "Encryption required for requested authentication mechanism"),
	VALUE(550, "Requested action not taken: mailbox unavailable"),
	VALUE(551, "User not local; please try <forward-path>"),
	VALUE(552, "Requested mail action aborted: exceeded storage allocation"),
	VALUE(553, "Requested action not taken: mailbox name not allowed"),
	VALUE(554, "Transaction failed"),
	VALUE_END,
};

static const struct field fields[] = {
	[SMTP_PROTOCOL] = {"smtp", "Simple Mail Transfer Protocol", FIELD_PROTOCOL},
	[SMTP_REQUEST] = {"smtp.req", "Request", FIELD_BOOL},
	[SMTP_RESPONSE] = {"smtp.rsp", "Response", FIELD_BOOL},
	[SMTP_COMMAND_LINE] = {"smtp.command_line", "Command Line", FIELD_STRING},
	[SMTP_COMMAND] = {"smtp.req.command", "Command", FIELD_STRING},
	[SMTP_PARAMETER] = {"smtp.req.parameter", "Request parameter", FIELD_STRING},
	[SMTP_RESPONSE_LINE] = {"smtp.response", "Response", FIELD_STRING},
	[SMTP_CODE] = {"smtp.response.code", "Response code", FIELD_UINT, BASE_DEC, 4,
		       .names = code_names},
	[SMTP_RESPONSE_PARAMETER] = {"smtp.rsp.parameter", "Response parameter", FIELD_STRING},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == SMTP_FIELDS, "every smtp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_SMTP, SMTP_##name)

/* RFC 5321 s. 4.1.1 and its extensions, as far as their first four letters. */
static const char *const commands[] = {
	"HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "SEND", "SOML", "SAML", "VRFY", "EXPN",
	"HELP", "NOOP", "QUIT", "TURN", "AUTH", "STAR", "ETRN", "BDAT", "XEXC", "ATRN",
};

static bool is_command(const struct text *line)
{
	struct text word = text_first(*line, COMMAND_LEN);

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (text_is_nocase(&word, commands[i]))
			return true;
	return false;
}

static void say_command(struct dissect *d, struct text line, const struct text *whole, bool first)
{
	struct text command = text_first(line, COMMAND_LEN);
	uint32_t before;

	info_add(d, first ? "C: " : " | ");
	info_add_text(d, &line);
	say_text(d, F(COMMAND_LINE), whole);
	before = say_open(d);
	say_text(d, F(COMMAND), &command);
	line = text_behind(line, COMMAND_LEN + 1);
	if (line.len)
		say_text(d, F(PARAMETER), &line);
	say_close(d, before);
}

/* Lines of a message: what a client sends that is no command. */
static void say_message(struct dissect *d, struct cursor *c)
{
	struct text line, whole;
	char shown[LINE_SHOWN_MAX];

	info_set(d, "C: DATA fragment, %u bytes", cursor_left(c));
	while (line_read(d, c, &line, &whole))
		if (d->tree)
			say_line(d, whole.at, whole.len, "C: %s", text_shown(&line, shown));
}

/* The lines of one reply stand under the first: "250-first", "250 last". */
static void say_reply(struct dissect *d, struct text line, const struct text *whole, bool first,
		      bool *ret_more)
{
	struct text code = text_first(line, CODE_LEN);
	struct text rest = text_behind(line, CODE_LEN + 1);
	uint64_t number;

	if (code.len != CODE_LEN || !text_decimal(&code, &number)) {
		info_add(d, first ? "S: " : " | ");
		info_add_text(d, &line);
		return;
	}
	info_add(d, first ? "S: " : " | ");
	info_add_text(d, *ret_more ? &rest : &line);
	if (!*ret_more) {
		say_text(d, F(RESPONSE_LINE), whole);
		if (d->tree)
			say_open(d);
		tree_uint(d->tree, F(CODE), code.at, code.len, number);
	}
	if (rest.len)
		say_text(d, F(RESPONSE_PARAMETER), &rest);
	*ret_more = text_byte(&line, CODE_LEN) == '-';
}

static void dissect_smtp(struct dissect *d, struct cursor *c)
{
	bool request = d->kept.destination_port == SMTP_PORT ||
		       d->kept.destination_port == SUBMISSION_PORT;
	uint32_t layer = d->tree ? d->tree->parent : TREE_NO_PARENT;
	struct text line = text_held(c), whole;
	bool more = false;

	if ((!request || is_command(&line)) && line_wait(d, c))
		return;
	info_clear(d);
	if (request && !is_command(&line)) {
		say_message(d, c);
		cursor_skip(c, cursor_left(c));
		return;
	}
	item_flag(tree_uint(d->tree, request ? F(REQUEST) : F(RESPONSE), 0, 0, 1), ITEM_HIDDEN);
	for (bool first = true; !line_wait(d, c) && line_read(d, c, &line, &whole); first = false) {
		if (request)
			say_command(d, line, &whole, first);
		else
			say_reply(d, line, &whole, first, &more);
		if (d->tree && !more)
			tree_close(d->tree, layer);
	}
	cursor_skip(c, cursor_left(c));
}

const struct dissector smtp_dissector = {fields, SMTP_FIELDS, dissect_smtp, NULL};
