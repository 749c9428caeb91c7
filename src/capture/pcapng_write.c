// SPDX-License-Identifier: Apache-2.0
// Writes a pcapng file that is whole at every moment, and counts what could not be stored.
//
// Theory of operation: each pcapng_write_*() first adds up the most room its block can take, begins
// the block with it, puts the parts and ends the block. What happens to whole blocks, and to those
// that cannot be stored, is block_out.c's business.
#include "capture/pcapng_write.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/block_out.h"

#define BUFFER_SIZE     (256u << 10)
#define BUFFER_LEAST    4096u
#define NAME_SHOWN      200           /* bytes of the file's name in a sentence */
#define COMMENTS_MAX    (512u << 10)  /* bytes of all comments of one block */
#define ADDRESSES_MAX   256u          /* of one interface */
#define FIXED_OPTIONS   128u          /* room for all options of one block that are not text */
#define NAME_LEN_MAX    1024u         /* bytes of one resolved name, escaped */
#define NAME_RECORD_LEN 60000u        /* a record takes no more names when it is longer */
#define NAME_BLOCK_LEN  65536u        /* a block takes no more records when it is longer */
#define NAME_BLOCK_ROOM (3u * 65536u) /* what such a block takes at most while it is put together */
#define SHB_BODY        16u
#define IDB_BODY        8u
#define EPB_BODY        20u
#define ISB_BODY        12u
#define OPTION_HEAD     4u
#define NSEC_TSRESOL    9u /* 10^-9 s */
#define USEC_TSRESOL    6u
#define IPV4_OPTION     8u  /* address and mask */
#define IPV6_OPTION     17u /* address and prefix length */

struct pcapng_writer {
	struct block_out out;
	char *name;
	nsec_t wall_offset;
	bool usec;
	uint32_t interfaces; /* of this section */
};

static void put_u8(struct pcapng_writer *w, uint8_t value)
{
	block_put(&w->out, &value, sizeof(value));
}

/* A time as two halves, upper first; times before 1970 cannot be said and become 0. */
static void put_time(struct pcapng_writer *w, nsec_t time)
{
	nsec_t wall;

	if (__builtin_add_overflow(time, w->wall_offset, &wall))
		wall = time > 0 ? INT64_MAX : 0;
	if (wall < 0)
		wall = 0;
	if (w->usec)
		wall /= NSEC_PER_USEC;
	block_put_u32(&w->out, (uint32_t)((uint64_t)wall >> 32));
	block_put_u32(&w->out, (uint32_t)wall);
}

static void put_option(struct pcapng_writer *w, uint16_t code, const void *value, uint16_t len)
{
	block_put_u16(&w->out, code);
	block_put_u16(&w->out, len);
	block_put(&w->out, value, len);
	block_put_padding(&w->out);
}

static size_t text_option_room(const char *text)
{
	return OPTION_HEAD + block_text_room(text, PCAPNG_TEXT_MAX) + 3;
}

/* How many of the comments fit into one block. */
static size_t comments_that_fit(const char *const *comments, size_t count)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		size_t room = text_option_room(comments[i]);

		sum += room < PCAPNG_TEXT_MAX ? room : PCAPNG_TEXT_MAX;
		if (sum > COMMENTS_MAX)
			return i;
	}
	return count;
}

static size_t comments_room(const char *const *comments, size_t count)
{
	size_t fit = comments_that_fit(comments, count);
	size_t room = 0;

	for (size_t i = 0; i < fit; i++)
		room += text_option_room(comments[i]);
	return room;
}

/* An option of text; nothing when there is no text. */
static void put_text_option(struct pcapng_writer *w, uint16_t code, const char *text)
{
	size_t head = w->out.len;

	if (!text || !*text)
		return;
	block_put_u16(&w->out, code);
	block_put_u16(&w->out, 0);
	block_patch_u16(&w->out, head + 2,
			(uint16_t)block_put_text(&w->out, text, PCAPNG_TEXT_MAX));
	block_put_padding(&w->out);
}

/* The comments that fit; comments_room() is what they take. */
static void put_comments(struct pcapng_writer *w, const char *const *comments, size_t count)
{
	size_t fit = comments_that_fit(comments, count);

	for (size_t i = 0; i < fit; i++)
		put_text_option(w, PCAPNG_OPT_COMMENT, comments[i]);
	w->out.status.cut_texts += count - fit;
}

