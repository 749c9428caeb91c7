// SPDX-License-Identifier: Apache-2.0
// System messages: the priority, and the parts of RFC 3164 and RFC 5424 where they are kept to.
#include "proto/syslog.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "proto/dissect.h"

#define PRIORITY_DIGITS 3  /* RFC 5424 s. 6.2.1 */
#define STAMP_LEN       15 /* "Sep 12 19:16:12": RFC 3164 s. 4.1.2 */
#define TEXT_MAX        1000

static const struct value_name facility_names[] = {
	VALUE(0, "KERN - kernel messages"),
	VALUE(1, "USER - random user-level messages"),
	VALUE(2, "MAIL - mail system"),
	VALUE(3, "DAEMON - system daemons"),
	VALUE(4, "AUTH - security/authorization messages"),
	VALUE(5, "SYSLOG - messages generated internally by syslogd"),
	VALUE(6, "LPR - line printer subsystem"),
	VALUE(7, "NEWS - network news subsystem"),
	VALUE(8, "UUCP - UUCP subsystem"),
	VALUE(9, "CRON - clock daemon (BSD, Linux)"),
	VALUE(10, "AUTHPRIV - security/authorization messages (private)"),
	VALUE(11, "FTP - ftp daemon"),
	VALUE(12, "NTP - ntp subsystem"),
	VALUE(13, "LOGAUDIT - log audit"),
	VALUE(14, "LOGALERT - log alert"),
	VALUE(15, "CRON - clock daemon (Solaris)"),
	VALUE(16, "LOCAL0 - reserved for local use"),
	VALUE(17, "LOCAL1 - reserved for local use"),
	VALUE(18, "LOCAL2 - reserved for local use"),
	VALUE(19, "LOCAL3 - reserved for local use"),
	VALUE(20, "LOCAL4 - reserved for local use"),
	VALUE(21, "LOCAL5 - reserved for local use"),
	VALUE(22, "LOCAL6 - reserved for local use"),
	VALUE(23, "LOCAL7 - reserved for local use"),
	VALUE_END,
};

static const struct value_name level_names[] = {
	VALUE(0, "EMERG - system is unusable"),
	VALUE(1, "ALERT - action must be taken immediately"),
	VALUE(2, "CRIT - critical conditions"),
	VALUE(3, "ERR - error conditions"),
	VALUE(4, "WARNING - warning conditions"),
	VALUE(5, "NOTICE - normal but significant condition"),
	VALUE(6, "INFO - informational"),
	VALUE(7, "DEBUG - debug-level messages"),
	VALUE_END,
};

enum syslog_field {
	SYSLOG_PROTOCOL,
	SYSLOG_FACILITY,
	SYSLOG_LEVEL,
	SYSLOG_MSG,
	SYSLOG_VERSION,
	SYSLOG_STAMP_3164,
	SYSLOG_HOSTNAME,
	SYSLOG_APPNAME,
	SYSLOG_PROCID,
	SYSLOG_MSGID,
	SYSLOG_FIELDS
};

static const struct field fields[] = {
	[SYSLOG_PROTOCOL] = {"syslog", "Syslog message", FIELD_PROTOCOL},
	[SYSLOG_FACILITY] = {"syslog.facility", "Facility", FIELD_UINT, BASE_DEC, 1, 0xf8,
			     .names = facility_names},
	[SYSLOG_LEVEL] = {"syslog.level", "Level", FIELD_UINT, BASE_DEC, 1, 0x07,
			  .names = level_names},
	[SYSLOG_MSG] = {"syslog.msg", "Message", FIELD_STRING},
	[SYSLOG_VERSION] = {"syslog.version", "Syslog version", FIELD_STRING},
	[SYSLOG_STAMP_3164] = {"syslog.timestamp_rfc3164", "Syslog timestamp (RFC3164)",
			       FIELD_STRING},
	[SYSLOG_HOSTNAME] = {"syslog.hostname", "Syslog hostname", FIELD_STRING},
	[SYSLOG_APPNAME] = {"syslog.appname", "Syslog app name", FIELD_STRING},
	[SYSLOG_PROCID] = {"syslog.procid", "Syslog process id", FIELD_STRING},
	[SYSLOG_MSGID] = {"syslog.msgid", "Syslog message id", FIELD_STRING},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == SYSLOG_FIELDS, "every syslog_field has a row");

#define F(name) FIELD_ID(PROTOCOL_SYSLOG, SYSLOG_##name)

/* Bytes before the next byte `end`, of those held; all of them when it is not there. */
static uint32_t until(const struct cursor *c, uint8_t end)
{
	uint32_t held = cursor_held(c), len = 0;

	while (len < held && c->base[c->at + len] != end)
		len++;
	return len;
}

