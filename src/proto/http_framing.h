/* SPDX-License-Identifier: Apache-2.0 */
/* Where an HTTP message ends (RFC 9112 s. 6), found out before it is read. */
#ifndef SONDE_PROTO_HTTP_FRAMING_H
#define SONDE_PROTO_HTTP_FRAMING_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/lines.h"

#define HTTP_CHUNK_END_LEN 2            /* CR LF behind each chunk */
#define HTTP_JOINED_MAX    (256u << 10) /* bytes of chunks of a frame that are joined */

struct http_framing {
	bool response;
	bool bodiless; /* by its status code, or as the answer to HEAD */
	bool chunked;
	bool has_length;
	uint64_t length;  /* by Content-Length */
	uint32_t headers; /* bytes up to the body; 0: they are not all there */
	uint32_t chunks;  /* bytes of the chunks that are there */
	uint32_t lacks;   /* 0: it is whole; else as `more` of dissect_want_more() */
};

/*
 * Of the message that `held` begins with, its first line included. framing->bodiless: a response
 * has no body; all else is set.
 */
void http_framing_read(struct dissect *d, struct text held, struct http_framing *framing);

/* A line that begins with a chunk's size, of at most 8 digits. */
bool http_chunk_size(const struct text *line, uint32_t *ret_size);

#endif
