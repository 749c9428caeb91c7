// SPDX-License-Identifier: Apache-2.0
// Whether a text is JSON (RFC 8259), to the byte. One state machine with a stack of brackets.
#include "json_check.h"

#include <stdint.h>
#include <string.h>

#define DEPTH_MAX 512

struct reader {
	const uint8_t *at;
	const uint8_t *end;
};

static void blanks(struct reader *r)
{
	while (r->at < r->end && memchr(" \t\r\n", *r->at, 4))
		r->at++;
}

static bool take(struct reader *r, char c)
{
	blanks(r);
	if (r->at == r->end || *r->at != (uint8_t)c)
		return false;
	r->at++;
	return true;
}

/* The bytes of one character beyond ASCII: RFC 3629 s. 4, by the table of well-formed bytes. */
static bool utf8(struct reader *r)
{
	uint8_t first = *r->at++;
	uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	unsigned more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;

	if (first < 0xc2 || first > 0xf4)
		return false;
	for (; more; more--, low = 0x80, high = 0xbf)
		if (r->at == r->end || *r->at < low || *r->at++ > high)
			return false;
	return true;
}

static bool escape(struct reader *r)
{
	if (r->at == r->end)
		return false;
	if (*r->at++ != 'u')
		return strchr("\"\\/bfnrt", r->at[-1]) && r->at[-1];
	for (unsigned i = 0; i < 4; i++, r->at++)
		if (r->at == r->end || !*r->at || !strchr("0123456789abcdefABCDEF", *r->at))
			return false;
	return true;
}

static bool string(struct reader *r)
{
	if (!take(r, '"'))
		return false;
	while (r->at < r->end && *r->at != '"') {
		if (*r->at < 0x20)
			return false;
		if (*r->at >= 0x80) {
			if (!utf8(r))
				return false;
		} else if (*r->at++ == '\\' && !escape(r)) {
			return false;
		}
	}
	return take(r, '"');
}

static bool digits(struct reader *r)
{
	const uint8_t *from = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return r->at > from;
}

static bool number(struct reader *r)
{
	bool zero;

	take(r, '-');
	zero = r->at < r->end && *r->at == '0';
	r->at += zero;
	if (!zero && !digits(r))
		return false;
	if (r->at < r->end && *r->at == '.' && (r->at++, !digits(r)))
		return false;
	if (r->at == r->end || (*r->at != 'e' && *r->at != 'E'))
		return true;
	r->at++;
	if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
		r->at++;
	return digits(r);
}

static bool scalar(struct reader *r)
{
	static const char *const words[] = {"true", "false", "null"};

	blanks(r);
	for (unsigned i = 0; i < 3; i++) {
		size_t len = strlen(words[i]);

		if ((size_t)(r->end - r->at) >= len && !memcmp(r->at, words[i], len)) {
			r->at += len;
			return true;
		}
	}
	if (r->at < r->end && *r->at == '"')
		return string(r);
	return number(r);
}

/* Closes what ends here; true when another member of what is open follows. */
static bool closed(struct reader *r, const char *open, unsigned *depth)
{
	while (*depth) {
		if (take(r, ','))
			return true;
		if (!take(r, open[*depth - 1] == '{' ? '}' : ']'))
			return false;
		(*depth)--;
	}
	return false;
}

bool json_check(const char *text, size_t len)
{
	struct reader r = {(const uint8_t *)text, (const uint8_t *)text + len};
	char open[DEPTH_MAX];
	unsigned depth = 0;

	for (;;) {
		bool empty = false;

		if (depth && open[depth - 1] == '{' && !(string(&r) && take(&r, ':')))
			return false;
		while (!empty && (take(&r, '{') || take(&r, '['))) {
			char c = (char)r.at[-1];

			if (depth == DEPTH_MAX)
				return false;
			empty = take(&r, c == '{' ? '}' : ']');
			if (empty)
				break;
			open[depth++] = c;
			if (c == '{' && !(string(&r) && take(&r, ':')))
				return false;
		}
		if (!empty && !scalar(&r))
			return false;
		if (!closed(&r, open, &depth))
			break;
	}
	blanks(&r);
	return depth == 0 && r.at == r.end;
}
