// SPDX-License-Identifier: Apache-2.0
// Reads classic pcap: micro- and nanosecond, both byte orders, old and modified headers.
//
// Sources: draft-ietf-opsawg-pcap sections 4 and 5; libpcap's sf-pcap.c for what older writers
// did with the two lengths and with Alexey Kuznetzov's modified record header.
#include "capture/pcap_read.h"

#include <errno.h>

#include "capture/ordered.h"
#include "wire/cursor.h"

#define MAGIC_USEC      0xa1b2c3d4u /* draft-ietf-opsawg-pcap s. 4 */
#define MAGIC_NSEC      0xa1b23c4du /* draft-ietf-opsawg-pcap s. 4 */
#define MAGIC_MODIFIED  0xa1b2cd34u /* libpcap sf-pcap.c: KUZNETZOV_TCPDUMP_MAGIC */
#define FILE_HEAD       24u
#define RECORD_HEAD     16u
#define RECORD_MODIFIED 24u /* and interface (4), protocol (2), packet type (1), padding (1) */
#define LENGTHS_AT      8u  /* in a record's head */
#define PACKET_TYPE_AT  22u
#define MAJOR           2u
#define MAJOR_DGUX      543u    /* tcpdump on DG/UX: lengths in the other order */
#define LINK_MASK       0xffffu /* above: frame check sequence length and reserved bits */
#define PACKET_OUTGOING 4u      /* <linux/if_packet.h>: modified record, packet type */

static const struct magic {
	uint32_t value;
	uint32_t record_head;
	uint32_t nsec_per_tick;
} magics[] = {
	{MAGIC_USEC, RECORD_HEAD, 1000},
	{MAGIC_NSEC, RECORD_HEAD, 1},
	{MAGIC_MODIFIED, RECORD_MODIFIED, 1000},
};

/* What one record's head says. */
struct record {
	uint32_t seconds;
	uint32_t ticks;
	uint32_t captured;
	uint32_t wire;
	enum frame_direction direction;
};

static const struct magic *find_magic(const uint8_t bytes[static 4], bool *ret_big_endian)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		for (int big = 0; big < 2; big++) {
			struct cursor c = cursor_init(bytes, 4, 4);

			if (ordered_u32(&c, big) != magics[i].value)
				continue;
			*ret_big_endian = big;
			return &magics[i];
		}
	}
	return NULL;
}

static enum pcap_length_order order_of(unsigned major, unsigned minor)
{
	if (major == MAJOR_DGUX || (major == MAJOR && minor < 3))
		return PCAP_WIRE_FIRST;
	if (major == MAJOR && minor == 3)
		return PCAP_SMALLER_IS_CAPTURED;
	return PCAP_CAPTURED_FIRST;
}

bool pcap_is_magic(const uint8_t bytes[static 4])
{
	bool big;

	return find_magic(bytes, &big) != NULL;
}

enum link_type capture_link(uint32_t network)
{
	network &= LINK_MASK;
	if (network == 12 || network == 14)
		return LINK_RAW;
	return (enum link_type)network;
}

int pcap_reader_init(struct pcap_reader *r, struct source *source, struct inventory *inventory,
		     struct err *err)
{
	const uint8_t *bytes = source_need(source, FILE_HEAD);
	struct capture_interface *interface;
	const struct magic *magic;
	unsigned major, minor;
	uint32_t snaplen;
	struct cursor c;
	bool big;

	if (!bytes)
		return source_starved(source, "the file header", err);
	magic = find_magic(bytes, &big);
	if (!magic)
		return err_set(err, -EBADMSG, "it has no pcap magic number");
	c = cursor_init(bytes + 4, FILE_HEAD - 4, FILE_HEAD - 4);
	major = ordered_u16(&c, big);
	minor = ordered_u16(&c, big);
	if (major != MAJOR && major != MAJOR_DGUX)
		return err_set(err, -EBADMSG, "its pcap version is %u.%u, and only 2.x is known",
			       major, minor);
	cursor_skip(&c, 8); /* time zone and accuracy: always 0 in practice */
	snaplen = ordered_u32(&c, big);
	if (!inventory_add_section(inventory))
		return err_set(err, -ENOMEM, "memory ran out");
	interface = inventory_add_interface(inventory);
	if (!interface)
		return err_set(err, -ENOMEM, "memory ran out");
	*r = (struct pcap_reader) {
		.source = source,
		.inventory = inventory,
		.record_head = magic->record_head,
		.nsec_per_tick = magic->nsec_per_tick,
		.link = capture_link(ordered_u32(&c, big)),
		.order = order_of(major, minor),
		.big_endian = big,
	};
	interface->about.link = r->link;
	interface->about.snaplen = snaplen;
	interface->tsresol = magic->nsec_per_tick == 1 ? 9 : 6;
	source_step(source, FILE_HEAD);
	return 0;
}

