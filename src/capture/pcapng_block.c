// SPDX-License-Identifier: Apache-2.0
// One pcapng block in memory, and the walk over its options.
#include "capture/pcapng_block.h"

#include "capture/ordered.h"

/* Bytes of each body before its options, or before the length that stands before them. */
#define SHB_BODY      16u /* byte-order magic, version, section length */
#define IDB_BODY      8u
#define ISB_BODY      12u
#define EPB_UP_TO_LEN 12u
#define DSB_UP_TO_LEN 4u

/* Steps over len bytes and the padding after them. */
static void skip_padded(struct cursor *c, uint32_t len)
{
	if (len > cursor_left(c))
		cursor_malformed(c);
	else
		cursor_skip(c, pcapng_padded(len));
}

/* Steps over the records of a name block, up to and over the end record. */
static void skip_names(struct cursor *c, bool big)
{
	unsigned type;

	do {
		type = ordered_u16(c, big);
		skip_padded(c, ordered_u16(c, big));
	} while (cursor_ok(c) && cursor_left(c) && type != PCAPNG_NAME_END);
}

bool pcapng_option_next(struct pcapng_options *walk, struct pcapng_option *ret_option)
{
	struct cursor *c = &walk->cursor;
	struct pcapng_option option;

	if (!cursor_left(c))
		return false;
	option.code = ordered_u16(c, walk->big_endian);
	option.len = ordered_u16(c, walk->big_endian);
	if (option.code == PCAPNG_OPT_END) {
		cursor_skip(c, cursor_left(c));
		return false;
	}
	option.value = c->base + c->at;
	cursor_skip(c, pcapng_padded(option.len));
	if (!cursor_ok(c))
		return false;
	*ret_option = option;
	return true;
}

bool pcapng_comment_next(struct pcapng_options *walk, struct pcapng_option *ret_comment)
{
	struct pcapng_option option;

	while (pcapng_option_next(walk, &option)) {
		if (option.code != PCAPNG_OPT_COMMENT)
			continue;
		*ret_comment = option;
		return true;
	}
	return false;
}

struct pcapng_options pcapng_block_options(const struct pcapng_block *block)
{
	struct cursor c = pcapng_block_body(block);
	bool big = block->big_endian;
	uint32_t len;

	switch (block->type) {
	case PCAPNG_SHB:
		cursor_skip(&c, SHB_BODY);
		break;
	case PCAPNG_IDB:
		cursor_skip(&c, IDB_BODY);
		break;
	case PCAPNG_ISB:
		cursor_skip(&c, ISB_BODY);
		break;
	case PCAPNG_PB:
	case PCAPNG_EPB:
		cursor_skip(&c, EPB_UP_TO_LEN);
		len = ordered_u32(&c, big);
		cursor_skip(&c, 4);
		skip_padded(&c, len);
		break;
	case PCAPNG_NRB:
		skip_names(&c, big);
		break;
	case PCAPNG_DSB:
		cursor_skip(&c, DSB_UP_TO_LEN);
		skip_padded(&c, ordered_u32(&c, big));
		break;
	default: /* no options, or nobody knows where */
		cursor_skip(&c, cursor_left(&c));
		break;
	}
	return (struct pcapng_options) {.cursor = c, .big_endian = big};
}

struct cursor pcapng_option_value(const struct pcapng_option *option)
{
	return cursor_init(option->value, option->len, option->len);
}
