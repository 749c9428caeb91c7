// SPDX-License-Identifier: Apache-2.0
// What a capture file tells of a frame besides its bytes, for the frame protocol.
#include "command/read_facts.h"

#define DIGITS_USEC   6
#define DIGITS_NSEC   9
#define TSRESOL_BASE2 0x80 /* negative powers of two, else of ten */
#define OPT_PACKET_ID 5    /* draft-ietf-opsawg-pcapng s. 4.3 */

static unsigned digits_of(const struct capture_interface *interface)
{
	unsigned power = interface->tsresol & ~TSRESOL_BASE2;

	if (interface->tsresol & TSRESOL_BASE2)
		return power > 20 ? DIGITS_NSEC : DIGITS_USEC;
	return power < DIGITS_NSEC ? power : DIGITS_NSEC;
}

static void add_comment(struct read_facts *r, const struct pcapng_option *option)
{
	if (r->facts.comment_count == READ_COMMENTS_MAX)
		return;
	/* Where it stands is known only once the text stops moving: see point_at_comments(). */
	r->facts.comment_count++;
	buf_add(&r->text, option->value, option->len);
	buf_add(&r->text, "", 1);
}

static void point_at_comments(struct read_facts *r)
{
	const char *at = buf_text(&r->text);
	const char *end = at + r->text.len;

	for (uint32_t i = 0; i < r->facts.comment_count; i++) {
		r->comments[i] = at < end ? at : "";
		while (at < end && *at)
			at++;
		at += at < end;
	}
	r->facts.comments = r->comments;
}

static void read_options(struct read_facts *r, const struct capture *capture,
			 const struct frame *frame)
{
	struct pcapng_options walk = capture_frame_options(capture, frame);
	struct pcapng_option option;
	struct cursor value;

	while (pcapng_option_next(&walk, &option)) {
		value = pcapng_option_value(&option);
		if (option.code == PCAPNG_OPT_COMMENT) {
			add_comment(r, &option);
		} else if (option.code == PCAPNG_EPB_FLAGS && option.len == 4) {
			r->facts.has_flags = true;
			r->facts.flags =
				walk.big_endian ? cursor_be32(&value) : cursor_le32(&value);
		} else if (option.code == PCAPNG_EPB_DROPCOUNT && option.len == 8) {
			uint64_t count = cursor_be64(&value);

			r->facts.has_drop_count = true;
			r->facts.drop_count = walk.big_endian ? count : __builtin_bswap64(count);
		} else if (option.code == OPT_PACKET_ID && option.len == 8) {
			uint64_t id = cursor_be64(&value);

			r->facts.has_packet_id = true;
			r->facts.packet_id = walk.big_endian ? id : __builtin_bswap64(id);
		}
	}
	point_at_comments(r);
}

static void read_details(struct read_facts *r, const struct capture *capture,
			 const struct frame *frame, const struct capture_interface *interface)
{
	buf_clear(&r->text);
	r->facts.has_interface = capture_format(capture) == CAPTURE_PCAPNG;
	r->facts.section = interface->section + 1;
	r->facts.interface = interface->id;
	r->facts.interface_name = interface->about.name;
	r->facts.interface_description = interface->about.description;
	read_options(r, capture, frame);
}

void read_facts_next(struct read_facts *r, const struct capture *capture, const struct frame *frame,
		     bool details)
{
	const struct inventory *inventory = capture_inventory(capture);
	struct frame_facts *f = &r->facts;

	/* Field by field: a copy of the whole would cost more than all of them. */
	f->previous = r->any ? f->time : frame->time;
	if (!r->any)
		f->first = frame->time;
	if (!r->any_shown) /* as tshark: the first that is shown is late by nothing */
		f->shown = frame->time;
	r->any = true;
	f->number = frame->id;
	f->time = frame->time;
	f->has_time = !frame->timeless;
	f->captured_len = frame->captured_len;
	f->wire_len = frame->wire_len;
	f->link = frame->link;
	f->has_interface = f->has_flags = f->has_packet_id = f->has_drop_count = false;
	f->comment_count = 0;
	r->digits = DIGITS_USEC;
	if (frame->interface >= inventory->interface_count)
		return;
	r->digits = digits_of(&inventory->interfaces[frame->interface]);
	if (details)
		read_details(r, capture, frame, &inventory->interfaces[frame->interface]);
}

void read_facts_pass(struct read_facts *r, const struct frame *frame)
{
	if (!r->any)
		r->facts.first = frame->time;
	r->any = true;
	r->facts.time = frame->time;
}

void read_facts_shown(struct read_facts *r)
{
	r->facts.shown = r->facts.time;
	r->any_shown = true;
}

void read_facts_done(struct read_facts *r)
{
	buf_done(&r->text);
}
