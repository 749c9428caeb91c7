// SPDX-License-Identifier: Apache-2.0
// A growing byte string with a sticky failure: write straight down, look once at the end.
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digits.h"
#include "base/text.h"

#define FIRST_SIZE     256
#define POINTED_MAX    400
#define POINTED_INDENT 4

bool buf_grow(struct buf *b, size_t more)
{
	size_t size = b->size ? b->size : FIRST_SIZE;
	char *data;

	if (b->failed)
		return false;
	if (more >= SIZE_MAX / 2 - b->len) {
		b->failed = true;
		return false;
	}
	if (b->len + more < b->size)
		return true;
	while (size <= b->len + more)
		size *= 2;
	data = realloc(b->data, size);
	if (!data) {
		b->failed = true;
		return false;
	}
	b->data = data;
	b->size = size;
	return true;
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0 || !buf_room(b, (size_t)len))
		return;
	va_start(args, format);
	vsnprintf(b->data + b->len, b->size - b->len, format, args);
	va_end(args);
	b->len += (size_t)len;
}

void buf_escaped(struct buf *b, const char *text)
{
	size_t room = strlen(text) * 4 + 1;

	if (!buf_room(b, room))
		return;
	b->len += text_escape(b->data + b->len, room, text);
}

void buf_pad(struct buf *b, char c, size_t count)
{
	if (!buf_room(b, count))
		return;
	memset(b->data + b->len, c, count);
	b->len += count;
	b->data[b->len] = '\0';
}

void buf_u64(struct buf *b, uint64_t value)
{
	if (!buf_room(b, DIGITS_U64_MAX))
		return;
	b->len = (size_t)(digits_put(b->data + b->len, value) - b->data);
	b->data[b->len] = '\0';
}

void buf_pointed(struct buf *b, const char *text, size_t len, size_t at, size_t marked)
{
	if (len > POINTED_MAX || len == 0)
		return;
	at = at < len ? at : len;
	marked = marked < len - at ? marked : len - at;
	buf_pad(b, ' ', POINTED_INDENT);
	for (size_t i = 0; i < len; i++)
		buf_putc(b, text[i] >= ' ' && text[i] <= '~' ? text[i] : '?');
	buf_putc(b, '\n');
	buf_pad(b, ' ', POINTED_INDENT + at);
	buf_putc(b, '^');
	buf_pad(b, '~', marked > 1 ? marked - 1 : 0);
	buf_putc(b, '\n');
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data)
		b->data[0] = '\0';
}

void buf_cut(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

const char *buf_text(const struct buf *b)
{
	return b->data ? b->data : "";
}

void buf_done(struct buf *b)
{
	free(b->data);
	*b = (struct buf) {0};
}
