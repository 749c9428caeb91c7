// SPDX-License-Identifier: Apache-2.0
// Assembles pcapng blocks in memory and writes them out whole; the writer's lower half.
//
// Theory of operation: the buffer holds only whole blocks between calls. block_begin() makes sure
// that the largest form of the coming block fits (writing out what is held, and growing the
// buffer only for a block larger than all of it), so block_put_*() need no checks of their own.
// block_flush() writes the buffer; a short write goes on where it ended.
//
// The first failure is kept for good. The buffer is then walked block by block to see how much of
// it reached the file; a regular file is cut back to the last whole block, and everything not in
// it counts as lost. Later blocks are still assembled, but only to be counted.
#include "capture/block_out.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "capture/ordered.h"
#include "capture/write_whole.h"
#include "wire/cursor.h"

#define ESCAPE_LEN      4u  /* "\xNN": what one byte becomes at most */
#define CHARACTER_MAX   4u  /* bytes of one UTF-8 character */
#define SECTION_LEN_AT  16u /* in a section header: where its section length stands */
#define SECTION_LEN_END 24u

static void patch_u32(struct block_out *o, size_t at, uint32_t value)
{
	value = htole32(value);
	memcpy(o->buffer + at, &value, sizeof(value));
}

/* True for text that is written as it is. */
static bool is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((text[i] < ' ' && text[i] != '\n') || text[i] > '~')
			return false;
	return true;
}

static const char *line_end(const char *text, const char *end)
{
	const char *found = memchr(text, '\n', (size_t)(end - text));

	return found ? found : end;
}

/* Where to cut escaped text so that at most limit bytes stay and no character or escape breaks. */
static size_t cut_at(const uint8_t *text, size_t limit)
{
	size_t end = limit;

	while (end > 0 && (text[end] & 0xc0) == 0x80)
		end--;
	for (size_t back = 1; back < ESCAPE_LEN && back <= end; back++)
		if (text[end - back] == '\\' && text[end - back + 1] == 'x')
			return end - back;
	return end;
}

/*
 * Length of the whole block at p, whose byte order is *big unless it is a section header, which
 * sets it.
 */
static uint32_t block_at(const uint8_t *p, bool *big, bool *ret_is_frame)
{
	struct cursor c = cursor_init(p, PCAPNG_BLOCK_MIN, PCAPNG_BLOCK_MIN);
	struct cursor magic = c;
	uint32_t type = ordered_u32(&c, *big);

	cursor_skip(&magic, PCAPNG_BLOCK_HEAD);
	if (type == PCAPNG_SHB)
		*big = cursor_be32(&magic) == PCAPNG_BYTE_ORDER;
	*ret_is_frame = type == PCAPNG_EPB || type == PCAPNG_SPB || type == PCAPNG_PB;
	return ordered_u32(&c, *big);
}

static bool is_section(const uint8_t *bytes)
{
	struct cursor c = cursor_init(bytes, PCAPNG_BLOCK_HEAD, PCAPNG_BLOCK_HEAD);

	return cursor_be32(&c) == PCAPNG_SHB;
}

/* True when both lengths of the block are len. */
static bool is_whole_block(const uint8_t *bytes, size_t len, bool big)
{
	struct cursor end;
	bool is_frame;

	if (len < PCAPNG_BLOCK_MIN || len % 4 || len > PCAPNG_BLOCK_MAX)
		return false;
	end = cursor_init(bytes + len - 4, 4, 4);
	return block_at(bytes, &big, &is_frame) == len && ordered_u32(&end, big) == len;
}

/* Counts what of the buffer is stored, now that only the first written bytes of it are. */
static void count_stored(struct block_out *o, size_t written)
{
	bool big = o->first_is_big;

	for (size_t at = 0; at < o->len;) {
		bool is_frame = false;
		uint32_t len = block_at(o->buffer + at, &big, &is_frame);

		at += len;
		if (at <= written) {
			o->status.stored_bytes += len;
			o->status.stored_frames += is_frame;
		} else {
			o->status.lost_bytes += len;
			o->status.lost_frames += is_frame;
			o->status.lost_blocks++;
		}
	}
}

/* Keeps the first failure and leaves a file that ends with a whole block. */
static int fail(struct block_out *o, int code, size_t written)
{
	uint64_t after = o->status.stored_bytes + written;
	bool is_cut;

	o->status.code = code;
	count_stored(o, written);
	is_cut = o->is_regular && ftruncate(o->fd, o->start + (off_t)o->status.stored_bytes) == 0;
	o->is_torn = !is_cut && after > o->status.stored_bytes;
	return code;
}

static void empty_buffer(struct block_out *o)
{
	o->len = 0;
	o->first_is_big = o->is_big;
	o->pending_frames = 0;
	o->pending_since = NSEC_NEVER;
}

/* Makes room for a block of at most room bytes; false when memory for it cannot be had. */
static bool make_room(struct block_out *o, size_t room)
{
	uint8_t *larger;

	if (room <= o->size - o->len)
		return true;
	block_flush(o);
	if (room <= o->size)
		return true;
	larger = realloc(o->buffer, room);
	if (!larger) {
		if (!o->status.code)
			o->status.code = -ENOMEM;
		return false;
	}
	o->buffer = larger;
	o->size = room;
	return true;
}

