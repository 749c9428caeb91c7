// SPDX-License-Identifier: Apache-2.0
// Reads pcapng block by block: frames come out, everything else goes into the inventory.
//
// Theory of operation: a block is read only when all of it is held, its length is possible and
// the two copies of its length agree; then one cursor covers it and nothing reads outside it.
// Whatever breaks that chain ends the reading, for nothing tells where the next block begins. A
// fault inside a block whose lengths agree (an option that runs out of it) costs only the rest of
// that block's options and is noted. A section header starts a new byte order and interface
// numbering; the inventory numbers interfaces on over the whole file.
#include "capture/pcapng_read.h"

#include <errno.h>

#include "capture/ordered.h"
#include "capture/pcapng_describe.h"

#define SHB_MAGIC_END 12u /* head and byte-order magic */
#define PACKET_FIXED  20u /* interface, time and lengths (draft-ietf-opsawg-pcapng s. 4.3) */
#define TIME_AT       4u  /* of them */
#define CAPTURED_AT   12u
/* Sysdig's event blocks that Wireshark 4.0 lists: plain, second version, second version large. */
#define SYSDIG_EVENT    0x204u
#define SYSDIG_EVENT_V2 0x216u
#define SYSDIG_LARGE_V2 0x221u

/* Reads the 12 bytes that tell type, length and (in a section header) byte order. */
static int read_head(struct pcapng_reader *r, const uint8_t *bytes, struct err *err)
{
	struct pcapng_block *b = &r->block;
	uint32_t limit = PCAPNG_BLOCK_MAX;

	b->type = ordered_u32_at(bytes, r->big_endian);
	b->big_endian = r->big_endian;
	b->offset = source_offset(r->source);
	if (b->type == PCAPNG_SHB) {
		const uint8_t *magic = bytes + PCAPNG_BLOCK_HEAD;

		b->big_endian = ordered_u32_at(magic, true) == PCAPNG_BYTE_ORDER;
		if (!b->big_endian && ordered_u32_at(magic, false) != PCAPNG_BYTE_ORDER)
			return err_set(err, -EBADMSG, "the section header has no byte-order mark");
		limit = PCAPNG_SHB_MAX;
	} else if (!r->in_section) {
		return err_set(err, -EBADMSG, "it does not begin with a section header");
	}
	b->len = ordered_u32_at(bytes + 4, b->big_endian);
	if (!b->type && !b->len)
		return err_set(err, -EBADMSG,
			       "zero bytes stand where a block should begin, as after a crash of "
			       "the machine that wrote it");
	if (b->len < PCAPNG_BLOCK_MIN || b->len % 4)
		return err_set(err, -EBADMSG,
			       "the block there says it is %u bytes long, which is %s", b->len,
			       b->len < PCAPNG_BLOCK_MIN ? "too short" : "no multiple of 4");
	if (b->len > limit)
		return err_set(err, -EBADMSG,
			       "the block there says it is %u bytes long, more than the %u allowed",
			       b->len, limit);
	return 0;
}

/* The next whole block into r->block: 1, 0 at the end, or negative; not stepped over yet. */
static int read_block(struct pcapng_reader *r, struct err *err)
{
	const uint8_t *bytes = source_need(r->source, SHB_MAGIC_END);
	uint32_t again;
	int code;

	if (!bytes && r->source->state == SOURCE_END && !source_held(r->source))
		return 0;
	if (!bytes)
		return source_starved(r->source, "the head of a block", err);
	code = read_head(r, bytes, err);
	if (code < 0)
		return code;
	bytes = source_need(r->source, r->block.len);
	if (!bytes)
		return source_starved(r->source, "a block", err);
	r->block.bytes = bytes;
	again = ordered_u32_at(bytes + r->block.len - 4, r->block.big_endian);
	if (again != r->block.len)
		return err_set(err, -EBADMSG,
			       "the block there says it is %u bytes long at its beginning and %u "
			       "at its end",
			       r->block.len, again);
	return 1;
}

static int begin_section(struct pcapng_reader *r, struct err *err)
{
	int code = pcapng_take_section(r->inventory, &r->block, err);

	if (code < 0)
		return code;
	r->in_section = true;
	r->big_endian = r->block.big_endian;
	r->section_first = (uint32_t)r->inventory->interface_count;
	return 0;
}

struct pcapng_options pcapng_reader_options(const struct pcapng_reader *r,
					    const struct frame *frame)
{
	struct cursor c = {0};
	uint32_t end;

	if (frame->options_len) {
		c.at = pcapng_padded(frame->captured_len);
		end = c.at + frame->options_len;
		c.base = frame->bytes;
		c.captured = c.wire = end;
	}
	return (struct pcapng_options) {.cursor = c, .big_endian = r->big_endian};
}

