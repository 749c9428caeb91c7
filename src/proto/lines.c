// SPDX-License-Identifier: Apache-2.0
// Lines and words of the protocols that speak text. See the header.
#include "proto/lines.h"

#include <string.h>

#include "base/text.h"

#define INFO_TEXT_MAX 4096 /* of one text in the Info column, before escaping */

struct text text_held(const struct cursor *c)
{
	return (struct text) {.base = c->base, .at = c->at, .len = cursor_held(c)};
}

bool line_read(struct dissect *d, struct cursor *c, struct text *ret_line, struct text *ret_whole)
{
	struct text whole = text_held(c);
	struct text line = whole;
	uint32_t end = 0;

	if (!whole.len || !dissect_step(d))
		return false;
	while (end < whole.len && text_byte(&whole, end) != '\r' && text_byte(&whole, end) != '\n')
		end++;
	line.len = end;
	if (end < whole.len && text_byte(&whole, end++) == '\r' && text_byte(&whole, end) == '\n')
		end++;
	whole.len = end;
	cursor_skip(c, end);
	*ret_line = line;
	*ret_whole = whole;
	return true;
}

bool line_read_folded(struct dissect *d, struct cursor *c, struct text *ret_line,
		      struct text *ret_whole)
{
	struct text next, next_whole, ahead;

	if (!line_read(d, c, ret_line, ret_whole))
		return false;
	ahead = text_held(c);
	while (ret_line->len && (text_byte(&ahead, 0) == ' ' || text_byte(&ahead, 0) == '\t')) {
		if (!line_read(d, c, &next, &next_whole))
			break;
		ret_line->len = next.at + next.len - ret_line->at;
		ret_whole->len += next_whole.len;
		ahead = text_held(c);
	}
	return true;
}

bool line_wait(struct dissect *d, const struct cursor *c)
{
	struct text held = text_held(c);

	return held.len && text_find(&held, '\n') == held.len &&
	       dissect_want_more(d, c, DISSECT_ONE_SEGMENT);
}

struct text text_first(struct text t, uint32_t count)
{
	if (t.len > count)
		t.len = count;
	return t;
}

struct text text_behind(struct text t, uint32_t count)
{
	if (count > t.len)
		count = t.len;
	t.at += count;
	t.len -= count;
	return t;
}

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t';
}

struct text text_word(struct text *rest)
{
	uint32_t len = text_find(rest, ' ');
	struct text word = text_first(*rest, len);

	while (len < rest->len && text_byte(rest, len) == ' ')
		len++;
	*rest = text_behind(*rest, len);
	return word;
}

struct text text_until(struct text *rest, char byte)
{
	uint32_t len = text_find(rest, byte);
	struct text before = text_first(*rest, len);

	*rest = text_behind(*rest, len < rest->len ? len + 1 : len);
	return before;
}

struct text text_trim(struct text t)
{
	while (t.len && is_blank(text_byte(&t, 0)))
		t = text_behind(t, 1);
	while (t.len && is_blank(text_byte(&t, t.len - 1)))
		t.len--;
	return t;
}

uint32_t text_find(const struct text *t, char byte)
{
	const uint8_t *found = t->len ? memchr(t->base + t->at, byte, t->len) : NULL;

	return found ? (uint32_t)(found - (t->base + t->at)) : t->len;
}

static uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

bool text_starts(const struct text *t, const char *word)
{
	size_t len = strlen(word);

	return len <= t->len && !memcmp(t->base + t->at, word, len);
}

bool text_starts_nocase(const struct text *t, const char *word)
{
	for (uint32_t i = 0; word[i]; i++)
		if (i >= t->len || lower(text_byte(t, i)) != lower((uint8_t)word[i]))
			return false;
	return true;
}

bool text_is(const struct text *t, const char *word)
{
	return t->len == strlen(word) && text_starts(t, word);
}

bool text_is_nocase(const struct text *t, const char *word)
{
	return t->len == strlen(word) && text_starts_nocase(t, word);
}

bool text_decimal(const struct text *t, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (!t->len)
		return false;
	for (uint32_t i = 0; i < t->len; i++) {
		uint8_t digit = (uint8_t)(text_byte(t, i) - '0');

		if (digit > 9 || number > (UINT64_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	*ret_number = number;
	return true;
}

void say_text_at(struct dissect *d, uint16_t id, const struct text *where, const struct text *t)
{
	d->item = NULL;
	if (tree_wants(d->tree, id))
		d->item = tree_bytes(d->tree, id, where->at, where->len, t->base + t->at, t->len);
}

void say_text(struct dissect *d, uint16_t id, const struct text *t)
{
	say_text_at(d, id, t, t);
}

const char *text_shown(const struct text *t, char out[static LINE_SHOWN_MAX])
{
	uint32_t len = t->len;
	size_t written;

	while (len && (text_byte(t, len - 1) == '\r' || text_byte(t, len - 1) == '\n'))
		len--;
	written = text_escape_bytes(out, LINE_SHOWN_MAX - 16, t->base + t->at, len);
	for (uint32_t i = len; i < t->len && i < len + 4; i++) {
		out[written++] = '\\';
		out[written++] = text_byte(t, i) == '\r' ? 'r' : 'n';
	}
	out[written] = '\0';
	return out;
}

void info_add_text(struct dissect *d, const struct text *t)
{
	char copy[INFO_TEXT_MAX + 1];
	uint32_t len = t->len < INFO_TEXT_MAX ? t->len : INFO_TEXT_MAX;

	if (!d->info)
		return;
	memcpy(copy, t->base + t->at, len);
	copy[len] = '\0';
	info_add_escaped(d, copy);
}
