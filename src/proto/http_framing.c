// SPDX-License-Identifier: Apache-2.0
// Where an HTTP message ends (RFC 9112 s. 6), found out before it is read.
#include "proto/http_framing.h"

#define MORE_MAX       0x7ffffffeu /* no message is kept that lacks so much */
#define LINE_END_LEN   2           /* CR LF */
#define LAST_CHUNK_LEN 5           /* "0" and an empty trailer: at least so much follows */
#define SIZE_DIGITS    8

static struct text next_line(struct text *rest)
{
	uint32_t len = text_find(rest, '\n');
	struct text line = text_first(*rest, len);

	*rest = text_behind(*rest, len + 1);
	if (line.len && text_byte(&line, line.len - 1) == '\r')
		line.len--;
	return line;
}

static bool has_line(const struct text *rest)
{
	return text_find(rest, '\n') < rest->len;
}

/* RFC 9112 s. 6.3: which responses end with their headers. */
static bool is_bodiless(enum http_asked asked, bool known, uint64_t code)
{
	if (asked == HTTP_ASKED_HEAD)
		return true;
	if (!known)
		return false;
	return code < 200 || code == 204 || code == 304 ||
	       (asked == HTTP_ASKED_CONNECT && code < 300);
}

static void note_start(struct text line, enum http_asked asked, struct http_framing *f)
{
	struct text code;
	uint64_t number = 0;
	bool known;

	f->response = text_starts(&line, "HTTP/");
	text_word(&line);
	code = text_word(&line);
	known = text_decimal(&code, &number);
	f->bodiless = f->response && is_bodiless(asked, known, number);
}

/* RFC 9112 s. 6.1: the last coding tells where the body ends. */
static bool ends_chunked(struct text codings)
{
	struct text last;

	do
		last = text_trim(text_until(&codings, ','));
	while (codings.len);
	return text_starts_nocase(&last, "chunked");
}

static void note_header(struct text line, struct http_framing *f)
{
	struct text name = text_until(&line, ':');

	line = text_trim(line);
	if (text_is_nocase(&name, "Content-Length"))
		f->has_length = text_decimal(&line, &f->length);
	else if (text_is_nocase(&name, "Transfer-Encoding"))
		f->chunked = ends_chunked(line);
}

/* Returns what stands behind the headers. */
static struct text read_headers(struct dissect *d, struct text held, enum http_asked asked,
				struct http_framing *f)
{
	struct text rest = held;

	note_start(next_line(&rest), asked, f);
	while (has_line(&rest) && dissect_step(d)) {
		struct text line = next_line(&rest);

		if (!line.len) {
			f->headers = rest.at - held.at;
			return rest;
		}
		note_header(line, f);
	}
	return rest;
}

bool http_chunk_size(const struct text *line, uint32_t *ret_size)
{
	uint32_t size = 0, digits = 0;

	while (digits < line->len && digits < SIZE_DIGITS) {
		uint8_t c = text_byte(line, digits);
		uint8_t letter = c | 0x20;

		if (c >= '0' && c <= '9')
			size = size << 4 | (c - '0');
		else if (letter >= 'a' && letter <= 'f')
			size = size << 4 | (letter - 'a' + 10u);
		else
			break;
		digits++;
	}
	*ret_size = size;
	return digits != 0;
}

/* RFC 9112 s. 7.1; how many bytes are missing, 0 also for what is no such body. */
static uint32_t read_chunks(struct dissect *d, struct text *rest)
{
	while (dissect_step(d)) {
		uint32_t size;

		struct text line;

		if (!has_line(rest))
			return LAST_CHUNK_LEN;
		line = next_line(rest);
		if (!http_chunk_size(&line, &size))
			return 0;
		if (!size)
			break;
		if (size >= MORE_MAX - LINE_END_LEN || size + LINE_END_LEN > rest->len)
			return size >= MORE_MAX - LINE_END_LEN ? MORE_MAX
							       : size + LINE_END_LEN - rest->len;
		*rest = text_behind(*rest, size + LINE_END_LEN);
	}
	while (dissect_step(d)) { /* the trailer: headers up to an empty line */
		if (!has_line(rest))
			return LINE_END_LEN;
		if (!next_line(rest).len)
			break;
	}
	return 0;
}

void http_framing_read(struct dissect *d, struct text held, enum http_asked asked,
		       struct http_framing *f)
{
	struct text body;

	*f = (struct http_framing) {.lacks = DISSECT_ONE_SEGMENT};
	body = read_headers(d, held, asked, f);
	if (!f->headers)
		return;
	f->lacks = 0;
	if (f->bodiless)
		return;
	if (f->chunked) {
		struct text rest = body;
		uint32_t lacks = read_chunks(d, &rest);

		f->lacks = lacks ? lacks | DISSECT_AT_LEAST : 0;
		f->chunks = rest.at - body.at;
	} else if (f->has_length) {
		if (f->length > body.len)
			f->lacks = f->length - body.len < MORE_MAX
					   ? (uint32_t)(f->length - body.len)
					   : MORE_MAX;
	} else if (f->response) {
		f->lacks = DISSECT_TO_THE_END;
	}
}
