// SPDX-License-Identifier: Apache-2.0
// Sentences on a page of 80 columns and 24 lines.
#include "report/page.h"

#include <string.h>

/* Breaks text at blanks. The first line has `used` columns already. */
static void wrap(struct buf *out, const char *text, size_t used, size_t width, const char *lead)
{
	size_t column = used;
	bool begun = false; /* the line has a word */

	while (*text) {
		size_t word = strcspn(text, " ");

		if (begun && column + 1 + word > width) {
			buf_putc(out, '\n');
			buf_puts(out, lead);
			column = 0;
			begun = false;
		}
		if (begun)
			buf_putc(out, ' ');
		buf_add(out, text, word);
		column += word + begun;
		begun = true;
		text += word;
		text += strspn(text, " ");
	}
	buf_putc(out, '\n');
}

void page_wrap(struct buf *out, const char *text, unsigned first, unsigned others)
{
	char lead[PAGE_WIDTH / 2 + 1];
	size_t len = others < sizeof(lead) - 1 ? others : sizeof(lead) - 1;

	memset(lead, ' ', len);
	lead[len] = '\0';
	buf_pad(out, ' ', first);
	wrap(out, text, first > len ? first - len : 0, PAGE_WIDTH - len, lead);
}

void page_flush(struct buf *out, struct buf *text, unsigned first, unsigned others)
{
	page_wrap(out, buf_text(text), first, others);
	out->failed |= text->failed;
	buf_clear(text);
}

void page_wrap_beside(struct buf *out, const char *text, size_t width, const char *lead)
{
	wrap(out, text, 0, width, lead);
}

size_t page_lines(const struct buf *text)
{
	size_t lines = 0;

	for (size_t i = 0; i < text->len; i++)
		lines += text->data[i] == '\n';
	return lines;
}
