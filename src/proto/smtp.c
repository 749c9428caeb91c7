// SPDX-License-Identifier: Apache-2.0
// The Simple Mail Transfer Protocol (RFC 5321): commands and replies.
//
// Theory of operation. What a client's line is depends on what came before: a command, part of a
// mail (behind the reply 354, up to a line with a dot alone; behind BDAT, RFC 3030, as many bytes as
// that says), or what a login asks for (RFC 4954).
// Of each connection the last such step is remembered. Where it is not, in a capture that begins
// later, a line that begins with no command is part of a mail. When the server agrees to STARTTLS
// (RFC 3207) the rest of the connection is announced as TLS.
#include "proto/smtp.h"

#include <assert.h>

#include "proto/lines.h"
#include "proto/starttls.h"

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
	SMTP_AUTH_USERNAME,
	SMTP_AUTH_PASSWORD,
	SMTP_AUTH_BOTH,
	SMTP_FIELDS
};

#define REPLY_READY  220
#define REPLY_AUTH   334
#define REPLY_MAIL   354
#define REPLY_FAILED 400 /* and above: what was asked for is not done */

/* How far a connection has come: what was asked for, and what the client's next line is. */
enum step {
	STEP_COMMANDS, /* and where nothing is known */
	STEP_ASKED_MAIL,
	STEP_MAIL,
	STEP_ASKED_LOGIN,
	STEP_USERNAME,
	STEP_SAID_USERNAME,
	STEP_PASSWORD,
	STEP_ASKED_PLAIN,
	STEP_BOTH,
	STEP_ASKED_TLS,
};

struct progress {
	uint8_t step;   /* enum step */
	uint8_t within; /* a mail's last segment ended within a line */
	uint64_t chunk; /* bytes of a mail that are to come whatever they are */
};

static_assert(sizeof(struct progress) <= MEMO_LEN, "it can be remembered");

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
	[SMTP_AUTH_USERNAME] = {"smtp.auth.username", "Username", FIELD_STRING},
	[SMTP_AUTH_PASSWORD] = {"smtp.auth.password", "Password", FIELD_STRING},
	[SMTP_AUTH_BOTH] = {"smtp.auth.username_password", "Username/Password", FIELD_STRING},
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

/* What a command leads to, if the server agrees. */
static enum step step_of(struct text line)
{
	struct text command = text_word(&line), mechanism = text_word(&line);

	if (text_is_nocase(&command, "DATA"))
		return STEP_ASKED_MAIL;
	if (text_is_nocase(&command, "STARTTLS"))
		return STEP_ASKED_TLS;
	if (!text_is_nocase(&command, "AUTH"))
		return STEP_COMMANDS;
	if (text_is_nocase(&mechanism, "LOGIN"))
		return line.len ? STEP_SAID_USERNAME : STEP_ASKED_LOGIN;
	return text_is_nocase(&mechanism, "PLAIN") && !line.len ? STEP_ASKED_PLAIN : STEP_COMMANDS;
}

/* A reply ends a step or takes it further. */
static void take_reply(struct dissect *d, struct progress *p, uint64_t code)
{
	if (code >= REPLY_FAILED) {
		p->step = STEP_COMMANDS;
	} else if (code == REPLY_MAIL && p->step == STEP_ASKED_MAIL) {
		p->step = STEP_MAIL;
		p->within = false;
	} else if (code == REPLY_READY && p->step == STEP_ASKED_TLS) {
		p->step = STEP_COMMANDS;
		starttls_agreed(d);
	} else if (code == REPLY_AUTH && p->step == STEP_ASKED_LOGIN) {
		p->step = STEP_USERNAME;
	} else if (code == REPLY_AUTH && p->step == STEP_SAID_USERNAME) {
		p->step = STEP_PASSWORD;
	} else if (code == REPLY_AUTH && p->step == STEP_ASKED_PLAIN) {
		p->step = STEP_BOTH;
	}
}

/* What a login asked for; as it was sent: nobody's password shall stand here in clear. */
static bool say_login(struct dissect *d, struct progress *p, const struct text *line)
{
	switch ((enum step)p->step) {
	case STEP_USERNAME:
		info_add(d, "C: User: ");
		say_text(d, F(AUTH_USERNAME), line);
		p->step = STEP_SAID_USERNAME;
		break;
	case STEP_PASSWORD:
		info_add(d, "C: Pass: ");
		say_text(d, F(AUTH_PASSWORD), line);
		p->step = STEP_COMMANDS;
		break;
	case STEP_BOTH:
		info_add(d, "C: ");
		say_text(d, F(AUTH_BOTH), line);
		p->step = STEP_COMMANDS;
		break;
	case STEP_COMMANDS:
	case STEP_ASKED_MAIL:
	case STEP_MAIL:
	case STEP_ASKED_LOGIN:
	case STEP_SAID_USERNAME:
	case STEP_ASKED_PLAIN:
	case STEP_ASKED_TLS:
		return false;
	}
	info_add_text(d, line);
	return true;
}

/* What a login says in the line that begins it (RFC 4954 s. 4). */
static void say_initial(struct dissect *d, struct text line)
{
	struct text mechanism = text_word(&line);

	if (!line.len)
		return;
	if (text_is_nocase(&mechanism, "PLAIN"))
		say_text(d, F(AUTH_BOTH), &line);
	else if (text_is_nocase(&mechanism, "LOGIN"))
		say_text(d, F(AUTH_USERNAME), &line);
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
	if (text_is_nocase(&command, "AUTH"))
		say_initial(d, line);
	say_close(d, before);
}

