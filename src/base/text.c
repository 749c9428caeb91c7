// SPDX-License-Identifier: Apache-2.0
// Text from strangers made safe to print, and numbers read from text without surprises.
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define WORD_MAX 64

size_t text_character(const char *text, size_t left, uint32_t *ret_code)
{
	const uint8_t *p = (const uint8_t *)text;
	static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc0 ? 2 : 0;
	uint32_t code;

	if (!len || len > left || p[0] > 0xf4)
		return 0;
	code = len == 1 ? p[0] : p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	if (code < smallest[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return len;
}

bool text_is_harmful(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xad || code == 0x61c ||
	       (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || (code & 0xfffe) == 0xfffe ||
	       (code >= 0xe0000 && code <= 0xe0fff);
}

size_t text_plain(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && text[i] >= 0x20 && text[i] < 0x7f)
		i++;
	return i;
}

/* The letter of a control byte that has one in C: lines and columns of a text stay readable. */
static char escape_letter(uint8_t byte)
{
	switch (byte) {
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return '\0';
	}
}

size_t text_escape_bytes(char *out, size_t size, const void *from, size_t from_len)
{
	const uint8_t *p = from;
	size_t n = 0;

	for (size_t i = 0; i < from_len;) {
		size_t plain = text_plain((const char *)p + i, from_len - i);
		uint32_t code = 0;
		size_t len;

		if (plain) {
			len = plain < size - 1 - n ? plain : size - 1 - n;
			memcpy(out + n, p + i, len);
			n += len;
			i += len;
			if (len < plain)
				break;
			continue;
		}
		len = text_character((const char *)p + i, from_len - i, &code);
		if (len && !text_is_harmful(code)) {
			if (n + len >= size)
				break;
			memcpy(out + n, p + i, len);
			n += len;
			i += len;
			continue;
		}
		if (n + 4 >= size)
			break;
		if (escape_letter(p[i]))
			n += (size_t)snprintf(out + n, size - n, "\\%c", escape_letter(p[i]));
		else
			n += (size_t)snprintf(out + n, size - n, "\\x%02X", p[i]);
		i++;
	}
	out[n] = '\0';
	return n;
}

size_t text_escape(char *out, size_t size, const char *from)
{
	return text_escape_bytes(out, size, from, strlen(from));
}

bool text_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned digit = (unsigned)(*text - '0');

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (value < min || value > max)
		return false;
	*ret_value = value;
	return true;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned text_distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	unsigned row[WORD_MAX + 1][WORD_MAX + 1];

	if (la >= WORD_MAX || lb >= WORD_MAX)
		return WORD_MAX;
	for (size_t i = 0; i <= la; i++)
		row[i][0] = (unsigned)i;
	for (size_t j = 0; j <= lb; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		for (size_t j = 1; j <= lb; j++) {
			row[i][j] = min3(row[i - 1][j] + 1, row[i][j - 1] + 1,
					 row[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    row[i - 2][j - 2] + 1 < row[i][j])
				row[i][j] = row[i - 2][j - 2] + 1;
		}
	}
	return row[la][lb];
}
