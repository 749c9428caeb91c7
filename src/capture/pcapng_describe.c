// SPDX-License-Identifier: Apache-2.0
// Takes pcapng's describing blocks (section, interface, names, counts) into an inventory.
#include "capture/pcapng_describe.h"

#include <errno.h>
#include <string.h>

#include "capture/ordered.h"
#include "capture/pcap_read.h"
#include "capture/ticks.h"
#include "wire/cursor.h"

#define TSRESOL_USEC 6u
#define BPF_FILTER   1u /* if_filter's first byte: not text */

/* Lists collected from one block before they are copied into the pool. */
struct lists {
	const char *comments[INVENTORY_LIST_MAX];
	size_t comment_count;
	struct pcapng_address addresses[INVENTORY_LIST_MAX];
	size_t address_count;
};

/* Why the inventory did not take one more. */
static int no_room(size_t count, unsigned limit, const char *what, struct err *err)
{
	if (count == limit)
		return err_set(err, -EBADMSG, "it has more than %u %s", limit, what);
	return err_set(err, -ENOMEM, "memory ran out");
}

/* Reads a time in the interface's unit: two halves, upper first. */
static nsec_t take_time(struct cursor *c, bool big, const struct ticks *unit)
{
	uint64_t high = ordered_u32(c, big);

	return ticks_to_nsec(unit, high << 32 | ordered_u32(c, big));
}

static const char *text_of(struct inventory *v, const struct pcapng_option *option)
{
	return inventory_text(v, option->value, option->len);
}

/* A copy of count elements in the pool, NULL when there are none or no room. */
static void *copy_list(struct inventory *v, const void *list, size_t count, size_t element)
{
	void *copy = count ? pool_take(&v->pool, count * element) : NULL;

	if (copy)
		memcpy(copy, list, count * element);
	else
		v->skipped += count;
	return copy;
}

static void add_comment(struct inventory *v, struct lists *lists,
			const struct pcapng_option *option)
{
	const char *text;

	if (lists->comment_count == INVENTORY_LIST_MAX) {
		v->skipped++;
		return;
	}
	text = text_of(v, option);
	if (text)
		lists->comments[lists->comment_count++] = text;
}

static void add_address(struct inventory *v, struct lists *lists,
			const struct pcapng_option *option)
{
	struct cursor c = pcapng_option_value(option);
	struct pcapng_address a = {0};
	uint8_t bytes[16];

	if (lists->address_count == INVENTORY_LIST_MAX) {
		v->skipped++;
		return;
	}
	if (option->code == PCAPNG_IF_IPV4) {
		cursor_copy(&c, bytes, 4);
		a.address = addr_v4(bytes);
		a.prefix = (uint8_t)__builtin_popcount(cursor_be32(&c));
	} else {
		cursor_copy(&c, bytes, 16);
		a.address = addr_v6(bytes);
		a.prefix = cursor_u8(&c);
	}
	if (cursor_ok(&c))
		lists->addresses[lists->address_count++] = a;
	else
		inventory_note(v, "An interface address has a wrong length and was left out.");
}

/* if_filter: a byte that says what follows, then text. */
static const char *filter_of(struct inventory *v, const struct pcapng_option *option)
{
	if (!option->len || option->value[0] == BPF_FILTER)
		return NULL;
	return inventory_text(v, option->value + 1, option->len - 1u);
}

/* Takes one option of an interface description into the interface or the lists. */
static void take_interface_option(struct inventory *v, const struct pcapng_block *block,
				  struct capture_interface *i, struct lists *lists,
				  const struct pcapng_option *option)
{
	struct cursor c = pcapng_option_value(option);

	switch (option->code) {
	case PCAPNG_OPT_COMMENT:
		add_comment(v, lists, option);
		break;
	case PCAPNG_IF_NAME:
		i->about.name = text_of(v, option);
		break;
	case PCAPNG_IF_DESCRIPTION:
		i->about.description = text_of(v, option);
		break;
	case PCAPNG_IF_IPV4:
	case PCAPNG_IF_IPV6:
		add_address(v, lists, option);
		break;
	case PCAPNG_IF_MAC:
		cursor_copy(&c, i->about.mac, MAC_LEN);
		break;
	case PCAPNG_IF_SPEED:
		i->about.speed = ordered_u64(&c, block->big_endian);
		break;
	case PCAPNG_IF_TSRESOL:
		if (option->len)
			i->tsresol = cursor_u8(&c);
		break;
	case PCAPNG_IF_FILTER:
		i->about.filter = filter_of(v, option);
		break;
	case PCAPNG_IF_OS:
		i->about.os = text_of(v, option);
		break;
	case PCAPNG_IF_TSOFFSET:
		i->tsoffset = (int64_t)ordered_u64(&c, block->big_endian);
		break;
	case PCAPNG_IF_HARDWARE:
		i->about.hardware = text_of(v, option);
		break;
	default: /* any number a stranger wrote: nothing we show */
		break;
	}
	if (!cursor_ok(&c))
		inventory_note(v, "Option %u of the interface at byte %llu has a wrong length.",
			       option->code, (unsigned long long)block->offset);
}

