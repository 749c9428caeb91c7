// SPDX-License-Identifier: Apache-2.0
// The Internet Message Access Protocol (RFC 9051): tagged lines.
#include "proto/imap.h"

#include <assert.h>

#include "proto/lines.h"
#include "proto/starttls.h"

#define IMAP_PORT 143

enum imap_field {
	IMAP_PROTOCOL,
	IMAP_ISREQUEST,
	IMAP_LINE,
	IMAP_REQUEST,
	IMAP_REQUEST_TAG,
	IMAP_RESPONSE,
	IMAP_RESPONSE_TAG,
	IMAP_REQUEST_COMMAND,
	IMAP_RESPONSE_COMMAND,
	IMAP_RESPONSE_STATUS,
	IMAP_TAG,
	IMAP_COMMAND,
	IMAP_FOLDER,
	IMAP_UID,
	IMAP_USER,
	IMAP_PASSWORD,
	IMAP_FIELDS
};

#define TEXT(id, filter, label) [id] = {"imap." filter, label, FIELD_STRING}

static const struct field fields[] = {
	[IMAP_PROTOCOL] = {"imap", "Internet Message Access Protocol", FIELD_PROTOCOL},
	[IMAP_ISREQUEST] = {"imap.isrequest", "Request", FIELD_BOOL},
	TEXT(IMAP_LINE, "line", "Line"),
	TEXT(IMAP_REQUEST, "request", "Request"),
	TEXT(IMAP_REQUEST_TAG, "request_tag", "Request Tag"),
	TEXT(IMAP_RESPONSE, "response", "Response"),
	TEXT(IMAP_RESPONSE_TAG, "response_tag", "Response Tag"),
	TEXT(IMAP_REQUEST_COMMAND, "request.command", "Request Command"),
	TEXT(IMAP_RESPONSE_COMMAND, "response.command", "Response Command"),
	TEXT(IMAP_RESPONSE_STATUS, "response.status", "Response Status"),
	TEXT(IMAP_TAG, "tag", "Tag"),
	TEXT(IMAP_COMMAND, "command", "Command"),
	TEXT(IMAP_FOLDER, "request.folder", "Request Folder"),
	[IMAP_UID] = {"imap.request.command.uid", "Request isUID", FIELD_BOOL},
	TEXT(IMAP_USER, "request.username", "Request Username"),
	TEXT(IMAP_PASSWORD, "request.password", "Request Password"),
};

static_assert(sizeof(fields) / sizeof(fields[0]) == IMAP_FIELDS, "every imap_field has a row");

#define F(name) FIELD_ID(PROTOCOL_IMAP, IMAP_##name)

static struct text unquoted(struct text t)
{
	if (t.len >= 2 && text_byte(&t, 0) == '"' && text_byte(&t, t.len - 1) == '"')
		t = text_first(text_behind(t, 1), t.len - 2);
	return t;
}

static void say_hidden_text(struct dissect *d, uint16_t id, const struct text *t)
{
	say_text(d, id, t);
	item_flag(d->item, ITEM_HIDDEN);
}

static void say_arguments(struct dissect *d, const struct text *command, struct text rest)
{
	struct text word = unquoted(text_word(&rest));

	if (text_is_nocase(command, "LOGIN")) {
		rest = unquoted(rest);
		if (word.len)
			say_text(d, F(USER), &word);
		if (rest.len)
			say_text(d, F(PASSWORD), &rest);
	} else if ((text_is_nocase(command, "SELECT") || text_is_nocase(command, "EXAMINE")) &&
		   word.len) {
		say_text(d, F(FOLDER), &word);
	}
}

static void say_request(struct dissect *d, struct text line)
{
	struct text tag, command, hidden;

	say_text(d, F(REQUEST), &line);
	tag = text_word(&line);
	say_text(d, F(REQUEST_TAG), &tag);
	say_hidden_text(d, F(TAG), &tag);
	command = text_word(&line);
	if (!command.len)
		return;
	hidden = command;
	if (text_is_nocase(&command, "UID")) {
		tree_uint(d->tree, F(UID), command.at, command.len, 1);
		command = text_word(&line);
	}
	say_text(d, F(REQUEST_COMMAND), &command);
	say_hidden_text(d, F(COMMAND), &hidden);
	say_arguments(d, &command, line);
}

static void say_response(struct dissect *d, struct text line)
{
	struct text tag, status, command;

	say_text(d, F(RESPONSE), &line);
	tag = text_word(&line);
	say_text(d, F(RESPONSE_TAG), &tag);
	say_hidden_text(d, F(TAG), &tag);
	status = text_word(&line);
	if (status.len)
		say_text(d, F(RESPONSE_STATUS), &status);
	command = text_word(&line);
	if (!command.len)
		return;
	say_text(d, F(RESPONSE_COMMAND), &command);
	say_hidden_text(d, F(COMMAND), &command);
}

/* The last line that is an answer to a tag is the one to show; else the first. */
static void set_info(struct dissect *d, bool request, const struct text *line, bool first)
{
	if (!first && (request || text_byte(line, 0) == '*'))
		return;
	info_set(d, "%s: ", request ? "Request" : "Response");
	info_add_text(d, line);
}

/* STARTTLS and its answer (RFC 3501 s. 6.2.1). */
static void look_for_tls(struct dissect *d, struct text line, bool request)
{
	struct text tag = text_word(&line), word = text_word(&line);

	if (request)
		starttls_asked(d, text_is_nocase(&word, "STARTTLS"));
	else if (!text_is(&tag, "*") && text_is_nocase(&word, "OK"))
		starttls_answered(d);
}

static void dissect_imap(struct dissect *d, struct cursor *c)
{
	bool request = d->kept.destination_port == IMAP_PORT;
	struct text line, whole;

	if (line_wait(d, c))
		return;
	item_flag(tree_uint(d->tree, F(ISREQUEST), 0, 0, request), ITEM_HIDDEN);
	for (bool first = true; !line_wait(d, c) && line_read(d, c, &line, &whole); first = false) {
		uint32_t before;

		set_info(d, request, &line, first);
		look_for_tls(d, line, request);
		if (!d->tree)
			continue;
		say_text(d, F(LINE), &whole);
		before = say_open(d);
		if (request)
			say_request(d, line);
		else if (text_byte(&line, 0) != '*')
			say_response(d, line);
		say_close(d, before);
	}
	cursor_skip(c, cursor_left(c));
}

const struct dissector imap_dissector = {fields, IMAP_FIELDS, dissect_imap, NULL};
