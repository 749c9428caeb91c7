// SPDX-License-Identifier: Apache-2.0
// A stream of bytes, packed or not, seen through a window that moves forward only.
//
// Theory of operation: the window is one buffer. When a reader needs more bytes than are held,
// what is left moves to the front and the rest is filled by as few large reads as the kernel
// allows, so records are read in place and nothing is copied twice. Memory is its own window.
// Packed files put an unpacker between the raw bytes and the window. Files are read, not mapped:
// a mapped file that someone cuts kills its reader with SIGBUS, and a bare walk gains nothing.
// What a long regular file holds behind its beginning is read by another thread (source_ahead.h);
// the window then is one of its chunks, with what was left of the one before in front.
//
// END, AGAIN and FAILED are answers to one call, decided anew at the next: a followed file grows,
// and bytes that came before a failure are handed out before it is told (code stays set).
#include "capture/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/source_ahead.h"

#define AHEAD_FROM  (1u << 20) /* bytes of a file until another thread is worth its start */
#define WINDOW_SIZE (256u << 10)
#define PACKED_SIZE (128u << 10)

static int fail(struct source *s, int code, const char *why)
{
	s->code = code;
	s->why = why;
	return code;
}

/* Bytes from the descriptor: > 0, 0 at the end, -EAGAIN, or another code that stays. */
static ssize_t read_raw(struct source *s, uint8_t *out, size_t size)
{
	ssize_t got;

	if (s->fd < 0)
		return 0;
	do {
		got = read(s->fd, out, size);
	} while (got < 0 && errno == EINTR);
	if (got > 0)
		s->raw_read += (uint64_t)got;
	if (got >= 0)
		return got ? got : s->follow ? -EAGAIN : 0;
	return errno == EAGAIN ? -EAGAIN : fail(s, -errno, NULL);
}

/* Unpacked bytes, as read_raw(). */
static ssize_t read_packed(struct source *s, uint8_t *out, size_t size)
{
	const char *why = NULL;

	for (;;) {
		size_t made =
			unpacker_run(s->unpacker, &s->packed, &s->packed_len, out, size, &why);
		ssize_t got;

		if (why)
			fail(s, -EBADMSG, why);
		if (made)
			return (ssize_t)made;
		if (why || s->packed_len)
			return fail(s, -EBADMSG, why ? why : "it does not go on");
		got = read_raw(s, s->packed_buffer, s->packed_size);
		if (got < 0)
			return got;
		if (!got && unpacker_at_end(s->unpacker))
			return 0;
		if (!got)
			return fail(s, -EBADMSG, "it is cut short");
		s->packed = s->packed_buffer;
		s->packed_len = (size_t)got;
	}
}

/* Moves what is held to the front of a window that has room for count bytes. */
static int make_room(struct source *s, size_t count)
{
	size_t held = source_held(s);
	size_t size = s->size ? s->size : WINDOW_SIZE;
	uint8_t *room = s->buffer;

	while (size < count)
		size *= 2;
	if (size > s->size) {
		room = malloc(size);
		if (!room)
			return fail(s, -ENOMEM, NULL);
	}
	if (held)
		memmove(room, s->window + s->at, held);
	if (room != s->buffer)
		free(s->buffer);
	s->buffer = room;
	s->size = size;
	s->window = room;
	s->offset += s->at;
	s->at = 0;
	s->len = held;
	return 0;
}

void source_init_fd(struct source *s, int fd, bool owns_fd, bool follow)
{
	struct stat st;

	*s = (struct source) {.fd = fd, .owns_fd = owns_fd, .follow = follow};
	if (fstat(fd, &st))
		return;
	if (!S_ISREG(st.st_mode))
		s->follow = false; /* the end of a pipe is for good */
	else if (st.st_size > 0)
		s->raw_total = (uint64_t)st.st_size;
}

void source_init_memory(struct source *s, const void *bytes, size_t len)
{
	*s = (struct source) {.fd = -1, .window = bytes, .len = len, .raw_total = len};
	s->raw_read = len;
}

