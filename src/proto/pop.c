// SPDX-License-Identifier: Apache-2.0
// The Post Office Protocol, version 3 (RFC 1939): commands and responses.
#include "proto/pop.h"

#include <assert.h>

#include "proto/lines.h"
#include "proto/starttls.h"

#define POP_PORT 110

enum pop_field {
	POP_PROTOCOL,
	POP_RESPONSE,
	POP_INDICATOR,
	POP_DESCRIPTION,
	POP_DATA,
	POP_REQUEST,
	POP_COMMAND,
	POP_PARAMETER,
	POP_REQUEST_DATA,
	POP_FIELDS
};

static const struct field fields[] = {
	[POP_PROTOCOL] = {"pop", "Post Office Protocol", FIELD_PROTOCOL},
	[POP_RESPONSE] = {"pop.response", "Response", FIELD_STRING},
	[POP_INDICATOR] = {"pop.response.indicator", "Response indicator", FIELD_STRING},
	[POP_DESCRIPTION] = {"pop.response.description", "Response description", FIELD_STRING},
	[POP_DATA] = {"pop.response.data", "Data", FIELD_STRING},
	[POP_REQUEST] = {"pop.request", "Request", FIELD_STRING},
	[POP_COMMAND] = {"pop.request.command", "Request command", FIELD_STRING},
	[POP_PARAMETER] = {"pop.request.parameter", "Request parameter", FIELD_STRING},
	[POP_REQUEST_DATA] = {"pop.request.data", "Data", FIELD_STRING},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == POP_FIELDS, "every pop_field has a row");

#define F(name) FIELD_ID(PROTOCOL_POP, POP_##name)

static void say_first(struct dissect *d, struct text line, bool request)
{
	uint32_t before = say_open(d);
	struct text word = text_word(&line);

	if (word.len)
		say_text(d, request ? F(COMMAND) : F(INDICATOR), &word);
	if (line.len)
		say_text(d, request ? F(PARAMETER) : F(DESCRIPTION), &line);
	say_close(d, before);
}

static void dissect_pop(struct dissect *d, struct cursor *c)
{
	bool request = d->kept.destination_port == POP_PORT;
	struct text line, whole;
	char shown[LINE_SHOWN_MAX];
	bool commands = true; /* no line of a message was met yet */

	info_clear(d);
	for (bool first = true; line_read(d, c, &line, &whole); first = false) {
		if (first) {
			commands =
				request || text_starts(&line, "+OK") || text_starts(&line, "-ERR");
			if (request)
				starttls_asked(d, text_is_nocase(&line, "STLS")); /* RFC 2595 */
			else if (text_starts(&line, "+OK"))
				starttls_answered(d);
			info_add(d, "%s: ", request ? "C" : "S");
			if (!commands)
				info_add(d, "DATA fragment, ");
			if (commands)
				info_add_text(d, &line);
			else
				info_add(d, "%u bytes", cursor_left(c) + whole.len);
		}
		if (!d->tree)
			continue;
		if (first && commands) {
			say_text(d, request ? F(REQUEST) : F(RESPONSE), &whole);
			item_text(d->tree, d->item, "%s", text_shown(&whole, shown));
			say_first(d, line, request);
		} else {
			say_text(d, request ? F(REQUEST_DATA) : F(DATA), &whole);
			item_text(d->tree, d->item, "%s", text_shown(&whole, shown));
		}
	}
	cursor_skip(c, cursor_left(c));
}

const struct dissector pop_dissector = {fields, POP_FIELDS, dissect_pop, NULL};