/* The end of a list of options that began at this length. */
static void put_end_of_options(struct pcapng_writer *w, size_t began)
{
	if (w->out.len > began)
		block_put_u32(&w->out, PCAPNG_OPT_END);
}

struct pcapng_writer *pcapng_writer_new(int fd, const struct pcapng_writer_options *options,
					struct err *err)
{
	struct pcapng_writer *w = calloc(1, sizeof(*w));
	const char *name = options && options->name ? options->name : "the capture file";
	size_t size = options && options->buffer_size ? options->buffer_size : BUFFER_SIZE;

	if (!w)
		goto fail;
	w->name = strdup(name);
	w->wall_offset = options ? options->wall_offset : 0;
	w->usec = options && options->usec;
	if (!w->name || block_out_init(&w->out, fd, size < BUFFER_LEAST ? BUFFER_LEAST : size) < 0)
		goto fail;
	return w;
fail:
	pcapng_writer_free(w);
	err_set(err, -ENOMEM, "\"%.*s\" cannot be written: memory ran out.", NAME_SHOWN, name);
	return NULL;
}

void pcapng_writer_free(struct pcapng_writer *w)
{
	if (!w)
		return;
	block_out_done(&w->out);
	free(w->name);
	free(w);
}

int pcapng_write_section(struct pcapng_writer *w, const struct pcapng_section *section)
{
	size_t room = SHB_BODY + OPTION_HEAD + text_option_room(section->hardware) +
		      text_option_room(section->os) + text_option_room(section->application) +
		      comments_room(section->comments, section->comment_count);
	size_t began;
	int code;

	code = block_begin(&w->out, PCAPNG_SHB, room);
	if (code < 0)
		return code;
	block_put_u32(&w->out, PCAPNG_BYTE_ORDER);
	block_put_u16(&w->out, PCAPNG_MAJOR);
	block_put_u16(&w->out, 0);
	block_put_u64(&w->out, UINT64_MAX); /* section length: not known */
	began = w->out.len;
	put_text_option(w, PCAPNG_SHB_HARDWARE, section->hardware);
	put_text_option(w, PCAPNG_SHB_OS, section->os);
	put_text_option(w, PCAPNG_SHB_USERAPPL, section->application);
	put_comments(w, section->comments, section->comment_count);
	put_end_of_options(w, began);
	w->interfaces = 0;
	w->out.is_big = false;
	return block_end(&w->out, false, INT64_MIN);
}

static void put_address(struct pcapng_writer *w, const struct pcapng_address *a)
{
	uint8_t value[IPV6_OPTION] = {0};

	memcpy(value, a->address.bytes, addr_len(&a->address));
	if (a->address.family == 4) {
		unsigned prefix = a->prefix < 32 ? a->prefix : 32;

		for (unsigned bit = 0; bit < prefix; bit++)
			value[4 + bit / 8] |= (uint8_t)(0x80 >> bit % 8);
		put_option(w, PCAPNG_IF_IPV4, value, IPV4_OPTION);
	} else if (a->address.family == 6) {
		value[IPV6_OPTION - 1] = a->prefix;
		put_option(w, PCAPNG_IF_IPV6, value, IPV6_OPTION);
	}
}

/* The filter's text after the byte that says that it is text. */
static void put_filter(struct pcapng_writer *w, const char *filter)
{
	size_t head = w->out.len;

	if (!filter || !*filter)
		return;
	block_put_u16(&w->out, PCAPNG_IF_FILTER);
	block_put_u16(&w->out, 0);
	put_u8(w, 0);
	block_patch_u16(&w->out, head + 2,
			(uint16_t)(1 + block_put_text(&w->out, filter, PCAPNG_TEXT_MAX - 1)));
	block_put_padding(&w->out);
}

