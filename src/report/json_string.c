// SPDX-License-Identifier: Apache-2.0
// Text from anywhere as a JSON string.
#include "report/json_string.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* One character that may not stand in a string as it is. */
static void json_escape(struct buf *out, uint32_t code)
{
	switch (code) {
	case '"':
	case '\\':
		buf_putc(out, '\\');
		buf_putc(out, (char)code);
		break;
	case '\n':
		buf_puts(out, "\\n");
		break;
	case '\r':
		buf_puts(out, "\\r");
		break;
	case '\t':
		buf_puts(out, "\\t");
		break;
	default:
		if (code > 0xffff) /* RFC 8259 s. 7: a pair of surrogates */
			buf_printf(out, "\\u%04x\\u%04x", 0xd800 + ((code - 0x10000) >> 10),
				   0xdc00 + (code & 0x3ff));
		else
			buf_printf(out, "\\u%04x", code);
		break;
	}
}

static bool is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void json_text(struct buf *out, const char *text, size_t len)
{
	while (len) {
		size_t plain = 0, step;
		uint32_t code;

		while (plain < len && is_plain((uint8_t)text[plain]))
			plain++;
		buf_add(out, text, plain);
		text += plain;
		len -= plain;
		if (!len)
			break;
		step = text_character(text, len, &code);
		if (step > 1 && !text_is_harmful(code))
			buf_add(out, text, step);
		else
			json_escape(out, step ? code : (uint8_t)*text);
		step += step == 0;
		text += step;
		len -= step;
	}
}

void json_string(struct buf *out, const char *text, size_t len)
{
	buf_putc(out, '"');
	json_text(out, text, len);
	buf_putc(out, '"');
}