/* The names of one record: NUL-ended one after the other. */
static void read_names(struct inventory *v, struct cursor *record, const struct addr *address)
{
	while (cursor_held(record)) {
		const char *name = (const char *)record->base + record->at;
		size_t len = strnlen(name, cursor_held(record));

		if (len)
			inventory_add_name(v, address, name, len);
		cursor_skip(record, (uint32_t)len);
		if (cursor_held(record))
			cursor_skip(record, 1);
	}
}

static void take_count(struct pcapng_counts *counts, const struct ticks *unit, bool big,
		       const struct pcapng_option *option)
{
	struct cursor c = pcapng_option_value(option);

	if (option->len != 8)
		return;
	switch (option->code) {
	case PCAPNG_ISB_STARTTIME:
		counts->start = take_time(&c, big, unit);
		break;
	case PCAPNG_ISB_ENDTIME:
		counts->end = take_time(&c, big, unit);
		break;
	case PCAPNG_ISB_IFRECV:
		counts->received = ordered_u64(&c, big);
		break;
	case PCAPNG_ISB_IFDROP:
		counts->dropped = ordered_u64(&c, big);
		break;
	case PCAPNG_ISB_FILTERACCEPT:
		counts->accepted = ordered_u64(&c, big);
		break;
	case PCAPNG_ISB_OSDROP:
		counts->os_dropped = ordered_u64(&c, big);
		break;
	case PCAPNG_ISB_USRDELIV:
		counts->delivered = ordered_u64(&c, big);
		break;
	default: /* any number a stranger wrote: no count we know */
		break;
	}
}

int pcapng_take_section(struct inventory *v, const struct pcapng_block *block, struct err *err)
{
	struct pcapng_options walk = pcapng_block_options(block);
	struct cursor c = pcapng_block_body(block);
	struct pcapng_section *section;
	struct pcapng_option option;
	struct lists lists;
	unsigned major;

	cursor_skip(&c, 4);
	major = ordered_u16(&c, block->big_endian);
	cursor_skip(&c, 10); /* minor version; section length, which nobody needs */
	if (!cursor_ok(&c))
		return err_set(err, -EBADMSG, "the section header is too short");
	if (major != PCAPNG_MAJOR)
		return err_set(err, -EBADMSG, "the section's version is %u, and only 1 is known",
			       major);
	section = inventory_add_section(v);
	if (!section)
		return no_room(v->section_count, INVENTORY_SECTIONS_MAX, "sections", err);
	lists.comment_count = 0;
	while (pcapng_option_next(&walk, &option)) {
		if (option.code == PCAPNG_OPT_COMMENT)
			add_comment(v, &lists, &option);
		else if (option.code == PCAPNG_SHB_HARDWARE)
			section->hardware = text_of(v, &option);
		else if (option.code == PCAPNG_SHB_OS)
			section->os = text_of(v, &option);
		else if (option.code == PCAPNG_SHB_USERAPPL)
			section->application = text_of(v, &option);
	}
	section->comments = copy_list(v, lists.comments, lists.comment_count, sizeof(char *));
	section->comment_count = section->comments ? lists.comment_count : 0;
	pcapng_check_walk(v, &walk, block);
	return 0;
}

int pcapng_take_interface(struct inventory *v, uint32_t first, const struct pcapng_block *block,
			  struct err *err)
{
	struct pcapng_options walk = pcapng_block_options(block);
	struct cursor c = pcapng_block_body(block);
	struct capture_interface *i;
	struct pcapng_option option;
	struct lists lists;

