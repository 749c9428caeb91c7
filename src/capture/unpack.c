// SPDX-License-Identifier: Apache-2.0
// Unpacks gzip and zstd as a stream.
//
// Theory of operation: both formats allow several packed members in a row (`cat a.gz b.gz`).
// at_end is true between two members, where the input may end; the next byte starts a new one.
#include "capture/unpack.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#define GZIP_ONLY (15 + 16) /* zlib: largest window, gzip header */

struct unpacker {
	enum source_packing packing;
	bool at_end;
	z_stream gzip;
	ZSTD_DStream *zstd;
};

enum source_packing unpacker_detect(const uint8_t bytes[static 4])
{
	if (bytes[0] == 0x1f && bytes[1] == 0x8b) /* RFC 1952 s. 2.3.1 */
		return SOURCE_GZIP;
	if (bytes[0] == 0x28 && bytes[1] == 0xb5 && bytes[2] == 0x2f && bytes[3] == 0xfd)
		return SOURCE_ZSTD; /* RFC 8878 s. 3.1.1 */
	return SOURCE_PLAIN;
}

struct unpacker *unpacker_new(enum source_packing packing)
{
	struct unpacker *u = calloc(1, sizeof(*u));

	if (!u)
		return NULL;
	u->packing = packing;
	if (packing == SOURCE_GZIP && inflateInit2(&u->gzip, GZIP_ONLY) == Z_OK)
		return u;
	if (packing == SOURCE_ZSTD) {
		u->zstd = ZSTD_createDStream();
		if (u->zstd)
			return u;
	}
	free(u);
	return NULL;
}

void unpacker_free(struct unpacker *u)
{
	if (!u)
		return;
	if (u->packing == SOURCE_GZIP)
		inflateEnd(&u->gzip);
	ZSTD_freeDStream(u->zstd);
	free(u);
}

static size_t run_gzip(struct unpacker *u, const uint8_t **in, size_t *in_len, uint8_t *out,
		       size_t out_size, const char **ret_why)
{
	z_stream *z = &u->gzip;
	size_t made;
	int code;

	if (u->at_end) {
		if (!*in_len)
			return 0;
		inflateReset(z);
		u->at_end = false;
	}
	z->next_in = (uint8_t *)(uintptr_t)*in; /* zlib reads it only */
	z->avail_in = *in_len > UINT_MAX ? UINT_MAX : (unsigned)*in_len;
	z->next_out = out;
	z->avail_out = out_size > UINT_MAX ? UINT_MAX : (unsigned)out_size;
	code = inflate(z, Z_NO_FLUSH);
	*in_len -= (size_t)(z->next_in - *in);
	*in = z->next_in;
	made = (size_t)(z->next_out - out);
	if (code == Z_STREAM_END)
		u->at_end = true;
	else if (code != Z_OK && code != Z_BUF_ERROR)
		*ret_why = code == Z_MEM_ERROR ? "memory ran out"
			   : z->msg            ? z->msg
					       : "it is not gzip";
	return made;
}

static size_t run_zstd(struct unpacker *u, const uint8_t **in, size_t *in_len, uint8_t *out,
		       size_t out_size, const char **ret_why)
{
	ZSTD_inBuffer from = {.src = *in, .size = *in_len};
	ZSTD_outBuffer to = {.dst = out, .size = out_size};
	size_t code;

	if (u->at_end && !*in_len)
		return 0;
	code = ZSTD_decompressStream(u->zstd, &to, &from);
	*in += from.pos;
	*in_len -= from.pos;
	if (ZSTD_isError(code))
		*ret_why = ZSTD_getErrorName(code);
	else
		u->at_end = code == 0;
	return to.pos;
}

size_t unpacker_run(struct unpacker *u, const uint8_t **in, size_t *in_len, uint8_t *out,
		    size_t out_size, const char **ret_why)
{
	size_t had, made;

	do {
		had = *in_len;
		if (u->packing == SOURCE_GZIP)
			made = run_gzip(u, in, in_len, out, out_size, ret_why);
		else
			made = run_zstd(u, in, in_len, out, out_size, ret_why);
	} while (!made && !*ret_why && *in_len && *in_len < had);
	return made;
}

bool unpacker_at_end(const struct unpacker *u)
{
	return u->at_end;
}
