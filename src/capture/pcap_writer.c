// SPDX-License-Identifier: Apache-2.0
// Writes a classic pcap file that is whole at every moment, and counts what could not be stored.
//
// Theory of operation. Records gather in a buffer, whole ones only, and are written out together.
// When a write fails, a regular file is cut back to the last whole record, what is not in it
// counts as lost, and nothing more is written: space that comes back later would leave a gap that
// nobody sees.
#include "capture/pcap_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/pcap_write.h"
#include "capture/write_whole.h"
#include "wire/cursor.h"

#define BUFFER_SIZE (512u << 10) /* holds the largest frame and its head */
#define NAME_SHOWN  200

struct pcap_writer {
	int fd;
	char *name;
	enum link_type link;
	bool usec;
	uint8_t *buffer;
	uint32_t len;
	uint64_t buffered; /* frames in it */
	struct pcapng_writer_status status;
};

struct pcap_writer *pcap_writer_new(int fd, const char *name, enum link_type link, uint32_t snaplen,
				    bool usec, struct err *err)
{
	struct pcap_writer *w = calloc(1, sizeof(*w));

	if (w) {
		w->name = strdup(name);
		w->buffer = malloc(BUFFER_SIZE);
	}
	if (!w || !w->name || !w->buffer) {
		pcap_writer_free(w);
		err_set(err, -ENOMEM, "\"%.*s\" cannot be written: memory ran out.", NAME_SHOWN,
			name);
		return NULL;
	}
	w->fd = fd;
	w->link = link;
	w->usec = usec;
	pcap_put_file_head(w->buffer, link, snaplen, usec);
	w->len = PCAP_FILE_HEAD;
	return w;
}

void pcap_writer_free(struct pcap_writer *w)
{
	if (!w)
		return;
	free(w->buffer);
	free(w->name);
	free(w);
}

/* How many of the first written bytes of the buffer are whole: the file head, then records. */
static uint32_t whole_part(const struct pcap_writer *w, uint32_t written, uint64_t *ret_frames)
{
	uint32_t at = w->status.stored_bytes ? 0 : PCAP_FILE_HEAD;

	*ret_frames = 0;
	while (at + PCAP_RECORD_HEAD <= written) {
		struct cursor c = cursor_init(w->buffer, w->len, w->len);
		uint32_t len;

		cursor_skip(&c, at + 8);
		len = PCAP_RECORD_HEAD + cursor_le32(&c);
		if (len > written - at)
			break;
		at += len;
		++*ret_frames;
	}
	return at <= written ? at : 0;
}

/* Takes note of a failure after `written` bytes of the buffer. */
static void fail(struct pcap_writer *w, int code, uint32_t written)
{
	uint64_t frames;
	uint32_t whole = whole_part(w, written, &frames);
	struct stat st;

	w->status.code = code;
	w->status.stored_frames += frames;
	w->status.stored_bytes += whole;
	w->status.lost_frames += w->buffered - frames;
	if (fstat(w->fd, &st) == 0 && S_ISREG(st.st_mode)) {
		off_t end = lseek(w->fd, 0, SEEK_CUR);

		if (end >= 0 && ftruncate(w->fd, end - (off_t)(written - whole)))
			return; /* it then ends in a part of a record, which every reader tells */
	}
}

int pcap_writer_flush(struct pcap_writer *w)
{
	size_t written;
	int code;

	if (w->status.code)
		return w->status.code;
	code = write_whole(w->fd, w->buffer, w->len, &written);
	if (code)
		fail(w, code, (uint32_t)written);
	if (!w->status.code) {
		w->status.stored_frames += w->buffered;
		w->status.stored_bytes += w->len;
	}
	w->len = 0;
	w->buffered = 0;
	return w->status.code;
}

int pcap_writer_frame(struct pcap_writer *w, const struct frame *frame)
{
	struct frame held = *frame;

	if (held.captured_len > CAPTURE_FRAME_MAX)
		held.captured_len = CAPTURE_FRAME_MAX;
	if (BUFFER_SIZE - w->len < PCAP_RECORD_HEAD + held.captured_len)
		pcap_writer_flush(w);
	if (w->status.code || frame->link != w->link) {
		w->status.lost_frames++;
		return w->status.code;
	}
	pcap_put_record_head(w->buffer + w->len, &held, w->usec);
	memcpy(w->buffer + w->len + PCAP_RECORD_HEAD, held.bytes, held.captured_len);
	w->len += PCAP_RECORD_HEAD + held.captured_len;
	w->buffered++;
	return 0;
}

struct pcapng_writer_status pcap_writer_status(const struct pcap_writer *w)
{
	struct pcapng_writer_status status = w->status;

	status.pending_bytes = w->len;
	return status;
}

int pcap_writer_error(const struct pcap_writer *w, struct err *err)
{
	const struct pcapng_writer_status *s = &w->status;

	if (!s->code)
		return 0;
	return err_set(err, s->code,
		       "\"%.*s\" could not be written on at byte %llu: %s; %llu frames are in it, "
		       "%llu are lost.",
		       NAME_SHOWN, w->name, (unsigned long long)s->stored_bytes, strerror(-s->code),
		       (unsigned long long)s->stored_frames, (unsigned long long)s->lost_frames);
}