/* "<13>": returns the priority and steps over it; -1 when there is none. */
static int read_priority(struct cursor *c)
{
	struct cursor ahead = *c;
	unsigned digits = 0;
	int priority = 0;

	if (!cursor_left(c) || cursor_u8(&ahead) != '<')
		return -1;
	while (digits <= PRIORITY_DIGITS && cursor_left(&ahead)) {
		uint8_t byte = cursor_u8(&ahead);

		if (byte == '>' && digits) {
			*c = ahead;
			return priority;
		}
		if (!isdigit(byte))
			return -1;
		priority = priority * 10 + (byte - '0');
		digits++;
	}
	return -1;
}

/* Words that a blank ends, one field each. */
static void say_words(struct dissect *d, struct cursor *c, const uint16_t *ids, uint32_t count)
{
	for (uint32_t i = 0; i < count && cursor_ok(c) && cursor_left(c); i++) {
		uint32_t len = until(c, ' ');

		if (ids[i])
			say_string(d, c, ids[i], len);
		else
			cursor_skip(c, len);
		if (cursor_left(c))
			cursor_skip(c, 1);
	}
}

static bool is_stamp_3164(struct cursor c)
{
	char text[STAMP_LEN];

	if (cursor_held(&c) < STAMP_LEN)
		return false;
	cursor_copy(&c, text, sizeof(text));
	return isalpha((uint8_t)text[0]) && text[3] == ' ' && text[6] == ' ' && text[9] == ':' &&
	       text[12] == ':';
}

/* RFC 3164 s. 4.1.3: the tag ends before the first character that is no letter and no digit. */
static uint32_t tag_len(const struct cursor *c)
{
	uint32_t held = cursor_held(c), len = 0;

	while (len < held && isalnum(c->base[c->at + len]))
		len++;
	return len;
}

static void say_3164(struct dissect *d, struct cursor *c)
{
	static const uint16_t host[] = {F(HOSTNAME)};

	say_string(d, c, F(STAMP_3164), STAMP_LEN);
	if (cursor_left(c))
		cursor_skip(c, 1);
	say_words(d, c, host, 1);
	if (cursor_held(c))
		say_string(d, c, F(PROCID), tag_len(c));
	if (cursor_held(c))
		say_string(d, c, F(MSGID), cursor_held(c));
}

static void say_5424(struct dissect *d, struct cursor *c)
{
	static const uint16_t words[] = {F(VERSION), 0,         F(HOSTNAME),
					 F(APPNAME), F(PROCID), F(MSGID)};

	say_words(d, c, words, sizeof(words) / sizeof(words[0]));
}

static void say_message(struct dissect *d, struct cursor *c)
{
	struct cursor inside = *c;
	uint32_t before;

	say_string(d, c, F(MSG), cursor_left(c));
	before = say_open(d);
	if (is_stamp_3164(inside))
		say_3164(d, &inside);
	else if (cursor_held(&inside) > 2 && inside.base[inside.at] == '1' &&
		 inside.base[inside.at + 1] == ' ')
		say_5424(d, &inside);
	say_close(d, before);
}

/* The part of a name before " - ". */
static void add_short(char out[static 16], const char *name)
{
	if (name)
		snprintf(out, 16, "%.*s", (int)strcspn(name, " "), name);
	else
		snprintf(out, 16, "UNKNOWN");
}

/* Wireshark writes bytes that do not print in octal here. */
static void columns(struct dissect *d, struct cursor c, int priority)
{
	char facility[16], level[16], text[TEXT_MAX];
	uint32_t held = cursor_held(&c);
	size_t len = 0;

	for (uint32_t i = 0; i < held && len + 5 < sizeof(text); i++) {
		uint8_t byte = cursor_u8(&c);

		if (isprint(byte))
			text[len++] = (char)byte;
		else
			len += (size_t)snprintf(text + len, sizeof(text) - len, "\\%03o", byte);
	}
	text[len] = '\0';
	if (priority < 0) {
		info_set(d, "%s", text);
		say_heading(d, "Syslog message: (unknown): %s", text);
		return;
	}
	add_short(facility, value_name(facility_names, (uint64_t)priority >> 3));
	add_short(level, value_name(level_names, (uint64_t)priority & 7));
	info_set(d, "%s.%s: %s", facility, level, text);
	say_heading(d, "Syslog message: %s.%s: %s", facility, level, text);
}

static void dissect_syslog(struct dissect *d, struct cursor *c)
{
	uint32_t at = c->at;
	int priority = read_priority(c);

	columns(d, *c, priority);
	if (priority >= 0) {
		tree_uint(d->tree, F(FACILITY), at, c->at - at, (uint64_t)priority >> 3);
		tree_uint(d->tree, F(LEVEL), at, c->at - at, (uint64_t)priority & 7);
	}
	say_message(d, c);
}

const struct dissector syslog_dissector = {fields, SYSLOG_FIELDS, dissect_syslog};