static void put_interface_options(struct pcapng_writer *w, const struct pcapng_interface *i)
{
	static const uint8_t no_mac[MAC_LEN];
	const uint8_t tsresol = w->usec ? USEC_TSRESOL : NSEC_TSRESOL;
	size_t began = w->out.len;

	put_text_option(w, PCAPNG_IF_NAME, i->name);
	put_text_option(w, PCAPNG_IF_DESCRIPTION, i->description);
	for (size_t a = 0; a < i->address_count && a < ADDRESSES_MAX; a++)
		put_address(w, &i->addresses[a]);
	if (memcmp(i->mac, no_mac, MAC_LEN) != 0)
		put_option(w, PCAPNG_IF_MAC, i->mac, MAC_LEN);
	if (i->speed) {
		uint64_t speed = htole64(i->speed);

		put_option(w, PCAPNG_IF_SPEED, &speed, sizeof(speed));
	}
	put_option(w, PCAPNG_IF_TSRESOL, &tsresol, sizeof(tsresol));
	put_filter(w, i->filter);
	put_text_option(w, PCAPNG_IF_OS, i->os);
	put_text_option(w, PCAPNG_IF_HARDWARE, i->hardware);
	put_comments(w, i->comments, i->comment_count);
	put_end_of_options(w, began);
}

int pcapng_write_interface(struct pcapng_writer *w, const struct pcapng_interface *interface,
			   uint32_t *ret_id)
{
	size_t addresses =
		interface->address_count < ADDRESSES_MAX ? interface->address_count : ADDRESSES_MAX;
	size_t room = IDB_BODY + FIXED_OPTIONS + text_option_room(interface->name) +
		      text_option_room(interface->description) +
		      text_option_room(interface->filter) + text_option_room(interface->os) +
		      text_option_room(interface->hardware) +
		      addresses * (OPTION_HEAD + IPV6_OPTION + 3) +
		      comments_room(interface->comments, interface->comment_count);
	int code = block_begin(&w->out, PCAPNG_IDB, room);

	if (code < 0)
		return code;
	block_put_u16(&w->out, (uint16_t)interface->link);
	block_put_u16(&w->out, 0);
	block_put_u32(&w->out, interface->snaplen);
	put_interface_options(w, interface);
	code = block_end(&w->out, false, INT64_MIN);
	if (code < 0)
		return code;
	*ret_id = w->interfaces++;
	return 0;
}

static uint32_t flags_of(const struct frame *frame)
{
	uint32_t flags = (uint32_t)frame->direction & PCAPNG_FLAG_DIRECTION;

	return frame->checksum_not_ready ? flags | PCAPNG_FLAG_CHECKSUM_NOT_READY : flags;
}

int pcapng_write_frame(struct pcapng_writer *w, const struct frame *frame,
		       const char *const *comments, size_t comment_count)
{
	uint32_t held =
		frame->captured_len < CAPTURE_FRAME_MAX ? frame->captured_len : CAPTURE_FRAME_MAX;
	uint32_t flags = flags_of(frame);
	size_t began;
	int code;

	if (frame->interface >= w->interfaces && !w->out.status.code)
		return -EINVAL;
	code = block_begin(&w->out, PCAPNG_EPB,
			   EPB_BODY + held + 3 + FIXED_OPTIONS +
				   comments_room(comments, comment_count));
	if (code < 0)
		return code;
	block_put_u32(&w->out, frame->interface);
	put_time(w, frame->time);
	block_put_u32(&w->out, held);
	block_put_u32(&w->out, frame->wire_len);
	block_put(&w->out, frame->bytes, held);
	block_put_padding(&w->out);
	began = w->out.len;
	if (flags) {
		flags = htole32(flags);
		put_option(w, PCAPNG_EPB_FLAGS, &flags, sizeof(flags));
	}
	put_comments(w, comments, comment_count);
	put_end_of_options(w, began);
	return block_end(&w->out, true, frame->time);
}

/* One record: an address and as many of its names from *at on as a record can hold. */
static void put_name_record(struct pcapng_writer *w, const struct pcapng_name *name, size_t *at)
{
	uint8_t family = name->address.family;
	size_t head = w->out.len;

	block_put_u16(&w->out, family == 4 ? PCAPNG_NAME_IPV4 : PCAPNG_NAME_IPV6);
	block_put_u16(&w->out, 0);
	block_put(&w->out, name->address.bytes, addr_len(&name->address));
	for (; *at < name->name_count; (*at)++) {
		if (!name->names[*at] || !*name->names[*at])
			continue;
		if (w->out.len - head > NAME_RECORD_LEN)
			break;
		block_put_text(&w->out, name->names[*at], NAME_LEN_MAX);
		put_u8(w, 0);
	}
	block_patch_u16(&w->out, head + 2, (uint16_t)(w->out.len - head - OPTION_HEAD));
	block_put_padding(&w->out);
}