/* Lines of a mail, up to the one that ends it. */
static void say_mail(struct dissect *d, struct cursor *c, struct progress *p)
{
	struct text line, whole;
	char shown[LINE_SHOWN_MAX];

	info_set(d, "C: DATA fragment, %u bytes", cursor_left(c));
	while (line_read(d, c, &line, &whole)) {
		bool end = !p->within && text_is(&line, ".") && whole.len > line.len;

		if (d->tree)
			say_line(d, whole.at, whole.len, "C: %s", text_shown(&line, shown));
		p->within = whole.len == line.len;
		if (!end)
			continue;
		p->step = STEP_COMMANDS;
		return;
	}
}

/* RFC 3030 s. 2: "BDAT 1000 LAST", and so many bytes behind the line. */
static uint64_t chunk_of(struct text line)
{
	struct text command = text_word(&line), size = text_word(&line);
	uint64_t count;

	if (!text_is_nocase(&command, "BDAT") || !text_decimal(&size, &count))
		return 0;
	return count;
}

/* What is here of a chunk: no line of it is a command. */
static void say_chunk(struct dissect *d, struct cursor *c, struct progress *p, bool first)
{
	uint32_t len = cursor_left(c);

	if (len > p->chunk)
		len = (uint32_t)p->chunk;
	info_add(d, "%sDATA fragment, %u byte%s", first ? "C: " : " | ", len, len == 1 ? "" : "s");
	say_line(d, c->at, len, "C: DATA fragment (%u byte%s)", len, len == 1 ? "" : "s");
	cursor_skip(c, len);
	p->chunk -= len;
}

/* Of a reply as far as it was read. */
struct reply {
	uint64_t code;
	bool more; /* its last line is to come */
};

/* The lines of one reply stand under the first: "250-first", "250 last". */
static void say_reply(struct dissect *d, struct text line, const struct text *whole, bool first,
		      struct reply *reply)
{
	struct text code = text_first(line, CODE_LEN);
	struct text rest = text_behind(line, CODE_LEN + 1);

	info_add(d, first ? "S: " : " | ");
	if (code.len != CODE_LEN || !text_decimal(&code, &reply->code)) {
		info_add_text(d, &line);
		return;
	}
	info_add_text(d, reply->more ? &rest : &line);
	if (!reply->more) {
		say_text(d, F(RESPONSE_LINE), whole);
		if (d->tree)
			say_open(d);
		tree_uint(d->tree, F(CODE), code.at, code.len, reply->code);
	}
	if (rest.len)
		say_text(d, F(RESPONSE_PARAMETER), &rest);
	reply->more = text_byte(&line, CODE_LEN) == '-';
}

static void read_replies(struct dissect *d, struct cursor *c, struct progress *p)
{
	uint32_t layer = d->tree ? d->tree->parent : TREE_NO_PARENT;
	struct reply reply = {0};
	struct text line, whole;

	item_flag(tree_uint(d->tree, F(RESPONSE), 0, 0, 1), ITEM_HIDDEN);
	for (bool first = true; !line_wait(d, c) && line_read(d, c, &line, &whole); first = false) {
		say_reply(d, line, &whole, first, &reply);
		if (reply.more)
			continue;
		take_reply(d, p, reply.code);
		if (d->tree)
			tree_close(d->tree, layer);
	}
}

static void read_requests(struct dissect *d, struct cursor *c, struct progress *p)
{
	struct text line, whole;

	for (bool first = true; cursor_left(c); first = false) {
		if (p->chunk) {
			say_chunk(d, c, p, first);
			continue;
		}
		if (line_wait(d, c) || !line_read(d, c, &line, &whole))
			return;
		item_flag(tree_uint(d->tree, F(REQUEST), 0, 0, 1), ITEM_HIDDEN);
		if (say_login(d, p, &line))
			continue;
		p->step = (uint8_t)step_of(line);
		p->chunk = chunk_of(line);
		say_command(d, line, &whole, first);
	}
}

static void dissect_smtp(struct dissect *d, struct cursor *c)
{
	bool request = d->kept.destination_port == SMTP_PORT ||
		       d->kept.destination_port == SUBMISSION_PORT;
	struct memo_view memo = dissect_memo(d);
	struct progress unknown = {0};
	struct progress *p = memo.now ? memo.now : &unknown;
	struct text line = text_held(c);
	bool login = p->step == STEP_USERNAME || p->step == STEP_PASSWORD || p->step == STEP_BOTH;
	bool chunk = request && p->chunk;
	bool mail = request && !chunk && (p->step == STEP_MAIL || (!login && !is_command(&line)));

	if (!mail && !chunk && line_wait(d, c))
		return;
	info_clear(d);
	if (mail)
		say_mail(d, c, p);
	if (request && cursor_left(c))
		read_requests(d, c, p);
	else if (!request)
		read_replies(d, c, p);
	cursor_skip(c, cursor_left(c));
}

const struct dissector smtp_dissector = {fields, SMTP_FIELDS, dissect_smtp, NULL};