/* A whole block stands at o->block: counts it as pending, or as lost after a failure. */
static int block_done(struct block_out *o, bool is_frame, nsec_t time)
{
	if (o->status.code) {
		o->status.lost_blocks++;
		o->status.lost_frames += is_frame;
		o->status.lost_bytes += o->len - o->block;
		o->len = o->block;
		return o->status.code;
	}
	o->pending_frames += is_frame;
	if (time < o->pending_since)
		o->pending_since = time;
	return 0;
}

int block_out_init(struct block_out *o, int fd, size_t size)
{
	struct stat st;

	*o = (struct block_out) {.fd = fd, .size = size, .pending_since = NSEC_NEVER};
	o->buffer = malloc(size);
	if (!o->buffer)
		return -ENOMEM;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		bool appends = fcntl(fd, F_GETFL) & O_APPEND;

		o->start = lseek(fd, 0, appends ? SEEK_END : SEEK_CUR);
		o->is_regular = o->start >= 0;
	}
	return 0;
}

void block_out_done(struct block_out *o)
{
	free(o->buffer);
	*o = (struct block_out) {.fd = -1};
}

int block_begin(struct block_out *o, uint32_t type, size_t body_room)
{
	if (!make_room(o, PCAPNG_BLOCK_MIN + body_room + 3)) {
		o->status.lost_blocks++;
		o->status.lost_frames += type == PCAPNG_EPB;
		o->status.lost_bytes += PCAPNG_BLOCK_MIN + body_room;
		return o->status.code;
	}
	o->block = o->len;
	block_put_u32(o, type);
	block_put_u32(o, 0);
	return 0;
}

int block_end(struct block_out *o, bool is_frame, nsec_t time)
{
	uint32_t len;

	block_put_padding(o);
	len = (uint32_t)(o->len - o->block) + 4;
	block_put_u32(o, len);
	patch_u32(o, o->block + 4, len);
	return block_done(o, is_frame, time);
}

int block_copy(struct block_out *o, const uint8_t *bytes, size_t len)
{
	bool is_frame = false;
	uint8_t *copy;

	if (!is_whole_block(bytes, len, o->is_big))
		return -EINVAL;
	if (!make_room(o, len)) {
		block_at(bytes, &o->is_big, &is_frame);
		o->status.lost_blocks++;
		o->status.lost_frames += is_frame;
		o->status.lost_bytes += len;
		return o->status.code;
	}
	o->block = o->len;
	copy = o->buffer + o->len;
	block_put(o, bytes, len);
	block_at(copy, &o->is_big, &is_frame);
	if (is_section(copy) && len >= SECTION_LEN_END)
		memset(copy + SECTION_LEN_AT, 0xff, SECTION_LEN_END - SECTION_LEN_AT);
	return block_done(o, is_frame, INT64_MIN);
}

int block_flush(struct block_out *o)
{
	size_t written;
	int code;

	if (o->status.code)
		return o->status.code;
	code = write_whole(o->fd, o->buffer, o->len, &written);
	if (code)
		fail(o, code, written);
	if (!o->status.code) {
		o->status.stored_bytes += o->len;
		o->status.stored_frames += o->pending_frames;
	}
	empty_buffer(o);
	return o->status.code;
}

void block_put(struct block_out *o, const void *bytes, size_t len)
{
	assert(len <= o->size - o->len);
	if (len)
		memcpy(o->buffer + o->len, bytes, len);
	o->len += len;
}

void block_put_u16(struct block_out *o, uint16_t value)
{
	value = htole16(value);
	block_put(o, &value, sizeof(value));
}

void block_put_u32(struct block_out *o, uint32_t value)
{
	value = htole32(value);
	block_put(o, &value, sizeof(value));
}

void block_put_u64(struct block_out *o, uint64_t value)
{
	value = htole64(value);
	block_put(o, &value, sizeof(value));
}

void block_put_padding(struct block_out *o)
{
	static const uint8_t zero[3];

	block_put(o, zero, -(o->len - o->block) & 3);
}

void block_patch_u16(struct block_out *o, size_t at, uint16_t value)
{
	value = htole16(value);
	memcpy(o->buffer + at, &value, sizeof(value));
}

size_t block_text_room(const char *text, size_t limit)
{
	size_t len = text ? strnlen(text, limit + CHARACTER_MAX) : 0;

	return len * ESCAPE_LEN + 1;
}

size_t block_put_text(struct block_out *o, const char *text, size_t limit)
{
	size_t len = strnlen(text, limit + CHARACTER_MAX);
	uint8_t *out = o->buffer + o->len;
	size_t made = 0;

	if (is_plain(text, len)) {
		if (len > limit) {
			len = limit;
			o->status.cut_texts++;
		}
		block_put(o, text, len);
		return len;
	}
	assert(len * ESCAPE_LEN + 1 <= o->size - o->len);
	for (const char *end = text + len; text < end;) {
		size_t line = (size_t)(line_end(text, end) - text);

		made += text_escape_bytes((char *)out + made, line * ESCAPE_LEN + 1, text, line);
		text += line;
		if (text < end) {
			out[made++] = '\n';
			text++;
		}
	}
	if (made > limit) {
		made = cut_at(out, limit);
		o->status.cut_texts++;
	}
	o->len += made;
	return made;
}
