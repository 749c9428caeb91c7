// SPDX-License-Identifier: Apache-2.0
// Text within XML, as tshark writes it.
#include "report/xml_text.h"

#include <string.h>

/* XML 1.0 s. 2.4: what may not stand for itself; tshark writes the apostrophe by its number. */
static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#x27;";
	default:
		return NULL;
	}
}

void xml_text(struct buf *out, const char *text, size_t len)
{
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		const char *word = entity(text[i]);

		if (!word)
			continue;
		buf_add(out, text + from, i - from);
		buf_puts(out, word);
		from = i + 1;
	}
	buf_add(out, text + from, len - from);
}