bool source_unpack(struct source *s, enum source_packing *ret_packing)
{
	const uint8_t *head = source_need(s, 4);
	enum source_packing packing;

	if (!head)
		return false;
	packing = unpacker_detect(head);
	if (packing != SOURCE_PLAIN) {
		s->unpacker = unpacker_new(packing);
		if (!s->unpacker) {
			s->state = SOURCE_FAILED;
			fail(s, -ENOMEM, NULL);
			return false;
		}
		/* What was read so far, or all the memory, is what is to be unpacked. */
		s->packed = head;
		s->packed_len = source_held(s);
		s->packed_buffer = s->buffer;
		s->packed_size = s->size;
		s->buffer = NULL;
		s->window = NULL;
		s->size = 0;
		s->at = 0;
		s->len = 0;
	}
	*ret_packing = packing;
	return true;
}

int source_starved(const struct source *s, const char *what, struct err *err)
{
	if (s->state == SOURCE_AGAIN)
		return -EAGAIN;
	if (s->state == SOURCE_END)
		return err_set(err, -EBADMSG, "it ends inside %s", what);
	if (s->why)
		return err_set(err, s->code, "its packed data cannot be unpacked (%s)", s->why);
	return err_set(err, s->code, "reading on failed (%s)", strerror(-s->code));
}

void source_done(struct source *s)
{
	source_ahead_free(s->ahead);
	if (s->owns_fd)
		close(s->fd);
	unpacker_free(s->unpacker);
	free(s->packed_buffer);
	free(s->buffer);
	*s = (struct source) {.fd = -1};
}

/*
 * Puts what is held before the next chunk of the other thread, or that behind it where it is much.
 */
static int take_chunk(struct source *s, uint8_t *bytes, size_t len)
{
	size_t held = source_held(s);

	if (held <= SOURCE_AHEAD_ROOM) {
		memcpy(bytes - held, s->window + s->at, held);
		s->offset += s->at;
		s->window = bytes - held;
		s->at = 0;
		s->len = held + len;
	} else {
		if (make_room(s, held + len) < 0)
			return s->code;
		memcpy(s->buffer + held, bytes, len);
		s->len = held + len;
	}
	source_ahead_step(s->ahead);
	s->raw_read += len;
	return 0;
}

static const uint8_t *fill_ahead(struct source *s, size_t count)
{
	s->state = SOURCE_OPEN;
	while (source_held(s) < count) {
		uint8_t *bytes;
		ssize_t got = source_ahead_wait(s->ahead, &bytes);

		if (got < 0)
			fail(s, (int)got, NULL);
		if (got <= 0 || take_chunk(s, bytes, (size_t)got) < 0) {
			s->state = s->code ? SOURCE_FAILED : SOURCE_END;
			return NULL;
		}
	}
	return s->window + s->at;
}

/* A plain file that is long and does not grow. */
static bool reads_ahead(struct source *s)
{
	if (!s->ahead && !s->alone && s->raw_read >= AHEAD_FROM) {
		s->alone = s->unpacker || s->follow || s->raw_total <= 2 * AHEAD_FROM;
		if (!s->alone)
			s->ahead = source_ahead_new(s->fd);
		s->alone = !s->ahead;
	}
	return s->ahead;
}

bool source_lend(struct source *s)
{
	if (s->ahead && !s->alone)
		source_ahead_lend(s->ahead);
	s->alone = true;
	return s->ahead;
}

bool source_help(struct source *s)
{
	return source_ahead_help(s->ahead);
}

const uint8_t *source_fill(struct source *s, size_t count)
{
	bool memory = s->fd < 0 && !s->unpacker;

	if (!memory && !s->code && reads_ahead(s))
		return fill_ahead(s, count);
	if (memory || s->code || make_room(s, count) < 0) {
		s->state = s->code ? SOURCE_FAILED : SOURCE_END;
		return NULL;
	}
	s->state = SOURCE_OPEN;
	while (source_held(s) < count) {
		uint8_t *end = s->buffer + s->len;
		ssize_t got = s->unpacker ? read_packed(s, end, s->size - s->len)
					  : read_raw(s, end, s->size - s->len);

		if (got <= 0) {
			s->state = !got             ? SOURCE_END
				   : got == -EAGAIN ? SOURCE_AGAIN
						    : SOURCE_FAILED;
			return NULL;
		}
		s->len += (size_t)got;
	}
	return s->window + s->at;
}
