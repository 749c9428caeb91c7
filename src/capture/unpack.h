/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacks gzip and zstd as a stream. */
#ifndef SONDE_CAPTURE_UNPACK_H
#define SONDE_CAPTURE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum source_packing {
	SOURCE_PLAIN,
	SOURCE_GZIP,
	SOURCE_ZSTD,
};

struct unpacker;

/* What the first bytes of a file say; SOURCE_PLAIN for all others. */
enum source_packing unpacker_detect(const uint8_t bytes[static 4]);

/* For SOURCE_GZIP or SOURCE_ZSTD; NULL when memory ran out. */
struct unpacker *unpacker_new(enum source_packing packing);

/* NULL is fine. */
void unpacker_free(struct unpacker *u);

/*
 * Unpacks from *in (*in_len bytes, both moved on) into out, and returns how many bytes it made;
 * 0 means that it wants more input. *ret_why is set, and nothing more can be unpacked, when the
 * packed bytes are damaged or memory ran out; it is left alone otherwise.
 */
size_t unpacker_run(struct unpacker *u, const uint8_t **in, size_t *in_len, uint8_t *out,
		    size_t out_size, const char **ret_why);

/* True when the packed stream may end here. */
bool unpacker_at_end(const struct unpacker *u);

#endif
