/* SPDX-License-Identifier: Apache-2.0 */
/* Where an HTTP message ends (RFC 9112 s. 6), found out before it is read. */
#ifndef SONDE_PROTO_HTTP_FRAMING_H
#define SONDE_PROTO_HTTP_FRAMING_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/lines.h"

#define HTTP_CHUNK_END_LEN 2            /* CR LF behind each chunk */
#define HTTP_JOINED_MAX    (256u << 10) /* bytes of chunks of a frame that are joined */

/* What the last request asked for, if that decides whether its response has a body. */
enum http_asked {
	HTTP_ASKED_OTHER, /* or nothing is known */
	HTTP_ASKED_HEAD,
	HTTP_ASKED_CONNECT,
};

struct http_framing {
	bool response;
	bool bodiless; /* by its status code and what it answers */
	bool chunked;
	bool has_length;
	uint64_t length;  /* by Content-Length */
	uint32_t headers; /* bytes up to the body; 0: they are not all there */
	uint32_t chunks;  /* bytes of the chunks that are there */
	uint32_t lacks;   /* 0: it is whole; else as `more` of dissect_want_more() */
};

/* Of the message that `held` begins with, its first line included; asked: what a response answers. */
void http_framing_read(struct dissect *d, struct text held, enum http_asked asked,
		       struct http_framing *ret_framing);

/* A line that begins with a chunk's size, of at most 8 digits. */
bool http_chunk_size(const struct text *line, uint32_t *ret_size);

#endif