static inline struct record read_head(const struct pcap_reader *r, const uint8_t *bytes)
{
	uint32_t first = ordered_u32_at(bytes + LENGTHS_AT, r->big_endian);
	uint32_t second = ordered_u32_at(bytes + LENGTHS_AT + 4, r->big_endian);
	bool turned = r->order == PCAP_WIRE_FIRST ||
		      (r->order == PCAP_SMALLER_IS_CAPTURED && first > second);
	struct record head = {
		.seconds = ordered_u32_at(bytes, r->big_endian),
		.ticks = ordered_u32_at(bytes + 4, r->big_endian),
		.captured = turned ? second : first,
		.wire = turned ? first : second,
	};

	if (r->record_head == RECORD_MODIFIED)
		head.direction =
			bytes[PACKET_TYPE_AT] == PACKET_OUTGOING ? FRAME_SENT : FRAME_RECEIVED;
	return head;
}

static inline bool is_blank(const struct record *head)
{
	return !head->seconds && !head->ticks && !head->captured && !head->wire;
}

/* A record that cannot be one: the reader must stop, since nothing marks where the next begins. */
static int check_head(const struct record *head, struct err *err)
{
	if (is_blank(head))
		return err_set(err, -EBADMSG,
			       "zero bytes stand where a record should begin, as after a crash "
			       "of the machine that wrote it");
	if (head->captured > CAPTURE_FRAME_MAX)
		return err_set(err, -EBADMSG,
			       "the record there says it holds %u bytes, more than any frame (%u)",
			       head->captured, CAPTURE_FRAME_MAX);
	return 0;
}

/* Steps over a record that is held whole; its frame. */
static inline void give(struct pcap_reader *r, const struct record *head, const uint8_t *bytes,
			struct frame *ret_frame)
{
	r->offset = source_offset(r->source);
	source_step(r->source, r->record_head + head->captured);
	*ret_frame = (struct frame) {
		.id = ++r->frames,
		.time = head->seconds * NSEC_PER_SEC + (nsec_t)head->ticks * r->nsec_per_tick,
		.link = r->link,
		.direction = head->direction,
		.captured_len = head->captured,
		.wire_len = head->wire,
		.bytes = bytes + r->record_head,
	};
}

int pcap_reader_next(struct pcap_reader *r, struct frame *ret_frame, struct err *err)
{
	const uint8_t *bytes = source_need(r->source, r->record_head);
	struct record head;
	int code;

	if (!bytes && r->source->state == SOURCE_END && !source_held(r->source))
		return 0;
	if (!bytes)
		return source_starved(r->source, "the head of a record", err);
	head = read_head(r, bytes);
	code = check_head(&head, err);
	if (code < 0)
		return code;
	bytes = source_need(r->source, r->record_head + head.captured);
	if (!bytes)
		return source_starved(r->source, "the bytes of a frame", err);
	r->inventory->interfaces[0].frames++;
	give(r, &head, bytes, ret_frame);
	return 1;
}

unsigned pcap_reader_held(struct pcap_reader *r, struct frame *ret_frames, unsigned max)
{
	unsigned count = 0;

	while (count < max && source_held(r->source) >= r->record_head) {
		const uint8_t *bytes = r->source->window + r->source->at;
		const struct record head = read_head(r, bytes);

		if (is_blank(&head) || head.captured > CAPTURE_FRAME_MAX ||
		    head.captured > source_held(r->source) - r->record_head)
			break;
		give(r, &head, bytes, &ret_frames[count++]);
	}
	r->inventory->interfaces[0].frames += count;
	return count;
}