	i = inventory_add_interface(v);
	if (!i)
		return no_room(v->interface_count, INVENTORY_INTERFACES_MAX, "interfaces", err);
	i->unit = ticks_unit(TSRESOL_USEC, 0);
	i->section = (uint32_t)v->section_count - 1;
	i->id = (uint32_t)v->interface_count - 1 - first;
	i->about.link = capture_link(ordered_u16(&c, block->big_endian));
	cursor_skip(&c, 2);
	i->about.snaplen = ordered_u32(&c, block->big_endian);
	if (!cursor_ok(&c))
		return err_set(err, -EBADMSG, "the interface description is too short");
	i->tsresol = TSRESOL_USEC;
	lists.comment_count = 0;
	lists.address_count = 0;
	while (pcapng_option_next(&walk, &option))
		take_interface_option(v, block, i, &lists, &option);
	pcapng_check_walk(v, &walk, block);
	i->unit = ticks_unit(i->tsresol, i->tsoffset);
	i->about.comments = copy_list(v, lists.comments, lists.comment_count, sizeof(char *));
	i->about.comment_count = i->about.comments ? lists.comment_count : 0;
	i->about.addresses =
		copy_list(v, lists.addresses, lists.address_count, sizeof(lists.addresses[0]));
	i->about.address_count = i->about.addresses ? lists.address_count : 0;
	return 0;
}

void pcapng_take_names(struct inventory *v, const struct pcapng_block *block)
{
	struct cursor c = pcapng_block_body(block);

	while (cursor_held(&c)) {
		unsigned type = ordered_u16(&c, block->big_endian);
		uint32_t len = ordered_u16(&c, block->big_endian);
		struct cursor record;
		uint8_t bytes[16];
		struct addr address;

		if (type == PCAPNG_NAME_END)
			break;
		record = cursor_take(&c, len);
		cursor_skip(&c, pcapng_padded(len) - len);
		if (type == PCAPNG_NAME_IPV4) {
			cursor_copy(&record, bytes, 4);
			address = addr_v4(bytes);
		} else if (type == PCAPNG_NAME_IPV6) {
			cursor_copy(&record, bytes, 16);
			address = addr_v6(bytes);
		} else {
			continue;
		}
		if (cursor_ok(&c) && cursor_ok(&record))
			read_names(v, &record, &address);
		else
			cursor_malformed(&c);
	}
	if (!cursor_ok(&c))
		inventory_note(v, "A name record in the block at byte %llu runs out of it.",
			       (unsigned long long)block->offset);
}

void pcapng_take_counts(struct inventory *v, uint32_t first, const struct pcapng_block *block)
{
	struct pcapng_options walk = pcapng_block_options(block);
	struct cursor c = pcapng_block_body(block);
	struct pcapng_counts counts = {
		.start = NSEC_NEVER,
		.end = NSEC_NEVER,
		.received = PCAPNG_UNKNOWN,
		.dropped = PCAPNG_UNKNOWN,
		.accepted = PCAPNG_UNKNOWN,
		.os_dropped = PCAPNG_UNKNOWN,
		.delivered = PCAPNG_UNKNOWN,
	};
	struct capture_interface *i =
		pcapng_find_interface(v, first, ordered_u32(&c, block->big_endian));
	struct pcapng_option option;

	if (i)
		counts.time = take_time(&c, block->big_endian, &i->unit);
	if (!i || !cursor_ok(&c)) {
		inventory_note(v,
			       "The counts at byte %llu are of no interface described before them.",
			       (unsigned long long)block->offset);
		return;
	}
	while (pcapng_option_next(&walk, &option))
		take_count(&counts, &i->unit, block->big_endian, &option);
	pcapng_check_walk(v, &walk, block);
	i->counts = counts;
	i->has_counts = true;
}

void pcapng_check_walk(struct inventory *v, const struct pcapng_options *walk,
		       const struct pcapng_block *block)
{
	if (!cursor_ok(&walk->cursor))
		inventory_note(v,
			       "The options of the block at byte %llu run out of it; what was "
			       "readable is used.",
			       (unsigned long long)block->offset);
}