/* Direction and marks out of the options of a packet block. */
static void read_options(struct pcapng_reader *r, struct frame *f)
{
	struct pcapng_options walk = pcapng_reader_options(r, f);
	struct pcapng_option option;

	while (pcapng_option_next(&walk, &option)) {
		struct cursor c = pcapng_option_value(&option);
		uint32_t flags;

		f->commented |= option.code == PCAPNG_OPT_COMMENT;
		if (option.code != PCAPNG_EPB_FLAGS || option.len != 4)
			continue;
		flags = ordered_u32(&c, r->big_endian);
		if ((flags & PCAPNG_FLAG_DIRECTION) <= FRAME_SENT)
			f->direction = (enum frame_direction)(flags & PCAPNG_FLAG_DIRECTION);
		f->checksum_not_ready = flags & PCAPNG_FLAG_CHECKSUM_NOT_READY;
	}
	pcapng_check_walk(r->inventory, &walk, &r->block);
}

/* Whether a frame may have len bytes where its block has room for `room`. */
static int check_len(uint32_t len, uint32_t room, struct err *err)
{
	if (len > CAPTURE_FRAME_MAX)
		return err_set(err, -EBADMSG,
			       "the packet says it holds %u bytes, more than any frame (%u)", len,
			       CAPTURE_FRAME_MAX);
	if (len > room)
		return err_set(err, -EBADMSG,
			       "the packet says it holds %u bytes, and its block has room for %u",
			       len, room);
	return 0;
}

/*
 * A frame out of a packet block whose lengths were looked at, and its interface found, which is
 * number id of the section; room: behind the block's fixed part.
 */
static inline void give_packet(struct pcapng_reader *r, bool big, struct capture_interface *i,
			       uint32_t id, const uint8_t *body, uint32_t room,
			       struct frame *ret_frame)
{
	uint32_t len = ordered_u32_at(body + CAPTURED_AT, big);

	*ret_frame = (struct frame) {
		.id = ++r->records,
		.time = ticks_to_nsec(&i->unit, (uint64_t)ordered_u32_at(body + TIME_AT, big)
								<< 32 |
							ordered_u32_at(body + TIME_AT + 4, big)),
		.interface = r->section_first + id,
		.link = i->about.link,
		.captured_len = len,
		.wire_len = ordered_u32_at(body + CAPTURED_AT + 4, big),
		.options_len = room - pcapng_padded(len),
		.bytes = body + PACKET_FIXED,
	};
	i->frames++;
	if (ret_frame->options_len)
		read_options(r, ret_frame);
}

/*
 * Enhanced and obsolete packet blocks differ only in how wide the interface number is: behind a
 * short one stands how many packets were dropped since the one before.
 */
static int read_packet(struct pcapng_reader *r, struct frame *ret_frame, struct err *err)
{
	const uint8_t *body = r->block.bytes + PCAPNG_BLOCK_HEAD;
	uint32_t room = r->block.len - PCAPNG_BLOCK_MIN;
	struct capture_interface *i;
	bool big = r->big_endian;
	uint32_t id;

	if (room < PACKET_FIXED)
		return err_set(err, -EBADMSG, "the packet block is too short");
	id = r->block.type == PCAPNG_PB ? ordered_u16_at(body, big) : ordered_u32_at(body, big);
	i = pcapng_find_interface(r->inventory, r->section_first, id);
	if (!i)
		return err_set(err, -EBADMSG,
			       "the packet came in on interface %u, which is not described", id);
	room -= PACKET_FIXED;
	if (check_len(ordered_u32_at(body + CAPTURED_AT, big), room, err) < 0)
		return -EBADMSG;
	give_packet(r, big, i, id, body, room, ret_frame);
	return 1;
}

/* Has neither time nor interface: it is the section's first one. */
static int read_simple(struct pcapng_reader *r, struct frame *ret_frame, struct err *err)
{
	struct capture_interface *i = pcapng_find_interface(r->inventory, r->section_first, 0);
	struct cursor c = pcapng_block_body(&r->block);
	uint32_t wire_len = ordered_u32(&c, r->big_endian);
	uint32_t len = wire_len;

	if (!i)
		return err_set(err, -EBADMSG, "a simple packet comes before any interface");
	if (!cursor_ok(&c))
		return err_set(err, -EBADMSG, "the packet block is too short");
	if (i->about.snaplen && len > i->about.snaplen)
		len = i->about.snaplen;
	if (check_len(len, cursor_held(&c), err) < 0)
		return -EBADMSG;
	*ret_frame = (struct frame) {
		.id = ++r->records,
		.interface = r->section_first,
		.link = i->about.link,
		.timeless = true,
		.captured_len = len,
		.wire_len = wire_len,
		.bytes = c.base + c.at,
	};
	i->frames++;
	return 1;
}

