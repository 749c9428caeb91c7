// SPDX-License-Identifier: Apache-2.0
// Text from anywhere as a JSON string.
#include "report/json_string.h"

#include <stdint.h>

void json_text(struct buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\') {
			buf_putc(out, '\\');
			buf_putc(out, (char)c);
		} else if (c == '\n') {
			buf_puts(out, "\\n");
		} else if (c == '\r') {
			buf_puts(out, "\\r");
		} else if (c == '\t') {
			buf_puts(out, "\\t");
		} else if (c < 0x20 || c == 0x7f) {
			buf_printf(out, "\\u%04x", c);
		} else {
			buf_putc(out, (char)c);
		}
	}
}

static size_t utf8_len(const unsigned char *text, size_t len)
{
	size_t need = text[0] < 0x80 ? 1 : text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
	uint32_t point = need == 1 ? text[0] : text[0] & (0x7fu >> need);

	if (need == 1)
		return 1;
	if (text[0] < 0xc2 || text[0] > 0xf4 || need > len)
		return 0;
	for (size_t i = 1; i < need; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3f);
	}
	if ((need == 3 && point < 0x800) || (need == 4 && (point < 0x10000 || point > 0x10ffff)) ||
	    (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return need;
}

void json_string(struct buf *out, const char *text, size_t len)
{
	buf_putc(out, '"');
	while (len) {
		size_t step = utf8_len((const unsigned char *)text, len);

		if (step)
			json_text(out, text, step);
		else
			buf_printf(out, "\\u00%02x", (unsigned char)*text);
		step += step == 0;
		text += step;
		len -= step;
	}
	buf_putc(out, '"');
}