/* True when one of the names from at on is not empty. */
static bool has_names(const struct pcapng_name *name, size_t at)
{
	if (name->address.family != 4 && name->address.family != 6)
		return false;
	for (; at < name->name_count; at++)
		if (name->names[at] && *name->names[at])
			return true;
	return false;
}

int pcapng_write_names(struct pcapng_writer *w, const struct pcapng_name *names, size_t count)
{
	size_t i = 0, at = 0;

	while (i < count && !has_names(&names[i], at))
		i++;
	while (i < count) {
		int code = block_begin(&w->out, PCAPNG_NRB, NAME_BLOCK_ROOM);

		if (code < 0)
			return code;
		while (i < count && w->out.len - w->out.block < NAME_BLOCK_LEN) {
			if (has_names(&names[i], at)) {
				put_name_record(w, &names[i], &at);
			} else {
				i++;
				at = 0;
			}
		}
		block_put_u32(&w->out, PCAPNG_NAME_END);
		code = block_end(&w->out, false, INT64_MIN);
		if (code < 0)
			return code;
		while (i < count && !has_names(&names[i], at)) {
			i++;
			at = 0;
		}
	}
	return 0;
}

static void put_count(struct pcapng_writer *w, uint16_t code, uint64_t count)
{
	if (count == PCAPNG_UNKNOWN)
		return;
	count = htole64(count);
	put_option(w, code, &count, sizeof(count));
}

static void put_time_option(struct pcapng_writer *w, uint16_t code, nsec_t time)
{
	if (time == NSEC_NEVER)
		return;
	block_put_u16(&w->out, code);
	block_put_u16(&w->out, 8);
	put_time(w, time);
}

int pcapng_write_counts(struct pcapng_writer *w, uint32_t interface,
			const struct pcapng_counts *counts)
{
	size_t began;
	int code;

	if (interface >= w->interfaces && !w->out.status.code)
		return -EINVAL;
	code = block_begin(&w->out, PCAPNG_ISB,
			   ISB_BODY + FIXED_OPTIONS +
				   comments_room(counts->comments, counts->comment_count));
	if (code < 0)
		return code;
	block_put_u32(&w->out, interface);
	put_time(w, counts->time);
	began = w->out.len;
	put_time_option(w, PCAPNG_ISB_STARTTIME, counts->start);
	put_time_option(w, PCAPNG_ISB_ENDTIME, counts->end);
	put_count(w, PCAPNG_ISB_IFRECV, counts->received);
	put_count(w, PCAPNG_ISB_IFDROP, counts->dropped);
	put_count(w, PCAPNG_ISB_FILTERACCEPT, counts->accepted);
	put_count(w, PCAPNG_ISB_OSDROP, counts->os_dropped);
	put_count(w, PCAPNG_ISB_USRDELIV, counts->delivered);
	put_comments(w, counts->comments, counts->comment_count);
	put_end_of_options(w, began);
	return block_end(&w->out, false, counts->time);
}

int pcapng_write_block(struct pcapng_writer *w, const void *bytes, size_t len)
{
	return block_copy(&w->out, bytes, len);
}

int pcapng_writer_flush(struct pcapng_writer *w)
{
	return block_flush(&w->out);
}

nsec_t pcapng_writer_pending_since(const struct pcapng_writer *w)
{
	return w->out.pending_since;
}

struct pcapng_writer_status pcapng_writer_status(const struct pcapng_writer *w)
{
	struct pcapng_writer_status status = w->out.status;

	status.pending_bytes = w->out.len;
	return status;
}

int pcapng_writer_error(const struct pcapng_writer *w, struct err *err)
{
	const struct pcapng_writer_status *s = &w->out.status;

	if (!s->code)
		return 0;
	return err_set(err, s->code,
		       "\"%.*s\" could not be written on at byte %llu: %s; %llu frames are in it, "
		       "%llu are lost%s.",
		       NAME_SHOWN, w->name, (unsigned long long)s->stored_bytes, strerror(-s->code),
		       (unsigned long long)s->stored_frames, (unsigned long long)s->lost_frames,
		       w->out.is_torn ? ", and it ends in a part of a block"
				      : ", and it is whole up to there");
}