/* Blocks that are no frames for us but rows with a number in Wireshark 4.0. */
static bool is_numbered(uint32_t type)
{
	return type == PCAPNG_JOURNAL || type == PCAPNG_CUSTOM || type == PCAPNG_CUSTOM_NO_COPY ||
	       type == SYSDIG_EVENT || type == SYSDIG_EVENT_V2 || type == SYSDIG_LARGE_V2;
}

/* 1 when the block was a frame, 0 when not. */
static int take_block(struct pcapng_reader *r, struct frame *ret_frame, struct err *err)
{
	int code = 0;

	if (r->block.type == PCAPNG_EPB || r->block.type == PCAPNG_PB)
		return read_packet(r, ret_frame, err);
	if (r->block.type == PCAPNG_SPB)
		return read_simple(r, ret_frame, err);
	if (r->block.type == PCAPNG_SHB)
		code = begin_section(r, err);
	else if (r->block.type == PCAPNG_IDB)
		code = pcapng_take_interface(r->inventory, r->section_first, &r->block, err);
	else if (r->block.type == PCAPNG_NRB)
		pcapng_take_names(r->inventory, &r->block);
	else if (r->block.type == PCAPNG_ISB)
		pcapng_take_counts(r->inventory, r->section_first, &r->block);
	else if (is_numbered(r->block.type))
		r->records++;
	if (code == 0 && r->on_block)
		r->on_block(r->context, &r->block);
	return code;
}

void pcapng_reader_init(struct pcapng_reader *r, struct source *source, struct inventory *inventory,
			pcapng_block_fn *on_block, void *context)
{
	*r = (struct pcapng_reader) {
		.source = source,
		.inventory = inventory,
		.on_block = on_block,
		.context = context,
	};
}

int pcapng_reader_next(struct pcapng_reader *r, struct frame *ret_frame, struct err *err)
{
	int code;

	do {
		code = read_block(r, err);
		if (code <= 0)
			return code;
		code = take_block(r, ret_frame, err);
		if (code < 0)
			return code;
		source_step(r->source, r->block.len);
	} while (code == 0);
	return 1;
}

/*
 * The length of the enhanced packet block of this section that stands at bytes, of which held are
 * there; 0 when anything about it but its interface is not as it mostly is, and
 * pcapng_reader_next() is to tell.
 */
static inline uint32_t usual_len(bool big, const uint8_t *bytes, size_t held)
{
	const uint8_t *body = bytes + PCAPNG_BLOCK_HEAD;
	uint32_t len, captured;

	if (held < PCAPNG_BLOCK_MIN + PACKET_FIXED || ordered_u32_at(bytes, big) != PCAPNG_EPB)
		return 0;
	len = ordered_u32_at(bytes + 4, big);
	if (len < PCAPNG_BLOCK_MIN + PACKET_FIXED || len > held || len > PCAPNG_BLOCK_MAX ||
	    len % 4 || ordered_u32_at(bytes + len - 4, big) != len)
		return 0;
	captured = ordered_u32_at(body + CAPTURED_AT, big);
	if (captured > CAPTURE_FRAME_MAX || captured > len - PCAPNG_BLOCK_MIN - PACKET_FIXED)
		return 0;
	return len;
}

/* big: a constant, as one byte order is for all of a section. */
static inline unsigned give_held(struct pcapng_reader *r, bool big, struct frame *ret_frames,
				 unsigned max)
{
	struct capture_interface *i = NULL; /* the last frame's, number last */
	struct source *s = r->source;
	uint32_t last = 0;
	unsigned count = 0;

	while (count < max) {
		const uint8_t *bytes = s->window + s->at;
		const uint8_t *body = bytes + PCAPNG_BLOCK_HEAD;
		uint32_t len = usual_len(big, bytes, source_held(s));
		uint32_t id = len ? ordered_u32_at(body, big) : 0;

		if (!i || id != last)
			i = pcapng_find_interface(r->inventory, r->section_first, id);
		if (!len || !i)
			break;
		last = id;
		r->block.type = PCAPNG_EPB;
		r->block.offset = source_offset(s);
		r->block.len = len;
		r->block.bytes = bytes;
		give_packet(r, big, i, id, body, len - PCAPNG_BLOCK_MIN - PACKET_FIXED,
			    &ret_frames[count++]);
		source_step(s, len);
	}
	return count;
}

unsigned pcapng_reader_held(struct pcapng_reader *r, struct frame *ret_frames, unsigned max)
{
	if (!r->in_section)
		return 0;
	return r->big_endian ? give_held(r, true, ret_frames, max)
			     : give_held(r, false, ret_frames, max);
}
